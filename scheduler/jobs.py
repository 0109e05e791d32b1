"""Every sweep and how often it looks. What is owed stands in the tables: looking late or twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.actions.live import end_silent
from handlers.context import Tools
from scheduler.delivery_watch import watch_delivery
from scheduler.digest import send_digests
from scheduler.housekeeping import check_calendar, tidy
from scheduler.procedures import tell_flagged
from scheduler.questions import remind_of_questions
from scheduler.reminders import apologise, remind, remind_urgent
from storage.communes import Commune

Sweep = Callable[[Session, Tools, Commune, datetime], int]


@dataclass(frozen=True)
class Job:
    """`sweep` returns how many messages it owes now; it runs in a write transaction of its own for each commune."""

    name: str
    every_s: float
    sweep: Sweep


JOBS: tuple[Job, ...] = (
    Job("urgent reminders", 60, remind_urgent),
    Job("reminders", 60, remind),
    Job("live talks", 60, end_silent),
    Job("questions", 120, remind_of_questions),
    Job("apologies", 60, apologise),
    Job("delivery watch", 300, watch_delivery),
    Job("digests", 120, send_digests),
    Job("procedures", 3600, tell_flagged),
    Job("calendar", 3600, check_calendar),
    Job("tidy", 3600, tidy),
)
