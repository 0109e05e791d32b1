"""How well an entry fits a question, as numbers, and the weights that turn them into one score."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.colloquial import Fired, Table
from knowledge.entries import Entry
from knowledge.normalise import Syllable, bare, pieces, words
from knowledge.postings import NOWHERE, Floats, Ints, Numbering, Numbers, Postings, Terms, narrow, pair
from knowledge.reading import Asked

WEIGHTS = Path(__file__).with_name("ranking.json")
_FOLD_SHARE = 0.4  # what a match that ignores accents is worth, when the question has accents
_PAIR = 0.6
_LEVELS = 3  # commune, provincial, personal
_MEANT = 0.8  # a word put in by the colloquial table, against one the person typed

# What a name or a question can say that sets siblings apart; the phrases are in colloquial.yaml, `marks`.
MARKS = (
    "redo", "swap", "change", "extend", "pause", "end", "revoke", "approve", "foreign", "border", "organisation",
    "forces", "mobile", "school", "dissolve", "merge", "restore", "once", "monthly", "death", "first", "child",
    "exempt", "temporary", "award", "joined",
)  # fmt: skip
_BASE = (
    "asked_share", "name_share", "both_shares", "matched", "body_share", "body_dense", "said", "said_words", "asks",
    "said_tight", "said_covers", "commune", "provincial", "personal", "field_share", "name_inside",
    "unmatched", "place", "lead_word", "lead_pair", "alike", "covered", "spoken", "pooled", "alike_place",
    "pooled_place",
)  # fmt: skip
FEATURES = (*_BASE, *(f"both_{mark}" for mark in MARKS), *(f"only_name_{mark}" for mark in MARKS))
NEAREST = 3  # columns from "alike" on that tell of the nearest phrasing
_COLUMN = {name: at for at, name in enumerate(FEATURES)}
_BOTH, _ONLY_NAME = len(_BASE), len(_BASE) + len(MARKS)  # from these columns on, one for each of MARKS


@lru_cache(maxsize=1)
def weights() -> Floats:
    """The shipped weights in the order of FEATURES. Made by bench/train.py."""
    stored = json.loads(WEIGHTS.read_text("utf-8"))["ranking"]
    return np.asarray([stored.get(name, 0.0) for name in FEATURES])


@dataclass(frozen=True)
class Names:
    """The words of all names of some entries, one name after the other, as numbers."""

    size: int  # entries
    numbers: Numbering
    folded: Numbers
    exact: Numbers
    plain: NDArray[np.bool_]
    entries: Numbers
    goes_on: NDArray[np.bool_]  # the next word stands in the same name
    official: NDArray[np.bool_]  # in the first name of its entry

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Names:
        return cls.of_texts(
            [(at, name, name is entry.named[0]) for at, entry in enumerate(entries) for name in entry.named],
            len(entries),
        )

    @classmethod
    def of_texts(cls, names: Sequence[tuple[int, Sequence[Syllable], bool]], size: int) -> Names:
        """Of texts with the entry that each belongs to, in order, and whether it is that entry's official name."""
        parts = [part for _, name, _ in names for part in name]
        lengths = [len(name) for _, name, _ in names]
        numbers = Numbering()
        return cls(
            size,
            numbers,
            numbers.of([part.folded for part in parts]),
            numbers.of(part.exact + "'" for part in parts),  # no folded word ends in an apostrophe
            np.asarray([part.is_plain for part in parts], dtype=bool),
            np.repeat(narrow(np.asarray([at for at, _, _ in names], dtype=np.int32)), lengths),
            _goes_on(lengths),
            np.repeat(np.asarray([first for _, _, first in names], dtype=bool), lengths),
        )

    def postings(self, base: Postings | None = None) -> Postings:
        """Terms: folded words and pairs of them, and the same with accents where there are any."""
        first = np.flatnonzero(self.goes_on)
        accented, accented_pair = ~self.plain, first[~self._plain_pair(first)]
        folded, exact, entries = self.folded, self.exact, self.entries
        return Postings(
            self.size,
            self.numbers,
            (np.concatenate([folded, exact[accented]]), np.concatenate([entries, entries[accented]])),
            (
                np.concatenate([folded[first], exact[accented_pair]]),
                np.concatenate([folded[first + 1], exact[accented_pair + 1]]),
                np.concatenate([entries[first], entries[accented_pair]]),
            ),
            base,
        )

    def full_mass(self, names: Postings, *, accented: bool) -> Floats:
        """Per entry, what a question that is its whole official name would score."""
        first = np.flatnonzero(self.goes_on & self.official)
        singles, pairs = self.folded, pair(self.folded[first], self.folded[first + 1])
        if accented:
            singles = np.where(self.plain, singles, self.exact)
            pairs = np.where(self._plain_pair(first), pairs, pair(self.exact[first], self.exact[first + 1]))
        words = names.mass_of(singles[self.official].astype(np.int64) - 1, self.entries[self.official])
        return words + _PAIR * names.mass_of(names.slots_of(pairs), self.entries[first])

    def _plain_pair(self, first: Ints) -> NDArray[np.bool_]:
        return self.plain[first] & self.plain[first + 1]


