"""Messages that a restore holds back: whether they went out since the backup, only a person can tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.tables import OutboxMessage

RESTORED, DROPPED = "restored", "dropped"


def hold_all_tenants(session: Session) -> int:
    """Everything that was owed when the backup was made waits for a decision. How many messages."""
    done = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.next_try_at.is_not(None))
        .values(next_try_at=None, leased_until_at=None, failed_why=RESTORED)
    )
    return int(getattr(done, "rowcount", 0))


def held_all_tenants(session: Session) -> int:
    return session.scalar(select(func.count()).where(OutboxMessage.failed_why == RESTORED)) or 0


def release_all_tenants(session: Session, now: datetime) -> int:
    """Send what is held after all. How many messages."""
    done = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.failed_why == RESTORED)
        .values(next_try_at=now, created_at=now, attempts=0, failed_why="")
    )
    return int(getattr(done, "rowcount", 0))


def drop_all_tenants(session: Session) -> int:
    """Never send what is held. How many messages."""
    done = session.execute(update(OutboxMessage).where(OutboxMessage.failed_why == RESTORED).values(failed_why=DROPPED))
    return int(getattr(done, "rowcount", 0))
