"""Why an officer may not do something with a case; completes "Việc này chưa làm được: …"."""

from __future__ import annotations

from domain.texts.base import code as show
from domain.texts.base import say


def not_allowed() -> str:
    return say("desk-why-not-allowed")


def restricted() -> str:
    return say("desk-why-restricted")


def not_open(code: str) -> str:
    return say("desk-why-not-open", code=show(code))


def taken(code: str, officer: str) -> str:
    return say("desk-why-taken", code=show(code), officer=officer)


def extended(code: str) -> str:
    return say("desk-why-extended", code=show(code))


def past_due(code: str, unit: str) -> str:
    return say("desk-why-past-due", code=show(code), unit=unit)


def not_approver() -> str:
    return say("desk-why-not-approver")


def no_chat(code: str) -> str:
    return say("desk-why-no-chat", code=show(code))


def same_place(code: str) -> str:
    return say("desk-why-same-place", code=show(code))


def empty() -> str:
    return say("desk-why-empty")


def date() -> str:
    return say("desk-why-date")
