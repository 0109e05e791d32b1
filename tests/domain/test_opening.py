"""When the commune is open, when it opens again, its days off and its next reception."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain import opening
from domain.calendar import WorkCalendar
from domain.errors import BadRecord
from domain.holidays import KnownDay, holidays, swapped_workdays
from domain.profile import Profile, Reception, profile_from_json
from domain.spoken_time import Spoken
from domain.texts import directory as texts

VN = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = ((time(7, 30), time(11, 30)), (time(13), time(17)))
YEARS = (2026, 2027)
CALENDAR = WorkCalendar(
    hours=dict.fromkeys(range(5), DAY),
    holidays={day.on: day.told for year in YEARS for day in holidays(year)},
    extra_workdays={day.on: day.told for year in YEARS for day in swapped_workdays(year)},
)
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("07:30", "11:30"), ("13:00", "17:00")))
PROFILE = Profile(hotline="0200 000 0001", hours=WEEK, desk="Một cửa xã")
CHAIRMAN = Reception("thu", "08:00", "11:00", "Chủ tịch Ủy ban nhân dân xã", "Phòng tiếp công dân")
COUNCIL = Reception("tue", "14:00", "16:00", "Phó Chủ tịch Hội đồng nhân dân xã", "Phòng tiếp công dân")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VN)


@pytest.mark.parametrize(
    ("why", "now", "expected"),
    [
        ("open", "2026-11-11 09:00", None),
        ("at noon", "2026-11-11 12:00", "13 giờ, thứ Tư, 11/11/2026"),
        ("at the closing minute", "2026-11-11 17:00", "7 giờ 30, thứ Năm, 12/11/2026"),
        ("over the weekend", "2026-11-13 18:00", "7 giờ 30, thứ Hai, 16/11/2026"),
        ("before opening", "2026-11-16 06:00", "7 giờ 30, thứ Hai, 16/11/2026"),
        ("a Saturday that is worked instead", "2026-08-21 20:00", "7 giờ 30, thứ Bảy, 22/08/2026"),
        ("all of Tết", "2026-02-13 17:30", "7 giờ 30, thứ Hai, 23/02/2026 (mùng 7 Tết)"),
        ("in the middle of Tết", "2026-02-18 09:00", "7 giờ 30, thứ Hai, 23/02/2026 (mùng 7 Tết)"),
    ],
)
def test_a_shut_office_names_its_real_next_opening(why, now, expected):
    opens = opening.closed_note(CALENDAR, at(now))
    assert bool(opens) == bool(expected), why
    if opens:
        assert texts.closed("xã", opens) == f"Giờ này xã đã nghỉ. Mở cửa lại: {expected}.", why


def test_without_hours_there_is_no_note():
    assert opening.closed_note(WorkCalendar(), at("2026-11-11 09:00")) is None
    assert opening.hours_told(Profile(), "xã", WorkCalendar(), Spoken(), at("2026-11-11 09:00")) == ""


@pytest.mark.parametrize(
    ("why", "now", "time_said", "expected"),
    [
        ("open now", "2026-11-11 09:00", Spoken(), "Xã đang mở cửa, đến 11 giờ 30."),
        ("shut now", "2026-11-11 19:00", Spoken(), "Giờ này xã đã nghỉ. Mở cửa lại: 7 giờ 30, thứ Năm, 12/11/2026."),
        ("the week", "2026-11-11 09:00", Spoken(),
         "Thứ Hai đến thứ Sáu: 7 giờ 30 đến 11 giờ 30, 13 giờ đến 17 giờ."),
        ("the rest of the week", "2026-11-11 09:00", Spoken(), "Các ngày khác nghỉ."),
        ("today", "2026-11-11 16:00", Spoken("today"), "Xã đang mở cửa, đến 17 giờ."),
        ("today after hours", "2026-11-11 17:30", Spoken("today"), "Giờ này xã đã nghỉ."),
        ("Saturday", "2026-11-11 09:00", Spoken("5"), "Thứ Bảy, 14/11/2026: xã nghỉ (cuối tuần)."),
        ("Saturday, then", "2026-11-11 09:00", Spoken("5"), "Mở cửa lại: 7 giờ 30, thứ Hai, 16/11/2026."),
        ("a worked Saturday", "2026-08-19 09:00", Spoken("5"), "Ngày này đi làm thay ngày khác (làm bù cho 31/08"),
        ("tomorrow", "2026-11-11 09:00", Spoken("tomorrow"), "Thứ Năm, 12/11/2026: xã làm việc 7 giờ 30"),
        ("noon", "2026-11-11 09:00", Spoken("today", part="noon"), "Buổi trưa xã nghỉ."),
        ("noon, the hours of the day too", "2026-11-11 09:00", Spoken("today", part="noon"), "13 giờ đến 17 giờ"),
        ("the afternoon", "2026-11-11 09:00", Spoken("tomorrow", part="afternoon"), "Buổi chiều xã có làm việc."),
        ("the evening", "2026-11-11 09:00", Spoken("today", part="evening"), "Buổi tối xã nghỉ."),
        ("five o'clock is too late", "2026-11-11 09:00", Spoken("today", hour=time(17)), "Lúc 17 giờ xã nghỉ."),
        ("eight o'clock", "2026-11-11 09:00", Spoken("tomorrow", hour=time(8)), "Lúc 8 giờ xã có làm việc."),
        ("a holiday", "2026-04-28 09:00", Spoken("30/4"), "Thứ Năm, 30/04/2026: xã nghỉ (Ngày Chiến thắng)."),
        ("a day off that nobody confirmed", "2026-11-11 09:00", Spoken("24/11"),
         "Ngày Văn hóa Việt Nam, thứ Ba, 24/11/2026, chưa được xác nhận là ngày nghỉ."),
        ("whom to ask about it", "2026-11-11 09:00", Spoken("24/11"), "gọi 0200 000 0001 để hỏi chắc"),
        ("when it would open", "2026-11-11 09:00", Spoken("24/11"), "Nếu nghỉ, mở cửa lại: 7 giờ 30, thứ Tư, 25/11"),
        ("shut before an unconfirmed day", "2026-11-23 18:00", Spoken("today"), "chưa được xác nhận là ngày nghỉ"),
        ("no such day", "2026-11-11 09:00", Spoken("31/2"), "Ngày này không có trong lịch."),
        ("this afternoon, while it lasts", "2026-11-11 16:30", Spoken("today", part="afternoon"), "đang mở cửa, đến"),
        ("this afternoon, when it is over", "2026-11-11 17:30", Spoken("today", part="afternoon"),
         "Giờ này xã đã nghỉ. Mở cửa lại: 7 giờ 30, thứ Năm, 12/11/2026."),
        ("the weekend, day by day", "2026-11-11 09:00", Spoken("weekend"), "Chủ nhật, 15/11/2026: xã nghỉ"),
        ("a weekend with a worked Saturday", "2026-08-19 09:00", Spoken("weekend"), "Thứ Bảy, 22/08/2026: xã làm việc"),
        ("a day taken off beside a holiday", "2026-08-28 18:00", Spoken("0"), "xã nghỉ (Quốc khánh)."),
        ("on an unconfirmed day nothing is called off", "2026-11-24 09:00", Spoken("today"), "Nếu nghỉ, mở cửa lại"),
    ],
)  # fmt: skip
def test_hours_are_told_for_the_time_that_was_asked(why, now, time_said, expected):
    assert expected in opening.hours_told(PROFILE, "xã", CALENDAR, time_said, at(now)), why


def test_unconfirmed_days_in_a_row_are_one_sentence():
    told = opening.hours_told(PROFILE, "xã", CALENDAR, Spoken("today", part="now"), at("2027-02-03 18:00"))
    assert told.count("0200 000 0001") == 1
    assert "từ thứ Năm, 04/02/2027 (28 tháng Chạp) đến thứ Tư, 10/02/2027 (mùng 5 Tết), chưa được xác nhận" in told
    assert "Mở cửa lại: 7 giờ 30, thứ Năm, 11/02/2027 (mùng 6 Tết)." in told


def test_while_it_is_shut_the_duty_officer_is_named():
    profile = Profile(hotline="0200 000 0001", duty_phone="0200 000 0002", hours=WEEK)
    for said, now, shut in (
        (Spoken("today"), "2026-11-11 19:00", True),
        (Spoken(), "2026-11-14 10:00", True),
        (Spoken("today"), "2026-11-11 09:00", False),
    ):
        told = opening.hours_told(profile, "xã", CALENDAR, said, at(now))
        assert ("Trực ngoài giờ: 0200 000 0002" in told) is shut, now


def test_today_is_off_is_not_said_of_a_day_that_nobody_confirmed():
    told = opening.hours_told(PROFILE, "xã", CALENDAR, Spoken("today"), at("2026-11-24 09:00"))
    assert "đã nghỉ" not in told


@pytest.mark.parametrize(
    ("why", "number", "expected"),
    [
        ("mùng 6 is a working day again", 6, "Thứ Năm, 11/02/2027 (mùng 6 Tết): xã làm việc 7 giờ 30"),
        ("mùng 3 is not", 3, "nghỉ từ thứ Năm, 04/02/2027 (28 tháng Chạp) đến hết thứ Tư, 10/02/2027 (mùng 5 Tết)"),
        ("27 Tết is a working day still", -27, "Thứ Tư, 03/02/2027 (27 tháng Chạp): xã làm việc"),
    ],
)
def test_the_days_of_tet_are_told_as_people_count_them(why, number, expected):
    said = Spoken(holiday="tet nguyen dan", tet_day=number)
    assert expected in opening.holidays_told(PROFILE, "xã", CALENDAR, said, at("2027-01-20 09:00")), why


def test_only_what_is_not_announced_is_marked_as_expected():
    told = opening.holidays_told(PROFILE, "xã", CALENDAR, Spoken(), at("2026-08-21 09:00"))
    assert "Quốc khánh: nghỉ" in told
    assert "Ngày Văn hóa Việt Nam (dự kiến): nghỉ" in told


def test_an_unconfirmed_day_is_never_called_off():
    told = opening.hours_told(PROFILE, "xã", CALENDAR, Spoken("24/11"), at("2026-11-11 09:00"))
    assert "xã nghỉ" not in told


def test_a_desk_open_on_saturday_is_open_on_saturday():
    calendar = WorkCalendar(hours={5: ((time(7, 30), time(11)),)})
    told = opening.hours_told(PROFILE, "xã", calendar, Spoken("5"), at("2026-11-11 09:00"))
    assert told == "Thứ Bảy, 14/11/2026: xã làm việc 7 giờ 30 đến 11 giờ."


def test_what_is_special_on_a_day_is_said():
    profile = Profile(hours=WEEK, desk_days={"tue": "ngày không viết"})
    told = opening.hours_told(profile, "xã", CALENDAR, Spoken("1"), at("2026-11-16 09:00"))
    assert "Thứ Ba: ngày không viết." in told


@pytest.mark.parametrize(
    ("why", "now", "time_said", "expected"),
    [
        ("Tết with its weekends", "2026-01-20 09:00", Spoken(holiday="tet nguyen dan"),
         "Tết Nguyên đán Bính Ngọ: nghỉ từ thứ Bảy, 14/02/2026 (27 tháng Chạp) đến hết Chủ nhật, 22/02/2026 (mùng 6"),
        ("when it opens again", "2026-01-20 09:00", Spoken(holiday="tet nguyen dan"),
         "Mở cửa lại: 7 giờ 30, thứ Hai, 23/02/2026 (mùng 7 Tết)."),
        ("asked during Tết", "2026-02-18 09:00", Spoken(holiday="tet nguyen dan"), "23/02/2026"),
        ("next year's is only expected", "2026-03-02 09:00", Spoken(holiday="tet nguyen dan"),
         "Lịch ghi “dự kiến” chưa có thông báo chính thức."),
        ("of a year", "2026-01-20 09:00", Spoken(holiday="tet nguyen dan", year=2027), "04/02/2027"),
        ("next year", "2026-01-20 09:00", Spoken(holiday="tet nguyen dan", next_year=True), "04/02/2027"),
        ("by its date", "2026-03-02 09:00", Spoken("2/9"),
         "Quốc khánh: nghỉ từ thứ Bảy, 29/08/2026 đến hết thứ Tư, 02/09/2026, 5 ngày tính cả cuối tuần."),
        ("two holidays in a row", "2026-03-02 09:00", Spoken("30/4"), "Ngày Chiến thắng, Quốc tế Lao động"),
        ("the next few", "2026-11-12 09:00", Spoken(), "Tết Dương lịch"),
    ],
)  # fmt: skip
def test_days_off_are_told_with_their_weekends(why, now, time_said, expected):
    assert expected in opening.holidays_told(PROFILE, "xã", CALENDAR, time_said, at(now)), why


def test_a_confirmed_holiday_carries_no_doubt():
    told = opening.holidays_told(PROFILE, "xã", CALENDAR, Spoken(holiday="tet nguyen dan"), at("2026-01-20 09:00"))
    assert "dự kiến" not in told


def test_an_unknown_holiday_is_not_made_up():
    said = Spoken(holiday="tet nguyen dan", year=2031)
    assert opening.holidays_told(PROFILE, "xã", CALENDAR, said, at("2026-01-20 09:00")) == ""


def test_the_mark_of_an_unconfirmed_day_is_the_one_the_calendar_writes():
    day = KnownDay(date(2026, 11, 24), "Ngày Văn hóa Việt Nam", False, "Nghị quyết")
    calendar = WorkCalendar(holidays={day.on: day.told})
    assert not opening.is_confirmed(calendar, day.on)
    assert opening.holiday_name(calendar, day.on) == "Ngày Văn hóa Việt Nam"


@pytest.mark.parametrize(
    ("why", "now", "host", "begins"),
    [
        ("this week", "2026-03-02 09:00", "chu tich", "2026-03-05 08:00"),
        ("on the day, before it", "2026-03-05 07:00", "chu tich", "2026-03-05 08:00"),
        ("while it runs", "2026-03-05 10:00", "chu tich", "2026-03-05 08:00"),
        ("after it", "2026-03-05 11:00", "chu tich", "2026-03-12 08:00"),
        ("never on a holiday", "2026-04-27 09:00", "chu tich", "2026-05-07 08:00"),
        ("never at Tết", "2026-02-13 09:00", "chu tich", "2026-02-26 08:00"),
        ("whoever is first", "2026-03-02 09:00", "", "2026-03-03 14:00"),
        ("of the deputy", "2026-03-04 09:00", "pho chu tich", "2026-03-10 14:00"),
    ],
)
def test_the_next_reception_is_on_a_working_day(why, now, host, begins):
    found = opening.next_reception((CHAIRMAN, COUNCIL), CALENDAR, at(now), host)
    assert found.begins == at(begins), why


def test_a_reception_that_falls_on_a_day_off_is_explained():
    found = opening.next_reception((CHAIRMAN,), CALENDAR, at("2026-04-27 09:00"))
    assert opening.skipped_told(CALENDAR, found, "") == [
        "Thứ Năm, 30/04/2026 là ngày nghỉ (Ngày Chiến thắng) nên không có buổi tiếp."
    ]


def test_without_a_schedule_there_is_no_reception():
    assert opening.next_reception((), CALENDAR, at("2026-03-02 09:00")) is None


@pytest.mark.parametrize(
    ("why", "raw", "says"),
    [
        ("a person needs a title", {"people": [{"name": "A"}]}, "'people[0]': 'title' is missing"),
        ("a key is misspelt", {"people": [{"title": "A", "fone": "1"}]}, "'people[0]' has an unknown key 'fone'"),
        ("a phone that lost its zero", {"people": [{"title": "A", "phone": 2000001}]}, "'phone' is not a text"),
        ("a language nobody knows", {"people": [{"title": "A", "languages": ["xx"]}]}, "unknown language 'xx'"),
        ("words that are no list", {"people": [{"title": "A", "handles": "đất"}]}, "'handles' is not a list of texts"),
        ("people are a list", {"people": {"title": "A"}}, "'people' is not a list"),
        ("a neighbour needs a contact", {"neighbours": [{"name": "xã B"}]}, "'contact' is missing"),
        ("old names are pairs", {"old_names": ["xã A"]}, "'old_names' is not a mapping"),
        ("an unknown day", {"desk_days": {"tuesday": "x"}}, "'desk_days' has an unknown day 'tuesday'"),
    ],
)
def test_a_wrong_entry_of_the_directory_is_named(why, raw, says):
    with pytest.raises(BadRecord) as caught:
        profile_from_json(raw)
    assert says in str(caught.value), why
