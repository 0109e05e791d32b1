"""The days around Tết as people count them."""

from datetime import date

import pytest

from domain import lunar


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2020, "2020-01-25"), (2021, "2021-02-12"), (2022, "2022-02-01"), (2023, "2023-01-22"), (2024, "2024-02-10"),
        (2025, "2025-01-29"), (2026, "2026-02-17"), (2027, "2027-02-06"),
        (2030, "2030-02-02"),  # a day before the Chinese new year: the meridian decides
        (2034, "2034-02-19"),  # after a leap eleventh month
    ],
)  # fmt: skip
def test_the_first_day_of_tet(year, expected):
    assert lunar.tet_on(year) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("why", "day", "number", "before"),
    [
        ("the first day", "2027-02-06", 1, False),
        ("the sixth", "2027-02-11", 6, False),
        ("the last day of a month of 29", "2027-02-05", 29, True),
        ("the last day of a month of 30", "2024-02-09", 30, True),
        ("28 Tết", "2027-02-04", 28, True),
    ],
)
def test_a_day_near_tet_has_a_name(why, day, number, before):
    assert lunar.named(date.fromisoformat(day)) == lunar.TetDay(number, before), why


def test_other_days_have_none():
    assert lunar.named(date(2027, 3, 1)) is None
    assert lunar.named(date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    ("why", "number", "before", "today", "expected"),
    [
        ("to come", 6, False, "2027-02-03", "2027-02-11"),
        ("asked on the day", 6, False, "2027-02-11", "2027-02-11"),
        ("over, so next year's", 6, False, "2027-02-12", "2028-01-31"),
        ("before Tết", 28, True, "2027-01-20", "2027-02-04"),
        ("no thirtieth until a month has one", 30, True, "2023-12-01", "2024-02-09"),
        ("none in sight", 30, True, "2027-02-03", None),
    ],
)
def test_a_named_day_is_found(why, number, before, today, expected):
    found = lunar.tet_day(number, before, date.fromisoformat(today))
    assert found == (date.fromisoformat(expected) if expected else None), why
