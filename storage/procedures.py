"""Procedures in layers (nation, province, commune) and their versions. A version is followed, never changed.

Where a reviewed entry (with plain words) and the portal's text meet under one code, the newer snapshot gives the
facts and the plain words stay: see docs/decisions/0004-starter-set-and-portal-dump.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from domain.procedure import Procedure, from_record
from storage.ids import IdMaker
from storage.tables import ProcedureRow, ProcedureVersion

PLAIN_WORDS = ("plain_name", "also_called", "notes")
_NOT_FACTS = ("fetched_version", "source")  # when and where it was copied says nothing about the procedure
_BATCH = 400  # codes in one IN (…)


@dataclass(frozen=True)
class Change:
    """One field that differs, as JSON values; None = the field was or became empty."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Saved:
    """What saving one procedure did. `changes` only for "changed"."""

    code: str
    kind: Literal["added", "changed", "unchanged"]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Stored:
    """A procedure as one layer says it on a day."""

    procedure: Procedure
    version_id: int
    tenant_id: int
    valid_from_on: date


def as_record(procedure: Procedure) -> dict[str, Any]:
    """Plain JSON values without the empty fields; `domain.procedure.from_record` reads it back."""
    record = {key: value for key, value in asdict(procedure).items() if value not in (None, "", ())}
    for name in ("submission", "documents"):
        if name in record:
            record[name] = [{k: v for k, v in row.items() if v not in (None, "")} for row in record[name]]
    return {key: list(value) if isinstance(value, tuple) else value for key, value in record.items()}


def digest(procedure: Procedure) -> str:
    """Of what the procedure says, not of when it was copied."""
    record = {key: value for key, value in as_record(procedure).items() if key not in _NOT_FACTS}
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_reviewed(procedure: Procedure) -> bool:
    """Somebody has written it in plain words."""
    return any(getattr(procedure, name) for name in PLAIN_WORDS)


def merged(current: Procedure, incoming: Procedure) -> Procedure:
    """What a layer says once both are known: facts of the newer snapshot, the plain words of the reviewed one.

    A record without `fetched_version` was written by a person now, so it counts as the newest.
    """
    older = bool(incoming.fetched_version) and (current.fetched_version or "9999") > (incoming.fetched_version or "")
    if is_reviewed(incoming):
        if not older:
            return incoming
        return replace(current, **{name: getattr(incoming, name) for name in PLAIN_WORDS})
    if not is_reviewed(current):
        return current if older else incoming
    if older or current.fetched_version == incoming.fetched_version:
        return current  # the reviewed entry was made from this very text or a newer one
    return replace(incoming, **{name: getattr(current, name) for name in PLAIN_WORDS})


def save(session: Session, tenant_id: int, procedure: Procedure, *, ids: IdMaker, now: datetime, today: date,
         origin: str = "", valid_from_on: date | None = None) -> Saved:  # fmt: skip
    """Write one procedure into a layer."""
    return save_many(
        session, tenant_id, [procedure], ids=ids, now=now, today=today, origin=origin, valid_from_on=valid_from_on
    )[0]


def save_many(session: Session, tenant_id: int, procedures: Sequence[Procedure], *, ids: IdMaker, now: datetime,
              today: date, origin: str = "", valid_from_on: date | None = None,
              dry_run: bool = False) -> list[Saved]:  # fmt: skip
    """Write procedures of different codes into a layer, in a handful of statements.

    What is already said adds nothing. A change closes the latest version on `valid_from_on` (default today) and adds
    the next; where a reviewed entry got new facts, the procedure is flagged for an officer to look at its words.
    """
    begins = valid_from_on or today
    latest = _latest(session, tenant_id, [procedure.code for procedure in procedures])
    saved: list[Saved] = []
    rows: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    closed: list[int] = []
    flagged: list[int] = []
    for procedure in procedures:
        version = latest.get(procedure.code)
        if version is None:
            row_id = ids()
            rows.append({"tenant_id": tenant_id, "id": row_id, "code": procedure.code, "flagged_at": None})
            versions.append(_version(tenant_id, ids(), row_id, 1, procedure, origin, begins, now))
            saved.append(Saved(procedure.code, "added"))
            continue
        before = from_record(version.record)
        after = merged(before, procedure)
        if digest(after) == version.digest and version.valid_to_on is None:
            saved.append(Saved(procedure.code, "unchanged"))
            continue
        if version.valid_to_on is None:
            closed.append(version.id)
        if is_reviewed(before) and not is_reviewed(procedure):
            flagged.append(version.procedure_id)
        versions.append(
            _version(tenant_id, ids(), version.procedure_id, version.number + 1, after, origin, begins, now)
        )
        saved.append(Saved(procedure.code, "changed", differences(before, after)))
    if not dry_run:
        _write(session, tenant_id, rows, versions, closed, flagged, begins, now)
    return saved


