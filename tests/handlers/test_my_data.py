"""What a person may see, correct and withdraw of their own data, and that asking costs no report."""

from __future__ import annotations

from typing import Any

import pytest

from domain.texts.my_data import masked
from storage.tables import OutboxMessage
from tests.conftest import Phone, Press, Town
from tests.handlers.own_data import NAME, PHONE, WORDS, case_of, chain_is_sound, known, places, readable, report

ACCUSATION = "tố cáo ông Sáu địa chính nhận hối lộ hai chục triệu"


def test_one_screen_shows_what_is_held_and_hides_the_middle_of_the_number(town: Town) -> None:
    citizen = known(town)
    code = report(citizen, photo="photo-1")
    for words in ("du lieu cua toi", "DỮ LIỆU CỦA TÔI.", "my data"):
        (shown,) = citizen.does(words)
        assert NAME in shown.text
        assert "09xx xxx 678" in shown.text
        assert PHONE not in shown.text
        assert "đồng ý ngày 02/03/2026 (bản 1)" in shown.text
        assert "Câu hỏi: 0 · Phản ánh: 1 · Ảnh, tệp: 1" in shown.text
        assert f"{code[:4]}-{code[4:]}" in shown.text
        assert "giữ 90 ngày" in shown.text
        assert "đến 01/03/2031" in shown.text
        assert len(shown.text) <= 600
        assert [choice.label for choice in shown.choices] == [
            "Sửa tên, số điện thoại", "Rút đồng ý", "Xóa dữ liệu", "Thôi",
        ]  # fmt: skip
    citizen.talk(("4", "giữ nguyên như cũ"))


def test_somebody_who_gave_nothing_sees_that_nothing_is_held(town: Town) -> None:
    citizen = known(town)
    citizen.talk(("dữ liệu của tôi", "chưa đồng ý cho giữ tên"))
    assert [choice.label for choice in citizen.heard[-1].choices] == ["Xóa dữ liệu", "Thôi"]


def test_asking_in_the_middle_of_a_report_does_not_lose_the_report(town: Town) -> None:
    citizen = known(town)
    citizen.talk(
        ("Phản ánh", "muốn phản ánh việc gì"),
        (WORDS, "thuộc loại nào"),
        ("1", "xảy ra ở đâu"),
        ("Xóm Dưa Hấu", "có ảnh"),
        ("xong", "nhắn DU LIEU CUA TOI"),
        ("DU LIEU CUA TOI", "đang giữ của ông/bà"),
        ("thôi", "cần giữ nội dung"),
        ("xóa dữ liệu", "Để xác nhận"),
        ("thôi", "cần giữ nội dung"),
        ("dữ liệu của tôi", "đang giữ của ông/bà"),
        ("đồng ý", "số điện thoại"),
        (PHONE, "cho biết tên"),
        (NAME, "xem lại trước khi gửi"),
        ("rút đồng ý", "không gọi được"),
        ("1", "cần giữ nội dung"),
    )
    assert not places(town, PHONE, town.tenant).keys() & {"citizen.phone", "conversation.kept"}


@pytest.mark.parametrize(
    ("why", "steps"),
    [
        ("where a name is asked for", ("dữ liệu của tôi", Press("Sửa tên"))),
        ("where a number is asked for", ("dữ liệu của tôi", Press("Sửa tên"), Press("Giữ nguyên"))),
        ("where consent is withdrawn", ("rút đồng ý",)),
        ("where data are erased", ("xóa dữ liệu",)),
    ],
)
def test_an_accusation_is_kept_nowhere_wherever_it_is_typed(town: Town, why: str, steps: tuple[Any, ...]) -> None:
    citizen = known(town)
    report(citizen)
    citizen.does(*steps[:1])
    for step in steps[1:]:
        citizen.does(step)
    citizen.talk((ACCUSATION, "Tố cáo: báo một người vi phạm"), (Press("Tố cáo"), "Luật chỉ nhận tố cáo bằng đơn"))
    assert not places(town, "hối lộ", town.tenant), why
    assert not places(town, "ông Sáu", town.tenant), why


