"""Quality and latency of the search beside its peers, in one run: `python -m bench.search [QUESTIONS.jsonl …]`.

Every searcher gets the same procedures and the same questions, clean and spoilt four ways (bench/corrupt.py). Peers
read folded text (they do better so) once with names only and once with papers, result and field added. Only in-scope
questions count for top-1/top-3/MRR; the decisions that peers do not make are printed for our search below the table.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import typer

from bench.corrupt import CORRUPTIONS, corrupted
from bench.peers import PEERS
from domain.procedure import Procedure
from knowledge.entries import Entry, entries_of
from knowledge.evaluate import evaluate, read_corpus
from knowledge.normalise import fold, folded_words, words
from knowledge.search import Index

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_KINDS = ("clean", *CORRUPTIONS)
_COLUMNS = (
    f"{'':<34}{'build s':>8}{'MB':>6}"
    + "".join(f"{kind:>14}" for kind in _KINDS)
    + f"{'MRR':>7}{'p50 ms':>8}{'p99 ms':>8}"
)

Find = Callable[[str], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*", type=Path, default=[_DATA / "questions-dev.jsonl"])
    parser.add_argument("--corpus", type=Path, default=_DATA / "procedures.jsonl.gz")
    parser.add_argument("--without-peers", action="store_true")
    given = parser.parse_args()
    for path in (*given.questions, given.corpus):
        if not path.exists():
            raise SystemExit(f"{path} is not there: name a questions file, and a corpus with --corpus")
    procedures = read_corpus(given.corpus, typer.echo)
    index, built, grown = _timed(lambda: Index.build(procedures))
    searchers: list[tuple[str, float, float, Find]] = [
        ("danhoi", built, grown, lambda question: [hit.code for hit in index.find(question).hits])
    ]
    if not given.without_peers:
        searchers += _peers(procedures)
    for path in given.questions:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        known = [row for row in rows if row.get("codes")]
        typer.echo(f"\n{path.name}: {len(rows)} questions, {len(known)} in scope; cells are top-1/top-3 in percent")
        typer.echo(_COLUMNS)
        for name, build_s, mb, find in searchers:
            typer.echo(_line(name, build_s, mb, find, known))
        typer.echo(f"\ndecisions and aspects of our search on {path.name}:")
        evaluate(path, index=index)


def _peers(procedures: Sequence[Procedure]) -> list[tuple[str, float, float, Find]]:
    entries = entries_of(procedures)
    names = [" ".join(part.folded for part in entry.named[0]) for entry in entries]
    both = [
        f"{name} {' '.join(e.field)} {' '.join(folded_words(e.body))}" for name, e in zip(names, entries, strict=True)
    ]
    texts = {"names": names, "names + papers": both}
    searchers = []
    for name, make in PEERS.items():
        for title, given in texts.items():
            if name.startswith("RapidFuzz") and title != "names":
                continue  # a set of all the words of a dossier contains nearly every question
            find, built, grown = _timed(partial(make, given))
            searchers.append((f"{name}, {title}", built, grown, _by_code(find, entries)))
    return searchers


def _by_code(find: Callable[[str], list[int]], entries: Sequence[Entry]) -> Find:
    return lambda question: [entries[at].code for at in find(" ".join(words(fold(question))))]


def _timed(make: Callable[[], Any]) -> tuple[Any, float, float]:
    """What `make` makes, seconds, and growth of resident memory in MB."""
    gc.collect()
    process = psutil.Process()
    before, begun = process.memory_info().rss, time.perf_counter()
    made = make()
    seconds = time.perf_counter() - begun
    gc.collect()
    return made, seconds, (process.memory_info().rss - before) / 1e6


def _line(name: str, build_s: float, mb: float, find: Find, rows: Sequence[dict[str, Any]]) -> str:
    cells, times, mrr = [], [], 0.0
    for kind in _KINDS:
        places = []
        for row in rows:
            text = row["question"] if kind == "clean" else corrupted(row["question"], kind)
            begun = time.perf_counter()
            codes = find(text)
            if kind == "clean":
                times.append((time.perf_counter() - begun) * 1000)
            places.append(next((at for at, code in enumerate(codes) if code in row["codes"]), 99))
        if kind == "clean":
            mrr = sum(1 / (1 + at) for at in places if at < 10) / max(1, len(places))
        shares = [100 * sum(at < most for at in places) / max(1, len(places)) for most in (1, 3)]
        cells.append(f"{shares[0]:.1f}/{shares[1]:.1f}")
    times.sort()
    slow = times[min(len(times) - 1, int(len(times) * 0.99))]
    spread = "".join(f"{cell:>14}" for cell in cells)
    return f"{name:<34}{build_s:>8.2f}{mb:>6.0f}{spread}{mrr:>7.3f}{times[len(times) // 2]:>8.2f}{slow:>8.2f}"


if __name__ == "__main__":
    main()
