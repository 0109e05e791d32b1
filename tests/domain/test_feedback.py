"""The life and the clock of a feedback case."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkCalendar
from domain.errors import BadRecord, NotAllowed
from domain.feedback import (
    ENDED,
    OPEN,
    UNITS,
    CaseEvent,
    CaseStatus,
    CategoryHint,
    Limit,
    check_extension,
    due_for,
    is_overdue,
    next_status,
    suggest_category,
)

OFFICE = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
CALENDAR = WorkCalendar(
    hours=dict.fromkeys(range(5), OFFICE),
    holidays={date(2026, 8, 31): "Nghỉ hoán đổi", date(2026, 9, 1): "Quốc khánh", date(2026, 9, 2): "Quốc khánh"},
    extra_workdays={date(2026, 8, 22): "làm bù cho 31/08"},
)
THREE = time(15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone)


@pytest.mark.parametrize(
    ("why", "path"),
    [
        ("the usual way", "received assign assigned take in_progress draft in_progress answer answered close closed"),
        ("a draft comes back", "in_progress draft in_progress send_back in_progress answer answered"),
        ("the person is asked", "in_progress ask_citizen waiting_citizen citizen_replied in_progress"),
        ("asked twice", "waiting_citizen ask_citizen waiting_citizen answer answered"),
        ("another agency", "received forward forwarded answer answered"),
        ("and back from it", "forwarded assign assigned"),
        ("thanks do not reopen", "answered citizen_replied answered"),
        ("not settled", "answered rate answered reopen assigned"),
        ("a late rating", "closed rate closed reopen assigned"),
        ("it was a khiếu nại", "received direct directed"),
        ("withdrawn", "in_progress withdraw withdrawn"),
        ("a new date changes no status", "waiting_citizen extend waiting_citizen"),
        ("a new officer while waiting", "waiting_citizen assign waiting_citizen take waiting_citizen"),
    ],
)
def test_a_case_goes_its_way(why, path):
    steps = path.split()
    for before, event, after in zip(steps[::2], steps[1::2], steps[2::2], strict=False):
        assert next_status(CaseStatus(before), CaseEvent(event)) == after, why


@pytest.mark.parametrize(
    ("status", "event"),
    [
        ("closed", "answer"),
        ("closed", "take"),
        ("answered", "answer"),
        ("answered", "extend"),
        ("withdrawn", "reopen"),
        ("directed", "answer"),
        ("received", "rate"),
        ("received", "close"),
        ("received", "ask_citizen"),
    ],
)
def test_what_the_state_does_not_permit_is_refused(status, event):
    with pytest.raises(NotAllowed, match=f"{event} from {status}"):
        next_status(CaseStatus(status), CaseEvent(event))


def test_every_open_case_can_still_be_answered_and_no_ended_one_can():
    for status in CaseStatus:
        if status in OPEN:
            assert next_status(status, CaseEvent.ANSWER) is CaseStatus.ANSWERED
        else:
            with pytest.raises(NotAllowed):
                next_status(status, CaseEvent.ANSWER)
    assert not OPEN & ENDED


@pytest.mark.parametrize(
    ("why", "status", "now", "waiting_since", "late"),
    [
        ("before the end of the day", "assigned", "2026-08-04T23:59:59", None, False),
        ("at 24:00", "assigned", "2026-08-05T00:00", None, False),
        ("a second later", "assigned", "2026-08-05T00:00:01", None, True),
        ("with another agency", "forwarded", "2026-08-06T00:00", None, True),
        ("answered", "answered", "2026-08-06T00:00", None, False),
        ("the person was asked in time", "waiting_citizen", "2026-08-09T00:00", "2026-08-04T10:00", False),
        ("asked when it was late already", "waiting_citizen", "2026-08-09T00:00", "2026-08-06T10:00", True),
        ("asked, nobody knows when", "waiting_citizen", "2026-08-09T00:00", None, True),
        ("was asked once, works on", "in_progress", "2026-08-09T00:00", "2026-08-04T10:00", True),
    ],
)
def test_when_a_case_is_late(why, status, now, waiting_since, late):
    due_at = at("2026-08-05T00:00").astimezone(UTC)
    since = at(waiting_since) if waiting_since else None
    assert is_overdue(CaseStatus(status), due_at, at(now), since) is late, why


@pytest.mark.parametrize(
    ("why", "status", "now", "already", "refusal"),
    [
        ("in time", "in_progress", "2026-08-04T10:00", False, None),
        ("twice", "in_progress", "2026-08-04T10:00", True, "only once"),
        ("too late", "in_progress", "2026-08-06T10:00", False, "has passed"),
        ("answered", "answered", "2026-08-04T10:00", False, "extend from answered"),
    ],
)
def test_a_date_is_moved_once_and_before_it_has_passed(why, status, now, already, refusal):
    due_at = at("2026-08-05T00:00")
    if refusal is None:
        check_extension(CaseStatus(status), due_at, at(now), already)
        return
    with pytest.raises(NotAllowed, match=refusal):
        check_extension(CaseStatus(status), due_at, at(now), already)


@pytest.mark.parametrize(
    ("why", "amount", "unit", "received", "late_hour", "due_on", "due_at", "first_day", "reason"),
    [
        ("three working days", 3, "working_days", "2026-08-03T09:00", None,
         "2026-08-06", "2026-08-07T00:00", "2026-08-04", ""),
        ("before three o'clock", 3, "working_days", "2026-08-03T14:59", THREE,
         "2026-08-06", "2026-08-07T00:00", "2026-08-04", ""),
        ("at three o'clock", 3, "working_days", "2026-08-03T15:00", THREE,
         "2026-08-07", "2026-08-08T00:00", "2026-08-05", "gửi từ 15:00 trở đi"),
        ("after three, no such rule here", 3, "working_days", "2026-08-03T16:00", None,
         "2026-08-06", "2026-08-07T00:00", "2026-08-04", ""),
        ("Friday evening", 1, "working_days", "2026-08-07T20:00", THREE,
         "2026-08-11", "2026-08-12T00:00", "2026-08-11", "gửi từ 15:00 trở đi"),
        ("Sunday is like Friday evening", 1, "working_days", "2026-08-09T09:00", THREE,
         "2026-08-11", "2026-08-12T00:00", "2026-08-11", "Chủ nhật 09/08/2026 không phải ngày làm việc"),
        ("Sunday without the rule", 1, "working_days", "2026-08-09T09:00", None,
         "2026-08-10", "2026-08-11T00:00", "2026-08-10", "Chủ nhật 09/08/2026 không phải ngày làm việc"),
        ("on the National Day", 1, "working_days", "2026-09-02T09:00", None,
         "2026-09-03", "2026-09-04T00:00", "2026-09-03", "thứ Tư 02/09/2026 không phải ngày làm việc"),
        ("a worked Saturday is a working day", 1, "working_days", "2026-08-22T09:00", THREE,
         "2026-08-24", "2026-08-25T00:00", "2026-08-24", ""),
        ("late before the holidays", 1, "working_days", "2026-08-28T15:30", THREE,
         "2026-09-04", "2026-09-05T00:00", "2026-09-04", "gửi từ 15:00 trở đi"),
        ("seven calendar days", 7, "calendar_days", "2026-08-03T09:00", None,
         "2026-08-10", "2026-08-11T00:00", "2026-08-04", ""),
        ("calendar days run on from a Sunday", 2, "calendar_days", "2026-08-09T09:00", None,
         "2026-08-11", "2026-08-12T00:00", "2026-08-10", ""),
        ("calendar days end on a holiday", 7, "calendar_days", "2026-08-24T09:00", None,
         "2026-09-03", "2026-09-04T00:00", "2026-08-25", ""),
        ("three hours at night", 3, "hours", "2026-08-08T23:30", THREE,
         "2026-08-09", "2026-08-09T02:30", "2026-08-08", ""),
        ("eight working hours", 8, "working_hours", "2026-08-03T07:30", None,
         "2026-08-04", "2026-08-04T08:00", "2026-08-03", ""),
        ("working hours asked at lunch", 1, "working_hours", "2026-08-03T12:00", None,
         "2026-08-03", "2026-08-03T14:30", "2026-08-03", ""),
        ("working hours asked at night", 1, "working_hours", "2026-08-07T22:00", None,
         "2026-08-10", "2026-08-10T08:30", "2026-08-10", "gửi ngoài giờ làm việc"),
        ("due the same day", 0, "working_days", "2026-08-03T09:00", THREE,
         "2026-08-03", "2026-08-04T00:00", "2026-08-03", ""),
    ],
)  # fmt: skip
def test_what_is_promised(why, amount, unit, received, late_hour, due_on, due_at, first_day, reason):
    promise = due_for(Limit(amount, unit), at(received).astimezone(UTC), CALENDAR, late_hour)
    assert promise.due_on == date.fromisoformat(due_on), why
    assert promise.due_at == at(due_at), why
    assert promise.due_at.tzinfo is UTC, why
    assert promise.first_day_on == date.fromisoformat(first_day), why
    assert promise.reason_off == reason, why
    assert promise.proof[-1].startswith("Hạn: "), why


def test_the_proof_of_a_late_filing_says_so_first():
    promise = due_for(Limit(1, "working_days"), at("2026-08-03T16:00"), CALENDAR, THREE)
    assert promise.proof[0] == (
        "Gửi lúc 16:00 thứ Hai 03/08/2026: tính là nhận thứ Ba 04/08/2026, vì gửi từ 15:00 trở đi"
    )


def test_days_spent_waiting_for_the_person_are_given_back():
    plain = due_for(Limit(3, "working_days"), at("2026-08-03T09:00"), CALENDAR)
    waited = due_for(
        Limit(3, "working_days"),
        at("2026-08-03T09:00"),
        CALENDAR,
        pauses=[(at("2026-08-04T00:00"), at("2026-08-06T09:00"))],
    )
    assert (plain.due_on, waited.due_on) == (date(2026, 8, 6), date(2026, 8, 10))


def test_an_unknown_unit_is_refused():
    assert {"working_days", "calendar_days", "hours", "working_hours"} == UNITS
    with pytest.raises(BadRecord, match="unit: must be one of"):
        due_for(Limit(3, "ngày"), at("2026-08-03T09:00"), CALENDAR)


@given(
    st.datetimes(datetime(2026, 7, 1), datetime(2026, 10, 1)),  # noqa: DTZ001 - made aware below
    st.integers(0, 20),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from([None, THREE]),
    st.integers(1, 5000),
)
def test_who_sends_later_is_never_promised_an_earlier_date(received, amount, unit, late_hour, minutes):
    first = received.replace(tzinfo=UTC)
    earlier = due_for(Limit(amount, unit), first, CALENDAR, late_hour)
    later = due_for(Limit(amount, unit), first + timedelta(minutes=minutes), CALENDAR, late_hour)
    assert earlier.due_at <= later.due_at
    assert earlier.due_at >= first


CATEGORIES = [
    CategoryHint("light", ["đèn đường", "chiếu sáng", "mất điện"]),
    CategoryHint("waste", ["rác", "mùi hôi", "đổ trộm"]),
    CategoryHint("road", ["ổ gà", "đường hỏng", "đường"]),
    CategoryHint("dogs", ["chó", "chó thả rông"]),
    CategoryHint("empty", []),
]


@pytest.mark.parametrize(
    ("why", "text", "keys"),
    [
        ("a phrase weighs more than a word", "Đèn đường thôn 3 hỏng", ["light", "road"]),
        ("without accents", "den duong thon 3 hong", ["light", "road"]),
        ("another tone place, capitals, signs", "RÁC!!! Mùi hôi quá", ["waste"]),
        ("several hits", "đường đầy rác, mùi hôi, đổ trộm", ["waste", "road"]),
        ("accents count where they are used", "Cho tôi hỏi về đèn đường", ["light", "road"]),
        ("a dog without accents", "cho tha rong", ["dogs"]),
        ("only whole words", "trác táng", []),
        ("nothing fits", "xin chào", []),
        ("empty", "", []),
    ],
)
def test_categories_are_suggested_by_their_words(why, text, keys):
    assert suggest_category(text, CATEGORIES) == keys, why
