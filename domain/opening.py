"""Whether the commune is open, when it opens again, its days off and its next reception of citizens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from domain.calendar import WorkCalendar
from domain.errors import BadRecord
from domain.fold import fold
from domain.profile import WEEKDAYS, Profile, Reception
from domain.spoken_time import Spoken
from domain.texts import directory as texts

Open = tuple[datetime, datetime]  # on the commune's clock

_UNCONFIRMED = "(chưa xác nhận)"  # how KnownDay.told ends for a day that nobody has confirmed
_SHOWN_HOLIDAYS = 3
_LOOK_AHEAD = 400  # days
_PARTS = {
    "morning": (time(5), time(11, 30)),
    "noon": (time(12), time(12, 45)),
    "afternoon": (time(13, 30), time(17)),
    "evening": (time(18), time(22)),
}


@dataclass(frozen=True)
class DaysOff:
    """Days in a row on which the commune is shut, a public holiday among them."""

    name: str
    first: date
    last: date
    confirmed: bool


@dataclass(frozen=True)
class Sitting:
    """One reception of citizens; `skipped` are the same receptions before it that fall on days off."""

    row: Reception
    begins: datetime  # on the commune's clock
    ends: datetime
    skipped: tuple[date, ...] = ()


def closed_note(calendar: WorkCalendar, now: datetime) -> datetime | None:
    """When the commune opens next, on its clock; None while it is open, and when no hours were entered."""
    if calendar.open_at(now):
        return None
    try:
        return calendar.next_open(now)
    except BadRecord:
        return None


def holiday_name(calendar: WorkCalendar, day: date) -> str:
    """What the day off is called, without its source; "" when it is none."""
    return re.sub(r"\s*\([^)]*\)$", "", calendar.holidays.get(day, "").split(";")[0]).strip()


def is_confirmed(calendar: WorkCalendar, day: date) -> bool:
    """False for a day off of which no official announcement was seen."""
    return not calendar.holidays.get(day, "").endswith(_UNCONFIRMED)


def hours_told(profile: Profile, unit: str, calendar: WorkCalendar, time: Spoken, now: datetime) -> str:
    """Open or not at the time asked, or in general; "" when no hours were entered."""
    if not calendar.hours:
        return ""
    local = now.astimezone(calendar.zone)
    if time.day in ("", "weekend") and not time.hour and time.part != "now":
        return "\n".join([*_status(unit, calendar, now, profile), *week(profile, calendar, now)])
    day = time.on(local.date())
    if day is None:
        return texts.no_such_day()
    return "\n".join(_day_told(profile, unit, calendar, time, day, now))


def week(profile: Profile, calendar: WorkCalendar, now: datetime) -> list[str]:
    """The opening hours by weekday as sentences, days with the same hours together, and what is special on some."""
    lines = [texts.hours_head(profile.desk)]
    monday = now.astimezone(calendar.zone).date()
    monday -= timedelta(days=monday.weekday())
    plain = WorkCalendar(timezone=calendar.timezone, hours=calendar.hours)
    days = [(n, _local(plain, monday + timedelta(days=n))) for n in range(7)]
    shut = False
    for hours, group in groupby(days, key=lambda day: [(a.time(), b.time()) for a, b in day[1]]):
        found = list(group)
        if not hours:
            shut = True
            continue
        first, last = texts.weekday_name(found[0][0]), texts.weekday_name(found[-1][0])
        name = first if first == last else texts.from_to(first, last)
        lines.append(texts.hours_line(name, texts.ranges(found[0][1])))
    lines += [texts.hours_else()] if shut else []
    notes = [(WEEKDAYS.index(day), note) for day, note in profile.desk_days.items()]
    return lines + [texts.hours_line(texts.weekday_name(n), note) for n, note in sorted(notes)]


def days_off(calendar: WorkCalendar, today: date, *, name: str = "", day: date | None = None, year: int = 0,
             limit: int = _SHOWN_HOLIDAYS) -> list[DaysOff]:  # fmt: skip
    """Coming days off in a row with a public holiday in them: by name (folded), containing a day, of a year."""
    found: dict[date, DaysOff] = {}
    for holiday in sorted(calendar.holidays):
        known = any(run.first <= holiday <= run.last for run in found.values())
        if known or not _shut(calendar, holiday):
            continue
        first, last = _reach(calendar, holiday, -1), _reach(calendar, holiday, 1)
        if last >= today:
            found[first] = _run(calendar, first, last)
    runs = [run for run in found.values() if name in fold(run.name) and year in (0, run.last.year)]
    if day:
        runs = [run for run in runs if run.first <= day <= run.last]
    return runs[:limit]


def holidays_told(profile: Profile, calendar: WorkCalendar, time: Spoken, now: datetime) -> str:
    """The holiday that was asked about, or the next few; "" when none is known."""
    today = now.astimezone(calendar.zone).date()
    day = time.on(today) if "/" in time.day else None
    year = time.year or (today.year + 1 if time.next_year else 0)
    one = bool(day or time.holiday)
    runs = days_off(calendar, today, name=time.holiday, day=day, year=year, limit=1 if one else _SHOWN_HOLIDAYS)
    if not runs:
        return ""
    lines = [] if one else [texts.days_off_head()]
    lines += [texts.days_off(run.name, run.first, run.last) for run in runs]
    opens = _opens(calendar, runs[0].last) if one else None
    lines += [texts.opens_again(opens)] if opens else []
    if not all(run.confirmed for run in runs):
        lines.append(texts.days_off_unconfirmed(profile.hotline))
    return "\n".join(lines)


def next_reception(rows: Iterable[Reception], calendar: WorkCalendar, now: datetime, host: str = "") -> Sitting | None:
    """The first reception that has not ended, never on a day off; of a host (folded title) where one is given."""
    rows = tuple(rows)
    named = [row for row in rows if fold(row.host).startswith(host)]
    sittings = [_sitting(row, calendar, now) for row in named or rows]
    return min((one for one in sittings if one), key=lambda one: one.begins, default=None)


def sitting_at(rows: Iterable[Reception], calendar: WorkCalendar, begins: datetime) -> Sitting | None:
    """The reception that begins at this moment of the commune's clock; None when there is none, or a day off."""
    for row in rows:
        found = _sitting(row, calendar, begins)
        if found and found.begins == begins:
            return found
    return None


