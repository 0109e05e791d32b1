"""Bringing a database to this program's schema, and refusing one that is newer."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.db import Database

_ADVISORY_LOCK = 0x44616E486F69  # "DanHoi": one migrating process at a time on PostgreSQL


class SchemaError(Exception):
    """The database's schema does not fit this program."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def current(db: Database) -> str | None:
    """The database's revision; None for an empty one."""
    with db.read_engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return revision in known


def check(db: Database) -> None:
    """Raises SchemaError unless the schema is exactly ours, naming what to do."""
    found = current(db)
    if found == newest():
        return
    if found is not None and not is_known(found):
        raise SchemaError(f"the database is newer ({found}) than this program ({newest()}): install the newer program")
    raise SchemaError(
        f"the database ({found or 'empty'}) is older than this program ({newest()}): run `danhoi migrate`"
    )


def migrate(db: Database) -> None:
    """Upgrade under a lock, in one transaction. Raises SchemaError for a newer database."""
    found = current(db)
    if found is not None and not is_known(found):
        raise SchemaError(f"the database is newer ({found}) than this program ({newest()}): install the newer program")
    with db.write_engine.begin() as connection:
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        command.upgrade(_config(connection), "head")
