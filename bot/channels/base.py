"""What every channel is, and the two pure helpers that adapters share.

A channel translates: what a platform says becomes `Incoming`, an `Outgoing` becomes the platform's payloads. It never
retries, never stores and never decides; delivery does, by the type of the error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from sqlalchemy.orm import Session

from domain.messages import Choice, Incoming, Outgoing
from storage.tables import OutboxMessage

Payload = dict[str, Any]


@runtime_checkable
class Channel(Protocol):
    """A platform reached over the network. One object per kind; each commune's account is a `channel` row."""

    kind: ClassVar[str]

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the call really comes from the platform. Compares in constant time."""
        ...

    def parse(self, body: bytes) -> list[Incoming]:
        """Pure. What is not for us (unknown events, our own echoes) gives an empty list, never an error."""
        ...

    def render(self, to: str, message: Outgoing) -> list[Payload]:
        """Pure. One payload for each message the person will see; splits what is too long, numbers the choices."""
        ...

    async def send(self, token: str, payload: Payload) -> str:
        """The only network call; returns the platform's message id. Raises a SendError of domain/errors.py."""
        ...


@runtime_checkable
class LocalChannel(Protocol):
    """A channel whose messages are rows of our own database, so that sending is exactly once.

    Delivery does not call `send`: in ONE transaction it calls `deliver` and finishes the outbox row, and after the
    commit it wakes the person's pages. A crash before the commit leaves nothing behind, one after it nothing to do.
    """

    kind: ClassVar[str]

    def render(self, to: str, message: Outgoing) -> list[Payload]: ...

    def deliver(self, session: Session, row: OutboxMessage, now: datetime) -> str:
        """Write the message; returns its id as the external id. Delivering the same row again changes nothing."""
        ...


def utf16_len(text: str) -> int:
    """Length as Telegram and JavaScript count: characters beyond the basic plane are two units."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


# Where a text may be cut, the best place first: after a paragraph, a line, a sentence, a word.
_ENDS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;:])\s+"), re.compile(r"\s+"))


def split_text(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 units, cut after a paragraph, line, sentence or word wherever one ends in the
    second half of the piece. Nothing but white space at the cuts is lost; an empty text gives no piece."""
    if limit < 2:
        raise ValueError("a piece holds at least two units")
    pieces: list[str] = []
    rest = text.strip()
    while utf16_len(rest) > limit:
        fits = _prefix(rest, limit)
        end, begin = _cut(rest, fits)
        pieces.append(rest[:end].rstrip())
        rest = rest[begin:].lstrip()
    return [*pieces, rest] if rest else pieces


def numbered_list(choices: Sequence[Choice]) -> str:
    """The choices as lines to read, "1. Nhãn", for platforms without buttons. `choices` carry their keys."""
    return "\n".join(f"{choice.key}. {choice.label}" for choice in choices)


def _prefix(text: str, limit: int) -> int:
    """How many characters of `text` fit into `limit` units, never between the two halves of one character."""
    units = 0
    for n, c in enumerate(text):
        units += 2 if ord(c) > 0xFFFF else 1
        if units > limit:
            return n
    return len(text)


def _cut(text: str, fits: int) -> tuple[int, int]:
    """Where the piece ends and where the rest begins."""
    for end in _ENDS:
        cuts = [match for match in end.finditer(text, 0, fits + 1) if fits // 2 <= match.start() <= fits]
        if cuts:
            return cuts[-1].start(), cuts[-1].end()
    return fits, fits
