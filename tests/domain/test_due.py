"""The contract of `danhoi due`: a list of cases in, due dates with their proof out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.due import answer_cases
from domain.errors import BadRecord

TABLE = json.loads((Path(__file__).parent / "due_cases.json").read_text(encoding="utf-8"))
OFFICE = TABLE["calendars"]["office"]
GOOD = {"id": "good", "calendar": OFFICE, "start": "2026-08-03", "days": 1}


def _case(row: dict) -> dict:
    return {**row, "id": row["why"], "calendar": TABLE["calendars"][row["calendar"]]}


@pytest.mark.parametrize("row", TABLE["cases"], ids=lambda row: row["why"])
def test_every_case_worked_out_by_hand_has_its_due_date_and_says_why(row):
    given = _case({key: row[key] for key in row if key != "due"})
    (answer,) = answer_cases([given])
    assert answer.get("due") == row["due"], answer
    assert answer["id"] == row["why"]
    assert row.get("proof_has", "Hạn: ") in "\n".join(answer["proof"])


def test_the_table_has_at_least_forty_cases_in_many_calendars():
    assert len(TABLE["cases"]) >= 40
    assert {row["calendar"] for row in TABLE["cases"]} == set(TABLE["calendars"])


@pytest.mark.parametrize(
    ("why", "change", "sentence"),
    [
        ("neither", {"days": None}, "minutes, days: give one of the two"),
        ("both", {"minutes": 5}, "minutes, days: give one of the two, not both"),
        ("negative days", {"days": -1}, "days: must be a whole number from 0"),
        ("negative minutes", {"days": None, "minutes": -1}, "minutes: must be a whole number from 0"),
        ("a fraction", {"days": 1.5}, "days: must be a whole number"),
        ("a word", {"days": "ba"}, "days: must be a whole number"),
        ("true is no number", {"days": True}, "days: must be a whole number"),
        ("longer than a century", {"days": 10**9}, "days: must be a whole number from 0 to 36525"),
        ("no start", {"start": None}, "start: must be an ISO date"),
        ("a Vietnamese date", {"start": "03/08/2026"}, "start: '03/08/2026' is not an ISO date"),
        ("no such day", {"start": "2026-02-30"}, "start: '2026-02-30'"),
        ("unknown kind", {"day_kind": "weekly"}, "day_kind: must be 'working' or 'calendar'"),
        ("no calendar", {"calendar": None}, "calendar: must be an object"),
        ("unknown zone", {"calendar": {**OFFICE, "timezone": "Asia/Nowhere"}}, "calendar.timezone: unknown time zone"),
        ("unknown weekday", {"calendar": {"hours": {"monday": []}}}, "calendar.hours: unknown day 'monday'"),
        ("closes early", {"calendar": {"hours": {"mon": [["17:00", "08:00"]]}}}, "calendar.hours.mon: closes at 08:00"),
        ("no such time", {"calendar": {"hours": {"mon": [["8h", "9h"]]}}}, "calendar.hours.mon: '8h' is not a time"),
        ("one time only", {"calendar": {"hours": {"mon": [["08:00"]]}}}, "calendar.hours.mon: needs pairs"),
        ("bad holiday", {"calendar": {"holidays": ["Tết"]}}, "calendar.holidays: 'Tết' is not an ISO date"),
        ("holidays no list", {"calendar": {"holidays": "2026-01-01"}}, "calendar.holidays: must be a list"),
        ("bad special day", {"calendar": {"special_days": {"x": []}}}, "calendar.special_days: 'x'"),
        ("a pause with one end", {"pauses": [["2026-08-04"]]}, "pauses[0]: needs [from, to]"),
        ("a pause without end", {"pauses": [["2026-08-04", None]]}, "pauses[0]: must be an ISO date"),
        ("a pause backwards", {"pauses": [["2026-08-05", "2026-08-04"]]}, "pauses: 2026-08-05 to 2026-08-04"),
        ("a pause of four years", {"pauses": [["2026-08-04", "2030-08-04"]]}, "days: nothing to count"),
        ("never open", {"days": None, "minutes": 1, "calendar": {"hours": {}}}, "hours: no open time in the three"),
        ("the end of time", {"start": "9999-12-30", "days": 30}, "start: the period leaves the years 1 to 9999"),
        ("the dawn of time", {"start": "0001-01-01T00:00", "days": None, "minutes": 1}, "start: the period leaves"),
    ],
)
def test_a_bad_case_names_its_key_and_the_others_are_answered(why, change, sentence):
    bad, good = answer_cases([{**GOOD, "id": "bad", **change}, GOOD])
    assert bad["id"] == "bad", why
    assert sentence in bad["error"], why
    assert "due" not in bad, why
    assert good["due"] == "2026-08-04", why


def test_a_case_that_is_no_object_is_an_error_of_its_own():
    answers = answer_cases(["2026-08-03", GOOD])
    assert answers[0] == {"id": None, "error": "case: must be an object"}
    assert answers[1]["due"] == "2026-08-04"


@pytest.mark.parametrize("raw", [{}, None, "[]", 7])
def test_an_input_that_is_no_list_is_refused(raw):
    with pytest.raises(BadRecord, match="JSON list"):
        answer_cases(raw)


def test_an_empty_list_has_an_empty_answer():
    assert answer_cases([]) == []


@pytest.mark.parametrize(
    "holiday",
    [
        "2026-08-04",
        ["2026-08-04"],
        ["2026-08-04", "Lễ của xã"],
        ["2026-08-04", "Lễ của xã", True, "QĐ 12"],
        {"date": "2026-08-04", "name": "Lễ của xã", "source": "QĐ 12"},
    ],
)
def test_a_holiday_may_be_written_in_several_ways(holiday):
    (answer,) = answer_cases([{**GOOD, "calendar": {"holidays": [holiday]}}])
    assert answer["due"] == "2026-08-05"


def test_the_proof_names_the_source_of_a_holiday():
    calendar = {"holidays": [["2026-08-04", "Lễ của xã", True, "QĐ 12"]]}
    (answer,) = answer_cases([{**GOOD, "calendar": calendar}])
    assert "thứ Ba 04/08/2026: không tính, Lễ của xã; nguồn: QĐ 12" in answer["proof"]


def test_the_answer_can_be_written_as_json():
    answers = answer_cases([_case(row) for row in TABLE["cases"]])
    assert json.loads(json.dumps(answers, ensure_ascii=False)) == answers
