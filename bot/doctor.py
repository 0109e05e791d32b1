"""`danhoi doctor`: what is wrong with this installation and what to do about it, a line each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.backup import database_file, last_backup
from bot.locking import DataDirLock
from bot.secrets import KeyMissing, Vault, load_key
from bot.settings import Settings
from handlers.actions import notify
from storage import communes, health, held, holidays, migrate
from storage.db import Database
from storage.health import drop_parked, retry_parked
from storage.tables import Tenant

__all__ = ["Finding", "drop_parked", "examine", "exit_code", "print_findings", "retry_parked", "run_doctor"]

Level = Literal["ok", "warn", "bad"]

STANDS_STILL = timedelta(minutes=10)
FEW_BYTES, NO_BYTES = 5 * 2**30, 2**30
OLD_BACKUP, VERY_OLD_BACKUP = timedelta(days=2), timedelta(days=14)
OLD_KNOWLEDGE = timedelta(days=180)
DAYS_AHEAD = timedelta(days=60)
NEXT_YEAR_FROM_MONTH = 11
PARKED_SHOWN = 20
BUILT_IN = 2026  # a clock before this year is wrong


@dataclass(frozen=True)
class Finding:
    """`fix` is what to do, "" where nothing needs doing. Never a person's words, number or address."""

    level: Level
    what: str
    fix: str = ""


_NO_DATABASE = Finding("bad", "there is no database in the data folder", "`danhoi run` makes one")


def run_doctor(
    settings: Settings,
    now: datetime,
    *,
    retry: int | None = None,
    drop: int | None = None,
    release_held: bool = False,
    drop_held: bool = False,
    console: Console | None = None,
) -> int:
    """Do what was asked, then examine and print. The exit code: 1 when something is bad."""
    out = console or Console(highlight=False, soft_wrap=True)
    asked: list[tuple[str, Callable[[Session], int]]] = []
    if retry is not None:
        asked.append((f"Message {retry} goes back to be handled again", lambda s: retry_parked(s, retry, now)))
    if drop is not None:
        asked.append((f"Message {drop} is given up", lambda s: drop_parked(s, drop, now)))
    if release_held:
        asked.append(("Held messages are sent", lambda s: held.release_all_tenants(s, now)))
    if drop_held:
        asked.append(("Held messages are given up", held.drop_all_tenants))
    if settings.is_sqlite and not database_file(settings).exists():  # connecting would make an empty one
        print_findings([*_machine(settings, now), _NO_DATABASE], out)
        return 1
    with closing(Database(settings.database)) as db:
        for what, work in asked:
            with db.writing() as session:
                done = work(session)
            out.print(f"{what}." if done else "Nothing to do: no such message.", markup=False)
        findings = examine(db, settings, now)
    print_findings(findings, out)
    return exit_code(findings)


def examine(db: Database, settings: Settings, now: datetime) -> list[Finding]:
    """Everything that can be seen from here, the same on a running and a stopped service. Changes nothing."""
    findings = [*_machine(settings, now)]
    try:
        schema = _schema(db)
        findings.append(schema)
        if schema.level != "bad":
            findings += _database(db, settings, now)
    except SQLAlchemyError as error:
        findings.append(Finding("bad", f"the database does not answer: {type(error).__name__}", "check DATABASE_URL"))
    return findings


def exit_code(findings: Sequence[Finding]) -> int:
    return int(any(finding.level == "bad" for finding in findings))


def print_findings(findings: Sequence[Finding], console: Console) -> None:
    """The worst first."""
    marks = {"bad": "BAD ", "warn": "WARN", "ok": "ok  "}
    for level in ("bad", "warn", "ok"):
        for finding in findings:
            if finding.level == level:
                console.print(f"{marks[level]} {finding.what}", markup=False)
                if finding.fix:
                    console.print(f"       → {finding.fix}", markup=False)


