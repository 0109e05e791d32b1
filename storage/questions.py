"""Questions with what was answered (NĐ 118/2025, art. 16); those handed to an officer wait with a promised time.

status: answered, asked_back, unanswered (nothing found), waiting (an officer owes an answer), replied, closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.tables import Question

WAITING = "waiting"


def add(session: Session, ids: IdMaker, tenant_id: int, *, channel_id: int, peer: str, text: str, status: str,
        now: datetime, aspect: str = "", answer: str = "", procedure_code: str | None = None,
        procedure_version_id: int | None = None) -> Question:  # fmt: skip
    """Write down what was asked and what was answered, with the version the answer was built from."""
    row = Question(
        tenant_id=tenant_id, id=ids(), channel_id=channel_id, peer=peer, text=text, status=status, aspect=aspect,
        procedure_code=procedure_code, procedure_version_id=procedure_version_id, answer=answer, helpful=None,
        wants_call=False, phone="", officer_id=None, department_id=None, asked_at=now, due_at=None, replied_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def get(session: Session, tenant_id: int, question_id: int) -> Question | None:
    return session.get(Question, (tenant_id, question_id))


def locked(session: Session, tenant_id: int, question_id: int) -> Question | None:
    """The question, held until commit, so that two officers cannot both answer it."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.id == question_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def waiting(
    session: Session, tenant_id: int, *, department_id: int | None = None, limit: int = 50
) -> Sequence[Question]:
    """Questions that an officer owes an answer to, the most urgent first; of one department where given."""
    query = select(Question).where(Question.tenant_id == tenant_id, Question.status == WAITING)
    if department_id is not None:
        query = query.where(Question.department_id == department_id)
    return session.scalars(query.order_by(Question.due_at, Question.id).limit(limit)).all()


def open_due(session: Session, tenant_id: int, before: datetime) -> Sequence[Question]:
    """Waiting questions promised before that moment, the most urgent first: what reminders and escalation look at."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.status == WAITING, Question.due_at < before)
        .order_by(Question.due_at, Question.id)
    )
    return session.scalars(query).all()


def waiting_count(session: Session, tenant_id: int, *, due_before: datetime | None = None) -> int:
    """How many wait; with `due_before`, how many of them are promised before that moment."""
    query = select(func.count()).where(Question.tenant_id == tenant_id, Question.status == WAITING)
    if due_before is not None:
        query = query.where(Question.due_at < due_before)
    return session.scalar(query) or 0


def counts_by_status(session: Session, tenant_id: int, since: datetime, until: datetime) -> dict[str, int]:
    """Questions asked in [since, until) by status: a report's denominators."""
    query = (
        select(Question.status, func.count())
        .where(Question.tenant_id == tenant_id, Question.asked_at >= since, Question.asked_at < until)
        .group_by(Question.status)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def unanswered(session: Session, tenant_id: int, since: datetime, limit: int = 200) -> Sequence[Question]:
    """What nothing was found for, or was found wrong, the newest first: the gaps of what is known."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.asked_at >= since)
        .where((Question.status == "unanswered") | Question.helpful.is_(False))
        .order_by(Question.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def answered_before(session: Session, question: Question) -> str:
    """What a person of the commune answered to the same words of the same person last; "" = nothing yet."""
    query = (
        select(Question.answer)
        .where(Question.tenant_id == question.tenant_id, Question.channel_id == question.channel_id)
        .where(Question.peer == question.peer, Question.text == question.text, Question.id != question.id)
        .where(Question.status == "replied", Question.replied_at.is_not(None))
        .order_by(Question.replied_at.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def of_person(session: Session, tenant_id: int, channel_id: int, peer: str, limit: int = 50) -> Sequence[Question]:
    """A person's questions, the newest first."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.channel_id == channel_id, Question.peer == peer)
        .order_by(Question.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()
