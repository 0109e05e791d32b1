"""What an officer reads: cases, lists, questions back and forth, answers, dates, and why something is not allowed."""

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


def choice_new() -> str:
    return say("desk-choice-new")


def choice_mine() -> str:
    return say("desk-choice-mine")


def choice_questions(waiting: int) -> str:
    return say("desk-choice-questions", n=waiting)


def choice_gaps() -> str:
    return say("desk-choice-gaps")


def choice_digest() -> str:
    return say("desk-choice-digest")


def choice_approvals() -> str:
    return say("desk-choice-approvals")


def choice_photos() -> str:
    return say("desk-choice-photos")


def choice_late() -> str:
    return say("desk-choice-late")


def choice_back() -> str:
    return say("desk-choice-back")


def welcome(name: str, unit_name: str) -> str:
    return say("desk-welcome", name=name, unit_name=unit_name)


def menu() -> str:
    return say("desk-menu")


def link_wrong() -> str:
    return say("desk-link-wrong")


def link_how() -> str:
    return say("desk-link-how")


def ask_unlink() -> str:
    return say("desk-ask-unlink")


def choice_unlink_yes() -> str:
    return say("desk-choice-unlink-yes")


def choice_unlink_no() -> str:
    return say("desk-choice-unlink-no")


def unlinked() -> str:
    return say("desk-unlinked")


def unlink_kept() -> str:
    return say("desk-unlink-kept")


def list_new(total: int) -> str:
    return say("desk-list-new", total=total)


def list_mine(total: int) -> str:
    return say("desk-list-mine", total=total)


def list_late(total: int) -> str:
    return say("desk-list-late", total=total)


def list_empty() -> str:
    return say("desk-list-empty")


def list_line(code: str, category: str, due: str) -> str:
    return say("desk-list-line", code=show(code), category=category, due=due)


def list_line_late(code: str, category: str, late_days: int) -> str:
    return say("desk-list-line-late", code=show(code), category=category, late_days=late_days)


def list_more(n: int) -> str:
    return say("desk-list-more", n=n)


def taken(code: str) -> str:
    return say("desk-taken", code=show(code))


def taken_by(code: str, officer: str) -> str:
    return say("desk-taken-by", code=show(code), officer=officer)


def already_yours(code: str) -> str:
    return say("desk-already-yours", code=show(code))


def ask_question(code: str) -> str:
    return say("desk-ask-question", code=show(code))


def asked(code: str) -> str:
    return say("desk-asked", code=show(code))


def citizen_says(code: str, words: str) -> str:
    return say("desk-citizen-says", code=show(code), words=words)


def citizen_adds(code: str, words: str) -> str:
    return say("desk-citizen-adds", code=show(code), words=words)


def citizen_files(n: int) -> str:
    return say("desk-citizen-files", n=n)


def citizen_withdrew(code: str) -> str:
    return say("desk-citizen-withdrew", code=show(code))


def citizen_reopened(code: str, due: str) -> str:
    return say("desk-citizen-reopened", code=show(code), due=due)


def pick_department(code: str) -> str:
    return say("desk-pick-department", code=show(code))


def ask_reason(department: str) -> str:
    return say("desk-ask-reason", department=department)


def forwarded(code: str, department: str) -> str:
    return say("desk-forwarded", code=show(code), department=department)


def forwarded_nobody(code: str, department: str) -> str:
    return say("desk-forwarded-nobody", code=show(code), department=department)


def got_forwarded(department: str, reason: str) -> str:
    return say("desk-got-forwarded", department=department, reason=reason)


def pick_again() -> str:
    return say("desk-pick-again")


def choice_direct() -> str:
    return say("desk-choice-direct")


def ask_answer(code: str) -> str:
    return say("desk-ask-answer", code=show(code))


def answer_words() -> str:
    return say("desk-answer-words")


def preview() -> str:
    return say("desk-preview")


def preview_choose(code: str) -> str:
    return say("desk-preview-choose", code=show(code))


def choice_send() -> str:
    return say("desk-choice-send")


def choice_change() -> str:
    return say("desk-choice-change")


def choice_drop() -> str:
    return say("desk-choice-drop")


def answer_dropped(code: str) -> str:
    return say("desk-answer-dropped", code=show(code))


def answered(code: str) -> str:
    return say("desk-answered", code=show(code))


def answered_anonymous() -> str:
    return say("desk-answered-anonymous")


def answered_gone(phone: str) -> str:
    return say("desk-answered-gone", phone=phone)


def answered_gone_no_phone() -> str:
    return say("desk-answered-gone-no-phone")


def answered_no_chat(phone: str) -> str:
    return say("desk-answered-no-chat", phone=phone)


def answered_no_chat_no_phone() -> str:
    return say("desk-answered-no-chat-no-phone")


def ask_extend_reason(code: str, due: str) -> str:
    return say("desk-ask-extend-reason", code=show(code), due=due)


def ask_extend_date(example: str) -> str:
    return say("desk-ask-extend-date", example=example)


def bad_date(after: str, example: str) -> str:
    return say("desk-bad-date", after=after, example=example)


def extended(code: str, due: str) -> str:
    return say("desk-extended", code=show(code), due=due)


def extend_asked(code: str) -> str:
    return say("desk-extend-asked", code=show(code))


def extend_asks(officer: str, code: str, old: str, new: str, reason: str) -> str:
    return say("desk-extend-asks", officer=officer, code=show(code), old=old, new=new, reason=reason)


def choice_approve(code: str) -> str:
    return say("desk-choice-approve", code=show(code))


def no_approver() -> str:
    return say("desk-no-approver")


def no_proposal(code: str) -> str:
    return say("desk-no-proposal", code=show(code))


def unknown() -> str:
    return say("desk-unknown")


def emergency_page(words: str) -> str:
    return say("desk-emergency-page", words=words)


def emergency_files() -> str:
    return say("desk-emergency-files")


def emergency_place(place: str) -> str:
    return say("desk-emergency-place", place=place)


def emergency_false() -> str:
    return say("desk-emergency-false")


def emergency_phone(phone: str) -> str:
    return say("desk-emergency-phone", phone=phone)


def status_name(name: str) -> str:
    """`name` is a status of `domain.feedback.CaseStatus`."""
    return say(_STATUS[name])


def status_reopened() -> str:
    return say("desk-status-reopened")


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
