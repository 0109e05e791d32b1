"""Which part of a procedure a question asks about: papers, fee, time, place and so on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.normalise import fold
from knowledge.wordlists import asking

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
_SENTENCE_END = re.compile(r"([.?!;…]+)(?=\s|$)")
_READ_CHARS = 2000
_STORY_CHARS = 360  # who writes so much without a mark tells a story first and asks last
_ASKING_CHARS = 200
_DECIDED = 4  # the strength of a saying that asks for nothing else
_RECORD = ("documents", "fee")  # parts only a procedure has: asked first, they are what is wanted


@dataclass(frozen=True)
class _Read:
    aspect: str = "overview"
    strength: int = 0


@dataclass(frozen=True)
class _Ways:
    """The patterns of asking.yaml, ready to run on a text that begins with a space.

    Each starts at a space, so that the search leaps from word to word: three times faster than trying every letter.
    """

    rows: tuple[tuple[int, str, re.Pattern[str]], ...]  # the strongest first
    not_asked: re.Pattern[str]
    said_for: dict[str, str]
    tails: frozenset[str]
    lead_in: re.Pattern[str]
    opening: re.Pattern[str]
    weak_opening: re.Pattern[str]
    run_on: re.Pattern[str]


@lru_cache(maxsize=1)
def _ways() -> _Ways:
    reading = asking()["aspect_reading"]
    joined: dict[tuple[int, str], list[str]] = {}
    for row in asking()["aspects"]:
        joined.setdefault((-row["strength"], row["aspect"]), []).extend(row["patterns"])
    return _Ways(
        tuple((-strength, aspect, _any_of(joined[strength, aspect])) for strength, aspect in sorted(joined)),
        _any_of(asking()["not_asked"], r"\b"),
        {variant: word for word, variants in reading["said_for"].items() for variant in variants},
        frozenset(reading["tails"]),
        _any_of(reading["lead_ins"], r"(?=(?: \w+){3})"),
        _any_of(reading["openings"], r"\b"),
        _any_of(reading["weak_openings"], r"\b"),
        _any_of(reading["closers"], r"(?= (?:" + "|".join(reading["run_on"]) + r")\b)"),
    )


def _any_of(patterns: list[str], then: str = "") -> re.Pattern[str]:
    begun = [re.sub(r"^\^", r"(?<=^ )", pattern.removeprefix(r"\b")) for pattern in patterns]
    return re.compile(" (?:" + "|".join(begun) + ")" + then)


def asked_aspect(question: str) -> str:
    """The aspect named in a question or a short follow-up ("còn phí?"); "overview" when none is named."""
    sentences = _sentences(question[:_READ_CHARS])
    if not sentences:
        return "overview"
    asking = [text for text, asks in sentences if asks]
    best = _deciding(asking) if len(asking) > 1 else _read(asking[0])
    if not best.strength and len(sentences) > len(asking):
        best = _strongest([_read(text) for text, _ in sentences])
    if not best.strength and question.rstrip().endswith("?") and asking[-1].startswith(" thu tuc "):
        return "steps"  # "Thủ tục … ?" as headlines put it
    return best.aspect


def _deciding(asking: list[str]) -> _Read:
    """What several asking sentences want together.

    A headline asks something of law and then names what of the procedure it tells ("… có bắt buộc không? Hồ sơ …"):
    the sentence that opens by naming a part decides.
    """
    ways, reads, weak = _ways(), [], _Read()
    for text in asking:
        read = _read(text)
        if ways.weak_opening.match(text):
            weak = weak if weak.strength else read
        elif ways.opening.match(text):
            return read if read.strength else _Read("steps", 1)
        elif read.aspect in _RECORD and read.strength >= _DECIDED:
            return read
        reads.append(read)
    return weak if weak.strength else _strongest(reads)


def _strongest(reads: list[_Read]) -> _Read:
    return max(reads, key=lambda read: read.strength, default=_Read())  # the earliest of equals


def _read(text: str) -> _Read:
    """The strongest pattern in one sentence, the earliest of equals."""
    if len(text) > _STORY_CHARS:
        end = _read(" " + text[-_ASKING_CHARS:].partition(" ")[2])
        if end.strength:
            return end
    best, aspect, at = 0, "overview", len(text)
    for strength, candidate, pattern in _ways().rows:
        if strength < best:
            break
        found = pattern.search(text)
        if found and found.start() < at:
            best, aspect, at = strength, candidate, found.start()
    return _Read(aspect, best)


def _sentences(question: str) -> list[tuple[str, bool]]:
    """The sentences as patterns read them, and whether each asks: it has the mark, runs on into one or is the last."""
    ways, sentences = _ways(), []
    marked = _SENTENCE_END.split(fold(question.replace("\n", " . ")))
    for sentence, mark in zip(marked[::2], [*marked[1::2], "?"], strict=True):
        words = [ways.said_for.get(word, word) for word in _WORD.findall(sentence)]
        while words and words[-1] in ways.tails:
            words.pop()
        if not words:
            continue
        text = ways.not_asked.sub(" _", " " + " ".join(words))
        at = 0
        for found in ways.run_on.finditer(text):
            sentences.append((_after_lead_in(text[at : found.end()]), True))
            at = found.end()
        sentences.append((_after_lead_in(text[at:]), "?" in mark))
    if sentences:
        sentences[-1] = (sentences[-1][0], True)
    return sentences


def _after_lead_in(text: str) -> str:
    """What follows the last "xin hỏi"."""
    at = 0
    for found in _ways().lead_in.finditer(text):
        at = found.end()
    return text[at:]
