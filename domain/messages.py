"""What goes in and out of a conversation, the same for every channel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

TALK, NOTICE, BROADCAST = 0, 1, 2  # lanes of the outbox: the smaller goes first

_MENU_NUMBER = re.compile(r"\s*\d{1,2}\s*[.)]?\s*")

IncomingKind = Literal["message", "edit", "blocked", "unblocked"]
Ask = Literal["", "contact", "location"]


@dataclass(frozen=True)
class Media:
    """A file a person sent. `ref` is the platform's file id, or `sha256:<hex>` once we hold the bytes."""

    kind: Literal["photo", "voice", "video", "document"]
    ref: str
    name: str = ""
    size: int | None = None  # bytes
    mime: str = ""


@dataclass(frozen=True)
class Location:
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Incoming:
    """One thing a person did on a channel. Only `parse` of a channel makes it."""

    external_id: str  # unique within the channel
    peer: str  # the person's address on the channel
    at: datetime  # aware
    kind: IncomingKind = "message"
    text: str = ""
    choice: str = ""  # the data of a pressed button, exactly as `Choice.data` was rendered
    media: tuple[Media, ...] = ()
    location: Location | None = None
    phone: str = ""  # the person's own number, shared through the channel's contact button
    start: str = ""  # payload of a deep link or QR code
    album: str = ""  # items of one album share this
    replies_to: str = ""  # the platform's id of our message that this one answers
    message_id: str = ""  # the platform's id of the person's message (an edit carries the id of the original)
    address: str = ""  # network address where the channel knows it; only for rate limits

    @property
    def gathers(self) -> bool:
        """May be one piece of a burst, so worth a quiet moment. A press, a command, a menu's number is complete."""
        whole = self.choice or self.start or self.text.startswith("/") or _MENU_NUMBER.fullmatch(self.text)
        return self.kind == "message" and not whole


@dataclass(frozen=True)
class Choice:
    """One option of a menu. `key` is what a person may type for it ("1", "5"); "" = its place in the list.

    `data` that begins with "/" is a standing command: it works from an old message and after a restart, as in
    "/case.take 123". Other data belongs to the menu it was shown in and is refused once that menu is over.
    At most 48 bytes, so that with the menu's mark it fits the tightest platform (64 bytes).
    """

    data: str
    label: str
    key: str = ""


@dataclass(frozen=True)
class Outgoing:
    """One message to one person. `text` is ready to read; the channel splits it and draws the choices its way."""

    text: str
    choices: tuple[Choice, ...] = ()
    ask: Ask = ""  # a keyboard button that shares the person's contact or place
    media: tuple[str, ...] = ()  # "sha256:<hex>" of files to send along
    links: tuple[tuple[str, str], ...] = ()  # (label, https URL)
    menu: str = ""  # mark of the menu; set by the engine

    def numbered(self) -> tuple[Choice, ...]:
        """The choices with every key filled in."""
        return tuple(replace(c, key=c.key or str(n)) for n, c in enumerate(self.choices, 1))


def to_json(value: Incoming | Outgoing) -> dict[str, Any]:
    """Plain JSON values without the empty fields."""
    out = {key: item for key, item in asdict(value).items() if item not in ("", (), None)}
    if isinstance(value, Incoming):
        out["at"] = value.at.isoformat()
    return out


def incoming_from_json(raw: Mapping[str, Any]) -> Incoming:
    values = dict(raw)
    values["at"] = datetime.fromisoformat(values["at"])
    values["media"] = tuple(Media(**item) for item in values.get("media", ()))
    if values.get("location"):
        values["location"] = Location(**values["location"])
    return Incoming(**values)


def outgoing_from_json(raw: Mapping[str, Any]) -> Outgoing:
    values = dict(raw)
    values["choices"] = tuple(Choice(**item) for item in values.get("choices", ()))
    values["media"] = tuple(values.get("media", ()))
    values["links"] = tuple((label, url) for label, url in values.get("links", ()))
    return Outgoing(**values)


def merge(pieces: Sequence[Incoming]) -> Incoming:
    """The pieces of one burst as one message: texts on their own lines, all media, the last place and phone."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    return replace(
        first,
        text="\n".join(piece.text for piece in pieces if piece.text),
        media=tuple(item for piece in pieces for item in piece.media),
        location=next((piece.location for piece in reversed(pieces) if piece.location), None),
        phone=next((piece.phone for piece in reversed(pieces) if piece.phone), ""),
        replies_to=next((piece.replies_to for piece in pieces if piece.replies_to), ""),
    )
