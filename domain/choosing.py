"""Reading a typed answer as one of the choices offered: "2", "hai", "số 2", "cái thứ hai", the label itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from domain.fold import fold
from domain.messages import Choice

_NUMBERS = {
    "khong": "0", "mot": "1", "nhat": "1", "hai": "2", "nhi": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9", "muoi": "10",
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
}  # fmt: skip
_LEADS = r"(?:(?:cai|so|thu|cau|muc|chon|viec|lua chon|option|dap an|em|toi|minh|cho)\s+)*"
_TAILS = r"(?:\s+(?:a|nha|nhe|ban|oi|em|thoi|di))*"
_TYPED = re.compile(rf"^{_LEADS}(\d{{1,2}}|{'|'.join(_NUMBERS)}){_TAILS}$")
_MIN_PREFIX = 5  # so many letters of a label are enough when only one label begins with them


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice meant by `text`, or None. `choices` carry their keys (see `Outgoing.numbered`)."""
    folded = fold(_plain_digits(text)).strip(" .,;:!?()[]\"'-")
    if not folded:
        return None
    by_label = [choice for choice in choices if fold(choice.label) == folded]
    if len(by_label) == 1:
        return by_label[0]
    if match := _TYPED.match(folded):
        key = _NUMBERS.get(match[1], match[1].lstrip("0") or "0")
        return next((choice for choice in choices if choice.key == key), None)
    if len(folded) >= _MIN_PREFIX:
        starts = [choice for choice in choices if fold(choice.label).startswith(folded)]
        if len(starts) == 1:
            return starts[0]
    return None


def _plain_digits(text: str) -> str:
    """Keycap emoji, full-width and superscript digits as ordinary ones."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c not in "\u20e3\ufe0f")