def skipped_told(calendar: WorkCalendar, sitting: Sitting, hotline: str) -> list[str]:
    """Why the usual day before the next reception does not count, and that it is not confirmed where so."""
    lines = []
    for day in sitting.skipped:
        name = holiday_name(calendar, day)
        sure = is_confirmed(calendar, day)
        lines.append(texts.reception_skipped(day, name) if sure else texts.unconfirmed(day, name, hotline))
    return lines


def _sitting(row: Reception, calendar: WorkCalendar, now: datetime) -> Sitting | None:
    local = now.astimezone(calendar.zone)
    skipped: list[date] = []
    for n in range(_LOOK_AHEAD):
        day = local.date() + timedelta(days=n)
        ends = datetime.combine(day, time.fromisoformat(row.ends), calendar.zone)
        if WEEKDAYS[day.weekday()] != row.weekday or ends <= local:
            continue
        if day in calendar.holidays and day not in calendar.extra_workdays:
            skipped.append(day)
            continue
        begins = datetime.combine(day, time.fromisoformat(row.begins), calendar.zone)
        return Sitting(row, begins, ends, tuple(skipped))
    return None


def _status(unit: str, calendar: WorkCalendar, now: datetime, profile: Profile) -> list[str]:
    """Open until when, or shut until when, with a warning about days off on the way that nobody has confirmed."""
    local = now.astimezone(calendar.zone)
    for begins, ends in _local(calendar, local.date()):
        if begins <= local < ends:
            return [texts.open_now(unit, ends)]
    opens = closed_note(calendar, now)
    if opens is None:
        return []
    return [texts.closed(unit, opens), *_doubts(calendar, local.date(), opens.date(), profile.hotline)]


