"""Telegram through aiogram's typed client, models and errors; this module is aiogram's only home.

Its Dispatcher, FSM and webhook classes are not used: each loses updates in a crash. Only private chats are served.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Literal

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVoice, TelegramMethod
from aiogram.types import BotCommand, CallbackQuery, ChatMemberUpdated, FSInputFile, Message, Update
from pydantic import ValidationError

from bot.channels import telegram_render
from bot.channels.base import Payload
from domain.errors import BadRecord, Misconfigured, RecipientGone, Rejected, SendError, TryLater
from domain.messages import Incoming, Location, Media, Outgoing
from domain.texts import delivery
from storage.media import MAX_BYTES

log = logging.getLogger(__name__)

MAX_PER_S = 28  # of one bot; Telegram begins to refuse at about 30
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
POLL_S = 25
CALL_S = 20  # a send must be over before the outbox lease is
CONFLICT_PAUSE = timedelta(seconds=15)
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
_EPOCH = datetime.fromtimestamp(0, UTC)
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid")
# Messages that a client writes by itself; nobody said anything.
_SERVICE = ("pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "chat_background_set",
            "connected_website")  # fmt: skip
# How files of ours go out, by their first bytes: offset, bytes, the name the person sees.
_FILES = ((0, b"\xff\xd8\xff", "anh.jpg"), (0, b"\x89PNG", "anh.png"), (0, b"OggS", "ghi-am.ogg"),
          (0, b"%PDF-", "tep.pdf"), (4, b"ftyp", "phim.mp4"), (0, b"ID3", "ghi-am.mp3"))  # fmt: skip


class PolledElsewhere(TryLater):
    """Another program takes this bot's updates, or a webhook does: people's messages go there."""


@dataclass(frozen=True)
class Received:
    """One update: what was said, and the press to answer if it is one."""

    update_id: int
    said: tuple[Incoming, ...] = ()
    callback_id: str = ""


class TelegramChannel:
    """The Bot API. One object serves every commune's bot over one connection pool."""

    kind: ClassVar[str] = "telegram"

    def __init__(self, api_base: str) -> None:
        self._session = AiohttpSession(api=TelegramAPIServer.from_base(api_base))
        self._bots: dict[str, Bot] = {}
        self._free_at: dict[str, float] = {}  # token -> when its next message may leave, in the loop's time
        self._sending = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def close(self) -> None:
        """Let the messages under way arrive, for some seconds, then close the connections."""
        self._closed = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), 8)
        await self._session.close()

    # --- in ---

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
        given = next((value for key, value in headers.items() if key.lower() == SECRET_HEADER), "")
        return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())

    def parse(self, body: bytes) -> list[Incoming]:
        """What one update says. Raises BadRecord when the body is no update at all."""
        return list(self.read(body).said)

    def read(self, body: bytes) -> Received:
        """The same, with the press to answer. Raises BadRecord."""
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raise BadRecord("not a Telegram update: no JSON") from None
        return read_update(raw)

    # --- out ---

    def render(self, to: str, message: Outgoing) -> list[Payload]:
        return telegram_render.render(to, message)

    async def send(self, token: str, payload: Payload) -> str:
        if self._closed:
            raise TryLater("the service is stopping")
        self._sending += 1
        self._idle.clear()
        try:
            await self._turn(token)
            if payload["method"] == "sendFile":
                sent = await self._send_file(token, payload["chat_id"], Path(payload["file"]))
            else:
                sent = await self._say(token, payload)
            return str(sent.message_id)
        finally:
            self._sending -= 1
            if not self._sending:
                self._idle.set()

    async def _say(self, token: str, payload: Payload) -> Message:
        values = {key: value for key, value in payload.items() if key != "method"}
        method = SendMessage.model_validate({**values, "link_preview_options": {"is_disabled": True}})
        return await self._call(token, method)

    async def _send_file(self, token: str, to: str, path: Path) -> Message:
        """As a photo or a voice message, else as a file; a file that cannot go is named instead, so that the text
        which follows it still arrives."""
        try:
            head = await asyncio.to_thread(_head, path)
        except OSError:
            log.error("a file to send is missing", extra={"where": path.parent.name})
            return await self._say(token, {"chat_id": to, "text": delivery.file_not_sent()})
        name = next((name for at, magic, name in _FILES if head[at:].startswith(magic)), "tep")
        methods: list[TelegramMethod[Message]] = [SendDocument(chat_id=to, document=FSInputFile(path, filename=name))]
        if name.startswith("anh"):
            methods.insert(0, SendPhoto(chat_id=to, photo=FSInputFile(path, filename=name)))
        elif name == "ghi-am.ogg":
            methods.insert(0, SendVoice(chat_id=to, voice=FSInputFile(path, filename=name)))
        for method in methods:
            with suppress(Rejected):
                return await self._call(token, method)
        log.warning("a file was refused", extra={"where": path.parent.name, "kind": name})
        return await self._say(token, {"chat_id": to, "text": delivery.file_not_sent()})

    async def _turn(self, token: str) -> None:
        """Wait until this bot may write again: Telegram takes some 30 messages a second."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._free_at.get(token, now))
        self._free_at[token] = at + 1 / MAX_PER_S
        if at > now:
            await asyncio.sleep(at - now)

    async def _call(self, token: str, method: TelegramMethod[Message]) -> Message:
        with _failures_named():
            return await self.bot(token)(method, request_timeout=CALL_S)

    # --- the service around it ---

    async def me(self, token: str) -> int:
        """The bot's id. Raises SendError."""
        with _failures_named():
            return (await self.bot(token).get_me(request_timeout=CALL_S)).id

    async def updates(self, token: str, offset: int) -> list[Received]:
        """New updates, oldest first. Waits up to 25 s. Raises SendError."""
        with _failures_named():
            try:
                found = await self.bot(token).get_updates(
                    offset=offset, timeout=POLL_S, allowed_updates=UPDATES, request_timeout=POLL_S + 10
                )
            except ClientDecodeError as error:  # one update of a newer kind must not hold up the others
                rows = error.data.get("result") if isinstance(error.data, dict) else None
                if not isinstance(rows, list):
                    raise
                return [read_update(raw) for raw in rows]
            return [_received(update) for update in found]

    async def poll_by_ourselves(self, token: str) -> None:
        """Take away a webhook, keeping what waits. Raises SendError."""
        with _failures_named():
            await self.bot(token).delete_webhook(drop_pending_updates=False, request_timeout=CALL_S)

    async def set_webhook(self, token: str, url: str, secret: str) -> None:
        """Raises SendError."""
        with _failures_named():
            await self.bot(token).set_webhook(
                url, secret_token=secret, allowed_updates=UPDATES, max_connections=20, request_timeout=CALL_S
            )

    async def set_commands(self, token: str, commands: Mapping[str, str]) -> None:
        """Best effort: the menu beside the input."""
        rows = [BotCommand(command=name, description=text) for name, text in commands.items()]
        try:
            with _failures_named():
                await self.bot(token).set_my_commands(rows, request_timeout=CALL_S)
        except SendError as error:
            log.warning("commands not set", extra={"kind": type(error).__name__})

    async def answer_press(self, token: str, callback_id: str) -> None:
        """Best effort: stops the button's spinner; nothing depends on it."""
        try:
            with _failures_named():
                await self.bot(token).answer_callback_query(callback_id, request_timeout=5)
        except SendError as error:
            log.debug("press not answered", extra={"kind": type(error).__name__})

    async def download(self, token: str, file_id: str) -> bytes:
        """A file's bytes, at most 20 MB. Raises SendError."""
        with _failures_named():
            file = await self.bot(token).get_file(file_id, request_timeout=CALL_S)
            if not file.file_path:
                raise Rejected("the platform gives no path for this file")
            if (file.file_size or 0) > MAX_BYTES:
                raise Rejected("too large")
            content = bytearray()
            url = self._session.api.file_url(token, file.file_path)
            async with aclosing(self._session.stream_content(url, timeout=60)) as chunks:
                async for chunk in chunks:
                    content += chunk
                    if len(content) > MAX_BYTES:  # what a server claims beforehand need not be true
                        raise Rejected("too large")
            return bytes(content)

    def bot(self, token: str) -> Bot:
        if token not in self._bots:
            try:
                self._bots[token] = Bot(token, session=self._session)
            except Exception:
                raise Misconfigured("the token does not look like a bot token") from None
        return self._bots[token]


