"""A bell for each person's open pages in this process. Rows are the truth; a bell only shortens the wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

Key = tuple[int, int, str]  # tenant, channel, peer


class Wakeups:
    """Rung after a commit, on the event loop's thread. Another process's rows are found by the look every 2 s."""

    def __init__(self) -> None:
        self._bells: dict[Key, set[asyncio.Event]] = {}

    def notify(self, tenant_id: int, channel_id: int, peer: str) -> None:
        """Something new may stand in this person's rows."""
        for bell in self._bells.get((tenant_id, channel_id, peer), ()):
            bell.set()

    def count(self, tenant_id: int, channel_id: int, peer: str) -> int:
        """How many pages of this person listen now."""
        return len(self._bells.get((tenant_id, channel_id, peer), ()))

    @property
    def total(self) -> int:
        """How many pages listen in this process."""
        return sum(len(bells) for bells in self._bells.values())

    @contextmanager
    def listening(self, tenant_id: int, channel_id: int, peer: str) -> Iterator[asyncio.Event]:
        """Listen from here on: begin before the first read, so that nothing falls between read and wait."""
        key = (tenant_id, channel_id, peer)
        bell = asyncio.Event()
        self._bells.setdefault(key, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[key].discard(bell)
            if not self._bells[key]:
                del self._bells[key]


async def wait(bell: asyncio.Event, stopping: asyncio.Event, timeout_s: float) -> None:
    """Until the bell rings, the service stops or the time is over; the bell is quiet again afterwards."""
    waits = [asyncio.ensure_future(event.wait()) for event in (bell, stopping)]
    try:
        await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    bell.clear()
