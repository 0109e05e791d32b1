"""The one door to the wording in locales/*.ftl: look up, fill in, and write dates, times and money.

Every other module of this package is a list of typed functions over `say`; nothing else reads the wording files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

LOCALES = Path(__file__).resolve().parents[2] / "locales"
LANGUAGES = ("vi", "en")

_language: ContextVar[str] = ContextVar("language", default="vi")

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class WordingError(Exception):
    """A message is missing or a value was not given: a bug in the wording files or in their door."""


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Sentences inside the block come in this language. Only the engine and the sweeps open such a block."""
    token = _language.set(language if language in LANGUAGES else "vi")
    try:
        yield
    finally:
        _language.reset(token)


def say(message_id: str, **values: str | int) -> str:
    """The sentence with its values. People's words are cleaned of invisible and control characters first."""
    bundle = _bundle(_language.get())
    if not bundle.has_message(message_id):
        raise WordingError(f"no message '{message_id}' in {_language.get()}.ftl")
    pattern = bundle.get_message(message_id).value
    if pattern is None:
        raise WordingError(f"message '{message_id}' has no text")
    given = {key: clean(value) if isinstance(value, str) else value for key, value in values.items()}
    text, errors = bundle.format_pattern(pattern, given)
    if errors:
        raise WordingError(f"message '{message_id}': {errors[0]}")
    return str(text)


def clean(text: str) -> str:
    """Without control, bidirectional and zero-width characters; line breaks stay."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))


def weekday(day: date) -> str:
    return _WEEKDAYS[_language.get()][day.weekday()]


def on(day: date) -> str:
    """ "thứ Sáu, 27/11/2026"."""
    return f"{weekday(day)}, {day:%d/%m/%Y}"


def day(day: date) -> str:
    """ "27/11/2026"."""
    return f"{day:%d/%m/%Y}"


def clock(at: datetime) -> str:
    """ "8 giờ 30"; `at` is already on the commune's clock."""
    if _language.get() == "en":
        return f"{at:%H:%M}"
    return f"{at.hour} giờ" + (f" {at.minute:02d}" if at.minute else "")


def hour(text: str) -> str:
    """ "8 giờ 30" of "08:30"; "24:00" closes a day."""
    number, _, minute = text.partition(":")
    if _language.get() == "en" or not (number.isdecimal() and minute.isdecimal()):
        return text
    return f"{int(number)} giờ" + (f" {minute}" if int(minute) else "")


def moment(at: datetime) -> str:
    """ "10 giờ 30, thứ Sáu, 27/11/2026"; `at` is already on the commune's clock."""
    return f"{clock(at)}, {on(at.date())}"


def money(dong: int) -> str:
    """ "8.000 đồng"."""
    return f"{dong:,}".replace(",", ".") + " đồng"


def code(raw: str) -> str:
    """A case code as people read it: "7K2M-9QXD"."""
    return f"{raw[:4]}-{raw[4:]}"


def capital(text: str) -> str:
    """With a capital first letter, the rest as it is: "Xã Hòa An"."""
    return text[:1].upper() + text[1:]


@lru_cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)  # isolation marks would break a copied code
    bundle.add_resource(FluentResource((LOCALES / f"{language}.ftl").read_text(encoding="utf-8")))
    return bundle
