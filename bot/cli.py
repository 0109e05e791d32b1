"""Commands of an installation: `danhoi …`. Heavy parts are imported by the command that needs them."""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.holiday_cli import holiday_cli
from bot.settings import Settings
from domain.errors import BadRecord, DomainError
from domain.procedure import Procedure

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.db import Database
    from storage.tables import Officer, Tenant

SEED = Path(__file__).resolve().parents[1] / "knowledge" / "seed"

cli = typer.Typer(
    help="Dân hỏi, xã trả lời.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
commune_cli = typer.Typer(help="Set up and change a commune.", no_args_is_help=True)
officer_cli = typer.Typer(help="The people who work in a commune.", no_args_is_help=True)
cli.add_typer(commune_cli, name="commune")
cli.add_typer(officer_cli, name="officer")
cli.add_typer(holiday_cli, name="holiday")
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Commune = Annotated[str, typer.Option(help="Slug of the commune; may be left out where there is only one.")]


def main() -> None:
    """Run a command; an expected failure is one sentence and exit code 1, never a traceback."""
    from sqlalchemy.exc import OperationalError

    from bot.connect import SettingsError
    from bot.locking import AlreadyRunning
    from bot.secrets import KeyMissing
    from bot.server import CannotListen
    from storage.migrate import SchemaError

    expected = (DomainError, AlreadyRunning, KeyMissing, SettingsError, CannotListen, SchemaError, OSError)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # whoever reads us through a pipe sees each line at once
    try:
        cli()
    except expected as error:
        err.print(f"danhoi: {error}", markup=False)
        sys.exit(1)
    except OperationalError as error:
        err.print(f"danhoi: the database cannot be used: {type(error.orig).__name__}. Is it running, and ours to open?")
        sys.exit(1)
    except ValidationError as error:
        for problem in error.errors():
            name = "DANHOI_" + "_".join(str(part) for part in problem["loc"]).upper()
            err.print(f"danhoi: {name}: {problem['msg']}", markup=False)
        sys.exit(1)


@cli.command()
def run(
    demo: Annotated[bool, typer.Option(help="Set up the demo commune first when there is no commune yet.")] = False,
) -> None:
    """Serve: web chat, pages, connected bots, scheduler."""
    from bot import logs
    from bot.app import build

    settings = Settings()
    logs.set_up(settings.log_level)
    if demo:
        _set_up_demo(settings)
    app = build(settings)
    app.started = lambda port: _greet(app, port)
    asyncio.run(app.run())


def _set_up_demo(settings: Settings) -> None:
    from bot.app import open_database
    from bot.demo import set_up
    from bot.locking import DataDirLock
    from knowledge.load import import_files
    from storage import communes
    from storage.ids import TimeOrderedIds
    from storage.tables import NATION

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with DataDirLock(settings.data_dir), closing(open_database(settings)) as db:
        with db.reading() as session:
            if communes.communes_all_tenants(session):
                return
        ids = TimeOrderedIds()
        with db.writing() as session:
            tenant = set_up(session, ids)
            report = import_files(session, [SEED], NATION, today=_today(), now=_now(), ids=ids)
        for line in report.bad:
            err.print(f"{line.place}: {line.why}", markup=False)
        out.print(f"Set up the demo commune '{tenant.slug}' with {len(report.added)} procedures of the starter set.")


def _greet(app: object, port: int) -> None:
    """Where to look, and fresh one-time links into the demo's staff chats."""
    from bot.app import App
    from bot.demo import demo_commune, sign_in_links

    assert isinstance(app, App)
    url = app.settings.base_url.rstrip("/") or f"http://localhost:{port}"
    out.print(f"Dân Hỏi serves {url}  (Ctrl-C stops)")
    if app.new_key:
        out.print(f"A new key was written to {app.settings.data_dir / 'secret.key'}: keep a copy in a safe place.")
    with app.db.writing() as session:
        tenant = demo_commune(session)
        if tenant:
            out.print(f"  citizen           {url}/{tenant.slug}/chat")
            links = sign_in_links(session, app.tools.ids, tenant, url, _now(), secrets.token_bytes)
            for officer, link in links:
                role = "leader" if "leader" in officer.roles else "officer"
                out.print(f"  {role:<8} (demo)   {link}   {officer.name}, one-time link")


@cli.command()
def migrate() -> None:
    """Bring the database to this program's schema (PostgreSQL; an embedded one is migrated by `run`)."""
    from storage import migrate as migration
    from storage.db import Database

    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with closing(Database(settings.database)) as db:
        migration.migrate(db)
    out.print(f"The database is at {migration.newest()}.")


@cli.command(name="import")
def import_procedures(
    files: Annotated[list[Path], typer.Argument(help="JSONL, JSONL.GZ, XLSX, YAML files or folders of YAML.")],
    commune: Annotated[str, typer.Option(help="Slug of a commune or province; empty = for everybody.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Only show what would change, field by field.")] = False,
) -> None:
    """Load published procedures. The same file twice changes nothing; a change makes a new version.

    Exit code 1 when something had to be left out; the rest is loaded all the same.
    """
    from bot.app import open_database
    from bot.import_report import counted, laid_over, progress_bar, report_lines
    from knowledge.load import import_files
    from storage import commune_file
    from storage.ids import TimeOrderedIds
    from storage.tables import NATION

    ids = TimeOrderedIds()
    for path in files:
        if not path.exists():
            raise FileNotFoundError(f"no such file: {path}")
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with closing(open_database(settings)) as db, progress_bar(err) as bar:
        tenant_id = _tenant(db, commune).id if commune else NATION
        task = bar.add_task("checking" if dry_run else "importing", total=counted(files))
        with db.session() as session:
            if not commune:
                commune_file.ensure_nation(session, ids)

            def batch_done(done: int) -> None:
                session.commit()  # short transactions: a serving process goes on writing in between
                bar.update(task, completed=done)

            report = import_files(
                session, files, tenant_id, today=_today(), now=_now(), ids=ids, dry_run=dry_run, progress=batch_done
            )
            over = laid_over(session, tenant_id, files, report.added, _today()) if commune else {}
            session.commit()
    if not report.read and not report.bad:
        raise BadRecord("nothing to import was found; of a folder the .yaml files are read")
    for line in report.bad:
        err.print(f"{line.place}: {line.why}", markup=False)
    for text in report_lines(report, over, dry_run=dry_run):
        out.print(text, markup=False)
    if any(not line.partly for line in report.bad):
        sys.exit(1)


@cli.command()
def template(file: Path) -> None:
    """Write an empty XLSX sheet for procedures, with examples and what each column means."""
    from knowledge.load import write_template

    write_template(file)
    out.print(f"Written: {file}. Fill it in and run: danhoi import {file}", markup=False)


@cli.command()
def ask(
    question: str,
    corpus: Annotated[Path | None, typer.Option(help="Answer from this file instead of the database.")] = None,
    commune: Commune = "",
) -> None:
    """Answer a question in the terminal, as a citizen would be answered."""
    from bot.ask import answer_in_terminal

    out.print(answer_in_terminal(Settings(), question, corpus, commune, SEED, _now()), markup=False)


@cli.command()
def evaluate(
    questions: Path,
    corpus: Annotated[
        Path | None, typer.Option(help="Procedures to build the index from; default: the starter set.")
    ] = None,
    jsonl: Annotated[Path | None, typer.Option(help="Write one line for each question here.")] = None,
) -> None:
    """Ask every question of a file and print how good and how quick the answers are."""
    from knowledge.evaluate import evaluate as evaluate_file
    from knowledge.load import read
    from knowledge.search import Index

    index = None if corpus else Index.build([p for p in read(SEED) if isinstance(p, Procedure)])
    evaluate_file(questions, corpus, index=index, out=jsonl)


@cli.command()
def due(cases: Path) -> None:
    """Compute the due dates of the cases in a JSON file and print them with their day-by-day proof."""
    from domain.due import answer_cases

    try:
        raw = json.loads(cases.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadRecord(f"{cases}: not readable JSON: {error}") from None
    sys.stdout.write(json.dumps(answer_cases(raw), ensure_ascii=False, indent=2) + "\n")


@cli.command()
def doctor(
    retry: Annotated[int | None, typer.Option(help="Put this parked message back to be handled again.")] = None,
    drop: Annotated[int | None, typer.Option(help="Give up this parked message.")] = None,
    release_held: Annotated[bool, typer.Option(help="Send the messages that a restore held back.")] = False,
    drop_held: Annotated[bool, typer.Option(help="Give up the messages that a restore held back.")] = False,
) -> None:
    """Say what is wrong and what to do about it. Exit code 1 when something is bad."""
    from bot.doctor import run_doctor

    sys.exit(run_doctor(Settings(), _now(), retry=retry, drop=drop, release_held=release_held, drop_held=drop_held))


@cli.command()
def backup(
    target: Path,
    with_key: Annotated[bool, typer.Option(help="Include secret.key: then keep the file as safe as the key.")] = False,
) -> None:
    """Write everything into one archive while the service runs."""
    from bot.backup import backup as write_backup

    out.print(f"Written: {write_backup(Settings(), target, with_key=with_key, now=_now())}")


@cli.command()
def restore(
    archive: Path,
    release: Annotated[bool, typer.Option(help="Send what was still unsent when the backup was made.")] = False,
    keep_old: Annotated[bool, typer.Option(help="Set the data that is here aside instead of refusing.")] = False,
) -> None:
    """Bring a backup back. Refused while the service runs; messages not yet sent are held until you decide."""
    from bot.backup import restore as read_backup

    for line in read_backup(Settings(), archive, release=release, keep_old=keep_old, now=_now()):
        out.print(line, markup=False)


@cli.command()
def demo(
    remove: Annotated[bool, typer.Option("--remove", help="Delete the demo commune with everything in it.")] = False,
) -> None:
    """Set up the demo commune, or remove it."""
    from bot.app import open_database
    from bot.demo import remove as remove_demo
    from bot.locking import DataDirLock

    settings = Settings()
    if not remove:
        _set_up_demo(settings)
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with DataDirLock(settings.data_dir), closing(open_database(settings)) as db, db.writing() as session:
        slug = remove_demo(session)
    out.print(f"Removed the demo commune '{slug}'." if slug else "There is no demo commune.")


@commune_cli.command()
def load(file: Path) -> None:
    """Set up or change a commune from a YAML file (see bot/demo/hoa-an.yaml). Twice is once."""
    from bot.app import AppTools, open_database
    from handlers.actions.commune import load_file
    from storage import commune_file

    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with closing(open_database(settings)) as db, db.writing() as session:
        tenant, reminders = load_file(session, AppTools(), commune_file.read(file), _now())
        out.print(f"Loaded '{tenant.slug}' ({tenant.name}). A running service serves it as it is now.")
    if reminders:
        out.print(f"{reminders} reminders of receptions that people asked for were written anew.")


@cli.command()
def telegram(commune: Commune = "") -> None:
    """Connect a bot to a commune, or give it another token. Asks for the token, or reads it from a pipe.

    A service that is running goes on with it within seconds.
    """
    from pydantic import SecretStr

    from bot.app import open_database
    from bot.connect import connect_telegram
    from bot.secrets import Vault, load_key
    from storage.ids import TimeOrderedIds

    settings = Settings()
    asked = typer.prompt("Token from @BotFather", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    token = str(asked).strip()
    given = {"telegram_token": SecretStr(token or "-"), "telegram_commune": commune or settings.telegram_commune}
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    key, _ = load_key(settings.secret_key.get_secret_value(), settings.data_dir, may_create=settings.is_sqlite)
    with closing(open_database(settings)) as db, db.writing() as session:
        row = connect_telegram(session, settings.model_copy(update=given), Vault(key), TimeOrderedIds())
        assert row is not None
        slug = _slug(session, row.tenant_id)
    out.print(f"The bot now serves '{slug}'.")
    stays = settings.telegram_token.get_secret_value().strip()
    if stays and stays != token:
        err.print("DANHOI_TELEGRAM_TOKEN still has another token: change it too, or the next start brings it back.")


@officer_cli.command()
def code(name: str, commune: Commune = "") -> None:
    """A one-time code with which an officer links their chat (valid 24 hours)."""
    from bot.app import open_database
    from handlers.actions.officers import create_link_code

    with closing(open_database(Settings())) as db:
        tenant = _tenant(db, commune)
        with db.writing() as session:
            officer = _one_officer(session, tenant, name)
            made = create_link_code(session, officer, _now(), secrets.randbits)
    out.print(f"{officer.name}: write to the commune's chat:  CB {made}", markup=False)


@officer_cli.command()
def link(name: str, commune: Commune = "") -> None:
    """A one-time sign-in link into an officer's web chat (valid 7 days)."""
    from bot.app import open_database
    from storage import sign_ins
    from storage.ids import TimeOrderedIds

    settings = Settings()
    with closing(open_database(settings)) as db:
        tenant = _tenant(db, commune)
        with db.writing() as session:
            officer = _one_officer(session, tenant, name)
            token = sign_ins.create_sign_in(
                session, TimeOrderedIds(), tenant.id, officer.id, now=_now(), until=_now() + timedelta(days=7),
                random_bytes=secrets.token_bytes,
            )  # fmt: skip
    out.print(f"{officer.name}: {settings.public_url}/{tenant.slug}/vao/{token}", markup=False)


def _one_officer(session: Session, tenant: Tenant, name: str) -> Officer:
    from storage import communes

    everybody = communes.officers(session, tenant.id)
    found = [officer for officer in everybody if name.casefold() in officer.name.casefold()]
    if len(found) != 1:
        raise BadRecord(f"name one officer of {tenant.slug}: {', '.join(o.name for o in found or everybody)}")
    return found[0]


def _slug(session: Session, tenant_id: int) -> str:
    from storage.tables import Tenant

    return session.get_one(Tenant, tenant_id).slug


def _tenant(db: Database, slug: str) -> Tenant:
    """The tenant of that slug, or the only commune there is."""
    from storage import communes

    with db.reading() as session:
        if slug:
            tenant = communes.by_slug(session, slug)
            if tenant is None:
                raise BadRecord(f"no commune '{slug}'")
            return tenant
        known = communes.communes_all_tenants(session)
    if len(known) != 1:
        raise BadRecord(f"say which commune with --commune: {', '.join(t.slug for t in known) or 'none is set up'}")
    return known[0]


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