def _machine(settings: Settings, now: datetime) -> Iterator[Finding]:
    if settings.is_sqlite:
        serving = DataDirLock(settings.data_dir).is_taken()
        yield Finding("ok", "a process serves") if serving else Finding("warn", "no process serves", "`danhoi run`")
    if now.year < BUILT_IN:
        yield Finding("bad", f"the clock says {now:%Y-%m-%d}", "set the machine's clock (NTP)")
    folder = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    free = shutil.disk_usage(folder).free
    level: Level = "bad" if free < NO_BYTES else "warn" if free < FEW_BYTES else "ok"
    fix = "" if level == "ok" else "make room: a full disk stops the service"
    yield Finding(level, f"free space in the data folder: {free / 2**30:.1f} GB", fix)
    yield _backup(last_backup(settings.data_dir), now)


def _backup(at: datetime | None, now: datetime) -> Finding:
    fix = "`danhoi backup FOLDER` every night, to another machine"
    if at is None:
        return Finding("warn", "no backup has been written from here", fix)
    age = now - at
    level: Level = "bad" if age > VERY_OLD_BACKUP else "warn" if age > OLD_BACKUP else "ok"
    return Finding(level, f"the last backup is {_age(age)} old", "" if level == "ok" else fix)


def _schema(db: Database) -> Finding:
    found, ours = migrate.current(db), migrate.newest()
    if found == ours:
        return Finding("ok", f"the schema is {ours}")
    if found is None:
        return Finding("bad", "the database is empty", "`danhoi run`, or `danhoi migrate` with PostgreSQL")
    if not migrate.is_known(found):
        return Finding(
            "bad", f"the database ({found}) is newer than this program ({ours})", "install the newer program"
        )
    return Finding("bad", f"the database ({found}) is older than this program ({ours})", "`danhoi migrate`")


def _database(db: Database, settings: Settings, now: datetime) -> list[Finding]:
    with db.reading() as session:
        found = [*_integrity(session, db), *_clock(session, now), *_inbox(session, now), *_outbox(session, now)]
        found += [*_channels(session, settings), *_knowledge(session, now)]
        served = communes.communes_all_tenants(session)
        if not served:
            found.append(Finding("bad", "there is no commune", "`danhoi commune load FILE`"))
        for tenant in served:
            found += [*_people(session, tenant), *_calendar(session, tenant, now)]
    return found


def _integrity(session: Session, db: Database) -> Iterator[Finding]:
    if db.is_sqlite:
        faults = health.sqlite_faults(session)
        if faults:
            yield Finding("bad", f"the database file is damaged ({len(faults)} faults)", "restore the last backup")
        else:
            yield Finding("ok", "the database file is sound")


def _clock(session: Session, now: datetime) -> Iterator[Finding]:
    newest = health.newest_message_at_all_tenants(session)
    if newest and newest > now + timedelta(minutes=5):
        yield Finding(
            "bad", f"the clock is {_age(newest - now)} behind the newest message", "set the machine's clock (NTP)"
        )


def _inbox(session: Session, now: datetime) -> Iterator[Finding]:
    parked = health.parked_all_tenants(session)
    for row in parked[:PARKED_SHOWN]:
        yield Finding(
            "bad",
            f"message {row.id} of '{row.commune}' failed {_age(now - row.received_at)} ago: {row.error or 'unknown'}",
            f"`danhoi doctor --retry {row.id}` once it is mended, or `--drop {row.id}`",
        )
    if len(parked) > PARKED_SHOWN:
        yield Finding("bad", f"{len(parked) - PARKED_SHOWN} more messages failed")
    since = health.unread_since_all_tenants(session)
    if since and now - since > STANDS_STILL:
        yield Finding("bad", f"messages have waited {_age(now - since)} to be handled", "start or restart the service")
    elif not parked:
        yield Finding("ok", "every message has been handled")


def _outbox(session: Session, now: datetime) -> Iterator[Finding]:
    unsent, oldest = health.unsent_since_all_tenants(session)
    if oldest and now - oldest > STANDS_STILL:
        yield Finding("warn", f"{unsent} messages are not sent yet, the oldest owed {_age(now - oldest)} ago",
                      "look at the channels below; is the service running?")  # fmt: skip
    else:
        yield Finding("ok", "nothing waits to be sent for long")
    for why, n in sorted(health.failed_since_all_tenants(session, now - timedelta(days=7)).items()):
        yield Finding("warn", f"{n} messages could not be delivered in the last 7 days ({why or 'unknown'})")
    if n := held.held_all_tenants(session):
        yield Finding("warn", f"{n} messages are held since the database was restored",
                      "`danhoi doctor --release-held` to send them, `--drop-held` to give them up")  # fmt: skip


