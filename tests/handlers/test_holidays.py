"""A day off announced late moves open promises, tells everybody once, and can be confirmed by a leader in the chat."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from domain.errors import BadRecord, NotAllowed, NotFound
from domain.feedback import Limit, due_for
from handlers.actions import holidays as actions
from handlers.actions.acting import Acting
from handlers.actions.cases import extend_case
from scheduler.housekeeping import check_calendar
from storage import cases, communes, holidays
from storage.holidays import Day
from storage.tables import NATION, Audit, CaseEvent, Category, FeedbackCase, Holiday, Officer, OutboxMessage, Question
from tests.conftest import Press, Town
from tests.handlers.filing import case_of, file_report, regular

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7)
NOTICE = "Thông báo 12/TB-BNV ngày 03/3/2026"


def change(town: Town, *days: Day, layer: int = NATION) -> list[bool]:
    with town.db.writing() as session:
        return [actions.put(session, town.tools, layer, day, town.clock()) for day in days]


def off(on: date, name: str = "Nghỉ lễ lớn", *, verified: bool = True) -> Day:
    return Day(on, holidays.OFF, name, verified, NOTICE)


def count(town: Town, *, neighbour: bool = False) -> actions.Recomputed:
    with town.db.writing() as session:
        return actions.recompute(session, town.tools, town.neighbour if neighbour else town.tenant, town.clock())


def put_case(town: Town, key: str = "chieu-sang", received: datetime | None = None, *, neighbour: bool = False, **more):
    """A case with the law's date, put into the tables."""
    tenant, channel = (town.neighbour, town.neighbour_channel) if neighbour else (town.tenant, town.channel)
    at = received or town.clock()
    with town.db.writing() as session:
        commune = communes.load(session, tenant.id)
        category = cases.category_by_key(session, tenant.id, key)
        promise = due_for(Limit(category.amount, category.limit_unit), at, commune.calendar)
        id = town.tools.ids()
        values = {
            "tenant_id": tenant.id, "id": id, "code": f"{id % 10**8:08d}", "opened_by_key": f"t:{id}",
            "channel_id": channel.id, "peer": "citizen-1", "category_id": category.id,
            "department_id": category.department_id, "officer_id": None, "status": "received", "description": "x",
            "received_at": at, "due_on": promise.due_on, "due_at": promise.due_at, "proof": list(promise.proof), **more,
        }  # fmt: skip
        assert cases.add(session, values)
        return cases.get(session, tenant.id, id)


def again(town: Town, case: FeedbackCase) -> FeedbackCase:
    return town.rows(FeedbackCase, id=case.id)[0]


def moves(town: Town) -> list[str]:
    """The words of every "moved" event."""
    found = []
    with town.db.reading() as session:
        for event in session.scalars(select(CaseEvent).where(CaseEvent.kind == "moved").order_by(CaseEvent.id)):
            told = cases.history(session, event.tenant_id, event.case_id)
            found += [item.words for item in told if item.event.id == event.id]
    return found


def owed(town: Town, peer: str) -> list[str]:
    return [row.body["text"] for row in town.rows(OutboxMessage, peer=peer) if "moved" in row.key]


def test_tet_announced_late_moves_the_date_and_tells_citizen_and_officer_once(town):
    town.clock.now = datetime(2027, 2, 1, 9, tzinfo=HANOI).astimezone(UTC)
    with town.db.writing() as session:  # nobody has entered Tết yet
        for day in range(4, 11):
            actions.take_back(session, town.tools, NATION, date(2027, 2, day), NOTICE, town.clock())
    lan = town.officer("Lan")
    citizen = regular(town)
    file_report(citizen)
    case = case_of(citizen)
    assert case.due_on == date(2027, 2, 4)
    tet = [off(date(2027, 2, day), "Tết Nguyên đán Đinh Mùi (dự đoán)") for day in (4, 5, 8, 9, 10)]
    assert all(change(town, *tet))
    town.clock.forward(minutes=5)
    assert count(town) == actions.Recomputed(cases=1)
    moved = again(town, case)
    assert moved.due_on == date(2027, 2, 11)
    assert moved.due_at == datetime(2027, 2, 12, tzinfo=HANOI)
    assert moved.proof[-1].startswith("Hạn: hết thứ Năm 11/02/2027")
    assert any("04/02/2027: không tính, Tết" in line and NOTICE in line for line in moved.proof)
    (told,) = owed(town, citizen.peer)
    assert "chuyển sang thứ Năm, 11/02/2027" in told
    assert "04/02/2027 là ngày nghỉ (Tết Nguyên đán Đinh Mùi)" in told
    assert "Hẹn cũ: thứ Năm, 04/02/2027" in told
    (officer,) = owed(town, lan.peer)
    assert "04/02/2027" in officer
    assert "11/02/2027" in officer
    assert "Người gửi được báo" in officer
    (event,) = moves(town)
    assert NOTICE in event
    assert "trễ" not in event
    with town.db.reading() as session:
        assert cases.broken_link(session, town.tenant.id, case.id) is None
    town.clock.forward(hours=1)
    assert count(town) == actions.Recomputed()
    assert change(town, *tet) == [False] * 5
    assert len(owed(town, citizen.peer)) == len(owed(town, lan.peer)) == len(moves(town)) == 1