class _Pieces(dict[str, tuple[int, ...]]):
    """The numbers of the folded words in what stands between two spaces: a corpus repeats the same few thousand."""

    def __init__(self) -> None:
        self.numbers = Numbering()

    def __missing__(self, piece: str) -> tuple[int, ...]:
        self[piece] = found = tuple(self.numbers[bare(word)] for word in words(piece))
        return found


def bodies(entries: Sequence[Entry], base: Postings | None = None) -> tuple[Postings, Counter[str]]:
    """The postings of the papers, and how often each word stands there."""
    known, flat, ends = _Pieces(), array("i"), [0]
    for entry in entries:
        flat.extend(chain.from_iterable(map(known.__getitem__, pieces(entry.body))))
        ends.append(len(flat))
    lengths = np.diff(ends)
    text = narrow(np.asarray(flat))
    del flat
    of_word = np.repeat(narrow(np.arange(len(entries), dtype=np.int32)), lengths)
    counts = np.bincount(text, minlength=1)[1:].tolist()
    goes_on = _goes_on(lengths)[:-1]
    pairs = text[:-1][goes_on], text[1:][goes_on], of_word[:-1][goes_on]
    postings = Postings(len(entries), known.numbers, (text, of_word), pairs, base)
    return postings, Counter(dict(zip(known.numbers, counts, strict=True)))


def _goes_on(lengths: Sequence[int] | Ints) -> NDArray[np.bool_]:
    """Per word of texts of these lengths, whether another one follows in its text."""
    ends = np.cumsum(lengths, dtype=np.intp)
    goes_on = np.ones(int(ends[-1]) if len(ends) else 0, dtype=bool)
    goes_on[ends[np.asarray(lengths) > 0] - 1] = False
    return goes_on


class Wording(NamedTuple):
    """A name as it is looked for in a question."""

    lead: str  # its first folded word: what is done
    lead_pair: str  # " first second "
    whole: str  # " folded name "
    field: frozenset[str]  # folded words

    @classmethod
    def of(cls, entry: Entry, field: frozenset[str]) -> Wording:
        words = [part.folded for part in entry.named[0]]
        lead_pair, whole = (" " + " ".join(some) + " " for some in (words[:2], words))
        return cls("".join(words[:1]), lead_pair, whole, field)


