"""Days off as data that a person confirms, corrects and takes back; every change is written down.

Each function changes one layer (the nation's, or a commune's own) and says whether anything changed. `recompute` then
counts the promised dates again: once after all changes, so that nobody is told twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from domain import holiday_file
from domain.errors import BadRecord, NotAllowed, NotFound
from domain.messages import Choice
from domain.texts import holidays as texts
from domain.texts.holidays import Reason
from handlers.actions.acting import Acting
from handlers.actions.recompute import Recomputed as Recomputed
from handlers.actions.recompute import recompute as recompute
from handlers.context import Tools
from storage import cases, holidays
from storage.holidays import Day
from storage.tables import Holiday, Officer

SHOWN = 6  # breaks in a list
SOURCE_CHARS = 300
_SHORTEST_SOURCE = 6  # letters and digits
_ONE_BREAK = timedelta(days=3)  # days off closer than this are one break
_ABOVE = frozenset({"director", "leader"})
_SATURDAY = 5
_GUESSED = re.compile(r"\s*\([^)]*dự đoán[^)]*\)$")


def put(
    session: Session, tools: Tools, tenant_id: int, day: Day, now: datetime, officer: Officer | None = None
) -> bool:
    """Add or correct a day of one layer. `tenant_id` NATION = for everybody. False when it stands there already."""
    if day.kind == holidays.WORKDAY:
        holiday_file.check_workday(day.on)
    known = holidays.on_day(session, tenant_id, day.on)
    if known and holidays.day_of(known) == day:
        return False  # a commune needs no row of its own to repeat the nation's
    changed = holidays.put(session, tools.ids, tenant_id, day)
    if changed:
        about = f"holiday:{day.on}:{day.kind}"
        officer_id = officer.id if officer else None
        cases.watch(session, tools.ids, tenant_id, officer_id, "holiday changed", about, now)
    return changed


def confirm(
    session: Session, tools: Tools, tenant_id: int, on: date, source: str, now: datetime, officer: Officer | None = None
) -> bool:
    """The day is as it stands, and this is where it says so. Raises NotFound for a day that is not in the calendar."""
    known = _known(session, tenant_id, on)
    if known.kind == holidays.USUAL:
        raise BadRecord(f"{on} was taken back, it is no day off: `danhoi holiday add` enters it again")
    day = replace(known, verified=True, source=checked_source(source), name=_GUESSED.sub("", known.name) or known.name)
    return put(session, tools, tenant_id, day, now, officer)


def take_back(
    session: Session, tools: Tools, tenant_id: int, on: date, source: str, now: datetime, officer: Officer | None = None
) -> bool:
    """The day is an ordinary one of its week. Its row stays, so that the day does not come back. Raises NotFound."""
    known = _known(session, tenant_id, on)
    day = Day(on, holidays.USUAL, known.name, True, checked_source(source) if source else "")
    if known.kind == holidays.USUAL and not source:
        return False
    return put(session, tools, tenant_id, day, now, officer)


def load(
    session: Session, tools: Tools, tenant_id: int, raw: object, now: datetime, officer: Officer | None = None
) -> tuple[int, int]:
    """Every day of a file: how many changed, how many were kept. Raises BadRecord before anything is written.

    A day that a person has confirmed or corrected is not replaced by one that nobody has.
    """
    found = holiday_file.read_days(raw)
    kinds = {holiday_file.HOLIDAYS: holidays.OFF, holiday_file.SWAPPED: holidays.WORKDAY}
    changed = kept = 0
    for name, rows in found.items():
        for row in rows:
            known = holidays.on_day(session, tenant_id, row.on)
            if known and known.verified and not row.verified:
                kept += 1
                continue
            day = Day(row.on, kinds[name], row.name, row.verified, row.source)
            changed += put(session, tools, tenant_id, day, now, officer)
    return changed, kept


def checked_source(source: str) -> str:
    """On one line. Raises BadRecord when it names nothing."""
    source = " ".join(source.split())[:SOURCE_CHARS]
    if sum(map(str.isalnum, source)) < _SHORTEST_SOURCE:
        raise BadRecord("the source is missing: number, date and issuer of the document")
    return source


def check_may_change(act: Acting) -> Officer:
    """The calendar is the director's and the leaders'. Raises NotAllowed."""
    officer = act.officer
    if officer is None or not officer.active or not _ABOVE & set(officer.roles):
        raise NotAllowed(texts.not_allowed())
    return officer


def change_unconfirmed(act: Acting, first: date, last: date, source: str, *, confirms: bool) -> list[Holiday]:
    """A leader confirms the commune's unconfirmed days of [first, last], or takes them back. What they were."""
    officer = check_may_change(act)
    rows = unconfirmed(act, first, last)
    for row in rows:
        (confirm if confirms else take_back)(act.session, act.tools, act.tenant.id, row.on, source, act.now, officer)
    return rows


def unconfirmed(act: Acting, first: date, last: date) -> list[Holiday]:
    known = holidays.of_commune(act.session, act.tenant.id)
    return [row for row in known if not row.verified and first <= row.on <= last]


def ahead(act: Acting) -> list[list[Holiday]]:
    """The next breaks and make-up days, in order."""
    known = holidays.of_commune(act.session, act.tenant.id)
    rows = [row for row in known if row.on >= act.today and row.kind != holidays.USUAL]
    return breaks(rows)[:SHOWN]


def breaks(rows: Sequence[Holiday]) -> list[list[Holiday]]:
    """Days in order, those of one break together; a make-up day never stands with days off."""
    runs: list[list[Holiday]] = []
    for row in rows:
        if runs and row.on - runs[-1][-1].on <= _ONE_BREAK and row.kind == runs[-1][-1].kind:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def list_line(run: Sequence[Holiday]) -> str:
    days = [Reason(row.on, row.kind, row.name, row.source) for row in run]
    return texts.list_line(days, sum(not row.verified for row in run))


def choices_for(run: Sequence[Holiday]) -> tuple[Choice, ...]:
    """What a leader may say of the unconfirmed days of a break; valid from any message and at any time."""
    days = [row for row in run if not row.verified]
    if not days:
        return ()
    first, last = days[0].on, days[-1].on
    sure = Choice(f"/holiday.confirm {first} {last}", texts.choice_confirm(first, last, len(days)))
    if len(days) > 1:
        return (sure, Choice(f"/holiday.each {first} {last}", texts.choice_each(first, last)))
    weekend = first.weekday() >= _SATURDAY
    if weekend == (days[0].kind == holidays.WORKDAY):  # a Sunday off is off with or without the holiday
        return (sure, Choice(f"/holiday.work {first}", texts.choice_work(first, days[0].kind)))
    return (sure,)


def _known(session: Session, tenant_id: int, on: date) -> Day:
    row = holidays.on_day(session, tenant_id, on)
    if row is None:
        raise NotFound(f"{on} is not in the calendar: `danhoi holiday add`")
    return holidays.day_of(row)
