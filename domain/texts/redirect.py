"""What an officer reads while ending a case that is no report but a khiếu nại or tố cáo."""

from __future__ import annotations

from domain.texts.base import code as show
from domain.texts.base import say


def ask_direct(code: str) -> str:
    return say("desk-ask-direct", code=show(code))


def direct_kind(kind: str) -> str:
    """`kind`: "complaint" or "denunciation", here and below."""
    return say(f"desk-direct-{kind}")


def sure_to_direct(code: str, kind: str) -> str:
    return say(f"desk-sure-{kind}", code=show(code))


def choice_direct_yes(kind: str) -> str:
    return say(f"desk-choice-direct-{kind}")


def directed(code: str, kind: str) -> str:
    return say(f"desk-directed-{kind}", code=show(code))
