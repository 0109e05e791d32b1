"""The lunar days around Tết, by which people count: "mùng 6", "28 Tết". Reckoned on Việt Nam's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import floor, pi, sin

_EPOCH = 2415021.076998695  # Julian day of the first new moon of 1900
_MONTH = 29.530588853
_EAST = 7 / 24  # the meridian's time, in days
_DAYS_SHOWN = 10  # after the tenth day nobody counts by Tết any more


@dataclass(frozen=True)
class TetDay:
    """`number` of the first month ("mùng 6"), or of the last month of the old year (tháng Chạp)."""

    number: int
    before: bool = False


@lru_cache
def tet_on(year: int) -> date:
    """The first day of the lunar year that begins in this year."""
    eleventh = _eleventh_month(year - 1)
    moons = [eleventh]
    while len(moons) < 4:
        moons.append(_next_moon(moons[-1]))
    following = _eleventh_month(year)
    has_leap = round((following - eleventh).days / _MONTH) > 12
    # A month without a change of the sun's twelfth is a leap month and has no number of its own.
    leap = has_leap and any(_twelfth(moons[n]) == _twelfth(moons[n + 1]) for n in (1, 2))
    return _next_moon(moons[2]) if leap else moons[2]


def tet_day(number: int, before: bool, today: date) -> date | None:
    """The coming "mùng 6", or with `before` "28 Tết"; None for a day that this year's last month has not."""
    for year in (today.year, today.year + 1):
        tet = tet_on(year)
        length = (tet - _moon_before(tet)).days
        if before and number > length:
            continue
        day = tet - timedelta(days=length + 1 - number) if before else tet + timedelta(days=number - 1)
        if day >= today:
            return day
    return None


def named(day: date) -> TetDay | None:
    """How people call a day near Tết; None for every other day."""
    for year in (day.year, day.year + 1):
        tet = tet_on(year)
        if tet <= day < tet + timedelta(days=_DAYS_SHOWN):
            return TetDay((day - tet).days + 1)
        last_month = _moon_before(tet)
        if tet - timedelta(days=_DAYS_SHOWN) <= day < tet:
            return TetDay((day - last_month).days + 1, before=True)
    return None


def _eleventh_month(year: int) -> date:
    """The lunar month that holds the winter solstice of the year."""
    begins = _moon_before(date(year, 12, 31) + timedelta(days=1))
    return _moon_before(begins) if _twelfth(begins) >= 9 else begins


def _moon_before(day: date) -> date:
    """The last new moon before a day."""
    count = floor((_julian(day) - _EPOCH) / _MONTH) + 1
    while (found := _new_moon(count)) >= day:
        count -= 1
    return found


def _next_moon(day: date) -> date:
    count = floor((_julian(day) - _EPOCH) / _MONTH) - 1
    while (found := _new_moon(count)) <= day:
        count += 1
    return found


def _julian(day: date) -> float:
    return day.toordinal() + 1721424.5


def _new_moon(count: int) -> date:
    """Local day of the `count`-th new moon since 1900 (J. Meeus, Astronomical Algorithms, in the short form)."""
    t = count / 1236.85
    rad = pi / 180
    at = 2415020.75933 + 29.53058868 * count + 0.0001178 * t**2 - 0.000000155 * t**3
    at += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * rad)
    sun = (359.2242 + 29.10535608 * count - 0.0000333 * t**2 - 0.00000347 * t**3) * rad
    moon = (306.0253 + 385.81691806 * count + 0.0107306 * t**2 + 0.00001236 * t**3) * rad
    node = (21.2964 + 390.67050646 * count - 0.0016528 * t**2 - 0.00000239 * t**3) * rad
    at += (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun) - 0.4068 * sin(moon) + 0.0161 * sin(2 * moon)
    at += -0.0004 * sin(3 * moon) + 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    at += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    at += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    at -= -0.000278 + 0.000265 * t + 0.000262 * t**2
    return date.fromordinal(floor(at + 0.5 + _EAST - 1721424.5 - 0.5))


def _twelfth(day: date) -> int:
    """In which twelfth of its way the sun stands when the day begins; 9 = from the winter solstice on."""
    t = (_julian(day) - _EAST - 2451545.0) / 36525
    rad = pi / 180
    mean = (357.52910 + 35999.05030 * t - 0.0001559 * t**2) * rad
    centre = (1.914600 - 0.004817 * t) * sin(mean) + 0.019993 * sin(2 * mean) + 0.000290 * sin(3 * mean)
    longitude = (280.46645 + 36000.76983 * t + centre) % 360
    return int(longitude // 30)
