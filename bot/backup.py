"""One archive with everything an installation needs to begin again, written while it serves; and bringing it back.

The archive (.tar.gz) holds the database, the media files and `manifest.json` with a checksum of each file. Without
`with_key` it holds no key: what it says is readable to whoever has it, so it is kept as safe as the database.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot import pg_dump
from bot.locking import DataDirLock
from bot.pg_dump import BackupError
from bot.settings import Settings
from storage import held, left_out, migrate
from storage.db import Database, sqlite_url
from storage.tables import Channel

FORMAT = 1
MANIFEST, SQLITE_FILE, KEY_FILE = "manifest.json", "danhoi.db", "secret.key"
NOTE = "last-backup.json"  # in DATA_DIR: when and where, for `danhoi doctor`
_DIGEST_CHARS = 64


def backup(settings: Settings, target: Path, *, with_key: bool, now: datetime) -> Path:
    """Write an archive: `target` itself where it ends in .gz, else a new file in that folder. Safe while serving.

    Messages that nobody has read and reports that nobody has agreed to keep leave out their words
    (storage/left_out.py). Raises BackupError, SchemaError.
    """
    if settings.is_sqlite and not database_file(settings).exists():
        raise BackupError(f"there is no database in {settings.data_dir}")
    path = target if target.suffix == ".gz" else target / f"danhoi-{now:%Y%m%d-%H%M%S}.tar.gz"
    if path.exists():
        raise BackupError(f"{path} exists already: choose another name")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".danhoi-backup-") as name:
        folder = Path(name)
        manifest = {
            "format": FORMAT,
            "program": _version(),
            "created_at": now.isoformat(),
            "database": "sqlite" if settings.is_sqlite else "postgresql",
            "schema": _copy_database(settings, folder),
        }
        entries = {path.name: path for path in sorted(folder.iterdir())}
        entries |= {f"media/{path.parent.name}/{path.name}": path for path in _media(settings.data_dir)}
        if with_key:
            entries[KEY_FILE] = _key(settings, folder)
        manifest["files"] = {name: _sha256(path) for name, path in entries.items()}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        draft = folder / "archive.part"
        _pack(draft, {MANIFEST: folder / MANIFEST, **entries})
        draft.replace(path)
    _note(settings.data_dir, path, now)
    return path


def restore(
    settings: Settings, archive: Path, *, release: bool = False, keep_old: bool = False, now: datetime
) -> list[str]:
    """Bring an archive back and say what the operator should know, a line each.

    Refused while the service runs, for a damaged archive or one of a newer program, and over an existing database
    unless `keep_old` sets that aside first. Messages that were unsent when the backup was made are held, as nobody
    knows whether they went out since; `release` sends them. Raises BackupError, AlreadyRunning, SchemaError.
    """
    if not archive.exists():
        raise BackupError(f"no such file: {archive}")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with DataDirLock(settings.data_dir), tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as name:
        folder = Path(name)
        manifest = _unpack(archive, folder)
        _check(manifest, folder, settings)
        said = _make_room(settings, keep_old, now)
        _place_database(settings, folder)
        with closing(Database(settings.database)) as db:
            migrate.migrate(db)
            with db.writing() as session:
                said += _hold(session, release, now)
                said += _about_channels(session)
        said += _place_media(settings.data_dir, folder)
        said += _place_key(settings, folder, now)
    return [f"Restored the backup of {manifest['created_at']} (schema {manifest['schema']}).", *said]


def last_backup(data_dir: Path) -> datetime | None:
    """When the newest backup was written by this installation."""
    try:
        return datetime.fromisoformat(json.loads((data_dir / NOTE).read_text(encoding="utf-8"))["created_at"])
    except (OSError, ValueError, KeyError):
        return None


def database_file(settings: Settings) -> Path:
    """Of an embedded database."""
    return Path(make_url(settings.database).database or "")


def _copy_database(settings: Settings, folder: Path) -> str:
    """A copy of one moment, without the words that are left out. The schema's revision."""
    with closing(Database(settings.database)) as db:
        revision = migrate.current(db)
        if revision is None:
            raise BackupError("the database is empty")
        if not settings.is_sqlite:
            migrate.check(db)
            pg_dump.dump(db, folder)
            return revision
        copy = folder / SQLITE_FILE
        db.copy_to(copy)
    if revision == migrate.newest():
        with closing(Database(sqlite_url(copy))) as copied, copied.writing() as session:
            left_out.blank_all_tenants(session, left_out.find_all_tenants(session))
    else:
        raise BackupError(f"the database ({revision}) is not at this program's schema: start the service once first")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    return revision


def _media(data_dir: Path) -> Iterator[Path]:
    """Finished files; whatever is being written comes with the next backup."""
    for path in sorted((data_dir / "media").glob("*/*")):
        if len(path.name) == _DIGEST_CHARS and path.is_file():
            yield path


