"""Databases for tests: engines that a whole run keeps, since a new engine compiles every statement again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, event, insert, select, text

from storage import migrate
from storage.db import Database, sqlite_url
from storage.tables import Base


@dataclass
class KeptSqlite:
    """One pair of engines that opens whichever file the running test has, without waiting for the disk."""

    template: Path

    def __post_init__(self) -> None:
        self._path = self.template
        self._engines = Database(sqlite_url(self.template))
        for engine in (self._engines.write_engine, self._engines.read_engine):
            event.listen(engine, "do_connect", self._to_the_file_of_the_test)
            event.listen(engine, "connect", _hurry)

    def at(self, path: Path) -> Database:
        """An empty, migrated database in this new file."""
        path.write_bytes(self.template.read_bytes())
        self._path = path
        return _lent(self._engines, sqlite_url(path))

    def _to_the_file_of_the_test(self, _dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        arguments[0] = str(self._path)


@dataclass
class KeptPostgres:
    """A server with one migrated database; what a test leaves in it is swept before the next one."""

    server_url: str
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self._kept = self._new("danhoi_kept")

    def swept(self) -> Database:
        statements = [
            "SET LOCAL lock_timeout = '5s'",
            "SET LOCAL session_replication_role = replica",
        ]  # no foreign keys
        statements += [str(delete(table)) for table in Base.metadata.sorted_tables]
        with self._kept.write_engine.begin() as connection:
            connection.exec_driver_sql(";".join(statements))
        return _lent(self._kept, self._kept.url.render_as_string(hide_password=False))

    @contextmanager
    def own(self) -> Iterator[Database]:
        """A migrated database that a test may break or drop."""
        name = f"danhoi_own_{next(self._names)}"
        database = self._new(name)
        yield database
        database.close()
        self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._kept.close()

    def _new(self, name: str) -> Database:
        self._admin(f"CREATE DATABASE {name}")
        database = Database(self.server_url.replace("/postgres?", f"/{name}?"))
        migrate.migrate(database)
        return database

    def _admin(self, statement: str) -> None:
        admin = Database(self.server_url)
        with admin.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        admin.close()


@dataclass(frozen=True)
class Snapshot:
    """Every row of a database, to be laid into an empty one of either kind."""

    rows: dict[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, connection: Connection) -> Snapshot:
        found = {t.name: connection.execute(select(t)).mappings().all() for t in Base.metadata.sorted_tables}
        return cls({name: [dict(row) for row in rows] for name, rows in found.items() if rows})

    def lay(self, connection: Connection) -> None:
        for name, rows in self.rows.items():
            connection.execute(insert(Base.metadata.tables[name]), rows)


def _lent(kept: Database, url: str) -> Database:
    lent = Database(url)
    lent.write_engine, lent.read_engine = kept.write_engine, kept.read_engine
    return lent


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
