"""A commune's own facts and settings as plain values: contacts, opening hours, limits. Data, never code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from domain.errors import BadRecord

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# That an officer may be said to speak: of foreigners, then of the peoples of Việt Nam (ISO 639).
LANGUAGES = ("en", "fr", "zh", "ja", "ko", "km", "lo", "th",
             "tai", "tyz", "nut", "hmn", "mtq", "ium", "rad", "jra", "bdq", "cjm", "hre", "kpm")  # fmt: skip

Ranges = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reception:
    """One regular reception of citizens (tiếp công dân)."""

    weekday: str  # mon … sun
    begins: str  # "08:00"
    ends: str
    host: str  # who receives, by title
    place: str


@dataclass(frozen=True)
class Person:
    """Somebody the commune publishes as answering for something (NĐ 118/2025 Đ9.8: names, titles, phones)."""

    title: str
    name: str = ""
    phone: str = ""
    handles: tuple[str, ...] = ()  # what people call it: "đất đai", "hộ tịch"
    languages: tuple[str, ...] = ()  # spoken besides Vietnamese, of LANGUAGES


@dataclass(frozen=True)
class Neighbour:
    """Another commune, and how to reach it."""

    name: str
    contact: str


@dataclass(frozen=True)
class Profile:
    """What a commune says about itself. Empty = not entered yet; nothing is guessed in its place."""

    hotline: str = ""
    duty_phone: str = ""
    email: str = ""
    address: str = ""
    website: str = ""
    desk: str = "Trung tâm Phục vụ hành chính công"
    desk_address: str = ""
    hours: Mapping[str, Ranges] = field(default_factory=dict)  # mon … sun -> opening ranges of the desk
    late_hour: str = "15:00"  # what comes later begins to count on the next working day (NĐ 118/2025 Đ18.2)
    question_hours: int = 8  # working hours promised for a question handed to an officer
    question_department: str = ""  # key of the department that answers them
    unassigned_hours: int = 4  # working hours before the head is told that nobody took a case
    complaint_place: str = ""
    denounce_place: str = ""
    denounce_place_above: str = ""
    receptions: tuple[Reception, ...] = ()
    digest_at: str = "07:00"
    keep_chat_days: int = 90
    keep_case_days: int = 1825
    embed_sites: tuple[str, ...] = ()  # origins that may show the chat in a frame, "https://hoaan.gov.vn"
    emergency: tuple[str, ...] = ()  # numbers as shown; () = the national ones of the wording file
    consent_version: str = "1"
    people: tuple[Person, ...] = ()
    old_names: Mapping[str, str] = field(default_factory=dict)  # place name before a merger -> today's unit
    neighbours: tuple[Neighbour, ...] = ()
    desk_days: Mapping[str, str] = field(default_factory=dict)  # mon … sun -> what is special at the desk that day
    bank: str = ""  # account for fees: bank, number, holder
    social: Mapping[str, str] = field(default_factory=dict)  # "Zalo" -> the commune's page there


def profile_from_json(raw: Mapping[str, Any]) -> Profile:
    """Raises BadRecord with the name of the key that is wrong."""
    known = {f.name for f in fields(Profile)}
    unknown = sorted(set(raw) - known)
    if unknown:
        raise BadRecord(f"unknown setting '{unknown[0]}'")
    values = dict(raw)
    try:
        if "hours" in values:
            values["hours"] = {day: tuple((a, b) for a, b in values["hours"][day]) for day in values["hours"]}
            if bad := sorted(set(values["hours"]) - set(WEEKDAYS)):
                raise BadRecord(f"'hours' has an unknown day '{bad[0]}'")
        if "receptions" in values:
            values["receptions"] = tuple(Reception(**row) for row in values["receptions"])
    except (TypeError, ValueError) as error:
        raise BadRecord(f"'hours' or 'receptions' is malformed: {error}") from None
    for name in ("embed_sites", "emergency"):
        if name in values:
            values[name] = tuple(values[name])
    if "people" in values:
        values["people"] = tuple(_person(row, f"'people[{n}]'") for n, row in enumerate(_list(values, "people")))
    if "neighbours" in values:
        rows = enumerate(_list(values, "neighbours"))
        values["neighbours"] = tuple(
            Neighbour(**_texts(row, f"'neighbours[{n}]'", ("name", "contact"), ())) for n, row in rows
        )
    for name in ("old_names", "desk_days", "social"):
        if name in values:
            values[name] = _texts(values[name], f"'{name}'", (), tuple(values[name] or ()))
    if bad := sorted(set(values.get("desk_days", ())) - set(WEEKDAYS)):
        raise BadRecord(f"'desk_days' has an unknown day '{bad[0]}'")
    return Profile(**values)


def _person(row: object, place: str) -> Person:
    if not isinstance(row, Mapping):
        raise BadRecord(f"{place} is not a mapping")
    lists = {key: _words(row.get(key, ()), f"{place} '{key}'") for key in ("handles", "languages")}
    if bad := sorted(set(lists["languages"]) - set(LANGUAGES)):
        raise BadRecord(f"{place} has an unknown language '{bad[0]}'; known: {', '.join(LANGUAGES)}")
    plain = {key: value for key, value in row.items() if key not in lists}
    texts = _texts(plain, place, ("title",), ("name", "phone"))
    return Person(texts["title"], texts.get("name", ""), texts.get("phone", ""), lists["handles"], lists["languages"])


def _list(values: Mapping[str, Any], key: str) -> list[object]:
    if not isinstance(values[key], (list, tuple)):
        raise BadRecord(f"'{key}' is not a list")
    return list(values[key])


def _words(raw: object, place: str) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(word, str) and word for word in raw):
        raise BadRecord(f"{place} is not a list of texts")
    return tuple(raw)


def _texts(row: object, place: str, required: Sequence[str], optional: Sequence[str]) -> dict[str, str]:
    """The row's texts by key. Raises BadRecord on a missing or unknown key and on a value that is not a text."""
    if not isinstance(row, Mapping):
        raise BadRecord(f"{place} is not a mapping")
    for key, value in row.items():
        if key not in (*required, *optional):
            raise BadRecord(f"{place} has an unknown key '{key}'")
        if not isinstance(key, str) or not isinstance(value, str) or not key:
            raise BadRecord(f"{place}: '{key}' is not a text (put numbers in quotes)")
    for key in required:
        if not row.get(key):
            raise BadRecord(f"{place}: '{key}' is missing")
    return dict(row)
