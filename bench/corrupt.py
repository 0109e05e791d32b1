"""Spoil a well-typed question the way phones and hurry do, always the same way for the same question."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from knowledge.normalise import fold

_TELEX = {"â": "aa", "ă": "aw", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_SHORT = {
    "không": "k", "được": "dc", "đăng ký": "đky", "gì": "j", "như thế nào": "ntn", "bao nhiêu": "bn", "người": "ng",
    "vậy": "z", "rồi": "r", "với": "vs", "giấy": "jấy", "căn cước công dân": "cccd", "bảo hiểm xã hội": "bhxh",
    "bảo hiểm y tế": "bhyt", "hộ kinh doanh": "hkd", "khai sinh": "ks", "tôi": "tui", "mình": "mk", "muốn": "mún",
    "doanh nghiệp": "dn", "thủ tục": "tt", "hồ sơ": "hs", "lệ phí": "lp", "gia đình": "gđ", "cũng": "cx",
}  # fmt: skip
_KEYS = "qwertyuiopasdfghjklzxcvbnm"


def no_accents(question: str, chance: random.Random) -> str:
    """Typed without any diacritic."""
    return fold(question)


def teencode(question: str, chance: random.Random) -> str:
    """Common words in short form; half of the time without diacritics too."""
    text = f" {question.lower()} "
    for word, short in _SHORT.items():
        text = text.replace(f" {word} ", f" {short} ")
    text = text.strip()
    return fold(text) if chance.random() < 0.5 else text


def telex(question: str, chance: random.Random) -> str:
    """One accented word in three typed as raw Telex keys."""
    return " ".join(_keys(word) if chance.random() < 0.34 else word for word in question.split())


def typo(question: str, chance: random.Random) -> str:
    """One letter of one longer word left out, doubled, swapped or replaced; a second one in a long question."""
    words = question.split()
    places = [at for at, word in enumerate(words) if len(word) >= 3 and word.isalpha()]
    for at in chance.sample(places, min(len(places), 1 + (len(words) > 14))):
        words[at] = _slip(words[at], chance)
    return " ".join(words)


CORRUPTIONS: dict[str, Callable[[str, random.Random], str]] = {
    "no accents": no_accents,
    "teencode": teencode,
    "telex": telex,
    "typo": typo,
}


def corrupted(question: str, kind: str) -> str:
    """The question spoilt in one of the CORRUPTIONS. The same question always gives the same result."""
    return CORRUPTIONS[kind](question, random.Random(f"{kind}:{question}"))


def _keys(word: str) -> str:
    tone, letters = "", []
    for c in unicodedata.normalize("NFD", unicodedata.normalize("NFC", word)):
        if c in _TONES:
            tone = _TONES[c]
        else:
            letters.append(c)
    plain = unicodedata.normalize("NFC", "".join(letters))
    end = len(plain.rstrip('?.,!;:”")'))
    typed = "".join(_TELEX.get(c, c) for c in plain[:end].lower())
    return typed + tone + plain[end:]


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    kind = chance.choice(("drop", "double", "swap", "other"))
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    if kind == "swap":
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word[:at] + chance.choice(_KEYS) + word[at + 1 :]