def test_every_move_is_told_even_when_the_same_date_comes_back(town):
    case = put_case(town)
    for n in (1, 2):
        change(town, off(WEDNESDAY))
        assert count(town).cases == 1
        assert again(town, case).due_on == FRIDAY
        with town.db.writing() as session:
            actions.take_back(session, town.tools, NATION, WEDNESDAY, NOTICE, town.clock())
        assert count(town).cases == 1
        assert again(town, case).due_on == THURSDAY
        assert len(owed(town, "citizen-1")) == 2 * n
    assert "sớm hơn: thứ Năm, 05/03/2026, vì thứ Tư, 04/03/2026 làm việc bình thường" in owed(town, "citizen-1")[-1]


@pytest.mark.parametrize(
    ("why", "key", "received", "days", "due"),
    [
        (
            "a make-up Saturday counts",
            "dat-dai",
            None,
            [Day(SATURDAY, "workday", "làm bù", True, NOTICE)],
            "2026-03-13",
        ),
        ("calendar days roll off the last day", "duong-sa", None, [off(date(2026, 3, 9))], "2026-03-10"),
        ("a day off within calendar days changes nothing", "duong-sa", None, [off(WEDNESDAY)], "2026-03-09"),
        ("a day beyond the date changes nothing", "chieu-sang", None, [off(FRIDAY)], "2026-03-05"),
        ("a holiday on a Saturday changes nothing", "dat-dai", None, [off(SATURDAY)], "2026-03-16"),
        ("hours run through every holiday", "khan-cap", None, [off(date(2026, 3, 2))], "2026-03-02"),
        ("the day of receipt is day zero anyway", "chieu-sang", None, [off(date(2026, 3, 2))], "2026-03-05"),
    ],
)
def test_which_days_move_which_dates(town, why, key, received, days, due):
    case = put_case(town, key, received)
    before = case.due_on
    change(town, *days)
    assert count(town).cases == (before != date.fromisoformat(due)), why
    assert again(town, case).due_on == date.fromisoformat(due), why


def test_an_earlier_date_for_a_make_up_saturday_names_it(town):
    put_case(town, "dat-dai")
    change(town, Day(SATURDAY, "workday", "làm bù cho 02/01", True, NOTICE))
    count(town)
    (told,) = owed(town, "citizen-1")
    assert "sớm hơn: thứ Sáu, 13/03/2026, vì thứ Bảy, 07/03/2026 là ngày làm bù" in told


def test_a_commune_overrides_and_its_neighbour_does_not_move(town):
    ours, theirs = put_case(town), put_case(town, neighbour=True)
    change(town, off(WEDNESDAY, "Lễ hội xã"), layer=town.tenant.id)
    assert (count(town).cases, count(town, neighbour=True).cases) == (1, 0)
    assert (again(town, ours).due_on, again(town, theirs).due_on) == (FRIDAY, THURSDAY)
    change(town, off(THURSDAY))
    with town.db.writing() as session:
        actions.take_back(session, town.tools, town.neighbour.id, THURSDAY, "Quyết định 7/QĐ-UBND", town.clock())
    assert (count(town).cases, count(town, neighbour=True).cases) == (1, 0)
    assert again(town, theirs).due_on == THURSDAY
    assert again(town, ours).due_on == date(2026, 3, 9)