def differences(old: Procedure, new: Procedure) -> tuple[Change, ...]:
    """Field by field, in the order of the fields; where it was copied from is left out."""
    before, after = as_record(old), as_record(new)
    names = (f.name for f in fields(Procedure) if f.name not in _NOT_FACTS)
    return tuple(Change(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def close(session: Session, tenant_id: int, code: str, valid_to_on: date) -> bool:
    """The procedure is abolished (bãi bỏ) from that day on. False when nothing was in force."""
    version = _latest(session, tenant_id, [code]).get(code)
    if version is None or version.valid_to_on is not None:
        return False
    version.valid_to_on = valid_to_on
    session.flush()
    return True


def current(session: Session, tenant_ids: Iterable[int], today: date) -> list[Stored]:
    """Everything these layers say today, in the order of codes."""
    query = (
        _in_force(today)
        .where(ProcedureVersion.tenant_id.in_(tuple(tenant_ids)))
        .order_by(ProcedureRow.code, ProcedureVersion.number)
    )
    return [_stored(version) for version in session.scalars(query)]


def codes(session: Session, tenant_id: int, today: date) -> set[str]:
    """Codes of everything a layer says today."""
    query = _in_force(today).where(ProcedureVersion.tenant_id == tenant_id)
    return set(session.scalars(query.with_only_columns(ProcedureRow.code, maintain_column_froms=True)))


def by_code(session: Session, tenant_ids: Iterable[int], code: str, today: date) -> list[Stored]:
    """What each of these layers says about one procedure today."""
    query = _in_force(today).where(ProcedureRow.tenant_id.in_(tuple(tenant_ids)), ProcedureRow.code == code)
    return [_stored(version) for version in session.scalars(query)]


def versions_of(session: Session, tenant_id: int, code: str) -> Sequence[ProcedureVersion]:
    """Every version in one layer, the newest first."""
    query = (
        select(ProcedureVersion)
        .join(ProcedureRow, _same_procedure())
        .where(ProcedureRow.tenant_id == tenant_id, ProcedureRow.code == code)
        .order_by(ProcedureVersion.number.desc())
    )
    return session.scalars(query).all()


def version(session: Session, version_id: int) -> ProcedureVersion | None:
    """A version by its id, whatever its layer: what an earlier answer was built from."""
    return session.scalar(select(ProcedureVersion).where(ProcedureVersion.id == version_id))


def flagged(session: Session, tenant_id: int) -> Sequence[ProcedureRow]:
    """Procedures of a layer whose words an officer should look at."""
    query = (
        select(ProcedureRow)
        .where(ProcedureRow.tenant_id == tenant_id, ProcedureRow.flagged_at.is_not(None))
        .order_by(ProcedureRow.flagged_at, ProcedureRow.id)
    )
    return session.scalars(query).all()


Revision = tuple[tuple[int, int, int, int], ...]


def revision_all_tenants(session: Session) -> Revision:
    """A cheap mark that differs after every import: per layer its versions, the closed ones and the newest id."""
    closed = func.sum(case((ProcedureVersion.valid_to_on.is_(None), 0), else_=1))
    query = (
        select(ProcedureVersion.tenant_id, func.count(), closed, func.max(ProcedureVersion.id))
        .group_by(ProcedureVersion.tenant_id)
        .order_by(ProcedureVersion.tenant_id)
    )
    return tuple((int(a), int(b), int(c or 0), int(d)) for a, b, c, d in session.execute(query))


def next_change_on(session: Session, tenant_ids: Iterable[int], today: date) -> date | None:
    """The next day on which one of these layers begins or ceases to say something."""
    layers = tuple(tenant_ids)
    days = [
        session.scalar(select(func.min(column)).where(ProcedureVersion.tenant_id.in_(layers), column > today))
        for column in (ProcedureVersion.valid_from_on, ProcedureVersion.valid_to_on)
    ]
    return min((day for day in days if day is not None), default=None)


def _write(session: Session, tenant_id: int, rows: list[dict[str, Any]], versions: list[dict[str, Any]],
           closed: list[int], flagged: list[int], begins: date, now: datetime) -> None:  # fmt: skip
    if closed:
        session.execute(
            update(ProcedureVersion)
            .where(ProcedureVersion.tenant_id == tenant_id, ProcedureVersion.id.in_(closed))
            .values(valid_to_on=begins)
        )
    if flagged:
        session.execute(
            update(ProcedureRow)
            .where(ProcedureRow.tenant_id == tenant_id, ProcedureRow.id.in_(flagged))
            .values(flagged_at=now)
        )
    if rows:
        session.execute(insert(ProcedureRow), rows)
    if versions:
        session.execute(insert(ProcedureVersion), versions)


def _version(tenant_id: int, id: int, procedure_id: int, number: int, procedure: Procedure, origin: str,
             valid_from_on: date, now: datetime) -> dict[str, Any]:  # fmt: skip
    return {
        "tenant_id": tenant_id, "id": id, "procedure_id": procedure_id, "number": number, "digest": digest(procedure),
        "record": as_record(procedure), "origin": origin, "valid_from_on": valid_from_on, "valid_to_on": None,
        "imported_at": now,
    }  # fmt: skip


def _latest(session: Session, tenant_id: int, codes: Sequence[str]) -> dict[str, ProcedureVersion]:
    """The newest version of each code, in force or not."""
    found: dict[str, ProcedureVersion] = {}
    for at in range(0, len(codes), _BATCH):
        query = (
            select(ProcedureRow.code, ProcedureVersion)
            .join(ProcedureRow, _same_procedure())
            .where(ProcedureRow.tenant_id == tenant_id, ProcedureRow.code.in_(codes[at : at + _BATCH]))
            .order_by(ProcedureVersion.number)
        )
        found.update((code, version) for code, version in session.execute(query))
    return found


def _in_force(today: date) -> Any:
    return (
        select(ProcedureVersion)
        .join(ProcedureRow, _same_procedure())
        .where(ProcedureVersion.valid_from_on <= today)
        .where(or_(ProcedureVersion.valid_to_on.is_(None), ProcedureVersion.valid_to_on > today))
    )


def _same_procedure() -> Any:
    return (ProcedureRow.tenant_id == ProcedureVersion.tenant_id) & (ProcedureRow.id == ProcedureVersion.procedure_id)


def _stored(version: ProcedureVersion) -> Stored:
    return Stored(from_record(version.record), version.id, version.tenant_id, version.valid_from_on)
