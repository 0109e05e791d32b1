"""What became of a question that an officer was given: asked after, taken back, passed on, set right."""

from __future__ import annotations

import pytest

from storage.tables import Question
from tests.conftest import Blocks, Person, Press, Town
from tests.handlers.filing import file_report, heard, regular

ODD = "xin cấp phép nuôi voi trong nhà"


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


@pytest.fixture
def mai(town: Town) -> Person:
    """An officer of the department that answers questions."""
    return town.officer("Mai")


def hand_over(citizen: Person, words: str = ODD) -> Question:
    citizen.talk((words, "không trả lời đoán"), (Press("Chuyển cán bộ trả lời"), "Đã chuyển"))
    return citizen.town.rows(Question, peer=citizen.peer)[-1]


def answered(citizen: Person, officer: Person, words: str = "Voi do Chi cục Kiểm lâm cấp phép.") -> Question:
    question = hand_over(citizen)
    officer.talk(
        (Press(f"/question.answer {question.id}"), ODD), (words, "sẽ nhận được"), (Press("1"), "đang được gửi")
    )
    assert words in heard(citizen.hears())
    return question


@pytest.mark.parametrize("asked", ["có trả lời chưa", "sao chua tra loi", "Bao giờ trả lời?", "câu hỏi của tôi"])
def test_a_waiting_question_is_found_by_asking_after_it(citizen: Person, mai: Person, asked: str) -> None:
    hand_over(citizen)
    citizen.talk((asked, f"“{ODD}” đang chờ Trung tâm Phục vụ hành chính công trả lời tại đây, hẹn trước 9 giờ"))


def test_it_stands_in_the_list_of_what_was_sent(town: Town, citizen: Person, mai: Person) -> None:
    file_report(citizen)
    hand_over(citizen)
    citizen.talk(("menu", "3. Xem việc đã gửi"), ("3", f"2. Câu hỏi hẹn trước 9 giờ, thứ Ba, 03/03/2026: {ODD}"))
    citizen.talk(("2", "đang chờ"))