def test_an_agreed_date_stays_and_is_reported_and_a_reopened_case_counts_again(town):
    agreed = put_case(town)
    with town.db.writing() as session:
        commune = communes.load(session, town.tenant.id)
        head = session.scalars(
            select(Officer).where(Officer.name == "Trần Văn Hùng", Officer.tenant_id == town.tenant.id)
        )
        act = Acting(
            session, town.tools, commune.tenant, commune.profile, commune.calendar, town.clock(), "k", head.one()
        )
        extend_case(act, agreed.id, "chờ vật tư", date(2026, 3, 12))
    change(town, off(date(2026, 3, 10)))
    done = count(town)
    assert done == actions.Recomputed(kept=(agreed.code,))
    assert again(town, agreed).due_on == date(2026, 3, 12)
    town.clock.forward(days=1)
    with town.db.writing() as session:
        case = cases.get(session, town.tenant.id, agreed.id)
        commune = communes.load(session, town.tenant.id)
        promise = due_for(Limit(3, "working_days"), town.clock(), commune.calendar)
        case.due_on, case.due_at, case.proof, case.reopened = promise.due_on, promise.due_at, list(promise.proof), 1
        cases.append_event(session, town.tools.ids, town.tools.random_bits, case, "reopened", town.clock())
    change(town, off(WEDNESDAY))
    assert count(town) == actions.Recomputed(cases=1)
    assert again(town, agreed).due_on == date(2026, 3, 9)


def test_a_limit_that_was_changed_since_does_not_move_a_promise(town):
    case = put_case(town)
    with town.db.writing() as session:
        category = session.scalars(
            select(Category).where(Category.tenant_id == town.tenant.id, Category.key == "chieu-sang")
        ).one()
        category.amount = 1
    assert count(town) == actions.Recomputed()
    change(town, off(WEDNESDAY))
    assert count(town) == actions.Recomputed(cases=1)
    assert again(town, case).due_on == FRIDAY, "three days, as promised"


def test_a_case_that_was_late_is_not_made_never_late_in_silence(town):
    case = put_case(town)
    town.clock.now = datetime(2026, 3, 6, 9, tzinfo=HANOI).astimezone(UTC)
    change(town, off(WEDNESDAY), off(THURSDAY))
    count(town)
    assert again(town, case).due_on == date(2026, 3, 9)
    (event,) = moves(town)
    assert "Trước khi đổi, việc đã trễ hẹn thứ Năm, 05/03/2026." in event


def test_a_date_that_has_passed_when_counted_anew_comes_with_an_apology(town):
    change(town, off(WEDNESDAY))
    put_case(town)
    town.clock.now = datetime(2026, 3, 6, 9, tzinfo=HANOI).astimezone(UTC)
    with town.db.writing() as session:
        actions.take_back(session, town.tools, NATION, WEDNESDAY, NOTICE, town.clock())
    count(town)
    (told,) = owed(town, "citizen-1")
    assert "thứ Năm, 05/03/2026 và đã qua" in told
    assert "Xã xin lỗi" in told


def test_confirming_a_day_shows_in_the_proof_and_disturbs_nobody(town):
    change(town, off(WEDNESDAY, verified=False))
    case = put_case(town)
    assert any("(chưa xác nhận)" in line for line in case.proof)
    with town.db.writing() as session:
        assert actions.confirm(session, town.tools, NATION, WEDNESDAY, "Công văn 99/VPCP", town.clock())
        assert not actions.confirm(session, town.tools, NATION, WEDNESDAY, "Công văn 99/VPCP", town.clock())
    assert count(town) == actions.Recomputed()
    proof = "\n".join(again(town, case).proof)
    assert "Công văn 99/VPCP" in proof
    assert "chưa xác nhận" not in proof
    assert owed(town, "citizen-1") == [] == moves(town)


def test_a_built_in_day_that_was_taken_back_stays_away(town):
    from storage import commune_file

    day = date(2026, 11, 24)
    with town.db.writing() as session:
        actions.take_back(session, town.tools, NATION, day, "Công văn 1/BNV", town.clock())
        commune_file.ensure_nation(session, town.tools.ids)
        assert communes.load(session, town.tenant.id).calendar.is_working_day(day)
        with pytest.raises(BadRecord):
            actions.confirm(session, town.tools, NATION, day, "Công văn 2/BNV", town.clock())
        with pytest.raises(NotFound):
            actions.confirm(session, town.tools, NATION, WEDNESDAY, "Công văn 2/BNV", town.clock())
    assert [row.about for row in town.rows(Audit, kind="holiday changed")] == ["holiday:2026-11-24:usual"]


