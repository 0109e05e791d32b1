"""Runs the sweeps on time. The schedule says when to look; the tables say what is owed, so jobs live in memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session

from handlers.context import Tools
from scheduler.jobs import JOBS, Job
from storage import communes
from storage.db import Database

log = logging.getLogger(__name__)


class Clockwork:
    """APScheduler's clock over the list of sweeps. Missed looks are caught up by one."""

    def __init__(self, db: Database, tools: Tools, clock: Callable[[], datetime], done: Callable[[], None]) -> None:
        self._db = db
        self._tools = tools
        self._clock = clock
        self._done = done  # after a sweep that owed something
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Look until told to stop, then let running sweeps finish."""
        timer = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        for job in JOBS:
            timer.add_job(self._look, IntervalTrigger(seconds=job.every_s), args=[job], id=job.name)
        timer.start()
        for job in JOBS:
            await self._look(job)  # catch up with what fell due while we were away
        await stopping.wait()
        timer.pause()
        if self._running:
            await asyncio.wait(self._running)
        timer.shutdown(wait=False)

    async def _look(self, job: Job) -> None:
        task = asyncio.create_task(self.sweep(job))
        self._running.add(task)
        try:
            await asyncio.shield(task)
        finally:
            self._running.discard(task)

    async def sweep(self, job: Job) -> None:
        """One look at every commune, each in its own transaction: a bad row of one holds up nobody else."""
        tenant_ids = await self._db.read(_tenant_ids)
        owed = 0
        for tenant_id in tenant_ids:
            try:
                owed += await self._db.write(self._sweep_one, job, tenant_id)
            except Exception:
                log.exception("sweep failed", extra={"job": job.name, "tenant_id": tenant_id})
        if owed:
            self._done()

    def _sweep_one(self, session: Session, job: Job, tenant_id: int) -> int:
        return job.sweep(session, self._tools, communes.load(session, tenant_id), self._clock())


def _tenant_ids(session: Session) -> list[int]:
    return [tenant.id for tenant in communes.communes_all_tenants(session)]
