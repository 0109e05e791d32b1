"""The commune and the people who work there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Row, belongs_to


class Tenant(Base):
    """A commune (xã, phường, đặc khu), its province, or the nation (id 0): a layer of procedures and settings."""

    __tablename__ = "tenant"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="commune")  # nation, province, commune
    parent_id: Mapped[int | None]
    name: Mapped[str]  # "xã Hòa An"
    unit: Mapped[str] = mapped_column(String(16), default="xã")  # how the service calls itself
    demo: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Ho_Chi_Minh")
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)  # contacts, hours, wording: see domain/profile.py


class Holiday(Row):
    """A day that differs from the week's pattern. tenant_id 0 = the whole country."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("tenant_id", "on"),)
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))  # off, workday, special, usual (an ordinary day again)
    name: Mapped[str]
    verified: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(default="")
    hours: Mapped[list[Any] | None]  # for special: [["08:00", "11:30"], …]


class Department(Row):
    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
    key: Mapped[str] = mapped_column(String(63))
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(Integer, default=0)


class Category(Row):
    """A kind of feedback: who handles it and how long that may take."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), belongs_to("department", "department_id"))
    key: Mapped[str] = mapped_column(String(63))
    name: Mapped[str]
    department_id: Mapped[int]
    amount: Mapped[int] = mapped_column(Integer)
    limit_unit: Mapped[str] = mapped_column(String(16))  # working_days, calendar_days, hours, working_hours
    basis: Mapped[str] = mapped_column(default="")
    restricted: Mapped[bool] = mapped_column(default=False)  # about an officer: director and chairman only
    words: Mapped[list[Any]] = mapped_column(default=list)  # what people write, for the suggestion
    position: Mapped[int] = mapped_column(Integer, default=0)


class Officer(Row):
    """A person who works here. Roles: officer, head (of a department), director, leader, duty."""

    __tablename__ = "officer"
    __table_args__ = (belongs_to("department", "department_id"),)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    department_id: Mapped[int | None]
    roles: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    link_code_hash: Mapped[str | None] = mapped_column(String(64))
    link_code_until_at: Mapped[datetime | None]


class SignIn(Row):
    """A one-time link to a staff page. Only the hash is stored."""

    __tablename__ = "sign_in"
    __table_args__ = (UniqueConstraint("tenant_id", "token_hash"), belongs_to("officer", "officer_id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    officer_id: Mapped[int]
    until_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
