"""A question as the search reads it: repaired, with its small talk weighed down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from knowledge import spelling
from knowledge.aspect import asked_aspect
from knowledge.colloquial import Fired, Table
from knowledge.normalise import Syllable, words
from knowledge.wordlists import asking, whole_words

MAX_CHARS = 2000  # a longer message is a story; its beginning is enough
_ACCENTED_SHARE = 0.4  # Vietnamese prose carries marks on about seven syllables in ten
_CHATTER_WEIGHT = 0.15
_SENTENCE_END = re.compile(r"([.?!;…]+(?=\s|$)|\n)")


@lru_cache(maxsize=1)
def _chatter() -> re.Pattern[str]:
    return re.compile(whole_words(asking()["chatter"]))


@dataclass(frozen=True)
class Asked:
    """A question after reading. `weights` say how much each syllable tells about the procedure (0 to 1)."""

    parts: tuple[Syllable, ...]
    weights: tuple[float, ...]
    accented: bool  # typed with diacritics, so that a plain syllable is meant plain
    rules: tuple[Fired, ...]
    text: str  # folded and repaired, for patterns
    aspect: str


def read(question: str, speller: spelling.Speller, table: Table) -> Asked:
    """Any text may come in; an empty one gives an empty reading."""
    pieces = _SENTENCE_END.split(question[:MAX_CHARS])
    sentences = [spelling.expand(words(sentence)) for sentence in pieces[::2]]
    parts = tuple(speller.repair(list(chain.from_iterable(sentences))))
    accented = sum(not part.is_plain for part in parts) >= _ACCENTED_SHARE * max(1, len(parts))
    text = " ".join(part.folded for part in parts)
    rules = tuple(table.read(parts, accented=accented))
    return Asked(
        parts,
        tuple(_weights(parts, text)),
        accented,
        rules,
        text,
        asked_aspect(_marked(parts, sentences, pieces[1::2])),
    )


def _marked(parts: Sequence[Syllable], sentences: Sequence[Sequence[str]], marks: Sequence[str]) -> str:
    """The repaired text with the marks that end its sentences."""
    folded = (part.folded for part in parts)
    return " ".join(
        " ".join(islice(folded, len(sentence))) + mark for sentence, mark in zip(sentences, [*marks, ""], strict=True)
    )


def _weights(parts: Sequence[Syllable], text: str) -> list[float]:
    weights = [1.0] * len(parts)
    at_char: list[int] = []  # which syllable each character belongs to
    for number, part in enumerate(parts):
        at_char += [number] * (len(part.folded) + 1)
    for match in _chatter().finditer(text):
        for number in range(at_char[match.start()], at_char[match.end() - 1] + 1):
            weights[number] = _CHATTER_WEIGHT
    return weights
