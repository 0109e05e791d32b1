"""Sentences about questions that a person answers: the promise, the notices to officers, the answer."""

from __future__ import annotations

from domain.texts.base import capital, say


def ask() -> str:
    return say("question-ask")


def ask_for_call() -> str:
    return say("question-ask-for-call")


def send_last(text: str) -> str:
    return say("question-send-last", text=text)


def by_call() -> str:
    return say("question-by-call")


def promise(department: str, due: str) -> str:
    return say("question-promise", department=department, due=due)


def promise_call(department: str, phone: str, due: str) -> str:
    return say("question-promise-call", department=department, phone=phone, due=due)


def urgent(hotline: str) -> str:
    return say("question-urgent", hotline=hotline)


def urgent_hours(hotline: str, hours: str) -> str:
    return say("question-urgent-hours", hotline=hotline, hours=hours)


def ask_phone(unit: str) -> str:
    return say("question-ask-phone", Unit=capital(unit))


def same_phone(phone: str) -> str:
    return say("question-same-phone", phone=phone)


def bad_phone() -> str:
    return say("question-bad-phone")


def words_only() -> str:
    return say("question-words-only")


def too_short() -> str:
    return say("question-too-short")


def stopped() -> str:
    return say("question-stopped")


def stop() -> str:
    return say("question-stop")


def new(due: str) -> str:
    return say("question-new", due=due)


def late(due: str) -> str:
    return say("question-late", due=due)


def done_head() -> str:
    return say("question-done-head")


def quote(text: str) -> str:
    return say("question-quote", text=text)


def answered_before(answer: str) -> str:
    """The person has asked again."""
    return say("question-answered-before", answer=answer)


def about(code: str, name: str) -> str:
    return say("question-about", code=code, name=name)


def wants_call(phone: str) -> str:
    return say("question-wants-call", phone=phone)


def held_by(name: str) -> str:
    return say("question-held-by", name=name)


def how() -> str:
    return say("question-how")


def choice_answer() -> str:
    return say("question-choice-answer")


def choice_forward() -> str:
    return say("question-choice-forward")


def choice_fix() -> str:
    return say("question-choice-fix")


def pick_department() -> str:
    return say("question-pick-department")


def forwarded(department: str) -> str:
    return say("question-forwarded", department=department)


def forwarded_nobody(department: str) -> str:
    return say("question-forwarded-nobody", department=department)


def forwarded_citizen(text: str, department: str, due: str) -> str:
    return say("question-forwarded-citizen", text=text, department=department, due=due)


def write_right(text: str, answer: str) -> str:
    return say("question-write-right", text=text, answer=answer)


def sorry_wrong(unit: str) -> str:
    return say("question-sorry-wrong", Unit=capital(unit))


def not_fixed() -> str:
    return say("question-not-fixed")


def told_unasked(text: str) -> str:
    """To the officer who had taken it."""
    return say("question-told-unasked", text=text)


def own_head() -> str:
    return say("question-own-head")


def own_line(text: str, due: str) -> str:
    return say("question-own-line", text=text, due=due)


def own_waits(text: str, department: str, due: str) -> str:
    return say("question-own-waits", text=text, department=department, due=due)


def own_late(text: str, department: str, due: str, unit: str) -> str:
    return say("question-own-late", text=text, department=department, due=due, Unit=capital(unit))


def own_call(phone: str) -> str:
    return say("question-own-call", phone=phone)


def own_done(text: str) -> str:
    return say("question-own-done", text=text)


def choice_unask() -> str:
    return say("question-choice-unask")


def unasked() -> str:
    return say("question-unasked")


def choice_take() -> str:
    return say("question-choice-take")


def choice_called() -> str:
    return say("question-choice-called")


def taken(due: str) -> str:
    return say("question-taken", due=due)


def write() -> str:
    return say("question-write")


def preview() -> str:
    return say("question-preview")


def send() -> str:
    return say("question-send")


def rewrite() -> str:
    return say("question-rewrite")


def later() -> str:
    return say("question-later")


def on_its_way() -> str:
    return say("question-on-its-way")


def no_way() -> str:
    return say("question-no-way")


def dropped() -> str:
    return say("question-dropped")


def called_noted() -> str:
    return say("question-called-noted")


def answer_head(department: str, text: str) -> str:
    return say("question-answer-head", department=department, text=text)


def answer_foot(department: str, on: str) -> str:
    return say("question-answer-foot", department=department, on=on)


def called_citizen(text: str) -> str:
    return say("question-called-citizen", text=text)


def clear() -> str:
    return say("question-clear")


def unclear() -> str:
    return say("question-unclear")


def list_head(count: int) -> str:
    return say("question-list-head", count=count)


def list_none() -> str:
    return say("question-list-none")


def list_more(count: int) -> str:
    return say("question-list-more", count=count)


def list_item(due: str, text: str) -> str:
    return say("question-list-item", due=due, text=text)


def list_late(due: str, text: str) -> str:
    return say("question-list-late", due=due, text=text)


def why_not_found() -> str:
    return say("question-why-not-found")


def why_not_yours() -> str:
    return say("question-why-not-yours")


def why_answered() -> str:
    return say("question-why-answered")


def why_answered_by(name: str) -> str:
    return say("question-why-answered-by", name=name)


def why_not_answered() -> str:
    return say("question-why-not-answered")


def why_taken(name: str) -> str:
    return say("question-why-taken", name=name)


def why_empty() -> str:
    return say("question-why-empty")


def why_long(max_chars: int) -> str:
    return say("question-why-long", max_chars=max_chars)


def why_no_call() -> str:
    return say("question-why-no-call")
