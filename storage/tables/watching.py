"""What is counted and watched: tries of codes and posts, looks at what is protected."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Row


class Attempt(Row):
    """One counted try (code look-up, sign-in, post) of one person or address: the memory of the rate limits."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key", "tenant_id", "key", "at"),)
    key: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]


class Audit(Row):
    """Who looked at or changed what, among the things that are watched."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "tenant_id", "at"),)
    officer_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(48))
    about: Mapped[str] = mapped_column(String(96), default="")
    at: Mapped[datetime]
