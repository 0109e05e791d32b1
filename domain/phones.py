"""Vietnamese telephone numbers as people type them."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.\-–()/]+")
_COUNTRY = re.compile(r"^(?:\+84|0084|84(?=\d{9,10}$))0?")
_NUMBER = re.compile(r"^0(?:[35789]\d{8}|2\d{9})$")  # mobile: ten digits; landline with area code: eleven
_RUN = re.compile(r"\+?\d[\d\s.\-–()/]{7,}\d")


def read_phone(text: str) -> str:
    """The number in its national form, "0912345678"; "" when there is none in the text.

    Ten digits beginning 03, 05, 07, 08, 09 for a mobile, eleven beginning 02 for a landline (the national plan since
    2018). Words around the number do not matter.
    """
    for candidate in (text, *_RUN.findall(text)):
        plain = _SEPARATORS.sub("", candidate)
        plain = _COUNTRY.sub("0", plain)
        if _NUMBER.fullmatch(plain):
            return plain
    return ""


def last_four(phone: str) -> str:
    """The last four digits; "" when the number is shorter."""
    digits = "".join(c for c in phone if c.isdigit())
    return digits[-4:] if len(digits) >= 4 else ""
