"""Every table. Primary key (tenant_id, id); every unique and foreign key begins with tenant_id.

Instants end in `_at` and are aware UTC; days end in `_on` and are the commune's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
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


def _belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


class _Row(Base):
    __abstract__ = True
    tenant_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Tenant(Base):
    """A commune (xã, phường, đặc khu), its province, or the nation (id 0): a layer of procedures and settings."""

    __tablename__ = "tenant"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="commune")  # nation, province, commune
    parent_id: Mapped[int | None]
    name: Mapped[str]  # "xã Hòa An"
    unit: Mapped[str] = mapped_column(String(16), default="xã")  # how the service calls itself
    demo: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Ho_Chi_Minh")
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)  # contacts, hours, wording: see domain/profile.py


class Holiday(_Row):
    """A day that differs from the week's pattern. tenant_id 0 = the whole country."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("tenant_id", "on"),)
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))  # off, workday, special, usual (an ordinary day again)
    name: Mapped[str]
    verified: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(default="")
    hours: Mapped[list[Any] | None]  # for special: [["08:00", "11:30"], …]


class Department(_Row):
    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    key: Mapped[str] = mapped_column(String(63))
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(Integer, default=0)


class Category(_Row):
    """A kind of feedback: who handles it and how long that may take."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), _belongs_to("department", "department_id"))
    key: Mapped[str] = mapped_column(String(63))
    name: Mapped[str]
    department_id: Mapped[int]
    amount: Mapped[int] = mapped_column(Integer)
    limit_unit: Mapped[str] = mapped_column(String(16))  # working_days, calendar_days, hours, working_hours
    basis: Mapped[str] = mapped_column(default="")
    restricted: Mapped[bool] = mapped_column(default=False)  # about an officer: director and chairman only
    words: Mapped[list[Any]] = mapped_column(default=list)  # what people write, for the suggestion
    position: Mapped[int] = mapped_column(Integer, default=0)


class Officer(_Row):
    """A person who works here. Roles: officer, head (of a department), director, leader, duty."""

    __tablename__ = "officer"
    __table_args__ = (_belongs_to("department", "department_id"),)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    department_id: Mapped[int | None]
    roles: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    link_code_hash: Mapped[str | None] = mapped_column(String(64))
    link_code_until_at: Mapped[datetime | None]


class Channel(_Row):
    """One commune's door on one platform. The token is encrypted; the webhook path carries `path`, never a token."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "name"), Index("ix_channel_path", "path", unique=True))
    kind: Mapped[str] = mapped_column(String(32))  # webchat, telegram, …
    name: Mapped[str] = mapped_column(String(63), default="")
    mode: Mapped[str] = mapped_column(String(16), default="local")  # local, polling, webhook
    path: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(default="")  # encrypted
    secret: Mapped[str] = mapped_column(default="")  # encrypted; of the webhook header
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paused_why: Mapped[str] = mapped_column(default="")
    offset: Mapped[int] = mapped_column(default=0)  # polling: next update to ask for
    leased_until_at: Mapped[datetime | None]
    lease_holder: Mapped[str] = mapped_column(String(64), default="")


class Citizen(_Row):
    """A person on a channel; no name needed. `peer` is the platform's id, or a hash of the web chat's key."""

    __tablename__ = "citizen"
    __table_args__ = (UniqueConstraint("tenant_id", "channel_id", "peer"), _belongs_to("channel", "channel_id"))
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    since_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    gone: Mapped[bool] = mapped_column(default=False)  # blocked us; cleared when they write again
    language: Mapped[str] = mapped_column(String(8), default="vi")
    name: Mapped[str] = mapped_column(default="")  # only with consent
    phone: Mapped[str] = mapped_column(default="")  # only with consent
    consent_version: Mapped[str] = mapped_column(String(16), default="")
    consent_at: Mapped[datetime | None]


class OfficerLink(_Row):
    """An officer's chat: found by where a message comes from."""

    __tablename__ = "officer_link"
    __table_args__ = (
        UniqueConstraint("tenant_id", "channel_id", "peer"),
        _belongs_to("officer", "officer_id"),
        _belongs_to("channel", "channel_id"),
    )
    officer_id: Mapped[int]
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    linked_at: Mapped[datetime]


class Conversation(_Row):
    """Where a person stands in a dialog; survives every restart."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("tenant_id", "channel_id", "peer"), _belongs_to("channel", "channel_id"))
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(64), default="")
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict)  # values of the running dialog
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)  # outlives the dialog: last procedure, last choices
    menu: Mapped[str] = mapped_column(String(16), default="")
    choices: Mapped[list[Any]] = mapped_column(default=list)  # of the last turn: [{data, label, key}]
    touched_at: Mapped[datetime]


class InboxMessage(_Row):
    """A message as it came, before anything was done about it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "channel_id", "external_id"),
        Index("ix_inbox_due", "ready_at", "id", sqlite_where=text("handled_at IS NULL AND parked_at IS NULL"),
              postgresql_where=text("handled_at IS NULL AND parked_at IS NULL")),
        Index("ix_inbox_person", "tenant_id", "channel_id", "peer", "id"),
        _belongs_to("channel", "channel_id"),
    )  # fmt: skip
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    external_id: Mapped[str] = mapped_column(String(128))
    body: Mapped[dict[str, Any]]  # domain.messages.Incoming
    received_at: Mapped[datetime]
    ready_at: Mapped[datetime]  # not before: the quiet moment after a burst
    leased_until_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    handled_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")  # kind and place of the failure, never the text


