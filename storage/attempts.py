"""The memory of the rate limits: counted tries as rows, so that a restart forgets none."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.tables import Attempt

HOUR = timedelta(hours=1)


def allowed(
    session: Session, ids: IdMaker, tenant_id: int, key: str, now: datetime, *, limit: int, within: timedelta = HOUR
) -> bool:
    """Count one try of `key` ("code:<channel>:<peer>"); False when there were `limit` of them within the time.

    A refused try is not counted, so that a person who keeps trying is let in again when the first tries are old.
    """
    if used(session, tenant_id, key, now, within=within) >= limit:
        return False
    session.add(Attempt(tenant_id=tenant_id, id=ids(), key=key, at=now))
    session.flush()
    return True


def used(session: Session, tenant_id: int, key: str, now: datetime, *, within: timedelta = HOUR) -> int:
    """Tries of `key` that still count."""
    query = select(func.count()).where(Attempt.tenant_id == tenant_id, Attempt.key == key, Attempt.at > now - within)
    return session.scalar(query) or 0


def forget_before(session: Session, tenant_id: int, before: datetime) -> None:
    """Drop tries that no limit looks at any more."""
    session.execute(delete(Attempt).where(Attempt.tenant_id == tenant_id, Attempt.at < before))
