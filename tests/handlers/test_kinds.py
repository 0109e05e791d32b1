"""Khiếu nại and tố cáo: asked about, directed, and an accusation forgotten in the same moment."""

from __future__ import annotations

import pytest

from storage import unsaid
from storage.tables import FeedbackCase, InboxMessage
from tests.conftest import Person, Photo, Press, Town
from tests.handlers.filing import everything_stored, heard, regular


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


ACCUSATION = "Tôi tố cáo ông Nguyễn Văn B cán bộ địa chính nhận hối lộ 20 triệu của nhà tôi"


def test_an_accusation_is_directed_and_forgotten(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (ACCUSATION, "việc nào"))
    answer = heard(citizen.does("3"))
    assert "Luật chỉ nhận tố cáo bằng đơn" in answer
    assert "Ban Tiếp công dân của tỉnh" in answer
    assert "Mã:" not in answer
    assert "đã tiếp nhận" not in answer
    stored = everything_stored(town)
    assert "Nguyễn Văn B" not in stored
    assert "hối lộ" not in stored
    assert town.rows(FeedbackCase) == []
    citizen.talk((Press("Xem lịch tiếp dân"), "Buổi tiếp công dân gần nhất"))


def test_an_accusation_without_the_menu_is_directed_too(town: Town, citizen: Person) -> None:
    citizen.talk((ACCUSATION, "việc nào"), ("Tố cáo: báo một người vi phạm pháp luật", "Luật chỉ nhận tố cáo"))
    assert "Nguyễn Văn B" not in everything_stored(town)


def test_an_accusation_with_a_photo_leaves_no_file_behind(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (Photo("secret-ref", caption=ACCUSATION), "việc nào"), ("ba", "tố cáo"))
    assert "secret-ref" not in everything_stored(town)


def test_words_nobody_decided_about_are_blanked_after_a_day(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (ACCUSATION, "việc nào"), ("menu", "Hỏi thủ tục"))
    town.clock.forward(hours=23)
    with town.db.writing() as session:
        assert unsaid.forget_undecided(session, town.tenant.id, town.clock()) == 0
    citizen.talk(("phản ánh", "việc gì"))
    town.clock.forward(hours=2)
    with town.db.writing() as session:
        assert unsaid.forget_undecided(session, town.tenant.id, town.clock()) == 1
        assert unsaid.forget_undecided(session, town.tenant.id, town.clock()) == 0
    assert "Nguyễn Văn B" not in everything_stored(town)
    assert town.rows(InboxMessage)[-1].body["text"] == "phản ánh", "what came later is left alone"


def test_a_question_left_open_for_a_day_is_closed(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (ACCUSATION, "việc nào"))
    town.clock.forward(hours=25)
    with town.db.writing() as session:
        unsaid.forget_undecided(session, town.tenant.id, town.clock())
    assert citizen.state == ""
    assert "Nguyễn Văn B" not in everything_stored(town)


def test_behaviour_may_still_be_reported(town: Town, citizen: Person) -> None:
    citizen.talk(
        ("phản ánh", "việc gì"),
        (ACCUSATION, "việc nào"),
        ("1", "Thái độ cán bộ, trễ hẹn"),
        ("1", "ở đâu"),
    )


def test_a_complaint_is_explained_with_place_and_next_reception(citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), ("Tôi khiếu nại quyết định thu hồi đất của nhà tôi", "việc nào"))
    answer = heard(citizen.does("2"))
    assert "tin nhắn không thay đơn được" in answer
    assert "Ban Tiếp công dân, trụ sở" in answer
    assert "08:00, thứ Năm, 05/03/2026" in answer
    assert "Mã:" not in answer
    citizen.talk(
        ("1", "Đơn khiếu nại ghi"), ("Tôi chỉ phản ánh để xã biết và sửa", "thuộc loại nào"), ("1", "xảy ra ở đâu")
    )


@pytest.mark.parametrize("words", ["kn", "KN về đất của tôi"])
def test_kn_alone_is_asked_about(citizen: Person, words: str) -> None:
    citizen.talk((words, "Phản ánh, góp ý để xã biết và sửa"), ("1", "thuộc loại nào"))


def test_kind_must_be_chosen(citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (ACCUSATION, "việc nào"), ("ông ấy ở thôn 2", "chọn giúp một số"))
