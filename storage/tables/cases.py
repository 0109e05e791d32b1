"""Reports of citizens with their history, files and ratings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Row, belongs_to, partial


class FeedbackCase(Row):
    """A phản ánh, kiến nghị. Whether it is late is derived from `due_at`, never stored."""

    __tablename__ = "feedback_case"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "opened_by_key"),
        Index("ix_feedback_case_due", "tenant_id", "status", "due_on"),
        Index("ix_feedback_case_person", "tenant_id", "channel_id", "peer"),
        Index("ix_feedback_case_received", "tenant_id", "received_at"),
        belongs_to("category", "category_id"),
        belongs_to("department", "department_id"),
    )
    code: Mapped[str] = mapped_column(String(8))  # without the dash
    opened_by_key: Mapped[str] = mapped_column(String(160))  # the message that opened it: never two cases from one
    channel_id: Mapped[int | None]
    peer: Mapped[str | None] = mapped_column(String(128))
    category_id: Mapped[int]
    department_id: Mapped[int]
    officer_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(24))
    description: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    anonymous: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    restricted: Mapped[bool] = mapped_column(default=False)
    emergency: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    proof: Mapped[list[Any]] = mapped_column(default=list)  # day by day, in words
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    extended: Mapped[bool] = mapped_column(default=False)
    reopened: Mapped[int] = mapped_column(Integer, default=0)


class CaseEvent(Row):
    """Append-only history. The words stand in `case_words`, which can be erased without breaking the chain."""

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("tenant_id", "case_id", "number"),
        belongs_to("feedback_case", "case_id"),
    )
    case_id: Mapped[int]
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(24))  # after the event
    officer_id: Mapped[int | None]
    at: Mapped[datetime]
    words_digest: Mapped[str] = mapped_column(String(64), default="")  # salted
    chain: Mapped[str] = mapped_column(String(64))  # sha256 over the previous chain and this row's facts


class CaseWords(Row):
    """The words of an event and their salt; deleted together on erasure. `id` is the event's."""

    __tablename__ = "case_words"
    __table_args__ = (belongs_to("case_event", "id"),)
    words: Mapped[str]
    salt: Mapped[str] = mapped_column(String(32))


class Attachment(Row):
    """A file of a case, question or answer. Bytes lie in DATA_DIR/media/<tenant>/<sha256> once `ready`."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_case", "tenant_id", "case_id"),
        Index("ix_attachment_pending", "status", "next_try_at"),
        Index("ix_attachment_file", "tenant_id", "sha256"),
        partial("ix_attachment_question", "tenant_id", "question_id", where="question_id IS NOT NULL"),
        partial("ix_attachment_queue", "tenant_id", "id", where="case_id IS NULL AND question_id IS NULL"),
    )
    case_id: Mapped[int | None]
    question_id: Mapped[int | None]
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    inbox_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str]  # the platform's file id
    name: Mapped[str] = mapped_column(default="")
    mime: Mapped[str] = mapped_column(default="")
    size: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
    status: Mapped[str] = mapped_column(String(16))  # pending, ready, failed, refused
    failed_why: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime | None]
    at: Mapped[datetime]


class Rating(Row):
    """1–5, kept from the officer it is about. `about` is case:<id> or question:<id>: one each, the last one counts."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("tenant_id", "about"),)
    about: Mapped[str] = mapped_column(String(64))
    department_id: Mapped[int | None]
    level: Mapped[int] = mapped_column(Integer)
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
