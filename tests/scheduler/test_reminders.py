"""Who hears when about a case that falls due, is late or lies untaken; and what the citizen hears when it is late."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

from domain.texts.base import code
from scheduler.reminders import apologise, remind, remind_urgent
from storage import cases
from storage.tables import OutboxMessage
from tests.conftest import Press
from tests.scheduler.conftest import HANOI, at, walk


def sweep(town, *, neighbour: bool = False) -> int:
    return sum(town.run(look, neighbour=neighbour) for look in (remind_urgent, remind, apologise))


def keys(town) -> list[str]:
    return [row.key for row in town.rows(OutboxMessage, tenant_id=town.tenant.id)]


def kinds(town) -> Counter[str]:
    return Counter(key.split(":")[0] for key in keys(town))


def test_a_whole_week_with_tet_reminds_each_reason_once(town, file_case, owed):
    town.clock.now = at("2026-02-11 09:00")  # Wednesday; Tết off from Monday 16 to Friday 20
    case = file_case(officer="Lan")  # three working days: Thursday, Friday, and the Monday after Tết
    assert case.due_on == date(2026, 2, 23)
    officer, head, leader = (town.officer(name) for name in ("Lan", "Hùng", "Phúc"))
    walk(town, "2026-02-11 09:00", "2026-02-26 20:00", lambda: sweep(town))
    seen: dict[str, list[str]] = {}
    for row in town.rows(OutboxMessage, tenant_id=town.tenant.id):
        seen.setdefault(row.peer, []).append(f"{row.key.split(':')[0]} {row.created_at.astimezone(HANOI):%m-%d %H:%M}")
    assert seen == {
        officer.peer: ["due-tomorrow 02-13 07:30", "due-today 02-23 07:30", "overdue 02-24 07:30"],
        head.peer: ["overdue 02-24 07:30"],
        leader.peer: ["overdue-leader 02-25 07:30"],
        "citizen-1": ["late 02-24 10:00"],
    }
    assert "Ngày làm việc tới đến hẹn" in owed(officer.peer)[0]


def test_a_second_look_adds_nothing(town, file_case):
    file_case(officer="Lan", received="2026-02-24 09:00")
    for name in ("Lan", "Hùng", "Phúc"):
        town.officer(name)
    town.clock.now = at("2026-03-02 10:30")
    assert sweep(town) > 0
    assert sweep(town) == 0


def test_after_an_outage_what_is_still_true_is_said_and_nothing_old(town, file_case):
    for name in ("Lan", "Hùng"):
        town.officer(name)
    file_case(officer="Lan", received="2026-02-24 09:00")  # due on Friday 27
    town.clock.now = at("2026-03-02 08:00")
    sweep(town)
    assert kinds(town) == {"overdue": 2}


def test_nobody_is_disturbed_at_night_or_on_a_day_off(town, file_case):
    for name in ("Lan", "Hùng", "Phúc"):
        town.officer(name)
    file_case(officer="Lan", received="2026-02-24 09:00")
    for moment in ("2026-02-28 09:00", "2026-03-01 09:00", "2026-03-02 06:59", "2026-03-02 21:00"):
        town.clock.now = at(moment)
        assert sweep(town) == 0, moment


def test_an_emergency_is_late_at_night_too(town, file_case, owed):
    town.officer("Sơn")
    leader = town.officer("Phúc")
    town.clock.now = at("2026-02-28 22:00")  # a Saturday night
    file_case("khan-cap", emergency=True)
    town.clock.now = at("2026-03-01 01:30")
    assert town.run(remind_urgent) > 0
    assert any("QUÁ HẸN" in text for text in owed(leader.peer))


def test_a_case_that_nobody_took_is_told_to_the_head_after_four_working_hours(town, file_case, owed):
    head = town.officer("Hùng")
    town.clock.now = at("2026-03-02 14:00")
    file_case()
    town.clock.now = at("2026-03-03 08:00")  # three hours on Monday, half an hour on Tuesday
    sweep(town)
    assert owed(head.peer) == []
    town.clock.now = at("2026-03-03 08:30")
    sweep(town)
    assert "CHƯA AI NHẬN" in owed(head.peer)[0]


def test_a_case_without_an_officer_is_told_to_everybody_of_its_department(town, file_case, owed):
    lan, hung, mai = town.officer("Lan"), town.officer("Hùng"), town.officer("Mai")
    file_case(received="2026-02-26 09:00")  # due on Tuesday 3
    town.clock.now = at("2026-03-02 08:00")
    sweep(town)
    assert ["Ngày mai đến hẹn" in owed(p.peer)[0] for p in (lan, hung)] == [True, True]
    assert owed(mai.peer) == []


def test_a_restricted_case_is_never_told_to_the_department(town, file_case, owed):
    mai, director, leader = town.officer("Mai"), town.officer("Dũng"), town.officer("Phúc")
    file_case("can-bo", received="2026-02-02 09:00")
    town.clock.now = at("2026-03-06 10:30")
    sweep(town)
    assert owed(mai.peer) == []
    assert owed(director.peer)
    assert owed(leader.peer)


def test_a_case_waiting_for_the_citizen_is_not_late(town, file_case, change):
    town.officer("Lan")
    case = file_case(officer="Lan", received="2026-02-24 09:00")
    change(case, status="waiting_citizen")
    with town.db.writing() as session:
        held = cases.get(session, town.tenant.id, case.id)
        cases.append_event(
            session, town.tools.ids, town.tools.random_bits, held, "asked", at("2026-02-25 09:00"), words="ở đâu?"
        )
    town.clock.now = at("2026-03-03 10:30")
    assert sweep(town) == 0


def test_the_apology_names_the_date_the_place_and_the_phone(town, file_case, owed):
    case = file_case(received="2026-02-24 09:00")
    town.clock.now = at("2026-03-02 09:59")
    town.run(apologise)
    assert owed("citizen-1") == []
    town.clock.now = at("2026-03-02 10:00")
    town.run(apologise)
    (text,) = owed("citizen-1")
    assert text.splitlines()[:3] == [
        "Xã xin lỗi ông/bà. Việc",
        code(case.code),
        "hẹn trả lời ngày 27/02/2026 nhưng chưa xong.",
    ]
    assert "Phòng Kinh tế, 0200 000 0012" in text
    assert "Lý do" not in text
    assert "Lãnh đạo" not in text, "nobody who leads has been told"


def test_the_apology_says_that_leaders_know_once_one_has_read_it(town, file_case, owed):
    for name in ("Phúc", "Lan"):
        town.officer(name)
    file_case(officer="Lan", received="2026-02-23 09:00")  # due on Thursday 26
    town.clock.now = at("2026-03-02 09:00")
    town.run(remind)
    town.deliver()
    town.clock.now = at("2026-03-02 10:00")
    town.run(apologise)
    assert "Lãnh đạo xã đã được báo việc trễ này" in owed("citizen-1")[-1]


def test_a_reason_stands_in_the_apology_once_it_is_approved(town, file_case, owed):
    lan, head = town.officer("Lan"), town.officer("Hùng")
    file_case(officer="Lan", received="2026-02-24 09:00")
    town.clock.now = at("2026-03-02 08:00")
    town.run(remind)
    lan.hears()
    head.hears()
    lan.talk((Press("Ghi lý do trễ"), "vì sao trễ"), ("Phải chờ vật tư từ tỉnh.", "đến người duyệt"))
    head.hears()
    head.talk((Press("Duyệt lý do trễ"), "Đã ghi lý do trễ"))
    town.clock.now = at("2026-03-02 10:00")
    town.run(apologise)
    assert "Lý do: Phải chờ vật tư từ tỉnh." in owed("citizen-1")[0]


def test_a_reason_that_nobody_approved_stays_inside(town, file_case, owed):
    lan, head = town.officer("Lan"), town.officer("Hùng")
    file_case(officer="Lan", received="2026-02-24 09:00")
    town.clock.now = at("2026-03-02 08:00")
    town.run(remind)
    lan.hears()
    head.hears()
    lan.talk((Press("Ghi lý do trễ"), "vì sao trễ"), ("Quá tải.", "đến người duyệt"))
    town.clock.now = at("2026-03-02 10:00")
    town.run(apologise)
    assert "Lý do" not in owed("citizen-1")[0]


def test_one_odd_case_does_not_stop_the_others(town, file_case, owed, change, caplog):
    lan = town.officer("Lan")
    odd = file_case(officer="Lan", received="2026-02-26 08:00", description="chuyện riêng của tôi")
    change(odd, received_at=datetime(9999, 12, 31, 23, tzinfo=UTC))  # overflows on the commune's clock
    file_case(officer="Lan", received="2026-02-26 09:00")
    town.clock.now = at("2026-03-02 08:00")
    town.run(remind)
    assert ["Ngày mai đến hẹn" in text for text in owed(lan.peer)] == [True]
    assert [record.case_id for record in caplog.records if hasattr(record, "case_id")] == [odd.id]
    assert "chuyện riêng" not in caplog.text


def test_the_neighbour_hears_of_its_own_cases_alone(town, file_case, owed):
    ours, theirs = town.officer("Lan"), town.officer("Lan", neighbour=True)
    file_case(officer="Lan", received="2026-02-24 09:00")
    their_case = file_case(officer="Lan", received="2026-02-24 09:00", neighbour=True)
    town.clock.now = at("2026-03-02 10:30")
    sweep(town)
    assert len(owed(ours.peer)) == 1
    assert owed(neighbour=True) == []
    sweep(town, neighbour=True)
    assert code(their_case.code) in owed(theirs.peer, neighbour=True)[0]
    assert len(owed(ours.peer)) == 1
