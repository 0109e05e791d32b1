"""The officer's menu, lists of cases, and linking a chat."""

from __future__ import annotations

from domain.texts.base import code as show
from domain.texts.base import say


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


def unknown() -> str:
    return say("desk-unknown")
