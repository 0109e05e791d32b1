"""Messages as they came. A row is committed before the platform hears "received"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from domain.messages import Incoming, to_json
from storage.insert import insert_new
from storage.tables import InboxMessage

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3  # a message that killed the process so often is parked
LONGEST_BURST = timedelta(seconds=8)

_OPEN = and_(InboxMessage.handled_at.is_(None), InboxMessage.parked_at.is_(None))


def add(
    session: Session, tenant_id: int, id: int, channel_id: int, said: Incoming, *, now: datetime, quiet: timedelta
) -> bool:
    """Store one message; False when this platform id was stored before.

    A piece of a burst waits until the person has been quiet for `quiet`, and makes the pieces before it wait too,
    at most LONGEST_BURST after the first.
    """
    ready_at = now + quiet if said.gathers else now
    added = insert_new(
        session,
        InboxMessage,
        {
            "tenant_id": tenant_id,
            "id": id,
            "channel_id": channel_id,
            "peer": said.peer,
            "external_id": said.external_id,
            "body": to_json(said),
            "received_at": now,
            "ready_at": ready_at,
            "attempts": 0,
            "error": "",
        },
    )
    if added:
        waiting = (
            select(func.min(InboxMessage.received_at))
            .where(InboxMessage.tenant_id == tenant_id, InboxMessage.channel_id == channel_id)
            .where(InboxMessage.peer == said.peer, _OPEN, InboxMessage.leased_until_at.is_(None))
        )
        first = session.scalar(waiting) or now
        session.execute(
            update(InboxMessage)
            .where(InboxMessage.tenant_id == tenant_id, InboxMessage.channel_id == channel_id)
            .where(InboxMessage.peer == said.peer, _OPEN, InboxMessage.leased_until_at.is_(None))
            .values(ready_at=min(ready_at, first + LONGEST_BURST))
        )
    return added


_earlier = aliased(InboxMessage)
_not_first = exists().where(
    and_(
        _earlier.tenant_id == InboxMessage.tenant_id,
        _earlier.channel_id == InboxMessage.channel_id,
        _earlier.peer == InboxMessage.peer,
        _earlier.id < InboxMessage.id,
        _earlier.handled_at.is_(None),
        _earlier.parked_at.is_(None),
    )
)
_DUE = (  # made once: it is asked for all day long
    select(InboxMessage)
    .where(_OPEN, InboxMessage.ready_at <= bindparam("now"))
    .where(or_(InboxMessage.leased_until_at.is_(None), InboxMessage.leased_until_at <= bindparam("now")))
    .where(~_not_first)
    .order_by(InboxMessage.ready_at, InboxMessage.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def claim_all_tenants(session: Session, now: datetime, limit: int = 50) -> Sequence[InboxMessage]:
    """Lease the first open row of each person who is due; commit before handling, so that `attempts` outlives us."""
    rows = session.scalars(_DUE, {"now": now, "limit": limit}).all()
    for row in rows:
        row.leased_until_at = now + LEASE
        row.attempts += 1
    session.flush()
    return rows


def following(session: Session, row: InboxMessage, now: datetime) -> Sequence[InboxMessage]:
    """The person's further open rows that are ready, oldest first."""
    query = (
        select(InboxMessage)
        .where(InboxMessage.tenant_id == row.tenant_id, InboxMessage.channel_id == row.channel_id)
        .where(InboxMessage.peer == row.peer, InboxMessage.id > row.id, _OPEN, InboxMessage.ready_at <= now)
        .order_by(InboxMessage.id)
        .limit(40)
    )
    return session.scalars(query).all()


def mark_handled(session: Session, row: InboxMessage, now: datetime) -> bool:
    """False when another worker was faster."""
    done = session.execute(
        update(InboxMessage)
        .where(InboxMessage.tenant_id == row.tenant_id, InboxMessage.id == row.id, _OPEN)
        .values(handled_at=now, leased_until_at=None)
    )
    return bool(getattr(done, "rowcount", 0))


def park(session: Session, row: InboxMessage, now: datetime, error: str) -> None:
    """Set the row aside for a person; it blocks nothing."""
    session.execute(
        update(InboxMessage)
        .where(InboxMessage.tenant_id == row.tenant_id, InboxMessage.id == row.id)
        .values(parked_at=now, leased_until_at=None, error=error)
    )


def next_due_all_tenants(session: Session) -> datetime | None:
    return session.scalar(select(InboxMessage.ready_at).where(_OPEN).order_by(InboxMessage.ready_at).limit(1))


def parked_all_tenants(session: Session) -> Sequence[InboxMessage]:
    return session.scalars(select(InboxMessage).where(InboxMessage.parked_at.is_not(None))).all()


def release_leases_all_tenants(session: Session) -> None:
    """At the start of the only process: what was leased by the one before is due again at once."""
    session.execute(update(InboxMessage).where(_OPEN).values(leased_until_at=None))
