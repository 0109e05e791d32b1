"""Into the inbox, then into turns: the rows are committed before the platform hears "received"."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.waiting import first_of
from domain.messages import Incoming
from handlers import engine
from handlers.context import Tools
from storage import inbox
from storage.db import Database
from storage.tables import Channel, InboxMessage

log = logging.getLogger(__name__)

IDLE_S = 1.0  # other processes may add rows: look at least so often
BLOCKED_S = 0.25  # a row is due, but leased or behind another one


class Intake:
    """`take_in` stores; `run` hands due rows to the engine, one person's in order, many people's in one commit."""

    def __init__(
        self,
        db: Database,
        tools: Tools,
        kind_of: Callable[[int], str],
        clock: Callable[[], datetime],
        quiet: timedelta,
        turned: Callable[[], None],
    ) -> None:
        self._db = db
        self._tools = tools
        self._kind_of = kind_of  # channel id -> kind
        self._clock = clock
        self._quiet = quiet
        self._turned = turned  # after a commit: something may be owed
        self.wake = asyncio.Event()

    async def take_in(self, tenant_id: int, channel_id: int, said: Incoming) -> bool:
        """Store one message, committed. False when the platform sent it before."""
        added = await self._db.write(self.store, tenant_id, channel_id, said)
        self.wake.set()
        return added

    def store(self, session: Session, tenant_id: int, channel_id: int, said: Incoming) -> bool:
        """The same inside the caller's transaction."""
        return inbox.add(session, tenant_id, self._tools.ids(), channel_id, said, now=self._clock(), quiet=self._quiet)

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self.wake.clear()
            try:
                handled = await self.round()
                pause = 0.0 if handled else await self._idle_s()
            except Exception:
                log.exception("intake round failed")
                pause = IDLE_S
            if pause:
                await first_of(pause, self.wake, stopping)

    async def round(self) -> int:
        """Take every turn that is due now, once. The claim is its own commit, so that `attempts` outlives a crash."""
        rows = await self._db.write(inbox.claim_all_tenants, self._clock())
        if not rows:
            return 0
        try:
            await self._db.write(self._turns, rows)
        except Exception:
            log.exception("turns could not be committed", extra={"count": len(rows)})
            if len(rows) > 1:
                await self._one_by_one(rows)
        self._turned()
        return len(rows)

    async def _one_by_one(self, rows: Sequence[InboxMessage]) -> None:
        """One person's trouble must not park the messages of everybody who wrote in the same second."""
        for row in rows:
            try:
                await self._db.write(self._turns, [row])
            except Exception:
                log.exception("a turn could not be committed", extra={"inbox_id": row.id})

    def _turns(self, session: Session, rows: Sequence[InboxMessage]) -> None:
        now = self._clock()
        killers = [row for row in rows if row.attempts > inbox.MAX_ATTEMPTS]
        for row in killers:
            log.error("message parked: it ended the process", extra={"inbox_id": row.id, "attempts": row.attempts})
            inbox.park(session, row, now, "the process ended each time it was handled")
        arrived = [engine.Arrived(row, self._kind(session, row)) for row in rows if row not in killers]
        engine.take_turns(session, self._tools, arrived, now)

    def _kind(self, session: Session, row: InboxMessage) -> str:
        try:
            return self._kind_of(row.channel_id)
        except KeyError:  # a channel that a command added while we serve
            return session.get_one(Channel, (row.tenant_id, row.channel_id)).kind

    async def _idle_s(self) -> float:
        due = await self._db.read(inbox.next_due_all_tenants)
        if due is None:
            return IDLE_S
        left = (due - self._clock()).total_seconds()
        return min(left, IDLE_S) if left > 0 else BLOCKED_S
