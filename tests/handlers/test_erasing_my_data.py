"""What is really left when a person has everything erased, and what does not erase anything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import communes, media, webchat
from storage.tables import (
    Attachment,
    Audit,
    CaseEvent,
    Citizen,
    InboxMessage,
    Officer,
    OfficerLink,
    OutboxMessage,
    Question,
    Tenant,
    WebMessage,
)
from tests.conftest import Press, Town
from tests.handlers.own_data import (
    NAME,
    PHONE,
    WORDS,
    case_of,
    chain_is_sound,
    digits_asked,
    erase,
    known,
    media_file,
    places,
    readable,
    report,
    sweep_files,
)


def test_erasing_takes_everything_but_the_file_of_an_open_case(town: Town) -> None:
    lan, citizen = town.officer("Lan"), known(town)
    code = report(citizen, photo="photo-1")
    shown = f"{code[:4]}-{code[4:]}"
    lan.hears()
    lan.talk(("nhận việc", PHONE))
    citizen.does("nhà tôi ở ngõ Bàng Lăng, thủ tục khai sinh thế nào")
    citizen.does("dữ liệu của tôi")
    (asked,) = citizen.does("3")
    assert f"Phải giữ theo luật: hồ sơ việc {shown}, đến 01/03/2031" in asked.text
    assert f"Việc {shown} sẽ không báo kết quả vào đây nữa" in asked.text
    assert len(asked.text) <= 600
    (done,) = citizen.does(f"XOA {digits_asked(citizen)}")
    assert "Đã xóa lúc 9 giờ, thứ Hai, 02/03/2026" in done.text
    assert shown in done.text
    assert "Mã yêu cầu: " in done.text

    assert not places(town, NAME, town.tenant)
    assert not places(town, PHONE, town.tenant)
    assert not places(town, "Bàng Lăng", town.tenant)
    assert set(places(town, WORDS, town.tenant)) == {"feedback_case.description", "case_words.words", "outbox.body"}
    assert all(row.peer == lan.peer for row in town.rows(OutboxMessage) if WORDS in readable(row.body))
    case = case_of(town, code)
    assert (case.channel_id, case.peer, case.status) == (None, None, "in_progress")
    assert chain_is_sound(town, case)
    assert not town.rows(Citizen, tenant_id=town.tenant.id, peer=citizen.peer)
    left = places(town, citizen.peer, town.tenant)
    assert left.keys() <= {"conversation.peer", "inbox.peer", "outbox.peer"}, "only the address of the last answer"
    assert (left["inbox.peer"], left["outbox.peer"]) == (1, 1)
    (audit,) = town.rows(Audit, kind="data erased")
    assert audit.about.removeprefix("request:") == done.text.split("Mã yêu cầu: ")[1].replace("-", "")

    assert "đã xóa dữ liệu của mình" in lan.hears()[-1].text
    lan.talk(
        (Press("Xem việc"), "không để tên, số điện thoại"),
        (Press("Trả lời việc"), "nhắn nội dung trả lời"),
        ("Đã thay bóng.", "nhận đúng như sau"),
        ("1", "việc"),
    )
    assert citizen.hears() == []
    citizen.talk(("chào", "Đây là kênh chính thức"), (code, "đã có kết quả"), ("việc của tôi", "chưa gửi việc nào"))


def test_a_case_that_was_taken_back_leaves_only_its_code_and_its_dates(town: Town, tmp_path: Path) -> None:
    citizen = known(town)
    ref = media_file(tmp_path, town, b"a photo of a lamp")
    code = report(citizen, photo=ref)
    citizen.does(code)
    citizen.talk((Press("Rút lại việc này"), "rút lại"), (Press("Đúng, rút lại"), "đã rút lại"))
    assert "theo luật" not in erase(citizen)
    for words in (NAME, PHONE, WORDS, "Dưa Hấu", ref.removeprefix("sha256:")):
        assert places(town, words, town.tenant).keys() <= {"attachment.sha256"}, words
    case = case_of(town, code)
    assert (case.description, case.place, case.peer) == ("", "", None)
    kinds = [row.kind for row in town.rows(CaseEvent, case_id=case.id)]
    assert kinds == ["opened", "withdrawn", "erased"]
    assert chain_is_sound(town, case)
    path = media.media_path(tmp_path, town.tenant.id, ref)
    assert path.exists()
    assert sweep_files(town, tmp_path) == 1
    assert not path.exists()
    assert not town.rows(Attachment)
    assert sweep_files(town, tmp_path) == 0


@pytest.mark.parametrize(
    ("why", "days", "kept"),
    [
        ("an answered case is a file that must be kept", 10, True),
        ("on its last day it is still kept", 1825, True),
        ("after the time the commune keeps files nothing binds it", 1826, False),
    ],
)
def test_an_answered_case_is_kept_for_its_time(town: Town, why: str, days: int, kept: bool) -> None:
    lan, citizen = town.officer("Lan"), known(town)
    code = report(citizen)
    lan.hears()
    lan.talk(
        ("nhận việc", PHONE), (Press("Trả lời việc"), "nhắn nội dung"), ("Xong rồi ạ.", "đúng như sau"), ("1", "gửi")
    )
    citizen.hears()
    citizen.talk((Press("2"), "cần sửa"), ("Người thợ ở cạnh nhà tôi", "ghi lại"))
    town.clock.forward(days=days)
    assert ("Còn giữ theo luật" in erase(citizen)) is kept, why
    case = case_of(town, code)
    assert (case.description == WORDS) is kept, why
    assert (case.contact_phone, case.peer) == ("", None)
    assert not places(town, "cạnh nhà tôi", town.tenant)
    assert chain_is_sound(town, case)


@pytest.mark.parametrize(
    ("why", "typed", "answer"),
    [
        ("wrong digits", "XOA {wrong}", "Bốn số chưa đúng"),
        ("more digits", "XOA {digits}1", "Bốn số chưa đúng"),
        ("the word alone", "xoa", "chưa xóa gì"),
        ("the digits alone", "{digits}", "chưa xóa gì"),
        ("a yes is not enough", "đồng ý", "chưa xóa gì"),
        ("a number of the menu is the way out", "1", "giữ nguyên"),
        ("the only button is the way out", Press("Thôi"), "giữ nguyên"),
        ("another word stops it", "hủy", "dừng"),
        ("a question is answered, and nothing goes", "làm giấy khai sinh cần những giấy tờ gì ạ", "Tôi chưa xóa gì"),
        ("so is one with a number in it", "làm khai sinh cho bé 2 tuổi cần giấy tờ gì", "Tôi chưa xóa gì"),
        ("and one about deleting a record", "xóa đăng ký thường trú thì nộp ở đâu ạ", "Tôi chưa xóa gì"),
        ("with words around it, the digits are asked for alone", "vâng tôi muốn xóa {wrong} nhé", "chưa xóa gì"),
    ],
)
def test_nothing_is_erased_by_anything_but_the_word_with_the_digits(
    town: Town, why: str, typed: Any, answer: str
) -> None:
    citizen = known(town)
    code = report(citizen)
    citizen.does("xóa dữ liệu")
    digits = digits_asked(citizen)
    wrong = f"{(int(digits) + 1) % 10_000:04d}"
    citizen.talk((typed.format(digits=digits, wrong=wrong) if isinstance(typed, str) else typed, answer))
    assert case_of(town, code).contact_phone == PHONE, why
    assert town.rows(Citizen, phone=PHONE), why


@pytest.mark.parametrize(
    ("why", "shape"),
    [
        ("as it was shown", "XOA {}"),
        ("with accents, in small letters", "xóa {}"),
        ("the other place of the tone, with a stop", "Xoá {}."),
        ("without the space", "XOA{}"),
        ("spaces everywhere", "  x o a  {} "),
        ("the whole command", "Xóa dữ liệu {}"),
        ("in English", "erase {}"),
    ],
)
def test_the_confirmation_may_be_written_as_people_write(town: Town, why: str, shape: str) -> None:
    citizen = known(town)
    citizen.does("Nhà tôi ở ngõ Bàng Lăng")
    citizen.does("xoa du lieu")
    (done,) = citizen.does(shape.format(digits_asked(citizen)))
    assert "Đã xóa lúc" in done.text, why
    assert not places(town, "Bàng Lăng", town.tenant), why


def test_digits_that_come_too_late_erase_nothing_and_old_digits_neither(town: Town) -> None:
    citizen = known(town)
    report(citizen)
    citizen.does("xóa dữ liệu")
    old = digits_asked(citizen)
    town.clock.forward(minutes=10, seconds=1)
    citizen.talk((f"XOA {old}", "Đã quá 10 phút"))
    citizen.does("xóa dữ liệu")
    new = digits_asked(citizen)
    citizen.talk((f"XOA {old}", "Bốn số chưa đúng"))
    assert town.rows(Citizen, phone=PHONE)
    town.clock.forward(minutes=10)
    citizen.talk((f"XOA {new}", "Đã xóa lúc"))
    citizen.does(f"XOA {new}")
    assert len(town.rows(Audit, kind="data erased")) == 1


def test_the_same_person_next_door_keeps_everything(town: Town) -> None:
    here, there = known(town), known(town, neighbour=True)
    report(here, photo="photo-1")
    report(there, photo="photo-1")
    there.does("làm khai sinh cần giấy gì")
    before = {words: places(town, words, town.neighbour) for words in (NAME, PHONE, WORDS, "citizen-1")}
    erase(here)
    assert {words: places(town, words, town.neighbour) for words in before} == before
    assert not places(town, NAME, town.tenant)
    there.talk(("dữ liệu của tôi", NAME))


def test_another_person_here_keeps_everything(town: Town) -> None:
    first, second = known(town), known(town, "citizen-2")
    report(first)
    report(second, "nuoc thai hoi thoi o cho Go Mit", phone="0987654321", name="Lý Văn Mít")
    before = {words: places(town, words, town.tenant) for words in ("0987654321", "Lý Văn Mít", "Go Mit")}
    erase(first)
    assert {words: places(town, words, town.tenant) for words in before} == before


def test_a_waiting_question_is_closed_and_its_officer_need_not_answer(town: Town) -> None:
    mai, citizen = town.officer("Mai"), known(town)
    citizen.does("gặp cán bộ")
    citizen.talk((Press("Xin cán bộ gọi lại"), "gọi về việc gì"), ("Tôi ở ngõ Bàng Lăng, hỏi chuyện đất", "số"))
    citizen.does(PHONE)
    (question,) = town.rows(Question, status="waiting")
    mai.hears()
    mai.talk((Press(f"/question.take {question.id}"), "trước"))
    erase(citizen)
    (question,) = town.rows(Question, id=question.id)
    assert (question.status, question.text, question.phone, question.peer) == ("closed", "", "", None)
    assert "không cần trả lời nữa" in mai.hears()[-1].text
    assert not places(town, PHONE, town.tenant)
    assert not places(town, "Bàng Lăng", town.tenant)


def test_what_was_not_sent_yet_is_not_sent_and_blocks_nothing(town: Town) -> None:
    town.officer("Lan")
    citizen = known(town)
    code = report(citizen)
    citizen.does(code)
    citizen.talk((Press("Rút lại việc này"), "rút lại"), (Press("Đúng, rút lại"), "đã rút lại"))
    town.store(citizen.channel, citizen._incoming("làm khai sinh cần giấy gì"))
    town.turns()
    town.store(citizen.channel, citizen._incoming("xóa dữ liệu"))
    town.turns()
    citizen.hears()
    town.store(citizen.channel, citizen._incoming("gia han tam tru o ngo Bang Lang"))
    town.turns()
    town.store(citizen.channel, citizen._incoming("xóa dữ liệu"))
    town.turns()
    with town.db.reading() as session:
        waiting = [row for row in session.query(OutboxMessage).order_by(OutboxMessage.id) if row.next_try_at]
    digits = waiting[-1].body["text"].split("XOA ")[1][:4]
    town.store(citizen.channel, citizen._incoming(f"XOA {digits}"))
    town.turns()
    sent = town.deliver()
    assert all(row.body.get("text") for row in sent)
    assert [row.body["text"].split(" lúc ")[0] for row in sent if row.peer == citizen.peer] == ["Đã xóa"]
    assert not [row for row in town.rows(OutboxMessage) if row.next_try_at]


def test_a_call_for_help_loses_its_words_at_the_duty_officer_too(town: Town) -> None:
    son, citizen = town.officer("Sơn"), known(town)
    report(citizen)
    citizen.does("cháy nhà ngõ Bàng Lăng")
    assert any(PHONE in message.text for message in son.hears())
    citizen.does("Không khẩn cấp, tôi hỏi thủ tục")
    erase(citizen)
    assert not places(town, "Bàng Lăng", town.tenant)
    assert not places(town, PHONE, town.tenant)


def test_the_web_page_is_emptied_and_open_pages_are_told(town: Town) -> None:
    citizen, other = known(town), known(town, "citizen-2")
    citizen.does("Nhà tôi ở ngõ Bàng Lăng")
    other.does("Nhà tôi ở ngõ Bàng Lăng")
    with town.db.writing() as session:
        for person in (citizen, other):
            row = session.query(InboxMessage).filter_by(peer=person.peer).order_by(InboxMessage.id.desc()).first()
            assert row is not None
            webchat.add_own(
                session, town.tenant.id, town.tools.ids(), town.channel.id, person.peer, external_id=row.external_id,
                body={"text": row.body["text"]}, now=town.clock(),
            )  # fmt: skip
        for sent in session.query(OutboxMessage):
            webchat.add_delivered(
                session, town.tenant.id, town.tools.ids(), town.channel.id, sent.peer, body=sent.body, key=sent.key,
                now=town.clock(),
            )  # fmt: skip
    shown = [row.id for row in town.rows(WebMessage, peer=citizen.peer)]
    others = len(town.rows(WebMessage, peer=other.peer))
    erase(citizen)
    (left,) = town.rows(WebMessage, peer=citizen.peer)
    assert left.body == {"erases": [str(id) for id in shown]}
    assert len(town.rows(WebMessage, peer=other.peer)) == others


def test_an_officers_own_link_and_work_are_not_erased(town: Town) -> None:
    lan, citizen = town.officer("Lan"), known(town)
    code = report(citizen)
    lan.hears()
    lan.talk(("nhận việc", PHONE), ("dữ liệu của tôi", "đã liên kết cán bộ"), ("xóa dữ liệu", "Liên kết không bị xóa"))
    lan.does(f"XOA {digits_asked(lan)}")
    assert town.rows(OfficerLink, peer=lan.peer)
    assert case_of(town, code).contact_phone == PHONE
    assert any(row.case_id for row in town.rows(OutboxMessage, peer=lan.peer))
    lan.talk(("việc mới", "Việc chờ"))
    assert town.rows(Officer, tenant_id=town.tenant.id)


def test_erasing_twice_and_saying_so_again_changes_nothing_more(town: Town) -> None:
    citizen = known(town)
    code = report(citizen)
    erase(citizen)
    events = len(town.rows(CaseEvent))
    town.clock.forward(minutes=1)
    erase(citizen)
    assert len(town.rows(CaseEvent)) == events
    assert case_of(town, code).description == WORDS


def test_the_period_is_the_communes_own(town: Town) -> None:
    with town.db.writing() as session:
        tenant = session.get_one(Tenant, town.tenant.id)
        tenant.profile = {**tenant.profile, "keep_case_days": 0}
        assert communes.load(session, tenant.id).profile.keep_case_days == 0
    lan, citizen = town.officer("Lan"), known(town)
    report(citizen)
    lan.hears()
    lan.talk(
        ("nhận việc", PHONE), (Press("Trả lời việc"), "nhắn nội dung"), ("Xong rồi ạ.", "đúng như sau"), ("1", "gửi")
    )
    town.clock.now += timedelta(days=1)
    assert "theo luật" not in erase(citizen)
    assert not places(town, WORDS, town.tenant)
