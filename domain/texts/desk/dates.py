"""Asking for a later date and approving it."""

from __future__ import annotations

from domain.texts.base import code as show
from domain.texts.base import say


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
