"""A case as an officer reads it: its card, what can be done with it, its state and history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.texts.base import clock, day, say
from domain.texts.base import code as show


def new(code: str) -> str:
    return say("desk-new", code=show(code))


def new_emergency(code: str) -> str:
    return say("desk-new-emergency", code=show(code))


def category(category: str) -> str:
    return say("desk-category", category=category)


def what(what: str) -> str:
    return say("desk-what", what=what)


def where(where: str) -> str:
    return say("desk-where", where=where)


def map() -> str:
    return say("desk-map")


def files(n: int) -> str:
    return say("desk-files", n=n)


def files_waiting(n: int) -> str:
    return say("desk-files-waiting", n=n)


def files_on_the_way(n: int) -> str:
    return say("desk-files-on-the-way", n=n)


def contact(contact: str) -> str:
    return say("desk-contact", contact=contact)


def contact_later() -> str:
    return say("desk-contact-later")


def contact_none() -> str:
    return say("desk-contact-none")


def due(due: str) -> str:
    return say("desk-due", due=due)


def due_late(due: str, late_days: int) -> str:
    return say("desk-due-late", due=due, late_days=late_days)


def status(status: str) -> str:
    return say("desk-status", status=status)


def holder(officer: str) -> str:
    return say("desk-holder", officer=officer)


def answer(answer: str) -> str:
    return say("desk-answer", answer=answer)


def choice_take(code: str) -> str:
    return say("desk-choice-take", code=show(code))


def choice_ask() -> str:
    return say("desk-choice-ask")


def choice_forward() -> str:
    return say("desk-choice-forward")


def choice_answer(code: str) -> str:
    return say("desk-choice-answer", code=show(code))


def choice_view(code: str) -> str:
    return say("desk-choice-view", code=show(code))


def choice_extend() -> str:
    return say("desk-choice-extend")


def choice_history() -> str:
    return say("desk-choice-history")


def choice_photos() -> str:
    return say("desk-choice-photos")


def choice_direct() -> str:
    return say("desk-choice-direct")


_STATUS = {
    "received": "desk-status-received",
    "assigned": "desk-status-assigned",
    "in_progress": "desk-status-in-progress",
    "waiting_citizen": "desk-status-waiting",
    "forwarded": "desk-status-forwarded",
    "answered": "desk-status-answered",
    "directed": "desk-status-directed",
    "closed": "desk-status-closed",
    "withdrawn": "desk-status-withdrawn",
}


def status_name(name: str) -> str:
    """`name` is a status of `domain.feedback.CaseStatus`."""
    return say(_STATUS[name])


def status_reopened() -> str:
    return say("desk-status-reopened")


_SCREEN = 600  # characters

_EVENTS = {
    "opened": "desk-event-opened",
    "taken": "desk-event-taken",
    "asked": "desk-event-asked",
    "told": "desk-event-told",
    "added": "desk-event-added",
    "forwarded": "desk-event-forwarded",
    "answered": "desk-event-answered",
    "reopened": "desk-event-reopened",
    "withdrawn": "desk-event-withdrawn",
    "extended": "desk-event-extended",
    "proposed": "desk-event-proposed",
    "directed": "desk-event-directed",
    "moved": "desk-event-moved",
    "late_reason": "desk-event-late-reason",
    "late_proposed": "desk-event-late-reason",
}


def history(code: str, lines: Sequence[str]) -> list[str]:
    """The history as messages that a phone shows on one screen, or a little more when one event is long."""
    pages = [say("desk-history-of", code=show(code))]
    for line in lines:
        if len(pages[-1]) + len(line) >= _SCREEN:
            pages.append(line)
        else:
            pages[-1] += f"\n{line}"
    return pages


def history_line(at: datetime, kind: str, words: str) -> str:
    """`at` on the commune's clock; `words` may be empty."""
    if kind == "proposed" and words:  # begins with the day, as the action wrote it
        written, _, reason = words.partition(" ")
        words = f"{day(date.fromisoformat(written))}: {reason}"
    name = say(_EVENTS.get(kind, "desk-event-other"))
    return say("desk-history-line", at=f"{day(at.date())} {clock(at)}", kind=name, words=f" ({words})" if words else "")
