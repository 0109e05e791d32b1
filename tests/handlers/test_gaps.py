"""What many people ask and nothing answers is answered once, approved by a second person, and known from then on."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from domain.messages import Outgoing
from knowledge import load
from storage import gaps, questions
from storage.tables import NATION, Conversation, Gap, InboxMessage, OutboxMessage, Question, WebMessage
from tests.conftest import Blocks, Person, Phone, Press, Town

SEED = Path(__file__).parents[2] / "knowledge/seed"
ODD = "xin cấp phép nuôi voi trong nhà"
ANSWER = "Voi là động vật hoang dã, việc nuôi do Chi cục Kiểm lâm tỉnh cấp phép. Xã chỉ xác nhận nơi ở."


@pytest.fixture(autouse=True)
def known(town: Town) -> None:
    with town.db.writing() as session:
        load.import_files(
            session, [SEED / f"{code}.yaml" for code in ("1.001193", "1.000894", "2.000815")], NATION,
            today=date(2026, 1, 5), now=town.clock(), ids=town.tools.ids,
        )  # fmt: skip


@pytest.fixture
def mai(town: Town) -> Person:
    """An officer of the department that answers questions."""
    return town.officer("Mai")


@pytest.fixture
def dung(town: Town) -> Person:
    """Its head, the director."""
    return town.officer("Dũng")


def asks(town: Town, peer: str, words: str = ODD, *, neighbour: bool = False) -> Person:
    person = town.person(peer, neighbour=neighbour)
    person.talk((words, "không trả lời đoán"))
    return person


def heard(person: Person) -> str:
    return "\n".join(message.text for message in person.hears())


def heard_all(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def crowd(town: Town) -> list[Person]:
    """Three people with one question, one of them twice, and one with another."""
    people = [asks(town, "an"), asks(town, "binh", "xin cap phep nuoi voi trong nha"), asks(town, "chi", "em " + ODD)]
    people[0].talk((ODD + " ạ", "không trả lời đoán"))
    asks(town, "dao", "mượn máy chiếu của hành tinh khác")
    return people


def proposed(town: Town, mai: Person) -> list[Person]:
    people = crowd(town)
    mai.talk(
        ("câu hỏi chưa trả lời", "1. 3 người: xin cấp phép nuôi voi trong nhà"),
        ("1", "3 người hỏi, 4 lượt"),
        (Press("Trả lời một lần"), "Anh/chị nhắn câu trả lời cho nhóm"),
        (ANSWER, "Sẽ gửi cho 3 người đã hỏi, mỗi người một lần"),
        (Press("Gửi cho 3 người"), "đang được gửi cho 3 người"),
    )
    return people


def test_a_group_is_answered_once_approved_by_the_head_and_known_from_then_on(
    town: Town, mai: Person, dung: Person
) -> None:
    people = proposed(town, mai)
    for person in people:
        answers = person.hears()
        assert [ANSWER in message.text for message in answers] == [True], "everybody hears it, and once"
        assert "nuôi voi trong nhà" in answers[0].text or "nuoi voi" in answers[0].text, "the question is repeated"
        assert "Mai" not in answers[0].text, "the department answers"
        person.talk((Press("Đúng điều tôi cần"), "Cảm ơn ông/bà"))
    assert {row.status for row in town.rows(Question) if "voi" in row.text} == {"replied"}
    assert "đề xuất số 1" in heard(dung)
    dung.talk(
        (Press("Xem đề xuất"), "Người đã nhận: 3 thấy có ích, 0 chưa rõ"),
        (Press("Duyệt đề xuất số 1"), "mục DP-1"),
    )
    assert "được duyệt, mục DP-1" in heard(mai)
    newcomer = town.person("moi")
    newcomer.talk((ODD, ANSWER), ("muon nuoi voi trong nha", "Nguồn: xã Hòa An trả lời ngày 02/03/2026, mục DP-1"))
    town.person("la", neighbour=True).talk((ODD, "không trả lời đoán"))
    mai.talk(("câu hỏi chưa trả lời", "1. 1 người: mượn máy chiếu"))


@pytest.mark.parametrize(
    ("why", "words", "before"),
    [
        ("what the commune's data do not say", "số tài khoản của xã", "chưa được nhập"),
        ("what the data do say, but not enough", "hôm nào tiếp dân", "Buổi tiếp công dân gần nhất"),
        ("what others decide", "mất điện gọi ai", "công ty điện lực"),
    ],
)
def test_an_approved_answer_comes_before_what_is_said_by_itself(
    town: Town, mai: Person, dung: Person, why: str, words: str, before: str
) -> None:
    person = town.person("an")
    person.talk((words, before))
    number = town.rows(Question, peer="an")[-1].id
    person.does(Press(f"/helpful {number} no"))
    mai.talk(
        (Press(f"/gaps.answer {number}"), "nhắn câu trả lời"), ("Ông/bà hỏi số 0200 000 0099.", "1 người"),
        (Press("Gửi cho 1 người"), "đề xuất số 1"),
    )  # fmt: skip
    town.person("binh").talk((words, before))
    dung.talk((Press("/gaps.approve 1"), "mục DP-1"))
    town.person("chi").talk((words, "Ông/bà hỏi số 0200 000 0099."))


def test_who_asked_is_never_shown(town: Town, mai: Person) -> None:
    crowd(town)
    asks(town, "em-gai", ODD + " gọi tôi số 0912 345 678")
    mai.talk(("câu hỏi chưa trả lời", "4 người"), ("1", "“xin cấp phép nuôi voi trong nhà”"))
    shown = "\n".join(message.text for message in mai.heard)
    assert "0912" not in shown
    assert "em-gai" not in shown


@pytest.mark.parametrize(
    ("why", "who", "may"),
    [
        ("the department that answers questions", "Mai", True),
        ("its director", "Dũng", True),
        ("the chairman", "Phúc", True),
        ("another department", "Lan", False),
        ("the head of another department", "Hùng", False),
    ],
)
def test_the_list_is_for_those_who_answer_questions(town: Town, why: str, who: str, may: bool) -> None:
    asks(town, "an")
    officer = town.officer(who)
    officer.talk(("câu hỏi chưa trả lời", "1 người: xin cấp phép" if may else "của bộ phận trả lời câu hỏi"))
    if not may:
        number = town.rows(Question)[0].id
        for data in (f"/gaps.show {number}", f"/gaps.answer {number}", f"/gaps.drop {number}", "/gaps.proposals"):
            officer.talk((Press(data), "của bộ phận trả lời câu hỏi"))


def test_the_neighbour_sees_and_answers_its_own_only(town: Town, mai: Person) -> None:
    asks(town, "an")
    next_door = town.officer("Mai", neighbour=True)
    next_door.talk(("câu hỏi chưa trả lời", "Không còn câu hỏi nào"))
    next_door.talk((Press(f"/gaps.show {town.rows(Question)[0].id}"), "nhóm câu hỏi này không còn"))
    there = asks(town, "an", neighbour=True)
    next_door.talk(
        ("câu hỏi chưa trả lời", "1. 1 người"), ("1", ODD), (Press("Trả lời một lần"), "nhắn câu trả lời"),
        ("Xã bên này trả lời khác.", "1 người"), (Press("Gửi cho 1 người"), "đề xuất"),
    )  # fmt: skip
    assert "Xã bên này" in heard(there)
    mai.talk(("câu hỏi chưa trả lời", "1 người: xin cấp phép"), (Press("/gaps.proposal 1"), "không có đề xuất này"))


def test_pressing_send_twice_sends_once(town: Town, mai: Person) -> None:
    people = proposed(town, mai)
    send = next(c.data for m in reversed(mai.heard) for c in m.choices if c.label == "Gửi cho 3 người")
    mai.talk((Press(send), "Nút này"))
    assert all(len(person.hears()) == 1 for person in people)
    assert len(town.rows(Gap)) == 1


def test_of_two_officers_the_second_is_told_that_it_is_done(town: Town, mai: Person, dung: Person) -> None:
    people = crowd(town)
    for officer, words in ((mai, "Câu trả lời thứ nhất."), (dung, "Câu trả lời thứ hai.")):
        officer.talk(
            ("câu hỏi chưa trả lời", "3 người"), ("1", "3 người hỏi"), (Press("Trả lời một lần"), "nhắn"),
            (words, "3 người"),
        )  # fmt: skip
    dung.talk((Press("Gửi cho 3 người"), "đang được gửi"))
    mai.talk((Press("Gửi cho 3 người"), "đồng nghiệp vừa xử lý"), ("menu", "Anh/chị cần việc nào"))
    assert mai.state == "", "the dialog is over"
    assert ["thứ hai" in heard(person) for person in people] == [True] * 3
    assert len(town.rows(Gap)) == 1


def test_whoever_blocked_us_gets_the_answer_on_coming_back_and_the_officer_knows(town: Town, mai: Person) -> None:
    people = crowd(town)
    people[1].does(Blocks())
    mai.talk(
        ("câu hỏi chưa trả lời", "3 người"), ("1", "3 người hỏi"), (Press("Trả lời một lần"), "nhắn"),
        (ANSWER, "1 người đang chặn kênh này, họ nhận được khi nhắn lại"),
    )  # fmt: skip
    mai.does(Press("Gửi cho 3 người"))
    assert [row.status for row in town.rows(Question, peer="binh")] == ["replied"]
    (owed,) = [row for row in town.rows(OutboxMessage, peer="binh") if ANSWER in str(row.body)]
    assert owed.important, "what cannot be delivered now is owed again when the person writes"


def test_a_promised_call_and_a_colleagues_question_are_left_alone(town: Town, mai: Person, dung: Person) -> None:
    call, taken = asks(town, "an"), asks(town, "binh")
    call.talk((Press("Xin cán bộ gọi lại"), "số điện thoại"), (Phone("0912345678"), "Cán bộ sẽ gọi"))
    taken.talk((Press("Chuyển cán bộ trả lời"), "Đã chuyển"))
    asks(town, "chi")
    dung.hears()
    dung.talk((Press(f"/question.take {town.rows(Question, peer='binh')[0].id}"), "Anh/chị nhận câu này"))
    mai.hears()
    mai.talk(
        ("câu hỏi chưa trả lời", "3 người"), (Press("3 người"), "3 người hỏi"), (Press("Trả lời một lần"), "nhắn"),
        (ANSWER, "Còn 2 câu không gửi chung"), (Press("Gửi cho 1 người"), "gửi cho 1 người"),
    )  # fmt: skip
    assert [row.status for row in town.rows(Question)] == ["waiting", "waiting", "replied"]
    assert town.rows(Question, peer="an")[0].phone == "0912345678"


def test_four_eyes_and_the_number_of_the_proposal(town: Town, mai: Person, dung: Person) -> None:
    crowd(town)
    chairman = town.officer("Phúc")
    dung.talk(
        ("câu hỏi chưa trả lời", "3 người"), ("1", "3 người hỏi"), (Press("Trả lời một lần"), "nhắn"),
        (ANSWER, "3 người"), (Press("Gửi cho 3 người"), "đề xuất số 1"),
    )  # fmt: skip
    dung.talk((Press("/gaps.approve 1"), "cần một người khác duyệt"))
    mai.talk((Press("/gaps.approve 1"), "cần một người khác duyệt"))
    assert "đề xuất số 1" in heard(chairman)
    chairman.talk((Press("Xem đề xuất"), "Duyệt đề xuất số 1"), ("duyệt đề xuất số 1", "mục DP-1"))
    chairman.talk((Press("/gaps.approve 1"), "đã được quyết định"))


def test_an_author_who_is_the_only_one_may_approve(town: Town, dung: Person) -> None:
    crowd(town)
    dung.talk(
        ("câu hỏi chưa trả lời", "3 người"), ("1", "3 người hỏi"), (Press("Trả lời một lần"), "nhắn"),
        (ANSWER, "3 người"), (Press("Gửi cho 3 người"), "đề xuất số 1"), (Press("/gaps.approve 1"), "mục DP-1"),
    )  # fmt: skip


def test_name_and_wordings_can_be_edited_before_approval(town: Town, mai: Person, dung: Person) -> None:
    proposed(town, mai)
    dung.talk(
        (Press("/gaps.proposal 1"), "Tên gọi: xin cấp phép nuôi voi trong nhà"),
        (Press("Sửa tên gọi"), "nhắn tên mới"),
        ("Nuôi động vật lớn", "Tên gọi: Nuôi động vật lớn"),
        (Press("Sửa các cách hỏi"), "mỗi dòng một cách"),
        ("nuôi voi trong nhà\nnuôi hổ có phải xin phép", "- nuôi hổ có phải xin phép"),
        (Press("Duyệt đề xuất số 1"), "“Nuôi động vật lớn”"),
    )
    town.person("moi").talk(("nuoi ho co phai xin phep", ANSWER))


def test_a_rejected_proposal_keeps_its_reason_and_is_not_known(town: Town, mai: Person, dung: Person) -> None:
    proposed(town, mai)
    mai.hears()
    dung.talk(
        (Press("/gaps.reject 1"), "Vì sao không duyệt"),
        ("ok", "cần ghi lý do"),
        ("Chưa đúng thẩm quyền", "không duyệt đề xuất số 1"),
        (Press("/gaps.proposal 1"), "Lý do: Chưa đúng thẩm quyền"),
    )
    assert "Lý do: Chưa đúng thẩm quyền" in heard(mai)
    town.person("moi").talk((ODD, "không trả lời đoán"))


def test_a_refused_answer_is_written_anew_and_those_who_had_it_are_told(town: Town, mai: Person, dung: Person) -> None:
    people = proposed(town, mai)
    for person in people:
        person.hears()
    mai.hears(), dung.hears()
    right = "Voi do Bộ Nông nghiệp và Môi trường cấp phép nuôi."
    dung.talk((Press("/gaps.reject 1"), "Vì sao"), ("Chưa đúng thẩm quyền", "không duyệt"))
    assert "Chưa đúng thẩm quyền" in heard(mai)
    mai.talk(
        (Press("Sửa câu trả lời"), "nhắn câu mới"),
        (right, "3 người đã nhận câu trước"),
        (Press("Sửa và gửi lại cho 3 người"), "đang được gửi cho 3 người"),
    )
    for person in people:
        told = heard(person)
        assert told.count(right) == 1, "everybody once"
        assert "Câu trả lời trước chưa đúng" in told
    assert "đề xuất số 1" in heard(dung), "it is to be approved again"
    dung.talk((Press("/gaps.approve 1"), "mục DP-1"))
    town.person("moi").talk((ODD, right))


def test_whoever_rewrites_an_answer_does_not_approve_it(town: Town, mai: Person, dung: Person) -> None:
    proposed(town, mai)
    chairman = town.officer("Phúc")
    dung.talk(
        (Press("/gaps.rewrite 1"), "nhắn câu mới"), ("Việc này do Bộ cấp phép.", "Gửi lại câu này"),
        (Press("Chỉ sửa, không gửi lại"), "Đã trình duyệt"), (Press("/gaps.approve 1"), "cần một người khác duyệt"),
    )  # fmt: skip
    chairman.talk((Press("/gaps.approve 1"), "mục DP-1"))


def test_an_entry_can_be_withdrawn_at_once(town: Town, mai: Person, dung: Person) -> None:
    proposed(town, mai)
    dung.talk((Press("/gaps.approve 1"), "mục DP-1"), ("câu trả lời của xã", "1 mục trả lời riêng"))
    town.person("moi").talk((ODD, ANSWER))
    town.officer("Lan").talk((Press("/gaps.withdraw 1"), "của bộ phận trả lời"))
    dung.talk(
        (Press("Rút mục số 1"), "nhắn lý do"), ("Luật mới từ hôm nay", "Bot không dùng nữa"),
        (Press("/gaps.withdraw 1"), "không ở trạng thái đang dùng"),
    )  # fmt: skip
    town.person("la").talk((ODD, "không trả lời đoán"))


def test_a_group_can_be_attached_to_a_known_procedure(town: Town, mai: Person, dung: Person) -> None:
    words = "xin tờ bìa xanh lá có hình con công"
    person = asks(town, "an", words)
    mai.talk(
        ("câu hỏi chưa trả lời", "1 người"), ("1", words), (Press("Gắn vào thủ tục"), "mã hoặc tên"),
        ("đăng ký khai sinh", "1.001193"), (Press("1.001193"), "Gắn nhóm này vào thủ tục 1.001193"),
        (Press("Gắn vào 1.001193"), "đề xuất số 1"),
    )  # fmt: skip
    assert "Việc này thuộc thủ tục" in heard(person)
    person.talk((Press("Xem thủ tục này"), "Cần mang"))
    town.person("moi").talk((words, "không trả lời đoán"))
    dung.talk((Press("/gaps.approve 1"), "1.001193"))
    town.person("nua").talk((words, "thủ tục 1.001193"))
    town.person("xa", neighbour=True).talk((words, "không trả lời đoán"))
    dung.talk((Press("/gaps.withdraw 1"), "nhắn lý do"), ("Nhầm thủ tục", "Đã rút"))
    town.person("sau").talk((words, "không trả lời đoán"))


def test_a_code_that_nobody_knows_is_asked_for_again(town: Town, mai: Person) -> None:
    asks(town, "an")
    mai.talk(
        ("câu hỏi chưa trả lời", "1 người"), ("1", ODD), (Press("Gắn vào thủ tục"), "mã hoặc tên"),
        ("9.999999", "Chưa thấy thủ tục này"), ("2.000815", "Gắn nhóm này vào thủ tục 2.000815"),
        (Press("Tìm thủ tục khác"), "mã hoặc tên"), (Press("Để sau"), "chưa đổi gì"),
    )  # fmt: skip
    assert town.rows(Gap) == []


def test_what_is_dropped_stays_away_but_a_promise_is_kept(town: Town, mai: Person) -> None:
    person = asks(town, "an")
    person.talk((Press("Chuyển cán bộ trả lời"), "Đã chuyển"))
    asks(town, "binh")
    mai.hears()
    mai.talk(
        (Press("/gaps.list"), "2 người"), (Press("2 người"), ODD), (Press("Không thuộc việc"), "không nhận tin"),
        (Press("Bỏ khỏi danh sách"), "Còn 1 câu đã hẹn trả lời"),
    )  # fmt: skip
    asks(town, "chi", "em muốn " + ODD)
    mai.talk(("câu hỏi chưa trả lời", "Không còn câu hỏi nào"), ("câu hỏi chờ", "1 câu hỏi đang chờ"))


def test_whoever_asks_before_approval_gets_the_same_answer(town: Town, mai: Person) -> None:
    proposed(town, mai)
    late = asks(town, "tre")
    mai.talk(
        (Press("/gaps.list"), "1 người: xin cấp phép nuôi voi trong nhà (đã soạn, đề xuất số 1)"),
        (Press("đề xuất số 1"), "Đề xuất số 1 đã trả lời ý này"),
        (Press("Gửi câu trả lời của đề xuất số 1"), "gửi cho 1 người"),
    )
    assert ANSWER in heard(late)
    assert len(town.rows(Gap)) == 1


def test_an_answer_that_did_not_help_is_a_gap_too(town: Town, mai: Person) -> None:
    person = town.person("an")
    person.talk(("đăng ký khai sinh", "1.001193"), (Press("Không đúng ý"), "cán bộ"))
    mai.talk(("câu hỏi chưa trả lời", "1 người: đăng ký khai sinh"))


def test_what_somebody_had_erased_is_in_no_proposal(town: Town, mai: Person) -> None:
    proposed(town, mai)
    with town.db.writing() as session:
        gap = gaps.by_number(session, town.tenant.id, 1)
        assert gap is not None
        for row in gaps.questions_of(session, town.tenant.id, gap.id):
            row.text = ""
    mai.talk((Press("/gaps.proposal 1"), "Đề xuất số 1"))
    assert "Người dân hay hỏi" not in mai.heard[-1].text


class TestWhoseWordsTheNameWas:
    """A proposal is named by how most people asked, and one of them may have said who they are."""

    NAMED = "tôi là Lê Văn Tám ở thôn 3, muốn nuôi voi trong nhà"

    @pytest.fixture
    def asker(self, town: Town) -> Person:
        person = town.person("tam")
        person.does("menu")
        return person

    def asked(self, town: Town, peer: str, words: str) -> None:
        with town.db.writing() as session:
            questions.add(
                session, town.tools.ids, town.tenant.id, channel_id=town.channel.id, peer=peer, text=words,
                status="unanswered", now=town.clock(),
            )  # fmt: skip

    def erases(self, person: Person) -> None:
        found = re.findall(r"XOA (\d{4})", heard_all(person.does("xóa dữ liệu")))
        person.talk((f"XOA {found[-1]}", "Đã xóa lúc"))

    def everywhere(self, town: Town) -> str:
        tables = (Gap, Question, OutboxMessage, WebMessage, Conversation, InboxMessage)
        columns = [(row, column.key) for table in tables for row in town.rows(table) for column in table.__table__.c]
        return "\n".join(str(getattr(row, name)) for row, name in columns)

    def drafted(self, mai: Person) -> None:
        mai.talk(
            ("câu hỏi chưa trả lời", "1 người: tôi là Lê Văn Tám"), (Press("1"), "Lê Văn Tám"),
            (Press("Trả lời"), "Lê Văn Tám"), (ANSWER, "Người dân sẽ nhận"),
        )  # fmt: skip

    def test_it_leaves_the_proposal_which_needs_another_name(
        self, town: Town, asker: Person, mai: Person, dung: Person
    ) -> None:
        self.asked(town, "tam", self.NAMED)
        self.drafted(mai)
        mai.talk(("1", "đề xuất"))
        dung.hears()
        self.erases(asker)
        assert "Lê Văn Tám" not in self.everywhere(town)
        dung.talk((Press("/gaps.proposal 1"), "người hỏi đã xóa câu hỏi"))
        dung.talk((Press("/gaps.approve 1"), "tên gọi cần vài chữ"))
        assert town.rows(Gap)[0].status == gaps.PROPOSED, "nobody would find it by that name"
        dung.talk((Press("/gaps.name 1"), "tên"), ("Nuôi voi", "Nuôi voi"), (Press("/gaps.approve 1"), "Nuôi voi"))

    def test_the_others_of_the_group_name_it(self, town: Town, asker: Person, mai: Person) -> None:
        self.asked(town, "tam", self.NAMED)
        self.drafted(mai)
        mai.talk(("1", "đề xuất"))
        with town.db.writing() as session:
            gap = gaps.by_number(session, town.tenant.id, 1)
        self.asked(town, "an", ODD)
        with town.db.writing() as session:
            session.query(Question).filter_by(peer="an").one().gap_id = gap.id
        self.erases(asker)
        assert town.rows(Gap)[0].name == ODD

    def test_it_leaves_what_an_officer_is_half_through(self, town: Town, asker: Person, mai: Person) -> None:
        self.asked(town, "tam", self.NAMED)
        self.drafted(mai)
        self.erases(asker)
        assert "Lê Văn Tám" not in self.everywhere(town)

    def test_the_neighbours_and_an_approved_name_stay(
        self, town: Town, asker: Person, mai: Person, dung: Person
    ) -> None:
        self.asked(town, "tam", self.NAMED)
        self.drafted(mai)
        mai.talk(("1", "đề xuất"))
        dung.talk((Press("/gaps.name 1"), "tên"), ("Nuôi voi", "Nuôi voi"), (Press("/gaps.approve 1"), "Nuôi voi"))
        self.erases(asker)
        (gap,) = town.rows(Gap)
        assert (gap.name, gap.status) == ("Nuôi voi", gaps.APPROVED)


def test_a_citizen_cannot_use_the_officers_side(town: Town) -> None:
    person = asks(town, "an")
    for data in ("/gaps.list", "/gaps.approve 1", "/gaps.proposal 1", "/gaps.withdraw 1"):
        person.talk((Press(data), "chỉ dành cho cán bộ"))