def _day_told(profile: Profile, unit: str, calendar: WorkCalendar, time: Spoken, day: date, now: datetime) -> list[str]:
    today = now.astimezone(calendar.zone).date()
    hours = _local(calendar, day)
    now_too = day == today and time.part in ("", "now") and not time.hour
    lines = _status(unit, calendar, now, profile) if now_too else []
    if not hours:
        return lines + _shut_told(profile, unit, calendar, day, today, say_when=not lines)
    if time.hour:
        at = datetime.combine(day, time.hour, calendar.zone)
        lines.append(texts.at_hour(calendar.open_at(at), at, unit))
    elif time.part in _PARTS:
        lines.append(texts.then(_open_in(calendar, day, time.part), time.part, unit))
    lines.append(texts.day_open(day, unit, texts.ranges(hours)))
    if worked := calendar.extra_workdays.get(day):
        lines.append(texts.day_worked_instead(worked.split(";")[0]))
    note = profile.desk_days.get(WEEKDAYS[day.weekday()])
    return [*lines, texts.hours_line(texts.weekday_name(day.weekday()), note)] if note else lines


def _shut_told(
    profile: Profile, unit: str, calendar: WorkCalendar, day: date, today: date, *, say_when: bool
) -> list[str]:
    """Why the day is off, and when the commune opens again; an unconfirmed day is never called off."""
    sure = is_confirmed(calendar, day)
    opens = _opens(calendar, day) if day >= today and say_when else None
    if not sure:
        told = [texts.unconfirmed(day, holiday_name(calendar, day), profile.hotline)] if say_when else []
        return told + ([texts.if_off_opens(opens)] if opens else [])
    lines = [texts.day_shut(day, unit, _why(calendar, day))]
    if opens:
        lines += [texts.opens_again(opens), *_doubts(calendar, day, opens.date(), profile.hotline)]
    return lines


def _doubts(calendar: WorkCalendar, first: date, last: date, hotline: str) -> list[str]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [
        texts.unconfirmed(day, holiday_name(calendar, day), hotline)
        for day in days
        if _shut(calendar, day) and not is_confirmed(calendar, day)
    ]


def _why(calendar: WorkCalendar, day: date) -> str:
    if day in calendar.special_days:
        return ""
    return holiday_name(calendar, day) or (texts.weekend() if day.weekday() >= 5 else "")


def _open_in(calendar: WorkCalendar, day: date, part: str) -> bool:
    first, last = (datetime.combine(day, at, calendar.zone) for at in _PARTS[part])
    return any(begins < last and first < ends for begins, ends in _local(calendar, day))


def _opens(calendar: WorkCalendar, after: date) -> datetime | None:
    """The first opening after a day."""
    morning = datetime.combine(after + timedelta(days=1), time.min, calendar.zone)
    try:
        return calendar.next_open(morning)
    except BadRecord:
        return None


def _local(calendar: WorkCalendar, day: date) -> list[Open]:
    spans = calendar.open_spans(day)
    return [(begins.astimezone(calendar.zone), ends.astimezone(calendar.zone)) for begins, ends in spans]


def _shut(calendar: WorkCalendar, day: date) -> bool:
    return not calendar.open_spans(day) if calendar.hours else not calendar.is_working_day(day)


def _reach(calendar: WorkCalendar, day: date, step: int) -> date:
    """The last day in one direction until which the commune stays shut."""
    for _ in range(60):
        following = day + timedelta(days=step)
        if not _shut(calendar, following):
            return day
        day = following
    return day


def _run(calendar: WorkCalendar, first: date, last: date) -> DaysOff:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    names = dict.fromkeys(name for day in days if (name := holiday_name(calendar, day)))
    plain = [name for name in names if not name.startswith("Nghỉ ")]
    return DaysOff(", ".join(plain or names), first, last, all(is_confirmed(calendar, day) for day in days))
