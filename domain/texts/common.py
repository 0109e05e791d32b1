"""Sentences of no single dialog: welcome, menu, emergencies, failures, limits."""

from __future__ import annotations

from domain.texts.base import capital, say


def welcome(unit_name: str, unit: str, hotline: str) -> str:
    return "\n".join(part for part in (say("welcome", unit_name=unit_name), safety(unit, hotline)) if part)


def welcome_after_answer(unit_name: str, unit: str, hotline: str) -> str:
    """Two lines that follow the answer when a first message was already a question."""
    return say("welcome-after-answer", unit_name=unit_name) + "\n" + safety(unit, hotline)


def safety(unit: str, hotline: str) -> str:
    if not hotline:
        return say("safety-without-hotline", Unit=capital(unit))
    return say("safety", Unit=capital(unit), hotline=hotline)


def menu() -> str:
    return say("menu")


def menu_start() -> str:
    return say("menu-start")


def menu_procedures() -> str:
    return say("menu-procedures")


def menu_feedback() -> str:
    return say("menu-feedback")


def menu_cases() -> str:
    return say("menu-cases")


def menu_officer() -> str:
    return say("menu-officer")


def ask_a_question() -> str:
    return say("ask-a-question")


def empty_message() -> str:
    return say("empty-message")


def too_long(max_chars: int) -> str:
    return say("too-long", max_chars=max_chars)


def old_button() -> str:
    return say("old-button")


def not_a_choice() -> str:
    return say("not-a-choice")


def staff_only() -> str:
    return say("staff-only")


def sorry_bug(hotline: str) -> str:
    return say("sorry-bug", hotline=hotline) if hotline else say("sorry-bug-without-hotline")


def refused(why: str) -> str:
    return say("refused", why=why)


def cancelled() -> str:
    return say("cancelled")


def emergency(unit: str, duty_phone: str, numbers: str = "") -> str:
    """`numbers`: the commune's own confirmed lines; "" = the national ones."""
    lines = [say("emergency-first"), numbers or say("emergency-numbers")]
    lines.append(say("emergency-call", unit=unit, duty_phone=duty_phone) if duty_phone else say("emergency-call-only"))
    lines.append(say("emergency-place"))
    return "\n".join(lines)


def too_many_tries() -> str:
    return say("too-many-tries")


def edited_noted() -> str:
    return say("edited-noted")


def file_too_big(max_mb: int) -> str:
    return say("file-too-big", max_mb=max_mb)


def cancel_choice() -> str:
    return say("cancel-choice")


def share_phone() -> str:
    return say("share-phone")


def share_place() -> str:
    return say("share-place")


def which_of_these() -> str:
    return say("which-of-these")
