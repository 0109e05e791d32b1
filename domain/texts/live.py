"""Sentences of a direct line between an officer and a citizen."""

from __future__ import annotations

from domain.texts.base import say


def choice_open() -> str:
    return say("live-choice-open")


def opened(text: str) -> str:
    return say("live-opened", text=text)


def invited(text: str) -> str:
    return say("live-invited", text=text)


def begins(unit: str, text: str) -> str:
    return say("live-begins", unit=unit, text=text)


def invitation(unit: str, text: str) -> str:
    return say("live-invitation", unit=unit, text=text)


def choice_join() -> str:
    return say("live-choice-join")


def joined() -> str:
    return say("live-joined")


def join_late() -> str:
    return say("live-join-late")


def from_officer(unit: str, text: str) -> str:
    return say("live-from-officer", unit=unit, text=text)


def from_citizen(text: str) -> str:
    return say("live-from-citizen", text=text)


def choice_return() -> str:
    return say("live-choice-return")


def files(count: int) -> str:
    return say("live-files", count=count)


def files_coming(count: int) -> str:
    return say("live-files-coming", count=count)


def choice_files() -> str:
    return say("live-choice-files")


def files_none() -> str:
    return say("live-files-none")


def files_here(count: int) -> str:
    return say("live-files-here", count=count)


def place(place: str) -> str:
    return say("live-place", place=place)


def phone(phone: str) -> str:
    return say("live-phone", phone=phone)


def file_not_passed() -> str:
    return say("live-file-not-passed")


def not_joined() -> str:
    return say("live-not-joined")


def not_sent() -> str:
    return say("live-not-sent")


def gone() -> str:
    return say("live-gone")


def officer_left() -> str:
    return say("live-officer-left")


def officer_left_asks() -> str:
    return say("live-officer-left-asks")


def citizen_left() -> str:
    return say("live-citizen-left")


def you_left_asks() -> str:
    """The officer has said something before."""
    return say("live-you-left-asks")


def you_left() -> str:
    return say("live-you-left")


def ended() -> str:
    return say("live-ended")


def ended_silent(minutes: int) -> str:
    return say("live-ended-silent", minutes=minutes)


def choice_again() -> str:
    return say("live-choice-again")


def why_other_talk() -> str:
    return say("live-why-other-talk")


def why_taken(name: str) -> str:
    return say("live-why-taken", name=name)


def why_unreachable() -> str:
    return say("live-why-unreachable")


def why_yourself() -> str:
    return say("live-why-yourself")
