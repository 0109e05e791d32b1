"""A question that nothing published answers goes to an officer, with a time, and comes back once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge import load
from storage import questions
from storage.tables import NATION, Question
from tests.conftest import Person, Phone, Photo, Press, Reply, Town

SEED = Path(__file__).parents[2] / "knowledge/seed"
ODD = "xin cấp phép nuôi voi trong nhà"


@pytest.fixture(autouse=True)
def known(town: Town) -> None:
    with town.db.writing() as session:
        load.import_files(
            session,
            [SEED / f"{code}.yaml" for code in ("1.001193", "1.000894", "2.000815")],
            NATION,
            today=date(2026, 1, 5),
            now=town.clock(),
            ids=town.tools.ids,
        )


@pytest.fixture
def mai(town: Town) -> Person:
    """An officer of the department that answers questions."""
    return town.officer("Mai")


def heard(person: Person) -> str:
    return "\n".join(message.text for message in person.hears())


def test_a_question_is_handed_over_answered_and_found_helpful(citizen: Person, mai: Person, town: Town) -> None:
    citizen.talk(
        (ODD, "1. Chuyển cán bộ trả lời"),
        ("1", "trước 9 giờ, thứ Ba, 03/03/2026"),
    )
    assert ODD in heard(mai)
    mai.talk(
        (Press("Soạn câu trả lời"), ODD),
        ("Việc này do Chi cục Kiểm lâm giải quyết.", "Người dân sẽ nhận được:"),
        (Press("Gửi cho người dân"), "đang được gửi"),
    )
    answer = heard(citizen)
    assert "Việc này do Chi cục Kiểm lâm giải quyết." in answer
    assert f"“{ODD}”" in answer, "the question is repeated, so that the answer is understood days later"
    assert "Trung tâm Phục vụ hành chính công" in answer
    assert "Mai" not in answer, "the department answers, not a person by name"
    citizen.talk((Press("Đúng điều tôi cần"), "Cảm ơn ông/bà"))
    row = town.rows(Question)[0]
    assert (row.status, row.helpful) == ("replied", True)


@pytest.mark.parametrize(
    ("why", "at", "due"),
    [
        (
            "eight open hours from Monday nine are Tuesday nine",
            datetime(2026, 3, 2, 2, tzinfo=UTC),
            "9 giờ, thứ Ba, 03/03/2026",
        ),
        (
            "asked on Friday evening, Monday's hours count",
            datetime(2026, 3, 6, 13, tzinfo=UTC),
            "17 giờ, thứ Hai, 09/03/2026",
        ),
        ("before Tết, the holidays do not count", datetime(2026, 2, 13, 8, tzinfo=UTC), "15 giờ, thứ Hai, 23/02/2026"),
    ],
)
def test_the_promised_time_counts_open_hours_only(town: Town, why: str, at: datetime, due: str) -> None:
    town.clock.now = at
    town.person("a").talk((ODD, "không trả lời đoán"), (Press("Chuyển cán bộ trả lời"), due))


@pytest.mark.parametrize("words", ["gặp cán bộ", "gap can bo", "Gặp cán bộ!"])
def test_a_person_can_be_asked_for_at_any_time(citizen: Person, mai: Person, town: Town, words: str) -> None:
    citizen.talk(
        (words, "Ông/bà muốn hỏi cán bộ việc gì?"),
        ("hả", "Tin ngắn quá"),
        (Photo(), "chỉ chuyển được chữ"),
        ("Hồ sơ đất của tôi nộp tháng trước tới đâu rồi", "Đã chuyển Trung tâm"),
    )
    assert "Hồ sơ đất của tôi" in heard(mai)
    assert len(town.rows(Question, status="waiting")) == 1


def test_the_last_question_can_be_sent_without_typing_it_again(citizen: Person, mai: Person) -> None:
    citizen.talk((ODD, "không trả lời đoán"), ("gặp cán bộ", f"1. Gửi câu vừa hỏi: {ODD}"))
    citizen.talk((Press("Gửi câu vừa hỏi"), "Đã chuyển"))
    assert ODD in heard(mai)


def test_changing_ones_mind_sends_nothing(citizen: Person, mai: Person) -> None:
    citizen.talk(("gặp cán bộ", "việc gì?"), (Press("Thôi, không gửi nữa"), "không chuyển câu này"))
    assert heard(mai) == ""


@pytest.mark.parametrize(
    ("why", "number", "kept"),
    [
        ("as people group it", "0912 345 678", "0912345678"),
        ("with the country code", "+84 912345678", "0912345678"),
        ("inside a sentence", "gọi số 0912.345.678 giúp tôi", "0912345678"),
    ],
)
def test_a_call_back_keeps_the_number_for_the_call_alone(
    citizen: Person, mai: Person, town: Town, why: str, number: str, kept: str
) -> None:
    citizen.talk(
        (ODD, "không trả lời đoán"),
        (Press("Xin cán bộ gọi lại"), "gọi xong thì xóa"),
        ("09123", "Số này chưa đúng"),
        (number, f"Cán bộ sẽ gọi số {kept}"),
    )
    assert f"Xin gọi lại số {kept}" in heard(mai), why
    mai.talk((Press("Đã gọi xong"), "Số điện thoại đã được xóa"))
    row = town.rows(Question)[0]
    assert (row.status, row.phone) == ("closed", ""), why
    citizen.hears()
    citizen.talk((Press("Chưa rõ, hỏi tiếp"), "hỏi thêm cán bộ hay muốn cán bộ gọi lại"))


def test_the_contact_button_is_as_good_as_typing(citizen: Person, mai: Person) -> None:
    citizen.talk(
        ("gọi lại cho tôi", "cán bộ gọi về việc gì"),
        ("Hỏi về hồ sơ đất đai của gia đình", "cho số điện thoại"),
        (Phone("+84912345678"), "Cán bộ sẽ gọi số 0912345678"),
    )
    assert "Xin gọi lại số 0912345678" in heard(mai)


def test_pressing_twice_hands_over_once(citizen: Person, mai: Person, town: Town) -> None:
    citizen.talk((ODD, "không trả lời đoán"))
    hand = citizen.heard[0].choices[0].data
    for _ in range(3):
        citizen.talk((Press(hand), "Đã chuyển"))
    assert len(mai.hears()) == 1
    assert len(town.rows(Question)) == 1


def hand_over(citizen: Person) -> None:
    citizen.talk((ODD, "không trả lời đoán"), (Press("Chuyển cán bộ trả lời"), "Đã chuyển"))


def test_an_officer_may_answer_by_replying_to_the_notice(citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    mai.hears()
    mai.talk(
        (Reply(mai.last_external_id, "Mời ông/bà đến xã."), "Người dân sẽ nhận được:"), (Press("1"), "đang được gửi")
    )
    assert "Mời ông/bà đến xã." in heard(citizen)


def test_an_answer_can_be_written_again_before_it_is_sent(citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    mai.hears()
    mai.talk(
        (Press("Soạn câu trả lời"), ODD),
        ("nhầm", "Người dân sẽ nhận được:"),
        (Press("Soạn lại"), "Anh/chị nhắn câu trả lời cho:"),
        ("Mời ông/bà đến xã.", "Mời ông/bà đến xã."),
        (Press("Gửi cho người dân"), "đang được gửi"),
    )
    answer = heard(citizen)
    assert "Mời ông/bà đến xã." in answer
    assert "nhầm" not in answer


def test_two_officers_cannot_both_answer(citizen: Person, mai: Person, town: Town) -> None:
    director = town.officer("Dũng")
    hand_over(citizen)
    mai.hears(), director.hears()
    mai.talk((Press("Soạn câu trả lời"), ODD), ("Câu trả lời thứ nhất.", "sẽ nhận được"))
    director.talk(
        (Press("Soạn câu trả lời"), ODD), ("Câu trả lời thứ hai.", "sẽ nhận được"), (Press("1"), "đang được gửi")
    )
    mai.talk((Press("1"), "câu hỏi này đã được Phạm Quang Dũng trả lời"))
    answer = heard(citizen)
    assert "thứ hai" in answer
    assert "thứ nhất" not in answer


def test_a_taken_question_is_its_takers_or_the_heads(citizen: Person, mai: Person, town: Town) -> None:
    director = town.officer("Dũng")
    hand_over(citizen)
    mai.hears(), director.hears()
    director.talk((Press("Tôi nhận câu này"), "Anh/chị nhận câu này"))
    mai.talk((Press("Soạn câu trả lời"), "đã có Phạm Quang Dũng nhận"))


@pytest.mark.parametrize(
    ("why", "who", "may"),
    [
        ("the department that answers", "Mai", True),
        ("its director", "Dũng", True),
        ("the chairman", "Phúc", True),
        ("another department", "Lan", False),
    ],
)
def test_a_question_is_seen_by_those_who_answer_for_it(
    citizen: Person, town: Town, why: str, who: str, may: bool
) -> None:
    town.officer("Mai")
    hand_over(citizen)
    officer = town.officer(who)
    number = town.rows(Question)[0].id
    officer.talk(("câu hỏi chờ", "1 câu hỏi đang chờ" if may else "Không có câu hỏi nào đang chờ"))
    officer.talk((Press(f"/question.show {number}"), ODD if may else "của bộ phận khác"))


def test_the_neighbour_commune_never_sees_them(citizen: Person, mai: Person, town: Town) -> None:
    hand_over(citizen)
    number = town.rows(Question)[0].id
    next_door = town.officer("Mai", neighbour=True)
    next_door.talk(
        ("câu hỏi chờ", "Không có câu hỏi nào"), (Press(f"/question.answer {number}"), "không có câu hỏi này")
    )
    assert ODD not in heard(next_door)


def test_a_citizen_cannot_use_the_officers_side(citizen: Person, town: Town) -> None:
    town.officer("Mai")
    hand_over(citizen)
    number = town.rows(Question)[0].id
    for data in (
        "/question.list",
        f"/question.answer {number}",
        f"/question.call {number}",
        f"/question.show {number}",
    ):
        citizen.talk((Press(data), "chỉ dành cho cán bộ"))


def test_when_the_department_has_no_chat_the_director_is_told(citizen: Person, town: Town) -> None:
    chairman = town.officer("Phúc")
    hand_over(citizen)
    assert ODD in heard(chairman)


def test_an_empty_or_endless_answer_is_refused(citizen: Person, mai: Person) -> None:
    hand_over(citizen)
    mai.hears()
    mai.talk((Press("Soạn câu trả lời"), ODD), ("a" * 2600, "dài quá 2.500 chữ"), ("Mời đến xã ạ.", "sẽ nhận được"))


def test_what_waits_too_long_is_found_for_the_reminders(citizen: Person, mai: Person, town: Town) -> None:
    hand_over(citizen)
    due = town.rows(Question)[0].due_at
    with town.db.reading() as session:
        assert [row.text for row in questions.open_due(session, town.tenant.id, town.clock.forward(days=2))] == [ODD]
        assert not questions.open_due(session, town.tenant.id, due)
        assert not questions.open_due(session, town.neighbour.id, town.clock())
        assert questions.waiting_count(session, town.tenant.id) == 1
        assert questions.waiting_count(session, town.tenant.id, due_before=due) == 0
    mai.talk(("câu hỏi chờ", "1 câu hỏi đang chờ"))
    labels = [choice.label for message in mai.heard for choice in message.choices]
    assert any(label.startswith("QUÁ HẸN") for label in labels)


def test_asking_again_after_an_answer_is_a_new_question(citizen: Person, mai: Person, town: Town) -> None:
    hand_over(citizen)
    mai.hears()
    mai.talk((Press("Soạn câu trả lời"), ODD), ("Mời đến xã ạ.", "sẽ nhận được"), (Press("1"), "đang được gửi"))
    citizen.hears()
    citizen.talk((Press("Chưa rõ, hỏi tiếp"), "hỏi thêm cán bộ"), (Press("Chuyển cán bộ trả lời"), "Đã chuyển"))
    assert [row.status for row in town.rows(Question)] == ["replied", "waiting"]
    assert town.rows(Question)[0].answer == "Mời đến xã ạ.", "the first answer stays as it was given"


def test_a_denunciation_meant_for_an_officer_is_not_kept_as_a_question(
    citizen: Person, mai: Person, town: Town
) -> None:
    citizen.talk(("gặp cán bộ", "việc gì?"))
    citizen.does("Tôi tố cáo ông Nguyễn Văn X trưởng thôn tham ô tiền làm đường")
    assert town.rows(Question) == []
    assert "tham ô" not in heard(mai)
