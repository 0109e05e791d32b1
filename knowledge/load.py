"""Procedures from files into a layer: the portal's dump (.jsonl, .jsonl.gz), our YAML, a commune's own sheet (.xlsx).

A line that cannot be read is named with its place and reason; the rest is loaded. Loading twice changes nothing.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from domain.errors import BadRecord
from domain.procedure import Procedure, from_record
from knowledge import sheet
from knowledge.sheet import BadLine, write_template
from storage import procedures
from storage.ids import IdMaker
from storage.procedures import Saved
from storage.tables import Tenant

_BATCH = 300  # procedures written together: some 3 MB of text


@dataclass
class Report:
    """What an import did."""

    added: list[str] = field(default_factory=list)
    changed: list[Saved] = field(default_factory=list)  # each with its changes, field by field
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)

    @property
    def read(self) -> int:
        return len(self.added) + len(self.changed) + self.unchanged + len(self.bad)


def read(path: Path) -> Iterator[Procedure | BadLine]:
    """The procedures of a file, or of every file in a folder, one by one. A file that is none of ours is a BadLine."""
    if path.is_dir():
        for inner in sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml")):
            yield from read(inner)
    elif not path.exists():
        yield BadLine(path.name, "no such file")
    elif path.name.endswith((".jsonl", ".jsonl.gz")):
        yield from _lines(path)
    elif path.suffix in (".yaml", ".yml"):
        yield from _yaml(path)
    elif path.suffix == ".xlsx":
        yield from _sheet(path)
    else:
        yield BadLine(path.name, "not a .jsonl, .jsonl.gz, .yaml or .xlsx file")


def import_files(
    session: Session,
    paths: Iterable[Path],
    tenant_id: int,
    *,
    today: date,
    now: datetime,
    ids: IdMaker,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Load files into the layer of `tenant_id` (0 = the nation). The caller commits.

    `dry_run` says what would happen and writes nothing. `progress` is called with the number of procedures so far.
    A code that comes twice in one file or folder keeps its first record; the second is named as bad.
    """
    report, batch = Report(), list[Procedure]()
    own_scope = _own_scope(session, tenant_id)

    def write(origin: str) -> None:
        done = procedures.save_many(
            session, tenant_id, batch, ids=ids, now=now, today=today, origin=origin, dry_run=dry_run
        )
        for saved in done:
            if saved.kind == "added":
                report.added.append(saved.code)
            elif saved.kind == "changed":
                report.changed.append(saved)
            else:
                report.unchanged += 1
        batch.clear()
        progress(report.read)

    for path in paths:
        seen = set[str]()
        for item in read(path):
            if isinstance(item, BadLine):
                report.bad.append(item)
            elif item.code in seen:
                report.bad.append(BadLine(f"{path.name}: {item.code}", "this code came earlier in the same file"))
            else:
                seen.add(item.code)
                batch.append(replace(item, scope=own_scope) if own_scope and item.scope == "national" else item)
            if len(batch) >= _BATCH:
                write(path.name)
        if batch:
            write(path.name)
    return report


def _own_scope(session: Session, tenant_id: int) -> str:
    """What a plain record means in this layer: a commune's is laid over the nation's, a province's replaces it."""
    tenant = session.get(Tenant, tenant_id)
    return {"commune": "local", "province": "provincial"}.get(tenant.kind if tenant else "", "")


def _lines(path: Path) -> Iterator[Procedure | BadLine]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _line(f"{path.name}:{number}", line)
    except (OSError, EOFError) as error:  # cut or damaged archive
        yield BadLine(f"{path.name}:{number + 1}", f"cannot be read further: {error}")


def _line(place: str, line: bytes) -> Procedure | BadLine:
    try:
        return _procedure(place, json.loads(line.decode("utf-8-sig")))
    except ValueError as error:  # not UTF-8, or not JSON
        return BadLine(place, f"not JSON: {error}")


def _yaml(path: Path) -> Iterator[Procedure | BadLine]:
    """One procedure or a list of them."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, OSError, ValueError) as error:
        yield BadLine(path.name, f"not YAML: {' '.join(str(error).split())}")
        return
    for number, record in enumerate(found if isinstance(found, list) else [found], 1):
        yield _procedure(f"{path.name}:{number}" if isinstance(found, list) else path.name, record)


def _sheet(path: Path) -> Iterator[Procedure | BadLine]:
    try:
        yield from sheet.rows(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        yield BadLine(path.name, f"not an .xlsx sheet: {error}")


def _procedure(place: str, record: object) -> Procedure | BadLine:
    if not isinstance(record, dict):
        return BadLine(place, "not an object")
    try:
        return from_record(record)
    except BadRecord as error:
        return BadLine(place, str(error))


__all__ = ["BadLine", "Report", "import_files", "read", "write_template"]
