"""How well an entry fits a question, as numbers, and the weights that turn them into one score."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from knowledge.colloquial import Fired, Table
from knowledge.entries import Entry
from knowledge.normalise import Syllable
from knowledge.postings import Floats, Ints, Postings
from knowledge.reading import Asked

WEIGHTS = Path(__file__).with_name("ranking.json")
_FOLD_SHARE = 0.4  # what a match that ignores accents is worth, when the question has accents
_PAIR = 0.6
_MEANT = 0.8  # a word put in by the colloquial table, against one the person typed

# What a name or a question can say that sets siblings apart; the phrases are in colloquial.yaml, `marks`.
MARKS = (
    "redo", "swap", "change", "extend", "pause", "end", "revoke", "approve", "foreign", "border", "organisation",
    "forces", "mobile", "province_only", "school", "dissolve", "merge", "restore",
)  # fmt: skip
_BASE = (
    "asked_share", "name_share", "both_shares", "matched", "body_share", "body_dense", "said", "said_words", "asks",
    "said_tight", "said_covers", "commune", "provincial", "personal", "field_share", "name_inside", "unmatched",
    "place", "lead_word", "lead_pair",
)  # fmt: skip
FEATURES = (*_BASE, "marks_agree", "marks_missing", *(f"only_name_{mark}" for mark in MARKS))


@lru_cache(maxsize=1)
def weights() -> Floats:
    """The shipped weights in the order of FEATURES. Made by bench/train.py."""
    stored = json.loads(WEIGHTS.read_text("utf-8"))["ranking"]
    return np.asarray([stored.get(name, 0.0) for name in FEATURES])


def terms(parts: Sequence[Syllable]) -> Iterable[str]:
    """Index terms: folded syllables and pairs, and the same with accents (marked by an apostrophe)."""
    for part in parts:
        yield part.folded
        if not part.is_plain:
            yield part.exact + "'"
    for one, two in pairwise(parts):
        yield f"{one.folded} {two.folded}"
        if not (one.is_plain and two.is_plain):
            yield f"{one.exact} {two.exact}'"


def folded_terms(parts: Sequence[str]) -> list[str]:
    return [*parts, *(f"{one} {two}" for one, two in pairwise(parts))]


@dataclass(frozen=True)
class Facts:
    """Per entry, what is true whatever the question."""

    plain_mass: Floats  # what the whole name would score when typed without accents
    accented_mass: Floats
    body_norm: Floats
    flags: Floats  # commune, provincial, personal
    marks: Floats  # entry x MARKS
    joined: tuple[str, ...]  # " folded name "
    fields: tuple[frozenset[str], ...]
    leads: tuple[tuple[str, str], ...]  # " first " and " first two " folded words of the name: what is done

    @classmethod
    def of(cls, entries: Sequence[Entry], names: Postings, bodies: Postings, table: Table) -> Facts:
        plain = [_mass(names, name_terms(entry.named[0], accented=False)) for entry in entries]
        accented = [_mass(names, name_terms(entry.named[0], accented=True)) for entry in entries]
        marks = np.zeros((len(entries), len(MARKS)))
        for at, entry in enumerate(entries):
            for mark in table.marks(entry.named[0]) & set(MARKS):
                marks[at, MARKS.index(mark)] = 1.0
        return cls(
            np.maximum(np.asarray(plain), 1.0),
            np.maximum(np.asarray(accented), 1.0),
            np.sqrt(np.maximum(bodies.mass, 1.0)),
            np.asarray([(e.commune, e.provincial, e.personal) for e in entries], dtype=float),
            marks,
            tuple(" " + " ".join(p.folded for p in e.named[0]) + " " for e in entries),
            tuple(frozenset(e.field) for e in entries),
            tuple((_start(e.named[0], 1), _start(e.named[0], 2)) for e in entries),
        )


def name_terms(parts: Sequence[Syllable], *, accented: bool) -> tuple[set[str], set[str]]:
    """The single and the paired terms by which a whole name is met."""
    if not accented:
        words = [part.folded for part in parts]
        return set(words), {f"{one} {two}" for one, two in pairwise(words)}
    singles = {part.folded if part.is_plain else part.exact + "'" for part in parts}
    pairs = set()
    for one, two in pairwise(parts):
        both_plain = one.is_plain and two.is_plain
        pairs.add(f"{one.folded} {two.folded}" if both_plain else f"{one.exact} {two.exact}'")
    return singles, pairs


def _mass(names: Postings, met: tuple[set[str], set[str]]) -> float:
    return sum(map(names.idf, met[0])) + _PAIR * sum(map(names.idf, met[1]))


def _start(name: Sequence[Syllable], count: int) -> str:
    return " " + " ".join(part.folded for part in name[:count]) + " "


def said_marks(fired: Iterable[Fired]) -> set[str]:
    return {one.rule.mark for one in fired if one.rule.kind == "mark" and one.rule.mark in MARKS}


def weighted(names: Postings, parts: Sequence[tuple[Syllable, float]]) -> Iterable[tuple[str, float]]:
    """Terms of weighted syllables with what each is worth; a term counts once, at its best."""
    worth: dict[str, float] = {}

    def add(folded: str, exact: str, plain: bool, weight: float) -> None:
        tells = weight * names.idf(folded)
        if not plain:
            if exact in names:
                rest = weight * names.idf(exact) - _FOLD_SHARE * tells
                worth[exact] = max(worth.get(exact, 0.0), rest)
            tells *= _FOLD_SHARE
        worth[folded] = max(worth.get(folded, 0.0), tells)

    for part, weight in parts:
        add(part.folded, part.exact + "'", part.is_plain, weight)
    for (one, w1), (two, w2) in pairwise(parts):
        both = _PAIR * min(w1, w2)
        if both > 0.0:
            folded = f"{one.folded} {two.folded}"
            if folded in names:
                add(folded, f"{one.exact} {two.exact}'", one.is_plain and two.is_plain, both)
    return worth.items()


def asked_terms(names: Postings, asked: Asked) -> dict[str, float]:
    """What the question says, and what its everyday words stand for."""
    worth = dict(weighted(names, list(zip(asked.parts, asked.weights, strict=True))))
    for fired in asked.rules:
        if fired.rule.means:
            for term, value in weighted(names, [(part, _MEANT) for part in fired.rule.means]):
                worth[term] = max(worth.get(term, 0.0), value)
    return worth


def body_terms(bodies: Postings, asked: Asked) -> dict[str, float]:
    worth: dict[str, float] = {}
    before = ("", 0.0)
    for part, weight in zip(asked.parts, asked.weights, strict=True):
        if part.folded in bodies:
            worth[part.folded] = max(worth.get(part.folded, 0.0), weight * bodies.idf(part.folded))
        pair = f"{before[0]} {part.folded}"
        if pair in bodies:
            worth[pair] = max(worth.get(pair, 0.0), _PAIR * min(weight, before[1]) * bodies.idf(pair))
        before = (part.folded, weight)
    return worth


def said_signs(asked: Asked, of_code: Mapping[str, int], count: int) -> Floats:
    """Per entry, how people's own words name it: said, how many words, asked back about, how tightly, how much."""
    signs = np.zeros((count, 5))
    telling = max(1, sum(weight > 0.5 for weight in asked.weights))
    for fired in asked.rules:
        words = len(fired.covers)
        tight = words / (max(fired.covers) - min(fired.covers) + 1)
        share = sum(asked.weights[at] > 0.5 for at in fired.covers) / telling
        for at in (of_code[code] for code in fired.rule.codes if code in of_code):
            if fired.rule.kind == "ask":
                signs[at, 2] = 1.0
            else:
                signs[at] = np.maximum(signs[at], (1.0, words / 4, 0.0, tight, share))
    return signs


