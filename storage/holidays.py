"""Days off and make-up days, of the nation and of communes, and what was promised with them.

Kinds: "off", "workday" (a Saturday or Sunday worked instead, làm bù), "special" (other hours than usual), "usual" (an
ordinary day of its week: what is left of a day that was taken back, so that neither the built-in one nor the nation's
returns). A commune's own row wins over the nation's, whatever its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.feedback import OPEN
from storage.ids import IdMaker
from storage.insert import insert_new
from storage.tables import NATION, FeedbackCase, Holiday, OutboxMessage, Tenant

OFF, WORKDAY, SPECIAL, USUAL = "off", "workday", "special", "usual"
Hours = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Day:
    """A day as a person enters it. `hours` only of a special one; () = shut."""

    on: date
    kind: str
    name: str
    verified: bool = True
    source: str = ""
    hours: Hours = ()


def day_of(row: Holiday) -> Day:
    hours = tuple((str(begin), str(end)) for begin, end in row.hours or ())
    return Day(row.on, row.kind, row.name, row.verified, row.source, hours)


def of_commune(session: Session, tenant_id: int) -> list[Holiday]:
    """In the order of days."""
    query = select(Holiday).where(Holiday.tenant_id.in_((NATION, tenant_id))).order_by(Holiday.tenant_id)
    return sorted({row.on: row for row in session.scalars(query)}.values(), key=lambda row: row.on)


def on_day(session: Session, tenant_id: int, on: date) -> Holiday | None:
    """The row that holds for a commune, or the nation, on this day."""
    query = select(Holiday).where(Holiday.tenant_id.in_((NATION, tenant_id)), Holiday.on == on)
    return session.scalars(query.order_by(Holiday.tenant_id.desc()).limit(1)).first()


def put(session: Session, ids: IdMaker, tenant_id: int, day: Day) -> bool:
    """Write the layer's own row for this day. False when it says just that already."""
    values = {"kind": day.kind, "name": day.name, "verified": day.verified, "source": day.source}
    hours = {"hours": [list(span) for span in day.hours]} if day.kind == SPECIAL else {}
    if insert_new(session, Holiday, {"tenant_id": tenant_id, "id": ids(), "on": day.on, **values, **hours}):
        return True
    query = select(Holiday).where(Holiday.tenant_id == tenant_id, Holiday.on == day.on).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if day_of(row) == day:
        return False
    row.kind, row.name, row.verified, row.source = day.kind, day.name, day.verified, day.source
    row.hours = hours.get("hours")
    session.flush()
    return True


def overriding_all_tenants(session: Session, days: Iterable[date]) -> list[str]:
    """Slugs of the communes that have rows of their own for one of these days: the nation's do not reach them."""
    query = select(Tenant.slug).join(Holiday, Holiday.tenant_id == Tenant.id)
    query = query.where(Holiday.tenant_id != NATION, Holiday.on.in_(list(days)))
    return sorted(set(session.scalars(query)))


def with_own_all_tenants(session: Session, first: date, last: date) -> list[str]:
    """Slugs of the communes that have rows of their own within [first, last]."""
    query = select(Tenant.slug).join(Holiday, Holiday.tenant_id == Tenant.id)
    query = query.where(Holiday.tenant_id != NATION, Holiday.on.between(first, last))
    return sorted(set(session.scalars(query)))


def open_case_ids(session: Session, tenant_id: int) -> Sequence[int]:
    """Cases that still have a date to keep, the oldest first."""
    query = select(FeedbackCase.id).where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.status.in_(OPEN))
    return session.scalars(query.order_by(FeedbackCase.id)).all()


def handed_over_at(session: Session, tenant_id: int, question_ids: Sequence[int]) -> dict[int, datetime]:
    """When each question was given to an officer: the moment its person was promised an answer, or the officer told."""
    query = (
        select(OutboxMessage.question_id, func.min(OutboxMessage.created_at))
        .where(OutboxMessage.tenant_id == tenant_id, OutboxMessage.question_id.in_(question_ids))
        .where(or_(OutboxMessage.important, OutboxMessage.key.like("question:%:new:%")))
        .group_by(OutboxMessage.question_id)
    )
    return {id: at for id, at in session.execute(query) if id is not None}
