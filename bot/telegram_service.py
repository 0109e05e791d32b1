"""Receiving from Telegram for every connected commune, by long polling or webhook.

Polling sends the next offset only after the rows are committed: what a crash interrupts, Telegram sends again.
A channel that changed while we serve (`follow`) is left first and then served anew: its long poll is given up before
its updates are acknowledged, so they come again, and an update that was stored already meets its own inbox row.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.channels.telegram import PolledElsewhere, TelegramChannel
from bot.intake import Intake
from bot.secrets import Vault
from bot.settings import Settings
from bot.waiting import first_of
from domain.errors import BadRecord, Misconfigured, SendError, TryLater
from domain.messages import Incoming
from domain.texts import common
from storage import channels, outbox
from storage.db import Database
from storage.tables import Attachment
from storage.tables import Channel as ChannelRow

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How long to wait, in seconds."""

    retry_s: float = 3.0  # after a failure
    misconfigured_s: float = 60.0  # while the token is refused
    lease_s: float = 9.0  # while another process polls the bot
    conflict_s: float | None = None  # after 409; None = what the channel says


@dataclass(frozen=True)
class _Served:
    """One bot that is being served, as its channel stood then."""

    row: ChannelRow
    leave: asyncio.Event
    task: asyncio.Task[None]


class TelegramService:
    def __init__(
        self, *, db: Database, settings: Settings, vault: Vault, intake: Intake, clock: Callable[[], datetime],
        rows: Sequence[ChannelRow], pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self.channel = TelegramChannel(settings.telegram_api_base)
        self._db = db
        self._settings = settings
        self._vault = vault
        self._intake = intake
        self._clock = clock
        self._pace = pace or Pace()
        self._rows: dict[int, ChannelRow] = {}
        self._by_path: dict[str, ChannelRow] = {}
        self._served: dict[int, _Served] = {}
        self._followed = asyncio.Event()
        self._bot_ids: dict[int, int] = {}
        self._holder = secrets.token_hex(8)
        self._answering: set[asyncio.Task[None]] = set()
        self.follow(rows)

    def follow(self, rows: Sequence[ChannelRow]) -> None:
        """From now on serve these channels as they stand. One without a token, whose bot went elsewhere, is left."""
        new = {row.id: row for row in rows if row.token}
        for id, row in self._rows.items():
            if id not in new or _changed(row, new[id]):
                self._bot_ids.pop(id, None)  # a webhook call is asked to come again until the bot is known
        self._rows, self._by_path = new, {row.path: row for row in new.values() if row.path}
        self._followed.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve every bot until told to stop. One revoked token stops nobody else."""
        try:
            while not stopping.is_set():
                self._followed.clear()
                await self._serve_what_is_followed()
                await first_of(None, self._followed, stopping)
            await self._leave(list(self._served))
        finally:
            for task in (*(one.task for one in self._served.values()), *self._answering):
                task.cancel()
            await self.channel.close()

    async def _serve_what_is_followed(self) -> None:
        now = self._rows
        left = [id for id, one in self._served.items() if id not in now or _changed(one.row, now[id])]
        await self._leave(left)
        for row in (now[id] for id in left if id in now):
            await self._try_again(row)
        for id, row in now.items():
            if id not in self._served:
                leave = asyncio.Event()
                self._served[id] = _Served(row, leave, asyncio.create_task(self._serve(row, leave)))

    async def _leave(self, ids: Sequence[int]) -> None:
        left = [self._served.pop(id) for id in ids]
        for one in left:
            one.leave.set()
        await asyncio.gather(*(one.task for one in left))

    async def _serve(self, row: ChannelRow, stopping: asyncio.Event) -> None:
        token = self._vault.open(row.token)
        while not stopping.is_set():
            try:
                if not token:
                    raise Misconfigured("the token cannot be read with this key: enter it again")
                bot_id = await self._or_stop(self.channel.me(token), stopping)
                if self._rows.get(row.id) is row:
                    self._bot_ids[row.id] = bot_id
                await self._or_stop(self._introduce(token), stopping)
                await self._db.write(channels.set_paused, row.tenant_id, row.id, "")
                if row.mode == "webhook":
                    url = f"{self._settings.public_url}/hooks/telegram/{row.path}"
                    secret = self._vault.open(row.secret)
                    await self._or_stop(self.channel.set_webhook(token, url, secret), stopping)
                    await stopping.wait()
                else:
                    await self._or_stop(self.channel.poll_by_ourselves(token), stopping)
                    await self._poll(row, token, bot_id, stopping)
            except _Stopped:
                return
            except SendError as error:
                log.warning("telegram not ready", extra={"channel_id": row.id, "reason": str(error)})
                passing = isinstance(error, TryLater)
                if not passing:
                    await self._pause(row, str(error))
                await first_of(self._pace.retry_s if passing else self._pace.misconfigured_s, stopping)
            except Exception:
                log.exception("telegram service failed", extra={"channel_id": row.id})
                await first_of(self._pace.retry_s, stopping)

    async def _poll(self, row: ChannelRow, token: str, bot_id: int, stopping: asyncio.Event) -> None:
        told = False
        try:
            while not stopping.is_set():
                offset = await self._db.write(channels.take_polling_lease, row, self._holder, self._clock())
                if offset is None:
                    await first_of(self._pace.lease_s, stopping)
                    continue
                try:
                    found = await self._or_stop(self.channel.updates(token, offset), stopping)
                except TryLater as error:
                    log.warning("polling interrupted", extra={"channel_id": row.id, "reason": str(error)})
                    if isinstance(error, PolledElsewhere):
                        told = True
                        await self._pause(row, str(error))
                    await first_of(self._retry_s(error), stopping)
                    continue
                if told:
                    told = False
                    await self._pause(row, "")
                if found:
                    said = [_named(bot_id, incoming) for update in found for incoming in update.said]
                    await self._db.write(self._store, row, said, found[-1].update_id + 1)
                    self._intake.wake.set()
                    for update in found:
                        self._answer(token, update.callback_id)
        finally:
            await self._db.write(channels.drop_polling_lease, row, self._holder)

    def _retry_s(self, error: TryLater) -> float:
        if isinstance(error, PolledElsewhere) and self._pace.conflict_s is not None:
            return self._pace.conflict_s
        return error.after.total_seconds() if error.after else self._pace.retry_s

    async def _pause(self, row: ChannelRow, why: str) -> None:
        """Show what is wrong; a database that fails now is no reason to stop serving."""
        try:
            await self._db.write(channels.set_paused, row.tenant_id, row.id, why)
        except Exception:
            log.exception("the state of a channel could not be stored", extra={"channel_id": row.id})

    async def _try_again(self, row: ChannelRow) -> None:
        """What the old token could not send need not wait for its next try."""
        try:
            await self._db.write(outbox.try_again, row.tenant_id, row.id, self._clock())
        except Exception:
            log.exception("messages could not be brought forward", extra={"channel_id": row.id})

    def _store(self, session: Session, row: ChannelRow, said: Sequence[Incoming], offset: int) -> None:
        for incoming in said:
            self._intake.store(session, row.tenant_id, row.id, incoming)
        channels.set_offset(session, row, offset)

    async def take_webhook(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status for a call: stored before 200; a wrong path or secret learns nothing about which.

        What is no update at all is 400. An update whose shape we do not know is 200: any refusal would make
        Telegram send it again for a day and hold back everything behind it.
        """
        row = self._by_path.get(path)
        if row is None or not self.channel.verify(self._vault.open(row.secret), headers, body):
            return 403
        bot_id = self._bot_ids.get(row.id)
        if bot_id is None:
            return 503
        try:
            update = self.channel.read(body)
        except BadRecord:
            log.warning("a webhook call was no update", extra={"channel_id": row.id})
            return 400
        for incoming in update.said:
            await self._intake.take_in(row.tenant_id, row.id, _named(bot_id, incoming))
        self._answer(self._vault.open(row.token), update.callback_id)
        return 200

    def _answer(self, token: str, callback_id: str) -> None:
        """Stop the button's spinner beside the work: nobody waits for it."""
        if callback_id:
            task = asyncio.create_task(self.channel.answer_press(token, callback_id))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def download(self, file: Attachment) -> bytes:
        """Bytes of a pending file. Raises SendError."""
        row = self._rows.get(file.channel_id)
        if row is None:
            raise TryLater("the channel is not connected")
        return await self.channel.download(self._vault.open(row.token), file.ref)

    async def _introduce(self, token: str) -> None:
        await self.channel.set_commands(token, {"menu": common.menu(), "start": common.menu_start()})

    async def _or_stop(self, work: Coroutine[Any, Any, T], stopping: asyncio.Event) -> T:
        """The result, or _Stopped as soon as we are told to stop: a long poll is left, its updates come again."""
        task = asyncio.ensure_future(work)
        told = asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            told.cancel()
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError, SendError):
                    await task
        raise _Stopped


def _changed(old: ChannelRow, new: ChannelRow) -> bool:
    return (old.token, old.secret, old.mode, old.path) != (new.token, new.secret, new.mode, new.path)


def _named(bot_id: int, incoming: Incoming) -> Incoming:
    """Update ids are unique for one bot only, and a commune may change its bot."""
    return replace(incoming, external_id=f"{bot_id}.{incoming.external_id}")


class _Stopped(Exception):
    """We were told to stop while waiting for the platform."""
