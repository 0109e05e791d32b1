"""One turn: what a message means, what happens to a bug, and that nobody's trouble is anybody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.messages import NOTICE, Choice, Incoming, Outgoing
from handlers.context import Context, Turn
from handlers.registry import COMMANDS, STEPS, WORDS, command, said, step
from storage import outbox
from storage.tables import FeedbackCase, InboxMessage, OutboxMessage
from tests.conftest import Blocks, Person, Photo, Press, Town
from tests.handlers.filing import file_report, regular


@pytest.fixture(autouse=True)
def probe() -> Iterator[None]:
    """A small dialog of this test's own, beside the real ones."""

    @command("probe")
    def begin(ctx: Context, message: Incoming, argument: str) -> Turn:
        return Turn((Outgoing("Thử?", (Choice("yes", "Đúng rồi ạ"), Choice("no", "Không phải"))),), state="probe.ask")

    @command("probe.bug")
    def bug(ctx: Context, message: Incoming, argument: str) -> Turn:
        outbox.add(
            ctx.session, ctx.tenant.id, ctx.tools.ids(), channel_id=ctx.who.channel_id, peer=ctx.who.peer,
            message=Outgoing("half done"), key="half-done", now=ctx.now,
        )  # fmt: skip
        raise RuntimeError(f"secret words: {message.text}")

    @step("probe.ask")
    def ask(ctx: Context, message: Incoming) -> Turn:
        n = len(message.media)
        return Turn((Outgoing(f"chọn={message.choice} chữ={message.text!r} ảnh={n}"),))

    said("thử máy", data="probe")
    said("hỏng máy", data="probe.bug")
    yield
    for name in ("probe", "probe.bug"):
        del COMMANDS[name]
    del STEPS["probe.ask"]
    for words in ("thu may", "hong may"):
        del WORDS[words]


@pytest.fixture
def person(town: Town) -> Person:
    """Somebody who has been here before."""
    person = town.person("p1")
    person.does("menu")
    town.clock.forward(seconds=1)
    return person


@pytest.mark.parametrize(
    ("why", "typed", "expected"),
    [
        ("the number", "1", "chọn=yes"),
        ("a number word", "hai", "chọn=no"),
        ("the label without accents", "dung roi a", "chọn=yes"),
        ("the button", Press("Không phải"), "chọn=no"),
        ("anything else is words", "có lẽ", "chọn= chữ='có lẽ'"),
    ],
)
def test_an_answer_to_a_menu_is_read_however_it_is_given(person, why, typed, expected):
    person.talk(("thử máy", "Thử?"), (typed, expected))


def test_a_button_of_an_earlier_menu_is_refused_and_the_question_asked_again(person):
    person.talk(("thử máy", "Thử?"))
    old = person.heard[-1].choices[0].data
    person.talk((Press("1"), "chọn=yes"), ("thử máy", "Thử?"))
    (answer,) = person.does(Press(old))
    assert "câu hỏi trước" in answer.text
    assert [choice.label for choice in answer.choices] == ["Đúng rồi ạ", "Không phải"]
    person.talk(("1", "chọn=yes"))


def test_a_button_nobody_knows_is_answered(person):
    assert "không dùng được" in person.does(Press("/no.such thing"))[0].text
    assert "không dùng được" in person.does(Press("zzz|yes"))[0].text


def test_a_staff_button_does_nothing_for_a_citizen(person):
    assert "chỉ dành cho cán bộ" in person.does(Press("/case.take 5"))[0].text


def test_a_burst_is_one_turn(person):
    person.talk(("thử máy", "Thử?"))
    answers = person.does(Photo("a", album="x"), Photo("b", album="x"), "cổng chợ", "sáng nay")
    assert [message.text for message in answers] == ["chọn= chữ='cổng chợ\\nsáng nay' ảnh=2"]


def test_an_answer_to_the_menu_stands_alone_whatever_was_typed_right_after(town, person):
    person.talk(("thử máy", "Thử?"))
    answers = person.does("đúng rồi ạ", "menu")
    assert answers[0].text.startswith("chọn=yes")
    assert "1. Hỏi thủ tục" in "\n".join(f"{choice.key}. {choice.label}" for choice in answers[-1].choices)


def test_a_bug_undoes_its_turn_apologises_once_and_is_parked_without_the_words(town, person, caplog):
    neighbour_in_the_batch = town.person("p2")
    town.store(person.channel, person._incoming("hỏng máy"))
    answers = neighbour_in_the_batch.does("thử máy")
    assert answers[0].text == "Thử?", "the others of the same commit are served"
    (sorry,) = person.hears()
    assert "Tôi gặp lỗi" in sorry.text
    (parked,) = [row for row in town.rows(InboxMessage) if row.parked_at]
    assert parked.error.startswith("RuntimeError at bug:")
    assert not town.rows(OutboxMessage, key="half-done")
    assert "secret" not in parked.error
    person.talk(("thử máy", "Thử?"))
    town.clock.forward(minutes=5)
    assert person.hears() == []


@pytest.mark.parametrize("nothing", ["", "   ", "😀😀", "\u202e\u200b", "…!?"])
def test_a_message_without_words_gets_one_line(person, nothing):
    (answer,) = person.does(nothing)
    assert "chưa thấy chữ nào" in answer.text


