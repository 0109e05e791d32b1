"""Messages that are owed. Adding the same key twice adds nothing; a crash leaves a row to pick up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from domain.messages import TALK, Outgoing, to_json
from storage.insert import insert_new
from storage.tables import OutboxMessage

LEASE = timedelta(seconds=60)  # longer than a batch takes
LANE_PATIENCE = timedelta(seconds=60)  # a row that waits longer leaves its lane and blocks nothing


def add(
    session: Session,
    tenant_id: int,
    id: int,
    *,
    channel_id: int,
    peer: str,
    message: Outgoing,
    key: str,
    now: datetime,
    lane: int = TALK,
    case_id: int | None = None,
    question_id: int | None = None,
    important: bool = False,
    not_before: datetime | None = None,
) -> bool:
    """Owe `message` to a person. False when `key` was owed before (then nothing is added)."""
    return insert_new(
        session,
        OutboxMessage,
        {
            "tenant_id": tenant_id,
            "id": id,
            "key": key,
            "channel_id": channel_id,
            "peer": peer,
            "lane": lane,
            "body": to_json(message),
            "has_choices": bool(message.choices),
            "case_id": case_id,
            "question_id": question_id,
            "important": important,
            "created_at": now,
            "next_try_at": not_before or now,
            "attempts": 0,
            "parts_sent": 0,
            "external_ids": [],
            "failed_why": "",
        },
    )


_earlier = aliased(OutboxMessage)
_blocked = exists().where(
    and_(
        _earlier.tenant_id == OutboxMessage.tenant_id,
        _earlier.channel_id == OutboxMessage.channel_id,
        _earlier.peer == OutboxMessage.peer,
        _earlier.lane == OutboxMessage.lane,
        _earlier.id < OutboxMessage.id,
        _earlier.next_try_at.is_not(None),
        _earlier.next_try_at <= bindparam("soon"),
    )
)
_DUE = (  # made once: it is asked for all day long
    select(OutboxMessage)
    .where(OutboxMessage.next_try_at <= bindparam("now"))
    .where(or_(OutboxMessage.leased_until_at.is_(None), OutboxMessage.leased_until_at <= bindparam("now")))
    .where(~_blocked)
    .order_by(OutboxMessage.lane, OutboxMessage.next_try_at, OutboxMessage.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def claim_all_tenants(session: Session, now: datetime, limit: int = 40) -> Sequence[OutboxMessage]:
    """Lease due rows, the urgent lane first, never one that has an earlier unsent row of its person and lane.

    `attempts` grows with the claim, and `finish` checks it: a worker that lost its lease changes nothing.
    """
    rows = session.scalars(_DUE, {"now": now, "soon": now + LANE_PATIENCE, "limit": limit}).all()
    for row in rows:
        row.leased_until_at = now + LEASE
        row.attempts += 1
    session.flush()
    return rows


def finish(session: Session, row: OutboxMessage, **values: object) -> bool:
    """Write the outcome of a try; False when another worker has taken the row since."""
    done = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.tenant_id == row.tenant_id, OutboxMessage.id == row.id)
        .where(OutboxMessage.attempts == row.attempts)
        .values(leased_until_at=None, **values)
    )
    return bool(getattr(done, "rowcount", 0))


def next_due_all_tenants(session: Session) -> datetime | None:
    query = (
        select(OutboxMessage.next_try_at)
        .where(OutboxMessage.next_try_at.is_not(None))
        .order_by(OutboxMessage.next_try_at)
        .limit(1)
    )
    return session.scalar(query)


def last_with_choices(session: Session, tenant_id: int, channel_id: int, peer: str) -> OutboxMessage | None:
    """The newest message to this person that offered choices: what a typed number refers to between dialogs."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.channel_id == channel_id)
        .where(OutboxMessage.peer == peer, OutboxMessage.has_choices)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def newest(session: Session, tenant_id: int, channel_id: int, peer: str) -> OutboxMessage | None:
    """The last message that reached this person."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.channel_id == channel_id)
        .where(OutboxMessage.peer == peer, OutboxMessage.sent_at.is_not(None))
        .order_by(OutboxMessage.sent_at.desc(), OutboxMessage.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def by_external_id(
    session: Session, tenant_id: int, channel_id: int, peer: str, external_id: str
) -> OutboxMessage | None:
    """The message of ours that a person replied to."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.channel_id == channel_id)
        .where(OutboxMessage.peer == peer, OutboxMessage.sent_at.is_not(None))
        .order_by(OutboxMessage.id.desc())
        .limit(200)
    )
    return next((row for row in session.scalars(query) if external_id in row.external_ids), None)


def by_key(session: Session, tenant_id: int, key: str) -> OutboxMessage | None:
    return session.scalar(select(OutboxMessage).where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.key == key))


def release_leases_all_tenants(session: Session, now: datetime) -> None:
    """At the start of the only process: what was leased or waited for a retry is due again at once."""
    owed = update(OutboxMessage).where(OutboxMessage.next_try_at.is_not(None))
    session.execute(owed.values(leased_until_at=None))
    session.execute(owed.where(OutboxMessage.attempts > 0, OutboxMessage.next_try_at > now).values(next_try_at=now))


def try_again(session: Session, tenant_id: int, channel_id: int, now: datetime) -> int:
    """The channel was mended: what waits for a retry there is due now. Not what is being sent, or dated ahead."""
    done = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.channel_id == channel_id)
        .where(OutboxMessage.next_try_at > now, OutboxMessage.attempts > 0, OutboxMessage.leased_until_at.is_(None))
        .values(next_try_at=now)
    )
    return int(getattr(done, "rowcount", 0))


def release_held(session: Session, tenant_id: int, channel_id: int, peer: str, now: datetime) -> int:
    """A person who had gone writes again: what mattered and could not be delivered is owed again.

    What was blanked meanwhile, because its time was over, stays unsaid.
    """
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.channel_id == channel_id)
        .where(OutboxMessage.peer == peer, OutboxMessage.important, OutboxMessage.failed_why == "gone")
    )
    rows = [row for row in session.scalars(query) if row.body]
    for row in rows:
        row.next_try_at, row.created_at, row.attempts = now, now, 0
        row.failed_at, row.failed_why = None, ""
    return len(rows)


def undelivered(session: Session, tenant_id: int) -> Sequence[OutboxMessage]:
    """Receipts and results that could not be delivered, for good or for now."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.important, OutboxMessage.failed_at.is_not(None))
        .order_by(OutboxMessage.id)
    )
    return session.scalars(query).all()
