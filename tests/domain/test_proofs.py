"""Reading a stored proof back, and a file of days before it is entered."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import WorkCalendar
from domain.errors import BadRecord
from domain.feedback import Limit, due_for
from domain.holiday_file import read_days
from domain.proofs import limit_in, was_off

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("why", "unit", "amount", "late_hour"),
    [
        ("working days", "working_days", 10, None),
        ("calendar days", "calendar_days", 7, None),
        ("open hours", "working_hours", 16, None),
        ("hours", "hours", 3, None),
        ("sent after the late hour", "working_days", 3, time(8)),
    ],
)
def test_a_proof_says_which_limit_it_was_counted_with(why, unit, amount, late_hour):
    hours = {day: ((time(8), time(17)),) for day in range(5)}
    at = datetime(2026, 3, 2, 9, tzinfo=HANOI)
    proof = due_for(Limit(amount, unit), at, WorkCalendar(hours=hours), late_hour).proof
    assert limit_in(proof, Limit(99, "hours")) == Limit(amount, unit), why


@pytest.mark.parametrize(
    ("why", "day", "expected"),
    [
        ("sent late on a working day", "2026-03-06", False),
        ("the weekend that it was carried over", "2026-03-08", True),
        ("a day off that it was carried over", "2026-03-09", True),
        ("the day it was taken as received", "2026-03-10", False),
        ("a counted day", "2026-03-11", False),
        ("a day off within", "2026-03-12", True),
        ("beyond the date", "2026-03-20", None),
    ],
)
def test_a_proof_says_how_a_day_counted(why, day, expected):
    calendar = WorkCalendar(holidays={date(2026, 3, 9): "Lễ", date(2026, 3, 12): "Lễ"})
    at = datetime(2026, 3, 6, 16, tzinfo=HANOI)
    proof = due_for(Limit(2, "working_days"), at, calendar, time(15)).proof
    assert was_off(proof, date.fromisoformat(day)) is expected, why


@pytest.mark.parametrize(
    ("why", "raw", "place"),
    [
        ("no mapping", [], "expected"),
        ("no year", {"next": {}}, "'next'"),
        ("another key", {"2027": {"holiday": []}}, "2027.holiday"),
        ("no list", {"2027": {"holidays": {}}}, "2027.holidays"),
        ("too short a row", {"2027": {"holidays": [["2027-02-04", "Tết", True]]}}, "2027.holidays[0]"),
        ("no such day", {"2027": {"holidays": [["2027-02-30", "Tết", True, "x"]]}}, "2027-02-30"),
        ("another year's day", {"2027": {"holidays": [["2026-02-04", "Tết", True, "x"]]}}, "not in 2027"),
        ("no name", {"2027": {"holidays": [["2027-02-04", " ", True, "x"]]}}, "the name"),
        ("yes for true", {"2027": {"holidays": [["2027-02-04", "Tết", "yes", "x"]]}}, "verified"),
        ("verified by nothing", {"2027": {"holidays": [["2027-02-04", "Tết", True, ""]]}}, "source"),
        ("a weekday made up", {"2027": {"swapped_workdays": [["2027-02-04", "bù", True, "x"]]}}, "Saturday"),
        ("twice", {"2027": {"holidays": [["2027-02-04", "a", True, "x"]] * 2}}, "2027.holidays[0] too"),
        ("nothing", {"_meta": {}}, "no day"),
    ],
)
def test_a_file_of_days_is_refused_with_the_place_of_what_is_wrong(why, raw, place):
    with pytest.raises(BadRecord) as error:
        read_days(raw)
    assert place in str(error.value), why
