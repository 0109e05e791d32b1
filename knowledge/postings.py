"""Sparse postings as NumPy arrays: which entries hold a term, and how much each term tells."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

_PORTAL_SIZE = 5159  # entries of the national portal's dump, on which the ranking was learned


class Postings:
    """Terms of one field. A term counts once per entry; `idf` is log(1 + N / df), scaled to the portal's size."""

    def __init__(self, documents: Iterable[Iterable[str]]) -> None:
        slots: defaultdict[str, int] = defaultdict(lambda: len(slots))
        term_of = array("i")
        lengths = []
        for terms in documents:
            distinct = set(terms)
            term_of.extend([slots[term] for term in distinct])
            lengths.append(len(distinct))
        self.size = len(lengths)
        terms_array = np.asarray(term_of, dtype=np.int32)
        order = np.argsort(terms_array, kind="stable")
        self._entries: NDArray[np.int32] = np.repeat(np.arange(self.size, dtype=np.int32), lengths)[order]
        counts = np.bincount(terms_array, minlength=len(slots))
        self._starts = np.concatenate(([0], np.cumsum(counts))).tolist()
        self.slots = dict(slots)
        # The rarest term of any index weighs the same, so that weights learned on the portal fit a small seed too.
        scale = np.log(1.0 + _PORTAL_SIZE) / np.log(2.0 + self.size)
        idf = scale * np.log(1.0 + self.size / np.maximum(counts, 1))
        self._idf: list[float] = idf.tolist()
        mass = np.bincount(self._entries, weights=np.repeat(idf, counts), minlength=self.size)
        self.mass: Floats = np.asarray(mass, dtype=np.float64)
        self._unseen = float(np.log(1.0 + _PORTAL_SIZE))

    def __contains__(self, term: str) -> bool:
        return term in self.slots

    def idf(self, term: str) -> float:
        """How telling a term is; an unknown term tells most."""
        slot = self.slots.get(term)
        return self._unseen if slot is None else self._idf[slot]

    def count(self, term: str) -> int:
        """In how many entries the term stands."""
        slot = self.slots.get(term)
        return 0 if slot is None else self._starts[slot + 1] - self._starts[slot]

    def gather(self, weighted: Iterable[tuple[str, float]]) -> Floats:
        """Per entry, the summed weights of the terms it holds."""
        parts, weights, lengths = [], [], []
        for term, weight in weighted:
            slot = self.slots.get(term)
            if slot is None or weight == 0.0:
                continue
            begin, end = self._starts[slot], self._starts[slot + 1]
            parts.append(self._entries[begin:end])
            weights.append(weight)
            lengths.append(end - begin)
        if not parts:
            return np.zeros(self.size)
        summed = np.bincount(np.concatenate(parts), weights=np.repeat(weights, lengths), minlength=self.size)
        return np.asarray(summed, dtype=np.float64)
