"""Direct lines between an officer and a citizen, as they stand in the two conversations.

A line is open while both conversations say so. Whoever needs both rows locks the officer's first and the citizen's
second; from the citizen's side the officer's is only ever tried, so that two people who end it at once never wait for
each other in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, literal_column, select
from sqlalchemy.orm import Session

from domain.live import is_over
from storage.tables import Conversation, Officer, OfficerLink

CITIZEN, OFFICER = "live.citizen", "live.officer"  # the states of the two conversations


@dataclass(frozen=True)
class Line:
    """`citizen` is None while they have not joined, or once they have left."""

    question_id: int
    officer_id: int
    officer: Conversation
    citizen: Conversation | None


def held(session: Session, tenant_id: int, channel_id: int, peer: str, *, wait: bool = True) -> Conversation | None:
    """A conversation locked until commit; with `wait=False` None when somebody else holds it just now."""
    query = _at(tenant_id, channel_id, peer).with_for_update(skip_locked=not wait)
    return session.scalar(query)


def seen(session: Session, tenant_id: int, channel_id: int, peer: str) -> Conversation | None:
    """A conversation as it stands, without a lock."""
    return session.scalar(_at(tenant_id, channel_id, peer))


def is_talking(session: Session, tenant_id: int, channel_id: int, peer: str) -> bool:
    """This person is on a direct line, so nothing answers by itself."""
    talk = seen(session, tenant_id, channel_id, peer)
    return talk is not None and talk.state in (CITIZEN, OFFICER)


def is_on(talk: Conversation | None, state: str, question_id: int) -> bool:
    """That side of the line of this question is open."""
    return talk is not None and talk.state == state and talk.kept.get("question") == question_id


def close(talk: Conversation, now: datetime) -> None:
    """The conversation is between dialogs again."""
    talk.state, talk.kept, talk.menu, talk.choices, talk.touched_at = "", {}, "", [], now


def open_lines(session: Session, tenant_id: int) -> list[Line]:
    """Every line that an officer is on."""
    query = (
        select(Conversation, Officer.id)
        .join(
            OfficerLink,
            (OfficerLink.tenant_id == Conversation.tenant_id)
            & (OfficerLink.channel_id == Conversation.channel_id)
            & (OfficerLink.peer == Conversation.peer),
        )
        .join(Officer, (Officer.tenant_id == OfficerLink.tenant_id) & (Officer.id == OfficerLink.officer_id))
        .where(Conversation.tenant_id == tenant_id, Conversation.state == OFFICER)
        .where(Conversation.state != literal_column("''"))  # the words of the index of running dialogs
        .order_by(Conversation.id)
        .execution_options(populate_existing=True)
    )
    lines = []
    for talk, officer_id in session.execute(query):
        question_id = int(talk.kept["question"])
        other = seen(session, tenant_id, int(talk.kept["channel"]), str(talk.kept["peer"]))
        lines.append(Line(question_id, officer_id, talk, other if is_on(other, CITIZEN, question_id) else None))
    return lines


def due_to_end(session: Session, tenant_id: int, now: datetime) -> Sequence[Line]:
    """Lines on which neither side has spoken for `domain.live.SILENCE`, also those that nobody has joined."""
    return [
        line
        for line in open_lines(session, tenant_id)
        if is_over([talk.touched_at for talk in (line.officer, line.citizen) if talk is not None], now)
    ]


def _at(tenant_id: int, channel_id: int, peer: str) -> Select[Conversation]:
    return (
        select(Conversation)
        .where(Conversation.tenant_id == tenant_id, Conversation.channel_id == channel_id, Conversation.peer == peer)
        .execution_options(populate_existing=True)
    )
