"""Undo what fingers do: short forms (teencode), Telex and VNI keys left in the text, single typos."""

from __future__ import annotations

import re
import unicodedata
from collections import ChainMap, defaultdict
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.normalise import Syllable, syllable, words
from knowledge.wordlists import read_yaml

_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_VNI_TONES = {"2": "\u0300", "1": "\u0301", "4": "\u0303", "3": "\u0309", "5": "\u0323"}
_TELEX_PAIRS = (
    ("uow", "ươ"),
    ("aa", "â"),
    ("aw", "ă"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("ow", "ơ"),
    ("uw", "ư"),
    ("dd", "đ"),
)
_VNI_PAIRS = (("uo7", "ươ"), ("a6", "â"), ("a8", "ă"), ("e6", "ê"), ("o6", "ô"), ("o7", "ơ"), ("u7", "ư"), ("d9", "đ"))
_VOWELS = "aăâeêioôơuưy"


@lru_cache(maxsize=1)
def short_forms() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """What short forms stand for, by their words. From spelling.yaml."""
    raw = read_yaml(Path(__file__).with_name("spelling.yaml"))
    return {tuple(words(str(key))): tuple(words(str(value))) for key, value in raw["short"].items()}


@lru_cache(maxsize=1)
def _beginning_with() -> Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """The short forms by their first word, the longest first."""
    rows: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for short, full in sorted(short_forms().items(), key=lambda row: -len(row[0])):
        rows.setdefault(short[0], []).append((short, full))
    return rows


@lru_cache(maxsize=1)
def spoken() -> frozenset[Syllable]:
    """Everyday words that no published text holds. From spelling.yaml."""
    return frozenset(map(syllable, words(read_yaml(Path(__file__).with_name("spelling.yaml"))["spoken"])))


def expand(typed: Sequence[str]) -> list[str]:
    """The words with short forms written out."""
    beginning, at = _beginning_with(), 0
    out: list[str] = []
    while at < len(typed):
        for short, full in beginning.get(typed[at], ()):
            if len(short) == 1 or tuple(typed[at : at + len(short)]) == short:
                out.extend(full)
                at += len(short)
                break
        else:
            out.append(typed[at])
            at += 1
    return out


@lru_cache(maxsize=1)
def _abbreviations() -> Mapping[str, tuple[str, ...]]:
    """Short forms that official names use too; those of chat are shorter or stand for one word."""
    rows = short_forms().items()
    return {short[0]: full for short, full in rows if len(short) == 1 and len(short[0]) >= 3 and len(full) > 1}


def abbreviations_out(printed: Sequence[str]) -> list[str]:
    """An official name with its abbreviations (BHXH, TNCN) written out; the short forms of chat are left alone."""
    known = _abbreviations()
    return [part for word in printed for part in known.get(word, (word,))]


def decode_keys(word: str) -> str | None:
    """A word typed with the input method off ("thuwowngf", "d9ang8 ky1") as it was meant; None if it is not one."""
    if any(c.isdigit() for c in word):
        return _decode(word, _VNI_PAIRS, _VNI_TONES, "123456789")
    return _decode(word, _TELEX_PAIRS, _TELEX_TONES, "") if word.isascii() else None


def _decode(word: str, pairs: Sequence[tuple[str, str]], tones: Mapping[str, str], digits: str) -> str | None:
    tone = ""
    body = word
    for at in range(len(word) - 1, 0, -1):  # the tone key may come anywhere after the first vowel
        if word[at] in tones and any(c in _VOWELS for c in word[:at]):
            rest = word[:at] + word[at + 1 :]
            if at == len(word) - 1 or digits or word[at] in "fjsrx":
                tone, body = tones[word[at]], rest
                break
    marks = re.sub(r"([uoae])([a-z]+)w$", r"\1w\2", body) if not digits else body  # "thuongw"
    if not digits:
        marks = re.sub(r"uo(?=[a-z]*w)", "uow", marks.replace("uwow", "uow"), count=1) if "w" in marks else marks
        marks = re.sub(r"uoww", "uow", marks)
        marks = re.sub(r"^d([a-z]+)d$", r"dd\1", marks)  # "dangd"
        marks = re.sub(r"([aeo])([a-z]+)\1$", r"\1\1\2", marks)  # "cana"
    for typed, letter in pairs:
        marks = marks.replace(typed, letter)
    if not digits:
        marks = marks.replace("w", "ư") if "w" in marks else marks
    if marks == word and not tone:
        return None
    if tone:
        place = _tone_place(marks)
        if place is None:
            return None
        marks = marks[: place + 1] + tone + marks[place + 1 :]
    return unicodedata.normalize("NFC", marks)


def _tone_place(word: str) -> int | None:
    """Any vowel will do: comparison ignores where in the syllable a tone stands."""
    places = [at for at, c in enumerate(word) if c in _VOWELS]
    return places[-1] if places else None


class Speller:
    """Repairs single words against the words of an index.

    `exact` and `folded` hold the known words with their frequency; `count` tells how often two folded neighbours stand
    together, so that "giay khi sinh" prefers a repair that makes a known pair.
    """

    def __init__(
        self,
        exact: dict[str, int],
        folded: dict[str, int],
        count: Callable[[str, str], int],
        base: Speller | None = None,
    ) -> None:
        """With `base`, words and neighbours are added to those it knows."""
        self._base = base
        self._count = count
        self._exact: MutableMapping[str, int] = exact
        self._folded: MutableMapping[str, int] = folded
        if base:
            exact = {word: times for word, times in exact.items() if word not in base._exact}
            folded = {word: times for word, times in folded.items() if word not in base._folded}
            self._exact, self._folded = ChainMap(base._exact, exact), ChainMap(base._folded, folded)
        self._about: defaultdict[int, list[str]] = defaultdict(list)  # words by the lengths that one slip gives them
        for word in sorted(word for word in folded if word.isalpha() and word.isascii()):
            for length in (len(word) - 1, len(word), len(word) + 1):
                self._about[length].append(word)

    def repair(self, typed: Sequence[str]) -> list[Syllable]:
        """The words as comparable syllables, unreadable ones replaced where one good reading exists."""
        read = [self._read(word) for word in typed]
        return [self._guess(read, at) if self._is_unknown(part) else part for at, part in enumerate(read)]

    def _is_unknown(self, part: Syllable) -> bool:
        return part.folded not in self._folded and part.folded.isalpha() and len(part.folded) >= 2

    def _read(self, word: str) -> Syllable:
        as_typed = syllable(word)
        if as_typed.exact in self._exact:
            return as_typed
        if not (as_typed.is_plain and as_typed.folded in self._folded):
            meant = decode_keys(word)
            if meant is not None and syllable(meant).exact in self._exact:
                return syllable(meant)
        if as_typed.folded in self._folded:  # right letters, wrong marks
            return Syllable(as_typed.folded, as_typed.folded)
        return as_typed

    def _guess(self, read: Sequence[Syllable], at: int) -> Syllable:
        word = read[at].folded
        near = process.extract(word, self._about_as_long(len(word)), scorer=OSA.distance, score_cutoff=1, limit=12)
        if not near:
            return read[at]
        before = read[at - 1].folded if at else ""
        after = read[at + 1].folded if at + 1 < len(read) else ""

        def likely(guess: str) -> tuple[int, int]:
            return self._fits(before, guess) + self._fits(guess, after), self._folded[guess]

        best = max((guess for guess, _, _ in near), key=likely)
        return Syllable(best, best)

    def _fits(self, one: str, two: str) -> int:
        return self._count(one, two) + (self._base._fits(one, two) if self._base else 0)

    def _about_as_long(self, length: int) -> list[str]:
        words = self._about.get(length, [])
        return self._base._about_as_long(length) + words if self._base else words
