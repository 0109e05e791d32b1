"""Setting up or changing a commune from one reviewable YAML file. Loading the same file twice changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.errors import BadRecord
from domain.feedback import UNITS
from domain.holidays import KNOWN_YEARS, holidays, swapped_workdays
from domain.profile import profile_from_json
from storage.ids import IdMaker
from storage.tables import NATION, Base, Category, Channel, Department, Holiday, Officer, Tenant

ROLES = {"officer", "head", "director", "leader", "duty"}


def read(path: Path) -> dict[str, Any]:
    """The file's values. Raises BadRecord with the place of what is wrong."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRecord(f"{path.name}: not readable YAML: {error}") from None
    if not isinstance(raw, dict):
        raise BadRecord(f"{path.name}: expected a mapping with slug, name, profile, departments, …")
    return raw


def ensure_nation(session: Session, ids: IdMaker) -> None:
    """The layer every commune shares, with the national days off."""
    if session.get(Tenant, NATION) is None:
        session.add(Tenant(id=NATION, slug="quoc-gia", kind="nation", name="Toàn quốc", unit="", profile={}))
        session.flush()
    known = {row.on: row for row in session.scalars(select(Holiday).where(Holiday.tenant_id == NATION))}
    for kind, days in (("off", holidays), ("workday", swapped_workdays)):
        for day in (day for year in KNOWN_YEARS for day in days(year)):
            if day.on not in known:  # a day that a person has confirmed or corrected stays as it is
                session.add(
                    Holiday(
                        tenant_id=NATION, id=ids(), on=day.on, kind=kind, name=day.name, verified=day.verified,
                        source=day.source,
                    )
                )  # fmt: skip
    session.flush()


def apply(session: Session, ids: IdMaker, raw: Mapping[str, Any]) -> Tenant:
    """Create or update the commune with its departments, categories, officers and web chat. Raises BadRecord."""
    ensure_nation(session, ids)
    slug = _text(raw, "slug", "")
    profile = dict(raw.get("profile") or {})
    profile_from_json(profile)
    tenant = session.scalar(select(Tenant).where(Tenant.slug == slug))
    if tenant is None:
        tenant = Tenant(id=ids(), slug=slug, kind="commune", name="", parent_id=None)
        session.add(tenant)
    tenant.name = _text(raw, "name", slug)
    tenant.unit = str(raw.get("unit", "xã"))
    tenant.demo = bool(raw.get("demo", False))
    tenant.timezone = str(raw.get("timezone", "Asia/Ho_Chi_Minh"))
    tenant.profile = profile
    session.flush()
    departments = _departments(session, ids, tenant, raw.get("departments") or [])
    _categories(session, ids, tenant, raw.get("categories") or [], departments)
    _officers(session, ids, tenant, raw.get("officers") or [], departments)
    if profile.get("question_department") and profile["question_department"] not in departments:
        raise BadRecord(f"profile.question_department: no department '{profile['question_department']}'")
    if not session.scalar(select(Channel).where(Channel.tenant_id == tenant.id, Channel.kind == "webchat")):
        session.add(Channel(tenant_id=tenant.id, id=ids(), kind="webchat", mode="local"))
    session.flush()
    return tenant


def _departments(session: Session, ids: IdMaker, tenant: Tenant, rows: list[Any]) -> dict[str, int]:
    known = {d.key: d for d in session.scalars(select(Department).where(Department.tenant_id == tenant.id))}
    for n, row in enumerate(rows):
        key = _text(row, "key", f"departments[{n}]")
        department = known.setdefault(key, Department(tenant_id=tenant.id, id=ids(), key=key))
        department.name = _text(row, "name", f"departments[{n}]")
        department.phone = str(row.get("phone", ""))
        department.position = n
        session.add(department)
    session.flush()
    return {key: department.id for key, department in known.items()}


def _categories(
    session: Session, ids: IdMaker, tenant: Tenant, rows: list[Any], departments: Mapping[str, int]
) -> None:
    known = {c.key: c for c in session.scalars(select(Category).where(Category.tenant_id == tenant.id))}
    for n, row in enumerate(rows):
        place = f"categories[{n}]"
        key = _text(row, "key", place)
        if row.get("department") not in departments:
            raise BadRecord(f"{place} '{key}': no department '{row.get('department')}'")
        if row.get("unit") not in UNITS or not isinstance(row.get("amount"), int) or row["amount"] < 0:
            raise BadRecord(f"{place} '{key}': 'amount' is a whole number and 'unit' one of {', '.join(sorted(UNITS))}")
        category = known.get(key) or Category(tenant_id=tenant.id, id=ids(), key=key)
        category.name = _text(row, "name", place)
        category.department_id = departments[row["department"]]
        category.amount, category.limit_unit = row["amount"], row["unit"]
        category.basis = str(row.get("basis", ""))
        category.restricted = bool(row.get("restricted", False))
        category.words = list(row.get("words", []))
        category.position = n
        session.add(category)
    session.flush()


def _officers(session: Session, ids: IdMaker, tenant: Tenant, rows: list[Any], departments: Mapping[str, int]) -> None:
    known = {o.name: o for o in session.scalars(select(Officer).where(Officer.tenant_id == tenant.id))}
    for n, row in enumerate(rows):
        place = f"officers[{n}]"
        name = _text(row, "name", place)
        if row.get("department") is not None and row["department"] not in departments:
            raise BadRecord(f"{place} '{name}': no department '{row['department']}'")
        if unknown := sorted(set(row.get("roles", [])) - ROLES):
            raise BadRecord(f"{place} '{name}': unknown role '{unknown[0]}'")
        officer = known.get(name) or Officer(tenant_id=tenant.id, id=ids(), name=name)
        officer.title = str(row.get("title", ""))
        officer.department_id = departments.get(row.get("department"))
        officer.roles = list(row.get("roles", ["officer"]))
        officer.active = bool(row.get("active", True))
        session.add(officer)
    session.flush()


def remove(session: Session, tenant_id: int) -> None:
    """Delete a commune with everything that belongs to it."""
    for table in reversed(Base.metadata.sorted_tables):
        if "tenant_id" in table.c:
            session.execute(delete(table).where(table.c.tenant_id == tenant_id))
    session.execute(delete(Tenant).where(Tenant.id == tenant_id))


def fingerprint(raw: Mapping[str, Any]) -> str:
    """Changes when the file's values change."""
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()


def _text(row: object, key: str, place: str) -> str:
    value = row.get(key) if isinstance(row, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        raise BadRecord(f"{place or 'the file'}: '{key}' is missing or not a text")
    return value.strip()
