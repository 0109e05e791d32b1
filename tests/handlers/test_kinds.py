"""Khiếu nại and tố cáo: asked about, directed, and an accusation forgotten in the same moment."""

from __future__ import annotations

import pytest

from domain.messages import Incoming
from storage import my_data, unsaid, webchat
from storage.tables import FeedbackCase, InboxMessage, Rating, WebMessage
from tests.conftest import Person, Photo, Press, Town
from tests.handlers.filing import LAMP, answer, everything_stored, file_report, heard, regular


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
        assert unsaid.forget_undecided(session, town.tools.ids, town.tenant.id, town.clock()) == 0
    citizen.talk(("phản ánh", "việc gì"))
    town.clock.forward(hours=2)
    with town.db.writing() as session:
        assert unsaid.forget_undecided(session, town.tools.ids, town.tenant.id, town.clock()) == 1
        assert unsaid.forget_undecided(session, town.tools.ids, town.tenant.id, town.clock()) == 0
    assert "Nguyễn Văn B" not in everything_stored(town)
    assert town.rows(InboxMessage)[-1].body["text"] == "phản ánh", "what came later is left alone"


def test_a_question_left_open_for_a_day_is_closed(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (ACCUSATION, "việc nào"))
    town.clock.forward(hours=25)
    with town.db.writing() as session:
        unsaid.forget_undecided(session, town.tools.ids, town.tenant.id, town.clock())
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
    assert "8 giờ, thứ Năm, 05/03/2026" in answer
    assert "Mã:" not in answer
    citizen.talk(
        ("1", "Đơn khiếu nại ghi"), ("Tôi chỉ phản ánh để xã biết và sửa", "thuộc loại nào"), ("1", "xảy ra ở đâu")
    )


@pytest.mark.parametrize("words", ["kn", "KN về đất của tôi"])
def test_kn_alone_is_asked_about(citizen: Person, words: str) -> None:
    citizen.talk((words, "Phản ánh, góp ý để xã biết và sửa"), ("1", "thuộc loại nào"))


def test_kind_must_be_chosen(citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (ACCUSATION, "việc nào"), ("ông ấy ở thôn 2", "chọn giúp một số"))


STEPS = {
    "category": ("phản ánh", LAMP),
    "where": ("phản ánh", LAMP, "1"),
    "photos": ("phản ánh", LAMP, "1", "Thôn 3"),
    "consent": ("phản ánh", LAMP, "1", "Thôn 3", "xong"),
    "phone": ("phản ánh", LAMP, "1", "Thôn 3", "xong", "1"),
    "name": ("phản ánh", LAMP, "1", "Thôn 3", "xong", "1", "0912345678"),
    "check": ("phản ánh", LAMP, "1", "Thôn 3", "xong", "2"),
}


@pytest.mark.parametrize("place", STEPS)
def test_an_accusation_anywhere_in_a_report_is_asked_about_and_forgotten(
    town: Town, citizen: Person, place: str
) -> None:
    for words in STEPS[place]:
        citizen.does(words)
    assert citizen.state == f"feedback.{place}"
    citizen.talk((ACCUSATION, "đây là việc nào"), ("3", "Luật chỉ nhận tố cáo"))
    assert "Nguyễn Văn B" not in everything_stored(town)
    assert town.rows(FeedbackCase) == []


@pytest.mark.parametrize("place", STEPS)
def test_what_was_no_accusation_after_all_goes_on_as_the_same_report(town: Town, citizen: Person, place: str) -> None:
    for words in STEPS[place]:
        citizen.does(words)
    citizen.talk(("Đã khiếu nại ba lần rồi", "đây là việc nào"))
    citizen.does("1")
    assert citizen.state.startswith("feedback.")
    assert citizen.state not in ("feedback.kind", "feedback.what")


def test_an_accusation_added_to_a_case_reaches_no_officer(town: Town, citizen: Person) -> None:
    lan = town.officer("Lan")
    case = file_report(citizen)
    lan.hears()
    citizen.talk((Press(f"/case.add {case.id}"), "bổ sung"), (ACCUSATION, "việc nào"), ("3", "Luật chỉ nhận tố cáo"))
    assert lan.hears() == []
    assert "Nguyễn Văn B" not in everything_stored(town)
    citizen.talk((Press(f"/case.add {case.id}"), "bổ sung"), ("Tôi đã khiếu nại rồi", "việc nào"), ("1", "Đã ghi thêm"))
    assert "Tôi đã khiếu nại rồi" in heard(lan.hears())


def test_an_accusation_in_the_comment_of_a_rating_is_not_kept(town: Town, citizen: Person) -> None:
    case = file_report(citizen)
    answer(town.officer("Lan"), case)
    citizen.hears()
    citizen.talk(("1", "cần sửa"), (ACCUSATION, "việc nào"), ("3", "Luật chỉ nhận tố cáo"))
    assert [row.comment for row in town.rows(Rating)] == [""]
    citizen.talk(
        (Press(f"/rate {case.id} 1"), "cần sửa"), ("Không được thì tôi khiếu nại", "việc nào"), ("1", "tôi đã ghi lại")
    )
    assert [row.comment for row in town.rows(Rating)] == ["Không được thì tôi khiếu nại"]


def test_our_own_answer_that_repeats_an_accusation_is_forgotten_too(town: Town, citizen: Person) -> None:
    """A story that sounded harmless is read back; then it turns out what it was."""
    for words in ("phản ánh", "Ông Nguyễn Văn B địa chính giữ sổ của tôi", "Đất đai", "Thôn 3", "xong"):
        citizen.does(words)
    citizen.talk(("2", "Nguyễn Văn B"), ("Tôi tố cáo ông ấy", "việc nào"), ("3", "Luật chỉ nhận tố cáo"))
    assert "Nguyễn Văn B" not in everything_stored(town)


def test_the_files_of_an_accusation_wait_to_be_deleted(town: Town, citizen: Person) -> None:
    digest = "cd" * 32
    citizen.talk(("phản ánh", "việc gì"), (Photo(f"sha256:{digest}", caption=ACCUSATION), "việc nào"), ("3", "tố cáo"))
    with town.db.reading() as session:
        queue = my_data.files_to_delete(session, town.tenant.id, town.clock())
    assert [file.sha256 for file in queue] == [digest]


def test_pages_that_are_open_drop_the_words_at_once(town: Town, citizen: Person) -> None:
    """The web chat's own copy of what the person wrote: blanked, and an event that says so to every open page."""
    citizen.talk(("phản ánh", "việc gì"))
    with town.db.writing() as session:
        webchat.add_own(
            session, town.tenant.id, town.tools.ids(), town.channel.id, citizen.peer, external_id="e-copy",
            body={"text": ACCUSATION}, now=town.clock(),
        )  # fmt: skip
    town.store(town.channel, Incoming("e-copy", citizen.peer, town.clock(), text=ACCUSATION))
    citizen.talk(("x", "việc nào"), ("3", "Luật chỉ nhận tố cáo"))
    own, event = town.rows(WebMessage, peer=citizen.peer)
    assert own.body == {"erased": True}
    assert event.body == {"erases": [str(own.id)]}
