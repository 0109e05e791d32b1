"""Cases and questions as they stand in the tables, put there without a dialog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain import codes
from domain.feedback import Limit, due_for
from storage import cases, communes
from storage.tables import Category, FeedbackCase, Officer, OutboxMessage, Question

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(text: str) -> datetime:
    """ "2026-03-02 09:00" on the commune's clock, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)


@pytest.fixture
def file_case(town) -> Callable[..., FeedbackCase]:
    """File a case now, or at `received`; the date is the law's unless given."""

    def file(key: str = "chieu-sang", *, received: str = "", neighbour: bool = False, officer: str = "", **more: Any):
        tenant = town.neighbour if neighbour else town.tenant
        channel = town.neighbour_channel if neighbour else town.channel
        moment = at(received) if received else town.clock()
        with town.db.writing() as session:
            commune = communes.load(session, tenant.id)
            category = session.scalars(
                select(Category).where(Category.tenant_id == tenant.id, Category.key == key)
            ).one()
            promise = due_for(Limit(category.amount, category.limit_unit), moment, commune.calendar)
            holder = _officer(session, tenant.id, officer) if officer else None
            id = town.tools.ids()
            values = {
                "tenant_id": tenant.id, "id": id, "code": codes.new_code(town.tools.random_bits),
                "opened_by_key": f"test:{id}", "channel_id": channel.id, "peer": "citizen-1",
                "category_id": category.id, "department_id": category.department_id,
                "officer_id": holder.id if holder else None, "status": "in_progress" if holder else "received",
                "description": "Bóng đèn hỏng", "restricted": category.restricted, "received_at": moment,
                "due_on": promise.due_on, "due_at": promise.due_at, "proof": list(promise.proof), **more,
            }  # fmt: skip
            assert cases.add(session, values)
            case = cases.get(session, tenant.id, id)
            assert case is not None
            cases.append_event(session, town.tools.ids, town.tools.random_bits, case, "opened", moment, words="x")
            return case

    return file


@pytest.fixture
def ask(town) -> Callable[..., Question]:
    """A question of the table; `waiting` ones have a promised moment."""

    def ask(text: str = "hỏi gì đó", *, status: str = "waiting", due: str = "", peer: str = "citizen-1", **more: Any):
        with town.db.writing() as session:
            department = communes.department_by_key(session, town.tenant.id, "ttpvhcc")
            row = Question(
                tenant_id=town.tenant.id, id=town.tools.ids(), channel_id=town.channel.id, peer=peer, text=text,
                status=status, asked_at=town.clock(), due_at=at(due) if due else None,
                department_id=department.id if department else None, **more,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row

    return ask


@pytest.fixture
def change(town) -> Callable[..., None]:
    """Set columns of a row."""

    def change(row: Any, **values: Any) -> None:
        with town.db.writing() as session:
            found = session.get_one(type(row), (row.tenant_id, row.id))
            for name, value in values.items():
                setattr(found, name, value)

    return change


@pytest.fixture
def owed(town) -> Callable[..., list[str]]:
    """Texts owed to a person, whether sent or not, in order; "" = everybody. Without the neighbour's."""

    def owed(peer: str = "", *, neighbour: bool = False) -> list[str]:
        tenant = town.neighbour if neighbour else town.tenant
        rows = town.rows(OutboxMessage, tenant_id=tenant.id)
        return [row.body.get("text", "") for row in rows if peer in ("", row.peer)]

    return owed


def walk(town, first: str, last: str, look: Callable[[], None], *, minutes: int = 30) -> None:
    """Move the clock from `first` to `last` and look at every step."""
    town.clock.now = at(first)
    while town.clock.now <= at(last):
        look()
        town.clock.now += timedelta(minutes=minutes)


def _officer(session: Any, tenant_id: int, name_part: str) -> Officer:
    rows = session.scalars(select(Officer).where(Officer.tenant_id == tenant_id)).all()
    return next(row for row in rows if name_part in row.name)
