"""Exactly one serving process per SQLite database: a lock the system lets go of when the process ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

TRIES, TRY_AGAIN_S = 5, 0.05  # somebody who only asks (`is_taken`) holds the lock for a moment


class AlreadyRunning(Exception):
    """Another process serves this data folder."""


class DataDirLock:
    """`DATA_DIR/serving.lock`, held until the process ends, however it ends."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "serving.lock"
        self._handle: int | None = None

    def take(self) -> None:
        """Raises AlreadyRunning."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if last:
                    os.close(handle)
                    raise AlreadyRunning(f"another danhoi process already serves {self._path.parent}") from None
                time.sleep(TRY_AGAIN_S)
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle

    def __enter__(self) -> DataDirLock:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def is_taken(self) -> bool:
        """Whether some process is serving; takes nothing."""
        if not self._path.exists():
            return False
        handle = os.open(self._path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False
