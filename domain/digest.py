"""What leaders are told each working morning: the exceptions by name, then numbers with their denominators.

A digest covers whole days: from the day of the digest before (or the last working day) up to yesterday, so that after
Tết it covers the whole gap, and no day is counted twice or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.calendar import WorkCalendar
from domain.fold import fold

LAST_HOUR = time(18)  # a digest that is this late is no morning's news: the next one covers its days
MAX_GAP = timedelta(days=31)  # a longer silence is not caught up
GAPS_SHOWN = 3
ENOUGH_PEOPLE = 2  # words that only one person wrote are that person's, and shown to nobody

_DIGITS = re.compile(r"\d(?:[\s.]?\d){3,}")  # a number of four digits or more may be somebody's
_GAP_CHARS = 80


@dataclass(frozen=True)
class CaseLine:
    """A case as a digest names it. Of a restricted one only the code: category and department are ""."""

    case_id: int
    code: str
    due_on: date
    late_days: int  # working days; 0 = late by hours only, or not late
    category: str = ""
    department: str = ""
    head: str = ""  # title of who answers for the department, never a name


@dataclass(frozen=True)
class Promise:
    """One date that fell due, and what became of it."""

    line: CaseLine
    kept: bool  # answered in time
    extended: bool  # the date that fell due was a second one


@dataclass(frozen=True)
class Gap:
    """Something people asked that no procedure answers, folded, without numbers."""

    text: str
    people: int


@dataclass(frozen=True)
class Digest:
    """The numbers of one morning. `since_on` is the first day counted, the day before `on` the last."""

    on: date
    since_on: date
    next_on: date  # the next working day
    late: tuple[CaseLine, ...] = ()  # open, the oldest promise first
    due_today: tuple[CaseLine, ...] = ()
    due_next: tuple[CaseLine, ...] = ()
    promises: tuple[Promise, ...] = ()  # everything that fell due in the period, answered or not
    new: int = 0
    answered: int = 0
    rated: int = 0
    disliked: int = 0  # levels 1 and 2
    disliked_cases: tuple[CaseLine, ...] = ()
    undelivered: int = 0
    undelivered_cases: tuple[CaseLine, ...] = ()
    questions: int = 0  # handed to an officer, not answered yet
    questions_late: int = 0
    unanswered: int = 0  # questions of the period that no procedure answered
    gaps: tuple[Gap, ...] = ()
    parked: int = 0  # messages that failed and wait for a person

    @property
    def on_time(self) -> int:
        """Answered by the first date."""
        return sum(promise.kept and not promise.extended for promise in self.promises)

    @property
    def on_time_with_extension(self) -> int:
        """Answered by the first date, or by the second one where there was an extension."""
        return sum(promise.kept for promise in self.promises)

    @property
    def missed(self) -> tuple[CaseLine, ...]:
        """What stands between the two numbers of "on time"."""
        return tuple(promise.line for promise in self.promises if not promise.kept)

    @property
    def nothing_due(self) -> bool:
        return not (self.late or self.due_today or self.due_next)

    @property
    def to_open(self) -> tuple[CaseLine, ...]:
        """Every case behind a number, each once, the late ones first."""
        groups = (self.late, self.due_today, self.due_next, self.missed, self.disliked_cases, self.undelivered_cases)
        return tuple({line.case_id: line for group in groups for line in group}.values())


def is_time(local_now: datetime, digest_at: str, calendar: WorkCalendar) -> bool:
    """Whether a digest is owed at this local moment: on a working day, from its hour until 18:00."""
    if not calendar.is_working_day(local_now.date()):
        return False
    return time.fromisoformat(digest_at) <= local_now.time() < LAST_HOUR


def since(on: date, calendar: WorkCalendar, last_on: date | None) -> date:
    """The first day a digest of `on` counts: the day of the digest before, or else the last working day."""
    if last_on is not None and on - MAX_GAP <= last_on < on:
        return last_on
    before = on - timedelta(days=1)
    while not calendar.is_working_day(before) and on - before < MAX_GAP:
        before -= timedelta(days=1)
    return before


def percent(part: int, whole: int) -> int:
    """Rounded down, so that 100 means all of them. `whole` is not 0."""
    return part * 100 // whole


def gaps(asked: Iterable[tuple[str, str]]) -> tuple[Gap, ...]:
    """The unanswered questions that most people asked, from (words, person) pairs.

    The same words with other accents or numbers are one question. Only what at least two people asked is shown.
    """
    people: dict[str, set[str]] = {}
    for words, person in asked:
        text = " ".join(_DIGITS.sub("…", fold(words)).strip(" .,!?").split())
        if text:
            people.setdefault(text, set()).add(person)
    found = sorted(
        (Gap(_short(text), len(who)) for text, who in people.items() if len(who) >= ENOUGH_PEOPLE),
        key=lambda gap: (-gap.people, gap.text),
    )
    return tuple(found[:GAPS_SHOWN])


def _short(text: str) -> str:
    return text if len(text) <= _GAP_CHARS else text[: _GAP_CHARS - 1].rstrip() + "…"
