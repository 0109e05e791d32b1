"""`danhoi due`: due dates for a list of cases from outside, each with its proof.

A case is {"id", "calendar": {"timezone", "hours", "holidays", "extra_workdays", "special_days"}, "start", "minutes" or
"days", "day_kind": "working" | "calendar", "pauses"}. A holiday or extra workday is "2026-02-16", or a list that begins
with the date and its name (and may go on with verified and source), or {"date", "name", "source"}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.calendar import Due, Kind, Pause, Periods, WorkCalendar
from domain.errors import BadRecord
from domain.profile import WEEKDAYS

DEFAULT_TIMEZONE = "Asia/Ho_Chi_Minh"
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]24:00(?::00)?(.*)")


def answer_cases(raw: object) -> list[dict[str, Any]]:
    """One {"id", "due", "proof"} for each case in order; {"id", "error"} for a bad one, and the rest goes on.

    `due` is an ISO date for days and an ISO instant with offset for minutes. Raises BadRecord when `raw` is no list.
    """
    if not isinstance(raw, list):
        raise BadRecord("the input must be a JSON list of cases")
    return [_answer(case) for case in raw]


def read_calendar(raw: object) -> WorkCalendar:
    """A calendar from its JSON form. Raises BadRecord that names the key."""
    record = _mapping("calendar", raw)
    hours = _mapping("calendar.hours", record.get("hours") or {})
    if unknown := sorted(str(day) for day in set(hours) - set(WEEKDAYS)):
        raise BadRecord(f"calendar.hours: unknown day '{unknown[0]}', use {', '.join(WEEKDAYS)}")
    special = _mapping("calendar.special_days", record.get("special_days") or {})
    zone = record.get("timezone", DEFAULT_TIMEZONE)
    if not isinstance(zone, str):
        raise BadRecord("calendar.timezone: must be a name such as Asia/Ho_Chi_Minh")
    try:
        return WorkCalendar(
            timezone=zone,
            hours={WEEKDAYS.index(day): read_periods(f"calendar.hours.{day}", hours[day]) for day in hours},
            holidays=_named_days("calendar.holidays", record.get("holidays") or ()),
            extra_workdays=_named_days("calendar.extra_workdays", record.get("extra_workdays") or ()),
            special_days={
                _date("calendar.special_days", day): read_periods(f"calendar.special_days.{day}", special[day])
                for day in special
            },
        )
    except BadRecord as error:
        raise error if str(error).startswith("calendar.") else BadRecord(f"calendar.{error}") from None


def read_periods(key: str, raw: object) -> Periods:
    """Opening hours from [["08:00", "11:30"], …]; "24:00" may close a day. Raises BadRecord that names `key`."""
    if raw is None:
        return ()
    periods = []
    for item in _sequence(key, raw):
        pair = _sequence(key, item)
        if len(pair) != 2:
            raise BadRecord(f"{key}: needs pairs of opening and closing time, not {item!r}")
        opens, closes = _clock(key, pair[0]), time.min if pair[1] == "24:00" else _clock(key, pair[1])
        if opens >= closes and pair[1] != "24:00":
            raise BadRecord(f"{key}: closes at {pair[1]}, not after it opens at {pair[0]}; the end of a day is 24:00")
        periods.append((opens, closes))
    return tuple(periods)


def _answer(case: object) -> dict[str, Any]:
    known = case.get("id") if isinstance(case, Mapping) else None
    try:
        due = _work_out(_mapping("case", case))
    except BadRecord as error:
        return {"id": known, "error": str(error)}
    except OverflowError:
        return {"id": known, "error": "start: the period leaves the years 1 to 9999"}
    return {"id": known, "due": due.due.isoformat(), "proof": list(due.proof)}


def _work_out(case: Mapping[str, Any]) -> Due:
    if "calendar" not in case:
        raise BadRecord("calendar: is missing")
    calendar = read_calendar(case["calendar"])
    minutes, days = case.get("minutes"), case.get("days")
    if minutes is not None and days is not None:
        raise BadRecord("minutes, days: give one of the two, not both")
    start = _moment("start", case.get("start"))
    pauses = [_pause(n, item) for n, item in enumerate(_sequence("pauses", case.get("pauses") or ()))]
    if minutes is not None:
        return calendar.after_minutes(start, minutes, pauses)
    if days is not None:
        return calendar.deadline(start, days, _kind(case.get("day_kind") or "working"), pauses)
    raise BadRecord("minutes, days: give one of the two")


def _kind(raw: object) -> Kind:
    if raw == "working":
        return "working"
    if raw == "calendar":
        return "calendar"
    raise BadRecord(f"day_kind: must be 'working' or 'calendar', not {raw!r}")


def _pause(number: int, raw: object) -> Pause:
    key = f"pauses[{number}]"
    pair = _sequence(key, raw)
    if len(pair) != 2:
        raise BadRecord(f"{key}: needs [from, to]")
    return _moment(key, pair[0]), _moment(key, pair[1])


def _named_days(key: str, raw: object) -> dict[date, str]:
    if isinstance(raw, Mapping):
        return {_date(key, day): str(name or "") for day, name in raw.items()}
    return dict(_named_day(key, item) for item in _sequence(key, raw))


def _named_day(key: str, raw: object) -> tuple[date, str]:
    if isinstance(raw, str):
        return _date(key, raw), ""
    if isinstance(raw, Mapping):
        day, name, source = raw.get("date"), raw.get("name"), raw.get("source")
    else:
        row = [*_sequence(key, raw), None, None, None, None]
        day, name, source = row[0], row[1], row[3]
    return _date(key, day), "; nguồn: ".join(str(part) for part in (name, source) if part)


def _moment(key: str, raw: object) -> date | datetime:
    """A day, or an instant (naive = local). "T24:00" is the midnight that ends the day."""
    if not isinstance(raw, str) or not raw:
        raise BadRecord(f"{key}: must be an ISO date or instant, not {raw!r}")
    text = raw.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        if midnight := _MIDNIGHT.fullmatch(text):
            return datetime.fromisoformat(f"{midnight[1]}T00:00{midnight[2]}") + timedelta(days=1)
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadRecord(f"{key}: '{raw}' is not an ISO date or instant") from None


def _date(key: str, raw: object) -> date:
    try:
        if isinstance(raw, str):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise BadRecord(f"{key}: {raw!r} is not an ISO date")


def _clock(key: str, raw: object) -> time:
    try:
        if isinstance(raw, str):
            hours, minutes = raw.split(":")
            return time(int(hours), int(minutes))
    except ValueError:
        pass
    raise BadRecord(f"{key}: {raw!r} is not a time such as 08:00")


def _mapping(key: str, raw: object) -> Mapping[str, Any]:
    if isinstance(raw, Mapping):
        return raw
    raise BadRecord(f"{key}: must be an object")


def _sequence(key: str, raw: object) -> Sequence[Any]:
    if isinstance(raw, list | tuple):
        return raw
    raise BadRecord(f"{key}: must be a list")
