"""Days off and make-up days as they stand for one commune: its own rows win over the nation's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import NATION, Holiday


def of_commune(session: Session, tenant_id: int) -> list[Holiday]:
    """In the order of days."""
    query = select(Holiday).where(Holiday.tenant_id.in_((NATION, tenant_id))).order_by(Holiday.tenant_id)
    return sorted({row.on: row for row in session.scalars(query)}.values(), key=lambda row: row.on)
