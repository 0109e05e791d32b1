"""What a typed number refers to: the dialog's menu, or one of the messages with choices that came meanwhile.

Several officers' notices may arrive at once, each with its own "1". A number that fits more than one is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.choosing import chosen
from domain.messages import Choice, outgoing_from_json
from domain.texts.base import code as show_code
from storage import cases, offers, outbox
from storage.tables import Conversation, OutboxMessage

AWAY = timedelta(minutes=30)  # after it, what came meanwhile is likelier meant than the menu of the old dialog
_NOTICES = 9
_HINT_CHARS = 40

Menu = tuple[Choice, ...]


@dataclass(frozen=True)
class Group:
    """Menus that are equally likely to be meant."""

    menus: tuple[Menu, ...]
    digits_only: bool = False  # in a dialog words are words of the dialog, whatever notice came meanwhile


Offer = tuple[Group, ...]  # the likeliest first


def on_offer(session: Session, talk: Conversation, now: datetime) -> Offer:
    """The menus this person can see, with data as a button would send it."""
    came = tuple(_menu_of(session, row) for row in offers.since_last_turn(session, talk, _NOTICES))
    own = tuple(replace(c, data=marked(talk.menu, c.data)) for c in (Choice(**choice) for choice in talk.choices))
    fresh = now - talk.touched_at <= AWAY
    if talk.state:
        dialog, beside = Group((own,)), Group(came, digits_only=True)
        return (dialog, beside) if fresh else (beside, dialog)
    if came:
        return (Group((*came, own)),) if fresh else (Group(came), Group((own,)))
    newest = outbox.last_with_choices(session, talk.tenant_id, talk.channel_id, talk.peer)
    return (Group((outgoing_from_json(newest.body).numbered(),)),) if newest else ()


def picked(text: str, offer: Offer) -> Menu:
    """The choice that the text names; several where it fits several menus; none where it is no answer to any."""
    for group in offer:
        if group.digits_only and not text.strip().isdecimal():
            continue
        found = {choice.data: choice for menu in group.menus if (choice := chosen(text, menu))}
        if len(found) > 1:  # what belongs to a dialog that is over can only be refused, so it competes with nothing
            found = {data: choice for data, choice in found.items() if data.startswith("/")} or found
        if found:
            return tuple(replace(choice, key="") for choice in found.values())
    return ()


def marked(menu: str, data: str) -> str:
    """The data as it is sent out: what is not a standing command carries the mark of its menu."""
    return data if data.startswith("/") or "|" in data else f"{menu}|{data}"


def _menu_of(session: Session, row: OutboxMessage) -> Menu:
    """The choices of a notice, each with the case or the words that it is about, as labels of one common menu."""
    message = outgoing_from_json(row.body)
    case = cases.get(session, row.tenant_id, row.case_id) if row.case_id else None
    lines = message.text.split("\n")
    hint = show_code(case.code) if case else lines[min(1, len(lines) - 1)][:_HINT_CHARS]
    return tuple(_named(choice, hint) for choice in message.numbered())


def _named(choice: Choice, hint: str) -> Choice:
    return choice if hint in choice.label else replace(choice, label=f"{choice.label} ({hint})")
