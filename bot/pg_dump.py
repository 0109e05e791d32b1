"""Copying a PostgreSQL database with its own tools, except the tables from which a backup leaves words out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Table, func, insert, select, text
from sqlalchemy.orm import Session

from domain.errors import DomainError
from storage import left_out
from storage.db import Database
from storage.tables import Base, Conversation, InboxMessage, WebMessage

_OWN_TABLES: tuple[type[Base], ...] = (InboxMessage, WebMessage, Conversation)  # written by us, line by line
_BATCH = 500


class BackupError(DomainError):
    """A backup cannot be written or brought back; the message says what to do."""


def dump(db: Database, folder: Path) -> list[Path]:
    """Write `database.dump` and a JSON-lines file for each table of ours, all of one moment. The files."""
    files = [folder / "database.dump"]
    connection = db.read_engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with connection, Session(connection) as session:
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
        excluded = [f"--exclude-table-data={table.__tablename__}" for table in _OWN_TABLES]
        _run(db, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *excluded,
             f"--file={files[0]}")  # fmt: skip
        found = left_out.find_all_tenants(session)
        for table in _OWN_TABLES:
            path = folder / f"{table.__tablename__}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                for values in _rows(session, table, found):
                    file.write(json.dumps(values, ensure_ascii=False, default=_as_text) + "\n")
            files.append(path)
    return files


def load(db: Database, folder: Path) -> None:
    """Fill an empty database from the files of `dump`."""
    _run(db, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
         "--dbname=" + _address(db), str(folder / "database.dump"))  # fmt: skip
    with db.writing() as session:
        for table in _OWN_TABLES:
            _insert(session, table, folder / f"{table.__tablename__}.jsonl")


def others_connected(db: Database) -> int:
    """Sessions of other programs in this database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with db.reading() as session:
        return session.scalar(text(query)) or 0


def set_aside(db: Database, name: str) -> None:
    """Keep the present tables as schema `name` and begin with an empty one."""
    quoted = db.write_engine.dialect.identifier_preparer.quote(name)
    with db.writing() as session:
        session.execute(text(f"ALTER SCHEMA public RENAME TO {quoted}"))
        session.execute(text("CREATE SCHEMA public"))


def is_empty(db: Database) -> bool:
    query = select(func.count()).select_from(text("information_schema.tables")).where(text("table_schema = 'public'"))
    with db.reading() as session:
        return not session.scalar(query)


def _rows(session: Session, table: type[Base], found: left_out.LeftOut) -> Iterator[dict[str, Any]]:
    columns = _table(table).columns.keys()
    for row in session.scalars(select(table).execution_options(yield_per=_BATCH)):
        values = {name: getattr(row, name) for name in columns}
        if isinstance(row, InboxMessage):
            values["body"] = found.inbox_body(row)
        elif isinstance(row, WebMessage):
            values["body"] = found.web_body(row)
        elif isinstance(row, Conversation) and (row.tenant_id, row.id) in found.talks:
            values |= left_out.talk_values(row)
        yield values


def _insert(session: Session, table: type[Base], path: Path) -> None:
    instants = [c.name for c in _table(table).columns if isinstance(getattr(c.type, "impl", c.type), DateTime)]
    batch: list[dict[str, Any]] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            values = json.loads(line)
            for name in instants:
                values[name] = datetime.fromisoformat(values[name]) if values[name] else None
            batch.append(values)
            if len(batch) == _BATCH:
                session.execute(insert(table), batch)
                batch = []
    if batch:
        session.execute(insert(table), batch)


def _table(table: type[Base]) -> Table:
    found = table.__table__
    assert isinstance(found, Table)
    return found


def _run(db: Database, tool: str, *arguments: str) -> None:
    """The password goes by the environment, where no list of processes shows it."""
    program = shutil.which(tool)
    if program is None:
        raise BackupError(f"{tool} is not installed: install PostgreSQL's client programs of the server's version")
    environment = {**os.environ, "PGPASSWORD": db.url.password or ""}
    if tool == "pg_dump":
        arguments = (*arguments, "--dbname=" + _address(db))
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")


def _address(db: Database) -> str:
    return db.url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")
