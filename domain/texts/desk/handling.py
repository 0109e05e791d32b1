"""Taking a case, asking back, passing it on, and answering it."""

from __future__ import annotations

from domain.texts.base import code as show
from domain.texts.base import say


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