def test_stopping_here_in_the_middle_of_a_report_forgets_the_report(town: Town) -> None:
    citizen = known(town)
    citizen.talk(
        ("Phản ánh", "việc gì"), (WORDS, "loại nào"), ("1", "ở đâu"), ("Xóm Dưa Hấu", "có ảnh"),
        ("dữ liệu của tôi", "đang giữ"), ("hủy", "dừng"),
    )  # fmt: skip
    assert not places(town, "Dua Hau", town.tenant)


def test_a_corrected_name_and_number_reach_the_open_case_and_its_officer(town: Town) -> None:
    lan, citizen = town.officer("Lan"), known(town)
    code = report(citizen)
    lan.hears()
    lan.talk(("nhận việc", PHONE))
    citizen.talk(
        ("dữ liệu của tôi", NAME),
        ("1", "nhắn tên đúng"),
        ("Phan Thị  Lúa", "Số đang giữ: 09xx xxx 678"),
        ("một hai ba", "chưa đúng dạng số điện thoại"),
        (Phone("+84987654321"), "Đã sửa cả trong 1 việc"),
    )
    case = case_of(town, code)
    assert (case.contact_name, case.contact_phone) == ("Phan Thị Lúa", "0987654321")
    assert "đã sửa tên hoặc số điện thoại" in lan.hears()[-1].text
    assert not any(PHONE in row.body.get("text", "") for row in town.rows(OutboxMessage, peer=lan.peer))
    assert chain_is_sound(town, case)
    citizen.talk(
        ("dữ liệu của tôi", "09xx xxx 321"),
        ("1", "nhắn tên đúng"),
        (Press("Giữ nguyên"), "Số đang giữ"),
        (Press("Bỏ, không để nữa"), "Số điện thoại: không giữ"),
    )
    assert case_of(town, code).contact_phone == ""


def test_withdrawing_consent_takes_name_and_number_from_everywhere_and_the_case_goes_on(town: Town) -> None:
    lan, citizen = town.officer("Lan"), known(town)
    code = report(citizen)
    lan.hears()
    lan.talk(("nhận việc", PHONE))
    citizen.talk(
        ("dữ liệu của tôi", "đồng ý ngày"),
        ("2", "Cán bộ không gọi được cho ông/bà nữa"),
        (Press("Không, giữ nguyên"), "vẫn giữ như cũ"),
        ("rút đồng ý", "kết quả vẫn gửi vào đây"),
        (Press("Đúng, rút đồng ý"), "Mã yêu cầu"),
    )
    told = lan.hears()[-1]
    assert "rút đồng ý" in told.text
    case = case_of(town, code)
    assert (case.contact_name, case.contact_phone, case.status) == ("", "", "in_progress")
    assert case.peer == citizen.peer
    assert chain_is_sound(town, case)
    assert set(places(town, PHONE, town.tenant)) <= {"inbox.body", "outbox.body"}, "only the person's own talk"
    assert not any(NAME in readable(row.body) for row in town.rows(OutboxMessage, peer=lan.peer))
    lan.talk(
        (Press("Trả lời việc"), "nhắn nội dung trả lời"), ("Đã thay bóng.", "nhận đúng như sau"), ("1", "được gửi")
    )
    assert "Đã thay bóng" in citizen.hears()[-1].text
    citizen.does("Phản ánh")
    for words in (WORDS, "1", "Xóm Dưa Hấu"):
        citizen.does(words)
    citizen.talk(("xong", "cần giữ nội dung"))


@pytest.mark.parametrize(("phone", "shown"), [("0912345678", "09xx xxx 678"), ("02838291234", "02xx xxx 234")])
def test_a_number_is_shown_by_its_ends(phone: str, shown: str) -> None:
    assert masked(phone) == shown
