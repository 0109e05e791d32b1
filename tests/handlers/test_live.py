"""While an officer talks with a citizen the bot is silent; when the officer has left, it says so and answers again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.live import is_over
from domain.messages import Outgoing
from handlers.actions import live as actions
from storage import live
from storage.tables import Attachment, Question
from tests.conftest import Blocks, Person, Photo, Press, Reply, Town

ODD = "xin cấp phép nuôi voi trong nhà"
HELD = "sha256:" + "a" * 64


@pytest.fixture
def mai(town: Town) -> Person:
    return town.officer("Mai")


def heard(person: Person) -> str:
    return "\n".join(message.text for message in person.hears())


def said(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def waiting(town: Town, citizen: Person) -> int:
    citizen.talk((ODD, "không trả lời đoán"), (Press("Chuyển cán bộ trả lời"), "Đã chuyển"))
    return int(town.rows(Question, peer=citizen.peer)[-1].id)


def on_line(town: Town, citizen: Person, mai: Person) -> int:
    number = waiting(town, citizen)
    mai.hears()
    mai.talk((Press("Nói chuyện trực tiếp"), "Nhắn gì người dân nhận nấy"))
    assert "Cán bộ xã đang nói chuyện trực tiếp" in heard(citizen)
    return number


def test_both_sides_hear_each_other_and_the_bot_keeps_out(town: Town, citizen: Person, mai: Person) -> None:
    number = on_line(town, citizen, mai)
    assert citizen.does("phí khai sinh bao nhiêu") == [], "the bot does not answer"
    assert "Người dân: phí khai sinh bao nhiêu" in heard(mai)
    assert mai.does("Ông/bà nuôi mấy con?") == []
    assert "Cán bộ xã: Ông/bà nuôi mấy con?" in heard(citizen)
    for words in ("1", "2", "9", "7K2M-9QXD", "địa chỉ", "gặp cán bộ", "🙂", "hôm nay"):
        assert citizen.does(words) == [], words
        assert f"Người dân: {words}" in heard(mai)
    mai.does("Xã không cấp phép việc này.")
    mai.talk(("Xong.", "người dân được báo"))
    last = heard(citizen)
    assert "Cán bộ đã rời cuộc nói chuyện" in last
    assert "Mai" not in last
    row = town.rows(Question, id=number)[0]
    assert (row.status, row.answer) == ("replied", "Ông/bà nuôi mấy con?\nXã không cấp phép việc này.")
    citizen.talk((Press("Rõ rồi"), "Cảm ơn"), (ODD, "không trả lời đoán"))
    assert "voi" not in heard(mai)


@pytest.mark.parametrize("words", ["thôi", "Hủy", "dung lai"])
def test_the_citizen_may_stop_it(town: Town, citizen: Person, mai: Person, words: str) -> None:
    number = on_line(town, citizen, mai)
    citizen.talk((words, "tôi lại trả lời tự động"))
    mai.talk(("việc mới", "mới"))
    assert "Người dân đã rời cuộc nói chuyện" in said(mai.heard)
    assert town.rows(Question, id=number)[0].status == "waiting", "nothing was said, so the promise stands"
    citizen.talk((ODD, "không trả lời đoán"))


@pytest.mark.parametrize(
    ("why", "words", "answer"),
    [
        ("the menu", "menu", "1. "),
        ("danger to life", "cháy nhà rồi cứu với", "114"),
        ("one's own data", "dữ liệu của tôi", "giữ"),
        (
            "an accusation is sorted out first, by nobody's eyes",
            "Tôi tố cáo trưởng thôn tham ô tiền",
            "Để chuyển đúng nơi",
        ),
    ],
)
def test_a_few_words_work_in_the_middle_of_it(
    town: Town, citizen: Person, mai: Person, why: str, words: str, answer: str
) -> None:
    on_line(town, citizen, mai)
    citizen.talk((words, answer))
    told = heard(mai)
    assert "Người dân đã rời" in told, why
    assert f"Người dân: {words}" not in told, why
    assert "tham ô" not in told


def test_half_an_hour_of_silence_ends_it_once(town: Town, citizen: Person, mai: Person) -> None:
    on_line(town, citizen, mai)
    town.clock.forward(minutes=20)
    citizen.does("alo cán bộ ơi")
    mai.hears()
    town.clock.forward(minutes=29)
    assert town.run(actions.end_silent) == 0
    town.clock.forward(minutes=1)
    assert town.run(actions.end_silent, neighbour=True) == 0
    with town.db.reading() as session:
        assert len(live.due_to_end(session, town.tenant.id, town.clock())) == 1
        assert not live.due_to_end(session, town.neighbour.id, town.clock())
    assert town.run(actions.end_silent) == 2
    assert town.run(actions.end_silent) == 0
    assert "Cán bộ đã rời" in heard(citizen)
    assert "30 phút không ai nhắn" in heard(mai)
    citizen.talk((ODD, "không trả lời đoán"))


@pytest.mark.parametrize(
    ("why", "minutes_ago", "over"),
    [
        ("nobody is there", (), True),
        ("both spoke just now", (1, 2), False),
        ("one of them is enough", (45, 29), False),
        ("both are silent", (45, 30), True),
    ],
)
def test_when_a_line_is_over(why: str, minutes_ago: tuple[int, ...], over: bool) -> None:
    now = datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert is_over([now - timedelta(minutes=one) for one in minutes_ago], now) is over, why


def test_a_person_in_the_middle_of_something_is_invited(town: Town, citizen: Person, mai: Person) -> None:
    waiting(town, citizen)
    citizen.talk(("phản ánh", "phản ánh việc gì"))
    mai.hears()
    mai.talk((Press("Nói chuyện trực tiếp"), "đang dở việc khác"), ("Chào ông/bà", "chưa vào nói chuyện"))
    invitation = citizen.hears()
    assert "muốn nói chuyện trực tiếp" in said(invitation)
    assert "Chào ông/bà" not in said(invitation)
    citizen.talk((Press("Nói chuyện với cán bộ"), "đang nói chuyện trực tiếp"))
    assert "Người dân đã vào" in heard(mai)
    mai.does("Chào ông/bà")
    assert "Cán bộ xã: Chào ông/bà" in heard(citizen)
    mai.talk(("kết thúc", "người dân được báo"))
    citizen.hears()
    citizen.talk((Press("Nói chuyện với cán bộ"), "Cán bộ không còn"))


def test_pressing_twice_opens_one_line(town: Town, citizen: Person, mai: Person) -> None:
    number = on_line(town, citizen, mai)
    mai.talk((Press(f"/question.live {number}"), "nói chuyện trực tiếp"))
    citizen.does("dạ")
    assert heard(mai).count("Người dân: dạ") == 1


def test_two_officers_do_not_talk_over_each_other(town: Town, citizen: Person, mai: Person) -> None:
    director = town.officer("Dũng")
    number = on_line(town, citizen, mai)
    director.hears()
    director.talk((Press(f"/question.live {number}"), "đang nói chuyện với Lê Thị Mai"))
    other = town.person("nguoi-khac")
    second = waiting(town, other)
    mai.hears()
    mai.talk((Press("Nói chuyện trực tiếp"), "đang nói chuyện với một người khác"))
    director.talk((Press(f"/question.live {second}"), "Nhắn gì người dân nhận nấy"))
    director.does("Gửi riêng ông/bà")
    assert "Gửi riêng" in heard(other)
    assert "Gửi riêng" not in heard(citizen)


def test_an_officers_reply_about_something_else_does_not_go_to_the_citizen(
    town: Town, citizen: Person, mai: Person
) -> None:
    on_line(town, citizen, mai)
    other = town.person("nguoi-khac")
    waiting(town, other)
    mai.hears()
    mai.talk((Reply(mai.last_external_id, "Mời ông/bà kia đến xã."), "Người dân sẽ nhận được"))
    told = heard(citizen)
    assert "ông/bà kia" not in told
    assert "Cán bộ đã rời" in told


def test_who_leaves_in_the_middle_of_a_talk_is_led_back_to_an_officer(town: Town, citizen: Person, mai: Person) -> None:
    on_line(town, citizen, mai)
    mai.does("Ông/bà nuôi mấy con?")
    citizen.hears()
    citizen.talk(
        ("thôi", "có giúp được ông/bà không"),
        (Press("Chưa rõ"), "hỏi thêm cán bộ"),
        (Press("Chuyển cán bộ"), "Đã chuyển"),
    )
    assert "Lần trước đã trả lời: Ông/bà nuôi mấy con?" in heard(mai)


def test_pictures_pass_when_we_hold_them(town: Town, citizen: Person, mai: Person) -> None:
    number = on_line(town, citizen, mai)
    citizen.does(Photo(HELD, "đây ạ"))
    (passed,) = mai.hears()
    assert (passed.media, "đây ạ" in passed.text) == ((HELD,), True)
    citizen.does(Photo("telegram-file-7"))
    assert "đang tải" in heard(mai)
    assert [row.status for row in town.rows(Attachment, question_id=number)] == ["ready", "pending"]
    files = mai.does(Press("Xem tệp của người dân"))
    assert files[0].media == (HELD,)
    mai.does(Photo(HELD, "mẫu đơn"))
    assert citizen.hears()[-1].media == (HELD,), "looking at files did not end the talk"
    mai.talk((Photo("telegram-file-8"), "chưa chuyển được"))


def test_a_citizen_who_blocked_us_ends_it(town: Town, citizen: Person, mai: Person) -> None:
    number = on_line(town, citizen, mai)
    citizen.does(Blocks())
    mai.talk(("Ông/bà còn đó không?", "không còn nhận tin"))
    mai.talk((Press(f"/question.live {number}"), "không còn nhận tin"))


def test_who_may_open_a_line(town: Town, citizen: Person, mai: Person) -> None:
    number = waiting(town, citizen)
    data = f"/question.live {number}"
    town.officer("Lan").talk((Press(data), "của bộ phận khác"))
    town.officer("Mai", neighbour=True).talk((Press(data), "không có câu hỏi này"))
    town.person("ai-do").talk((Press(data), "chỉ dành cho cán bộ"), (Press(f"/question.join {number}"), "không còn"))
    assert "nói chuyện trực tiếp" not in heard(citizen)


def test_leaving_for_other_work_tells_the_citizen(town: Town, citizen: Person, mai: Person) -> None:
    number = on_line(town, citizen, mai)
    mai.talk((Press("/case.list new"), "mới"))
    assert "Cán bộ đã rời" in heard(citizen)
    mai.talk((Press("Mở lại cuộc nói chuyện"), "nói chuyện trực tiếp"))
    assert town.rows(Question, id=number)[0].status == "waiting"