def test_how_far_is_it_means_the_question_where_there_is_no_case(citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    citizen.talk(("bao giờ có kết quả", "đang chờ Trung tâm"))


def test_who_asked_nothing_says_ordinary_words(citizen: Person) -> None:
    citizen.talk(("có trả lời chưa", "không trả lời đoán"))


def test_a_late_answer_is_apologised_for(town: Town, citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    town.clock.forward(days=2)
    citizen.talk(("sao chưa trả lời", "Xã xin lỗi ông/bà"))


def test_a_question_is_taken_back_and_who_had_it_hears(town: Town, citizen: Person, mai: Person) -> None:
    question = hand_over(citizen)
    mai.talk((Press(f"/question.take {question.id}"), "Anh/chị nhận câu này"))
    citizen.talk(("câu hỏi của tôi", "đang chờ"), (Press("Thôi, tôi không cần"), "đã đóng câu hỏi này"))
    assert "không cần trả lời nữa" in heard(mai.hears())
    mai.talk(("câu hỏi chờ", "Không có câu hỏi nào"), (Press(f"/question.answer {question.id}"), "đã có trả lời"))


def test_nobody_takes_back_anothers_question(town: Town, citizen: Person, mai: Person) -> None:
    question = hand_over(citizen)
    other = regular(town, "citizen-2")
    for data in (f"/question.unask {question.id}", f"/question.own {question.id}"):
        other.talk((Press(data), "Nút này"))
    assert town.rows(Question, id=question.id)[0].status == "waiting"


def test_another_office_answers_and_the_promise_stays(town: Town, citizen: Person, mai: Person) -> None:
    lan = town.officer("Lan")
    question = hand_over(citizen)
    lan.talk((Press(f"/question.answer {question.id}"), "của bộ phận khác"))
    mai.talk(
        (Press(f"/question.forward {question.id}"), "1. Phòng Kinh tế"),
        ("9", "nơi nào"),
        (Press("Phòng Kinh tế"), "Đã chuyển Phòng Kinh tế"),
    )
    assert "do Phòng Kinh tế trả lời. Hẹn vẫn là trước 9 giờ, thứ Ba, 03/03/2026" in heard(citizen.hears())
    assert ODD in heard(lan.hears())
    lan.talk((Press(f"/question.answer {question.id}"), ODD))
    mai.talk((Press(f"/question.answer {question.id}"), "của bộ phận khác"))


def test_asked_again_it_goes_to_whoever_answered_with_what_was_answered(
    town: Town, citizen: Person, mai: Person
) -> None:
    answered(citizen, mai)
    mai.hears()
    citizen.talk((Press("Chưa rõ"), "hỏi thêm cán bộ"), (Press("Chuyển cán bộ"), "Đã chuyển Trung tâm"))
    assert "Lần trước đã trả lời: Voi do Chi cục Kiểm lâm" in heard(mai.hears())


def test_a_wrong_answer_is_set_right_with_an_apology(town: Town, citizen: Person, mai: Person) -> None:
    question = answered(citizen, mai)
    town.officer("Lan").talk((Press(f"/question.fix {question.id}"), "của bộ phận khác"))
    mai.talk(
        (Press(f"/question.show {question.id}"), "đã trả lời"),
        (Press("Sửa câu đã trả lời"), "nhắn câu đúng"),
        ("Voi do Bộ Nông nghiệp cấp phép.", "Xã xin lỗi. Nội dung đúng:"),
        (Press("Gửi cho người dân"), "đang được gửi"),
    )
    assert "Voi do Bộ Nông nghiệp" in heard(citizen.hears())
    texts = [row.answer for row in town.rows(Question, peer=citizen.peer) if row.status == "replied"]
    assert texts == ["Voi do Chi cục Kiểm lâm cấp phép.", "Voi do Bộ Nông nghiệp cấp phép."], "the wrong one stays kept"


def test_words_below_a_notice_are_the_answer_to_it(town: Town, citizen: Person, mai: Person) -> None:
    """A chat page has no way to reply to one message."""
    hand_over(citizen)
    mai.hears()
    mai.talk(("Voi do Chi cục Kiểm lâm cấp phép ạ", "Người dân sẽ nhận được:"), (Press("Gửi"), "đang được gửi"))
    assert "Chi cục Kiểm lâm" in heard(citizen.hears())
    mai.talk(("hôm nay trời đẹp quá nhỉ", "chưa rõ anh/chị cần gì"))


def test_a_word_below_a_notice_is_no_answer(town: Town, citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    mai.hears()
    mai.talk(("vâng ạ", "chưa rõ anh/chị cần gì"))
    assert town.rows(Question)[0].status == "waiting"


def test_whoever_blocked_us_is_still_owed_the_answer(town: Town, citizen: Person, mai: Person) -> None:
    question = hand_over(citizen)
    citizen.does(Blocks())
    mai.talk((Press(f"/question.answer {question.id}"), ODD), ("Voi do kiểm lâm.", "sẽ nhận"), (Press("1"), "được gửi"))
    assert town.rows(Question)[0].status == "replied"


def test_handed_over_at_night_it_is_said_when_the_commune_opens(town: Town, citizen: Person, mai: Person) -> None:
    town.clock.forward(hours=12)
    citizen.talk(
        (ODD, "không trả lời đoán"),
        (Press("Chuyển cán bộ"), "Giờ này xã đã nghỉ. Mở cửa lại: 7 giờ 30, thứ Ba, 03/03/2026."),
    )
    assert "Trực ngoài giờ: 0200 000 0002" in citizen.heard[-1].text


def test_in_office_hours_they_are_told_as_people_say_them(citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    assert "giờ làm việc 7 giờ 30 – 11 giờ 30, 13 giờ – 17 giờ." in citizen.heard[-1].text
