"""Sentences of the list of papers that a citizen ticks."""

from __future__ import annotations

from domain.texts.base import say


def begin() -> str:
    return say("procedure-checklist")


def cases(title: str) -> str:
    return say("procedure-checklist-cases", title=title)


def none_of_them() -> str:
    return say("procedure-checklist-none")


def all_cases() -> str:
    return say("procedure-checklist-all")


def more_cases() -> str:
    return say("procedure-checklist-more-cases")


def paper(n: int, name: str, have: bool) -> str:
    return say("procedure-checklist-have", n=n, name=name) if have else say("procedure-checklist-lack", n=n, name=name)


def toggle(n: int, have: bool) -> str:
    return say("procedure-checklist-key-have", n=n) if have else say("procedure-checklist-key-lack", n=n)


def how(have: int, all: int) -> str:
    return say("procedure-checklist-how", have=have, all=all)


def next_papers() -> str:
    return say("procedure-checklist-next")


def papers_before() -> str:
    return say("procedure-checklist-back")


def done() -> str:
    return say("procedure-checklist-done")


def not_there(last: int) -> str:
    return say("procedure-checklist-not-there", last=last)


def changed() -> str:
    return say("procedure-checklist-changed")


def complete(all: int) -> str:
    return say("procedure-checklist-complete", all=all)


def missing(have: int, all: int) -> str:
    return say("procedure-checklist-missing", have=have, all=all)


def missing_more(count: int) -> str:
    return say("procedure-checklist-missing-more", count=count)


def again() -> str:
    return say("procedure-checklist-again")


def other_case() -> str:
    return say("procedure-checklist-other-case")


def nothing() -> str:
    return say("procedure-checklist-nothing")
