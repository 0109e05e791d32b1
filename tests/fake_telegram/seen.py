"""What a person sees in a chat with the bot, and waiting for it without polling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.fake_telegram.world import Bot, Chat, Kept, World

T = TypeVar("T")
_KINDS = ("text", "photo", "document", "voice", "location", "contact")


@dataclass(frozen=True)
class Button:
    """An inline button: it carries `data` to the bot or opens `url`."""

    text: str
    data: str | None
    url: str | None


@dataclass(frozen=True)
class Seen:
    """A message as it stands now. `text` is the caption when there is media; `keyboard` holds reply buttons."""

    message_id: int
    chat_id: int
    kind: str
    text: str
    from_bot: bool
    buttons: tuple[tuple[Button, ...], ...]
    keyboard: tuple[tuple[str, ...], ...]
    removes_keyboard: bool
    edited: bool
    album: str | None
    file: bytes | None
    revision: int
    raw: dict[str, Any]

    @property
    def labels(self) -> list[str]:
        """Every button under the message, inline or reply, row by row."""
        return [b.text for row in self.buttons for b in row] + [label for row in self.keyboard for label in row]


def see(bot: Bot, kept: Kept) -> Seen:
    raw, markup = kept.raw, kept.markup or {}
    kind = next((kind for kind in _KINDS if kind in raw), "service")
    media = raw["photo"][-1] if kind == "photo" else raw[kind] if kind in ("document", "voice") else None
    return Seen(
        message_id=raw["message_id"],
        chat_id=raw["chat"]["id"],
        kind=kind,
        text=raw.get("text", raw.get("caption", "")),
        from_bot=kept.from_bot,
        buttons=tuple(
            tuple(Button(b["text"], b.get("callback_data"), b.get("url")) for b in row)
            for row in markup.get("inline_keyboard", [])
        ),
        keyboard=tuple(tuple(map(label, row)) for row in markup.get("keyboard", [])),
        removes_keyboard=bool(markup.get("remove_keyboard")),
        edited=kept.edited,
        album=raw.get("media_group_id"),
        file=bot.files[media["file_id"]].data if media else None,
        revision=kept.revision,
        raw=raw,
    )


def label(button: dict[str, Any] | str) -> str:
    return button if isinstance(button, str) else str(button["text"])


class View:
    """One chat with one bot, as its people see it. Safe to use from any thread."""

    def __init__(self, world: World, bot: Bot, chat: Chat) -> None:
        self.world, self.bot, self.chat = world, bot, chat
        self._heard_revision = 0

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def history(self) -> list[Seen]:
        """Everything in the chat that was not deleted, oldest first, as it stands now."""
        with self.world.lock:
            return [see(self.bot, kept) for kept in self.chat.messages.values() if not kept.deleted]

    @property
    def inbox(self) -> list[Seen]:
        """What the bot wrote, oldest first, with edits applied."""
        return [message for message in self.history if message.from_bot]

    @property
    def keyboard(self) -> tuple[tuple[str, ...], ...]:
        """The reply keyboard now open below the chat."""
        with self.world.lock:
            rows = (self.chat.keyboard or {}).get("keyboard", [])
            return tuple(tuple(map(label, row)) for row in rows)

    @property
    def bot_is_typing(self) -> bool:
        """The bot announced an action (sendChatAction) at some time."""
        with self.world.lock:
            return bool(self.chat.actions)

    def wait_for(self, predicate: Callable[["View"], T], timeout_s: float = 5.0) -> T:
        """The first truthy value of `predicate(self)`, looked at after every change. AssertionError on timeout."""
        with self.world.changed:
            value: list[T] = []

            def happened() -> bool:
                value[:] = [predicate(self)]
                return bool(value[0]) or self.world.closing

            if not self.world.changed.wait_for(happened, timeout_s) or not value[0]:
                lines = "\n".join(f"  {m.message_id}: {m.text!r} {m.labels}" for m in self.inbox[-10:])
                raise AssertionError(f"it did not happen within {timeout_s} s; the last of the inbox:\n{lines}")
            return value[0]

    def heard(self, substring: str = "", timeout_s: float = 5.0) -> Seen:
        """The next message of the bot (new or edited since the one heard last) that contains `substring`.

        Messages passed over on the way count as heard. Blocks; in a coroutine use `hears`.
        """

        def find(_: View) -> Seen | None:
            fresh = [m for m in self.inbox if m.revision > self._heard_revision and substring in m.text]
            return min(fresh, key=lambda m: m.revision, default=None)

        try:
            found = self.wait_for(find, timeout_s)
        except AssertionError as error:
            raise AssertionError(f"{substring!r} was not heard: {error}") from None
        assert found is not None
        self._heard_revision = found.revision
        return found

    async def hears(self, substring: str = "", timeout_s: float = 5.0) -> Seen:
        """As `heard`, without blocking the running loop."""
        return await asyncio.to_thread(self.heard, substring, timeout_s)

    async def waits_for(self, predicate: Callable[["View"], T], timeout_s: float = 5.0) -> T:
        """As `wait_for`, without blocking the running loop."""
        return await asyncio.to_thread(self.wait_for, predicate, timeout_s)

    def hears_nothing_new(self) -> bool:
        """No message came or changed since the one heard last."""
        return all(m.revision <= self._heard_revision for m in self.inbox)
