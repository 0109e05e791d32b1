"""A commune with everything that is data about it: profile, calendar, departments, people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar
from domain.errors import NotFound
from domain.holidays import KnownDay
from domain.profile import WEEKDAYS, Profile, Ranges, profile_from_json
from storage.tables import NATION, Category, Channel, Department, Holiday, Officer, Tenant


@dataclass(frozen=True)
class Commune:
    """The settings of one commune as they stand now."""

    tenant: Tenant
    profile: Profile
    calendar: WorkCalendar


def load(session: Session, tenant_id: int) -> Commune:
    """Raises NotFound."""
    tenant = session.get(Tenant, tenant_id)
    if tenant is None:
        raise NotFound(f"no tenant {tenant_id}")
    profile = profile_from_json(tenant.profile)
    return Commune(tenant, profile, calendar_of(session, tenant, profile))


def calendar_of(session: Session, tenant: Tenant, profile: Profile) -> WorkCalendar:
    """The nation's days, overridden by the commune's own."""
    query = select(Holiday).where(Holiday.tenant_id.in_((NATION, tenant.id))).order_by(Holiday.tenant_id)
    by_day: dict[date, Holiday] = {row.on: row for row in session.scalars(query)}
    return WorkCalendar(
        timezone=tenant.timezone,
        hours={WEEKDAYS.index(name): _periods(ranges) for name, ranges in profile.hours.items()},
        holidays={on: _told(row) for on, row in by_day.items() if row.kind == "off"},
        extra_workdays={on: _told(row) for on, row in by_day.items() if row.kind == "workday"},
        special_days={on: _periods(tuple(row.hours or ())) for on, row in by_day.items() if row.kind == "special"},
    )


def _told(row: Holiday) -> str:
    return KnownDay(row.on, row.name, row.verified, row.source).told


def _periods(ranges: Ranges) -> tuple[tuple[time, time], ...]:
    return tuple((_clock(a), _clock(b)) for a, b in ranges)


def _clock(text: str) -> time:
    return time.min if text == "24:00" else time.fromisoformat(text)


def by_slug(session: Session, slug: str) -> Tenant | None:
    return session.scalar(select(Tenant).where(Tenant.slug == slug))


def communes_all_tenants(session: Session) -> Sequence[Tenant]:
    """Every commune that is served (not the nation, not a province)."""
    return session.scalars(select(Tenant).where(Tenant.kind == "commune").order_by(Tenant.id)).all()


def layers(session: Session, tenant_id: int) -> tuple[int, ...]:
    """The tenant and what lies above it, nearest first, the nation last: a nearer layer's procedure wins."""
    chain: list[int] = []
    at: int | None = tenant_id
    while at is not None and at not in chain and len(chain) < 8:
        chain.append(at)
        tenant = session.get(Tenant, at) if at != NATION else None
        at = tenant.parent_id if tenant else None
    return (*chain, NATION) if NATION not in chain else tuple(chain)


def departments(session: Session, tenant_id: int) -> Sequence[Department]:
    query = select(Department).where(Department.tenant_id == tenant_id).order_by(Department.position, Department.id)
    return session.scalars(query).all()


def department_by_key(session: Session, tenant_id: int, key: str) -> Department | None:
    return session.scalar(select(Department).where(Department.tenant_id == tenant_id, Department.key == key))


def categories(session: Session, tenant_id: int) -> Sequence[Category]:
    query = select(Category).where(Category.tenant_id == tenant_id).order_by(Category.position, Category.id)
    return session.scalars(query).all()


def officers(session: Session, tenant_id: int, *, role: str = "", department_id: int | None = None) -> list[Officer]:
    """Active officers, of a department and with a role where given."""
    query = select(Officer).where(Officer.tenant_id == tenant_id, Officer.active).order_by(Officer.id)
    if department_id is not None:
        query = query.where(Officer.department_id == department_id)
    return [officer for officer in session.scalars(query) if not role or role in officer.roles]


def channels(session: Session, tenant_id: int, *, kind: str = "") -> Sequence[Channel]:
    query = select(Channel).where(Channel.tenant_id == tenant_id).order_by(Channel.id)
    if kind:
        query = query.where(Channel.kind == kind)
    return session.scalars(query).all()


def channels_all_tenants(session: Session) -> Sequence[Channel]:
    return session.scalars(select(Channel).order_by(Channel.tenant_id, Channel.id)).all()
