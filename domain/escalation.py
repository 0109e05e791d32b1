"""Who must hear about a case or a question today: reminders owed now, each at most once.

Pure: the sweep asks again as often as it likes, and the key of each reminder makes a repeat harmless. Nobody is
disturbed at night or on a day off, except about an emergency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from domain.calendar import WorkCalendar
from domain.feedback import OPEN, CaseStatus, is_overdue

Role = Literal["officer", "head", "director", "leader"]
Kind = Literal["due-tomorrow", "overdue", "overdue-leader", "unassigned", "question-late"]

_OFFICE_DAY = (time(7, 30), time(17))  # where a commune has entered no hours


@dataclass(frozen=True)
class Owed:
    """One reminder to one role. `mark` changes when the promise does, so that a new date is reminded of anew."""

    kind: Kind
    role: Role
    mark: str

    def key(self, subject: int) -> str:
        """Unique key of the outbox row: "due-tomorrow:<case>:<date>:<role>"."""
        return f"{self.kind}:{subject}:{self.mark}:{self.role}"


@dataclass(frozen=True)
class CaseFacts:
    """What the rules look at. Instants are aware."""

    status: CaseStatus
    received_at: datetime
    due_on: date
    due_at: datetime
    has_officer: bool
    assigned_at: datetime | None = None  # when it reached the present department, if later than received
    waiting_since: datetime | None = None  # since when the person is asked for more
    restricted: bool = False  # about an officer: director and chairman only
    emergency: bool = False


@dataclass(frozen=True)
class QuestionFacts:
    """A question handed to an officer, with the instant by which an answer was promised."""

    due_at: datetime
    replied_at: datetime | None = None
    has_officer: bool = True


def owed(facts: CaseFacts, now: datetime, calendar: WorkCalendar, unassigned_hours: int = 4) -> list[Owed]:
    """Reminders owed for a case at `now`.

    due-tomorrow: the officer, on the working day before the date. overdue: officer and head, from the first working day
    that is late. overdue-leader: the leader, from the working day after that. unassigned: the head, when nobody has
    taken the case for `unassigned_hours` working hours. Without an officer the head is told instead; a restricted case
    is told to the director and the leader alone; the leader hears of a late emergency at once.
    """
    if facts.status not in OPEN or not (facts.emergency or _may_disturb(now, calendar)):
        return []
    today = now.astimezone(calendar.zone).date()
    mark = facts.due_on.isoformat()
    officer: Role = "officer" if facts.has_officer else "head"
    found: list[Owed] = []
    if is_overdue(facts.status, facts.due_at, now, facts.waiting_since):
        found += [Owed("overdue", officer, mark), Owed("overdue", "head", mark)]
        if facts.emergency or today >= calendar.next_working_day(_first_late_day(facts.due_at, calendar)):
            found.append(Owed("overdue-leader", "leader", mark))
    elif _is_due_tomorrow(facts, today, calendar):
        found.append(Owed("due-tomorrow", officer, mark))
    if _is_unassigned(facts, now, calendar, unassigned_hours):
        since = (facts.assigned_at or facts.received_at).astimezone(UTC)
        found.append(Owed("unassigned", "head", f"{since:%Y%m%dT%H%M%S}"))
    return _without_doubles([_to_director(item) for item in found] if facts.restricted else found)


def owed_for_question(facts: QuestionFacts, now: datetime, calendar: WorkCalendar) -> list[Owed]:
    """question-late: officer and head, once the promised instant has passed without a reply."""
    if facts.replied_at is not None or now <= facts.due_at or not _may_disturb(now, calendar):
        return []
    mark = facts.due_at.astimezone(calendar.zone).date().isoformat()
    first: Role = "officer" if facts.has_officer else "head"
    return _without_doubles([Owed("question-late", first, mark), Owed("question-late", "head", mark)])


def _may_disturb(now: datetime, calendar: WorkCalendar) -> bool:
    """On a working day from opening to closing, the lunch break included."""
    local = now.astimezone(calendar.zone)
    if not calendar.is_working_day(local.date()):
        return False
    spans = calendar.open_spans(local.date())
    if spans:
        return spans[0][0] <= now <= spans[-1][1]
    return _OFFICE_DAY[0] <= local.time() <= _OFFICE_DAY[1]


def _first_late_day(due_at: datetime, calendar: WorkCalendar) -> date:
    """The first working day with late time in it; `due_at` at 24:00 belongs to the next day already."""
    day = due_at.astimezone(calendar.zone).date()
    return day if calendar.is_working_day(day) else calendar.next_working_day(day)


def _is_due_tomorrow(facts: CaseFacts, today: date, calendar: WorkCalendar) -> bool:
    """Not while the person is asked, and not on the day of receipt, when the new case itself was the reminder."""
    if facts.status == CaseStatus.WAITING_CITIZEN or facts.received_at.astimezone(calendar.zone).date() == today:
        return False
    return today < facts.due_on <= calendar.next_working_day(today)


def _is_unassigned(facts: CaseFacts, now: datetime, calendar: WorkCalendar, hours: int) -> bool:
    if facts.has_officer or facts.status not in (CaseStatus.RECEIVED, CaseStatus.ASSIGNED):
        return False
    by = calendar.after_minutes(facts.assigned_at or facts.received_at, hours * 60).due
    return isinstance(by, datetime) and now >= by


def _to_director(item: Owed) -> Owed:
    return Owed(item.kind, "leader" if item.role == "leader" else "director", item.mark)


def _without_doubles(items: list[Owed]) -> list[Owed]:
    return list(dict.fromkeys(items))
