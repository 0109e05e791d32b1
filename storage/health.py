"""What `danhoi doctor` counts: queues that stand still, people nobody can reach, knowledge that grows old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session

from storage.tables import (
    Category,
    Channel,
    Department,
    InboxMessage,
    Officer,
    OfficerLink,
    OutboxMessage,
    ProcedureVersion,
    Tenant,
)


@dataclass(frozen=True)
class Parked:
    """A message that failed; `error` is the kind and place of the failure, never what was said."""

    id: int
    commune: str
    received_at: datetime
    error: str


@dataclass(frozen=True)
class Knowledge:
    procedures: int
    imported_at: datetime | None  # the newest


def parked_all_tenants(session: Session) -> list[Parked]:
    query = (
        select(InboxMessage, Tenant.slug)
        .join(Tenant, Tenant.id == InboxMessage.tenant_id)
        .where(InboxMessage.parked_at.is_not(None), InboxMessage.handled_at.is_(None))
        .order_by(InboxMessage.id)
    )
    return [Parked(row.id, slug, row.received_at, row.error) for row, slug in session.execute(query)]


def retry_parked(session: Session, inbox_id: int, now: datetime) -> bool:
    """Put a parked message back to be handled again. False when there is none with this id."""
    done = session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == inbox_id, InboxMessage.parked_at.is_not(None), InboxMessage.handled_at.is_(None))
        .values(parked_at=None, ready_at=now, leased_until_at=None, attempts=0, error="")
    )
    return bool(getattr(done, "rowcount", 0))


def drop_parked(session: Session, inbox_id: int, now: datetime) -> bool:
    """Give a parked message up: its words go, the row that knows a redelivery stays. False when there is none."""
    done = session.execute(
        update(InboxMessage)
        .where(InboxMessage.id == inbox_id, InboxMessage.parked_at.is_not(None), InboxMessage.handled_at.is_(None))
        .values(parked_at=None, handled_at=now, leased_until_at=None, body={})
    )
    return bool(getattr(done, "rowcount", 0))


def unread_since_all_tenants(session: Session) -> datetime | None:
    """When the oldest message that is ready and not handled became ready."""
    query = select(func.min(InboxMessage.ready_at)).where(
        InboxMessage.handled_at.is_(None), InboxMessage.parked_at.is_(None)
    )
    return session.scalar(query)


def unsent_since_all_tenants(session: Session) -> tuple[int, datetime | None]:
    """Messages that should have gone out, and when the oldest of them was owed."""
    query = select(func.count(), func.min(OutboxMessage.created_at)).where(OutboxMessage.next_try_at.is_not(None))
    n, oldest = session.execute(query).one()
    return n, oldest


def failed_since_all_tenants(session: Session, since: datetime) -> dict[str, int]:
    """Messages given up since then, by the reason delivery wrote."""
    query = (
        select(OutboxMessage.failed_why, func.count())
        .where(OutboxMessage.failed_at >= since)
        .group_by(OutboxMessage.failed_why)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def channels_all_tenants(session: Session) -> list[tuple[str, Channel]]:
    query = select(Tenant.slug, Channel).join(Tenant, Tenant.id == Channel.tenant_id).order_by(Channel.id)
    return [(slug, row) for slug, row in session.execute(query)]


def unlinked_officers(session: Session, tenant_id: int) -> Sequence[Officer]:
    """Active officers without any chat."""
    linked = select(OfficerLink.officer_id).where(OfficerLink.tenant_id == tenant_id)
    query = (
        select(Officer)
        .where(Officer.tenant_id == tenant_id, Officer.active, Officer.id.not_in(linked))
        .order_by(Officer.id)
    )
    return session.scalars(query).all()


def deaf_departments(session: Session, tenant_id: int) -> Sequence[Department]:
    """Departments that receive feedback and have nobody with a chat."""
    heard = (
        select(Officer.department_id)
        .join(OfficerLink, (OfficerLink.tenant_id == Officer.tenant_id) & (OfficerLink.officer_id == Officer.id))
        .where(Officer.tenant_id == tenant_id, Officer.active, Officer.department_id.is_not(None))
    )
    asked = select(Category.department_id).where(Category.tenant_id == tenant_id)
    query = (
        select(Department)
        .where(Department.tenant_id == tenant_id, Department.id.in_(asked), Department.id.not_in(heard))
        .order_by(Department.position)
    )
    return session.scalars(query).all()


def knowledge_all_tenants(session: Session, now: datetime) -> Knowledge:
    """Procedures in force in any layer."""
    today = now.date()
    query = select(func.count(), func.max(ProcedureVersion.imported_at)).where(
        ProcedureVersion.valid_from_on <= today + timedelta(days=1),
        or_(ProcedureVersion.valid_to_on.is_(None), ProcedureVersion.valid_to_on > today),
    )
    n, newest = session.execute(query).one()
    return Knowledge(n, newest)


def newest_message_at_all_tenants(session: Session) -> datetime | None:
    """The latest instant written by this installation: a clock behind it has been set back."""
    found = [session.scalar(select(func.max(InboxMessage.received_at))),
             session.scalar(select(func.max(OutboxMessage.created_at)))]  # fmt: skip
    return max((at for at in found if at), default=None)


def sqlite_faults(session: Session) -> list[str]:
    """What SQLite finds wrong with its own file; [] = nothing."""
    found = [row[0] for row in session.execute(text("PRAGMA quick_check(5)"))]
    return [] if found == ["ok"] else found
