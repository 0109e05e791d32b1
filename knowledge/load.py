"""Procedures from files into a layer: the portal's dump (.jsonl, .jsonl.gz), our YAML, a commune's own sheet (.xlsx).

A line that cannot be read is named with its place and reason; the rest is loaded. Loading twice changes nothing.
"""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from domain.errors import BadRecord
from domain.procedure import Procedure
from knowledge import sheet
from knowledge.library import THE_LAW, known_above, law_overrides
from knowledge.sheet import BadLine, Dated, dated, write_template
from storage import procedures
from storage.ids import IdMaker
from storage.procedures import Saved
from storage.tables import Tenant

_BATCH = 300  # procedures written together: some 3 MB of text
_MOST_LINE_BYTES = 4_000_000  # the longest published procedure has 0.2 MB


@dataclass
class Report:
    """What an import did."""

    added: list[str] = field(default_factory=list)
    changed: list[Saved] = field(default_factory=list)  # each with its changes, field by field
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)  # what was left out, and why

    @property
    def read(self) -> int:
        left_out = sum(not line.partly for line in self.bad)
        return len(self.added) + len(self.changed) + self.unchanged + left_out


def read(path: Path) -> Iterator[Procedure | BadLine]:
    """The procedures of a file, or of every file in a folder, one by one. A file that is none of ours is a BadLine."""
    for item in read_dated(path):
        yield item.procedure if isinstance(item, Dated) else item


def read_dated(path: Path) -> Iterator[Dated | BadLine]:
    """`read` with the place of each procedure in its file and the days on which it begins and ends to apply."""
    if path.is_dir():
        for inner in sorted(p for p in path.iterdir() if p.suffix in (".yaml", ".yml")):
            yield from read_dated(inner)
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
    report, batch = Report(), list[Dated]()
    own_scope = _own_scope(session, tenant_id)

    def write(origin: str) -> None:
        if own_scope == "local":
            batch[:] = _within_the_law(session, tenant_id, batch, today, report)
        found = [item.procedure for item in batch]
        dates = {item.procedure.code: (item.begins, item.ends) for item in batch}
        done = procedures.save_many(
            session, tenant_id, found, ids=ids, now=now, today=today, origin=origin, dates=dates, dry_run=dry_run
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
        for item in read_dated(path):
            if isinstance(item, BadLine):
                report.bad.append(item)
                continue
            procedure = item.procedure
            if procedure.code in seen:
                report.bad.append(BadLine(f"{path.name}: {procedure.code}", "this code came earlier in the same file"))
                continue
            seen.add(procedure.code)
            if own_scope and procedure.scope == "national":
                item = replace(item, procedure=replace(procedure, scope=own_scope))
            batch.append(item)
            if len(batch) >= _BATCH:
                write(path.name)
        if batch:
            write(path.name)
    return report


def _within_the_law(
    session: Session, tenant_id: int, batch: list[Dated], today: date, report: Report
) -> Iterator[Dated]:
    """A commune's entries for published procedures without what only the law may say; each refusal is reported."""
    above = known_above(session, tenant_id, [item.procedure.code for item in batch], today)
    for item in batch:
        base = above.get(item.procedure.code)
        if base is None or item.procedure.scope != "local":
            yield item
            continue
        if refused := law_overrides(base, item.procedure):
            named = ", ".join(f"'{name}'" for name in refused)
            why = (
                f"{item.procedure.code}: {named} stay as published: a commune may set its fee, time limit, place, "
                "online level and notes, not the law. The rest of the entry was taken"
            )
            report.bad.append(BadLine(item.place, why, partly=True))
        bare: dict[str, Any] = {name: () if isinstance(getattr(base, name), tuple) else None for name in THE_LAW}
        yield replace(item, procedure=replace(item.procedure, **bare))


def _own_scope(session: Session, tenant_id: int) -> str:
    """What a plain record means in this layer: a commune's is laid over the nation's, a province's replaces it."""
    tenant = session.get(Tenant, tenant_id)
    return {"commune": "local", "province": "provincial"}.get(tenant.kind if tenant else "", "")


def _lines(path: Path) -> Iterator[Dated | BadLine]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            while line := lines.readline(_MOST_LINE_BYTES + 1):
                number += 1
                place = f"{path.name}:{number}"
                if len(line) > _MOST_LINE_BYTES:
                    yield BadLine(place, f"longer than {_MOST_LINE_BYTES // 1_000_000} million bytes")
                    while line and not line.endswith(b"\n"):
                        line = lines.readline(_MOST_LINE_BYTES)
                elif line.strip():
                    yield _line(place, line)
    except (OSError, EOFError, zlib.error) as error:  # cut or damaged archive
        yield BadLine(f"{path.name}:{number + 1}", f"cannot be read further: {error}")


def _line(place: str, line: bytes) -> Dated | BadLine:
    try:
        return _procedure(place, json.loads(_text(line)))
    except (ValueError, RecursionError) as error:  # in no known encoding, or not JSON
        return BadLine(place, f"not JSON: {error}")


def _text(raw: bytes) -> str:
    """UTF-8, or Windows-1258 as old Vietnamese office programs write it. Raises ValueError on damaged UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        tried = raw.decode("utf-8", "replace")
        broken = tried.count("\ufffd")
        if broken <= sum(char > "\x7f" for char in tried) - broken:  # mostly sound UTF-8: no other encoding
            raise
        return raw.decode("cp1258")


def _yaml(path: Path) -> Iterator[Dated | BadLine]:
    """One procedure or a list of them."""
    try:
        found = yaml.safe_load(_text(path.read_bytes()))
    except (yaml.YAMLError, OSError, ValueError, RecursionError) as error:
        yield BadLine(path.name, f"not YAML: {' '.join(str(error).split())}")
        return
    for number, record in enumerate(found if isinstance(found, list) else [found], 1):
        yield _procedure(f"{path.name}:{number}" if isinstance(found, list) else path.name, record)


def _sheet(path: Path) -> Iterator[Dated | BadLine]:
    try:
        yield from sheet.rows(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        yield BadLine(path.name, f"not an .xlsx sheet: {error}")


def _procedure(place: str, record: object) -> Dated | BadLine:
    if not isinstance(record, dict):
        return BadLine(place, "not an object")
    try:
        return dated(place, record)
    except BadRecord as error:
        return BadLine(place, str(error))


__all__ = ["BadLine", "Report", "import_files", "read", "write_template"]
