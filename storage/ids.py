"""Primary keys made by the application."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

IdMaker = Callable[[], int]

_COUNTER_BITS = 12
_NODE_BITS = 9


class TimeOrderedIds:
    """63-bit ids that sort by the time they were made: 42 bits of milliseconds, 9 of process, 12 of counter.

    Two processes differ by their random node; within one process an id is always greater than the one before,
    even when the clock steps back.
    """

    def __init__(
        self, clock_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000, node: int | None = None
    ) -> None:
        self._clock_ms = clock_ms
        self._node = secrets.randbits(_NODE_BITS) if node is None else node % (1 << _NODE_BITS)
        self._last = (0, 0)
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            ms, count = self._last
            now = self._clock_ms()
            if now > ms:
                ms, count = now, 0
            elif count + 1 < 1 << _COUNTER_BITS:
                count += 1
            else:
                ms, count = ms + 1, 0
            self._last = (ms, count)
            return (ms << (_NODE_BITS + _COUNTER_BITS)) | (self._node << _COUNTER_BITS) | count
