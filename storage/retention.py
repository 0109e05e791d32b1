"""Giving back what was borrowed: chat texts and files after the commune's periods, and what has expired.

Rows that only remember that something was done (unique keys) stay without their words, so that nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnClause, Text, cast, delete, literal_column, or_, select, update
from sqlalchemy.orm import Session

from domain.feedback import OPEN
from storage import questions
from storage.tables import (
    Attachment,
    Base,
    Conversation,
    FeedbackCase,
    InboxMessage,
    Officer,
    OutboxMessage,
    Question,
    SignIn,
    WebMessage,
)

BATCH = 500  # rows of a table blanked in one transaction: short ones let turns through
# No parameters: the indexes of what still has words are found by these very words.
_EMPTY: ColumnClause[str] = literal_column("'{}'")
_ERASED: ColumnClause[str] = literal_column("'{\"erased\": true}'")


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
        .where(Question.channel_id.is_not(None))
        .values(channel_id=None, peer=None, phone="")
    )
    return int(getattr(done, "rowcount", 0))


def files_of_old_questions(session: Session, tenant_id: int, before: datetime) -> Sequence[Attachment]:
    """Files that came with questions whose asker is forgotten by now."""
    query = (
        select(Attachment)
        .join(Question, (Question.tenant_id == Attachment.tenant_id) & (Question.id == Attachment.question_id))
        .where(Attachment.tenant_id == tenant_id, Attachment.question_id.is_not(None))
        .where(Question.asked_at < before, Question.status != questions.WAITING)
        .order_by(Attachment.question_id)
        .limit(BATCH)
    )
    return session.scalars(query).all()


def old_cases(session: Session, tenant_id: int, before: datetime, limit: int) -> Sequence[FeedbackCase]:
    """Closed cases received before that instant of which something is still there, held until commit."""
    case = FeedbackCase
    left = or_(
        case.description != "", case.place != "", case.answer != "", case.contact_name != "", case.contact_phone != "",
        case.peer.is_not(None), case.latitude.is_not(None),
    )  # fmt: skip
    query = (
        select(case)
        .where(case.tenant_id == tenant_id, case.status.not_in(OPEN), case.received_at < before, left)
        .order_by(case.id)
        .limit(limit)
        .with_for_update()
    )
    return session.scalars(query).all()


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