@contextmanager
def _failures_named() -> Iterator[None]:
    """Turns what went wrong into a SendError. The cause is cut off: it holds the text, the address and the token."""
    try:
        yield
    except SendError:
        raise
    except Exception as error:
        raise as_send_error(error) from None


def as_send_error(error: Exception) -> SendError:
    """The platform's answer as one of our failures. The order matters: a too large file is a network error here."""
    match error:
        case TelegramRetryAfter():
            return TryLater("flood control", timedelta(seconds=error.retry_after))
        case TelegramEntityTooLarge():
            return Rejected("too large")
        case TelegramMigrateToChat():
            return RecipientGone("the group became another chat")
        case TelegramForbiddenError():
            return RecipientGone("blocked by the person")
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Misconfigured("the token is refused: copy it again from @BotFather")
        case TelegramConflictError():
            return PolledElsewhere("another program polls this bot, or a webhook is set", CONFLICT_PAUSE)
        case TelegramBadRequest() if any(words in error.message.lower() for words in _GONE):
            return RecipientGone("no such chat")
        case TelegramBadRequest() if "too big" in error.message.lower():
            return Rejected("too large")
        case TelegramBadRequest():
            return Rejected("the platform refuses the call")
    return TryLater(type(error).__name__)  # network, 5xx, an answer that is no JSON


