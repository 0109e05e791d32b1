"""Text made comparable: one spelling of tone marks, no invisible characters, accents optional."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\\u034f\\u20e3\\ufe00-\\ufe0f]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")  # "cứuuuu"
_MARKED_ENOUGH = 0.3  # properly typed Vietnamese has marks on two words of three; a stray "ok" must not change that
# "hoà" and "hòa", "thuỷ" and "thủy" are one word: the mark goes on the first of the two vowels, here and in patterns.
_TONE_PLACES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_TONE_PLACE = re.compile("(" + "|".join(_TONE_PLACES) + r")(?![^\W\d_])")


def is_invisible(char: str) -> bool:
    """Zero-width, bidi, control and private characters, variation selectors and the keycap ring."""
    return bool(_INVISIBLE.match(char)) or unicodedata.category(char) in {"Cf", "Cc", "Co", "Cs", "Cn"}


def clean(text: str) -> str:
    """Lower-case NFC, fullwidth as plain, no invisible characters, every kind of space one space. Accents stay."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or not is_invisible(c))
    return " ".join(text.split())


def fold(text: str) -> str:
    """`clean` without any accent (đ→d): "Đường  Hỏng" and "duong hong" become the same."""
    bare = "".join(c for c in unicodedata.normalize("NFD", clean(text)) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


def exact(text: str) -> str:
    """The words of a text with their accents, one spelling of each, single spaces, no punctuation."""
    words = " ".join(_WORD.findall(_STRETCHED.sub(r"\1", clean(text))))
    return one_tone_place(words)


def one_tone_place(text: str) -> str:
    """Lower-case text with every tone mark where `exact` puts it."""
    return _TONE_PLACE.sub(lambda match: _TONE_PLACES[match[1]], text)


def has_accents(text: str) -> bool:
    """Whether the writer uses accents, so that a plain "cho" really is "cho" and not "chó"."""
    words = [word for word in _WORD.findall(clean(text)) if not word.isdigit()]
    marked = sum(1 for word in words if fold(word) != word)
    return marked > 0 and marked >= _MARKED_ENOUGH * len(words)
