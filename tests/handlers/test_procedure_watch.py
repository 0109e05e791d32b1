"""Versions of procedures: what citizens are told of a change, what officers are told and can look up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.procedure import Procedure, Submission
from scheduler.procedures import tell_flagged
from storage import procedures
from storage.ids import TimeOrderedIds
from storage.tables import NATION, Audit, OutboxMessage
from tests.conftest import Press, Town, message_as_read
from tests.handlers.test_procedure import starter_set

CODE = "2.000815"
TODAY = date(2026, 3, 2)
COPY = next(procedure for procedure in starter_set() if procedure.code == CODE)


@pytest.fixture(autouse=True)
def known(town: Town) -> None:
    bring(town, *starter_set(), today=date(2026, 1, 5))


def bring(town: Town, *found: Procedure, today: date = TODAY, tenant_id: int = NATION, begins: date | None = None,
          ends: date | None = None) -> None:  # fmt: skip
    with town.db.writing() as session:
        procedures.save_many(
            session, tenant_id, found, ids=town.tools.ids, now=town.clock(), today=today, origin="dump.jsonl",
            dates={procedure.code: (begins, ends) for procedure in found},
        )  # fmt: skip


def dearer(fee: str = "3.000 đồng/trang") -> Procedure:
    rows = tuple(replace(row, fee=fee) for row in COPY.submission)
    return replace(COPY, submission=rows, fetched_version="2026-12-01")


def raw(fee: str = "3.000 đồng/trang") -> Procedure:
    """The portal's own text, newer than the reviewed entry."""
    return replace(dearer(fee), plain_name="", also_called=(), notes=())


@pytest.mark.parametrize(
    ("why", "begins", "ends", "told"),
    [
        ("changed today", TODAY, None, "Có thay đổi về lệ phí, áp dụng từ ngày 02/03/2026."),
        ("changed a month ago: no news", TODAY - timedelta(days=40), None, ""),
        ("changes next month", date(2026, 4, 1), None, "Từ ngày 01/04/2026 sẽ đổi lệ phí."),
        ("changed, and ends", TODAY, date(2026, 6, 1), "Áp dụng đến hết ngày 31/05/2026"),
    ],
)
def test_an_answer_says_from_when_it_applies_while_that_is_news(
    town: Town, why: str, begins: date, ends: date | None, told: str
) -> None:
    bring(town, dearer(), begins=begins, ends=ends, today=min(begins, TODAY))
    said = town.person("a").does("sao y giấy tờ hết bao nhiêu tiền")[0].text
    assert told in said, why
    if not told:
        assert "áp dụng" not in said.lower(), why
    assert ("3.000" if begins <= TODAY else "2.000") in said, why


def test_a_procedure_that_is_only_announced_is_found_and_says_so(town: Town) -> None:
    new = Procedure("9.000001", "Xin đất làm sân bóng cho thôn", agency="Ủy ban nhân dân cấp xã")
    bring(town, new, begins=date(2026, 4, 1))
    town.person("a").talk(
        ("xin đất làm sân bóng cho thôn", "Xin đất làm sân bóng cho thôn"),
        ("9.000001", "chưa áp dụng. Áp dụng từ ngày 01/04/2026"),
    )


def test_an_ended_procedure_says_since_when(town: Town) -> None:
    with town.db.writing() as session:
        assert procedures.close(session, NATION, CODE, date(2026, 2, 1))
    town.person("a").talk(("cho xem thủ tục 2.000815", "hết áp dụng từ ngày 01/02/2026"))


def test_the_head_and_the_director_are_told_once_for_each_version(town: Town) -> None:
    director = town.officer("Giám đốc")
    assert town.run(tell_flagged) == 0
    bring(town, raw())
    assert town.run(tell_flagged) >= 1
    said = director.hears()[0]
    assert f"{CODE} Chứng thực bản sao, sao y giấy tờ: đổi" in said.text
    assert "lệ phí, từ 02/03/2026" in said.text
    assert town.run(tell_flagged) == 0, "the same version is told once"
    bring(town, replace(raw("4.000 đồng/trang"), fetched_version="2026-12-02"))
    assert town.run(tell_flagged) >= 1, "the next version is news"