def test_one_odd_case_does_not_stop_the_others(town):
    first, odd, last = put_case(town), put_case(town), put_case(town)
    with town.db.writing() as session:
        session.get_one(FeedbackCase, (town.tenant.id, odd.id)).proof = [7, "x"]
    change(town, off(WEDNESDAY))
    assert count(town) == actions.Recomputed(cases=2, failed=1)
    assert [again(town, case).due_on for case in (first, odd, last)] == [FRIDAY, THURSDAY, FRIDAY]


def test_a_case_without_a_chat_moves_and_the_officer_tells(town):
    lan = town.officer("Lan")
    put_case(town, channel_id=None, peer=None)
    change(town, off(WEDNESDAY))
    assert count(town).cases == 1
    assert "Người gửi không có chat" in owed(town, lan.peer)[0]


def test_a_waiting_question_moves_with_the_open_hours_from_when_it_was_handed_over(town):
    mai = town.officer("Mai")
    citizen = regular(town)
    citizen.talk(("gặp cán bộ", "nhắn"))
    town.clock.forward(hours=5)
    citizen.talk(("Xưởng gỗ cạnh nhà tôi có phải xin giấy gì không", "trước"))
    (question,) = town.rows(Question, status="waiting")
    old = question.due_at
    assert count(town) == actions.Recomputed(), "nothing changed"
    tomorrow = date(2026, 3, 3)
    change(town, off(tomorrow))
    assert count(town) == actions.Recomputed(questions=1)
    (question,) = town.rows(Question, status="waiting")
    assert question.due_at - old == timedelta(days=1)
    (told,) = owed(town, citizen.peer)
    assert "thứ Ba, 03/03/2026 là ngày nghỉ (Nghỉ lễ lớn)" in told
    assert "Hẹn cũ" in told
    assert len(owed(town, mai.peer)) == 1
    assert count(town) == actions.Recomputed()
    with town.db.writing() as session:
        actions.take_back(session, town.tools, NATION, tomorrow, NOTICE, town.clock())
    town.clock.forward(minutes=1)
    assert count(town) == actions.Recomputed(questions=1)
    assert town.rows(Question, status="waiting")[0].due_at == old


def test_short_hours_of_a_day_move_a_question_but_no_case(town):
    citizen = regular(town)
    put_case(town)
    citizen.talk(("gặp cán bộ", "nhắn"), ("Xưởng gỗ cạnh nhà tôi có phải xin giấy gì không", "trước"))
    change(town, Day(date(2026, 3, 2), holidays.SPECIAL, "Mất điện", True, NOTICE, (("07:30", "10:00"),)))
    assert count(town) == actions.Recomputed(questions=1)
    assert "thứ Hai, 02/03/2026 có giờ làm việc riêng" in owed(town, citizen.peer)[-1]


def test_an_english_speaker_reads_it_in_english(town):
    from storage.tables import Citizen

    citizen = regular(town)
    put_case(town)
    with town.db.writing() as session:
        session.scalars(select(Citizen).where(Citizen.peer == citizen.peer)).one().language = "en"
    change(town, off(WEDNESDAY))
    count(town)
    assert "is now promised for Friday, 06/03/2026, because Wednesday, 04/03/2026 is off" in owed(town, citizen.peer)[0]
    assert "Hẹn trả lời chuyển" in moves(town)[0], "the history is for officers"


