"""Whether the commune is open, when it opens again, its days off and its next reception of citizens."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from domain import lunar
from domain.calendar import WorkCalendar
from domain.errors import BadRecord
from domain.fold import fold
from domain.profile import WEEKDAYS, Profile, Reception
from domain.spoken_time import WEEKEND, Spoken
from domain.texts import directory as texts

Open = tuple[datetime, datetime]  # on the commune's clock

_UNCONFIRMED = "(chưa xác nhận)"  # how KnownDay.told ends for a day that nobody has confirmed
_BESIDE = ("Nghỉ ", "Mùng ")  # how the name of a day begins that is off because of another one
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


def shut_told(unit: str, calendar: WorkCalendar, now: datetime, hotline: str, duty: str = "") -> list[str]:
    """While the commune is shut: when it opens again, what of that is not confirmed, and who is on duty; else []."""
    opens = closed_note(calendar, now)
    if opens is None:
        return []
    today = now.astimezone(calendar.zone).date()
    on_duty = [texts.duty(duty)] if duty else []
    if _is_doubtful(calendar, today):
        return [*_doubts(calendar, today, today, hotline), texts.if_off_opens(opens), *on_duty]
    return [texts.closed(unit, opens), *_doubts(calendar, today, opens.date(), hotline), *on_duty]


def hours_told(profile: Profile, unit: str, calendar: WorkCalendar, time: Spoken, now: datetime) -> str:
    """Open or not at the time asked, or in general; "" when no hours were entered."""
    if not calendar.hours:
        return ""
    today = now.astimezone(calendar.zone).date()
    if time.day == "" and not time.hour and time.part != "now":
        return "\n".join([*_status(unit, calendar, now, profile), *week(profile, calendar, now)])
    if time.day == WEEKEND:
        saturday = today + timedelta(days=max(0, 5 - today.weekday()), weeks=time.weeks)
        return "\n".join(_days_told(profile, unit, calendar, saturday, now))
    day = time.on(today)
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
    return lines + desk_days_told(profile)


def desk_days_told(profile: Profile) -> list[str]:
    """What is special at the desk on some weekdays."""
    notes = [(WEEKDAYS.index(day), note) for day, note in profile.desk_days.items()]
    return [texts.hours_line(texts.weekday_name(n), note) for n, note in sorted(notes)]


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


def holidays_told(profile: Profile, unit: str, calendar: WorkCalendar, time: Spoken, now: datetime) -> str:
    """The holiday that was asked about, or the next few; "" when none is known."""
    today = now.astimezone(calendar.zone).date()
    day = time.on(today) if "/" in time.day else None
    if time.tet_day:
        day = lunar.tet_day(abs(time.tet_day), time.tet_day < 0, today)
        if day and calendar.open_spans(day):
            return "\n".join(_day_told(profile, unit, calendar, time, day, now))
    year = time.year or (today.year + 1 if time.next_year else 0)
    one = bool(day or time.holiday)
    name = "" if day else time.holiday
    runs = days_off(calendar, today, name=name, day=day, year=year, limit=1 if one else _SHOWN_HOLIDAYS)
    if not runs:
        return ""
    lines = [] if one else [texts.days_off_head()]
    lines += [texts.days_off(run.name, run.first, run.last, planned=not run.confirmed) for run in runs]
    opens = _opens(calendar, runs[0].last) if one else None
    lines += [texts.opens_again(opens)] if opens else []
    if not all(run.confirmed for run in runs):
        lines.append(texts.days_off_unconfirmed(profile.hotline))
    if one and profile.duty_phone:
        lines.append(texts.duty(profile.duty_phone))
    return "\n".join(lines)


def next_reception(rows: Iterable[Reception], calendar: WorkCalendar, now: datetime, host: str = "") -> Sitting | None:
    """The first reception that has not ended, never on a day off; of a host (folded title) where one is given."""
    rows = tuple(rows)
    named = [row for row in rows if _hosts(row, host)]
    sittings = [_sitting(row, calendar, now) for row in named or rows]
    return min((one for one in sittings if one), key=lambda one: one.begins, default=None)


def receives(rows: Iterable[Reception], host: str) -> bool:
    """Whether somebody with that title (folded; "lãnh đạo" is anybody) stands in the schedule."""
    return any(_hosts(row, host) for row in rows)


def _hosts(row: Reception, host: str) -> bool:
    return host == "lanh dao" or fold(row.host).startswith(host)


def reception_on(
    rows: Iterable[Reception], calendar: WorkCalendar, day: date, now: datetime, host: str = ""
) -> Sitting | None:
    """The first reception of a day that has not ended; None when there is none."""
    start = max(now, datetime.combine(day, time.min, calendar.zone))
    found = next_reception(rows, calendar, start, host)
    return found if found and found.begins.date() == day else None


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
        lines.append(texts.reception_skipped(day, name) if sure else texts.unconfirmed(day, day, name, hotline))
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
    """Open until when, or shut until when."""
    local = now.astimezone(calendar.zone)
    for begins, ends in _local(calendar, local.date()):
        if begins <= local < ends:
            return [texts.open_now(unit, ends)]
    return shut_told(unit, calendar, now, profile.hotline, profile.duty_phone)


def _day_told(profile: Profile, unit: str, calendar: WorkCalendar, time: Spoken, day: date, now: datetime) -> list[str]:
    local = now.astimezone(calendar.zone)
    today = local.date()
    hours = _local(calendar, day)
    part = _PARTS.get(time.part)
    of_part = [(begins, ends) for begins, ends in hours if part is None or _meets(begins, ends, day, part)]
    now_too = day == today and not time.hour and (part is None or _has_begun(of_part or hours, local))
    lines = _status(unit, calendar, now, profile) if now_too else []
    if not hours:
        return lines + _shut_told(profile, unit, calendar, day, today, say_when=not lines)
    if now_too and all(ends <= local for _, ends in hours):
        return lines  # what the hours of a day were that is over helps nobody
    if time.hour:
        at = datetime.combine(day, time.hour, calendar.zone)
        lines.append(texts.at_hour(calendar.open_at(at), at, unit))
    elif part and not (now_too and of_part):
        lines.append(texts.then(bool(of_part), time.part, unit))
    lines.append(texts.day_open(day, unit, texts.ranges(hours)))
    if worked := calendar.extra_workdays.get(day):
        lines.append(texts.day_worked_instead(worked.split(";")[0]))
    note = profile.desk_days.get(WEEKDAYS[day.weekday()])
    return [*lines, texts.hours_line(texts.weekday_name(day.weekday()), note)] if note else lines


def _days_told(profile: Profile, unit: str, calendar: WorkCalendar, saturday: date, now: datetime) -> list[str]:
    """Both days of a weekend, and when the commune opens after it where both are off."""
    lines = []
    days = (saturday, saturday + timedelta(days=1))
    today = now.astimezone(calendar.zone).date()
    for day in days:
        if _local(calendar, day):
            lines += _day_told(profile, unit, calendar, Spoken(), day, now)
        else:
            lines += _shut_told(profile, unit, calendar, day, today, say_when=False) or [
                texts.day_shut(day, unit, texts.weekend())
            ]
    opens = None if any(_local(calendar, day) for day in days) else _opens(calendar, days[-1])
    return [*lines, texts.opens_again(opens)] if opens else lines


def _shut_told(
    profile: Profile, unit: str, calendar: WorkCalendar, day: date, today: date, *, say_when: bool
) -> list[str]:
    """Why the day is off, and when the commune opens again; an unconfirmed day is never called off."""
    opens = _opens(calendar, day) if day >= today and say_when else None
    if _is_doubtful(calendar, day):
        told = _doubts(calendar, day, day, profile.hotline) if say_when else []
        return told + ([texts.if_off_opens(opens)] if opens else [])
    lines = [texts.day_shut(day, unit, _why(calendar, day))]
    if opens:
        lines += [texts.opens_again(opens), *_doubts(calendar, day, opens.date(), profile.hotline)]
    return lines


def _is_doubtful(calendar: WorkCalendar, day: date) -> bool:
    """A working day of its week that would be off if somebody confirmed it."""
    return _shut(calendar, day) and not is_confirmed(calendar, day) and bool(_usual_spans(calendar, day))


def _doubts(calendar: WorkCalendar, first: date, last: date, hotline: str) -> list[str]:
    """One sentence on the days off in this time that nobody has confirmed."""
    all_days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    days = [day for day in all_days if _is_doubtful(calendar, day)]
    if not days:
        return []
    names = dict.fromkeys(_plain_names(holiday_name(calendar, day) for day in days))
    return [texts.unconfirmed(days[0], days[-1], ", ".join(names), hotline)]


def _why(calendar: WorkCalendar, day: date) -> str:
    if day in calendar.special_days:
        return ""
    name = holiday_name(calendar, day)
    if name.startswith(_BESIDE) and (runs := days_off(calendar, day, day=day, limit=1)):
        name = runs[0].name  # "Nghỉ hoán đổi" says nothing, "Quốc khánh" does
    return name or (texts.weekend() if day.weekday() >= 5 else "")


def _meets(begins: datetime, ends: datetime, day: date, part: tuple[time, time]) -> bool:
    first, last = (datetime.combine(day, at, begins.tzinfo) for at in part)
    return begins < last and first < ends


def _has_begun(spans: Iterable[Open], local: datetime) -> bool:
    return any(begins <= local for begins, _ in spans)


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


def _usual_spans(calendar: WorkCalendar, day: date) -> list[Open]:
    """The hours of the day's weekday, whatever the day is."""
    return _local(WorkCalendar(timezone=calendar.timezone, hours=calendar.hours), day)


def _plain_names(names: Iterable[str]) -> list[str]:
    """Without the days taken off beside a holiday, and without a single day of Tết."""
    known = [name for name in dict.fromkeys(names) if name]
    return [name for name in known if not name.startswith(_BESIDE)] or known


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
    names = _plain_names(holiday_name(calendar, day) for day in days)
    return DaysOff(", ".join(names), first, last, all(is_confirmed(calendar, day) for day in days))
