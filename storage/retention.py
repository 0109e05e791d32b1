"""Giving back what was borrowed: chat texts after the commune's period, and what has expired. Cases stay.

Rows that only remember that something was done (unique keys) stay without their words, so that nothing happens twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from storage import questions
from storage.tables import (
    Base,
    Conversation,
    InboxMessage,
    Officer,
    OutboxMessage,
    Question,
    SignIn,
    WebMessage,
)

BATCH = 500  # rows of a table blanked in one transaction: short ones let turns through
_EMPTY, _ERASED = "{}", '{"erased": true}'


def blank_inbox(session: Session, tenant_id: int, before: datetime) -> int:
    """Texts of messages that were handled. One that is parked waits for a person's decision."""
    query = (
        select(InboxMessage.id)
        .where(InboxMessage.tenant_id == tenant_id, InboxMessage.handled_at < before)
        .where(cast(InboxMessage.body, Text) != _EMPTY)
        .limit(BATCH)
    )
    return _blank(session, InboxMessage, tenant_id, list(session.scalars(query)), {})


def blank_outbox(session: Session, tenant_id: int, before: datetime) -> int:
    """Texts of messages that are sent or given up."""
    query = (
        select(OutboxMessage.id)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.created_at < before)
        .where(OutboxMessage.next_try_at.is_(None), cast(OutboxMessage.body, Text) != _EMPTY)
        .limit(BATCH)
    )
    found = list(session.scalars(query))
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.id.in_(found))
        .values(has_choices=False)
    )
    return _blank(session, OutboxMessage, tenant_id, found, {})


def blank_web_messages(session: Session, tenant_id: int, before: datetime) -> int:
    """What the web chat shows: the page says that the text was erased."""
    query = (
        select(WebMessage.id)
        .where(WebMessage.tenant_id == tenant_id, WebMessage.at < before)
        .where(cast(WebMessage.body, Text) != _ERASED)
        .limit(BATCH)
    )
    return _blank(session, WebMessage, tenant_id, list(session.scalars(query)), {"erased": True})


def forget_who_asked(session: Session, tenant_id: int, before: datetime) -> int:
    """Questions stay, without who asked them. One that an officer still owes an answer keeps its address."""
    done = session.execute(
        update(Question)
        .where(Question.tenant_id == tenant_id, Question.asked_at < before, Question.status != questions.WAITING)
        .where(or_(Question.peer.is_not(None), Question.phone != ""))
        .values(channel_id=None, peer=None, phone="")
    )
    return int(getattr(done, "rowcount", 0))


def forget_talk(session: Session, tenant_id: int, before: datetime) -> int:
    """Half-written dialogs and remembered choices of people who have been silent for so long."""
    done = session.execute(
        update(Conversation)
        .where(Conversation.tenant_id == tenant_id, Conversation.touched_at < before)
        .where(or_(Conversation.state != "", cast(Conversation.memory, Text) != _EMPTY,
                   cast(Conversation.kept, Text) != _EMPTY))
        .values(state="", kept={}, memory={}, menu="", choices=[])
    )  # fmt: skip
    return int(getattr(done, "rowcount", 0))


def drop_expired(session: Session, tenant_id: int, now: datetime) -> None:
    """Sign-in links and link codes that are past their time."""
    session.execute(delete(SignIn).where(SignIn.tenant_id == tenant_id, SignIn.until_at < now))
    session.execute(
        update(Officer)
        .where(Officer.tenant_id == tenant_id, Officer.link_code_until_at < now)
        .values(link_code_hash=None, link_code_until_at=None)
    )


def _blank(session: Session, table: type[Base], tenant_id: int, ids: list[int], body: dict[str, bool]) -> int:
    if ids:
        columns = table.__table__.c
        session.execute(update(table).where(columns.tenant_id == tenant_id, columns.id.in_(ids)).values(body=body))
    return len(ids)
