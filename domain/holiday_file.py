"""Days off as they are handed round: a JSON file with holidays and swapped workdays for each year, checked row by row.

`{"2027": {"holidays": [["2027-02-04", "Tết Nguyên đán", true, "Thông báo …"]], "swapped_workdays": […]}}`; a row is
date, name, verified, source. Keys that begin with "_" are remarks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from domain.calendar import name_day
from domain.errors import BadRecord
from domain.holidays import KnownDay

HOLIDAYS, SWAPPED = "holidays", "swapped_workdays"
_SATURDAY = 5
_SPAN = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")


def read_days(raw: object) -> dict[str, list[KnownDay]]:
    """The days under "holidays" and under "swapped_workdays". Raises BadRecord naming the place of what is wrong."""
    if not isinstance(raw, Mapping):
        raise BadRecord('expected {"2027": {"holidays": […], "swapped_workdays": […]}}')
    found: dict[str, list[KnownDay]] = {HOLIDAYS: [], SWAPPED: []}
    places: dict[date, str] = {}
    for year, kinds in raw.items():
        if str(year).startswith("_"):
            continue
        if not re.fullmatch(r"20\d\d", str(year)) or not isinstance(kinds, Mapping):
            raise BadRecord(f"'{year}': expected a year with holidays and swapped_workdays")
        if unknown := sorted(set(kinds) - set(found)):
            raise BadRecord(f"{year}.{unknown[0]}: expected holidays or swapped_workdays")
        for kind in (kind for kind in found if kind in kinds):
            if not isinstance(kinds[kind], list):
                raise BadRecord(f"{year}.{kind}: expected a list of days")
            for n, row in enumerate(kinds[kind]):
                place = f"{year}.{kind}[{n}]"
                day = _day(row, place, int(year), kind)
                if day.on in places:
                    raise BadRecord(f"{place}: {day.on} stands at {places[day.on]} too")
                places[day.on] = place
                found[kind].append(day)
    if not places:
        raise BadRecord("there is no day in it")
    return found


def read_day(text: str, place: str = "") -> date:
    """Raises BadRecord."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadRecord(f"{place}{': ' if place else ''}'{text}' is not a day as in 2027-02-04") from None


def read_hours(text: str) -> tuple[tuple[str, str], ...]:
    """ "08:00-11:30, 13:30-17:00"; "24:00" may end a day. Raises BadRecord."""
    spans: list[tuple[str, str]] = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if not match or not _clock(match[1]) or not (match[2] == "24:00" or _clock(match[2])) or match[1] >= match[2]:
            raise BadRecord(f"'{part.strip()}' are no opening hours as in 08:00-11:30")
        spans.append((match[1], match[2]))
    return tuple(spans)


def check_workday(on: date, place: str = "") -> None:
    """Raises BadRecord for a weekday: it is worked anyway, so the date is a mistake."""
    if on.weekday() < _SATURDAY:
        raise BadRecord(
            f"{place}{': ' if place else ''}{name_day(on)} is no Saturday or Sunday, nothing is made up on it"
        )


def _day(row: Any, place: str, year: int, kind: str) -> KnownDay:
    if not isinstance(row, list) or len(row) != 4:
        raise BadRecord(f"{place}: expected [date, name, verified, source]")
    on, name, verified, source = row
    day = read_day(on, place)
    if day.year != year:
        raise BadRecord(f"{place}: {day} is not in {year}")
    if not isinstance(name, str) or not name.strip():
        raise BadRecord(f"{place}: the name is missing")
    if not isinstance(verified, bool):
        raise BadRecord(f"{place}: verified is true or false, not {verified!r}")
    if not isinstance(source, str) or (verified and not source.strip()):
        raise BadRecord(f"{place}: a verified day names its source")
    if kind == SWAPPED:
        check_workday(day, place)
    return KnownDay(day, name.strip(), verified, source.strip())


def _clock(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True
