"""The numbers behind a leader's digest, of a whole commune or one department."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from domain import digest
from domain.calendar import WorkCalendar
from domain.digest import CaseLine, Digest, Promise
from domain.feedback import OPEN, CaseStatus
from storage import communes, due
from storage.held import DROPPED, RESTORED
from storage.tables import CaseEvent, FeedbackCase, InboxMessage, OutboxMessage, Question, Rating

DISLIKED = 2  # the two lowest of five levels
LATE_DELIVERY = timedelta(hours=24)  # a receipt or result that is not there by then counts as undelivered
FORGOTTEN = timedelta(days=60)  # an older failure is no news
_NO_PROMISE = (CaseStatus.WITHDRAWN.value, CaseStatus.DIRECTED.value)
_HELD = (RESTORED, DROPPED)


@dataclass(frozen=True)
class Scope:
    """Whose numbers. `restricted`: cases about an officer count too (for the director and the leaders alone)."""

    tenant_id: int
    calendar: WorkCalendar
    department_id: int | None = None
    restricted: bool = True


def numbers(session: Session, scope: Scope, now: datetime, last_on: date | None = None) -> Digest:
    """The digest of the local day of `now`. `last_on`: the day of the reader's digest before, if there was one."""
    calendar = scope.calendar
    on = now.astimezone(calendar.zone).date()
    since_on = digest.since(on, calendar, last_on)
    next_on = calendar.next_working_day(on)
    begin, end = _midnight(since_on, calendar), _midnight(on, calendar)
    lines = _Lines(session, scope, on)
    late = _open(session, scope, FeedbackCase.due_at < now)
    today = _open(session, scope, FeedbackCase.due_at >= now, FeedbackCase.due_on <= on)
    soon = _open(session, scope, FeedbackCase.due_on > on, FeedbackCase.due_on <= next_on)
    undelivered = undelivered_rows(session, scope.tenant_id, now)
    failed = _failed_of(session, scope, undelivered)
    unanswered = _unanswered(session, scope, begin, end)
    ratings = _ratings(session, scope, begin, end)
    return Digest(
        on=on,
        since_on=since_on,
        next_on=next_on,
        late=lines.of(late),
        due_today=lines.of(today),
        due_next=lines.of(soon),
        promises=_promises(session, scope, lines, since_on, on, now),
        new=_count(session, scope, FeedbackCase.received_at >= begin, FeedbackCase.received_at < end),
        answered=_count(session, scope, FeedbackCase.answered_at >= begin, FeedbackCase.answered_at < end),
        rated=len(ratings),
        disliked=sum(rating.level <= DISLIKED for rating in ratings),
        disliked_cases=lines.of(_rated_low(session, scope, ratings)),
        undelivered=len(failed) + _failed_questions(session, scope, undelivered),
        undelivered_cases=lines.of(failed),
        questions=_questions(session, scope, None),
        questions_late=_questions(session, scope, now),
        unanswered=len(unanswered),
        gaps=digest.gaps((row.text, f"{row.channel_id}:{row.peer}") for row in unanswered),
        parked=_parked(session, scope),
    )


def last_on(session: Session, tenant_id: int, officer_id: int, on: date) -> date | None:
    """The day of the officer's newest digest before `on`, as far back as a digest reaches."""
    days = {
        digest_key(officer_id, on - timedelta(days=n)): on - timedelta(days=n)
        for n in range(1, digest.MAX_GAP.days + 1)
    }
    query = select(OutboxMessage.key).where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.key.in_(days))
    return max((days[key] for key in session.scalars(query)), default=None)


def digest_key(officer_id: int, on: date | None = None) -> str:
    """ "digest:<officer>:<day>": one digest for each person and day."""
    return f"digest:{officer_id}" + (f":{on.isoformat()}" if on else "")


def waiting_for_approval(session: Session, tenant_id: int) -> Sequence[FeedbackCase]:
    """Open cases whose date somebody proposed to move and nobody has moved yet, the most urgent first."""
    proposed = select(CaseEvent.case_id).where(CaseEvent.tenant_id == tenant_id, CaseEvent.kind == "proposed")
    query = (
        select(FeedbackCase)
        .where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.status.in_(OPEN), ~FeedbackCase.extended)
        .where(FeedbackCase.id.in_(proposed))
        .order_by(FeedbackCase.due_at, FeedbackCase.id)
    )
    return session.scalars(query).all()


def undelivered_rows(session: Session, tenant_id: int, now: datetime) -> Sequence[OutboxMessage]:
    """Receipts and results that failed for good, or are not there after 24 hours.

    What was held back by a restore waits for a person's decision and is not counted.
    """
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.important, OutboxMessage.sent_at.is_(None))
        .where(or_(OutboxMessage.failed_at.is_not(None), OutboxMessage.created_at <= now - LATE_DELIVERY))
        .where(OutboxMessage.created_at > now - FORGOTTEN, OutboxMessage.failed_why.not_in(_HELD))
        .order_by(OutboxMessage.id)
    )
    return session.scalars(query).all()


class _Lines:
    """Cases as a digest names them; names of a commune are read once."""

    def __init__(self, session: Session, scope: Scope, on: date) -> None:
        self._on = on
        self._calendar = scope.calendar
        self._categories = {row.id: row.name for row in communes.categories(session, scope.tenant_id)}
        self._departments = {row.id: row.name for row in communes.departments(session, scope.tenant_id)}
        officers = communes.officers(session, scope.tenant_id)
        self._director = next((officer.title for officer in officers if "director" in officer.roles), "")
        self._heads = {o.department_id: o.title for o in reversed(officers) if "head" in o.roles}

    def of(self, cases: Iterable[FeedbackCase]) -> tuple[CaseLine, ...]:
        return tuple(self.line(case) for case in cases)

    def line(self, case: FeedbackCase) -> CaseLine:
        answered_at = _answered_at(case)
        end = answered_at.astimezone(self._calendar.zone).date() if answered_at else self._on
        late_days = self._calendar.working_days_between(case.due_on, end)
        if case.restricted:
            return CaseLine(case.id, case.code, case.due_on, late_days)
        return CaseLine(
            case.id,
            case.code,
            case.due_on,
            late_days,
            self._categories.get(case.category_id, ""),
            self._departments.get(case.department_id, ""),
            self._heads.get(case.department_id, "") or self._director,
        )


