"""Which part of a procedure a question asks about: papers, fee, time, place and so on."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.normalise import fold
from knowledge.wordlists import asking, whole_words

ASPECTS = (
    "documents",
    "fee",
    "time",
    "place",
    "steps",
    "online",
    "result",
    "form",
    "legal",
    "requirement",
    "overview",
)
_WORD = re.compile(r"[^\W_]+")
_READ_CHARS = 700  # the aspect stands in the sentence, not at the end of a long story


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    rows = asking()["aspects"]
    return tuple((row["aspect"], row["strength"], re.compile("|".join(row["patterns"]))) for row in rows)


@lru_cache(maxsize=1)
def _not_asked() -> re.Pattern[str]:
    return re.compile(whole_words(asking()["not_asked"]))


def asked_aspect(question: str) -> str:
    """The aspect named in a question or a short follow-up ("còn phí?"); "overview" when none is named."""
    text = _not_asked().sub(" ", " ".join(_WORD.findall(fold(question)))[:_READ_CHARS])
    best, aspect = (0, 0), "overview"
    for candidate, strength, pattern in _patterns():
        if strength < best[0]:
            continue
        found = pattern.search(text)
        if found and (strength, -found.start()) > best:
            best, aspect = (strength, -found.start()), candidate
    if aspect == "overview" and text.startswith("thu tuc ") and question.rstrip().endswith("?"):
        return "steps"  # "Thủ tục … ?" as headlines put it
    return aspect