def test_a_leader_confirms_an_unconfirmed_day_in_the_chat(town):
    town.clock.now = datetime(2026, 11, 17, 9, tzinfo=HANOI).astimezone(UTC)
    leader = town.officer("Phúc")
    put_case(town, "dat-dai")
    town.run(check_calendar)
    (asked,) = leader.hears()
    assert "24/11/2026 (Ngày Văn hóa Việt Nam)" in asked.text
    leader.talk(
        ("ngày nghỉ", "thứ Ba, 24/11/2026: Ngày Văn hóa Việt Nam (chưa xác nhận)"),
        (Press("Xác nhận ngày 24/11/2026"), "theo văn bản nào"),
        ("ừ", "ghi rõ hơn"),
        ("Công văn 15/BNV ngày 16/11/2026", "Đã xác nhận thứ Ba, 24/11/2026"),
        (Press("/holiday.confirm 2026-11-24"), "Không còn ngày nào"),
    )
    (row,) = town.rows(Holiday, tenant_id=town.tenant.id)
    assert (row.verified, row.source, row.kind) == (True, "Công văn 15/BNV ngày 16/11/2026", "off")
    (audit,) = town.rows(Audit, kind="holiday changed")
    assert audit.officer_id is not None
    assert audit.tenant_id == town.tenant.id
    assert town.rows(FeedbackCase)[0].due_on == date(2026, 12, 2), "it was counted as off before"
    assert not town.rows(Holiday, tenant_id=town.neighbour.id)


def test_a_leader_says_that_the_day_is_worked_and_the_dates_come_forward(town):
    town.clock.now = datetime(2026, 11, 17, 9, tzinfo=HANOI).astimezone(UTC)
    leader = town.officer("Phúc")
    case = put_case(town, "dat-dai")
    town.run(check_calendar)
    leader.hears()
    leader.talk(
        (Press("Ngày 24/11/2026 vẫn làm việc"), "theo văn bản nào"),
        ("Công văn 16/BNV ngày 16/11/2026", "1 việc và 0 câu hỏi đổi hẹn"),
        ("lịch nghỉ", "01/01/2027"),
    )
    assert again(town, case).due_on == date(2026, 12, 1)
    assert "sớm hơn: thứ Ba, 01/12/2026" in owed(town, "citizen-1")[0]
    with town.db.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "moved")).one()
        assert event.officer_id is not None


def test_a_break_is_confirmed_at_once_or_day_by_day(town):
    town.clock.now = datetime(2027, 1, 28, 9, tzinfo=HANOI).astimezone(UTC)
    leader = town.officer("Dũng")
    town.run(check_calendar)
    leader.hears()
    leader.talk(
        (Press("Xem từng ngày"), "thứ Năm, 04/02/2027: Tết"),
        (Press("thứ Tư, 10/02/2027"), "Xác nhận ngày 10/02/2027"),
        (Press("Ngày 10/02/2027 vẫn làm việc"), "theo văn bản nào"),
        ("Thông báo 5/TB-BNV", "Đã ghi thứ Tư, 10/02/2027"),
        ("ngày nghỉ", "5 ngày chưa xác nhận"),
        (Press("Xác nhận 5 ngày"), "từ 04/02/2027 đến 09/02/2027"),
        ("thôi", "giữ như cũ"),
        (Press("/holiday.confirm 2027-02-04 2027-02-10"), "5 ngày"),
        ("Thông báo 5/TB-BNV", "Đã xác nhận 5 ngày"),
    )
    own = {row.on.day: row for row in town.rows(Holiday, tenant_id=town.tenant.id)}
    assert sorted(own) == [4, 5, 7, 8, 9, 10]
    assert own[10].kind == "usual"
    assert own[4].name == "Tết Nguyên đán Đinh Mùi"


def test_only_leaders_and_the_director_change_the_calendar(town):
    town.clock.now = datetime(2026, 11, 17, 9, tzinfo=HANOI).astimezone(UTC)
    lan = town.officer("Lan")
    (shown,) = lan.does("ngày nghỉ")
    assert "Ngày Văn hóa" in shown.text
    assert not shown.choices
    lan.talk((Press("/holiday.confirm 2026-11-24"), "chỉ lãnh đạo"), (Press("/holiday.each x"), "Nút"))
    citizen = regular(town)
    answer = citizen.does(Press("/holiday.confirm 2026-11-24"))[0].text
    assert "chỉ lãnh đạo" not in answer
    assert "văn bản" not in answer
    assert "chưa xác nhận" not in citizen.does("ngày nghỉ")[0].text.split("\n")[0]
    assert not town.rows(Audit, kind="holiday changed")
    with town.db.writing() as session:
        commune = communes.load(session, town.tenant.id)
        act = Acting(session, town.tools, commune.tenant, commune.profile, commune.calendar, town.clock(), "k")
        with pytest.raises(NotAllowed):
            actions.change_unconfirmed(act, date(2026, 11, 24), date(2026, 11, 24), NOTICE, confirms=True)
