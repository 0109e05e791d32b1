"""The papers of a procedure as a list that a citizen ticks, with buttons or with numbers alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.messages import Outgoing
from domain.procedure import Document, Procedure
from storage import procedures
from storage.tables import NATION
from tests.conftest import Person, Press, Town, message_as_read
from tests.handlers.test_procedure import starter_set

Talk = Callable[..., None]

LONG = Procedure(
    "9.000030",
    "Xin hỗ trợ dựng lại nhà sau bão",
    level=("Cấp Xã",),
    agency="Ủy ban nhân dân cấp xã",
    documents=tuple(Document(f"Giấy xác nhận thứ {n} do thôn cấp theo mẫu chung", 1) for n in range(1, 31)),
)


@pytest.fixture(autouse=True)
def known(town: Town) -> None:
    bring(town, *starter_set(), LONG)


def bring(town: Town, *found: Procedure) -> None:
    with town.db.writing() as session:
        procedures.save_many(session, NATION, found, ids=town.tools.ids, now=town.clock(), today=date(2026, 1, 5))


def list_shown(person: Person) -> str:
    return next(message.text for message in reversed(person.heard) if "☐" in message.text or "☑" in message.text)


def test_papers_are_ticked_with_numbers_and_the_rest_is_told_with_place_and_hours(talk: Talk) -> None:
    talk(
        ("đăng ký kết hôn cần giấy tờ gì", "Đánh dấu giấy đã có"),
        ("đánh dấu giấy đã có", "Ông/bà thuộc trường hợp nào"),
        ("1", "☐ 2. Tờ khai đăng ký kết hôn"),
        ("1", "☑ 1. Giấy tùy thân"),
        ("đủ rồi", "Còn thiếu:\n☐ 2. Tờ khai đăng ký kết hôn"),
        ("xem lại danh sách giấy", "☑ 1."),
        ("2", "Đã có 2/2"),
        ("0", "Ông/bà đã có đủ 2 giấy."),
    )


def test_the_end_names_the_desk_and_whether_it_is_open(citizen: Person, town: Town) -> None:
    citizen.does(Press("/papers 1.000894 case 1"))
    town.clock.forward(hours=9)  # 18:00
    citizen.talk(("đủ rồi", "nộp tại Trung tâm Phục vụ hành chính công xã Hòa An"))
    assert "Mở cửa lại: 7 giờ 30, thứ Ba" in message_as_read(citizen.heard[-1])


@pytest.mark.parametrize(
    ("why", "typed", "ticked"),
    [
        ("spaces", "1 3", {1, 3}),
        ("commas", "1,3", {1, 3}),
        ("a sentence", "có giấy 1 và 3 rồi ạ", {1, 3}),
        ("a range", "1-3", {1, 2, 3}),
        ("a range in words", "1 đến 4", {1, 2, 3, 4}),
        ("one that was ticked before, untick it", "5", set()),
        ("some of them ticked before: tick the others", "5 6", {5, 6}),
        ("no longer", "chưa có 5", set()),
        ("all of them", "có hết rồi", set(range(1, 31))),
        ("one that is not there", "77", {5}),
        ("its name", "giấy xác nhận thứ 12 do thôn", {5, 12}),
    ],
)
def test_however_it_is_typed(citizen: Person, why: str, typed: str, ticked: set[int]) -> None:
    citizen.does(Press("/papers 9.000030 + 5"))
    citizen.does(typed)
    seen: set[int] = set()
    for page in range(1, 6):
        text = citizen.does(Press(f"/papers 9.000030 page {page}"))[0].text
        seen |= {int(line.split(".")[0][2:]) for line in text.splitlines() if line.startswith("☑")}
    wanted = ticked if 5 in ticked or typed in ("5", "chưa có 5") else ticked | {5}
    assert seen == wanted, why


def test_thirty_papers_are_paged_and_every_screen_fits(citizen: Person) -> None:
    citizen.talk(
        (Press("/papers 9.000030"), "Phần 1/5"),
        ("31", "☐ 7. Giấy xác nhận thứ 7"),
        ("tiếp", "☐ 13."),
        ("30", "☑ 30."),
        ("9", "☑ 9."),
        ("trang trước", "Phần 1/5"),
        ("đủ rồi", "Ông/bà đã có 2/30 giấy. Còn thiếu:"),
    )
    assert any("giấy nữa" in message.text for message in citizen.heard)
    assert all(len(message.text) <= 600 for message in citizen.heard)
    assert all(len(choice.data.encode()) <= 48 for message in citizen.heard for choice in message.choices)


def test_every_procedure_of_the_starter_set_fits_from_case_to_end(citizen: Person) -> None:
    for procedure in starter_set()[::9]:
        said: list[Outgoing] = []
        for verb in ("", " all", " + 1", " done"):
            said += citizen.does(Press(f"/papers {procedure.code}{verb}"))
        assert all(len(message.text) <= 600 for message in said), procedure.code


def test_at_most_four_cases_are_offered_at_once_with_all_and_none(citizen: Person) -> None:
    first = citizen.does(Press("/papers 1.001193"))[0]
    assert [choice.key for choice in first.choices][:4] == ["1", "2", "3", "4"]
    assert [choice.label for choice in first.choices][4:] == [
        "Xem trường hợp khác", "Không thuộc trường hợp nào ở trên", "Không rõ, xem tất cả",
    ]  # fmt: skip
    citizen.talk((Press("Xem trường hợp khác"), "5. "), ("1 3", "☐ 1. Giấy chứng sinh"))


def test_two_quick_presses_on_one_screen_both_count(citizen: Person) -> None:
    citizen.does(Press("/papers 9.000030"))
    old = citizen.heard[0].choices
    citizen.does(Press(old[0].data))
    citizen.does(Press(old[2].data))
    citizen.does(Press(old[2].data))  # delivered twice
    assert list_shown(citizen).count("☑") == 2


def test_a_new_subject_leaves_the_list_and_the_ticks_are_found_again(citizen: Person) -> None:
    citizen.talk(
        (Press("/papers 9.000030 + 2"), "☑ 2."),
        ("sao y giấy tờ hết bao nhiêu tiền", "2.000 đồng/trang"),
        (Press("/papers 9.000030"), "☑ 2."),
    )


def test_a_follow_up_about_the_listed_procedure_is_answered(talk: Talk) -> None:
    talk((Press("/papers 1.000894 all"), "☐ 1."), ("còn phí?", "Lệ phí: Miễn lệ phí"))


def test_changed_papers_are_ticked_anew(citizen: Person, town: Town) -> None:
    citizen.does(Press("/papers 9.000030 + 2"))
    bring(town, replace(LONG, documents=LONG.documents[1:]))
    citizen.talk(("3", "vừa đổi"))
    assert "☑" not in list_shown(citizen)


@pytest.mark.parametrize(
    "data",
    ["/papers", "/papers x", "/papers 9.000030 + 99", "/papers 9.000030 case 999999999", "/papers 9.000030 page -1",
     "/papers 1.000894 cases 7", "/papers 1.000894 x"],
)  # fmt: skip
def test_a_forged_button_is_no_crash(citizen: Person, data: str) -> None:
    said = "\n".join(message.text for message in citizen.does(Press(data)))
    assert said
    assert "Tôi gặp lỗi" not in said
