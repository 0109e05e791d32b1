"""A report from its first word to the receipt: every question, every way round it, and what may not be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.report_words import looks_like_report
from handlers import engine
from storage import communes
from storage.tables import (
    Attachment,
    Citizen,
    FeedbackCase,
    InboxMessage,
    OutboxMessage,
    Tenant,
)
from tests.conftest import Person, Phone, Photo, Place, Press, Start, Town, Voice
from tests.handlers.filing import LAMP, everything_stored, file_report, heard, regular


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


def to_consent(citizen: Person, words: str = LAMP) -> None:
    citizen.talk(
        ("phản ánh", "muốn phản ánh việc gì"),
        (words, "thuộc loại nào"),
        ("1", "xảy ra ở đâu"),
        ("Thôn 3", "có ảnh"),
        ("xong", "cần giữ nội dung"),
    )


def settings(town: Town, **profile: Any) -> None:
    with town.db.writing() as session:
        tenant = session.get_one(Tenant, town.tenant.id)
        tenant.profile = {**tenant.profile, **profile}


def test_the_whole_way_with_everything(town: Town, citizen: Person) -> None:
    lan = town.officer("Lan")
    citizen.talk(
        ("Phản ánh", "Cứ kể như nói chuyện"),
        ("den duong thon 3 hong ca tuan roi", "1. Đèn đường, cây xanh, điện, nước"),
        ("một", "Việc xảy ra ở đâu"),
        (Place(21.0285, 105.8542), "có ảnh"),
        (Photo("p-1"), "Tôi đã nhận 1 ảnh"),
        (Photo("p-2"), "Tôi đã nhận 2 ảnh"),
        ("Xong", "Tôi đồng ý"),
        ("tôi đồng ý", "số điện thoại"),
        ("+84 912.345.678", "cho biết tên"),
        ("Trần Thị Hoa", "Liên hệ: Trần Thị Hoa, 0912345678"),
    )
    receipt = citizen.does("1")[-1].text
    case = town.rows(FeedbackCase)[0]
    assert f"\n{case.code[:4]}-{case.code[4:]}\n" in receipt
    assert "Việc: Đèn đường, cây xanh, điện, nước, 2 ảnh, tệp. Nơi xử lý: Phòng Kinh tế." in receipt
    assert "Hẹn trả lời: thứ Năm, 05/03/2026." in receipt
    assert "den duong" not in receipt
    assert len(receipt) <= 600
    assert (case.contact_name, case.contact_phone, case.anonymous) == ("Trần Thị Hoa", "0912345678", False)
    assert [row.ref for row in town.rows(Attachment, case_id=case.id)] == ["p-1", "p-2"]
    told = lan.hears()[-1]
    assert "den duong thon 3 hong ca tuan roi" in told.text
    assert "0912345678" not in told.text, "the number is shown to who takes the case"
    assert "mlat=21.028500" in told.links[0][1]
    assert all(
        choice.label.split()[0] in ("Nhận", "Hỏi", "Chuyển", "Trả", "Xem", "Lùi", "Không") for choice in told.choices
    )


def test_nothing_is_kept_outside_the_talk_before_consent(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (Photo("p-1", caption=LAMP), "loại nào"), ("1", "ở đâu"), ("Thôn 3", "ảnh"))
    assert town.rows(Attachment) == []
    assert town.rows(FeedbackCase) == []
    assert all(LAMP not in str(row.body) for row in town.rows(OutboxMessage))


@pytest.mark.parametrize("answer", ["3", "ba", "không đồng ý", "khong", "Không"])
def test_without_consent_everything_is_forgotten(town: Town, citizen: Person, answer: str) -> None:
    to_consent(citizen)
    citizen.talk((answer, "xã đã xóa phần ông/bà vừa gửi"))
    stored = everything_stored(town)
    assert LAMP not in stored
    assert "Thôn 3" not in stored
    assert town.rows(FeedbackCase) == []


def test_silence_and_other_words_are_not_consent(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("để làm gì vậy", "chọn giúp một số"), ("ừ", "số điện thoại"))
    assert town.rows(Citizen)[0].consent_version == "1"


def test_dong_y_in_full_is_not_taken_for_the_anonymous_choice(citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("đồng ý", "số điện thoại"))


def test_an_anonymous_report_says_what_that_means(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("2", "Không để tên và số điện thoại"))
    receipt = citizen.does("1")[-1].text
    assert "không phải trả lời riêng" in receipt
    case = town.rows(FeedbackCase)[0]
    assert case.anonymous
    assert (case.contact_name, case.contact_phone) == ("", "")


def test_who_agreed_before_is_not_asked_again_until_the_text_changes(town: Town, citizen: Person) -> None:
    file_report(citizen)
    citizen.talk(
        ("góp ý", "việc gì"),
        ("Rác đổ trộm đầu thôn 5", "loại nào"),
        ("1", "ở đâu"),
        ("bỏ qua", "có ảnh"),
        ("không", "Liên hệ: Hoa, 0912345678"),
        ("1", "Mã:"),
    )
    settings(town, consent_version="2")
    citizen.talk(
        ("góp ý", "việc gì"), ("Rác đổ trộm đầu thôn 6", "loại nào"), ("1", "ở đâu"), ("bỏ qua", "có ảnh"),
        ("không", "cần giữ nội dung"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("why", "typed", "expected"),
    [
        ("mobile", "0912345678", "cho biết tên"),
        ("with spaces and country", "+84 91 234 5678", "cho biết tên"),
        ("country without plus", "84912345678", "cho biết tên"),
        ("landline", "024 3825 1234", "cho biết tên"),
        ("in a sentence", "số tôi là 0912.345.678 nhé", "cho biết tên"),
        ("a digit too few", "091234567", "chưa đúng dạng số điện thoại"),
        ("an old eleven-digit mobile", "01662345678", "chưa đúng dạng số điện thoại"),
        ("words", "của tôi là số cũ", "chưa đúng dạng số điện thoại"),
        ("skipped", "Bỏ qua", "xem lại trước khi gửi"),
        ("no", "không", "xem lại trước khi gửi"),
    ],
)
def test_phone_numbers(citizen: Person, why: str, typed: str, expected: str) -> None:
    to_consent(citizen)
    citizen.talk(("1", "số điện thoại"), (typed, expected))


def test_the_contact_button_gives_the_number(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("1", "số điện thoại"), (Phone("+84912345678"), "cho biết tên"), ("bỏ qua", "0912345678"))


def test_a_person_named_huy_is_not_taken_for_cancel(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("1", "số điện thoại"), ("0912345678", "cho biết tên"), ("Huy", "Huy, 0912345678"))


def test_dung_means_yes_with_its_accent_and_stop_without(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("2", "xem lại"), ("Đúng", "Mã:"))
    citizen.talk(("phản ánh", "việc gì"), ("dừng", "tôi đã dừng"))
    assert citizen.state == ""


def test_every_part_can_be_changed_before_sending(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(
        ("2", "Việc: Đèn đường thôn 3"),
        ("Sửa nội dung", "muốn phản ánh việc gì"),
        ("Rác chất đống cạnh chợ", "thuộc loại nào"),
        ("1", "Việc: Rác chất đống cạnh chợ"),
        ("3", "xảy ra ở đâu"),
        ("Chợ thôn 5", "Nơi: Chợ thôn 5"),
        ("4", "có ảnh"),
        (Photo("p-9"), "đã nhận 1 ảnh"),
        ("xong", "Ảnh, tệp: 1"),
        ("có mùi hôi nữa", "Đã ghi thêm"),
        ("gửi đi", "Mã:"),
    )
    case = town.rows(FeedbackCase)[0]
    assert case.description == "Rác chất đống cạnh chợ\ncó mùi hôi nữa"
    assert case.place == "Chợ thôn 5"


def test_stopping_at_the_end_sends_nothing_and_keeps_nothing(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    citizen.talk(("2", "xem lại"), ("Thôi, không gửi nữa", "không gửi nữa"))
    assert town.rows(FeedbackCase) == []
    assert citizen.state == ""


@pytest.mark.parametrize("words", ["hủy", "huỷ", "huy", "thôi", "Thôi!", "dừng lại", "cancel"])
def test_cancel_works_in_the_middle_without_accents(citizen: Person, words: str) -> None:
    citizen.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"), (words, "tôi đã dừng"))
    assert citizen.state == ""


def test_photos_without_words_are_asked_about(citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (Photo(), "Tôi đã nhận 1 ảnh. Ông/bà muốn phản ánh việc gì, ở đâu ạ?"))
    citizen.talk((LAMP, "loại nào"), ("1", "ở đâu"), ("bỏ qua", "đã nhận 1 ảnh"))


def test_photos_that_come_out_of_nowhere_begin_a_report(citizen: Person) -> None:
    citizen.talk((Photo(), "Tôi đã nhận 1 ảnh. Ông/bà muốn phản ánh việc gì"))


def test_a_voice_message_is_a_report_too(town: Town, citizen: Person) -> None:
    citizen.talk(
        ("phản ánh", "việc gì"),
        (Voice("v-1"), "nhận tin thoại. Cán bộ sẽ nghe"),
        ("Việc khác", "ở đâu"),
        ("thôn 2", "có ảnh"),
        ("xong", "cần giữ"),
        ("2", "(tin thoại)"),
        ("1", "Tôi đã giữ tin thoại. Cán bộ sẽ nghe và trả lời trước"),
    )
    assert [row.kind for row in town.rows(Attachment)] == ["voice"]


def test_two_words_are_asked_about_once(citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), ("hư rồi", "kể thêm giúp"), ("cái cống", "thuộc loại nào"))


def test_emoji_alone_lose_nothing(citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), ("😡😡", "chưa thấy chữ nào"), (LAMP, "loại nào"), ("1️⃣", "ở đâu"))


def test_all_categories_come_when_none_fits(citizen: Person) -> None:
    citizen.talk(
        ("phản ánh", "việc gì"),
        ("Có một chuyện lạ ở đầu làng", "Việc khác"),
        ("abc", "chọn giúp một số"),
        ("rác thải", "Rác, vệ sinh môi trường"),
        ("Việc khác", "Đất đai"),
    )


def test_emergencies_are_not_a_category_to_choose(citizen: Person) -> None:
    citizen.does("phản ánh")
    assert "Việc khẩn cấp" not in heard(citizen.does("Có một chuyện lạ ở đầu làng"))


@pytest.mark.parametrize(
    ("why", "sent_at", "reason"),
    [
        ("after 15:00", datetime(2026, 3, 2, 8, 30, tzinfo=UTC), "bắt đầu tính từ thứ Tư, 04/03/2026 vì"),
        ("on a Sunday", datetime(2026, 3, 1, 3, 0, tzinfo=UTC), "bắt đầu tính từ thứ Ba, 03/03/2026 vì"),
    ],
)
def test_a_later_beginning_is_explained(town: Town, citizen: Person, why: str, sent_at: datetime, reason: str) -> None:
    town.clock.now = sent_at
    to_consent(citizen)
    citizen.talk(("2", "xem lại"), ("1", reason))


def test_a_report_about_an_officer_goes_to_the_director_alone(town: Town, citizen: Person) -> None:
    mai, director, chairman = town.officer("Mai"), town.officer("Dũng"), town.officer("Phúc")
    to_consent(citizen, "Cán bộ một cửa thái độ hách dịch, quát mắng dân")
    citizen.talk(("2", "xem lại"))
    receipt = citizen.does("1")[-1].text
    assert "Nơi xử lý: Giám đốc Trung tâm" in receipt
    assert "Người bị phản ánh không được xem tin này" in receipt
    assert "hách dịch" in heard(director.hears())
    assert mai.hears() == []
    assert chairman.hears() == []


def test_a_case_nobody_can_take_goes_up(town: Town, citizen: Person) -> None:
    director = town.officer("Dũng")
    file_report(citizen)
    assert LAMP in heard(director.hears())


def test_the_neighbours_officers_hear_nothing(town: Town, citizen: Person) -> None:
    far = town.officer("Lan", neighbour=True)
    file_report(citizen)
    assert far.hears() == []


def test_a_redelivered_message_opens_no_second_case(town: Town, citizen: Person) -> None:
    file_report(citizen)
    row = town.rows(InboxMessage)[-1]
    for _ in range(2):
        with town.db.writing() as session:
            commune = communes.load(session, town.tenant.id)
            copy = session.get_one(InboxMessage, (row.tenant_id, row.id))
            engine.take_turn(session, town.tools, commune, engine.Arrived(copy, "webchat"), town.clock())
    assert len(town.rows(FeedbackCase)) == 1
    assert citizen.hears() == []


def test_dice_that_fall_the_same_way_twice_still_give_two_codes(town: Town, citizen: Person) -> None:
    falls = [5, 5, 6, 7, 8, 9]
    town.tools = replace_dice(town, falls)
    file_report(citizen)
    file_report(town.person("citizen-2"))
    codes = [row.code for row in town.rows(FeedbackCase)]
    assert len(set(codes)) == 2


def replace_dice(town: Town, falls: list[int]) -> Any:
    """Tools whose dice show these numbers first."""
    tools = replace(town.tools)
    usual = tools.random_bits

    def random_bits(bits: int) -> int:
        return falls.pop(0) if falls and bits == 35 else usual(bits)

    object.__setattr__(tools, "random_bits", random_bits)
    return tools


# Without the menu --------------------------------------------------------------------------------------------------


def test_a_report_without_the_menu_is_recognised(citizen: Person) -> None:
    citizen.talk(("đèn đường thôn 3 hỏng cả tuần rồi", "1. Gửi phản ánh"), ("1", "thuộc loại nào"))


def test_or_it_was_a_question_after_all(citizen: Person) -> None:
    citizen.does("đèn đường thôn 3 hỏng cả tuần rồi")
    answer = heard(citizen.does("2"))
    assert "Gửi phản ánh" not in answer
    assert citizen.state != "feedback.begin"


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("a broken lamp", "đèn đường thôn 3 hỏng cả tuần rồi", True),
        ("without accents", "den duong thon 3 hong ca tuan roi", True),
        ("rubbish", "rác chất đống trước cổng trường mấy hôm nay", True),
        ("noise", "nhà bên cạnh hát karaoke đến 1 giờ sáng", True),
        ("says that it reports", "tôi muốn phản ánh việc bán hàng rong", True),
        ("a question about papers", "thủ tục xin giấy phép xây dựng", False),
        ("a question with a mark", "đường hỏng thì gọi ai?", False),
        ("asks for a copy", "giấy khai sinh bị hỏng xin cấp lại", False),
        ("one word", "rác", False),
        ("a greeting", "chào xã, chúc một ngày tốt lành", False),
    ],
)
def test_looks_like_report(why: str, text: str, expected: bool) -> None:
    assert looks_like_report(text) is expected, why


def test_a_qr_code_starts_a_report(citizen: Person) -> None:
    citizen.talk((Start("pa"), "muốn phản ánh việc gì"))


def test_a_stale_button_changes_nothing(town: Town, citizen: Person) -> None:
    to_consent(citizen)
    old = next(message for message in citizen.heard if "loại nào" in message.text).choices[0].data
    citizen.talk((Press(old), "Nút này thuộc câu hỏi trước"), ("2", "xem lại trước khi gửi"))


def test_a_burst_of_photos_is_one_answer(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"), ("1", "ở đâu"), ("bỏ qua", "có ảnh"))
    answers = citizen.does(Photo("a"), Photo("b"), Photo("c"))
    assert len(answers) == 1
    assert "Tôi đã nhận 3 ảnh" in answers[0].text


def test_every_message_fits_one_screen(town: Town, citizen: Person) -> None:
    file_report(citizen, LAMP + ". " + "Rất tối và nguy hiểm cho các cháu đi học về. " * 30)
    assert all(len(message.text) <= 600 for message in citizen.heard)


def test_days_of_quiet_do_not_lose_the_draft(town: Town, citizen: Person) -> None:
    citizen.talk(("phản ánh", "việc gì"), (LAMP, "loại nào"))
    town.clock.now += timedelta(days=3)
    citizen.talk(("1", "xảy ra ở đâu"))


def test_numbers_typed_for_choices_never_end_up_in_the_report(town: Town, citizen: Person) -> None:
    citizen.talk((LAMP, "việc cần sửa"), ("một", "loại nào"), ("1", "ở đâu"), ("1", "có ảnh"), ("1", "cần giữ"))
    citizen.talk(("1", "số điện thoại"), ("0912345678", "cho biết tên"), ("1", "xem lại"), ("1", "Mã:"))
    case = town.rows(FeedbackCase)[-1]
    assert (case.description, case.place, case.contact_name) == (LAMP, "", "")


@pytest.mark.parametrize(
    ("why", "typed", "expected"),
    [
        ("says so", "không khẩn cấp", "không khẩn cấp và báo lại"),
        ("a mistake", "nhắn nhầm xin lỗi", "không khẩn cấp và báo lại"),
        ("put out", "dập tắt rồi ạ", "không khẩn cấp và báo lại"),
        ("a correction of the place is a place", "không phải thôn 3 mà thôn 5", "Tôi đang chuyển ngay"),
        ("a place", "nhầm đường, ở thôn 6", "Tôi đang chuyển ngay"),
    ],
)
def test_taking_an_alarm_back_in_words(town: Town, citizen: Person, why: str, typed: str, expected: str) -> None:
    duty = town.officer("Phúc")
    citizen.talk(("cháy nhà cứu với", "GỌI NGAY"), (typed, expected))
    if "báo lại" in expected:
        assert town.rows(FeedbackCase) == []
    assert duty is not None
