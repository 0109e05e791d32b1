"""Fit the two decisions of knowledge/scope.py: `python -m bench.train_scope QUESTIONS CORPUS [--write]`.

Run it after bench.train, whose scores it reads. Each decision is a logistic fit held small by L2; its threshold is
the lowest that keeps needless hand-offs (2.5 % of those that no saying names) and needless questions back (5.5 %) rare
on held-out folds. Besides the labelled questions it learns from knowledge/outside.txt (what no procedure answers,
each line left out in turn), bench/unclear.txt (too little said to know which) and bench/inside.txt (needs in few or
odd words), which are never counted in figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer

from bench.corrupt import corrupted
from bench.train import fold_of
from knowledge import ranking, scope
from knowledge.evaluate import read_corpus
from knowledge.search import Index

_FOLDS = 10
_UNCLEAR = Path(__file__).with_name("unclear.txt")
_INSIDE = Path(__file__).with_name("inside.txt")
Signs = Callable[..., list[float]]


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


def learn(
    name: str, ids: Sequence[str], signs: np.ndarray, wanted: np.ndarray, counted: np.ndarray, allowed: float,
    l2: float,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """Weights and threshold; prints what held-out folds gave at that threshold."""
    rare = (~wanted).sum() / max(1, wanted.sum())
    importance = np.where(wanted, min(rare, 8.0), 1.0)
    folds = np.asarray([fold_of(identity) for identity in ids])
    margin = np.zeros(len(ids))
    for fold in range(_FOLDS):
        kept = folds != fold
        margin[~kept] = signs[~kept] @ fit(signs[kept], wanted[kept].astype(float), importance[kept], l2)
    # The threshold that catches most while held-out folds stay within the share allowed to be needless.
    fine = [t for t in np.unique(np.round(margin, 3)) if (margin[counted & ~wanted] > t).mean() <= allowed]
    best = float(min(fine))
    caught, needless = (margin[counted & wanted] > best).mean(), (margin[counted & ~wanted] > best).mean()
    typer.echo(f"{name}: held out, caught {caught:.3f} of {(counted & wanted).sum()}")
    typer.echo(f"{name}: held out, needless {needless:.3f} of {(counted & ~wanted).sum()}")
    return fit(signs, wanted.astype(float), importance, l2), best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    given = parser.parse_args()
    index = Index.build(read_corpus(given.corpus, typer.echo))
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in given.questions.read_text("utf-8").splitlines() if line.strip()
    ]
    rows += [
        {"id": text, "question": text, "codes": [], "extra": True, "skip": document}
        for document, text in index.phrasings.strangers
    ]
    topics = [line for line in _UNCLEAR.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows += [{"id": text, "question": text, "codes": ["?"], "ambiguous": True, "extra": True} for text in topics]
    plain = [line for line in _INSIDE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows += [{"id": text, "question": text, "codes": ["?"], "ambiguous": False, "extra": True} for text in plain]
    outside: list[tuple[str, list[float], bool, bool]] = []
    unclear: list[tuple[str, list[float], bool, bool]] = []
    for row in rows:
        for kind in ("clean", "no accents"):
            text = row["question"] if kind == "clean" else corrupted(row["question"], kind)
            asked = index.read(text)
            ranked = index.rank(asked, row.get("skip"))
            counted = kind == "clean" and "extra" not in row
            if not (row["codes"] == ["?"] and row["ambiguous"]):  # a bare topic teaches nothing about what is outside
                outside.append(
                    (
                        row["id"],
                        scope.outside_signs(asked, ranked.scores, ranked.features, ranked.outside),
                        not row["codes"],
                        counted,
                    )
                )
            if row["codes"]:
                signs = scope.unclear_signs(asked, ranked.scores, ranked.features, index.names_of(ranked))
                unclear.append((row["id"], signs, bool(row["ambiguous"]), counted))
    stored = json.loads(ranking.WEIGHTS.read_text("utf-8"))
    for name, names, cases, allowed, l2 in (
        ("outside", scope.OUTSIDE, outside, 0.025, 0.8),
        ("unclear", scope.UNCLEAR, unclear, 0.055, 1.0),
    ):
        ids, signs, wanted, counted_flags = zip(*cases, strict=True)
        weights, threshold = learn(
            name, ids, np.asarray(signs), np.asarray(wanted), np.asarray(counted_flags), allowed, l2
        )
        values = {key: round(float(value), 4) for key, value in zip(names, weights, strict=True)}
        stored[name] = {"weights": values, "threshold": round(threshold, 3)}
    if given.write:
        ranking.WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    else:
        typer.echo(json.dumps({name: stored[name] for name in ("outside", "unclear")}))


if __name__ == "__main__":
    main()
