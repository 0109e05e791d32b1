"""Reminders a person asked for: messages owed at a later time, in the outbox under keys of their own."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from domain.messages import NOTICE, Outgoing, to_json
from storage import outbox
from storage.ids import IdMaker
from storage.tables import OutboxMessage


def add(
    session: Session,
    ids: IdMaker,
    tenant_id: int,
    citizen_id: int,
    *,
    channel_id: int,
    peer: str,
    begins: datetime,
    message: Outgoing,
    at: datetime,
    now: datetime,
) -> bool:
    """Owe `message` to the person from `at` on. False when they are reminded of what `begins` then already.

    The message carries no choices: a typed number must not mean one of a message that nobody has seen yet.
    """
    return outbox.add(
        session, tenant_id, ids(), channel_id=channel_id, peer=peer, message=message,
        key=_key(citizen_id, f"{begins:%Y-%m-%dT%H:%M}:{at:%Y-%m-%d}"),
        now=now, lane=NOTICE, not_before=at,
    )  # fmt: skip


def pending(session: Session, tenant_id: int, zone: tzinfo) -> list[tuple[OutboxMessage, datetime, datetime]]:
    """Reminders that have not been sent yet: the row, when what it is about begins, and when it goes out."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.key.startswith("remind:"))
        .where(OutboxMessage.next_try_at.is_not(None), OutboxMessage.sent_at.is_(None), OutboxMessage.attempts == 0)
        .with_for_update(skip_locked=True)
    )
    found = []
    for row in session.scalars(query):
        begins = datetime.strptime(row.key.split(":", 2)[2].rpartition(":")[0], "%Y-%m-%dT%H:%M").replace(tzinfo=zone)
        assert row.next_try_at is not None
        found.append((row, begins, row.next_try_at.astimezone(zone)))
    return found


def rewrite(row: OutboxMessage, message: Outgoing) -> bool:
    """False when the row says this already."""
    body = to_json(message)
    if row.body == body:
        return False
    row.body = body
    return True


def drop_all(session: Session, tenant_id: int, citizen_id: int, now: datetime) -> int:
    """Forget what has not been sent to this person yet; a message that is being sent this moment stays. How many."""
    done = session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant_id)
        .where(OutboxMessage.key.startswith(_key(citizen_id, ""), autoescape=True))
        .where(OutboxMessage.next_try_at.is_not(None), OutboxMessage.sent_at.is_(None))
        .where(or_(OutboxMessage.leased_until_at.is_(None), OutboxMessage.leased_until_at <= now))
    )
    return int(getattr(done, "rowcount", 0))


def _key(citizen_id: int, about: str) -> str:
    return f"remind:{citizen_id}:{about}"