@dataclass(frozen=True)
class Facts:
    """Per entry, what is true whatever the question."""

    plain_mass: Floats  # what the whole name would score when typed without accents
    accented_mass: Floats
    body_norm: Floats
    signs: NDArray[np.bool_]  # commune, provincial, personal, then MARKS
    wording: Sequence[Wording]

    @classmethod
    def of(cls, entries: Sequence[Entry], words: Names, names: Postings, bodies: Postings, table: Table) -> Facts:
        signs = np.zeros((len(entries), _LEVELS + len(MARKS)), dtype=bool)
        for at, entry in enumerate(entries):
            marks = table.marks(entry.named[0])
            signs[at] = (
                entry.commune,
                entry.provincial,
                entry.personal,
                *(mark in marks for mark in MARKS),
            )
        fields = {entry.field: frozenset(entry.field) for entry in entries}  # few, so most entries share theirs
        return cls(
            np.maximum(words.full_mass(names, accented=False), 1.0),
            np.maximum(words.full_mass(names, accented=True), 1.0),
            np.sqrt(np.maximum(bodies.mass, 1.0)),
            signs,
            [Wording.of(entry, fields[entry.field]) for entry in entries],
        )

    def rows(self, at: Ints) -> Facts:
        """The facts of these entries alone."""
        return Facts(
            self.plain_mass[at],
            self.accented_mass[at],
            self.body_norm[at],
            self.signs[at],
            [self.wording[place] for place in at.tolist()],
        )

    def __add__(self, more: Facts) -> Facts:
        return Facts(
            np.concatenate([self.plain_mass, more.plain_mass]),
            np.concatenate([self.accented_mass, more.accented_mass]),
            np.concatenate([self.body_norm, more.body_norm]),
            np.concatenate([self.signs, more.signs]),
            [*self.wording, *more.wording],
        )


def asked_terms(names: Terms, asked: Asked) -> dict[int, float]:
    """Slots of what the question says, and of what its everyday words stand for; a term counts once, at its best.

    An unknown word has its worth too, under a number below every slot: it is asked for and met nowhere.
    """
    worth: dict[int, float] = {}
    unknown: dict[str, int] = {}
    _add_terms(worth, unknown, names, asked.parts, asked.weights)
    for fired in asked.rules:
        if fired.rule.means:
            _add_terms(worth, unknown, names, fired.rule.means, [_MEANT] * len(fired.rule.means))
    return worth


def _add_terms(
    worth: dict[int, float], unknown: dict[str, int], names: Terms, parts: Sequence[Syllable], weights: Sequence[float]
) -> None:
    count = len(parts)
    words = [part.folded for part in parts]
    plain = [part.is_plain for part in parts]
    # No folded word ends in an apostrophe; in a sentence without accents there is nothing else to look for.
    marked = [] if all(plain) else [part.exact + "'" for part in parts]
    slots, pairs = names.slots(words + marked)
    folded, exact = slots[:count] + pairs[: count - 1], slots[count:] + pairs[count:]
    plain += [one and two for one, two in pairwise(plain)]
    values = [*weights, *(_PAIR * min(one, two) for one, two in pairwise(weights))]
    idf, exact_idf = names.idf(folded), names.idf(exact)
    for at, slot in enumerate(folded):
        if slot == NOWHERE:
            if at >= count:
                continue
            slot = unknown.setdefault(words[at], NOWHERE - 1 - len(unknown))
        tells = values[at] * idf[at]
        if not plain[at]:
            if exact[at] != NOWHERE and (rest := values[at] * exact_idf[at] - _FOLD_SHARE * tells) > worth.get(
                exact[at], 0.0
            ):
                worth[exact[at]] = rest
            tells *= _FOLD_SHARE
        if tells > worth.get(slot, 0.0):
            worth[slot] = tells


def body_terms(bodies: Terms, asked: Asked) -> dict[int, float]:
    worth: dict[int, float] = {}
    slots, pairs = bodies.slots([part.folded for part in asked.parts])
    pairs = [NOWHERE, *pairs]  # of each word with the one before it
    idf, pair_idf = bodies.idf(slots), bodies.idf(pairs)
    before = 0.0
    for at, weight in enumerate(asked.weights):
        slot, tells = slots[at], weight * idf[at]
        if slot != NOWHERE and tells > worth.get(slot, 0.0):
            worth[slot] = tells
        slot, tells = pairs[at], _PAIR * min(weight, before) * pair_idf[at]
        if slot != NOWHERE and tells > worth.get(slot, 0.0):
            worth[slot] = tells
        before = weight
    return worth


