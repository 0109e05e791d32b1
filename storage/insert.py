"""INSERT … ON CONFLICT DO NOTHING on both databases: the one way a unique key makes doing a thing twice harmless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Base


def insert_new(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert the row unless one of its unique keys exists. True when it was inserted."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    columns = table.metadata.tables[table.__tablename__]
    done = session.execute(insert(columns).values(**values).on_conflict_do_nothing().returning(columns.c.id))
    return done.first() is not None
