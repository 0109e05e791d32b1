"""Who is reminded, of what, and when: in office hours, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.calendar import WorkCalendar
from domain.escalation import CaseFacts, QuestionFacts, owed, owed_for_question
from domain.feedback import CaseStatus

OFFICE = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
CALENDAR = WorkCalendar(hours=dict.fromkeys(range(5), OFFICE), holidays={date(2026, 9, 2): "Quốc khánh"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone).astimezone(UTC)


# Received on Monday, due by the end of Friday 07/08/2026.
CASE = CaseFacts(CaseStatus.IN_PROGRESS, at("2026-08-03T09:00"), date(2026, 8, 7), at("2026-08-08T00:00"), True)


def told(case: CaseFacts, now: str) -> list[str]:
    return [f"{item.kind}>{item.role}" for item in owed(case, at(now), CALENDAR)]


@pytest.mark.parametrize(
    ("why", "now", "expected"),
    [
        ("two days before", "2026-08-05T09:00", []),
        ("the day before", "2026-08-06T09:00", ["due-tomorrow>officer"]),
        ("the day before, too early in the morning", "2026-08-06T06:00", []),
        ("the day before, at lunch", "2026-08-06T12:00", ["due-tomorrow>officer"]),
        ("the day before, in the evening", "2026-08-06T20:00", []),
        ("on the day itself", "2026-08-07T09:00", []),
        ("late, but it is Saturday", "2026-08-08T09:00", []),
        ("the first working day late", "2026-08-10T08:00", ["overdue>officer", "overdue>head"]),
        ("the next working day", "2026-08-11T08:00", ["overdue>officer", "overdue>head", "overdue-leader>leader"]),
    ],
)
def test_a_case_is_reminded_of_step_by_step(why, now, expected):
    assert told(CASE, now) == expected, why


def test_before_a_weekend_tomorrow_is_monday():
    case = replace(CASE, due_on=date(2026, 8, 10), due_at=at("2026-08-11T00:00"))
    assert told(case, "2026-08-06T09:00") == []
    assert told(case, "2026-08-07T09:00") == ["due-tomorrow>officer"]


def test_before_a_holiday_tomorrow_is_the_day_after_it():
    case = replace(CASE, due_on=date(2026, 9, 3), due_at=at("2026-09-04T00:00"))
    assert told(case, "2026-09-01T09:00") == ["due-tomorrow>officer"]


def test_a_case_due_tomorrow_is_not_reminded_of_on_the_day_it_came():
    case = replace(CASE, received_at=at("2026-08-06T08:00"))
    assert told(case, "2026-08-06T09:00") == []


def test_the_same_reminder_has_the_same_key_and_a_new_date_a_new_one():
    first = owed(CASE, at("2026-08-06T09:00"), CALENDAR)[0]
    again = owed(CASE, at("2026-08-06T16:00"), CALENDAR)[0]
    assert first.key(42) == again.key(42) == "due-tomorrow:42:2026-08-07:officer"
    moved = replace(CASE, due_on=date(2026, 8, 10), due_at=at("2026-08-11T00:00"))
    assert owed(moved, at("2026-08-07T09:00"), CALENDAR)[0].key(42) != first.key(42)


def test_keys_stay_the_same_for_as_long_as_a_case_is_late():
    keys = [{item.key(1) for item in owed(CASE, at(f"2026-08-{day}T08:00"), CALENDAR)} for day in (11, 12, 13, 14)]
    assert len(keys[0]) == 3
    assert all(later == keys[0] for later in keys)


@pytest.mark.parametrize("status", ["answered", "closed", "withdrawn", "directed"])
def test_nobody_is_reminded_of_a_case_that_is_over(status):
    case = replace(CASE, status=CaseStatus(status), has_officer=False)
    assert told(case, "2026-08-11T08:00") == []


def test_while_the_person_is_asked_the_officer_is_left_alone():
    asked = replace(CASE, status=CaseStatus.WAITING_CITIZEN, waiting_since=at("2026-08-05T10:00"))
    assert told(asked, "2026-08-06T09:00") == []
    assert told(asked, "2026-08-12T09:00") == []
    too_late = replace(asked, waiting_since=at("2026-08-10T10:00"))
    assert "overdue>head" in told(too_late, "2026-08-12T09:00")


def test_without_an_officer_the_head_is_told_once():
    case = replace(CASE, has_officer=False)
    assert told(case, "2026-08-06T09:00") == ["due-tomorrow>head"]
    assert told(case, "2026-08-10T08:00") == ["overdue>head"]


@pytest.mark.parametrize(
    ("why", "status", "received", "assigned", "now", "expected"),
    [
        ("four hours have not passed", "received", "2026-08-03T09:00", None, "2026-08-03T14:59", []),
        ("lunch does not count", "received", "2026-08-03T09:00", None, "2026-08-03T15:00", ["unassigned>head"]),
        ("over night", "received", "2026-08-03T16:00", None, "2026-08-04T10:30", ["unassigned>head"]),
        ("moved to another department", "assigned", "2026-08-03T09:00", "2026-08-03T14:30", "2026-08-03T16:00", []),
        ("and nobody took it there", "assigned", "2026-08-03T09:00", "2026-08-03T14:30", "2026-08-04T09:00",
         ["unassigned>head"]),
        ("with another agency", "forwarded", "2026-08-03T09:00", None, "2026-08-03T16:00", []),
    ],
)  # fmt: skip
def test_the_head_hears_of_a_case_that_nobody_takes(why, status, received, assigned, now, expected):
    case = replace(
        CASE,
        status=CaseStatus(status),
        received_at=at(received),
        assigned_at=at(assigned) if assigned else None,
        has_officer=False,
    )
    assert told(case, now) == expected, why


def test_a_case_about_an_officer_is_told_to_the_director_and_the_leader_alone():
    case = replace(CASE, restricted=True)
    assert told(case, "2026-08-06T09:00") == ["due-tomorrow>director"]
    assert told(case, "2026-08-11T08:00") == ["overdue>director", "overdue-leader>leader"]
    untaken = replace(case, status=CaseStatus.RECEIVED, has_officer=False)
    assert told(untaken, "2026-08-04T09:00") == ["unassigned>director"]


def test_a_late_emergency_reaches_everybody_at_night():
    fire = replace(CASE, emergency=True, due_on=date(2026, 8, 9), due_at=at("2026-08-09T02:30"))
    assert told(fire, "2026-08-09T02:31") == ["overdue>officer", "overdue>head", "overdue-leader>leader"]


def test_a_commune_without_hours_is_reminded_in_ordinary_office_hours():
    bare = WorkCalendar()
    assert owed(CASE, at("2026-08-06T09:00"), bare)
    assert not owed(CASE, at("2026-08-06T06:00"), bare)


@pytest.mark.parametrize(
    ("why", "question", "now", "expected"),
    [
        ("in time", QuestionFacts(at("2026-08-04T09:00")), "2026-08-04T09:00", []),
        ("late", QuestionFacts(at("2026-08-04T09:00")), "2026-08-04T09:01", ["officer", "head"]),
        ("late, at night", QuestionFacts(at("2026-08-04T09:00")), "2026-08-04T22:00", []),
        ("nobody has it", QuestionFacts(at("2026-08-04T09:00"), has_officer=False), "2026-08-05T09:00", ["head"]),
        ("answered", QuestionFacts(at("2026-08-04T09:00"), at("2026-08-04T08:00")), "2026-08-05T09:00", []),
        ("answered late", QuestionFacts(at("2026-08-04T09:00"), at("2026-08-05T08:00")), "2026-08-05T09:00", []),
    ],
)
def test_a_late_question_reaches_officer_and_head(why, question, now, expected):
    found = owed_for_question(question, at(now), CALENDAR)
    assert [item.role for item in found] == expected, why
    assert {item.key(7) for item in found} == {f"question-late:7:2026-08-04:{role}" for role in expected}, why


def test_every_reminder_is_owed_at_some_moment_of_a_sweep_every_quarter_of_an_hour():
    keys: set[str] = set()
    now = CASE.received_at
    while now < at("2026-08-20T00:00"):
        keys |= {item.key(1) for item in owed(CASE, now, CALENDAR)}
        now += timedelta(minutes=15)
    assert keys == {
        "due-tomorrow:1:2026-08-07:officer",
        "overdue:1:2026-08-07:officer",
        "overdue:1:2026-08-07:head",
        "overdue-leader:1:2026-08-07:leader",
    }
