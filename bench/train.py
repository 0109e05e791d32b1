"""Fit the ranking weights with cross-validation: `python -m bench.train QUESTIONS CORPUS [--write]`.

A listwise softmax over the candidates of each question (clean and spoilt copies), L2 held small weights. It learns
from the labelled questions given, from our own in bench/written.jsonl, and from the phrasings of knowledge/phrasings:
each of these is asked of an index that leaves it out. What it prints under "held out" was measured on questions whose
copies the fit had not seen.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import typer

from bench.corrupt import CORRUPTIONS, corrupted
from knowledge import ranking
from knowledge.evaluate import read_corpus
from knowledge.search import Index

_FOLDS = 10
_L2 = 0.02
_STEPS = 400
WRITTEN = Path(__file__).with_name("written.jsonl")
_WRITTEN_WORTH = 0.5  # of one question of ours, against one that people asked
_PHRASINGS = 0.6  # what all phrasings weigh together, against all labelled questions
_EVERY = 6  # how many phrasings stand for one that is asked: more teach no better, and slowly


@dataclass(frozen=True)
class Case:
    """One way of typing one question: candidate features and which candidates are right."""

    id: str
    kind: str
    features: np.ndarray
    right: np.ndarray
    importance: float

    def place(self, weights: np.ndarray) -> int:
        order = np.argsort(-(self.features @ weights), kind="stable")
        found = np.flatnonzero(self.right[order])
        return int(found[0]) if len(found) else 99


def read_questions(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def cases_of(index: Index, questions: Sequence[dict[str, Any]], worth: float = 1.0) -> list[Case]:
    cases = []
    for row in questions:
        if not row["codes"]:
            continue
        accepted = set(row["codes"])
        for kind in ("clean", *CORRUPTIONS):
            text = row["question"] if kind == "clean" else corrupted(row["question"], kind)
            top, features, _ = index.candidates(index.read(text))
            right = np.asarray([index.entries[at].code in accepted for at in top])
            cases.append(Case(row["id"], kind, features, right, worth * (1.0 if kind == "clean" else 0.4)))
    return cases


def phrasing_cases(index: Index, together: float) -> list[Case]:
    """Some phrasings as questions that the index has not seen, typed in turn cleanly and spoilt."""
    kinds = ("clean", *CORRUPTIONS)
    cases = []
    for number, (document, text) in enumerate(index.phrasings.said[::_EVERY]):
        kind = kinds[number % len(kinds)]
        asked = index.read(text if kind == "clean" else corrupted(text, kind))
        top, features, _ = index.candidates(asked, skip=document)
        right = top == index.phrasings.group_of[document]
        cases.append(Case(f"phrasing {number}", kind, features, right, 0.0))
    return [replace(case, importance=together / len(cases)) for case in cases]


def fit(cases: Sequence[Case]) -> np.ndarray:
    """Weights that put right candidates first. Adam on the mean log-likelihood; deterministic."""
    usable = [case for case in cases if case.right.any()]
    width = usable[0].features.shape[1]
    longest = max(len(case.right) for case in usable)
    features = np.zeros((len(usable), longest, width))
    mask, right = np.zeros((len(usable), longest)), np.zeros((len(usable), longest))
    importance = np.asarray([case.importance for case in usable])
    for at, case in enumerate(usable):
        features[at, : len(case.right)] = case.features
        mask[at, : len(case.right)] = 1.0
        right[at, : len(case.right)] = case.right
    weights, first, second = np.zeros(width), np.zeros(width), np.zeros(width)
    for step in range(1, _STEPS + 1):
        scores = np.where(mask > 0, features @ weights, -1e9)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        hit = chances * right
        hit /= np.maximum(hit.sum(axis=1, keepdims=True), 1e-12)
        slope = np.einsum("q,qc,qcf->f", importance, hit - chances, features) / importance.sum() - _L2 * weights / 10
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        weights = weights + 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-9)
    return weights


def fold_of(identity: str) -> int:
    return int(hashlib.sha256(identity.encode()).hexdigest(), 16) % _FOLDS


def shares(cases: Sequence[Case], places: Sequence[int]) -> str:
    out = []
    for kind in ("clean", *CORRUPTIONS):
        at = [place for case, place in zip(cases, places, strict=True) if case.kind == kind]
        out.append(f"{kind} {np.mean([p < 1 for p in at]):.3f}/{np.mean([p < 3 for p in at]):.3f}")
    return ", ".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    asked = parser.parse_args()
    index = Index.build(read_corpus(asked.corpus, typer.echo))
    real = cases_of(index, read_questions(asked.questions))
    cases = real + cases_of(index, read_questions(WRITTEN), _WRITTEN_WORTH)
    said = phrasing_cases(index, _PHRASINGS * sum(case.importance for case in cases))
    right = np.mean([case.right.any() for case in said])
    typer.echo(f"{len(said)} phrasings, {right:.3f} with the right candidate when left out")
    places: dict[int, int] = {}
    for fold in range(_FOLDS):
        learned = fit([*said, *(case for case in cases if fold_of(case.id) != fold)])
        places.update({at: case.place(learned) for at, case in enumerate(cases) if fold_of(case.id) == fold})
    weights = fit([*said, *cases])
    for title, part in ("given", slice(0, len(real))), ("written", slice(len(real), len(cases))):
        held_out, fitted = [places[at] for at in range(len(cases))][part], [one.place(weights) for one in cases[part]]
        typer.echo(f"{title}, held out, top-1/top-3: " + shares(cases[part], held_out))
        typer.echo(f"{title}, fitted,   top-1/top-3: " + shares(cases[part], fitted))
    typer.echo("phrasings left out, top-1/top-3: " + shares(said, [case.place(weights) for case in said]))
    missing = [case.id for case in real if case.kind == "clean" and not case.right.any()]
    typer.echo(f"{len(missing)} clean questions have no right candidate")
    stored = json.loads(ranking.WEIGHTS.read_text("utf-8"))
    stored["ranking"] = {name: round(float(w), 4) for name, w in zip(ranking.FEATURES, weights, strict=True)}
    if asked.write:
        ranking.WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    else:
        typer.echo(json.dumps(stored["ranking"]))


if __name__ == "__main__":
    main()