def features(
    asked: Asked, top: Ints, named: Floats, body: Floats, said: Floats, full: tuple[float, float], facts: Facts
) -> Floats:  # fmt: skip
    """One row per candidate in `top`, columns as FEATURES. `named`, `body` and `said` hold one row per entry."""
    matched, mass = named[top], (facts.accented_mass if asked.accented else facts.plain_mass)[top]
    asked_share, name_share = matched / max(full[0], 1.0), np.minimum(matched / mass, 1.2)
    question = f" {asked.text} "
    tokens = {part.folded for part, weight in zip(asked.parts, asked.weights, strict=True) if weight > 0.5}
    order = np.empty(len(top))
    order[np.argsort(-matched, kind="stable")] = np.arange(len(top))
    asked_marks = np.zeros(len(MARKS))
    for mark in said_marks(asked.rules):
        asked_marks[MARKS.index(mark)] = 1.0
    name_marks = facts.marks[top]
    base = np.column_stack(
        [
            asked_share,
            name_share,
            np.sqrt(asked_share * name_share),
            np.log1p(matched) / 5,
            body[top] / max(full[1], 1.0),
            body[top] / facts.body_norm[top] / 5,
            said[top],
            facts.flags[top],
            [len(facts.fields[at] & tokens) / max(1, len(facts.fields[at])) for at in top],
            [float(facts.joined[at] in question) for at in top],
            np.log1p(np.maximum(mass - matched, 0.0)) / 5,
            1.0 / (1.0 + order),
            [float(facts.leads[at][0] in question) for at in top],
            [float(facts.leads[at][1] in question) for at in top],
        ]
    )
    return np.column_stack(
        [base, name_marks @ asked_marks, (1 - name_marks) @ asked_marks, name_marks * (1 - asked_marks)]
    )
