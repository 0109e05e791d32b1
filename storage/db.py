"""Engines and transactions for SQLite (one writer thread) and PostgreSQL (a small pool), the same code above.

Sessions are synchronous and live in threads; `await` is the caller's. See docs/decisions/0001-sync-sessions.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

P = ParamSpec("P")
T = TypeVar("T")

POOL_SIZE = 8


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


class Database:
    """One database. `write` and `read` run a plain function on a session in a thread; `write` commits once."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.write_engine = _sqlite_engine(url, "BEGIN IMMEDIATE")
            self.read_engine = _sqlite_engine(url, "BEGIN")
            self._writers = ThreadPoolExecutor(1, thread_name_prefix="db-write")
        else:
            self.write_engine = self.read_engine = create_engine(
                self.url.set(drivername="postgresql+psycopg"),
                pool_size=POOL_SIZE,
                pool_pre_ping=True,
                hide_parameters=True,
            )
            self._writers = ThreadPoolExecutor(POOL_SIZE // 2, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(POOL_SIZE // 2, thread_name_prefix="db-read")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in a write transaction of the calling thread; commits at the end, rolls back on an exception."""
        with Session(self.write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for work that commits in several short transactions; what is not committed is undone."""
        with Session(self.write_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.read_engine, expire_on_commit=False) as session:
            yield session

    async def write(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `work(session, *args, **kwargs)` in a writer thread and commit, even if the caller is cancelled."""
        return await _in_thread(self._writers, self._write, work, args, kwargs)

    async def read(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await _in_thread(self._readers, self._read, work, args, kwargs)

    def _write(self, work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        with self.writing() as session:
            return work(session, *args, **kwargs)

    def _read(self, work: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        with self.reading() as session:
            return work(session, *args, **kwargs)

    def copy_to(self, path: Path) -> None:
        """SQLite: a whole, compact copy while others go on writing (they wait some 50 ms at most)."""
        connection = self.read_engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
        finally:
            connection.close()

    def forget_log(self) -> None:
        """SQLite: empty the write-ahead log, which keeps erased words until it is overwritten. Best effort."""
        if not self.is_sqlite:
            return
        connection = self.write_engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def close(self) -> None:
        """Wait for running work, then close every connection."""
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.write_engine.dispose()
        self.read_engine.dispose()


async def _in_thread(pool: ThreadPoolExecutor, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    future = asyncio.wrap_future(pool.submit(work, *args, **kwargs))
    return await asyncio.shield(future)


def _sqlite_engine(url: str, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we send BEGIN ourselves: the driver's default loses updates silently
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