def _key(settings: Settings, folder: Path) -> Path:
    configured = settings.secret_key.get_secret_value()
    path = settings.data_dir / KEY_FILE
    if configured:
        path = folder / KEY_FILE
        path.touch(0o600)
        path.write_text(configured + "\n", encoding="utf-8")
    if not path.exists():
        raise BackupError("there is no key to include")
    return path


def _pack(draft: Path, entries: dict[str, Path]) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            for name, path in entries.items():
                tar.add(path, arcname=name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def _note(data_dir: Path, path: Path, now: datetime) -> None:
    note = {"created_at": now.isoformat(), "path": str(path)}
    (data_dir / NOTE).write_text(json.dumps(note) + "\n", encoding="utf-8")


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise BackupError(f"{archive} is not a whole backup: {type(error).__name__}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupError(f"{archive} is a backup of another kind: install the program that wrote it")
    return manifest


def _check(manifest: dict[str, Any], folder: Path, settings: Settings) -> None:
    if not migrate.is_known(manifest["schema"]):
        raise BackupError(
            f"the backup is of a newer program (schema {manifest['schema']}, ours is {migrate.newest()}): "
            "install the newer program first"
        )
    kind = "sqlite" if settings.is_sqlite else "postgresql"
    if manifest["database"] != kind:
        raise BackupError(f"the backup is of a {manifest['database']} database, the settings say {kind}")
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            raise BackupError(f"the backup is damaged: '{name}' is missing or not as it was written")


def _make_room(settings: Settings, keep_old: bool, now: datetime) -> list[str]:
    """Refuse, or set the present database aside."""
    if settings.is_sqlite:
        path = database_file(settings)
        if not path.exists():
            return []
        if not keep_old:
            raise BackupError(
                f"{path} exists: restore into an empty DANHOI_DATA_DIR, or keep it beside with --keep-old"
            )
        old = path.with_name(f"{path.stem}-before-restore-{now:%Y%m%d-%H%M%S}{path.suffix}")
        for suffix in ("", "-wal", "-shm"):
            if (part := path.with_name(path.name + suffix)).exists():
                part.rename(old.with_name(old.name + suffix))
        return [f"The database that was here is kept as {old.name}."]
    with closing(Database(settings.database)) as db:
        if pg_dump.others_connected(db):
            raise BackupError("other programs use the database: stop every danhoi process first")
        if pg_dump.is_empty(db):
            return []
        if not keep_old:
            raise BackupError("the database is not empty: restore into an empty one, or keep it beside with --keep-old")
        name = f"before_restore_{now:%Y%m%d_%H%M%S}"
        pg_dump.set_aside(db, name)
    return [f"The tables that were here are kept in the schema {name}."]


def _place_database(settings: Settings, folder: Path) -> None:
    if settings.is_sqlite:
        (folder / SQLITE_FILE).replace(database_file(settings))
        return
    with closing(Database(settings.database)) as db:
        pg_dump.load(db, folder)


def _hold(session: Session, release: bool, now: datetime) -> list[str]:
    n = held.hold_all_tenants(session)
    if not n:
        return []
    if release:
        return [f"{held.release_all_tenants(session, now)} unsent messages will be sent when the service starts."]
    return [
        f"{n} messages were unsent when the backup was made and are held: they may have gone out since. "
        "Decide with `danhoi doctor --release-held` or `danhoi doctor --drop-held`."
    ]


def _about_channels(session: Session) -> list[str]:
    kinds = {row.kind for row in session.scalars(select(Channel))}
    if any(kind.startswith("zalo") for kind in kinds):
        return ["Zalo refresh tokens in the backup may be spent: if Zalo refuses them, connect the account again."]
    return []


def _place_media(data_dir: Path, folder: Path) -> list[str]:
    """Files are named by their content: one that is here already is the same."""
    n = 0
    for path in _media(folder):
        goal = data_dir / "media" / path.parent.name / path.name
        if not goal.exists():
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, goal)
            n += 1
    return [f"{n} files of people were brought back."] if n else []


def _place_key(settings: Settings, folder: Path, now: datetime) -> list[str]:
    brought, present = folder / KEY_FILE, settings.data_dir / KEY_FILE
    if settings.secret_key.get_secret_value():
        return []
    if not brought.exists():
        if present.exists():
            return []
        return ["The backup holds no key: enter the tokens of the channels again, or put the old secret.key back."]
    if present.exists():
        if present.read_bytes() == brought.read_bytes():
            return []
        present.rename(present.with_name(f"{KEY_FILE}.before-restore-{now:%Y%m%d-%H%M%S}"))
    brought.chmod(0o600)
    brought.replace(present)
    return ["The key was brought back from the backup."]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version() -> str:
    try:
        return metadata.version("danhoi")
    except metadata.PackageNotFoundError:
        return "0"