def test_a_changed_fee_of_reviewed_words_is_flagged_and_that_of_a_ministry_is_not(town: Town) -> None:
    director = town.officer("Giám đốc")
    far = Procedure("9.000020", "Cấp phép bay", level=("Cấp Bộ",), submission=(Submission("Trực tiếp", fee="1 đồng"),))
    bring(town, far, today=date(2026, 1, 5))
    bring(town, dearer(), replace(far, submission=(Submission("Trực tiếp", fee="2 đồng"),)))
    assert town.run(tell_flagged) == 1
    assert "lệ phí, từ 02/03/2026" in director.hears()[0].text


def test_other_plain_words_change_no_fact(town: Town) -> None:
    town.officer("Giám đốc")
    bring(town, replace(COPY, also_called=("sao y bản chính",)))
    assert town.run(tell_flagged) == 0


def test_an_old_version_is_read_by_its_real_number(town: Town) -> None:
    """As a serving process numbers them: 19 digits."""
    with town.db.writing() as session:
        procedures.save(session, NATION, Procedure("9.000021", "Xin chậu hoa"), ids=TimeOrderedIds(), now=town.clock(),
                        today=date(2026, 1, 5))  # fmt: skip
    town.officer("Giám đốc").talk((Press("/procedure.history 9.000021"), "Bản 1"), ("1", "Nguồn: thủ tục 9.000021"))


def test_news_of_one_part_is_not_told_with_another(town: Town) -> None:
    bring(town, dearer())
    citizen = town.person("a")
    assert "Có thay đổi" in citizen.does("2.000815")[0].text
    assert "Có thay đổi" not in citizen.does("cần giấy tờ gì")[0].text
    assert "Có thay đổi về lệ phí" in citizen.does("còn phí?")[0].text


def test_of_many_changes_what_people_ask_about_is_named_first(town: Town) -> None:
    bring(
        town, replace(raw(), steps=("Nộp.",), requirements="Không", legal_basis=("Luật mới",)), begins=date(2026, 4, 1)
    )
    said = town.person("a").does("2.000815")[0].text
    assert "Từ ngày 01/04/2026 sẽ đổi lệ phí, " in said
    assert " và phần khác." in said


def test_what_ended_is_told_too_and_the_neighbour_is_told_by_itself(town: Town) -> None:
    town.officer("Giám đốc")
    with town.db.writing() as session:
        procedures.close(session, NATION, CODE, TODAY)
    assert town.run(tell_flagged) == 1
    assert town.run(tell_flagged, neighbour=True) == 0, "nobody there has a chat yet"
    there = town.officer("Giám đốc", neighbour=True)
    assert town.run(tell_flagged, neighbour=True) == 1
    assert "hết áp dụng từ 02/03/2026" in there.hears()[0].text


def test_nobody_is_told_at_night_and_a_hundred_changes_are_one_message(town: Town) -> None:
    director = town.officer("Giám đốc")
    bring(town, *(replace(p, plain_name="", also_called=(), notes=(), result="Kết quả mới",
                          fetched_version="2026-12-01") for p in starter_set()))  # fmt: skip
    town.clock.forward(hours=12)
    assert town.run(tell_flagged) == 0
    town.clock.forward(hours=12)
    assert town.run(tell_flagged) == 1
    said = director.hears()
    assert len(said) == 1
    assert f"Có {len(starter_set())} thủ tục" in said[0].text
    assert "thủ tục nữa" in said[0].text


def test_seen_clears_the_flag_here_and_leaves_a_trace(town: Town) -> None:
    director, neighbour = town.officer("Giám đốc"), town.officer("Giám đốc", neighbour=True)
    bring(town, raw())
    town.run(tell_flagged)
    director.hears()
    director.talk(
        (Press("/procedure.flags"), "Thủ tục cần xem lại (1)"),
        ("1", "Lệ phí (Trực tiếp): 2.000 đồng/trang"),
        (Press("Đã xem"), "Đã ghi"),
        ("thủ tục cần xem lại", "Không có thủ tục nào cần xem lại"),
    )
    neighbour.talk((Press("/procedure.flags"), "Thủ tục cần xem lại (1)"))
    rows = [row for row in town.rows(Audit, tenant_id=town.tenant.id) if row.kind == "procedure.seen"]
    assert len(rows) == 1
    assert rows[0].officer_id


