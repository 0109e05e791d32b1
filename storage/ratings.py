"""What people thought of how they were served. One rating per case or question; the last one counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.insert import insert_new
from storage.tables import Rating


def put(
    session: Session,
    ids: IdMaker,
    tenant_id: int,
    about: str,
    level: int,
    now: datetime,
    *,
    department_id: int | None = None,
) -> Rating:
    """Write the rating of `about` ("case:<id>", "question:<id>"), over the one before. Level 1 (worst) to 5."""
    insert_new(
        session,
        Rating,
        {"tenant_id": tenant_id, "id": ids(), "about": about, "department_id": department_id, "level": level,
         "comment": "", "at": now},
    )  # fmt: skip
    rating = session.scalars(_of(tenant_id, about)).one()
    rating.level, rating.department_id, rating.at = level, department_id, now
    session.flush()
    return rating


def get(session: Session, tenant_id: int, about: str) -> Rating | None:
    return session.scalar(_of(tenant_id, about))


def comment(session: Session, tenant_id: int, about: str, words: str) -> bool:
    """Add what should be better. False when there is no rating to add it to."""
    rating = get(session, tenant_id, about)
    if rating is None:
        return False
    rating.comment = words
    session.flush()
    return True


def _of(tenant_id: int, about: str) -> Select[Rating]:
    return select(Rating).where(Rating.tenant_id == tenant_id, Rating.about == about)
