"""Finding the procedure a person means, in memory: no database, no model, no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.procedure import Procedure
from knowledge import colloquial, gaps, ranking, reading, scope, spelling
from knowledge.entries import Entry, entries_of
from knowledge.normalise import Syllable, syllables
from knowledge.postings import Floats, Ints, Postings

_SHOWN = 10
_CANDIDATES = 50
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


class Index:
    """Immutable after `build`; safe to share between threads."""

    def __init__(
        self, entries: Sequence[Entry], table: colloquial.Table, own: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`own`: code -> ways of asking, of what a commune answers in its own words."""
        self._table = table
        self._own = dict(own or {})
        # Generators: the terms of all papers at once would take more memory than the finished index.
        self._names = Postings([t for name in e.named for t in ranking.terms(name)] for e in entries)
        self._bodies = Postings(ranking.folded_terms(e.body) for e in entries)
        self._of_code = {code: at for at, entry in enumerate(entries) for code in entry.codes}
        self._facts = ranking.Facts.of(entries, self._names, self._bodies, table)
        self._speller = _speller(entries, table, self._names)
        self.entries = [replace(entry, body=()) for entry in entries]

    @classmethod
    def build(cls, procedures: Sequence[Procedure]) -> Index:
        """The index of these procedures. Takes seconds for thousands; keep it and share it."""
        own = {one.code: (one.name, *one.also_called) for one in procedures if one.answer}
        return cls(entries_of(procedures), colloquial.table(), own)

    def find(self, question: str) -> Found:
        """The procedures a question may mean, best first, and what to do about it. Any text is accepted."""
        asked = self.read(question)
        if not self.entries:
            return Found("handoff", (), asked.aspect)
        ranked = self.rank(asked)
        action = scope.decide(asked, ranked.scores, ranked.features, self.names_of(ranked))
        hits = tuple(
            Hit(self.entries[at].code, self.entries[at].name, round(float(score), 4))
            for at, score in zip(ranked.top[:_SHOWN].tolist(), ranked.scores[:_SHOWN], strict=True)
        )
        own = self._own_answer(question, hits, _NEAR if action == "handoff" else _ALIKE) if self._own else None
        if own:
            return Found("answer", (own, *(hit for hit in hits if hit != own)), asked.aspect)
        return Found(action, hits, asked.aspect)

    def _own_answer(self, question: str, hits: Sequence[Hit], least: float) -> Hit | None:
        """The commune's own answer to this very question. Its officers wrote it for whom nothing published helped."""
        best: tuple[float, Hit] | None = None
        for hit in hits:
            likeness = max((gaps.likeness(question, said) for said in self._own.get(hit.code, ())), default=0.0)
            if likeness >= least and (best is None or likeness > best[0]):
                best = likeness, hit
        return best[1] if best else None

    def read(self, question: str) -> reading.Asked:
        return reading.read(question, self._speller, self._table)

    def rank(self, asked: reading.Asked) -> Ranked:
        """Candidates by the learned weights."""
        top, features = self.candidates(asked)
        scores = features @ ranking.weights()
        order = np.argsort(-scores, kind="stable")
        return Ranked(top[order], scores[order], features[order])

    def names_of(self, ranked: Ranked) -> list[tuple[Syllable, ...]]:
        """The official names of the first candidates."""
        return [self.entries[at].named[0] for at in ranked.top[:_SHOWN]]

    def candidates(self, asked: reading.Asked) -> tuple[Ints, Floats]:
        """The entries worth a closer look, with their features."""
        count = len(self.entries)
        names, bodies = ranking.asked_terms(self._names, asked), ranking.body_terms(self._bodies, asked)
        named, body = self._names.gather(names.items()), self._bodies.gather(bodies.items())
        said = ranking.said_signs(asked, self._of_code, count)
        # Whatever people's own words name is a candidate.
        rough = named + 0.3 * body + 1000.0 * (said[:, 0] + said[:, 2])
        wanted = min(_CANDIDATES, count)
        top = np.argpartition(-rough, wanted - 1)[:wanted] if count > wanted else np.arange(count)
        full = sum(names.values()), sum(bodies.values())
        matrix = ranking.features(asked, top, named, body, said, full, self._facts)
        return top, matrix


def _speller(entries: Sequence[Entry], table: colloquial.Table, names: Postings) -> spelling.Speller:
    exact: Counter[str] = Counter()
    folded: Counter[str] = Counter()
    for entry in entries:
        folded.update(entry.body)
        for name in entry.named:
            exact.update(part.exact for part in name)
            folded.update(part.folded for part in name)
    said = [*table.words]
    for full in spelling.short_forms().values():
        said += syllables(" ".join(full))
    exact.update(part.exact for part in said)
    folded.update(part.folded for part in said)
    return spelling.Speller(exact, folded, lambda one, two: names.count(f"{one} {two}"))