def test_a_flag_of_the_communes_own_layer_is_taken_down(town: Town) -> None:
    director = town.officer("Giám đốc")
    own = replace(COPY, code="9.000009", scope="local")
    bring(town, own, tenant_id=town.tenant.id, today=date(2026, 1, 5))
    bring(town, replace(own, plain_name="", also_called=(), notes=(), result="Khác", fetched_version="2026-12-01"),
          tenant_id=town.tenant.id)  # fmt: skip
    with town.db.reading() as session:
        assert [row.code for row in procedures.flagged(session, town.tenant.id)] == ["9.000009"]
    director.talk((Press("/procedure.flags"), "(1)"), ("1", "9.000009"), (Press("Đã xem"), "Đã ghi"))
    with town.db.reading() as session:
        assert list(procedures.flagged(session, town.tenant.id)) == []


def test_a_flagged_procedure_is_still_answered(town: Town) -> None:
    bring(town, raw())
    town.person("a").talk(("sao y giay to het bao nhieu tien", "3.000 đồng/trang"))


def test_the_history_shows_every_version_with_its_changes_and_old_ones_stay_readable(town: Town) -> None:
    director = town.officer("Giám đốc")
    bring(town, dearer())
    bring(town, Procedure(CODE, "x", submission=(Submission("Trực tiếp", fee="1.500 đồng"),), scope="local"),
          tenant_id=town.tenant.id)  # fmt: skip
    director.talk(
        (Press(f"/procedure.history {CODE}"), "Bản 1 (xã Hòa An), từ 02/03/2026"),
        (Press(f"/procedure.history {CODE}"), " → 3.000 đồng/trang"),
        ("Đọc bản 1 (chung cả nước)", "Lệ phí: 2.000 đồng/trang"),
        (Press("/procedure.history"), "nhắn mã thủ tục"),
        (CODE, "Bản 2 (chung cả nước)"),
    )
    old = next(message for message in director.heard if "Bản 1 (chung cả nước), từ 05/01/2026 đến hết" in message.text)
    assert "Nguồn" in message_as_read(old) or "Bản 2" in message_as_read(old)


def test_a_citizen_and_a_neighbours_officer_see_nothing_of_it(town: Town) -> None:
    bring(town, replace(COPY, code="9.000009", scope="local"), tenant_id=town.tenant.id)
    with town.db.reading() as session:
        version = procedures.versions_of(session, town.tenant.id, "9.000009")[0]
    citizen = town.person("a")
    for data in (f"/procedure.history {CODE}", f"/procedure.version {version.id}", f"/procedure.seen {version.id}"):
        assert "Bản 1" not in "".join(message_as_read(message) for message in citizen.does(Press(data)))
    there = town.officer("Giám đốc", neighbour=True)
    there.talk(
        (Press(f"/procedure.version {version.id}"), "không còn trong danh mục"),
        (Press("/procedure.history 9.000009"), "Không có thủ tục 9.000009"),
        (Press("/procedure.version 1 2 3"), "không còn"),
        (Press("/procedure.history ../.."), "nhắn mã thủ tục"),
    )


def test_every_message_of_it_fits_a_screen(town: Town) -> None:
    director = town.officer("Giám đốc")
    bring(town, *(replace(p, plain_name="", also_called=(), notes=(), steps=("Bước một " * 60,), result="Mới",
                          fetched_version="2026-12-01") for p in starter_set()[:20]))  # fmt: skip
    town.run(tell_flagged)
    for p in starter_set()[:5]:
        for page in range(1, 4):
            director.does(Press(f"/procedure.history {p.code} {page}"))
    director.does(Press("/procedure.flags"))
    director.does("2")
    assert all(len(message.text) <= 900 for message in director.heard)
    assert all(len(choice.data.encode()) <= 48 for message in director.heard for choice in message.choices)
    assert town.rows(OutboxMessage)
