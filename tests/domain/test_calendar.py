"""The working calendar itself; the hand-worked table of due dates is in test_due.py."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WorkCalendar, name_day
from domain.errors import BadRecord
from domain.holidays import KNOWN_YEARS, holidays, swapped_workdays, unverified

MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17))
CALENDAR = WorkCalendar(
    hours={**dict.fromkeys(range(5), (AFTERNOON, MORNING)), 5: (MORNING,)},
    holidays={day.on: day.told for year in KNOWN_YEARS for day in holidays(year)},
    extra_workdays={day.on: day.told for year in KNOWN_YEARS for day in swapped_workdays(year)},
    special_days={date(2026, 2, 13): (MORNING,)},
)

days = st.dates(date(2025, 1, 1), date(2027, 12, 1))
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
kinds = st.sampled_from(("working", "calendar"))


@pytest.mark.parametrize(
    ("why", "day", "reason"),
    [
        ("a Monday", "2026-08-03", ""),
        ("a Saturday, though the desk is open", "2026-08-08", "nghỉ cuối tuần"),
        ("a Saturday that is worked", "2026-08-22", ""),
        ("a holiday", "2026-09-02", "Quốc khánh; nguồn: Bộ luật Lao động 2019, Điều 112"),
        ("a holiday on a Sunday has its name", "2026-04-26", "Giỗ Tổ Hùng Vương"),
        ("a half day is worked", "2026-02-13", ""),
        ("an expected holiday says so", "2026-11-24", "(chưa xác nhận)"),
    ],
)
def test_why_a_day_is_off(why, day, reason):
    on = date.fromisoformat(day)
    assert reason in CALENDAR.why_off(on), why
    assert CALENDAR.is_working_day(on) == (not reason), why


@pytest.mark.parametrize(
    ("why", "at", "is_open", "opens"),
    [
        ("in the morning", "2026-08-03T08:00", True, "2026-08-03T08:00"),
        ("at opening", "2026-08-03T07:30", True, "2026-08-03T07:30"),
        ("at closing", "2026-08-03T11:30", False, "2026-08-03T13:30"),
        ("at lunch", "2026-08-03T12:00", False, "2026-08-03T13:30"),
        ("Saturday morning at the desk", "2026-08-08T09:00", True, "2026-08-08T09:00"),
        ("Saturday afternoon", "2026-08-08T14:00", False, "2026-08-10T07:30"),
        ("a worked Saturday in the afternoon", "2026-08-22T14:00", True, "2026-08-22T14:00"),
        ("a half day in the afternoon", "2026-02-13T14:00", False, "2026-02-14T07:30"),
        ("after the last desk hours before Tết", "2026-02-14T11:30", False, "2026-02-21T07:30"),
    ],
)
def test_when_the_office_is_open(why, at, is_open, opens):
    local = datetime.fromisoformat(at).replace(tzinfo=CALENDAR.zone)
    assert CALENDAR.open_at(local) is is_open, why
    assert CALENDAR.next_open(local.astimezone(UTC)) == datetime.fromisoformat(opens).replace(tzinfo=CALENDAR.zone), why


@pytest.mark.parametrize(
    ("why", "first", "last", "count"),
    [
        ("the next day", "2026-08-03", "2026-08-04", 1),
        ("the same day", "2026-08-03", "2026-08-03", 0),
        ("a day before", "2026-08-04", "2026-08-03", 0),
        ("over a weekend", "2026-08-07", "2026-08-10", 1),
        ("to a Sunday", "2026-08-07", "2026-08-09", 0),
        ("over the National Day", "2026-08-28", "2026-09-04", 2),
    ],
)
def test_working_days_late(why, first, last, count):
    assert CALENDAR.working_days_between(date.fromisoformat(first), date.fromisoformat(last)) == count, why


def test_the_next_working_day_is_never_the_same_day():
    assert CALENDAR.next_working_day(date(2026, 8, 3)) == date(2026, 8, 4)
    assert CALENDAR.next_working_day(date(2026, 2, 13)) == date(2026, 2, 23)


def test_a_calendar_without_working_days_is_an_error_and_not_an_endless_search():
    never = WorkCalendar(holidays={date(2026, 1, 1) + timedelta(days=n): "" for n in range(4000)})
    for search in (
        lambda: never.next_working_day(date(2026, 3, 1)),
        lambda: never.deadline(date(2026, 3, 1), 1),
        lambda: never.deadline(date(2026, 3, 1), 1, "calendar"),
        lambda: never.next_open(datetime(2026, 3, 1, tzinfo=UTC)),
    ):
        with pytest.raises(BadRecord, match="three years"):
            search()


def test_hours_that_end_before_they_begin_are_refused():
    with pytest.raises(BadRecord, match="17:00 to 08:00"):
        WorkCalendar(hours={0: ((time(17), time(8)),)})


def test_days_are_named_as_people_say_them():
    assert name_day(date(2026, 8, 9)) == "Chủ nhật 09/08/2026"
    assert name_day(date(2026, 8, 4)) == "thứ Ba 04/08/2026"


def test_holidays_of_known_years_are_complete_and_doubtful_ones_are_marked():
    assert [len(holidays(year)) for year in KNOWN_YEARS] == [12, 15, 15]
    assert all(not CALENDAR.is_working_day(day.on) for year in KNOWN_YEARS for day in holidays(year))
    assert all(day.on.weekday() == 5 for year in KNOWN_YEARS for day in swapped_workdays(year))
    assert [day.on for day in unverified(2026)] == [date(2026, 11, 24)]
    assert holidays(2028) == ()


@given(days, st.integers(0, 60), kinds)
def test_a_deadline_is_a_working_day_not_before_the_period_is_over(start, count, kind):
    due = CALENDAR.deadline(start, count, kind).due
    assert CALENDAR.is_working_day(due)
    assert due >= start + timedelta(days=count)


@given(days, st.integers(0, 60), kinds)
def test_more_days_or_a_later_start_never_end_earlier(start, count, kind):
    due = CALENDAR.deadline(start, count, kind).due
    assert CALENDAR.deadline(start, count + 1, kind).due >= due
    assert CALENDAR.deadline(start + timedelta(days=1), count, kind).due >= due


@given(days, st.integers(1, 30), st.integers(1, 30))
def test_working_days_add_up(start, first, second):
    middle = CALENDAR.deadline(start, first).due
    assert CALENDAR.deadline(middle, second).due == CALENDAR.deadline(start, first + second).due


@given(days, st.integers(0, 60))
def test_counting_back_gives_the_working_days_of_the_period(start, count):
    due = CALENDAR.deadline(start, count).due
    if count:
        assert CALENDAR.working_days_between(start, due) == count


@given(days, st.integers(0, 40), kinds)
def test_the_proof_has_one_line_for_every_day(start, count, kind):
    due = CALENDAR.deadline(start, count, kind)
    span = [start + timedelta(days=n) for n in range((due.due - start).days + 1)]
    text = "\n".join(due.proof)
    assert all(name_day(day) in text for day in span)
    assert sum(": ngày làm việc thứ " in line or ": ngày thứ " in line for line in due.proof) == count


@given(days, st.integers(0, 20), kinds, days, st.integers(0, 20))
def test_a_pause_never_ends_a_period_earlier_and_the_period_never_ends_inside_it(start, count, kind, begins, length):
    pause = (begins, begins + timedelta(days=length))
    due = CALENDAR.deadline(start, count, kind, [pause]).due
    assert due >= CALENDAR.deadline(start, count, kind).due
    assert not pause[0] <= due <= pause[1]


@settings(max_examples=60)
@given(instants, st.integers(0, 5000), st.integers(1, 5000))
def test_minutes_add_up_and_are_all_open(start, first, second):
    middle = CALENDAR.after_minutes(start, first).due
    due = CALENDAR.after_minutes(start, first + second).due
    assert CALENDAR.after_minutes(middle, second).due == due
    assert due >= middle >= start
    assert _open_time(start, due) == timedelta(minutes=first + second)


@settings(max_examples=60)
@given(instants, st.integers(0, 2000), instants, st.integers(0, 5000))
def test_paused_minutes_do_not_count(start, count, begins, length):
    pause = (begins, begins + timedelta(minutes=length))
    due = CALENDAR.after_minutes(start, count, [pause]).due
    overlap = (max(start, pause[0]), min(due, pause[1]))
    paused = _open_time(*overlap) if overlap[0] < overlap[1] else timedelta()
    assert _open_time(start, due) - paused == timedelta(minutes=count)
    assert not pause[0] < due < pause[1]


@given(instants)
def test_zero_minutes_end_at_the_next_open_moment(start):
    due = CALENDAR.after_minutes(start, 0).due
    assert CALENDAR.open_at(due)
    assert (due == start) == CALENDAR.open_at(start)
    assert not _open_time(start, due)


def _open_time(begin: datetime, end: datetime) -> timedelta:
    """Open time between two instants, counted another way: every range of every day in between."""
    day, last = begin.astimezone(CALENDAR.zone).date(), end.astimezone(CALENDAR.zone).date()
    total = timedelta()
    while day <= last:
        if day in CALENDAR.special_days:
            ranges = CALENDAR.special_days[day]
        elif day in CALENDAR.extra_workdays:
            ranges = CALENDAR.hours[0]
        else:
            ranges = () if day in CALENDAR.holidays else CALENDAR.hours.get(day.weekday(), ())
        for opens, closes in ranges:
            first = datetime.combine(day, opens, CALENDAR.zone)
            final = datetime.combine(day, closes, CALENDAR.zone)
            total += max(timedelta(), min(final, end) - max(first, begin))
        day += timedelta(days=1)
    return total
