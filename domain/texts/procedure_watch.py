"""Sentences about versions of procedures: what changed, for officers, and the flags they look after."""

from __future__ import annotations

from domain.texts import procedure
from domain.texts.base import say


def part(name: str) -> str:
    """A part inside a sentence; "ways" is how a dossier may be handed in."""
    return say("procedure-part-ways") if name == "ways" else procedure.part(name)


def field(name: str) -> str:
    """A field of the record as officers call it."""
    return say(_FIELDS[name]) if name in _FIELDS else name


def field_of_way(name: str, channel: str) -> str:
    return say("procedure-field-of-way", name=name, channel=channel)


def changed(name: str, old: str, new: str) -> str:
    return say("procedure-change", name=name, old=old, new=new)


def put_in(name: str, item: str) -> str:
    return say("procedure-change-in", name=name, item=item)


def taken_out(name: str, item: str) -> str:
    return say("procedure-change-out", name=name, item=item)


def reordered(name: str) -> str:
    return say("procedure-change-order", name=name)


def and_more(name: str, count: int) -> str:
    return say("procedure-change-more", name=name, count=count)


def nothing() -> str:
    return say("procedure-change-nothing")


def flags_told(count: int) -> str:
    return say("procedure-flags-told", count=count)


def flags_list(count: int) -> str:
    return say("procedure-flags-list", count=count)


def flags_none() -> str:
    return say("procedure-flags-none")


def flags_more(count: int) -> str:
    return say("procedure-flags-more", count=count)


def flag_changed(code: str, name: str, fields: str, day: str) -> str:
    return say("procedure-flag-changed", code=code, name=name, fields=fields, day=day)


def flag_new(code: str, name: str, day: str) -> str:
    return say("procedure-flag-new", code=code, name=name, day=day)


def flag_ended(code: str, name: str, day: str) -> str:
    return say("procedure-flag-ended", code=code, name=name, day=day)


def choice_flags() -> str:
    return say("procedure-choice-flags")


def choice_seen() -> str:
    return say("procedure-choice-seen")


def choice_history() -> str:
    return say("procedure-choice-history")


def seen(name: str) -> str:
    return say("procedure-seen", name=name)


def seen_already() -> str:
    return say("procedure-seen-already")


def may_not() -> str:
    return say("procedure-may-not")


def history(code: str, name: str) -> str:
    return say("procedure-history", code=code, name=name)


def history_none(code: str) -> str:
    return say("procedure-history-none", code=code)


def history_which() -> str:
    return say("procedure-history-which")


def version(number: int, layer: str, since: str, origin: str) -> str:
    return say("procedure-version", number=number, layer=layer, since=since, origin=origin)


def version_until(number: int, layer: str, since: str, until: str, origin: str) -> str:
    return say("procedure-version-until", number=number, layer=layer, since=since, until=until, origin=origin)


def version_replaced(number: int, layer: str, since: str, origin: str) -> str:
    return say("procedure-version-replaced", number=number, layer=layer, since=since, origin=origin)


def first_version() -> str:
    return say("procedure-version-first")


def same_words() -> str:
    return say("procedure-version-same")


def choice_version(number: int, layer: str) -> str:
    return say("procedure-choice-version", number=number, layer=layer)


def layer(kind: str, name: str) -> str:
    return say("procedure-layer-nation") if kind == "nation" else name


_FIELDS = {
    "name": "procedure-field-name",
    "level": "procedure-field-level",
    "field": "procedure-field-field",
    "decision": "procedure-field-decision",
    "agency": "procedure-field-agency",
    "competent_agency": "procedure-field-competent",
    "receiving_address": "procedure-field-address",
    "target": "procedure-field-target",
    "steps": "procedure-field-steps",
    "submission": "procedure-field-ways",
    "fee": "procedure-field-fee",
    "time_limit": "procedure-field-time",
    "note": "procedure-field-note",
    "documents": "procedure-field-papers",
    "requirements": "procedure-field-requirements",
    "result": "procedure-field-result",
    "legal_basis": "procedure-field-legal",
    "keywords": "procedure-field-keywords",
    "portal_url": "procedure-field-link",
    "scope": "procedure-field-scope",
    "plain_name": "procedure-field-plain",
    "also_called": "procedure-field-called",
    "online_level": "procedure-field-online",
    "notes": "procedure-field-notes",
    "valid_to_on": "procedure-field-until",
}
