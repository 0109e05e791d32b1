"""The first screen, deep links, and how an officer links a chat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.actions.officers import create_link_code
from storage.tables import Officer, OfficerLink
from tests.conftest import Person, Press, Start, Town
from tests.handlers.filing import LAMP, code_of, file_report, heard, regular


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


def link_code(town: Town, name: str, *, neighbour: bool = False) -> str:
    tenant = town.neighbour if neighbour else town.tenant
    with town.db.writing() as session:
        rows = session.scalars(select(Officer).where(Officer.tenant_id == tenant.id)).all()
        officer = next(row for row in rows if name in row.name)
        return create_link_code(session, officer, town.clock(), town.tools.random_bits)


def test_the_first_message_is_welcomed_with_four_choices(town: Town) -> None:
    newcomer = town.person("new")
    answers = newcomer.does(Start())
    assert len(answers) == 1
    shown = heard(answers)
    assert "Đây là kênh chính thức của Ủy ban nhân dân xã Hòa An" in shown
    assert "không bao giờ hỏi mã OTP" in shown
    for line in ("1. Hỏi thủ tục", "2. Gửi phản ánh", "3. Xem việc đã gửi", "4. Gặp cán bộ"):
        assert line in shown
    assert len(shown) <= 600


@pytest.mark.parametrize("words", ["menu", "Menu", "MENU!", "bắt đầu", "bat dau", "/menu", "/start", "trợ giúp"])
def test_the_menu_comes_by_many_names(citizen: Person, words: str) -> None:
    citizen.talk((words, "2. Gửi phản ánh, góp ý"), ("hai", "muốn phản ánh việc gì"))


def test_the_menus_numbers_work_without_accents(citizen: Person) -> None:
    citizen.talk(("menu", "1. Hỏi"), ("3", "chưa gửi việc nào"), ("menu", "1. Hỏi"), ("gui phan anh, gop y", "việc gì"))


def test_stopping_between_dialogs_shows_the_menu(citizen: Person) -> None:
    citizen.talk(("thôi", "1. Hỏi thủ tục"))


def test_deep_links(town: Town, citizen: Person) -> None:
    file_report(citizen)
    code = code_of(citizen)
    citizen.talk((Start(f"ma-{code}"), LAMP), (Start(f"ma-{code.replace('-', '')}"), LAMP), (Start("pa"), "việc gì"))
    citizen.talk((Start("ma-xyz"), "Mã gồm 8 chữ và số"), (Start("gì đó lạ"), "1. Hỏi thủ tục"))
    citizen.does(Start("tt-1_001193"))
    assert citizen.state == ""


@pytest.mark.parametrize("written", ["CB {}", "cb {}", "liên kết {}", "lien ket {}", "{}"])
def test_an_officer_links_by_typing_the_code(town: Town, citizen: Person, written: str) -> None:
    code = link_code(town, "Lan")
    citizen.talk((written.format(code), "Chào anh/chị Nguyễn Thị Lan. Chat này đã liên kết"))
    assert [row.peer for row in town.rows(OfficerLink)] == [citizen.peer]
    file_report(town.person("somebody"))
    assert LAMP in heard(citizen.hears())
    citizen.talk(("menu", "Xem việc mới"))


def test_an_officer_links_by_a_deep_link(town: Town) -> None:
    newcomer = town.person("new")
    newcomer.talk((Start(f"cb-{link_code(town, 'Lan')}"), "đã liên kết với xã Hòa An"))


def test_asking_how_to_link(town: Town, citizen: Person) -> None:
    citizen.talk(("CB", "CB rồi đến mã"), (link_code(town, "Lan"), "đã liên kết"))


def test_a_code_works_once(town: Town, citizen: Person) -> None:
    code = link_code(town, "Lan")
    citizen.talk((f"CB {code}", "đã liên kết"))
    regular(town, "thief").talk((f"CB {code}", "không đúng hoặc đã hết hạn"))


def test_a_new_code_replaces_the_old_one(town: Town, citizen: Person) -> None:
    old, new = link_code(town, "Lan"), link_code(town, "Lan")
    citizen.talk((f"CB {old}", "không đúng"), (f"CB {new}", "đã liên kết"))


def test_a_code_is_good_for_a_day(town: Town, citizen: Person) -> None:
    code = link_code(town, "Lan")
    town.clock.now += timedelta(hours=24, minutes=1)
    citizen.talk((f"CB {code}", "đã hết hạn"))


def test_the_neighbours_code_links_nothing_here(town: Town, citizen: Person) -> None:
    citizen.talk((f"CB {link_code(town, 'Lan', neighbour=True)}", "không đúng"))
    assert town.rows(OfficerLink) == []


def test_codes_cannot_be_tried_out(town: Town, citizen: Person) -> None:
    for _ in range(10):
        citizen.talk((Start("cb-7K2M9QXD"), "không đúng"))
    code = link_code(town, "Lan")
    citizen.talk((f"CB {code}", "đã thử nhiều lần"))
    town.clock.forward(minutes=61)
    citizen.talk((f"CB {code}", "đã liên kết"))


def test_only_the_hash_of_a_code_is_stored(town: Town) -> None:
    code = link_code(town, "Lan")
    assert all(code not in str(vars(row)) for row in town.rows(Officer))


def test_an_officer_who_left_cannot_link(town: Town, citizen: Person) -> None:
    code = link_code(town, "Lan")
    with town.db.writing() as session:
        row = next(row for row in town.rows(Officer, tenant_id=town.tenant.id) if "Lan" in row.name)
        session.get_one(Officer, (row.tenant_id, row.id)).active = False
    citizen.talk((f"CB {code}", "không đúng"))


def test_citizens_words_that_name_a_list_of_officers_stay_ordinary(citizen: Person) -> None:
    assert "chỉ dành cho cán bộ" not in heard(citizen.does("quá hạn"))
    citizen.talk((Press("/case.list new"), "chỉ dành cho cán bộ"))