def _cases(scope: Scope, query: Select[Any]) -> Select[Any]:
    query = query.where(FeedbackCase.tenant_id == scope.tenant_id)
    if scope.department_id is not None:
        query = query.where(FeedbackCase.department_id == scope.department_id)
    return query if scope.restricted else query.where(~FeedbackCase.restricted)


def _open(session: Session, scope: Scope, *conditions: Any) -> Sequence[FeedbackCase]:
    query = _cases(scope, select(FeedbackCase)).where(FeedbackCase.status.in_(OPEN), *conditions)
    found = session.scalars(query.order_by(FeedbackCase.due_at, FeedbackCase.id)).all()
    return [case for case in found if not _stands(session, case)]


def _stands(session: Session, case: FeedbackCase) -> bool:
    """The clock stands while the person is asked for more; asking does not make a late case punctual."""
    if case.status != CaseStatus.WAITING_CITIZEN:
        return False
    asked_at = due.last_events(session, case.tenant_id, [case.id]).get(case.id, {}).get("asked")
    return asked_at is not None and asked_at <= case.due_at


def _count(session: Session, scope: Scope, *conditions: Any) -> int:
    return session.scalar(_cases(scope, select(func.count(FeedbackCase.id))).where(*conditions)) or 0


def _promises(
    session: Session, scope: Scope, lines: _Lines, first: date, on: date, now: datetime
) -> tuple[Promise, ...]:
    """A withdrawn case promised nothing any more; one whose clock stands is not due yet."""
    query = (
        _cases(scope, select(FeedbackCase))
        .where(FeedbackCase.due_on >= first, FeedbackCase.due_on < on, FeedbackCase.status.not_in(_NO_PROMISE))
        .order_by(FeedbackCase.due_at, FeedbackCase.id)
    )
    return tuple(
        Promise(lines.line(case), (_answered_at(case) or now) <= case.due_at, case.extended)
        for case in session.scalars(query).all()
        if not _stands(session, case)
    )


def _answered_at(case: FeedbackCase) -> datetime | None:
    """None for a case that was answered once and is open again."""
    return None if case.status in OPEN else case.answered_at


def _ratings(session: Session, scope: Scope, begin: datetime, end: datetime) -> Sequence[Rating]:
    query = select(Rating).where(Rating.tenant_id == scope.tenant_id, Rating.at >= begin, Rating.at < end)
    if scope.department_id is not None:
        query = query.where(Rating.department_id == scope.department_id)
    return session.scalars(query).all()


def _rated_low(session: Session, scope: Scope, ratings: Iterable[Rating]) -> Sequence[FeedbackCase]:
    ids = [
        int(rating.about.removeprefix("case:"))
        for rating in ratings
        if rating.level <= DISLIKED and rating.about.startswith("case:")
    ]
    return _by_id(session, scope, ids)


def _by_id(session: Session, scope: Scope, ids: Iterable[int]) -> Sequence[FeedbackCase]:
    query = _cases(scope, select(FeedbackCase)).where(FeedbackCase.id.in_(sorted(set(ids))))
    return session.scalars(query.order_by(FeedbackCase.id)).all()


def _failed_of(session: Session, scope: Scope, rows: Iterable[OutboxMessage]) -> Sequence[FeedbackCase]:
    return _by_id(session, scope, (row.case_id for row in rows if row.case_id is not None))


def _failed_questions(session: Session, scope: Scope, rows: Iterable[OutboxMessage]) -> int:
    ids = {row.question_id for row in rows if row.question_id is not None}
    query = select(func.count(Question.id)).where(Question.tenant_id == scope.tenant_id, Question.id.in_(sorted(ids)))
    return session.scalar(_asked_of(scope, query)) or 0


def _questions(session: Session, scope: Scope, late_at: datetime | None) -> int:
    query = select(func.count(Question.id)).where(Question.tenant_id == scope.tenant_id, Question.status == "waiting")
    if late_at is not None:
        query = query.where(Question.due_at <= late_at)
    return session.scalar(_asked_of(scope, query)) or 0


def _unanswered(session: Session, scope: Scope, begin: datetime, end: datetime) -> Sequence[Question]:
    """Nothing was found, or the wrong thing: they tell which knowledge is missing, so they belong to no department."""
    query = (
        select(Question)
        .where(Question.tenant_id == scope.tenant_id)
        .where((Question.status == "unanswered") | Question.helpful.is_(False))
        .where(Question.asked_at >= begin, Question.asked_at < end)
        .order_by(Question.id)
    )
    return session.scalars(query).all() if scope.department_id is None else ()


def _asked_of(scope: Scope, query: Select[Any]) -> Select[Any]:
    return query if scope.department_id is None else query.where(Question.department_id == scope.department_id)


def _parked(session: Session, scope: Scope) -> int:
    if scope.department_id is not None:
        return 0
    query = select(func.count(InboxMessage.id)).where(
        InboxMessage.tenant_id == scope.tenant_id, InboxMessage.parked_at.is_not(None)
    )
    return session.scalar(query) or 0


def _midnight(day: date, calendar: WorkCalendar) -> datetime:
    return datetime.combine(day, datetime.min.time(), calendar.zone)
