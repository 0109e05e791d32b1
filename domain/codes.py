"""Case codes `XXXX-XXXC`: short enough to read over the telephone, safe against a slip of the finger.

The first seven symbols are random; the last is a check symbol. Symbols are numbers of the field GF(2^5), and a code is
valid when sum(x^(7-i) * symbol_i) = 0. All eight weights differ and none is zero, so every wrong single symbol and
every swap of two symbols (neighbours or not, the check symbol included) is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

from domain.fold import is_invisible

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U
LENGTH = 8
RANDOM_BITS = 35

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = {"O": "0", "I": "1", "L": "1"}
_FIELD = 0b100101  # x^5 + x^2 + 1, primitive: the powers of x run through all 31 non-zero elements
_STEP = 0x2545F4915  # odd, so that stepping modulo 2^35 visits every number before it repeats
_PIECE = re.compile(r"[^\W_]+")
_CLOSE = re.compile(r"[\s\-–—_.·]{1,3}\Z")
_SHAPES = ((8,), (4, 4), (2, 2, 2, 2), (1,) * 8)  # how people group a code inside a sentence


def new_code(random_bits: int | Callable[[int], int]) -> str:
    """A new code in its stored form, eight symbols without the dash (`show_code` adds it).

    `random_bits` is a random number of at least 35 bits, or a function that makes one of n bits. Each half gets a
    letter and a digit from 2 to 9, so that neither words, nor telephone numbers, nor dates can be taken for a code.
    """
    bits = random_bits(RANDOM_BITS) if callable(random_bits) else random_bits
    while True:
        bits %= 1 << RANDOM_BITS
        body = "".join(ALPHABET[bits >> shift & 31] for shift in range(30, -1, -5))
        if _is_mixed(body[:4]) and _is_mixed(body[4:]):
            return body + _check_symbol(body)
        bits += _STEP


def show_code(code: str) -> str:
    """A stored code as people see it: 7K2M-9QXD."""
    return f"{code[:4]}-{code[4:]}"


def read_code(text: str) -> str | None:
    """The stored form of a typed code, or None when the text is not one or its check symbol is wrong.

    Case, spaces, dashes, dots and invisible characters do not matter; O is read as 0, I and L as 1. Letters alone (a
    short message of eight) and digits alone (a date) are never a code.
    """
    symbols = []
    for char in unicodedata.normalize("NFKC", text).upper():
        if is_invisible(char) or char.isspace() or char in "._·•" or unicodedata.category(char) == "Pd":
            continue
        symbols.append(_READ_AS.get(char, char))
    code = "".join(symbols)
    if len(code) != LENGTH or any(symbol not in _VALUE for symbol in code) or not _is_mixed(code):
        return None
    return code if _check_symbol(code[:-1]) == code[-1] else None


def find_code(text: str) -> str | None:
    """The first code inside a longer sentence, in its stored form; None when there is none.

    Stricter than `read_code`: the symbols must be grouped as people group them and have the mix of letters and digits
    that `new_code` gives, so that ordinary words, house numbers and telephone numbers are left alone.
    """
    visible = "".join(" " if c.isspace() else c for c in text if c.isspace() or not is_invisible(c))
    plain = unicodedata.normalize("NFKC", visible)
    return next(_codes_in(plain), None)


def _codes_in(text: str) -> Iterator[str]:
    pieces = list(_PIECE.finditer(text))
    for first in range(len(pieces)):
        for shape in _SHAPES:
            group = pieces[first : first + len(shape)]
            if tuple(len(piece[0]) for piece in group) != shape:
                continue
            if any(not _CLOSE.match(text, a.end(), b.start()) for a, b in pairwise(group)):
                continue
            typed = "".join(piece[0] for piece in group)
            if _is_mixed(typed[:4]) and _is_mixed(typed[4:]) and (code := read_code(typed)):
                yield code


def _is_mixed(part: str) -> bool:
    """Has a letter and a digit that cannot stand for a letter."""
    return any(c in "23456789" for c in part) and any(c.isalpha() for c in part)


def _check_symbol(body: str) -> str:
    total = 0
    for symbol in body:
        total = (total ^ _VALUE[symbol]) << 1
        if total & 32:
            total ^= _FIELD
    return ALPHABET[total]
