"""Procedures in layers (nation, province, commune) and their versions. A version is followed, never changed.

Where a reviewed entry (with plain words) and the portal's text meet under one code, the newer snapshot gives the
facts and the plain words stay: see docs/decisions/0004-starter-set-and-portal-dump.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import case, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from domain.procedure import Procedure, from_record
from storage.ids import IdMaker
from storage.tables import ProcedureRow, ProcedureVersion

PLAIN_WORDS = ("plain_name", "also_called", "notes")
_NOT_FACTS = ("fetched_version", "source")  # when and where it was copied says nothing about the procedure
_SEARCHED = (
    "code", "name", "plain_name", "also_called", "keywords", "answer", "level", "scope", "field", "target", "result",
    "requirements",
)  # fmt: skip # and the names of the papers
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


Dates = Mapping[str, tuple[date | None, date | None]]


@dataclass(frozen=True)
class Stored:
    """A procedure as one layer says it on a day."""

    procedure: Procedure
    version_id: int
    tenant_id: int
    valid_from_on: date
    valid_to_on: date | None = None  # the first day on which it no longer holds
    imported_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from_on <= day and (self.valid_to_on is None or day < self.valid_to_on)


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
    dates = {procedure.code: (valid_from_on, None)}
    return save_many(session, tenant_id, [procedure], ids=ids, now=now, today=today, origin=origin, dates=dates)[0]


def save_many(session: Session, tenant_id: int, procedures: Sequence[Procedure], *, ids: IdMaker, now: datetime,
              today: date, origin: str = "", dates: Dates | None = None,
              dry_run: bool = False) -> list[Saved]:  # fmt: skip
    """Write procedures of different codes into a layer, in a handful of statements.

    `dates`: by code, the first day on which it holds (None = today) and the first on which it no longer does. What is
    already said adds nothing. A change closes the version it follows and adds the next; one that begins later leaves
    today's in force until then, and what is planned for later stays planned. Where facts changed, the procedure is
    flagged for an officer to look at its words.
    """
    known = _versions(session, tenant_id, [procedure.code for procedure in procedures])
    todo = _Todo(tenant_id, origin, now, ids)
    saved = []
    for procedure in procedures:
        begins, ends = (dates or {}).get(procedure.code, (None, None))
        versions = known.get(procedure.code)
        if versions is None:
            todo.add(ids(), 1, procedure, begins or today, ends, new_code=procedure.code)
            saved.append(Saved(procedure.code, "added"))
        else:
            saved.append(_follow(todo, versions, procedure, begins or today, ends, today))
    if not dry_run:
        todo.write(session)
    return saved


def _follow(todo: _Todo, versions: Sequence[ProcedureVersion], procedure: Procedure, begins: date, ends: date | None,
            today: date) -> Saved:  # fmt: skip
    """What has to be written so that the layer says `procedure` from `begins` on."""
    anchor = max(begins, today)
    held = [v for v in versions if v.valid_from_on <= anchor and (v.valid_to_on is None or anchor < v.valid_to_on)]
    before = held[-1] if held else versions[-1]
    was = from_record(before.record)
    after = merged(was, procedure)
    if held and digest(after) == before.digest:
        if ends is None or ends == before.valid_to_on:
            return Saved(procedure.code, "unchanged")
        todo.closed[before.id] = ends
        told = before.valid_to_on.isoformat() if before.valid_to_on else None
        return Saved(procedure.code, "changed", (Change("valid_to_on", told, ends.isoformat()),))
    planned = [v.valid_from_on for v in versions if v.valid_from_on > anchor and v.valid_to_on != v.valid_from_on]
    if held:
        begins = max(begins, before.valid_from_on)
        todo.closed[before.id] = begins
        ends = ends or before.valid_to_on
    elif over := [v.valid_to_on for v in versions if v.valid_to_on and v.valid_to_on <= anchor]:
        begins = max(begins, *over)
    ends = min([*planned, ends] if ends else planned, default=None)
    changes = differences(was, after)
    if any(change.field not in PLAIN_WORDS for change in changes):
        todo.flagged.append(before.procedure_id)
    todo.add(before.procedure_id, versions[-1].number + 1, after, begins, ends)
    return Saved(procedure.code, "changed", changes)


def differences(old: Procedure, new: Procedure) -> tuple[Change, ...]:
    """Field by field, in the order of the fields; where it was copied from is left out."""
    before, after = as_record(old), as_record(new)
    names = (f.name for f in fields(Procedure) if f.name not in _NOT_FACTS)
    return tuple(Change(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


def close(session: Session, tenant_id: int, code: str, valid_to_on: date) -> bool:
    """The procedure is abolished (bãi bỏ) from that day on. False when nothing was in force."""
    versions = _versions(session, tenant_id, [code]).get(code)
    version = versions[-1] if versions else None
    if version is None or version.valid_to_on is not None:
        return False
    version.valid_to_on = valid_to_on
    session.flush()
    return True


def current(session: Session, tenant_ids: Iterable[int], today: date) -> Iterator[Stored]:
    """Everything these layers say today, in the order of codes, with only those fields that a search reads."""
    query = (
        _in_force(today)
        .where(ProcedureVersion.tenant_id.in_(tuple(tenant_ids)))
        .order_by(ProcedureRow.code, ProcedureVersion.number)
    )
    return _searched(session, query)


def codes(session: Session, tenant_ids: Iterable[int], today: date, among: Sequence[str]) -> set[str]:
    """Those of the codes about which one of these layers says something today."""
    layers, found = tuple(tenant_ids), set[str]()
    for at in range(0, len(among), _BATCH):
        some = ProcedureRow.code.in_(among[at : at + _BATCH])
        in_force = exists().where(_same_procedure(), ProcedureVersion.valid_from_on <= today, _not_over(today))
        found |= set(
            session.scalars(select(ProcedureRow.code).where(ProcedureRow.tenant_id.in_(layers), some, in_force))
        )
    return found


def by_code(session: Session, tenant_ids: Iterable[int], code: str, since: date) -> list[Stored]:
    """What each of these layers says about one procedure on `since` or on any later day, in the order of versions."""
    return by_codes(session, tenant_ids, [code], since)


def by_codes(session: Session, tenant_ids: Iterable[int], codes: Sequence[str], since: date) -> list[Stored]:
    """`by_code` for several codes at once."""
    return [_stored(version) for version in _of_codes(session, tuple(tenant_ids), codes, _not_over(since))]


def coming(session: Session, tenant_ids: Iterable[int], today: date) -> Iterator[Stored]:
    """What these layers will say later, the soonest first, with only those fields that a search reads."""
    query = (
        select(ProcedureVersion)
        .where(ProcedureVersion.tenant_id.in_(tuple(tenant_ids)), ProcedureVersion.valid_from_on > today)
        .where(_not_over(today), ProcedureVersion.valid_to_on.is_distinct_from(ProcedureVersion.valid_from_on))
        .order_by(ProcedureVersion.valid_from_on, ProcedureVersion.number)
    )
    return _searched(session, query)


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


def next_change_on(session: Session, tenant_id: int, today: date) -> date | None:
    """The next day on which a layer begins or ceases to say something."""
    days = [
        session.scalar(select(func.min(column)).where(ProcedureVersion.tenant_id == tenant_id, column > today))
        for column in (ProcedureVersion.valid_from_on, ProcedureVersion.valid_to_on)
    ]
    return min((day for day in days if day is not None), default=None)


class _Todo:
    """Rows of one `save_many`, written together."""

    def __init__(self, tenant_id: int, origin: str, now: datetime, ids: IdMaker) -> None:
        self.tenant_id, self.origin, self.now, self.ids = tenant_id, origin, now, ids
        self.rows: list[dict[str, Any]] = []
        self.versions: list[dict[str, Any]] = []
        self.closed: dict[int, date] = {}
        self.flagged: list[int] = []

    def add(self, procedure_id: int, number: int, procedure: Procedure, begins: date, ends: date | None,
            new_code: str = "") -> None:  # fmt: skip
        if new_code:
            row = {"tenant_id": self.tenant_id, "id": procedure_id, "code": new_code, "flagged_at": None}
            self.rows.append(row)
        self.versions.append(
            {
                "tenant_id": self.tenant_id, "id": self.ids(), "procedure_id": procedure_id, "number": number,
                "digest": digest(procedure), "record": as_record(procedure), "origin": self.origin,
                "valid_from_on": begins, "valid_to_on": ends, "imported_at": self.now,
            }
        )  # fmt: skip

    def write(self, session: Session) -> None:
        by_day: dict[date, list[int]] = {}
        for version_id, day in self.closed.items():
            by_day.setdefault(day, []).append(version_id)
        for day, version_ids in by_day.items():
            session.execute(
                update(ProcedureVersion)
                .where(ProcedureVersion.tenant_id == self.tenant_id, ProcedureVersion.id.in_(version_ids))
                .values(valid_to_on=day)
            )
        if self.flagged:
            session.execute(
                update(ProcedureRow)
                .where(ProcedureRow.tenant_id == self.tenant_id, ProcedureRow.id.in_(self.flagged))
                .values(flagged_at=self.now)
            )
        if self.rows:
            session.execute(insert(ProcedureRow), self.rows)
        if self.versions:
            session.execute(insert(ProcedureVersion), self.versions)


def _versions(session: Session, tenant_id: int, codes: Sequence[str]) -> dict[str, list[ProcedureVersion]]:
    """Every version of each code, in order."""
    found: dict[str, list[ProcedureVersion]] = {}
    for version in _of_codes(session, (tenant_id,), codes):
        found.setdefault(version.record["code"], []).append(version)
    return found


def _of_codes(
    session: Session, layers: Sequence[int], codes: Sequence[str], *conditions: Any
) -> Iterator[ProcedureVersion]:
    """Versions in their order. Not by a join, for which both databases would read every version of the layers."""
    for at in range(0, len(codes), _BATCH):
        some = ProcedureRow.code.in_(codes[at : at + _BATCH])
        rows = select(ProcedureRow.tenant_id, ProcedureRow.id).where(ProcedureRow.tenant_id.in_(layers), some)
        key = tuple_(ProcedureVersion.tenant_id, ProcedureVersion.procedure_id)
        query = select(ProcedureVersion).where(key.in_(rows), *conditions).order_by(ProcedureVersion.number)
        yield from session.scalars(query)


def _in_force(today: date) -> Any:
    return (
        select(ProcedureVersion)
        .join(ProcedureRow, _same_procedure())
        .where(ProcedureVersion.valid_from_on <= today, _not_over(today))
    )


def _not_over(day: date) -> Any:
    return or_(ProcedureVersion.valid_to_on.is_(None), ProcedureVersion.valid_to_on > day)


def _same_procedure() -> Any:
    return (ProcedureRow.tenant_id == ProcedureVersion.tenant_id) & (ProcedureRow.id == ProcedureVersion.procedure_id)


def _stored(version: ProcedureVersion) -> Stored:
    return Stored(
        from_record(version.record), version.id, version.tenant_id, version.valid_from_on, version.valid_to_on,
        version.imported_at,
    )  # fmt: skip


def _searched(session: Session, query: Any) -> Iterator[Stored]:
    """One by one, since all of the nation's procedures with all they say take 200 MB."""
    version = ProcedureVersion
    columns = (
        version.record, version.id, version.tenant_id, version.valid_from_on, version.valid_to_on, version.imported_at,
    )  # fmt: skip
    rows = query.with_only_columns(*columns, maintain_column_froms=True)
    for record, *rest in session.execute(rows).yield_per(_BATCH):
        slim = {name: record[name] for name in _SEARCHED if name in record}
        slim["documents"] = [{"name": paper["name"]} for paper in record.get("documents", ())]
        yield Stored(from_record(slim), *rest)
