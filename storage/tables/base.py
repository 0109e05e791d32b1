"""What every table has in common. Primary key (tenant_id, id); every unique and foreign key begins with tenant_id.

Instants end in `_at` and are aware UTC; days end in `_on` and are the commune's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKeyConstraint, Index, MetaData, Text, text
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NATION = 0  # tenant_id of the layer of procedures every commune shares


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime on both databases (SQLite keeps none of the offset by itself)."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        datetime: Instant,
        date: Date,
        bool: Boolean,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


def belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def partial(name: str, *columns: str, where: str, sqlite_where: str = "") -> Index:
    """An index of few rows out of many. A query must say `where` in the same words, without parameters, to be served.

    `sqlite_where`: where SQLite's words differ (it has no booleans).
    """
    return Index(name, *columns, sqlite_where=text(sqlite_where or where), postgresql_where=text(where))


class Row(Base):
    __abstract__ = True
    tenant_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
