"""What people say when they need a procedure, written down per code (phrasings/*.yaml), and how near a question is.

Each phrasing is a small document; those of one procedure, with its names, are also pooled: a word that many of them
use tells more than a word that one of them uses. The same of what no procedure answers (outside.txt), and, by topic, of
what several could be meant with (unclear/*.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.entries import Entry
from knowledge.normalise import Syllable, syllables
from knowledge.postings import Floats, Ints, Postings
from knowledge.ranking import Names
from knowledge.wordlists import read_yaml

FOLDER = Path(__file__).with_name("phrasings")
OUTSIDE = Path(__file__).with_name("outside.txt")
UNCLEAR = Path(__file__).with_name("unclear")
_ENOUGH = 1.5  # phrasings that use a word, for half of its full worth


@lru_cache(maxsize=2)
def written(folder: Path = FOLDER) -> Mapping[str, tuple[str, ...]]:
    """Code -> phrasings, of every file of the folder."""
    files = sorted(folder.glob("*.yaml"))
    return {str(code): tuple(map(str, said)) for file in files for code, said in read_yaml(file).items()}


@lru_cache(maxsize=2)
def outside(path: Path = OUTSIDE) -> tuple[str, ...]:
    """What people write that no procedure answers."""
    return tuple(line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))


@dataclass(frozen=True)
class Topic:
    """What people say that leaves open which of some procedures they mean."""

    offer: tuple[str, ...]  # codes, the likeliest first
    say: tuple[str, ...]


@lru_cache(maxsize=2)
def topics(folder: Path = UNCLEAR) -> tuple[Topic, ...]:
    """The topics of every file of the folder."""
    rows = [row for file in sorted(folder.glob("*.yaml")) for row in read_yaml(file) or ()]
    return tuple(Topic(tuple(map(str, row["offer"])), tuple(map(str, row["say"]))) for row in rows)


@dataclass(frozen=True)
class Beyond:
    """How near a question is to what is no single procedure's."""

    outside: Floats  # alike, covered, how many (log), pooled: of what no procedure answers
    open: Floats  # alike, covered, pooled: of what several could be meant with
    topic: int  # the nearest one; -1 where none is near


