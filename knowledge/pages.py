"""Published text cut to the size of a phone's screen, only ever at the end of a line, a sentence or a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from domain.texts import procedure as texts

_SENTENCE_END = re.compile(r"(?<=[.;])\s+(?=[^\W\d_a-z]|[-+*•(]|\d)")
_LINE_CHARS = 360  # a screen less the longest title, source and label
_KIND = re.compile(r"^thủ tục(?: hành chính)?:? +(?=\S)", re.IGNORECASE)
_CUTS = (". ", "; ", ", ", " ")  # where a long line may be cut, the best first


def flat(text: str) -> str:
    """One line without invisible characters."""
    line = " ".join(text.split())
    if line.isprintable():
        return line  # nearly always
    return " ".join("".join(c if c.isspace() or _shows(c) else "" for c in text).split())


def lines_of(text: str) -> list[str]:
    """The lines of a field, each flat, without empty ones, none longer than a screen can show."""
    return [piece for raw in re.split(r"[\r\n]+", text) if (line := flat(raw)) for piece in _pieces(line, _LINE_CHARS)]


def sentences(text: str) -> list[str]:
    """The sentences of a field, in order."""
    return [part for line in lines_of(text) for part in _SENTENCE_END.split(line) if part]


def shortened(text: str, max_chars: int) -> str:
    """Cut at a word's end, with "…" to show it."""
    text = flat(text)
    if len(text) <= max_chars:
        return text
    cut = text[: max_chars - 1]
    return cut[: cut.rfind(" ")].rstrip(" ,;:.(-") + "…" if " " in cut else cut + "…"


def named(name: str) -> str:
    """A published name as a heading: without "Thủ tục" before it, and not in capitals throughout."""
    name = flat(name).rstrip(" .;:").replace("( ", "(").replace(" )", ")")
    if name.isupper():
        name = " ".join(word if _is_abbreviation(word) else word.lower() for word in name.split())
        name = name.replace("việt nam", "Việt Nam")
    name = _KIND.sub("", name) or name
    return name[:1].upper() + name[1:]


def _is_abbreviation(word: str) -> bool:
    """ "BHXH", "HTX": no vowel, so nobody says it as a word."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if c.isalpha())
    return len(bare) > 1 and not set(bare) & set("aeiouy")


def screens(title: str, lines: Sequence[str], source: str, max_chars: int) -> tuple[str, ...]:
    """The lines as screens of at most `max_chars`, each under the title and above the source."""
    room = max_chars - len(title) - len(source) - 2
    whole = "\n".join(lines)
    if len(whole) <= room:
        return ("\n".join((title, *lines, source)),)
    room -= len(texts.page(999, 999)) + 1
    filled = _fill(lines, room)
    return tuple(
        "\n".join((title, texts.page(number, len(filled)), *page, source)) for number, page in enumerate(filled, 1)
    )


def _fill(lines: Sequence[str], room: int) -> list[list[str]]:
    pages: list[list[str]] = []
    page: list[str] = []
    left = room
    for line in (piece for whole in lines for piece in _pieces(whole, room)):
        if page and len(line) > left:
            carried = [page.pop()] if len(page) > 1 and page[-1].endswith(":") else []  # a heading goes with its lines
            pages.append(page)
            page = carried
            left = room - sum(len(kept) + 1 for kept in page)
            if page and len(line) > left:
                pages.append(page)
                page, left = [], room
        page.append(line)
        left -= len(line) + 1
    return [*pages, page] if page else pages


def _pieces(line: str, room: int) -> list[str]:
    pieces = []
    while len(line) > room:
        at = next(
            (found + len(cut) for cut in _CUTS if (found := line.rfind(cut, room // 3, room - len(cut))) > 0), room
        )
        pieces.append(line[:at].rstrip())
        line = line[at:].lstrip()
    return [*pieces, line] if line else pieces


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs")
