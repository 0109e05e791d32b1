"""The morning digest: when it comes, what it counts, what it never says; and the leader's chat about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.calendar import WorkCalendar
from domain.digest import gaps, is_time, percent, since
from domain.messages import Incoming, Outgoing
from domain.texts.base import code
from scheduler.digest import send_digests
from storage import cases, inbox, outbox, ratings
from storage.tables import InboxMessage, OutboxMessage
from tests.conftest import Press
from tests.scheduler.conftest import at, walk

WEEK = WorkCalendar(hours={n: ((time(7, 30), time(11, 30)), (time(13), time(17))) for n in range(5)},
                    holidays={date(2026, 2, d): "Tết" for d in range(16, 21)})  # fmt: skip


@pytest.mark.parametrize(
    ("why", "local", "expected"),
    [
        ("before its hour", "2026-03-02 06:59", False),
        ("at its hour", "2026-03-02 07:00", True),
        ("caught up in the afternoon", "2026-03-02 17:59", True),
        ("no news in the evening", "2026-03-02 18:00", False),
        ("Sunday", "2026-03-01 09:00", False),
        ("Tết", "2026-02-17 09:00", False),
    ],
)
def test_a_digest_is_owed(why, local, expected):
    assert is_time(datetime.fromisoformat(local), "07:00", WEEK) is expected, why


@pytest.mark.parametrize(
    ("why", "on", "last", "expected"),
    [
        ("an ordinary day counts the day before", "2026-03-03", "2026-03-02", "2026-03-02"),
        ("a Monday counts from Friday", "2026-03-02", "2026-02-27", "2026-02-27"),
        ("after Tết the whole gap", "2026-02-23", "2026-02-13", "2026-02-13"),
        ("after an outage the days missed", "2026-03-06", "2026-03-03", "2026-03-03"),
        ("the first digest: from the last working day", "2026-02-23", None, "2026-02-13"),
        ("months of silence are not caught up", "2026-03-02", "2025-11-02", "2026-02-27"),
    ],
)
def test_a_digest_counts_from(why, on, last, expected):
    before = date.fromisoformat(last) if last else None
    assert since(date.fromisoformat(on), WEEK, before) == date.fromisoformat(expected), why


def test_a_hundred_percent_means_all_of_them():
    assert percent(199, 200) == 99
    assert percent(200, 200) == 100


def test_what_only_one_person_asked_is_shown_to_nobody():
    asked = [("Làm hộ chiếu ở đâu?", "a"), ("lam ho chieu o dau", "b"), ("tôi là Hùng 0912345678", "c"),
             ("số 0912 345 678 gọi tôi", "d"), ("số 0999 111 222 gọi tôi", "e")]  # fmt: skip
    found = gaps(asked)
    assert [(gap.text, gap.people) for gap in found] == [("lam ho chieu o dau", 2), ("so … goi toi", 2)]


def test_one_digest_for_each_leader_and_working_day_over_tet(town, owed):
    leader, director = town.officer("Phúc"), town.officer("Dũng")
    walk(town, "2026-02-12 00:00", "2026-02-24 23:00", lambda: town.run(send_digests), minutes=60)
    keys = [row.key for row in town.rows(OutboxMessage, tenant_id=town.tenant.id)]
    days = ("2026-02-12", "2026-02-13", "2026-02-23", "2026-02-24")
    assert sorted(key.rpartition(":")[2] for key in keys) == sorted(days * 2)
    first_after = owed(leader.peer)[2]
    assert first_after.startswith("Thứ Hai, 23/02/2026")
    assert "Từ 13/02/2026" in first_after
    assert len(owed(director.peer)) == 4


def test_missed_days_do_not_come_in_bulk(town, owed):
    leader = town.officer("Phúc")
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    town.clock.now = at("2026-03-05 15:00")  # three days down
    town.run(send_digests)
    assert len(owed(leader.peer)) == 2
    assert "Từ 02/03/2026" in owed(leader.peer)[1]


def test_the_late_ones_come_first_by_name_then_numbers_with_denominators(town, file_case, change, owed):
    leader = town.officer("Phúc")
    late = file_case(received="2026-02-23 09:00")  # due on Thursday 26, still open
    kept = file_case("ve-sinh", received="2026-02-24 09:00")  # due on Friday 27
    moved = file_case("ve-sinh", received="2026-02-24 10:00")
    file_case(received="2026-02-25 09:00")  # due today, Monday 2
    file_case(received="2026-02-26 09:00")  # due tomorrow
    restricted = file_case("can-bo", received="2026-02-02 09:00")
    change(restricted, due_on=date(2026, 2, 25), due_at=at("2026-02-26 00:00"))
    change(kept, status="answered", answered_at=at("2026-02-27 10:00"))
    change(moved, status="answered", answered_at=at("2026-02-27 10:00"), extended=True)
    with town.db.writing() as session:
        for case, level in ((kept, 5), (moved, 2)):
            ratings.put(session, town.tools.ids, town.tenant.id, f"case:{case.id}", level, at("2026-02-28 10:00"))
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    (text,) = owed(leader.peer)
    lines = text.splitlines()
    assert lines[0] == "Thứ Hai, 02/03/2026, xã Hòa An. Gửi anh/chị Bùi Hữu Phúc"
    assert lines[1] == "QUÁ HẠN: 2 việc. Hôm nay đến hạn 1, ngày mai 1."
    assert lines[2] == f"1. {code(restricted.code)}: trễ 3 ngày làm việc. Việc chỉ lãnh đạo xem"
    assert lines[3] == (
        f"2. {code(late.code)}, Đèn đường, cây xanh, điện, nước: trễ 2 ngày làm việc. "
        "Phòng Kinh tế, phụ trách: Trưởng phòng Kinh tế"
    )
    assert "đúng hẹn 1/2 việc đến hạn (50 %); tính cả việc được lùi hẹn: 2/2" in text
    assert "Không hài lòng 1/2" in text
    assert "Bóng đèn hỏng" not in text, "no citizen's words"


def test_a_case_waiting_for_the_citizen_is_neither_late_nor_missed(town, file_case, change, owed):
    leader = town.officer("Phúc")
    case = file_case(officer="Lan", received="2026-02-24 09:00")  # due on Friday 27
    change(case, status="waiting_citizen")
    with town.db.writing() as session:
        held = cases.get(session, town.tenant.id, case.id)
        cases.append_event(session, town.tools.ids, town.tools.random_bits, held, "asked", at("2026-02-25 09:00"))
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    assert "không có việc quá hạn" in owed(leader.peer)[0]
    assert "chưa có việc nào đến hạn" in owed(leader.peer)[0]


def test_nothing_due_is_said_in_one_sentence(town, owed):
    leader = town.officer("Phúc")
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    (text,) = owed(leader.peer)
    assert "không có việc quá hạn, không có việc đến hạn hôm nay và ngày mai" in text
    assert "chưa có việc nào đến hạn" in text, "no rate without a denominator"
    assert "Chưa có ai đánh giá" in text


def test_undelivered_results_waiting_questions_and_failed_messages_are_counted(town, file_case, ask, owed):
    leader = town.officer("Phúc")
    case = file_case(received="2026-02-26 09:00")
    ask(due="2026-02-27 09:00")
    ask(due="2026-03-03 09:00")
    with town.db.writing() as session:
        for n, when in enumerate(("2026-02-27 08:00", "2026-02-27 09:00")):
            outbox.add(
                session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer="citizen-1",
                message=Outgoing("x"), key=f"t:{n}", now=at(when), case_id=case.id, important=True,
            )  # fmt: skip
        said = Incoming("e-1", "citizen-1", at("2026-02-27 08:00"), text="x")
        inbox.add(session, town.tenant.id, town.tools.ids(), town.channel.id, said, now=at("2026-02-27 08:00"),
                  quiet=timedelta(0))  # fmt: skip
        (row,) = session.query(InboxMessage).all()
        inbox.park(session, row, at("2026-02-27 08:00"), "ValueError at x:1")
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    (text,) = owed(leader.peer)
    assert "Chưa gửi được kết quả 1 · Câu hỏi chờ trả lời 2" in text, "one case, two messages"
    assert "CÂU HỎI QUÁ HẸN: 1 câu chưa có trả lời." in text.split("Chưa gửi được")[0], "what is late comes first"
    assert "Tin bị lỗi chờ người quản trị xem 1" in text


def test_the_neighbours_numbers_are_never_mixed_in(town, file_case, owed):
    leader = town.officer("Phúc")
    file_case(received="2026-02-23 09:00", neighbour=True)
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    assert "không có việc quá hạn" in owed(leader.peer)[0]
    assert owed(neighbour=True) == []


def test_a_leader_opens_a_case_by_its_number_and_sees_the_lists(town, file_case):
    leader = town.officer("Phúc")
    late = file_case(received="2026-02-23 09:00")
    town.clock.now = at("2026-03-02 07:00")
    town.run(send_digests)
    leader.hears()
    leader.talk(
        ("VI SAO", "Quá hạn (1):"),
        ("báo cáo", "QUÁ HẠN: 1 việc"),
        ("1", code(late.code)),
        ("trễ hạn", "trễ 2 ngày làm việc"),
    )


def test_a_leader_sees_any_department_and_an_officer_only_their_own(town, file_case):
    file_case(received="2026-02-23 09:00")
    file_case("can-bo", received="2026-01-05 09:00")
    town.clock.now = at("2026-03-02 09:00")
    leader = town.officer("Phúc")
    leader.talk(
        ("từng nơi", "nơi nào"),
        (Press("Công an xã"), "không có việc quá hạn"),
        ("từng nơi", "nơi nào"),
        (Press("Phòng Kinh tế"), "QUÁ HẠN: 1 việc"),
    )
    mai = town.officer("Mai")  # of the desk, where the restricted case lies
    mai.talk(("báo cáo", "không có việc quá hạn"))
    kinh_te = next(c.data for c in leader.does("từng nơi")[0].choices if c.label == "Phòng Kinh tế")
    mai.talk((Press(kinh_te), "chỉ xem được số liệu của nơi mình"))


def test_the_words_of_a_leader_are_ordinary_words_for_a_citizen(town, talk):
    talk(("Phản ánh", "Ông/bà muốn phản ánh việc gì"), ("hôm nay", "kể thêm"))


def test_the_number_of_a_digest_day_is_of_the_communes_clock(town, owed):
    town.officer("Phúc")
    town.clock.now = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)  # 06:59 on Monday
    assert town.run(send_digests) == 0
    town.clock.now = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert town.run(send_digests) == 1
