"""Sparse postings as NumPy arrays: which entries hold a term, and how much each term tells.

A term is a word or two neighbouring words. Each word has a number from 1 on; a term is the number of its first word
(0 for a single word) and that of its last, packed into one integer. A term's place in an index is its slot.
"""

from __future__ import annotations

import copy
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Numbers = NDArray[np.integer[Any]]  # of words or entries
Keys = NDArray[np.int64]  # terms

NOWHERE = -1  # the slot of a term that no entry holds
_PORTAL_SIZE = 5159  # entries of the national portal's dump, on which the ranking was learned
_UNSEEN = float(np.log(1.0 + _PORTAL_SIZE))  # an unknown term tells most
_WORD_BITS = 32
_AFTER_ALL = np.iinfo(np.int64).max


class Terms(Protocol):
    """What a question asks of one field."""

    def slots(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        """The slot of each word, and of each word with the one after it."""

    def idf(self, slots: Iterable[int]) -> list[float]:
        """How telling each term is."""

    def gather(self, worth: Mapping[int, float]) -> Floats:
        """Per entry, the summed worth of the terms it holds. `worth` is by slot; a negative one stands nowhere."""


class Numbering(dict[str, int]):
    """Numbers of words, given out from 1 on as the words come. `get` gives out none."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self) + 1
        return number

    def of(self, words: Iterable[str]) -> Numbers:
        return narrow(np.asarray(array("i", map(self.__getitem__, words))))


def pair(first: Numbers, last: Numbers) -> Keys:
    terms = first.astype(np.int64)
    terms <<= _WORD_BITS
    terms |= last
    return terms


def narrow(numbers: Numbers) -> Numbers:
    """Small numbers in two bytes: half the memory, and NumPy sorts them many times faster."""
    return numbers.astype(np.uint16) if numbers.max(initial=0) < 1 << 16 else numbers


class Postings:
    """Terms of one field. A term counts once per entry; `idf` is log(1 + N / df), scaled to the portal's size."""

    def __init__(
        self,
        size: int,
        numbers: Numbering,
        singles: tuple[Numbers, Numbers],
        pairs: tuple[Numbers, Numbers, Numbers],
        base: Postings | None = None,
    ) -> None:
        """`singles`: word and entry of every place; `pairs`: first word, last word and entry. Entries in order.

        With `base`, these few entries stand beside those of another index and are weighed by its statistics.
        """
        self.size = size
        self._numbers = numbers
        one, in_one = _distinct(*singles)
        two, in_two = _distinct(*pairs)
        held, self._entries = np.concatenate([one, two]), np.concatenate([in_one, in_two])
        every = np.arange(1, len(numbers) + 1)  # every word has a slot, its number less one
        paired = two[np.flatnonzero(np.diff(two, prepend=0))]
        self._terms = np.concatenate([every, paired, [_AFTER_ALL]])
        starts = np.searchsorted(held, self._terms)
        counts = np.diff(starts)
        self._starts = array("i", starts.tolist())
        if base is None:
            idf = _telling(counts, size)
        else:
            idf = np.asarray(base.idf(self.slots_in(base).tolist()))
        self._shares: Floats | None = None
        self._weigh(idf)
        self.mass = _summed(self._entries, np.repeat(idf, counts), size)  # of all terms of an entry

    def _weigh(self, idf: Floats) -> None:
        self._idf = array("d", [*idf.tolist(), _UNSEEN])  # the last one is where NOWHERE leads

    def pooled(self, group_of: Ints, size: int, enough: float, base: Postings | None = None) -> Postings:
        """These entries in groups, as one index with the same slots; both are weighed by how many groups hold a term.

        `group_of` is in order. A term counts for a group the more, the more of its entries hold it: n / (n + enough).
        """
        slots = self._slot_of_entry()
        groups = narrow(group_of.astype(np.int32))[self._entries]
        first = np.flatnonzero(_new(slots, groups))
        held = np.diff(np.append(first, len(slots))).astype(np.float64)
        made = copy.copy(self)
        made.size, made._entries, made._shares = size, groups[first], held / (held + enough)
        counts = np.bincount(slots[first], minlength=len(self))
        made._starts = array("i", np.concatenate([[0], np.cumsum(counts)]).tolist())
        made._weigh(_telling(counts, size) if base is None else np.asarray(base.idf(self.slots_in(base).tolist())))
        self._idf = made._idf
        return made

    def __len__(self) -> int:
        return len(self._terms) - 1

    def slots(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        number = self._numbers.get
        numbers = [number(word, 0) for word in words]
        pairs = [one << _WORD_BITS | two if one and two else NOWHERE for one, two in pairwise(numbers)]
        return [number - 1 for number in numbers], self.slots_of(np.asarray(pairs, dtype=np.int64)).tolist()

    def slots_of(self, terms: Keys) -> Ints:
        at = np.searchsorted(self._terms, terms)
        return np.where(self._terms[at] == terms, at, NOWHERE)

    def slots_in(self, other: Postings) -> Ints:
        """Where another index holds the terms of this one."""
        theirs = np.asarray([0, *(other._numbers.get(word, NOWHERE) for word in self._numbers)], dtype=np.int64)
        terms = self._terms[:-1]
        return other.slots_of(theirs[terms >> _WORD_BITS] << _WORD_BITS | theirs[terms & (1 << _WORD_BITS) - 1])

    def idf(self, slots: Iterable[int]) -> list[float]:
        return list(map(self._idf.__getitem__, slots))

    def mass_of(self, slots: Numbers, entries: Numbers) -> Floats:
        """Per entry, the summed idf of its distinct terms."""
        held = entries.astype(np.int64) << _WORD_BITS | slots
        held.sort()
        held = held[np.diff(held, prepend=NOWHERE) != 0]
        entries, slots = held >> _WORD_BITS, held & (1 << _WORD_BITS) - 1
        return _summed(entries, np.asarray(self._idf)[slots], self.size)

    def gather(self, worth: Mapping[int, float]) -> Floats:
        starts, known = self._starts, len(self)
        spans = [
            (begin, end, value)
            for slot, value in worth.items()
            if 0 <= slot < known and (begin := starts[slot]) < (end := starts[slot + 1])
        ]
        if not spans:
            return np.zeros(self.size)
        entries = np.concatenate([self._entries[begin:end] for begin, end, _ in spans])
        values = np.repeat([value for _, _, value in spans], [end - begin for begin, end, _ in spans])
        if self._shares is not None:
            values *= np.concatenate([self._shares[begin:end] for begin, end, _ in spans])
        return _summed(entries, values, self.size)

    def by_entry(self) -> tuple[Numbers, Ints]:
        """The slots of all entries, one entry after the other, and where each begins (one more than entries)."""
        slots = self._slot_of_entry()
        lengths = np.bincount(self._entries, minlength=self.size)
        return slots[np.argsort(self._entries, kind="stable")], np.concatenate([[0], np.cumsum(lengths)])

    def _slot_of_entry(self) -> Numbers:
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(np.asarray(self._starts)))

    def last(self, count: int) -> Postings:
        """Its last entries alone, with the same slots."""
        first = self.size - count
        kept = self._entries >= first
        made = copy.copy(self)
        made.size, made._entries = count, self._entries[kept] - first
        made._starts = array(
            "i",
            np.concatenate([[0], np.cumsum(np.bincount(self._slot_of_entry()[kept], minlength=len(self)))]).tolist(),
        )
        return made

    def count(self, one: str, two: str) -> int:
        """In how many entries two words stand side by side."""
        _, (slot,) = self.slots((one, two))
        return 0 if slot == NOWHERE else self._starts[slot + 1] - self._starts[slot]


class Beside:
    """A few entries after those of a whole index, as one. A slot past the index's is a term of the few alone."""

    def __init__(self, base: Postings, few: Postings) -> None:
        self._base, self._few = base, few
        shared = few.slots_in(base)
        ours = np.where(shared == NOWHERE, len(base) + np.arange(len(few)), shared).astype(np.int32)
        self._ours = array("i", ours.tolist())  # by the slot among the few
        self._order = np.argsort(ours).astype(np.int32)
        self._sorted = np.append(ours[self._order], np.int32(2 * NOWHERE))  # ends in what is no slot

    def slots(self, words: Sequence[str]) -> tuple[list[int], list[int]]:
        both = zip(self._base.slots(words), self._few.slots(words), strict=True)
        singles, pairs = ([self._slot(*two) for two in zip(base, few, strict=True)] for base, few in both)
        return singles, pairs

    def _slot(self, base: int, few: int) -> int:
        return base if base != NOWHERE or few == NOWHERE else self._ours[few]

    def idf(self, slots: Iterable[int]) -> list[float]:
        known = len(self._base)
        return self._base.idf(slot if slot < known else NOWHERE for slot in slots)

    def gather(self, worth: Mapping[int, float]) -> Floats:
        return np.concatenate([self._base.gather(worth), self._few.gather(self.of_few(worth))])

    def of_few(self, worth: Mapping[int, float]) -> dict[int, float]:
        """The same worth by the slots of the few."""
        slots = np.fromiter(worth, np.int64, len(worth))
        at = np.searchsorted(self._sorted[:-1], slots)
        met = self._sorted[at] == slots
        return dict(zip(self._order[at[met]].tolist(), compress(worth.values(), met.tolist()), strict=True))


def _distinct(*places: Numbers) -> tuple[Keys, Numbers]:
    """Each term with each entry that holds it once, in the order of terms. From (first,) last and entry of places."""
    order = np.lexsort(places[-2::-1])  # stable, so entries stay in order
    *words, entries = (numbers[order] for numbers in places)
    del order
    new = _new(*words, entries)
    terms = pair(words[0][new], words[1][new]) if len(words) == 2 else words[0][new].astype(np.int64)
    return terms, entries[new]


def _new(*columns: Numbers) -> NDArray[np.bool_]:
    """Where a row differs from the one before."""
    new = np.zeros(len(columns[0]), dtype=bool)
    new[:1] = True
    for numbers in columns:
        new[1:] |= numbers[1:] != numbers[:-1]
    return new


def _telling(counts: Numbers, size: int) -> Floats:
    """idf: the rarest term of any index weighs the same, so that weights learned on the portal fit a small seed too."""
    scale = np.log(1.0 + _PORTAL_SIZE) / np.log(2.0 + size)
    return np.asarray(scale * np.log(1.0 + size / np.maximum(counts, 1)), dtype=np.float64)


def _summed(at: Numbers, values: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(at, weights=values, minlength=size), dtype=np.float64)