def _channels(session: Session, settings: Settings) -> Iterator[Finding]:
    try:
        key, _ = load_key(settings.secret_key.get_secret_value(), settings.data_dir, may_create=False)
    except KeyMissing:
        key = b""
    for slug, row in health.channels_all_tenants(session):
        name = f"channel {row.kind} of '{slug}'"
        if row.paused_why:
            yield Finding(
                "bad",
                f"{name} is paused: {row.paused_why}",
                "correct its set-up, or enter its token with `danhoi telegram`",
            )
        elif row.token and not (key and Vault(key).open(row.token)):
            yield Finding("bad", f"{name}: its token cannot be read with this key",
                          "put the old secret.key back, or enter the token again")  # fmt: skip
        else:
            yield Finding("ok", f"{name} is open")


def _knowledge(session: Session, now: datetime) -> Iterator[Finding]:
    known = health.knowledge_all_tenants(session, now)
    if not known.procedures or known.imported_at is None:
        yield Finding("bad", "no procedures are loaded: every question goes to an officer", "`danhoi import FILE`")
        return
    age = now - known.imported_at
    old = age > OLD_KNOWLEDGE
    fix = "import the newest published set: fees and papers change" if old else ""
    yield Finding("warn" if old else "ok", f"{known.procedures} procedures, newest {_age(age)} old", fix)


def _people(session: Session, tenant: Tenant) -> Iterator[Finding]:
    deaf = health.deaf_departments(session, tenant.id)
    above = [notify.reachable(session, tenant.id, role=role) for role in ("director", "leader")]
    if not any(above):
        yield Finding("bad", f"'{tenant.slug}': no director or leader has linked a chat: nobody hears what is late",
                      "give them a link code")  # fmt: skip
    for department in deaf:
        up = "its cases go to the director or leader" if any(above) else "nobody hears of its cases"
        yield Finding("warn" if any(above) else "bad", f"'{tenant.slug}': nobody of {department.name} has a chat: {up}",
                      "give one of its officers a link code")  # fmt: skip
    unlinked = health.unlinked_officers(session, tenant.id)
    if unlinked:
        titles = ", ".join(officer.title or officer.name for officer in unlinked[:8])
        more = f" and {len(unlinked) - 8} more" if len(unlinked) > 8 else ""
        yield Finding("warn", f"'{tenant.slug}': without a chat: {titles}{more}", "give them link codes")
    else:
        yield Finding("ok", f"'{tenant.slug}': every officer has a chat")


def _calendar(session: Session, tenant: Tenant, now: datetime) -> Iterator[Finding]:
    today = now.astimezone(ZoneInfo(tenant.timezone)).date()
    known = holidays.of_commune(session, tenant.id)
    unsure = [row for row in known if not row.verified and today <= row.on <= today + DAYS_AHEAD]
    if unsure:
        days = ", ".join(f"{row.on:%d/%m/%Y}" for row in unsure)
        yield Finding("warn", f"'{tenant.slug}': days off that nobody has confirmed: {days}",
                      "due dates use them: `danhoi holiday confirm DAY` or `danhoi holiday remove DAY`")  # fmt: skip
    years = [today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM_MONTH else [])]
    missing = [year for year in years if not any(row.on.year == year for row in known)]
    for year in missing:
        yield Finding(
            "bad", f"'{tenant.slug}': no days off are known for {year}", "enter them: due dates will be wrong"
        )
    if not unsure and not missing:
        yield Finding("ok", f"'{tenant.slug}': the calendar is confirmed until {_until(today):%d/%m/%Y}")


def _until(today: date) -> date:
    return today + DAYS_AHEAD


def _age(span: timedelta) -> str:
    """ "3 days", "5 hours", "12 minutes"."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} hours" if minutes >= 2 * 60 else f"{max(minutes, 0)} minutes"
