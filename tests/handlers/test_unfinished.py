"""A report that is being written survives old buttons and whatever else comes between."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from storage import left_out, procedures, unsaid
from storage.tables import NATION, Conversation, FeedbackCase, InboxMessage, OutboxMessage
from tests.conftest import Person, Photo, Press, Start, Town
from tests.handlers.filing import LAMP, case_of, code_of, everything_stored, file_report, heard, regular
from tests.handlers.test_procedure import starter_set

OFFER = "Viết tiếp phản ánh"
BACK = "Ông/bà viết tiếp phản ánh đang dở nhé."


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


def writes(citizen: Person) -> None:
    """Up to the question where it is."""
    citizen.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"), ("1", "ở đâu"))


def finishes(citizen: Person) -> None:
    citizen.talk(("Thôn 3", "có ảnh"), ("xong", "cần giữ"), ("2", f"Việc: {LAMP}"), ("1", "Mã:"))
    assert case_of(citizen).place == "Thôn 3"


def button(citizen: Person, label: str) -> str:
    return next(c.data for message in reversed(citizen.heard) for c in message.choices if label in c.label)


BIRTH = "đăng ký khai sinh cho con cần giấy tờ gì"
FEE = "/p 1.001193 fee"


class TestAnOldAnswersButton:
    @pytest.fixture
    def answered(self, town: Town, citizen: Person) -> Person:
        with town.db.writing() as session:
            procedures.save_many(
                session, NATION, starter_set(), ids=town.tools.ids, now=town.clock(), today=date(2026, 1, 5),
                origin="seed",
            )  # fmt: skip
        citizen.talk(("1.001193", "Làm giấy khai sinh"))
        town.clock.forward(minutes=5)
        return citizen

    @pytest.mark.parametrize(
        ("why", "label", "said"),
        [
            ("another part of it", FEE, "Lệ phí"),
            ("it helped", "Đúng điều tôi cần", "Cảm ơn ông/bà đã cho biết"),
            ("it did not", "Không đúng ý", ""),
        ],
    )
    def test_is_served_and_the_report_goes_on(self, answered: Person, why: str, label: str, said: str) -> None:
        data = label if label.startswith("/") else button(answered, label)
        writes(answered)
        shown = heard(answered.does(Press(data)))
        assert said in shown
        assert shown.index(BACK) < shown.index("Việc xảy ra ở đâu")
        finishes(answered)

    def test_numbers_belong_to_the_report_and_those_of_the_answer_come_after(self, answered: Person) -> None:
        answered.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"))
        messages = answered.does(Press(FEE))
        keys = [choice.key or str(n) for m in reversed(messages) for n, choice in enumerate(m.choices, 1)]
        assert len(keys) == len(set(keys)) > 2, "no number stands for two things"
        side = messages[0].choices[0]
        answered.talk((side.key, BACK), ("1", "ở đâu"))
        finishes(answered)

    def test_in_the_middle_of_ones_own_data_the_report_goes_on_too(self, answered: Person) -> None:
        writes(answered)
        answered.talk(("dữ liệu của tôi", "Xóa"), (Press(FEE), "ở đâu"))
        finishes(answered)

    def test_at_the_question_whether_it_is_a_report(self, answered: Person) -> None:
        answered.talk((LAMP, "1. Gửi phản ánh"), (Press(FEE), "Gửi phản ánh"), ("Gửi phản ánh", "loại"))

    def test_an_accusation_is_still_asked_about(self, town: Town, answered: Person) -> None:
        answered.talk(("phản ánh", "việc gì"), ("Tôi tố cáo ông B nhận hối lộ", "việc nào"))
        town.clock.forward(hours=20)
        answered.talk((Press(FEE), "việc nào"))
        town.clock.forward(hours=5)
        with town.db.writing() as session:
            assert unsaid.forget_undecided(session, town.tools.ids, town.tenant.id, town.clock()) == 1
        assert "hối lộ" not in everything_stored(town), "the day runs from the first time it was asked"


@pytest.mark.parametrize("press", ["/no.such", "/case.take 5", "/helpful 99 yes", "/case.show 99", "/rate 99 5"])
def test_a_button_that_does_nothing_any_more_costs_nothing(citizen: Person, press: str) -> None:
    writes(citizen)
    citizen.does(Press(press))
    finishes(citizen)


def test_a_code_typed_in_between_is_looked_up_and_the_report_goes_on(citizen: Person) -> None:
    file_report(citizen, "Rác đổ trộm đầu thôn 5", anonymous=True)
    code = code_of(citizen)
    writes(citizen)
    citizen.talk((code, BACK), ("Thôn 3", "có ảnh"), ("xong", "số điện thoại"), ("bỏ qua", f"Việc: {LAMP}"))


class TestSomethingElseFirst:
    @pytest.mark.parametrize(
        ("why", "press", "then"),
        [
            ("the menu's first line", "/procedure.ask", [(BIRTH, "không trả lời đoán")]),
            ("an officer", "/question.officer", [("hủy", "tôi đã dừng")]),
            ("a look-up", "/case.code", [("ABCD", "Mã")]),
            ("the menu typed", "menu", []),
            ("the start of the bot", Start(), []),
        ],
    )
    def test_the_report_waits_and_is_offered_beside_the_answers(
        self, town: Town, citizen: Person, why: str, press: str | Start, then: list[tuple[str, str]]
    ) -> None:
        writes(citizen)
        action = Press(press) if isinstance(press, str) and press.startswith("/") else press
        citizen.talk((action, "Phản ánh ông/bà đang viết tôi vẫn giữ"), *then)
        assert citizen.heard[-1].choices[-1].label == OFFER
        town.clock.forward(hours=3)
        citizen.talk((Press(OFFER), "ở đâu"))
        finishes(citizen)
        assert OFFER not in heard(citizen.does("menu"))

    def test_its_photos_are_kept_with_it(self, citizen: Person) -> None:
        citizen.talk(("phản ánh", "việc gì"), (Photo("p-1", caption=LAMP), "loại nào"))
        citizen.talk((Press("/question.officer"), "vẫn giữ"), ("hủy", "tôi đã dừng"))
        citizen.talk((Press(OFFER), "loại nào"), ("1", "ở đâu"), ("Thôn 3", "Tôi đã nhận 1 ảnh"))

    def test_who_begins_a_report_is_asked_which(self, town: Town, citizen: Person) -> None:
        writes(citizen)
        citizen.talk(("menu", "vẫn giữ"), ("phản ánh", "phản ánh đang viết dở"), ("1", "ở đâu"))
        finishes(citizen)

    def test_the_old_menus_report_button_does_not_begin_anew_either(self, citizen: Person) -> None:
        writes(citizen)
        citizen.talk((Press("/feedback.start"), "phản ánh đang viết dở"), ("1", "ở đâu"))
        finishes(citizen)

    def test_a_new_one_instead_forgets_the_old_words_and_nothing_else(self, town: Town, citizen: Person) -> None:
        writes(citizen)
        citizen.does("menu")
        town.clock.forward(minutes=5)
        citizen.talk((BIRTH, "không trả lời đoán"), ("phản ánh", "đang viết dở"), ("2", "việc gì"))
        stored = everything_stored(town)
        assert LAMP not in stored
        assert BIRTH in stored
        citizen.talk(("Rác chất đống cạnh chợ", "loại nào"))
        assert OFFER not in heard(citizen.does("hủy"))

    def test_two_reports_wait_for_each_other(self, citizen: Person) -> None:
        writes(citizen)
        citizen.does("menu")
        citizen.talk(("Rác chất đống cạnh chợ mấy hôm nay", "1. Gửi phản ánh"), ("1", "loại nào"), ("menu", "vẫn giữ"))
        citizen.talk((Press(OFFER), "loại nào"), ("1", "ở đâu"), ("Chợ", "có ảnh"), ("xong", "cần giữ"), ("2", "Rác"))
        assert OFFER in heard(citizen.does("1")), "the receipt offers the other"
        citizen.talk(
            (Press(OFFER), "ở đâu"), ("Thôn 3", "có ảnh"), ("xong", "số điện thoại"), ("bỏ qua", f"Việc: {LAMP}")
        )

    def test_it_is_offered_for_a_month(self, town: Town, citizen: Person) -> None:
        writes(citizen)
        citizen.does("menu")
        town.clock.now += timedelta(days=29)
        assert OFFER in heard(citizen.does("menu"))
        town.clock.now += timedelta(days=2)
        assert OFFER not in heard(citizen.does("menu"))
        assert LAMP not in json.dumps([row.memory for row in town.rows(Conversation)], ensure_ascii=False)

    def test_an_old_offer_says_that_it_is_over(self, citizen: Person) -> None:
        writes(citizen)
        citizen.talk(("menu", "vẫn giữ"))
        data = button(citizen, OFFER)
        citizen.talk((Press(data), "ở đâu"))
        finishes(citizen)
        citizen.talk((Press(data), "không dùng được"))

    def test_an_accusation_nobody_decided_about_is_not_carried_about(self, citizen: Person, town: Town) -> None:
        citizen.talk(("phản ánh", "việc gì"), ("Tôi tố cáo ông B nhận hối lộ", "việc nào"))
        assert OFFER not in heard(citizen.does("menu"))

    def test_cancelling_the_report_itself_keeps_nothing(self, town: Town, citizen: Person) -> None:
        writes(citizen)
        citizen.talk(("hủy", "tôi đã dừng"))
        assert OFFER not in heard(citizen.does("menu"))
        assert LAMP not in everything_stored(town)


class TestPrivacyOfWhatWaits:
    @pytest.fixture
    def waiting(self, citizen: Person) -> Person:
        writes(citizen)
        citizen.talk(("menu", "vẫn giữ"))
        return citizen

    def test_a_copy_leaves_out_what_nobody_has_agreed_to(self, town: Town, waiting: Person) -> None:
        with town.db.writing() as session:
            left_out.blank_all_tenants(session, left_out.find_all_tenants(session))
        assert LAMP not in everything_stored(town)

    def test_withdrawn_consent_takes_the_name_out_of_it(self, town: Town, citizen: Person) -> None:
        writes(citizen)
        citizen.talk(("Thôn 3", "có ảnh"), ("xong", "cần giữ"), ("1", "số điện thoại"))
        citizen.talk(("0912345678", "cho biết tên"), ("Trần Thị Hoa", "xem lại"), ("menu", "vẫn giữ"))
        citizen.talk(("rút đồng ý", "rút đồng ý"), ("1", "số điện thoại đã xóa"))
        talks = json.dumps([[row.memory, row.kept] for row in town.rows(Conversation)], ensure_ascii=False)
        assert LAMP in talks
        assert "Trần Thị Hoa" not in talks
        assert "0912345678" not in talks
        citizen.talk((Press(OFFER), "cần giữ nội dung"))

    def test_erasing_takes_it_too(self, town: Town, waiting: Person) -> None:
        digits = waiting.does("xóa dữ liệu")[-1].text
        number = next(word.strip(".") for word in digits.split() if word.strip(".").isdecimal() and len(word) >= 4)
        waiting.talk((f"XOA {number}", "xóa"))
        assert LAMP not in everything_stored(town)
        assert OFFER not in heard(waiting.does("menu"))


def test_nothing_of_it_reaches_the_neighbour(town: Town, citizen: Person) -> None:
    writes(citizen)
    citizen.does("menu")
    other = Person(town, citizen.peer, town.neighbour_channel)
    assert OFFER not in heard(other.does("menu"))
    assert town.rows(FeedbackCase) == []
    assert town.rows(InboxMessage, tenant_id=town.neighbour.id)
    assert all(LAMP not in str(row.body) for row in town.rows(OutboxMessage, tenant_id=town.neighbour.id))
