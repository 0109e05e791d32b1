"""Fit the two decisions of knowledge/scope.py: `python -m bench.train_scope QUESTIONS CORPUS [--write]`.

Run it after bench.train, whose scores it reads. Each decision is a logistic fit held small by L2; its threshold is
the lowest that keeps needless hand-offs (3.5 %) and needless questions back (7 %) rare on held-out folds, of the
questions given as well as of our own (bench/written.jsonl). It learns besides from bench/border.jsonl (ours too,
written near the two borders), from knowledge/outside.txt (what no procedure answers), knowledge/unclear (what several
could be meant with) and some phrasings, each line left out in turn, and from bench/unclear.txt (too little said to know
which) and bench/inside.txt (needs in few or odd words).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import typer

from bench.corrupt import corrupted
from bench.train import WRITTEN, fold_of, read_questions
from knowledge import ranking, scope
from knowledge.evaluate import read_corpus
from knowledge.search import Index

_FOLDS = 10
_EVERY = 12  # how many phrasings stand for one that is asked
_COUNTED = ("given", "written")
# What a line of each source is worth: what people asked most, what merely resembles a question least.
_WORTH = {"given": 2.0, "written": 1.0, "topic": 1.0, "outside": 1.0, "border": 0.5, "open": 0.1, "phrasing": 0.1}
_BORDER = Path(__file__).with_name("border.jsonl")
_UNCLEAR = Path(__file__).with_name("unclear.txt")
_INSIDE = Path(__file__).with_name("inside.txt")


@dataclass(frozen=True)
class Case:
    """One way of typing one question, and whether the decision should be yes."""

    id: str
    source: str
    clean: bool
    signs: list[float]
    wanted: bool
    patience: float = 0.0  # how far above the threshold the answer is yes


def fit(signs: np.ndarray, wanted: np.ndarray, importance: np.ndarray, l2: float) -> np.ndarray:
    """Logistic weights by Newton steps; deterministic."""
    weights = np.zeros(signs.shape[1])
    hold = l2 * np.eye(signs.shape[1])
    hold[0, 0] = 1e-6
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(signs @ weights, -30, 30)))
        slope = signs.T @ (importance * (wanted - chance)) - hold @ weights
        curve = (signs * (importance * chance * (1 - chance))[:, None]).T @ signs + hold
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def learn(name: str, cases: Sequence[Case], allowed: float, l2: float) -> tuple[np.ndarray, float]:
    """Weights and threshold; prints what held-out folds gave at that threshold."""
    signs, wanted = np.asarray([case.signs for case in cases]), np.asarray([case.wanted for case in cases])
    importance = np.asarray([_WORTH[case.source] for case in cases])
    rare = importance[~wanted].sum() / importance[wanted].sum()
    importance = np.where(wanted, min(max(rare, 1.0), 8.0), 1.0) * importance
    folds = np.asarray([fold_of(case.id) for case in cases])
    margin = np.zeros(len(cases))
    for fold in range(_FOLDS):
        kept = folds != fold
        margin[~kept] = signs[~kept] @ fit(signs[kept], wanted[kept].astype(float), importance[kept], l2)
    margin -= [case.patience for case in cases]
    sources = np.asarray([case.source if case.clean else "" for case in cases])
    # The threshold that catches most while held-out folds stay within the share allowed to be needless.
    plain = [margin[(sources == source) & ~wanted] for source in _COUNTED]
    best = float(min(t for t in np.unique(np.round(margin, 3)) if all((some > t).mean() <= allowed for some in plain)))
    for source in (*_COUNTED, "border"):
        here = sources == source
        caught, needless = (margin[here & wanted] > best).mean(), (margin[here & ~wanted] > best).mean()
        typer.echo(
            f"{name}, {source}, held out: caught {caught:.3f} of {(here & wanted).sum()},"
            f" needless {needless:.3f} of {(here & ~wanted).sum()}"
        )
    return fit(signs, wanted.astype(float), importance, l2), best


def rows_of(questions: Path, index: Index) -> list[dict[str, Any]]:
    """Everything to learn from, with its source."""
    rows = [{**row, "source": "given"} for row in read_questions(questions)]
    rows += [{**row, "source": "written"} for row in read_questions(WRITTEN)]
    rows += [{**row, "source": "border"} for row in read_questions(_BORDER)]
    said = index.phrasings
    rows += [{"question": text, "codes": [], "skip": at, "source": "outside"} for at, text in said.strangers]
    for source, unclear, texts in ("open", True, said.open), ("phrasing", False, said.said[::_EVERY]):
        rows += [
            {"question": text, "codes": ["?"], "ambiguous": unclear, "skip": at, "source": source}
            for at, text, *_ in texts
        ]
    for file, unclear in ((_UNCLEAR, True), (_INSIDE, False)):
        lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        rows += [{"question": line, "codes": ["?"], "ambiguous": unclear, "source": "topic"} for line in lines]
    return rows


def cases_of(rows: Sequence[dict[str, Any]], index: Index) -> tuple[list[Case], list[Case]]:
    """What each of the two decisions learns from."""
    outside, unclear = [], []
    for row in rows:
        inside, identity, source = bool(row["codes"]), str(row.get("id", row["question"])), row["source"]
        for kind in ("clean", "no accents"):
            text = row["question"] if kind == "clean" else corrupted(row["question"], kind)
            asked = index.read(text)
            ranked = index.rank(asked, row.get("skip"))
            told = asked, ranked.scores, ranked.features
            if not (row["codes"] == ["?"] and row["ambiguous"]):  # a bare topic teaches nothing about what is outside
                signs = scope.outside_signs(*told, ranked.beyond)
                outside.append(Case(identity, source, kind == "clean", signs, not inside, scope.patience(asked)))
            if inside:
                signs = scope.unclear_signs(*told, index.names_of(ranked), ranked.beyond, ranked.agrees)
                leeway = scope.leeway(asked, ranked.scores)
                unclear.append(Case(identity, source, kind == "clean", signs, bool(row["ambiguous"]), leeway))
    return outside, unclear


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    given = parser.parse_args()
    index = Index.build(read_corpus(given.corpus, typer.echo))
    outside, unclear = cases_of(rows_of(given.questions, index), index)
    stored = json.loads(ranking.WEIGHTS.read_text("utf-8"))
    for name, names, cases, allowed, l2 in (
        ("outside", scope.OUTSIDE, outside, 0.035, 0.8),
        ("unclear", scope.UNCLEAR, unclear, 0.07, 1.0),
    ):
        weights, threshold = learn(name, cases, allowed, l2)
        values = {key: round(float(value), 4) for key, value in zip(names, weights, strict=True)}
        stored[name] = {"weights": values, "threshold": round(threshold, 3)}
    if given.write:
        ranking.WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    else:
        typer.echo(json.dumps({name: stored[name] for name in ("outside", "unclear")}))


if __name__ == "__main__":
    main()
