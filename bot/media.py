"""Fetching what people sent from the platforms, beside the talk.

A case never waits for a file: its row stands as `pending` until the bytes are here, or until an honest `refused` or
`failed`, of which the person is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.waiting import first_of
from domain.errors import Rejected, SendError, TryLater
from domain.messages import Outgoing
from domain.texts import common, delivery
from domain.texts.base import speaking
from storage import delivering, fetching, outbox
from storage.db import Database
from storage.ids import IdMaker, TimeOrderedIds
from storage.media import MAX_BYTES, NotAPicture, clean_picture, keep
from storage.tables import Attachment

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=10)
AT_ONCE = 3  # a picture of a modern phone takes some 150 MB while it is cleaned

Download = Callable[[Attachment], Awaitable[bytes]]  # raises SendError


class TooBig(Rejected):
    """More than we take."""


class MediaFetcher:
    """Downloads pending files. `sources` maps a channel's kind to its download."""

    def __init__(self, db: Database, data_dir: Path, clock: Callable[[], datetime], ids: IdMaker | None = None) -> None:
        self._db = db
        self._data_dir = data_dir
        self._clock = clock
        self._ids = ids or TimeOrderedIds()
        self._places = asyncio.Semaphore(AT_ONCE)
        self.sources: dict[str, Download] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self.round()
            except Exception:
                log.exception("media round failed")
            await first_of(LOOK_EVERY_S, stopping)

    async def round(self) -> int:
        """Try every file that is due, once."""
        if not self.sources:
            return 0
        due = await self._db.read(fetching.due_all_tenants, self._clock(), tuple(self.sources))
        await asyncio.gather(*(self._fetch(row, self.sources[kind]) for row, kind in due))
        return len(due)

    async def _fetch(self, row: Attachment, download: Download) -> None:
        async with self._places:
            try:
                content = await self._cleaned(row, download)
                ref = await asyncio.to_thread(keep, self._data_dir, row.tenant_id, content)
            except (SendError, NotAPicture) as error:
                await self._failed(row, error, str(error))
            except Exception as error:  # also a full disk: one file must not stop the others
                log.exception("fetching failed unexpectedly", extra={"kind": row.kind})
                await self._failed(row, error, type(error).__name__)
            else:
                await self._db.write(fetching.mark_ready, row, ref.removeprefix("sha256:"), len(content))

    async def _cleaned(self, row: Attachment, download: Download) -> bytes:
        if (row.size or 0) > MAX_BYTES:
            raise TooBig("too large")
        content = await download(row)
        if len(content) > MAX_BYTES:
            raise TooBig("too large")
        if not content:
            raise TryLater("the file came empty")
        return await asyncio.to_thread(clean_picture, content) if row.kind == "photo" else content

    async def _failed(self, row: Attachment, error: Exception, why: str) -> None:
        log.warning("file not fetched", extra={"kind": type(error).__name__, "attempts": row.attempts + 1})
        hopeless = isinstance(error, SendError | NotAPicture) and not isinstance(error, TryLater)
        if hopeless or row.attempts + 1 >= MAX_ATTEMPTS:
            await self._db.write(self._give_up, row, why, isinstance(error, Rejected))
        else:
            again_at = self._clock() + FIRST_PAUSE * 2**row.attempts
            await self._db.write(fetching.mark_to_retry, row, why, again_at)

    def _give_up(self, session: Session, row: Attachment, why: str, refused: bool) -> None:
        """Tell the person once for each message, however many files it had."""
        if not fetching.mark_given_up(session, row, why, refused=refused) or not row.peer:
            return
        now = self._clock()
        with speaking(delivering.listeners(session, [row])[row.id].language):
            words = common.file_too_big(MAX_BYTES // 2**20) if why == "too large" else delivery.file_not_fetched()
        outbox.add(
            session, row.tenant_id, self._ids(), channel_id=row.channel_id, peer=row.peer, message=Outgoing(words),
            key=f"file-lost:{row.inbox_id}:{why == 'too large'}", now=now,
        )  # fmt: skip
