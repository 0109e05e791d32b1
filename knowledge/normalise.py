"""Vietnamese text as people type it, made comparable: case, diacritics, tone placement, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

_WORD = re.compile(r"[^\W_]+")
# Grave, acute, tilde, hook above, dot below: the five tone marks, as digits at the end of a syllable's key.
_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}


@dataclass(frozen=True, slots=True)
class Syllable:
    """One typed syllable. `exact` keeps the diacritics (tone last, so that "hoà" = "hòa"), `folded` has none."""

    exact: str
    folded: str

    @property
    def is_plain(self) -> bool:
        """Typed without any diacritic, so it may stand for any accented syllable of the same letters."""
        return self.exact == self.folded


def clean(text: str) -> str:
    """Lower-case NFC without invisible characters; every kind of space becomes one plain space."""
    text = " ".join(unicodedata.normalize("NFC", text).lower().split())
    if text.isprintable():
        return text
    seen = "".join(c for c in text if unicodedata.category(c) not in _HIDDEN)  # rare, so the slow way may be slow
    return " ".join(unicodedata.normalize("NFC", seen).split())


_HIDDEN = {"Cf", "Cc", "Co", "Cs", "Cn"}


def fold(text: str) -> str:
    """Lower-case, no diacritics (đ→d), invisible characters removed, single spaces."""
    text = clean(text)
    return text if text.isascii() else " ".join(map(bare, text.split(" ")))


@lru_cache(maxsize=65_536)
def bare(word: str) -> str:
    """A cleaned word without diacritics."""
    if word.isascii():
        return word
    letters = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", letters.replace("đ", "d"))


def syllables(text: str) -> list[Syllable]:
    """The syllables and numbers of a text in order, punctuation dropped."""
    return list(chain.from_iterable(map(_of_piece, pieces(text))))


@lru_cache(maxsize=16_384)
def _of_piece(piece: str) -> tuple[Syllable, ...]:
    return tuple(map(syllable, words(piece)))


def words(text: str) -> list[str]:
    return _WORD.findall(clean(text))


def folded_words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def pieces(text: str) -> list[str]:
    """What stands between the spaces of a text, in lower case: the quick first step for long texts."""
    return unicodedata.normalize("NFC", text).lower().split()


@lru_cache(maxsize=65_536)
def syllable(word: str) -> Syllable:
    """A cleaned word as a comparable syllable."""
    letters, tone = [], ""
    for c in unicodedata.normalize("NFD", word):
        if c in _TONES:
            tone = _TONES[c]
        else:
            letters.append(c)
    exact = unicodedata.normalize("NFC", "".join(letters))
    return Syllable(exact + tone, bare(word))
