"""Open cases by when they fall due: what reminders look at. The work grows with what is due, not with what exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.feedback import OPEN, CaseStatus
from storage.tables import CaseEvent, Category, FeedbackCase, OutboxMessage

T = TypeVar("T")

_BATCH = 500  # of one IN (…)
_UNTAKEN = (CaseStatus.RECEIVED.value, CaseStatus.ASSIGNED.value)


def open_due(session: Session, tenant_id: int, *, first: date, last: date) -> Sequence[FeedbackCase]:
    """Open cases promised for a day of [first, last], the most urgent first."""
    query = (
        select(FeedbackCase)
        .where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.status.in_(OPEN))
        .where(FeedbackCase.due_on.between(first, last))
        .order_by(FeedbackCase.due_at, FeedbackCase.id)
    )
    return session.scalars(query).all()


def urgent(session: Session, tenant_id: int, *, first: date, last: date) -> Sequence[FeedbackCase]:
    """Of those, the emergencies and the cases whose limit runs in hours day and night."""
    query = (
        select(FeedbackCase)
        .join(Category, (Category.tenant_id == FeedbackCase.tenant_id) & (Category.id == FeedbackCase.category_id))
        .where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.status.in_(OPEN))
        .where(FeedbackCase.due_on.between(first, last))
        .where(or_(FeedbackCase.emergency, Category.limit_unit == "hours"))
        .order_by(FeedbackCase.due_at, FeedbackCase.id)
    )
    return session.scalars(query).all()


def untaken(session: Session, tenant_id: int) -> Sequence[FeedbackCase]:
    """Open cases that nobody holds."""
    query = (
        select(FeedbackCase)
        .where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.status.in_(_UNTAKEN))
        .where(FeedbackCase.officer_id.is_(None))
        .order_by(FeedbackCase.due_at, FeedbackCase.id)
    )
    return session.scalars(query).all()


def last_events(session: Session, tenant_id: int, case_ids: Iterable[int]) -> dict[int, dict[str, datetime]]:
    """Of each case: when each kind of event last happened."""
    found: dict[int, dict[str, datetime]] = {}
    for ids in _batches(case_ids):
        query = (
            select(CaseEvent.case_id, CaseEvent.kind, func.max(CaseEvent.at))
            .where(CaseEvent.tenant_id == tenant_id, CaseEvent.case_id.in_(ids))
            .group_by(CaseEvent.case_id, CaseEvent.kind)
        )
        for case_id, kind, at in session.execute(query):
            found.setdefault(case_id, {})[kind] = at
    return found


def known_keys(session: Session, tenant_id: int, keys: Iterable[str]) -> set[str]:
    """Which of these keys the outbox has: what was owed before."""
    found: set[str] = set()
    for batch in _batches(keys):
        query = select(OutboxMessage.key).where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.key.in_(batch))
        found.update(session.scalars(query))
    return found


def _batches(items: Iterable[T]) -> Iterator[tuple[T, ...]]:
    rest = iter(items)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch
