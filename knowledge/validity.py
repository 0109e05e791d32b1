"""Since when, until when and where an answer applies, said where that is news."""

from __future__ import annotations

from datetime import timedelta

from domain.procedure import Procedure
from domain.texts import procedure as texts
from domain.texts import procedure_watch
from domain.texts.base import capital, day
from knowledge.library import Known, Validity
from storage.tables import NATION

_NAMED = 3
_FIRST = ("fee", "time", "documents", "place")


def told(
    validity: Validity, known: Known, own: Procedure | None = None, unit_name: str = "", aspect: str = "overview"
) -> str:
    """A line for each thing that is news for this part of the answer; "" when nothing is.

    `own`: what the commune itself says over the published procedure; of what was asked for it is told as the source.
    """
    lines = [texts.of_some_province()] if of_some_province(known) else []
    ours = _said_by(own) if own else ()
    if shown := tuple(part for part in ours if aspect in (part, "overview")):
        lines.append(texts.own_parts(capital(_parts(shown)), unit_name, day(known.valid_from_on)))
    if validity.not_before:
        lines.append(texts.not_before(day(validity.not_before)))
    source_told = bool(shown) and set(validity.changed) <= set(ours)
    if validity.changed_on and _concerns(validity.changed, aspect) and not source_told:
        since, named = day(validity.changed_on), _parts(validity.changed)
        lines.append(texts.changed_on(named, since) if named else texts.began_on(since))
    if validity.next_on and _concerns(validity.next_changes, aspect):
        named = _parts(validity.next_changes)
        last = validity.next_on - timedelta(days=1)
        lines.append(texts.changes_on(named, day(validity.next_on)) if named else texts.applies_until(day(last)))
    return "\n".join(lines)


def _concerns(parts: tuple[str, ...], aspect: str) -> bool:
    """Whether a change of these parts matters to who asked about that one; a beginning or an end always does."""
    part = {"form": "documents"}.get(aspect, aspect)
    return not parts or part in (*parts, "overview") or (part == "online" and "ways" in parts)


def _said_by(own: Procedure) -> tuple[str, ...]:
    """The parts of an answer that a commune's entry sets."""
    sets = {
        "fee": any(row.fee for row in own.submission),
        "time": any(row.time_limit for row in own.submission),
        "place": bool(own.agency or own.receiving_address),
        "online": bool(own.online_level),
    }
    return tuple(part for part, here in sets.items() if here)


def of_some_province(known: Known) -> bool:
    """A province's procedure that stands in the nation's layer, as in the portal's dump: fees and places may be others
    here. One that our own province has entered stands in its own layer."""
    return known.procedure.is_provincial and known.layer_tenant_id == NATION


def _parts(names: tuple[str, ...]) -> str:
    """What people ask about most stands first; of many parts the rest is only mentioned."""
    ordered = sorted(names, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    shown = ", ".join(procedure_watch.part(name) for name in ordered[:_NAMED])
    return texts.and_other_parts(shown) if len(names) > _NAMED else shown
