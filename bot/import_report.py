"""What an import shows in the terminal: how far it is, and what it did, field by field."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.orm import Session

from knowledge import changes
from knowledge.library import known_above, overlaid
from knowledge.load import Report, read_dated
from knowledge.sheet import Dated
from storage.procedures import differences

_NAMED = 20  # codes of new procedures that are listed


def progress_bar(console: Console) -> Progress:
    """Only where somebody is watching: a file of logs gets none."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console,
        transient=True, disable=not console.is_terminal,
    )  # fmt: skip


def counted(paths: Iterable[Path]) -> int | None:
    """About how many entries the files have; None where that cannot be seen without reading them."""
    total = 0
    for path in paths:
        if path.is_dir():
            total += sum(inner.suffix in (".yaml", ".yml") for inner in path.iterdir())
        elif path.name.endswith((".jsonl", ".jsonl.gz")):
            try:
                with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
                    total += sum(1 for _ in lines)
            except (OSError, EOFError):
                return None
        else:
            return None
    return total


def laid_over(
    session: Session, tenant_id: int, paths: Iterable[Path], codes: Sequence[str], today: date
) -> dict[str, list[str]]:
    """What a commune's first entries for published procedures make its people hear otherwise, by code."""
    above = known_above(session, tenant_id, codes, today)
    read = (item.procedure for path in paths for item in read_dated(path) if isinstance(item, Dated))
    own = {one.code: one for one in reversed(list(read)) if one.code in above}
    return {code: changes.told(differences(above[code], overlaid(above[code], one))) for code, one in own.items()}


def report_lines(report: Report, over: Mapping[str, Sequence[str]], *, dry_run: bool) -> Iterator[str]:
    """New codes when they are few, every change with the old and the new value, and the sums."""
    if len(report.added) <= _NAMED or over:
        for code in report.added:
            yield from (f"{code} {line}" for line in over[code]) if code in over else (f"{code}: new",)
    for saved in report.changed:
        yield from (f"{saved.code} {line}" for line in changes.told(saved.changes))
    left_out = sum(not line.partly for line in report.bad)
    partly = len(report.bad) - left_out
    sums = [
        f"{'Would add' if dry_run else 'Added'} {len(report.added)}",
        f"changed {len(report.changed)}",
        f"unchanged {report.unchanged}",
        f"left out {left_out}",
        *([f"taken in part {partly}"] if partly else []),
    ]
    yield ", ".join(sums) + "."
