"""Days, parts of a day and holidays as people say them: "chiều mai", "thứ 7 tuần sau", "24/11", "5h chiều", "tết"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

WEEKEND = "weekend"


@dataclass(frozen=True)
class Spoken:
    """What was said about time; empty where nothing was."""

    day: str = ""  # today, tomorrow, after_tomorrow, weekend, 0…6 (Monday = 0), "24/" (of some month), "24/11[/2026]"
    weeks: int = 0  # 1 = "tuần sau"
    part: str = ""  # now, morning, noon, afternoon, evening
    hour: time | None = None
    holiday: str = ""  # words of its name, folded: "tet nguyen dan"; "" = any
    tet_day: int = 0  # 3 = "mùng 3", -28 = "28 Tết"
    year: int = 0
    next_year: bool = False

    @property
    def named(self) -> bool:
        """A day or an hour was said."""
        return bool(self.day or self.part or self.hour or self.holiday)

    def on(self, today: date) -> date | None:
        """The day meant, today or later (a full date: as said); None when there is no such day or none was said."""
        match self.day:
            case "" | "weekend":
                return today if self.day == "" and (self.part or self.hour) else None
            case "today":
                return today
            case "tomorrow":
                return today + timedelta(days=1)
            case "after_tomorrow":
                return today + timedelta(days=2)
        if self.day.isdecimal():
            if self.weeks:
                monday = today - timedelta(days=today.weekday()) + timedelta(weeks=self.weeks)
                return monday + timedelta(days=int(self.day))
            return today + timedelta(days=(int(self.day) - today.weekday()) % 7)
        return _date(self.day, today)


def _date(said: str, today: date) -> date | None:
    if said.endswith("/"):
        return _this_or_next_month(int(said[:-1]), today)
    day, month, *year = (int(part) for part in said.split("/"))
    try:
        if year:
            return date(year[0], month, day)
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:  # 31/02, or 29/02 of a year without it
        return None


def _this_or_next_month(number: int, today: date) -> date | None:
    """The next day with this number, today included."""
    days = (today + timedelta(days=n) for n in range(62))
    return next((day for day in days if day.day == number), None)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern})(?![^\s,.?!;:])")


_HOLIDAYS = tuple(
    (_words(pattern), name)
    for pattern, name in (
        (r"tet (?:duong(?: lich)?|tay)", "tet duong lich"),
        (r"gio to(?: hung vuong)?|10/3 am(?: lich)?|(?:mung|mong) (?:10|muoi) thang (?:3|ba)", "gio to"),
        (r"(?:le )?quoc khanh", "quoc khanh"),
        (r"(?:le )?quoc te lao dong", "quoc te lao dong"),
        (r"(?:le )?(?:giai phong(?: mien nam)?|ngay chien thang|thong nhat)", "chien thang"),
        (r"ngay van hoa(?: viet nam)?", "ngay van hoa"),
        (r"(?:(?:ngay|hom|chieu|sang) )?(?:(?:mung|mong) (?:\d+|may|nao|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi)"
         r"(?! thang)(?: tet)?|(?:2\d|30) tet)|"
         r"ngay tet|dip tet|tet (?:nguyen dan|am(?: lich)?|ta)|tet(?! (?:trung thu|doan))", "tet nguyen dan"),
    )
)  # fmt: skip
_TET_DAY = _words(r"(?:mung|mong) (\d{1,2}|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi)(?! thang)")
_BEFORE_TET = _words(r"(2\d|30) tet")
_NUMBERS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_NAMED_DATES = ((_words(r"(?:le )?(?:noel|no en|giang sinh)"), "25/12"),)
_DAY_NUMBER = _words(r"(?:ngay|hom) (?:mung )?(3[01]|[12]\d|[1-9])(?! ?(?:thang|thg|ngay|hom|gio|h|/))")
_YEAR = _words(r"(?:nam )?(20\d\d)")
_NEXT_YEAR = _words(r"nam (?:sau|toi)")
_THIS_YEAR = _words(r"nam nay")
_FULL_DATE = re.compile(
    r"(?<![\d/.])(?:ngay |hom |mung )?(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}))?(?![\d/]|\.\d)"
)
_WORDED_DATE = _words(r"(?:ngay |hom )?(\d{1,2}) (?:thang|thg) (\d{1,2})(?: (?:nam )?(\d{4}))?")
_HOUR = re.compile(
    r"(?<!\S)(\d{1,2}) ?(?:h|g|gio|:|(?=ruoi(?: (?:sang|chieu))?(?!\S)))"
    r"(?: ?(\d{2})(?!\d)|( ?ruoi)| kem (\d{1,2})(?: phut)?)?"
    r"(?: (sang|trua|chieu|toi|dem))?(?!\w)"
)
_NEVER_BEFORE = 6  # "5h" without a part of the day: no office is asked about at five in the morning
_WEEKDAYS = {"2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "5": 3, "nam": 3, "6": 4, "sau": 4, "7": 5, "bay": 5}
_WEEKDAY = _words(
    r"(?:(?:ngay|hom|chieu|sang|trua|toi) )?(?:(?:thu ?|t)([2-7])|thu ?(hai|ba|tu|nam|sau|bay))|chu nhat|cn|chu nhut"
)
_MONTH = _words(r"thang (?:1[0-2]|[1-9]|gieng|mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi|chap)")
_WEEKS = _words(r"tuan (?:sau|toi|ke)")
_SAME_WEEK = _words(r"tuan nay")
_DAYS = tuple(
    (_words(pattern), day, part)
    for pattern, day, part in (
        (r"(?:ngay )?(?:bay gio|bay h|bh)(?= |$)|gio nay|hien gio|luc nay|ngay bay gio", "today", "now"),
        (r"sang nay", "today", "morning"),
        (r"trua nay", "today", "noon"),
        (r"chieu nay", "today", "afternoon"),
        (r"toi nay|dem nay", "today", "evening"),
        (r"sang mai", "tomorrow", "morning"),
        (r"trua mai", "tomorrow", "noon"),
        (r"chieu mai", "tomorrow", "afternoon"),
        (r"toi mai", "tomorrow", "evening"),
        (r"(?:ngay )?hom nay|hnay|h nay|bua nay|nay", "today", ""),
        (r"ngay mai|bua mai|hom sau|mai", "tomorrow", ""),
        (r"ngay kia|ngay mot|bua mot|mai kia", "after_tomorrow", ""),
        (r"cuoi tuan", WEEKEND, ""),
    )
)
_PARTS = tuple(
    (_words(pattern), part)
    for pattern, part in (
        (r"(?:vao )?(?:buoi |gio )?trua", "noon"),
        (r"(?:vao )?(?:buoi )?chieu", "afternoon"),
        (r"(?:vao )?(?:buoi )?sang(?! ten)", "morning"),
        (r"(?:vao )?(?:buoi toi|ban dem|buoi dem|dem)", "evening"),
    )
)


def hear(folded: str) -> tuple[str, Spoken]:
    """The folded text with each time in it replaced by a mark (zday, zpart, zhour, zholiday), and what they say."""
    said, day, part, weeks, hour, holiday, year = folded, "", "", 0, None, "", 0
    tet_day = 0
    if match := _TET_DAY.search(said):
        tet_day = int(_NUMBERS.get(match[1], match[1]))
    elif match := _BEFORE_TET.search(said):
        tet_day = -int(match[1])
    for pattern, name in _HOLIDAYS:
        if pattern.search(said):
            said, holiday = pattern.sub(" zholiday ", said), holiday or name
    for pattern, date_of in _NAMED_DATES:
        if pattern.search(said):
            said, day = pattern.sub(" zday ", said), date_of
    for pattern in (_FULL_DATE, _WORDED_DATE):
        if not day and (match := pattern.search(said)):
            day = "/".join(part for part in match.groups() if part)
        said = pattern.sub(" zday ", said)
    of_day_said = True
    if match := _HOUR.search(said):
        hour, of_day_said = _clock(match), bool(match[5])
        said = said[: match.start()] + " zhour " + said[match.end() :]
    if match := _YEAR.search(said):
        year, said = int(match[1]), said[: match.start()] + " zday " + said[match.end() :]
    next_year = bool(_NEXT_YEAR.search(said))
    said = _THIS_YEAR.sub(" zday ", _NEXT_YEAR.sub(" zday ", said))
    if not day and (match := _DAY_NUMBER.search(said)):
        day, said = f"{match[1]}/", _DAY_NUMBER.sub(" zday ", said)
    if not day and (match := _WEEKDAY.search(said)):
        day = str(_WEEKDAYS.get(match[1] or match[2], 6))
        lead = match[0].split()[0]
        part = {"chieu": "afternoon", "sang": "morning", "trua": "noon", "toi": "evening"}.get(lead, "")
    said = _MONTH.sub(" zday ", _WEEKDAY.sub(" zday ", said))
    if _WEEKS.search(said):
        weeks = 1
    said = _SAME_WEEK.sub(" zday ", _WEEKS.sub(" zday ", said))
    for pattern, named, of_day in _DAYS:
        if pattern.search(said):
            said = pattern.sub(" zday ", said)
            day, part = day or named, part or of_day
    for pattern, of_day in _PARTS:
        if pattern.search(said):
            said, part = pattern.sub(" zpart ", said), part or of_day
    if hour and not of_day_said and part != "morning" and 1 <= hour.hour <= _NEVER_BEFORE:
        hour = hour.replace(hour=hour.hour + 12)
    said = " ".join(said.split())
    return said, Spoken(day, weeks, part, hour, holiday, tet_day if "tet" in holiday else 0, year, next_year)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute = int(match[1]), 30 if match[3] else int(match[2] or 0)
    late = match[5] in ("chieu", "toi") or (match[5] == "trua" and hour < 10)
    hour += 12 if late and hour < 12 else 0
    if match[4] and 0 < int(match[4]) < 60 and hour > 0:
        hour, minute = hour - 1, 60 - int(match[4])
    return time(hour, minute) if hour < 24 and minute < 60 else None
