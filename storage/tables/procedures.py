"""Procedures and what they said when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Row, belongs_to


class ProcedureRow(Row):
    """A procedure of one layer; what it says stands in its versions."""

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)
    code: Mapped[str] = mapped_column(String(32))
    flagged_at: Mapped[datetime | None]  # changed or expired: an officer should look


class ProcedureVersion(Row):
    """What a procedure said from `valid_from_on` until before `valid_to_on`. Never changed, only followed."""

    __tablename__ = "procedure_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "procedure_id", "number"),
        Index("ix_procedure_version_current", "tenant_id", "valid_to_on"),
        belongs_to("procedure", "procedure_id"),
    )
    procedure_id: Mapped[int]
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))  # of `record`: an import that changes nothing adds nothing
    record: Mapped[dict[str, Any]]  # domain.procedure.Procedure as JSON
    origin: Mapped[str] = mapped_column(default="")  # file it came from
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    imported_at: Mapped[datetime]