def read_update(raw: object) -> Received:
    """An update as JSON. One whose shape we do not know says nothing to us, and holds nobody up. Raises BadRecord."""
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    if type(update_id) is not int:
        raise BadRecord("not a Telegram update: no update_id")
    try:
        return _received(Update.model_validate(raw))
    except ValidationError:
        log.warning("an update of unknown shape was passed over")
        return Received(update_id)


def _received(update: Update) -> Received:
    press = update.callback_query.id if update.callback_query else ""
    try:
        return Received(update.update_id, tuple(parse_update(update)), press)
    except Exception:  # a bug of ours must not stop everybody behind this update
        log.exception("an update could not be read")
        return Received(update.update_id, (), press)


def parse_update(update: Update) -> list[Incoming]:
    """Pure. Groups, channels and kinds of updates we do not serve give nothing."""
    external_id = str(update.update_id)
    message = update.message or update.edited_message
    if message:
        if message.chat.type != "private" or message.from_user is None:
            return []
        if any(getattr(message, name, None) for name in _SERVICE):
            return []
        if update.message is None and message.location and not message.text:
            return []  # a live location moves every few seconds
        return [_from_message(external_id, message, edited=update.message is None)]
    if update.callback_query:
        return _from_press(external_id, update.callback_query)
    if update.my_chat_member:
        return _from_membership(external_id, update.my_chat_member)
    return []


def _from_message(external_id: str, message: Message, *, edited: bool) -> Incoming:
    text = message.text or message.caption or ""
    start = ""
    if text.startswith("/"):
        word, *rest = text.split(maxsplit=1)
        word = word.partition("@")[0]
        text = " ".join([word, *rest])
        start = rest[0].strip() if rest and word == "/start" else ""
    own_contact = message.contact and message.from_user and message.contact.user_id == message.from_user.id
    place = message.location or (message.venue.location if message.venue else None)
    return Incoming(
        external_id=external_id,
        peer=str(message.chat.id),
        at=message.date,
        kind="edit" if edited else "message",
        text=text,
        start=start,
        media=_media(message),
        location=Location(place.latitude, place.longitude) if place else None,
        phone=message.contact.phone_number if message.contact and own_contact else "",
        album=message.media_group_id or "",
        replies_to=str(message.reply_to_message.message_id) if message.reply_to_message else "",
        message_id=str(message.message_id),
    )


def _media(message: Message) -> tuple[Media, ...]:
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return (Media("photo", best.file_id, size=best.file_size, mime="image/jpeg"),)
    if sound := message.voice or message.audio:
        return (Media("voice", sound.file_id, size=sound.file_size, mime=sound.mime_type or ""),)
    if film := message.video or message.video_note:
        return (Media("video", film.file_id, size=film.file_size, mime=getattr(film, "mime_type", None) or ""),)
    if paper := message.document:
        kind: Literal["photo", "document"] = "photo" if (paper.mime_type or "").startswith("image/") else "document"
        return (Media(kind, paper.file_id, paper.file_name or "", paper.file_size, paper.mime_type or ""),)
    return ()


def _from_press(external_id: str, query: CallbackQuery) -> list[Incoming]:
    if query.message is None or query.message.chat.type != "private":
        return []
    return [
        Incoming(
            external_id=external_id,
            peer=str(query.from_user.id),
            at=_EPOCH,  # a press carries no time of its own; the inbox knows when it came
            choice=query.data or "",
            replies_to=str(query.message.message_id),
        )
    ]


def _from_membership(external_id: str, change: ChatMemberUpdated) -> list[Incoming]:
    if change.chat.type != "private":
        return []
    gone = change.new_chat_member.status == "kicked"
    return [
        Incoming(
            external_id=external_id,
            peer=str(change.chat.id),
            at=change.date,
            kind="blocked" if gone else "unblocked",
        )
    ]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)
