"""Finding the procedure a person means, in memory: no database, no model, no network."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.procedure import Procedure
from knowledge import colloquial, gaps, ranking, reading, scope, spelling
from knowledge.entries import Entry, entries_of, key_of
from knowledge.normalise import Syllable, syllable
from knowledge.phrasings import Beyond, Phrasings, Topic, outside, topics, written
from knowledge.postings import Beside, Floats, Ints, Postings, Terms

_SHOWN = 10
_CANDIDATES = 40
_ALIKE, _NEAR = 0.9, 0.7  # how alike a question is to one that a commune answers itself; near is enough in need


@dataclass(frozen=True)
class Hit:
    """One procedure found. Where several codes share a name, the code a commune would use first."""

    code: str
    name: str
    score: float


@dataclass(frozen=True)
class Found:
    """What to do with a question: answer the first hit, ask back with the first hits, or hand off to a person."""

    action: str  # "answer" | "clarify" | "handoff"
    hits: tuple[Hit, ...]  # best first, at most 10, one per shared name
    aspect: str  # one of knowledge.aspect.ASPECTS


@dataclass(frozen=True)
class Ranked:
    """Candidates of one question, best first, with the numbers behind the order."""

    top: Ints
    scores: Floats
    features: Floats
    beyond: Beyond
    offer: tuple[int, ...]  # places that the nearest topic lists for a choice, the likeliest first

    @property
    def agrees(self) -> bool:
        """The best one is among those of the nearest topic."""
        return len(self.top) > 0 and int(self.top[0]) in self.offer


@dataclass(frozen=True)
class _Talk:
    """What a question asks of the phrasings: what each term is worth, by the slots of the whole and of the few."""

    worth: Mapping[int, float]
    of_few: Mapping[int, float]
    full: float
    accented: bool

    @classmethod
    def of(cls, worth: Mapping[int, float], asked: reading.Asked, pool: Terms) -> _Talk:
        of_few = pool.of_few(worth) if isinstance(pool, Beside) else {}
        return cls(worth, of_few, max(sum(worth.values()), 1.0), asked.accented)


@dataclass(frozen=True)
class _Indexed:
    """Entries with all that a search looks up about them."""

    entries: Sequence[Entry]  # without their papers
    names: Postings
    bodies: Postings
    phrasings: Phrasings
    facts: ranking.Facts
    speller: spelling.Speller
    of_code: Mapping[str, int]
    of_key: Mapping[str, int]

    @classmethod
    def of(cls, entries: Sequence[Entry], table: colloquial.Table, base: _Indexed | None = None) -> _Indexed:
        """With `base`, a few entries that are searched beside it and weighed by its statistics."""
        words = ranking.Names.of(entries)
        names = words.postings(base.names if base else None)
        bodies, folded = ranking.bodies(entries, base.bodies if base else None)
        said = (
            Phrasings(entries, written(), base=base.phrasings) if base
            else Phrasings(entries, written(), [*outside(), *_elsewhere(entries)], _open_here(entries))
        )  # fmt: skip
        parts = [part for entry in entries for name in entry.named for part in name]
        if base is None:
            parts += [*table.words, *said.words, *spelling.spoken()]
            parts += (syllable(word) for full in spelling.short_forms().values() for word in full)
        exact = Counter(part.exact for part in parts)
        folded.update(part.folded for part in parts)
        return cls(
            [replace(entry, body="") for entry in entries],
            names,
            bodies,
            said,
            ranking.Facts.of(entries, words, names, bodies, table),
            spelling.Speller(exact, folded, names.count, base.speller if base else None),
            {code: at for at, entry in enumerate(entries) for code in entry.codes},
            {entry.key: at for at, entry in enumerate(entries)},
        )


class Index:
    """Immutable once made; safe to share between threads."""

    def __init__(
        self,
        whole: _Indexed,
        table: colloquial.Table,
        answers: Mapping[str, Sequence[str]],
        few: _Indexed | None = None,
        hidden: Mapping[int, int | None] | None = None,
    ) -> None:
        """`answers`: code -> ways of asking, of what a commune answers in its own words.

        `few`: entries that are searched too. `hidden`: places in the whole that are not, and those of the few instead.
        """
        self._whole, self._few = whole, few
        self._table = table
        self._answers = answers
        self._size = len(whole.entries)
        self._hidden = {place: None if at is None else self._size + at for place, at in (hidden or {}).items()}
        new = (self._size + at for at in range(len(few.entries) if few else 0))
        self._new = [place for place in new if place not in self._hidden.values()]
        self._names: Terms = Beside(whole.names, few.names) if few else whole.names
        self._bodies: Terms = Beside(whole.bodies, few.bodies) if few else whole.bodies
        self._pool: Terms = Beside(whole.phrasings.pool, few.phrasings.pool) if few else whole.phrasings.pool
        self._speller = few.speller if few else whole.speller

    @classmethod
    def build(cls, procedures: Sequence[Procedure]) -> Index:
        """The index of these procedures. Takes seconds for thousands; keep it and share it."""
        table = colloquial.table()
        made = cls(_Indexed.of(entries_of(procedures), table), table, _answers(procedures))
        _give_back()
        return made

    def beside(self, procedures: Collection[Procedure]) -> set[str]:
        """The codes of all entries that these procedures belong to, or would."""
        codes = {procedure.code for procedure in procedures}
        places = {self._whole.of_code.get(code) for code in codes}
        places.update(self._whole.of_key.get(key_of(procedure)) for procedure in procedures)
        return codes.union(*(self._whole.entries[at].codes for at in places if at is not None))

    def overlaid(self, procedures: Sequence[Procedure]) -> Index:
        """This whole index with some procedures as one commune says them, among them all of `beside`.

        It weighs words as the whole does, and shares it: takes milliseconds and kilobytes.
        """
        codes = {procedure.code for procedure in procedures}
        answers = {code: ways for code, ways in self._answers.items() if code not in codes}
        few = _Indexed.of(entries_of(procedures), self._table, self._whole)
        of_code = self._whole.of_code
        places = [[of_code[code] for code in entry.codes if code in of_code] for entry in few.entries]
        hidden: dict[int, int | None] = dict.fromkeys(itertools.chain.from_iterable(places))
        hidden.update((min(of_entry), at) for at, of_entry in enumerate(places) if of_entry)
        return Index(self._whole, self._table, answers | _answers(procedures), few, hidden)

    @property
    def is_whole(self) -> bool:
        """Nothing is laid over it, so that something can be."""
        return self._few is None

    def takes_for_outside(self, codes: Collection[str]) -> bool:
        """What people say for some of these counts here as what no procedure answers: nothing can be laid over that."""
        return any(code in written() and code not in self._whole.of_code for code in codes)

    @property
    def entries(self) -> Sequence[Entry]:
        """By their place, as in `candidates`."""
        return [*self._whole.entries, *self._few.entries] if self._few else self._whole.entries

    def _entry(self, at: int) -> Entry:
        return self._whole.entries[at] if at < self._size or not self._few else self._few.entries[at - self._size]

    def find(self, question: str) -> Found:
        """The procedures a question may mean, best first, and what to do about it. Any text is accepted."""
        asked = self.read(question)
        if not self._size and not self._few:
            return Found("handoff", (), asked.aspect)
        ranked = self.rank(asked)
        action = scope.decide(
            asked, ranked.scores, ranked.features, ranked.beyond, self.names_of(ranked), ranked.agrees
        )
        if action == "clarify":
            ranked = self._offered(ranked, asked)
        hits = tuple(
            Hit(entry.code, entry.name, round(score, 4))
            for entry, score in zip(
                map(self._entry, ranked.top[:_SHOWN].tolist()), ranked.scores[:_SHOWN].tolist(), strict=True
            )
        )
        own = self._own_answer(question, hits, _NEAR if action == "handoff" else _ALIKE) if self._answers else None
        if own:
            return Found("answer", (own, *(hit for hit in hits if hit != own)), asked.aspect)
        return Found(action, hits, asked.aspect)

    def _offered(self, ranked: Ranked, asked: reading.Asked) -> Ranked:
        """What a saying lists for the choice comes first, in the order in which it lists it."""
        listed = [self._place(code) for one in asked.rules if one.rule.kind == "ask" for code in one.rule.codes]
        first = {at: place for place, at in reversed([*enumerate(listed)])}
        order = sorted(range(len(ranked.top)), key=lambda row: first.get(int(ranked.top[row]), len(listed)))
        return replace(ranked, top=ranked.top[order], scores=ranked.scores[order], features=ranked.features[order])

    def _own_answer(self, question: str, hits: Sequence[Hit], least: float) -> Hit | None:
        """The commune's own answer to this very question. Its officers wrote it for whom nothing published helped."""
        best: tuple[float, Hit] | None = None
        for hit in hits:
            likeness = max((gaps.likeness(question, said) for said in self._answers.get(hit.code, ())), default=0.0)
            if likeness >= least and (best is None or likeness > best[0]):
                best = likeness, hit
        return best[1] if best else None

    def read(self, question: str) -> reading.Asked:
        return reading.read(question, self._speller, self._table)

    def rank(self, asked: reading.Asked, skip: int | None = None) -> Ranked:
        """Candidates by the learned weights."""
        top, features, beyond = self.candidates(asked, skip)
        scores = features @ ranking.weights()
        order = np.argsort(-scores, kind="stable")
        return Ranked(top[order], scores[order], features[order], beyond, self._listed(beyond.topic))

    def names_of(self, ranked: Ranked) -> list[tuple[Syllable, ...]]:
        """The official names of the first candidates."""
        return [self._entry(at).named[0] for at in ranked.top[:_SHOWN].tolist()]

    def candidates(self, asked: reading.Asked, skip: int | None = None) -> tuple[Ints, Floats, Beyond]:
        """The entries worth a closer look, with their features, and how near to what is no single procedure's.

        `skip` leaves one document of `phrasings` out.
        """
        names, bodies = ranking.asked_terms(self._names, asked), ranking.body_terms(self._bodies, asked)
        named, body = self._names.gather(names), self._bodies.gather(bodies)
        said = ranking.said_signs(asked, self._place)
        talk = _Talk.of(ranking.asked_terms(self._pool, asked), asked, self._pool)
        pooled = self._whole.phrasings.pooled(talk.worth, skip)
        beyond = self._whole.phrasings.beyond(talk.worth, talk.full, pooled, accented=talk.accented, skip=skip)
        covered = self._covered(pooled, talk)
        rough = named + 0.3 * body + sum(names.values()) * covered
        for at, signs in said.items():  # whatever people's own words name is a candidate
            rough[at] += 1000.0 * (signs[0] + signs[2])
        top = self._best(rough)
        rows = {row: said[at] for row, at in enumerate(top.tolist()) if at in said}
        full = sum(names.values()), sum(bodies.values())
        spoken = np.column_stack([self._nearest(talk, top, skip), covered[top]])
        return top, ranking.features(asked, named[top], body[top], rows, spoken, full, self._rows(top)), beyond

    @property
    def phrasings(self) -> Phrasings:
        """Of the whole, without what is laid over it."""
        return self._whole.phrasings

    def _listed(self, topic: int) -> tuple[int, ...]:
        """Where the entries stand that a topic of `phrasings` offers."""
        codes = self.phrasings.topics[topic].offer if topic >= 0 else ()
        return tuple(at for code in codes if (at := self._place(code)) is not None)

    def _covered(self, pooled: Floats, talk: _Talk) -> Floats:
        """Per entry, how much of the question its phrasings cover together."""
        covered = pooled[: self._size]
        if self._few is not None:
            covered = np.concatenate([covered, self._few.phrasings.pooled(talk.of_few)])
        return covered / talk.full

    def _nearest(self, talk: _Talk, top: Ints, skip: int | None) -> Floats:
        """A row for each of `top`."""
        rows = np.zeros((len(top), ranking.NEAREST))
        of_whole = np.flatnonzero(top < self._size)
        places = top[of_whole].tolist()
        whole = self._whole.phrasings
        rows[of_whole] = whole.nearest(talk.worth, talk.full, places, accented=talk.accented, skip=skip)
        if self._few:
            of_few = np.flatnonzero(top >= self._size)
            few = (top[of_few] - self._size).tolist()
            rows[of_few] = self._few.phrasings.nearest(talk.of_few, talk.full, few, accented=talk.accented)
        return rows

    def _best(self, rough: Floats) -> Ints:
        """Places of the highest. What is laid over another entry comes in its order, what is new comes last."""
        size, whole = self._size, rough[: self._size]
        for place, instead in self._hidden.items():
            whole[place] = -1.0 if instead is None else rough[instead]
        top = np.argpartition(-whole, _CANDIDATES - 1)[:_CANDIDATES] if size > _CANDIDATES else np.arange(size)
        if self._few is None:
            return top
        top = np.concatenate([top, self._new])
        top = top[rough[top] >= 0.0]
        if len(top) > _CANDIDATES:
            top = top[np.sort(np.argpartition(-rough[top], _CANDIDATES - 1)[:_CANDIDATES])]
        return np.asarray([self._hidden.get(place, place) for place in top.tolist()], dtype=np.intp)

    def _rows(self, top: Ints) -> ranking.Facts:
        if self._few is None:
            return self._whole.facts.rows(top)
        of_whole = np.flatnonzero(top < self._size)
        of_few = np.flatnonzero(top >= self._size)
        both = self._whole.facts.rows(top[of_whole]) + self._few.facts.rows(top[of_few] - self._size)
        return both.rows(np.argsort(np.concatenate([of_whole, of_few])))

    def _place(self, code: str) -> int | None:
        """Where the entry of a code stands."""
        if self._few and code in self._few.of_code:
            return self._size + self._few.of_code[code]
        return self._whole.of_code.get(code)


def _elsewhere(entries: Sequence[Entry]) -> list[str]:
    """What people say for procedures that are not known here: with the starter set alone, most of the portal."""
    here = {code for entry in entries for code in entry.codes}
    return [text for code, said in written().items() if code not in here for text in said]


def _open_here(entries: Sequence[Entry]) -> list[Topic]:
    """The topics that leave something open here: at least two of their procedures are known."""
    place = {code: at for at, entry in enumerate(entries) for code in entry.codes}
    return [topic for topic in topics() if len({place[code] for code in topic.offer if code in place}) > 1]


def _give_back() -> None:
    """Return what building took to the system; glibc would keep twice the size of the index for later."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _answers(procedures: Sequence[Procedure]) -> dict[str, Sequence[str]]:
    return {one.code: (one.name, *one.also_called) for one in procedures if one.answer}
