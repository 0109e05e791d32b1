"""The steps of dialogs and the standing commands, each registered by name where it is written.

* `@step("feedback.describe")` answers the next message of a person whose conversation stands in that state.
* `@command("case.take")` answers a press on a choice with data "/case.take <argument>", at any time, from any message.
* `@said("gặp cán bộ", …)` answers those words (accents and case do not matter) in any state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.fold import fold
from domain.messages import Incoming
from handlers.context import Context, Turn

Handler = Callable[[Context, Incoming], Turn]
CommandHandler = Callable[[Context, Incoming, str], Turn]


@dataclass(frozen=True)
class Command:
    handler: CommandHandler
    staff: bool
    decides: bool


STEPS: dict[str, Handler] = {}
HEARS_ALL: set[str] = set()  # steps that get every message but danger to life, presses and deep links
LEFT: dict[str, Callable[[Context], None]] = {}  # what happens when a dialog is left, whichever way
INTERRUPTED: dict[str, Callable[[Context, Turn], Turn]] = {}  # by subject of the state, the word before its dot
COMMANDS: dict[str, Command] = {}
WORDS: dict[str, str] = {}  # folded words -> command data without the slash


def step(name: str, *, hears_all: bool = False) -> Callable[[Handler], Handler]:
    """`hears_all`: words that work anywhere, numbers and codes are this step's to judge, as in a talk of two people."""

    def register(handler: Handler) -> Handler:
        assert name not in STEPS, name
        STEPS[name] = handler
        if hears_all:
            HEARS_ALL.add(name)
        return handler

    return register


def left(name: str) -> Callable[[Callable[[Context], None]], Callable[[Context], None]]:
    """Called once when a conversation leaves that state, with what the state kept; it may tell people, not answer."""

    def register(handler: Callable[[Context], None]) -> Callable[[Context], None]:
        assert name not in LEFT, name
        LEFT[name] = handler
        return handler

    return register


def interrupted(*subjects: str) -> Callable[[Callable[[Context, Turn], Turn]], Callable[[Context, Turn], Turn]]:
    """What becomes of a dialog of these subjects in which a command of another subject was served, with that turn."""

    def register(handler: Callable[[Context, Turn], Turn]) -> Callable[[Context, Turn], Turn]:
        for subject in subjects:
            assert subject not in INTERRUPTED, subject
            INTERRUPTED[subject] = handler
        return handler

    return register


def command(name: str, *, staff: bool = False, decides: bool = False) -> Callable[[CommandHandler], CommandHandler]:
    """`staff`: only a linked officer may use it; anybody else is told politely.

    `decides`: it says itself what becomes of the dialog that runs, as "hủy" does, and words that belong to the talk.
    """

    def register(handler: CommandHandler) -> CommandHandler:
        assert name not in COMMANDS, name
        COMMANDS[name] = Command(handler, staff, decides)
        return handler

    return register


def said(*words: str, data: str) -> None:
    """These words, alone in a message, mean the command `data` ("menu", "case.mine late")."""
    for word in words:
        assert fold(word) not in WORDS, word
        WORDS[fold(word)] = data
