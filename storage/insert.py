"""INSERT … ON CONFLICT DO NOTHING on both databases: the one way a unique key makes doing a thing twice harmless."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Base


def insert_new(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert the row unless one of its unique keys exists. True when it was inserted."""
    done = session.execute(_statement(table, session.get_bind().dialect.name), dict(values))
    return done.first() is not None


@cache
def _statement(table: type[Base], dialect: str) -> Executable:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    columns = table.metadata.tables[table.__tablename__]
    return insert(columns).on_conflict_do_nothing().returning(columns.c.id)
