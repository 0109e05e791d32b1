"""What the duty officers read of a call for help."""

from __future__ import annotations

from domain.texts.base import say


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