class Phrasings:
    """The phrasings of some entries and their names; then, as one group, what no procedure answers; then topics."""

    pool: Postings  # one group per entry, one of strangers, one per topic

    def __init__(
        self, entries: Sequence[Entry], said: Mapping[str, Sequence[str]], strangers: Sequence[str] = (),
        topics: Sequence[Topic] = (), base: Phrasings | None = None,
    ) -> None:  # fmt: skip
        """`strangers` are answered by no procedure. With `base`, words are weighed as there."""
        texts: list[tuple[int, Sequence[Syllable]]] = []
        self.said: list[tuple[int, str]] = []  # document and text of each phrasing; the other documents are names
        for at, entry in enumerate(entries):
            texts += [(at, name) for name in entry.named]
            for text in (text for code in entry.codes for text in said.get(code, ())):
                self.said.append((len(texts), text))
                texts.append((at, syllables(text)))
        self.words = {part for document, _ in self.said for part in texts[document][1]}
        self.strangers = [(len(texts) + number, text) for number, text in enumerate(strangers)]
        texts += [(len(entries), syllables(text)) for text in strangers]
        self.open = [
            (len(texts) + number, text, topic)
            for number, (topic, text) in enumerate((at, text) for at, topic in enumerate(topics) for text in topic.say)
        ]
        texts += [(len(entries) + 1 + topic, syllables(text)) for _, text, topic in self.open]
        self.topics = topics
        self._size, beyond = len(entries), len(strangers) + len(self.open)
        groups = len(entries) + (1 + len(topics) if beyond else 0)
        self.group_of: Ints = np.asarray([at for at, _ in texts], dtype=np.intp)
        words = Names.of_texts([(document, parts, True) for document, (_, parts) in enumerate(texts)], len(texts))
        documents = words.postings()
        self.pool = documents.pooled(self.group_of, groups, _ENOUGH, base.pool if base else None)
        self._masses = [np.maximum(words.full_mass(documents, accented=each), 1.0) for each in (False, True)]
        self._is_name = np.zeros(len(texts), dtype=bool)  # what else an entry is called counts as said
        self._is_name[np.flatnonzero(np.diff(self.group_of[: len(texts) - beyond], prepend=-1))] = True
        self._amount = np.log1p(np.bincount(self.group_of, weights=~self._is_name, minlength=groups)) / 3
        # The terms of each document, and the documents of each group, stand in one row.
        self._terms, self._ends = documents.by_entry()
        self._documents = np.searchsorted(self.group_of, np.arange(groups + 1)).astype(np.intp)
        self._first_beyond = len(texts) - beyond
        self._of_beyond = documents.last(beyond)

    def pooled(self, worth: Mapping[int, float], skip: int | None = None) -> Floats:
        """Per group, how much of the question all its documents cover. `worth` is by slots of `pool`.

        `skip` leaves one document out: training asks with a phrasing unseen.
        """
        covered = self.pool.gather(worth)
        if skip is not None:
            covered[self.group_of[skip]] -= self._owed(skip, worth)
        return covered

    def nearest(
        self, worth: Mapping[int, float], full: float, groups: Sequence[int], *, accented: bool, skip: int | None = None
    ) -> Floats:
        """Per group: how alike its nearest phrasing is to a question worth `full`, how much of it the best one covers
        (0 to 1 each), and how many phrasings there are (log)."""
        if not groups:
            return np.zeros((0, 3))
        # The few terms of a question as small numbers, so that what is looked up many times stays in the cache.
        slots = np.fromiter(worth, np.intp, len(worth))
        known = (slots >= 0) & (slots < len(self.pool))
        value = np.fromiter(worth.values(), np.float64, len(worth))[known]
        number = np.zeros(len(self.pool), dtype=np.min_scalar_type(len(value)))
        number[slots[known]] = np.arange(1, len(value) + 1)
        begins, ends = self._documents[groups], self._documents[np.asarray(groups) + 1]
        first = np.cumsum(ends - begins) - (ends - begins)
        documents = np.arange((ends - begins).sum()) + np.repeat(begins - first, ends - begins)
        spans = zip(self._ends[begins].tolist(), self._ends[ends].tolist(), strict=True)
        numbers = number.take(np.concatenate([self._terms[begin:end] for begin, end in spans]))
        met = np.flatnonzero(numbers != 0)
        summed = np.concatenate([[0.0], np.cumsum(value[numbers[met] - 1])])
        past = np.searchsorted(met, np.cumsum(self._ends[documents + 1] - self._ends[documents]))
        matched = np.diff(summed[past], prepend=0.0)
        matched[self._is_name[documents]] = 0.0
        if skip is not None:
            matched[documents == skip] = 0.0
        rows = np.empty((len(groups), 3))
        rows[:, 0] = np.maximum.reduceat(_alike(matched, full, self._masses[accented][documents]), first)
        rows[:, 1] = np.maximum.reduceat(matched, first) / full
        rows[:, 2] = self._amount[groups]
        return rows

    def beyond(
        self, worth: Mapping[int, float], full: float, pooled: Floats, *, accented: bool, skip: int | None = None
    ) -> Beyond:
        """Of a question worth `full`; `pooled` is what it has of each group."""
        if not self._of_beyond.size:
            return Beyond(np.zeros(4), np.zeros(3), -1)
        matched = self._of_beyond.gather(worth)
        if skip is not None and skip >= self._first_beyond:
            matched[skip - self._first_beyond] = 0.0
        alike = _alike(matched, full, self._masses[accented][self._first_beyond :])
        end = len(self.strangers)
        outside = _most(alike[:end]), _most(matched[:end]) / full, self._amount[self._size], pooled[self._size] / full
        nearest = int(alike[end:].argmax()) if self.open else -1
        topic = self.open[nearest][2] if self.open and alike[end + nearest] > 0.0 else -1
        of_topics = _most(alike[end:]), _most(matched[end:]) / full, _most(pooled[self._size + 1 :]) / full
        return Beyond(np.asarray(outside), np.asarray(of_topics), topic)

    def _owed(self, document: int, worth: Mapping[int, float]) -> float:
        """What a group's pool owes to one of its documents."""
        begin, end = (self._documents[self.group_of[document] + more] for more in (0, 1))
        terms = self._terms[self._ends[begin] : self._ends[end]].tolist()
        owed = 0.0
        for slot in self._terms[self._ends[document] : self._ends[document + 1]].tolist():
            held = terms.count(slot)
            owed += worth.get(slot, 0.0) * (held / (held + _ENOUGH) - (held - 1) / (held - 1 + _ENOUGH))
        return owed


def _alike(matched: Floats, full: float, masses: Floats) -> Floats:
    return np.asarray(np.sqrt(matched / full * np.minimum(matched / masses, 1.2)), dtype=np.float64)


def _most(values: Floats) -> float:
    return float(values.max(initial=0.0))
