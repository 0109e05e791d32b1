"""From the outbox to the platforms: lanes, leases, retries, giving up. Nobody else sends.

A message is marked as sent in the transaction that follows the platform's answer. A crash between the two, or a
connection that breaks after the platform took the message, sends it once more (a platform has no key for "the same
message"); the web chat, which lives in our own database, gets each message exactly once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.base import Channel, LocalChannel
from bot.waiting import first_of
from domain.errors import Misconfigured, RecipientGone, Rejected, SendError, TryLater
from domain.messages import outgoing_from_json
from domain.texts.base import speaking
from storage import channels, delivering, outbox
from storage.db import Database
from storage.delivering import Listener
from storage.tables import OutboxMessage

log = logging.getLogger(__name__)

Door = tuple[Channel | LocalChannel, str]  # an adapter and the opened token

GIVE_UP_AFTER = timedelta(hours=72)
GIVE_UP_TRIES = 80  # what 72 hours of back-off come to: a row that was held or dated ahead gets its own 72 hours
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
CHANNEL_PAUSE = timedelta(minutes=5)
IDLE_S = 1.0  # other processes and commands may add rows: look at least so often
BLOCKED_S = 0.25  # a row is due, but leased or behind another one
PATIENCE_S = 1.0  # a round waits so long for its slowest message; what takes longer is marked when it is done
ROW_BUDGET_S = 25.0  # no further part is begun after it, so that a row is done before its lease ends
MARK_AGAIN_S = (0.5, 2.0, 5.0)


@dataclass(frozen=True)
class Outcome:
    """What one try came to."""

    row: OutboxMessage
    external_ids: tuple[str, ...]
    parts_sent: int
    error: SendError | None = None


class Delivery:
    """Takes due rows and sends them. `doors` maps a channel row's id to its adapter and opened token."""

    def __init__(
        self,
        db: Database,
        doors: Callable[[OutboxMessage], Door | None],
        clock: Callable[[], datetime],
        delivered: Callable[[OutboxMessage], None],
        media_paths: Callable[[int, str], str],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._db = db
        self._doors = doors
        self._clock = clock
        self._delivered = delivered  # after the commit: wakes the web chat's streams
        self._media_path = media_paths
        self._patience_s = patience_s
        self.wake = asyncio.Event()
        self._floods: dict[tuple[int, str], datetime] = {}  # (channel id, peer; "" = everybody) -> wait until
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop; then waits for the messages that are under way."""
        while not stopping.is_set():
            self.wake.clear()
            try:
                sent = await self.round()
                pause = 0.0 if sent else await self._idle_s()
            except Exception:
                log.exception("delivery round failed")
                pause = IDLE_S
            if pause:
                await first_of(pause, self.wake, stopping)
        await self.settle()

    async def settle(self) -> None:
        """Wait for the messages that a round has left under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def round(self) -> int:
        """Send everything that is due now, once. How many rows were tried."""
        now = self._clock()
        self._floods = {key: until for key, until in self._floods.items() if until > now}
        rows = await self._db.write(outbox.claim_all_tenants, now)
        local: list[tuple[OutboxMessage, LocalChannel]] = []
        remote: list[tuple[OutboxMessage, Channel | None, str]] = []
        for row in rows:
            channel, token = self._doors(row) or (None, "")
            if isinstance(channel, LocalChannel):
                local.append((row, channel))
            else:
                remote.append((row, channel, token))
        if local:
            for row in await self._db.write(_deliver_local, local, now):
                self._delivered(row)
        if remote:
            listeners = await self._db.read(delivering.listeners, [row for row, _, _ in remote])
            await self._send([self._try(*item, listeners[item[0].id]) for item in remote])
        return len(rows)

    async def _send(self, tries: Sequence[Coroutine[Any, Any, Outcome]]) -> None:
        tasks = [asyncio.create_task(one) for one in tries]
        done, slow = await asyncio.wait(tasks, timeout=self._patience_s)
        for task in slow:
            late = asyncio.create_task(self._mark_when_done(task))
            self._under_way.add(late)
            late.add_done_callback(self._under_way.discard)
        if done:
            await self._mark([task.result() for task in done])

    async def _mark_when_done(self, task: asyncio.Task[Outcome]) -> None:
        try:
            await self._mark([await task])
            self.wake.set()
        except Exception:
            log.exception("a message could not be marked")

    async def _try(self, row: OutboxMessage, channel: Channel | None, token: str, listener: Listener) -> Outcome:
        ids, done = list(row.external_ids), row.parts_sent

        def so_far(error: SendError | None = None) -> Outcome:
            return Outcome(row, tuple(ids), done, error)

        if listener.gone:
            return so_far(RecipientGone("blocked us earlier"))
        if channel is None:
            return so_far(TryLater("the channel is not connected"))
        if wait := self._flooded(row):
            return so_far(TryLater("flood control", wait))
        try:
            begun_s = asyncio.get_running_loop().time()
            with speaking(listener.language):
                message = outgoing_from_json(row.body)
                files = tuple(self._media_path(row.tenant_id, ref) for ref in message.media)
                for payload in channel.render(row.peer, replace(message, media=files))[done:]:
                    if asyncio.get_running_loop().time() - begun_s > ROW_BUDGET_S:
                        return so_far(TryLater("slow line: the rest follows", timedelta(seconds=1)))
                    ids.append(await channel.send(token, payload))
                    done += 1
        except SendError as error:
            if isinstance(error, TryLater) and error.after:
                self._note_flood(row, self._clock() + error.after)
            return so_far(error)
        except Exception:
            log.exception("sending failed unexpectedly", extra={"outbox_id": row.id, "kind": channel.kind})
            return so_far(TryLater("unexpected failure"))
        return so_far()

    def _flooded(self, row: OutboxMessage) -> timedelta | None:
        now = self._clock()
        untils = [self._floods.get((row.channel_id, who), now) for who in (row.peer, "")]
        return max(untils) - now or None

    def _note_flood(self, row: OutboxMessage, until: datetime) -> None:
        """One person's flood holds that person; a second one at the same time means that the whole bot writes too much.

        Telegram does not say which limit was met, and one person must not be able to silence a commune.
        """
        others = any(channel_id == row.channel_id and peer != row.peer for channel_id, peer in self._floods)
        key = (row.channel_id, "" if others else row.peer)
        self._floods[key] = max(until, self._floods.get(key, until))

    async def _mark(self, outcomes: Sequence[Outcome]) -> None:
        """Store what the tries came to. Insists, because what is not marked is sent again."""
        for pause_s in (*MARK_AGAIN_S, None):
            try:
                await self._db.write(_mark, outcomes, self._clock())
                break
            except SQLAlchemyError:
                log.exception("sent messages could not be marked", extra={"count": len(outcomes)})
                if pause_s is None:
                    raise
                await asyncio.sleep(pause_s)

    async def _idle_s(self) -> float:
        due = await self._db.read(outbox.next_due_all_tenants)
        if due is None:
            return IDLE_S
        left = (due - self._clock()).total_seconds()
        return min(left, IDLE_S) if left > 0 else BLOCKED_S


def _deliver_local(
    session: Session, rows: Sequence[tuple[OutboxMessage, LocalChannel]], now: datetime
) -> list[OutboxMessage]:
    """Our own chat: the message and the mark are one transaction. Returns what was delivered."""
    delivered: list[OutboxMessage] = []
    failed: list[Outcome] = []
    for row, channel in rows:
        try:
            with session.begin_nested():
                external_id = channel.deliver(session, row, now)
                outbox.finish(session, row, sent_at=now, next_try_at=None, parts_sent=1, external_ids=[external_id])
            delivered.append(row)
        except Exception:
            log.exception("delivering failed unexpectedly", extra={"outbox_id": row.id, "kind": channel.kind})
            failed.append(Outcome(row, tuple(row.external_ids), row.parts_sent, TryLater("unexpected failure")))
    _mark(session, failed, now)
    return delivered


def _mark(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    for outcome in outcomes:
        row, error = outcome.row, outcome.error
        progress = {"external_ids": list(outcome.external_ids), "parts_sent": outcome.parts_sent}
        if error is None:
            outbox.finish(session, row, sent_at=now, next_try_at=None, failed_why="", **progress)
            channels.set_paused(session, row.tenant_id, row.channel_id, "")
            continue
        log.warning("message not sent", extra={"outbox_id": row.id, "kind": type(error).__name__, "reason": str(error)})
        patient = now - row.created_at < GIVE_UP_AFTER or row.attempts < GIVE_UP_TRIES
        if patient and isinstance(error, TryLater):
            outbox.finish(session, row, next_try_at=now + _pause(row.attempts, error.after), **progress)
        elif patient and isinstance(error, Misconfigured):
            outbox.finish(session, row, next_try_at=now + CHANNEL_PAUSE, **progress)
            channels.set_paused(session, row.tenant_id, row.channel_id, str(error))
        else:
            why = {RecipientGone: "gone", Rejected: "rejected", Misconfigured: "misconfigured"}.get(type(error), "late")
            outbox.finish(session, row, next_try_at=None, failed_at=now, failed_why=why, **progress)
            if isinstance(error, RecipientGone):
                delivering.mark_gone(session, row)


def _pause(attempts: int, wish: timedelta | None) -> timedelta:
    return wish or min(FIRST_PAUSE * 2 ** min(attempts - 1, 12), LONGEST_PAUSE)
