"""What a person may ask about their own data, and what is really left when it is erased."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from domain.texts.my_data import masked
from handlers.actions.my_data import files_are_gone, looks_like_id_words
from storage import cases, communes, fetching, media, my_data, webchat
from storage.tables import (
    Attachment,
    Audit,
    Base,
    CaseEvent,
    Citizen,
    FeedbackCase,
    InboxMessage,
    Officer,
    OfficerLink,
    OutboxMessage,
    Question,
    Tenant,
    WebMessage,
)
from tests.conftest import Person, Phone, Photo, Press, Town

NAME, PHONE, WORDS = "Phan Thị Lụa", "0912345678", "den duong xom Dua Hau hong ca tuan roi"


def known(town: Town, peer: str = "citizen-1", *, neighbour: bool = False) -> Person:
    """Somebody who has been greeted before, so that answers come alone."""
    person = town.person(peer, neighbour=neighbour)
    person.does("menu")
    town.clock.forward(milliseconds=1)
    return person


def report(person: Person, words: str = WORDS, *, photo: str = "", phone: str = PHONE, name: str = NAME) -> str:
    """File a report with a name and a phone number; its code."""
    person.does("Phản ánh")
    person.does(words)
    person.does("1")
    person.does("Xóm Dưa Hấu")
    if photo:
        person.does(Photo(photo))
    person.does("xong")
    for _ in range(4):
        heard = person.heard[-1].text
        if "cần giữ nội dung" in heard:
            person.does("Tôi đồng ý")
        elif "số điện thoại" in heard and "xem lại" not in heard:
            person.does(phone)
        elif "cho biết tên" in heard:
            person.does(name)
    person.does("gửi")
    return person.heard[-1].text.split("Mã:")[1].split()[0].replace("-", "")


def digits_asked(person: Person) -> str:
    asked = [message.text for message in person.heard if "XOA " in message.text]
    return asked[-1].split("XOA ")[1][:4]


def erase(person: Person) -> str:
    """Both steps; the answer."""
    person.does("xóa dữ liệu")
    (done,) = person.does(f"XOA {digits_asked(person)}")
    assert "Đã xóa lúc" in done.text
    return done.text


def places(town: Town, needle: str, tenant: Tenant) -> Counter[str]:
    """Every table and column of the database in which the words stand for that commune."""
    found: Counter[str] = Counter()
    with town.db.reading() as session:
        for table in Base.metadata.tables.values():
            whose = table.c.tenant_id if "tenant_id" in table.c else table.c.id
            rows = session.execute(select(table).where(whose == tenant.id))
            for row in rows.mappings():
                for column, value in row.items():
                    if needle in readable(value):
                        found[f"{table.name}.{column}"] += 1
    return found


def readable(value: Any) -> str:
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = json.loads(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def case_of(town: Town, code: str) -> FeedbackCase:
    (row,) = town.rows(FeedbackCase, code=code)
    return row


def chain_is_sound(town: Town, case: FeedbackCase) -> bool:
    with town.db.reading() as session:
        return cases.broken_link(session, case.tenant_id, case.id) is None


def media_file(data_dir: Path, town: Town, content: bytes) -> str:
    return media.keep(data_dir, town.tenant.id, content)


def sweep_files(town: Town, data_dir: Path) -> int:
    """What the running service does with the queue: unlink, then commit."""
    with town.db.reading() as session:
        files = my_data.files_to_delete(session, town.tenant.id, town.clock())
    for file in files:
        my_data.unlink(data_dir, file)
    with town.db.writing() as session:
        files_are_gone(session, town.tools, files, town.clock())
    return len(files)


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


ACCUSATION = "tố cáo ông Sáu địa chính nhận hối lộ hai chục triệu"


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


def test_bytes_that_another_case_needs_stay_on_the_disk(town: Town, tmp_path: Path) -> None:
    first, second = known(town), known(town, "citizen-2")
    shared, own, loose = (media_file(tmp_path, town, content) for content in (b"shared", b"own", b"never attached"))
    report(second, photo=shared)
    code = report(first, photo=shared)
    first.does(Photo(own, caption="anh cho viec nay"))
    first.does("hủy")
    first.does(code)
    first.talk((Press("Rút lại việc này"), "rút lại"), (Press("Đúng, rút lại"), "đã rút lại"))
    first.does(Photo(loose))
    assert "trong 24 giờ" in erase(first)
    sweep_files(town, tmp_path)
    left = {path.name for path in (tmp_path / "media" / str(town.tenant.id)).iterdir()}
    assert shared.removeprefix("sha256:") in left
    assert loose.removeprefix("sha256:") not in left
    with town.db.reading() as session:
        names = sorted(left)
        assert my_data.unnamed(session, town.tenant.id, names) == [n for n in names if n != shared[7:]]


def test_a_file_that_was_still_being_fetched_is_waited_for(town: Town, tmp_path: Path) -> None:
    citizen = known(town)
    code = report(citizen, photo="telegram-file-1")
    citizen.does(code)
    citizen.talk((Press("Rút lại việc này"), "rút lại"), (Press("Đúng, rút lại"), "đã rút lại"))
    erase(citizen)
    assert sweep_files(town, tmp_path) == 0
    ref = media_file(tmp_path, town, b"arrived late")
    with town.db.writing() as session:
        (row,) = session.query(Attachment)
        assert row.ref == ""
        assert not fetching.due_all_tenants(session, town.clock.now + timedelta(days=1), ("webchat",))
        fetching.mark_ready(session, row, ref.removeprefix("sha256:"), 12)
    assert sweep_files(town, tmp_path) == 1
    assert not media.media_path(tmp_path, town.tenant.id, ref).exists()


def test_an_officer_drops_a_photo_of_a_paper_and_the_sender_hears_when_it_is_gone(town: Town, tmp_path: Path) -> None:
    lan, ha, citizen = town.officer("Lan"), town.officer("Hà"), known(town)
    lamp, card = media_file(tmp_path, town, b"lamp"), media_file(tmp_path, town, b"identity card")
    code = report(citizen, photo=lamp)
    citizen.does(code)
    citizen.talk((Press("Bổ sung thông tin"), "nhắn phần cần bổ sung"), (Photo(card), "Đã ghi thêm"))
    lan.hears()
    lan.talk((Press("Nhận việc"), "đã nhận việc"), ("ảnh giấy tờ", "có ảnh"), ("1", "có 2 ảnh"))
    lan.talk(("2", "xóa hẳn"), (Press("Không, giữ lại"), "vẫn giữ"))
    attachment = next(row for row in town.rows(Attachment) if row.sha256 == card[7:])
    ha.talk((Press(f"/case.drop-photo {attachment.id}"), "chưa làm được"))
    citizen.talk((Press(f"/case.drop-photo {attachment.id}"), "chỉ dành cho cán bộ"))
    lan.talk((Press(f"/case.drop-photo {attachment.id}"), "xóa hẳn"), ("1", "Tệp đang được xóa"))
    assert citizen.hears() == [], "not told before it is true"
    assert media.media_path(tmp_path, town.tenant.id, card).exists()
    assert sweep_files(town, tmp_path) == 1
    assert not media.media_path(tmp_path, town.tenant.id, card).exists()
    assert media.media_path(tmp_path, town.tenant.id, lamp).exists()
    assert not places(town, card[7:], town.tenant)
    (told,) = citizen.hears()
    assert "đã xóa ảnh" in told.text
    assert "không cần ảnh căn cước" in told.text
    case = case_of(town, code)
    assert chain_is_sound(town, case)
    assert [row.kind for row in town.rows(CaseEvent, case_id=case.id)][-1] == "photo dropped"
    citizen.talk(("1", "nhắn phần cần bổ sung"))


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


def test_a_citizen_who_names_a_photo_of_a_paper_is_shown_their_own_data(town: Town) -> None:
    known(town).talk(("xóa ảnh giấy tờ", "đang giữ của ông/bà"))


def test_erasing_twice_and_saying_so_again_changes_nothing_more(town: Town) -> None:
    citizen = known(town)
    code = report(citizen)
    erase(citizen)
    events = len(town.rows(CaseEvent))
    town.clock.forward(minutes=1)
    erase(citizen)
    assert len(town.rows(CaseEvent)) == events
    assert case_of(town, code).description == WORDS


@pytest.mark.parametrize(
    ("why", "words", "expected"),
    [
        ("what it shows", "mặt trước căn cước", True),
        ("without accents", "gui anh cccd cua toi", True),
        ("the name of the paper alone", "CMND", True),
        ("a number of twelve digits", "so 079 123 456 789", True),
        ("a child's paper", "đây là giấy khai sinh của con", True),
        ("in English", "my passport", True),
        ("a question about the paper", "làm căn cước cần gì", False),
        ("a report that mentions it", "chỗ làm căn cước cháy bóng đèn từ tuần trước, dân đứng chờ trong tối", False),
        ("an ordinary photo", "ổ gà trước nhà văn hóa", False),
        ("a phone number", "0912 345 678", False),
        ("nothing", "", False),
    ],
)
def test_words_that_come_with_a_photo_of_a_paper(why: str, words: str, expected: bool) -> None:
    assert looks_like_id_words(words) is expected, why


@pytest.mark.parametrize(("phone", "shown"), [("0912345678", "09xx xxx 678"), ("02838291234", "02xx xxx 234")])
def test_a_number_is_shown_by_its_ends(phone: str, shown: str) -> None:
    assert masked(phone) == shown


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
