"""Undo what fingers do: short forms (teencode), Telex and VNI keys left in the text, single typos."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
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


def expand(typed: Sequence[str]) -> list[str]:
    """The words with short forms written out."""
    table, at = short_forms(), 0
    out: list[str] = []
    while at < len(typed):
        for length in (3, 2, 1):
            full = table.get(tuple(typed[at : at + length])) if at + length <= len(typed) else None
            if full is not None:
                out.extend(full)
                at += length
                break
        else:
            out.append(typed[at])
            at += 1
    return out


def abbreviations_out(printed: Sequence[str]) -> list[str]:
    """An official name with its abbreviations (BHXH, TNCN) written out; the short forms of chat are left alone."""
    table = short_forms()
    out: list[str] = []
    for word in printed:
        full = table.get((word,), ()) if len(word) >= 3 else ()
        out.extend(full if len(full) > 1 else (word,))
    return out


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

    `known` holds exact and folded keys with their frequency; `fits` tells how often two folded neighbours stand
    together, so that "giay khi sinh" prefers a repair that makes a known pair.
    """

    def __init__(self, exact: Mapping[str, int], folded: Mapping[str, int], fits: Callable[[str, str], int]) -> None:
        self._exact = exact
        self._folded = folded
        self._fits = fits
        self._choices = sorted(word for word in folded if word.isalpha() and word.isascii())

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
        near = process.extract(word, self._choices, scorer=OSA.distance, score_cutoff=1, limit=12)
        if not near:
            return read[at]
        before = read[at - 1].folded if at else ""
        after = read[at + 1].folded if at + 1 < len(read) else ""

        def likely(guess: str) -> tuple[int, int]:
            return self._fits(before, guess) + self._fits(guess, after), self._folded[guess]

        best = max((guess for guess, _, _ in near), key=likely)
        return Syllable(best, best)
