"""Reminders a person asked for: messages owed at a later time, in the outbox under keys of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from domain.messages import NOTICE, Outgoing
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
    about: str,
    message: Outgoing,
    at: datetime,
    now: datetime,
) -> bool:
    """Owe `message` to the person from `at` on. False when they are reminded of `about` already.

    The message carries no choices: a typed number must not mean one of a message that nobody has seen yet.
    """
    return outbox.add(
        session, tenant_id, ids(), channel_id=channel_id, peer=peer, message=message, key=_key(citizen_id, about),
        now=now, lane=NOTICE, not_before=at,
    )  # fmt: skip


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
