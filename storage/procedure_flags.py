"""Procedures that an officer should look at: new facts, and what has ceased to apply.

A commune is told of its own layer and of those above it. What it was told of and what its officers have looked at
stands in the audit, so that one commune's look never clears the sign of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from domain.procedure import Procedure, from_record
from storage.ids import IdMaker
from storage.procedures import Change, differences, is_reviewed
from storage.tables import Audit, ProcedureRow, ProcedureVersion

TOLD, SEEN = "procedure.told", "procedure.seen"
_LOOK_BACK = timedelta(days=90)  # what ended longer ago is nobody's news


@dataclass(frozen=True)
class Flag:
    """`ended`: it no longer applies; then `since` is the first day on which it does not. Else the day of the change."""

    version_id: int
    tenant_id: int
    procedure: Procedure
    changes: tuple[Change, ...]
    since: date
    ended: bool


def flags(session: Session, tenant_id: int, layers: Sequence[int], today: date) -> list[Flag]:
    """What nobody of this commune has looked at yet, the newest change first. What only a ministry or a province does
    is left out, unless somebody has written it in plain words."""
    seen = marked(session, tenant_id, SEEN)
    later = aliased(ProcedureVersion)
    followed = exists().where(
        later.tenant_id == ProcedureVersion.tenant_id, later.procedure_id == ProcedureVersion.procedure_id,
        later.number > ProcedureVersion.number,
    )  # fmt: skip
    over = and_(ProcedureVersion.valid_to_on <= today, ProcedureVersion.valid_to_on > today - _LOOK_BACK)
    query = (
        select(ProcedureVersion)
        .join(
            ProcedureRow,
            (ProcedureRow.tenant_id == ProcedureVersion.tenant_id) & (ProcedureRow.id == ProcedureVersion.procedure_id),
        )
        .where(ProcedureVersion.tenant_id.in_(layers), ~followed)
        .where(or_(ProcedureRow.flagged_at.is_not(None), over))
        .order_by(ProcedureVersion.valid_from_on.desc(), ProcedureVersion.id.desc())
    )
    unseen = (row for row in session.scalars(query) if _mark(row.id) not in seen)
    return [flag_of(session, row, today) for row in unseen if row.tenant_id == tenant_id or _is_ours(row)]


def _is_ours(version: ProcedureVersion) -> bool:
    record = from_record(version.record)
    return record.is_commune_level or is_reviewed(record)


def flag_of(session: Session, version: ProcedureVersion, today: date) -> Flag:
    """A version with what it changed in the one before it."""
    now = from_record(version.record)
    before = session.scalar(
        select(ProcedureVersion).where(
            ProcedureVersion.tenant_id == version.tenant_id, ProcedureVersion.procedure_id == version.procedure_id,
            ProcedureVersion.number == version.number - 1,
        )
    )  # fmt: skip
    changes = differences(from_record(before.record), now) if before else ()
    if version.valid_to_on and version.valid_to_on <= today:
        return Flag(version.id, version.tenant_id, now, changes, version.valid_to_on, True)
    return Flag(version.id, version.tenant_id, now, changes, version.valid_from_on, False)


def marked(session: Session, tenant_id: int, kind: str) -> set[str]:
    query = select(Audit.about).where(Audit.tenant_id == tenant_id, Audit.kind == kind)
    return set(session.scalars(query))


def untold(session: Session, tenant_id: int, found: Sequence[Flag]) -> list[Flag]:
    told = marked(session, tenant_id, TOLD)
    return [flag for flag in found if _mark(flag.version_id) not in told]


def mark(session: Session, ids: IdMaker, tenant_id: int, kind: str, flag: Flag, now: datetime,
         officer_id: int | None = None) -> None:  # fmt: skip
    """Write down that the commune was told of a flag, or that an officer has looked; a flag of its own layer goes."""
    session.add(
        Audit(tenant_id=tenant_id, id=ids(), officer_id=officer_id, kind=kind, about=_mark(flag.version_id), at=now)
    )
    if kind == SEEN and flag.tenant_id == tenant_id:
        row = session.scalar(
            select(ProcedureRow).where(
                ProcedureRow.tenant_id == tenant_id, ProcedureRow.code == flag.procedure.code
            )
        )  # fmt: skip
        if row:
            row.flagged_at = None
    session.flush()


def _mark(version_id: int) -> str:
    return f"procedure_version:{version_id}"
