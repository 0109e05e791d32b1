"""`danhoi holiday …`: the days off of everybody or of one commune, and the promises that hang on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot.settings import Settings
from domain.errors import BadRecord
from domain.holiday_file import read_day, read_hours

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.app import AppTools
    from storage.db import Database
    from storage.tables import Holiday, Tenant

holiday_cli = typer.Typer(
    help="Days off and make-up days. A change counts promised dates again and tells whom it moves.",
    no_args_is_help=True,
)
out = Console(highlight=False, soft_wrap=True)

Days = Annotated[list[str], typer.Argument(metavar="DAY…", help="One or more days as in 2026-11-24.")]
Commune = Annotated[str, typer.Option(help="Slug: only for this commune, over what holds for everybody.")]
Source = Annotated[str, typer.Option(help="Number, date and issuer of the document that says so.")]
Change = Callable[["Session", "AppTools", int, datetime], None]

_KINDS = {"off": "day off", "workday": "make-up day", "usual": "taken back"}


@holiday_cli.command(name="list")
def list_days(
    year: Annotated[int, typer.Option(min=0, max=9999, help="Default: this year and what is known after it.")] = 0,
    commune: Commune = "",
) -> None:
    """The days as they stand: for everybody, or for a commune with its own ones."""
    from storage import holidays
    from storage.tables import NATION

    first = date(year or _today().year, 1, 1)
    last = date(year, 12, 31) if year else date.max
    with closing(_database()) as db:
        tenant = _tenant(db, commune) if commune else None
        with db.reading() as session:
            known = holidays.of_commune(session, tenant.id if tenant else NATION)
            rows = [row for row in known if first <= row.on <= last]
            own = [] if tenant else holidays.with_own_all_tenants(session, first, last)
    for row in rows:
        out.print(_line(row, mine=tenant is not None and row.tenant_id == tenant.id), markup=False)
    if not rows:
        out.print(f"No days are known{f' for {year}' if year else ''}: `danhoi holiday import FILE`.")
    if own:
        out.print(f"With days of their own (see --commune): {', '.join(own)}", markup=False)


@holiday_cli.command()
def confirm(days: Days, source: Source, commune: Commune = "") -> None:
    """The days are as they stand; the source goes into every proof."""
    from handlers.actions import holidays

    wanted = [read_day(day) for day in days]

    def change(session: Session, tools: AppTools, layer: int, now: datetime) -> None:
        for day in wanted:
            _say(day, holidays.confirm(session, tools, layer, day, source, now), "confirmed")

    _change(change, commune, wanted)


@holiday_cli.command()
def remove(days: Days, source: Source = "", commune: Commune = "") -> None:
    """Make the days ordinary ones again. Their rows stay, so that built-in days do not come back."""
    from handlers.actions import holidays

    wanted = [read_day(day) for day in days]

    def change(session: Session, tools: AppTools, layer: int, now: datetime) -> None:
        for day in wanted:
            _say(day, holidays.take_back(session, tools, layer, day, source, now), "taken back")

    _change(change, commune, wanted)


@holiday_cli.command()
def add(
    day: Annotated[str, typer.Argument(metavar="DAY", help="As in 2027-02-04.")],
    name: str,
    source: Source,
    workday: Annotated[bool, typer.Option("--workday", help="A Saturday or Sunday that is worked (làm bù).")] = False,
    hours: Annotated[str, typer.Option(help='Open at other hours than usual: "08:00-11:30,13:30-16:00".')] = "",
    commune: Commune = "",
) -> None:
    """Enter a day, or correct one that is there."""
    from handlers.actions import holidays
    from storage.holidays import OFF, SPECIAL, WORKDAY, Day

    if workday and hours:
        raise BadRecord("--workday and --hours do not go together: a make-up day has Monday's hours")
    if not name.strip():
        raise BadRecord("the name is missing")
    on = read_day(day)
    spans = read_hours(hours) if hours else ()
    kind = SPECIAL if hours else WORKDAY if workday else OFF
    entered = Day(on, kind, " ".join(name.split()), True, holidays.checked_source(source), spans)

    def change(session: Session, tools: AppTools, layer: int, now: datetime) -> None:
        _say(on, holidays.put(session, tools, layer, entered, now), "entered")

    _change(change, commune, [on])


@holiday_cli.command(name="import")
def import_days(file: Path, commune: Commune = "") -> None:
    """Enter every day of a JSON file (its shape: docs/holidays.md)."""
    from domain import holiday_file
    from handlers.actions import holidays

    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadRecord(f"{file.name}: not readable JSON: {error}") from None
    try:
        found = holiday_file.read_days(raw)
    except BadRecord as error:
        raise BadRecord(f"{file.name}: {error}") from None

    def change(session: Session, tools: AppTools, layer: int, now: datetime) -> None:
        changed, kept = holidays.load(session, tools, layer, raw, now)
        total = sum(map(len, found.values()))
        out.print(
            f"{total} days read: {changed} entered or corrected, {kept} kept because a person has confirmed them."
        )

    _change(change, commune, [day.on for rows in found.values() for day in rows])


@holiday_cli.command(name="recompute")
def count_again(commune: Commune = "") -> None:
    """Count promised dates again without a change: after the calendar was changed in another way."""
    _change(lambda session, tools, layer, now: None, commune, [])


def _change(change: Change, commune: str, days: Sequence[date]) -> None:
    """The change commits first; then each commune is counted in a transaction of its own. Twice is once."""
    from bot.app import AppTools
    from handlers.actions.holidays import recompute
    from storage import commune_file, communes, holidays
    from storage.tables import NATION

    tools, now = AppTools(), _now()
    with closing(_database()) as db:
        only = _tenant(db, commune) if commune else None
        with db.writing() as session:
            commune_file.ensure_nation(session, tools.ids)
            change(session, tools, only.id if only else NATION, now)
            own = [] if only else holidays.overriding_all_tenants(session, days)
        if own:
            out.print(
                f"Not changed for communes with days of their own (use --commune): {', '.join(own)}", markup=False
            )
        with db.reading() as session:
            served = [only] if only else communes.communes_all_tenants(session)
        for tenant in served:
            with db.writing() as session:
                done = recompute(session, tools, tenant, now)
            line = f"{tenant.slug}: the dates of {done.cases} cases and {done.questions} questions moved"
            kept = ", ".join(f"{code[:4]}-{code[4:]}" for code in done.kept)
            line += f"; agreed dates that stay: {kept}" if kept else ""
            line += f"; {done.failed} could not be counted (see the log above)" if done.failed else ""
            out.print(line, markup=False)


def _line(row: Holiday, *, mine: bool) -> str:
    kind = _KINDS.get(row.kind) or "hours " + (", ".join(f"{a}-{b}" for a, b in row.hours or ()) or "none")
    sure = "confirmed" if row.verified else "NOT CONFIRMED"
    source = f"  [{row.source}]" if row.source else ""
    return f"{row.on}  {row.on:%a}  {kind:<11}  {sure:<13}  {row.name}{source}{'  (own)' if mine else ''}"


def _say(day: date, changed: bool, done: str) -> None:
    out.print(f"{day}: {done}." if changed else f"{day}: nothing to change.")


def _database() -> Database:
    from bot.app import open_database

    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return open_database(settings)


def _tenant(db: Database, slug: str) -> Tenant:
    from storage import communes

    with db.reading() as session:
        tenant = communes.by_slug(session, slug)
    if tenant is None or tenant.kind != "commune":
        raise BadRecord(f"no commune '{slug}'")
    return tenant


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
