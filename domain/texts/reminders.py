"""What the sweeps say: reminders to officers, the apology to a citizen, what did not arrive, days to confirm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from domain.texts.base import capital, day, moment, on, say
from domain.texts.base import code as show
from domain.texts.digest import lateness

_UNDELIVERED = {
    "gone": "reminder-undelivered-gone",
    "late": "reminder-undelivered-late",
    "rejected": "reminder-undelivered-rejected",
    "misconfigured": "reminder-undelivered-misconfigured",
}


def due_tomorrow(code: str, category: str, due: str) -> str:
    return say("reminder-due-tomorrow", code=show(code), category=category, due=due)


def due_next(code: str, category: str, due: str) -> str:
    """The next working day is not tomorrow."""
    return say("reminder-due-next", code=show(code), category=category, due=due)


def due_today(code: str, category: str, due: str) -> str:
    return say("reminder-due-today", code=show(code), category=category, due=due)


def due_soon(code: str, category: str, due: str) -> str:
    return say("reminder-due-soon", code=show(code), category=category, due=due)


def overdue(code: str, category: str, department: str, due: str) -> str:
    return say("reminder-overdue", code=show(code), category=category, department=department, due=due)


def overdue_leader(code: str, category: str, department: str, due: str, late_days: int) -> str:
    return say(
        "reminder-overdue-leader", code=show(code), category=category, department=department, due=due,
        lateness=lateness(late_days),
    )  # fmt: skip


def unassigned(code: str, category: str, department: str, since: datetime) -> str:
    """`since` is on the commune's clock."""
    return say("reminder-unassigned", code=show(code), category=category, department=department, since=moment(since))


def apology(
    code: str, unit: str, due_on: date, department: str, phone: str, *, reason: str = "", leader_told: bool = False
) -> str:
    """To the citizen, once for each missed date. `reason` was written by an officer and approved; "" = none."""
    lines = [say("reminder-apology-sorry", Unit=capital(unit)), show(code)]
    lines.append(say("reminder-apology-missed", due=day(due_on)))
    lines += [say("reminder-apology-reason", reason=reason.rstrip(". "))] if reason else []
    if phone:
        who = say("reminder-apology-who-phone", department=department, phone=phone)
    else:
        who = say("reminder-apology-who", department=department)
    lines.append(" ".join([who, *([say("reminder-apology-leader", unit=unit)] if leader_told else [])]))
    return "\n".join(lines)


def apology_call() -> str:
    return say("reminder-apology-call")


def why_undelivered(failed_why: str) -> str:
    """`failed_why` is what delivery wrote on the row; "" = still being tried."""
    return say(_UNDELIVERED.get(failed_why, "reminder-undelivered-waiting"))


def undelivered(code: str, why: str) -> str:
    return say("reminder-undelivered", code=show(code), why=why)


def undelivered_question(why: str) -> str:
    return say("reminder-undelivered-question", why=why)


def undelivered_phone(phone: str) -> str:
    return say("reminder-undelivered-phone", phone=phone)


def undelivered_no_phone() -> str:
    return say("reminder-undelivered-no-phone")


def undelivered_phone_later() -> str:
    """There is a number, but this reader may not see it yet."""
    return say("reminder-undelivered-phone-later")


def question_soon(due_at: datetime) -> str:
    return say("reminder-question-soon", due=moment(due_at))


def question_late(due_at: datetime, department: str) -> str:
    return say("reminder-question-late", due=moment(due_at), department=department)


def question_view() -> str:
    return say("reminder-question-view")


def days_unverified(days: Iterable[tuple[date, str]]) -> str:
    """(day, name) pairs."""
    return say("reminder-days-unverified", days="; ".join(f"{on(at)} ({name})" for at, name in days))


def year_unverified(year: int, n: int) -> str:
    return say("reminder-year-unverified", year=str(year), n=n)


def year_missing(year: int) -> str:
    return say("reminder-year-missing", year=str(year))


def late_ask(code: str) -> str:
    return say("reminder-late-ask", code=show(code))


def late_written(code: str) -> str:
    return say("reminder-late-written", code=show(code))


def late_asked(code: str) -> str:
    return say("reminder-late-asked", code=show(code))


def late_asks(officer: str, code: str, reason: str) -> str:
    return say("reminder-late-asks", officer=officer, code=show(code), reason=reason)


def late_choice_write() -> str:
    return say("reminder-late-choice-write")


def late_choice_approve(code: str) -> str:
    return say("reminder-late-choice-approve", code=show(code))


def late_choice_stop() -> str:
    return say("reminder-late-choice-stop")


def late_dropped() -> str:
    return say("reminder-late-dropped")


def late_not_late(code: str) -> str:
    return say("reminder-late-not-late", code=show(code))


def late_nothing(code: str) -> str:
    return say("reminder-late-nothing", code=show(code))