def test_a_huge_message_is_read_as_far_as_it_goes_and_kept_whole(town, person):
    huge = "đèn đường hỏng " * 7000
    answers = person.does(huge)
    assert "dài quá 4.000 chữ" in answers[0].text
    assert len(answers) > 1
    assert town.rows(InboxMessage)[-1].body["text"] == huge


def test_control_characters_and_markup_are_only_letters(person):
    person.talk(("thử máy", "Thử?"), ("<b>đậm</b> *x* {$y} \u202eo\u0007", "chữ='<b>đậm</b> *x* {$y} o'"))


def test_a_first_question_is_answered_first_and_then_we_say_who_we_are(town):
    answers = town.person("new").does("thử máy")
    assert [("Thử?" in a.text, "kênh chính thức" in a.text) for a in answers] == [(True, False), (False, True)]
    greeting = town.person("other").does("menu")
    assert sum("kênh chính thức" in a.text for a in greeting) == 1


def test_who_blocked_us_hears_nothing_and_gets_what_mattered_when_they_come_back(town, person):
    person.does(Blocks())
    with town.db.writing() as session:
        outbox.add(
            session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer="p1", now=town.clock(),
            message=Outgoing("Kết quả"), key="result", important=True,
        )  # fmt: skip
        (row,) = outbox.claim_all_tenants(session, town.clock())
        outbox.finish(session, row, next_try_at=None, failed_at=town.clock(), failed_why="gone")
    assert any(message.text == "Kết quả" for message in person.does("menu")) or any(
        message.text == "Kết quả" for message in person.heard
    )
    (row,) = town.rows(OutboxMessage, key="result")
    assert row.sent_at is not None


def test_the_same_message_twice_is_one_turn(town, person):
    message = person._incoming("thử máy")
    assert town.store(person.channel, message)
    assert not town.store(person.channel, message)
    town.turns()
    assert [m.text for m in person.hears()] == ["Thử?"]


def test_a_typed_number_leaves_no_words_behind(person):
    person.talk(("thử máy", "Thử?"), ("1", "chọn=yes chữ=''"))


class TestSeveralNoticesAtOnce:
    """Where there are no buttons, every new case has its own "1"."""

    @pytest.fixture
    def lan(self, town: Town) -> Person:
        lan = town.officer("Lan")
        lan.does("menu")
        town.clock.forward(minutes=40)
        return lan

    @pytest.fixture
    def filed(self, town: Town, lan: Person) -> list[FeedbackCase]:
        return [file_report(regular(town, f"c{n}"), f"Đèn đường thôn {n} hỏng cả tuần rồi") for n in (1, 2, 3)]

    def test_the_number_is_asked_about_and_the_right_case_is_taken(self, town: Town, lan: Person, filed):
        lan.hears()
        (asked,) = lan.does("1")
        assert asked.text == "Có nhiều việc cùng số này. Xin chọn đúng việc:"
        shown = [f"Nhận việc {case.code[:4]}-{case.code[4:]}" for case in filed]
        assert [choice.label for choice in asked.choices] == shown
        lan.talk(("2", f"Anh/chị đã nhận việc {filed[1].code[:4]}"))
        holders = [row.officer_id is not None for row in town.rows(FeedbackCase)]
        assert holders == [False, True, False]

    def test_a_choice_without_a_code_is_shown_with_it(self, lan: Person, filed):
        lan.hears()
        (asked,) = lan.does("hai")
        assert asked.choices[0].label == f"Hỏi thêm người gửi ({filed[0].code[:4]}-{filed[0].code[4:]})"

    def test_the_code_in_the_label_says_it_without_asking(self, lan: Person, filed):
        code = f"{filed[0].code[:4]}-{filed[0].code[4:]}"
        lan.talk((f"nhan viec {code}", f"Anh/chị đã nhận việc {code}"))

    def test_one_notice_alone_is_meant_at_once(self, town: Town, lan: Person):
        case = file_report(regular(town))
        lan.talk(("1", f"Anh/chị đã nhận việc {case.code[:4]}"))

    def test_a_notice_does_not_take_the_number_of_a_menu_just_shown(self, town: Town, lan: Person, person, filed):
        person.talk(("thử máy", "Thử?"))
        town.clock.forward(seconds=5)
        _notice(town, person.peer)
        person.talk(("1", "chọn=yes"))

    def test_after_being_away_the_notice_is_likelier_than_the_old_dialog(self, town: Town, person):
        person.talk(("thử máy", "Thử?"))
        town.clock.forward(hours=2)
        _notice(town, person.peer)
        person.talk(("2", "Thử?"))

    def test_words_in_a_dialog_are_never_a_notices_choice(self, town: Town, person):
        person.talk(("thử máy", "Thử?"))
        town.clock.forward(hours=2)
        _notice(town, person.peer)
        person.talk(("Từ tin báo", "chọn= chữ='Từ tin báo'"))


def _notice(town: Town, peer: str) -> None:
    with town.db.writing() as session:
        outbox.add(
            session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer=peer, key=f"note:{peer}",
            message=Outgoing("Tin báo", (Choice("/probe", "Không làm gì"), Choice("/probe", "Từ tin báo"))),
            now=town.clock(), lane=NOTICE,
        )  # fmt: skip
    town.clock.forward(seconds=1)
