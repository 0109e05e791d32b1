"""Who speaks with us, where, and every message in both directions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Row, belongs_to, partial


class Channel(Row):
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


class Citizen(Row):
    """A person on a channel; no name needed. `peer` is the platform's id, or a hash of the web chat's key."""

    __tablename__ = "citizen"
    __table_args__ = (UniqueConstraint("tenant_id", "channel_id", "peer"), belongs_to("channel", "channel_id"))
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


class OfficerLink(Row):
    """An officer's chat: found by where a message comes from."""

    __tablename__ = "officer_link"
    __table_args__ = (
        UniqueConstraint("tenant_id", "channel_id", "peer"),
        belongs_to("officer", "officer_id"),
        belongs_to("channel", "channel_id"),
    )
    officer_id: Mapped[int]
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    linked_at: Mapped[datetime]


class Conversation(Row):
    """Where a person stands in a dialog; survives every restart."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("tenant_id", "channel_id", "peer"),
        partial("ix_conversation_state", "tenant_id", "state", "id", where="state != ''"),
        belongs_to("channel", "channel_id"),
    )
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(64), default="")
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict)  # values of the running dialog
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)  # outlives the dialog: last procedure, last choices
    menu: Mapped[str] = mapped_column(String(16), default="")
    choices: Mapped[list[Any]] = mapped_column(default=list)  # of the last turn: [{data, label, key}]
    touched_at: Mapped[datetime]


class InboxMessage(Row):
    """A message as it came, before anything was done about it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "channel_id", "external_id"),
        partial("ix_inbox_due", "ready_at", "id", where="handled_at IS NULL AND parked_at IS NULL"),
        partial("ix_inbox_words", "tenant_id", "handled_at",
                where="handled_at IS NOT NULL AND CAST(body AS TEXT) != '{}'"),
        Index("ix_inbox_person", "tenant_id", "channel_id", "peer", "id"),
        belongs_to("channel", "channel_id"),
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


class OutboxMessage(Row):
    """A message that is owed. `next_try_at` NULL = nothing more to do by itself (sent, failed or held)."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        partial("ix_outbox_due", "lane", "next_try_at", "id", where="next_try_at IS NOT NULL"),
        partial("ix_outbox_undelivered", "tenant_id", "created_at", where="important AND sent_at IS NULL",
                sqlite_where="important = 1 AND sent_at IS NULL"),
        partial("ix_outbox_words", "tenant_id", "created_at",
                where="next_try_at IS NULL AND CAST(body AS TEXT) != '{}'"),
        Index("ix_outbox_person", "tenant_id", "channel_id", "peer", "lane", "id"),
        belongs_to("channel", "channel_id"),
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


class WebMessage(Row):
    """What a person on the web chat sees: "send" is a row here. Read by id after Last-Event-ID."""

    __tablename__ = "web_message"
    __table_args__ = (
        UniqueConstraint("tenant_id", "outbox_key"),
        Index("ix_web_message_person", "tenant_id", "channel_id", "peer", "id"),
        partial("ix_web_message_words", "tenant_id", "at", where="CAST(body AS TEXT) != '{\"erased\": true}'"),
        belongs_to("channel", "channel_id"),
    )
    channel_id: Mapped[int]
    peer: Mapped[str] = mapped_column(String(128))
    mine: Mapped[bool]  # True: written by the person
    body: Mapped[dict[str, Any]]
    outbox_key: Mapped[str] = mapped_column(String(160))  # for the person's own: "in:<external_id>"
    at: Mapped[datetime]
