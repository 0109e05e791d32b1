"""What was asked, and the answers that officers propose for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Row, belongs_to


class Gap(Row):
    """Questions of one meaning that nothing published answered, and what an officer proposes to say from now on.

    `number` is repeated when the proposal is approved, and makes the code of the entry ("DP-3").
    """

    __tablename__ = "gap"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        Index("ix_gap_status", "tenant_id", "status"),
        belongs_to("officer", "author_id"),
    )
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(16))  # answer (in words), attach (to a procedure), drop (not ours)
    status: Mapped[str] = mapped_column(String(16))  # proposed, approved, rejected, withdrawn, dropped
    name: Mapped[str]  # as people say it; for an attached group how most of them asked
    answer: Mapped[str] = mapped_column(default="")
    words: Mapped[list[Any]] = mapped_column(default=list)  # also called, as edited; [] = those of its questions
    procedure_code: Mapped[str | None] = mapped_column(String(32))
    author_id: Mapped[int]
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  # why rejected or withdrawn


class Question(Row):
    """What was asked and what was answered (NĐ 118/2025 Đ16); a ticket once it is handed to an officer."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_open", "tenant_id", "status", "due_at"),
        Index("ix_question_person", "tenant_id", "channel_id", "peer"),
        Index("ix_question_gap", "tenant_id", "gap_id"),
        belongs_to("channel", "channel_id"),
        belongs_to("gap", "gap_id"),
    )
    channel_id: Mapped[int | None]  # with peer: blanked after the retention period
    peer: Mapped[str | None] = mapped_column(String(128))
    text: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))  # answered, asked_back, unanswered, waiting, replied, closed
    aspect: Mapped[str] = mapped_column(String(16), default="")
    procedure_code: Mapped[str | None] = mapped_column(String(32))
    procedure_version_id: Mapped[int | None]
    answer: Mapped[str] = mapped_column(default="")
    helpful: Mapped[bool | None]
    wants_call: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")
    officer_id: Mapped[int | None]
    department_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    gap_id: Mapped[int | None]  # the group it was answered, attached or dropped with
