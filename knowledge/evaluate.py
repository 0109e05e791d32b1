"""Measure the search on questions: `danhoi evaluate QUESTIONS.jsonl [--corpus FILE] [--jsonl OUT]`."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import BadRecord
from domain.procedure import Procedure, from_record
from knowledge.search import Index

_SHOWN_CHOICES = 4  # how many of the first codes a person is offered when asked back


@dataclass(frozen=True)
class Label:
    """What a right result is. No codes = out of scope."""

    codes: frozenset[str]
    ambiguous: bool
    aspect: str
    origin: str


@dataclass(frozen=True)
class Outcome:
    """What the search did with one question, and what it should have done where the line says so."""

    id: str
    action: str
    codes: tuple[str, ...]
    aspect: str
    ms: float
    label: Label | None = None

    @property
    def rank(self) -> int | None:
        """Place of the first acceptable code, from 0; None when it is not among the codes."""
        accepted = self.label.codes if self.label else frozenset()
        return next((place for place, code in enumerate(self.codes) if code in accepted), None)


def evaluate(
    questions: Path,
    corpus: Path | None = None,
    *,
    index: Index | None = None,
    out: Path | None = None,
    say: Callable[[str], None] = print,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Outcome]:
    """Asks every question of a JSONL file, writes one line each to `out`, and says the figures.

    Give `corpus` (.jsonl or .jsonl.gz, as published) or a ready `index`. A malformed line is said with its number and
    left out; the rest goes on. Raises ValueError when there is neither corpus nor index.
    """
    if index is None:
        if corpus is None:
            raise ValueError("evaluate needs a corpus file or an index")
        begun = clock()
        procedures = read_corpus(corpus, say)
        index = Index.build(procedures)
        say(f"index: {len(procedures)} procedures, built in {clock() - begun:.1f} s")
    outcomes = []
    for row in _rows(questions, say):
        begun = clock()
        found = index.find(row["question"])
        ms = (clock() - begun) * 1000
        codes = tuple(hit.code for hit in found.hits)
        outcomes.append(Outcome(str(row["id"]), found.action, codes, found.aspect, ms, _label(row)))
    if out is not None:
        with out.open("w", encoding="utf-8") as file:
            for outcome in outcomes:
                file.write(json.dumps(as_line(outcome), ensure_ascii=False) + "\n")
    for line in report(outcomes):
        say(line)
    return outcomes


def as_line(outcome: Outcome) -> dict[str, Any]:
    """The published shape of one result."""
    return {
        "id": outcome.id,
        "action": outcome.action,
        "codes": list(outcome.codes),
        "aspect": outcome.aspect,
        "ms": round(outcome.ms, 3),
    }


def read_corpus(path: Path, say: Callable[[str], None]) -> list[Procedure]:
    """Procedures of a .jsonl or .jsonl.gz file; a bad line is said with its number and left out."""
    procedures = []
    for number, record in _objects(path, say):
        try:
            procedures.append(from_record(record))
        except BadRecord as error:
            say(f"{path.name}:{number}: {error}")
    return procedures


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The figures as lines of text: quality where lines carry labels, then latency."""
    lines = []
    labelled = [outcome for outcome in outcomes if outcome.label is not None]
    if labelled:
        lines += [_HEADER, _row("all", labelled)]
        for title, key in (("origin", _origin), ("aspect", _aspect)):
            lines.append(f"by {title}:")
            for value in sorted({key(outcome) for outcome in labelled}):
                lines.append(_row("  " + value, [outcome for outcome in labelled if key(outcome) == value]))
    if outcomes:
        times = sorted(outcome.ms for outcome in outcomes)
        middle, slow = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]
        lines.append(f"latency: p50 {middle:.2f} ms, p99 {slow:.2f} ms, {len(times)} questions")
    else:
        lines.append("no readable question")
    return lines


def figures(outcomes: Sequence[Outcome]) -> dict[str, tuple[float, int]]:
    """Each figure with its denominator. In-scope figures count every in-scope question, whatever the action."""
    known = [o for o in outcomes if o.label and o.label.codes]
    clear = [o for o in known if o.label and not o.label.ambiguous]
    unclear = [o for o in known if o.label and o.label.ambiguous]
    outside = [o for o in outcomes if o.label and not o.label.codes]
    named = [o for o in known if o.label and o.label.aspect not in ("", "overview", "other")]
    return {
        "top1": _share(known, lambda o: o.rank == 0),
        "top3": _share(known, lambda o: o.rank is not None and o.rank < 3),
        "mrr": (sum(1 / (1 + o.rank) for o in known if o.rank is not None) / max(1, len(known)), len(known)),
        "handed off, out of scope": _share(outside, lambda o: o.action == "handoff"),
        "handed off, in scope": _share(known, lambda o: o.action == "handoff"),
        "asked back, ambiguous": _share(unclear, lambda o: o.action == "clarify"),
        "right among choices": _share(unclear, lambda o: o.rank is not None and o.rank < _SHOWN_CHOICES),
        "asked back, clear": _share(clear, lambda o: o.action == "clarify"),
        "aspect": _share(named, lambda o: o.label is not None and o.aspect == o.label.aspect),
    }


_COLUMNS = {
    "top1": "top-1",
    "top3": "top-3",
    "mrr": "MRR@10",
    "handed off, out of scope": "handoff-out",
    "handed off, in scope": "handoff-in",
    "asked back, ambiguous": "ask-ambig",
    "right among choices": "choices",
    "asked back, clear": "ask-clear",
    "aspect": "aspect",
}
_HEADER = f"{'':<22}{'n':>5}" + "".join(f"{title:>16}" for title in _COLUMNS.values())


def _row(title: str, outcomes: Sequence[Outcome]) -> str:
    values = figures(outcomes)
    cells = (f"{values[name][0]:.3f} /{values[name][1]:>4}" if values[name][1] else "-" for name in _COLUMNS)
    return f"{title:<22}{len(outcomes):>5}" + "".join(f"{cell:>16}" for cell in cells)


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> tuple[float, int]:
    return sum(map(holds, outcomes)) / max(1, len(outcomes)), len(outcomes)


def _origin(outcome: Outcome) -> str:
    return outcome.label.origin if outcome.label else ""


def _aspect(outcome: Outcome) -> str:
    return outcome.label.aspect if outcome.label else ""


def _label(row: Mapping[str, Any]) -> Label | None:
    codes = row.get("codes")
    if not isinstance(codes, list):
        return None
    aspect, origin = row.get("aspect"), row.get("origin")
    return Label(
        frozenset(str(code) for code in codes),
        row.get("ambiguous") is True,
        aspect if isinstance(aspect, str) else "",
        origin if isinstance(origin, str) else "unknown",
    )


def _rows(path: Path, say: Callable[[str], None]) -> Iterator[Mapping[str, Any]]:
    for number, row in _objects(path, say):
        if not isinstance(row.get("question"), str) or not isinstance(row.get("id"), (str, int)):
            say(f"{path.name}:{number}: 'id' or 'question' is missing or not a text")
        else:
            yield row


def _objects(path: Path, say: Callable[[str], None]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Numbered JSON objects of a file; what is not one is said and left out."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line.decode("utf-8-sig"))
            except ValueError as error:  # not UTF-8, or not JSON
                say(f"{path.name}:{number}: not JSON: {error}")
                continue
            if isinstance(record, dict):
                yield number, record
            else:
                say(f"{path.name}:{number}: not an object")
