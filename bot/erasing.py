"""Deleting the bytes of files that were let go: asked for by a person, dropped with a draft, or named by no row."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.waiting import first_of
from handlers.actions.my_data import files_are_gone
from handlers.context import Tools
from storage import communes, my_data
from storage.db import Database
from storage.media import media_path
from storage.my_data import FileToDelete

log = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
SWEEP_EVERY = timedelta(hours=6)  # over the whole folder, for files no row names
SETTLED = timedelta(days=1)  # a younger file may still be on its way into a row
_BATCH = 500


class MediaEraser:
    """Unlinks first, then writes that it is done: a crash in between unlinks again, which changes nothing."""

    def __init__(
        self, db: Database, tools: Tools, data_dir: Path, clock: Callable[[], datetime], owed: Callable[[], None]
    ) -> None:
        self._db = db
        self._tools = tools
        self._data_dir = data_dir
        self._clock = clock
        self._owed = owed  # somebody is to be told that a file is gone
        self._swept_at: datetime | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self.round()
                await asyncio.to_thread(self._db.forget_log)
                if self._swept_at is None or self._clock() - self._swept_at >= SWEEP_EVERY:
                    await self.sweep()
                    self._swept_at = self._clock()
            except Exception:
                log.exception("erasing failed")
            await first_of(LOOK_EVERY_S, stopping)

    async def round(self) -> int:
        """Delete what waits to be deleted. How many files are gone."""
        now = self._clock()
        total = 0
        for tenant_id in await self._db.read(_tenant_ids):
            waiting = await self._db.read(my_data.files_to_delete, tenant_id, now)
            gone = await asyncio.to_thread(self._unlinked, waiting)
            if gone:
                told: int = await self._db.write(files_are_gone, self._tools, gone, now)
                if told:
                    self._owed()
            total += len(gone)
        return total

    async def sweep(self) -> int:
        """Delete files older than a day that no row names, also those of a removed commune. How many."""
        before = (self._clock() - SETTLED).timestamp()
        total = 0
        for folder in await asyncio.to_thread(_folders, self._data_dir / "media"):
            tenant_id = int(folder.name)
            total += await asyncio.to_thread(_drop_unsent, folder, before)
            old = await asyncio.to_thread(_files_before, folder, before)
            for start in range(0, len(old), _BATCH):
                orphans = await self._db.read(my_data.unnamed, tenant_id, old[start : start + _BATCH])
                files = [FileToDelete(tenant_id, 0, digest, 0, "", 0) for digest in orphans]
                total += len(await asyncio.to_thread(self._unlinked, files))
        return total

    def _unlinked(self, files: list[FileToDelete]) -> list[FileToDelete]:
        gone = []
        for file in files:
            try:
                my_data.unlink(self._data_dir, file)
            except OSError as error:
                log.error(
                    "a file could not be deleted", extra={"tenant_id": file.tenant_id, "kind": type(error).__name__}
                )
                continue
            gone.append(file)
        return gone


def _folders(media: Path) -> list[Path]:
    return sorted(item for item in media.iterdir() if item.name.isdecimal()) if media.exists() else []


def _drop_unsent(folder: Path, before: float) -> int:
    """Files that were uploaded and never sent (see web/uploads.py), with the folders that this empties."""
    gone = 0
    for sender in folder.glob("waiting/*"):
        old = [item for item in sender.iterdir() if item.stat().st_mtime < before]
        for item in old:
            item.unlink(missing_ok=True)
            gone += 1
        if old and not any(sender.iterdir()):
            with suppress(OSError):  # somebody uploads at this very moment
                sender.rmdir()
    return gone


def _files_before(folder: Path, before: float) -> list[str]:
    return [
        item.name for item in folder.iterdir() if item.is_file() and item.stat().st_mtime < before and _is_kept(item)
    ]


def _is_kept(item: Path) -> bool:
    """A stored file is named by its hash; drafts under way are not."""
    try:
        return media_path(item.parent, 0, item.name).name == item.name
    except ValueError:
        return False


def _tenant_ids(session: Session) -> list[int]:
    return [tenant.id for tenant in communes.communes_all_tenants(session)]