class OutboxMessage(_Row):
    """A message that is owed. `next_try_at` NULL = nothing more to do by itself (sent, failed or held)."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index("ix_outbox_due", "lane", "next_try_at", "id", sqlite_where=text("next_try_at IS NOT NULL"),
              postgresql_where=text("next_try_at IS NOT NULL")),
        Index("ix_outbox_person", "tenant_id", "channel_id", "peer", "lane", "id"),
        _belongs_to("channel", "channel_id"),
    )  # fmt: skip
    key: Mapped[str] = mapped_column(String(160))
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    lane: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]]  # domain.messages.Outgoing
    has_choices: Mapped[bool] = mapped_column(default=False)
    case_id: Mapped[int | None]  # so that a reply or a press finds its case after a restart
    question_id: Mapped[int | None]
    important: Mapped[bool] = mapped_column(default=False)  # a failure is told to an officer
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    leased_until_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    parts_sent: Mapped[int] = mapped_column(Integer, default=0)  # of a message split in several
    external_ids: Mapped[list[Any]] = mapped_column(default=list)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failed_why: Mapped[str] = mapped_column(default="")


class WebMessage(_Row):
    """What a person on the web chat sees: "send" is a row here. Read by id after Last-Event-ID."""

    __tablename__ = "web_message"
    __table_args__ = (
        UniqueConstraint("tenant_id", "outbox_key"),
        Index("ix_web_message_person", "tenant_id", "channel_id", "peer", "id"),
        _belongs_to("channel", "channel_id"),
    )
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    mine: Mapped[bool]  # True: written by the person
    body: Mapped[dict[str, Any]]
    outbox_key: Mapped[str] = mapped_column(String(160))  # for the person's own: "in:<external_id>"
    at: Mapped[datetime]


class ProcedureRow(_Row):
    """A procedure of one layer; what it says stands in its versions."""

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)
    code: Mapped[str] = mapped_column(String(32))
    flagged_at: Mapped[datetime | None]  # changed or expired: an officer should look


class ProcedureVersion(_Row):
    """What a procedure said from `valid_from_on` until before `valid_to_on`. Never changed, only followed."""

    __tablename__ = "procedure_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "procedure_id", "number"),
        Index("ix_procedure_version_current", "tenant_id", "valid_to_on"),
        _belongs_to("procedure", "procedure_id"),
    )
    procedure_id: Mapped[int]
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))  # of `record`: an import that changes nothing adds nothing
    record: Mapped[dict[str, Any]]  # domain.procedure.Procedure as JSON
    origin: Mapped[str] = mapped_column(default="")  # file it came from
    valid_from_on: Mapped[date]
    valid_to_on: Mapped[date | None]
    imported_at: Mapped[datetime]


class Gap(_Row):
    """Questions of one meaning that nothing published answered, and what an officer proposes to say from now on.

    `number` is repeated when the proposal is approved, and makes the code of the entry ("DP-3").
    """

    __tablename__ = "gap"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        Index("ix_gap_status", "tenant_id", "status"),
        _belongs_to("officer", "author_id"),
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


class Question(_Row):
    """What was asked and what was answered (NĐ 118/2025 Đ16); a ticket once it is handed to an officer."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_open", "tenant_id", "status", "due_at"),
        Index("ix_question_person", "tenant_id", "channel_id", "peer"),
        Index("ix_question_gap", "tenant_id", "gap_id"),
        _belongs_to("channel", "channel_id"),
        _belongs_to("gap", "gap_id"),
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


class FeedbackCase(_Row):
    """A phản ánh, kiến nghị. Whether it is late is derived from `due_at`, never stored."""

    __tablename__ = "feedback_case"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "opened_by_key"),
        Index("ix_feedback_case_due", "tenant_id", "status", "due_on"),
        Index("ix_feedback_case_person", "tenant_id", "channel_id", "peer"),
        _belongs_to("category", "category_id"),
        _belongs_to("department", "department_id"),
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


class CaseEvent(_Row):
    """Append-only history. The words stand in `case_words`, which can be erased without breaking the chain."""

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("tenant_id", "case_id", "number"),
        _belongs_to("feedback_case", "case_id"),
    )
    case_id: Mapped[int]
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(24))  # after the event
    officer_id: Mapped[int | None]
    at: Mapped[datetime]
    words_digest: Mapped[str] = mapped_column(String(64), default="")  # salted
    chain: Mapped[str] = mapped_column(String(64))  # sha256 over the previous chain and this row's facts


class CaseWords(_Row):
    """The words of an event and their salt; deleted together on erasure. `id` is the event's."""

    __tablename__ = "case_words"
    __table_args__ = (_belongs_to("case_event", "id"),)
    words: Mapped[str]
    salt: Mapped[str] = mapped_column(String(32))


class Attachment(_Row):
    """A file of a case, question or answer. Bytes lie in DATA_DIR/media/<tenant>/<sha256> once `ready`."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_case", "tenant_id", "case_id"),
        Index("ix_attachment_pending", "status", "next_try_at"),
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


class Rating(_Row):
    """1–5, kept from the officer it is about. `about` is case:<id> or question:<id>: one each, the last one counts."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("tenant_id", "about"),)
    about: Mapped[str] = mapped_column(String(64))
    department_id: Mapped[int | None]
    level: Mapped[int] = mapped_column(Integer)
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class SignIn(_Row):
    """A one-time link to a staff page. Only the hash is stored."""

    __tablename__ = "sign_in"
    __table_args__ = (UniqueConstraint("tenant_id", "token_hash"), _belongs_to("officer", "officer_id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    officer_id: Mapped[int]
    until_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(_Row):
    """One counted try (code look-up, sign-in, post) of one person or address: the memory of the rate limits."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key", "tenant_id", "key", "at"),)
    key: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]


class Audit(_Row):
    """Who looked at or changed what, among the things that are watched."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "tenant_id", "at"),)
    officer_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(48))
    about: Mapped[str] = mapped_column(String(96), default="")
    at: Mapped[datetime]