def said_signs(asked: Asked, place: Callable[[str], int | None]) -> dict[int, tuple[float, ...]]:
    """Of the entries that people's own words name: said, how many words, asked back about, how tightly, how much."""
    signs: dict[int, tuple[float, ...]] = {}
    naming = [fired for fired in asked.rules if fired.rule.codes]
    telling = max(1, sum(weight > 0.5 for weight in asked.weights)) if naming else 1
    for fired in naming:
        words = len(fired.covers)
        tight = words / (max(fired.covers) - min(fired.covers) + 1)
        share = sum(asked.weights[at] > 0.5 for at in fired.covers) / telling
        asks = fired.rule.kind == "ask"
        new = (0.0, 0.0, 1.0, 0.0, 0.0) if asks else (1.0, words / 4, 0.0, tight, share)
        for at in (at for code in fired.rule.codes if (at := place(code)) is not None):
            signs[at] = tuple(map(max, signs[at], new)) if at in signs else new
    return signs


def said_marks(fired: Iterable[Fired]) -> set[str]:
    return {one.rule.mark for one in fired if one.rule.kind == "mark" and one.rule.mark in MARKS}


def features(
    asked: Asked,
    matched: Floats,
    body: Floats,
    said: Mapping[int, tuple[float, ...]],
    spoken: Floats,
    full: tuple[float, float],
    facts: Facts,
) -> Floats:
    """One row per candidate, columns as FEATURES. `said` is by row; all but `full` are of the candidates alone.

    `spoken` has four columns: what `Phrasings.nearest` gives, and what all phrasings cover.
    """
    mass = facts.accented_mass if asked.accented else facts.plain_mass
    asked_share, name_share = matched / max(full[0], 1.0), np.minimum(matched / mass, 1.2)
    made = np.zeros((len(matched), len(FEATURES)))
    made[:, _COLUMN["asked_share"]] = asked_share
    made[:, _COLUMN["name_share"]] = name_share
    made[:, _COLUMN["both_shares"]] = np.sqrt(asked_share * name_share)
    made[:, _COLUMN["matched"]] = np.log1p(matched) / 5
    made[:, _COLUMN["body_share"]] = body / max(full[1], 1.0)
    made[:, _COLUMN["body_dense"]] = body / facts.body_norm / 5
    made[:, _COLUMN["unmatched"]] = np.log1p(np.maximum(mass - matched, 0.0)) / 5
    made[:, _COLUMN["place"]] = _place(matched)
    made[:, _COLUMN["alike"] : _COLUMN["pooled"] + 1] = spoken
    made[:, _COLUMN["alike_place"]] = _place(spoken[:, 0])
    made[:, _COLUMN["pooled_place"]] = _place(spoken[:, 3])
    made[:, _COLUMN["commune"] : _COLUMN["personal"] + 1] = facts.signs[:, :_LEVELS]
    for row, signs in said.items():
        made[row, _COLUMN["said"] : _COLUMN["said_covers"] + 1] = signs
    _meet_wording(made, asked, facts.wording)
    marks, asked_marks = facts.signs[:, _LEVELS:], said_marks(asked.rules)
    of_asked = np.asarray([mark in asked_marks for mark in MARKS])
    made[:, _BOTH:_ONLY_NAME] = marks & of_asked
    made[:, _ONLY_NAME:] = marks & ~of_asked
    return made


def _place(values: Floats) -> Floats:
    """1 for the greatest, then 1/2, 1/3 …"""
    place = np.empty(len(values))
    place[np.argsort(-values, kind="stable")] = 1.0 / np.arange(1, len(values) + 1)
    return place


def _meet_wording(made: Floats, asked: Asked, wording: Sequence[Wording]) -> None:
    """Fills in what of each name and field the question says word for word."""
    question, words = f" {asked.text} ", set(asked.text.split(" "))
    telling = {part.folded for part, weight in zip(asked.parts, asked.weights, strict=True) if weight > 0.5}
    shares = {field: len(field & telling) / max(1, len(field)) for field in {name.field for name in wording}}
    made[:, _COLUMN["field_share"]] = [shares[name.field] for name in wording]
    for row, (lead, lead_pair, whole, _) in enumerate(wording):
        if lead in words:
            made[row, _COLUMN["lead_word"]] = 1.0
            if lead_pair in question:
                made[row, _COLUMN["lead_pair"]] = 1.0
                made[row, _COLUMN["name_inside"]] = whole in question
