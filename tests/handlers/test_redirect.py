"""An officer finds that a case is no report: khiếu nại is shown the way, tố cáo is shown the way and forgotten."""

from __future__ import annotations

import pytest

from storage import cases
from storage.tables import Attachment, CaseEvent, CaseWords, FeedbackCase, WebMessage
from tests.conftest import Person, Photo, Press, Town
from tests.handlers.filing import case_of, code_of, everything_stored, file_report, heard, regular

STORY = "Ông Nguyễn Văn Bắc địa chính cầm hai mươi triệu của nhà tôi"


@pytest.fixture
def citizen(town: Town) -> Person:
    return regular(town)


@pytest.fixture
def lan(town: Town) -> Person:
    return town.officer("Lan")


def report(citizen: Person, words: str) -> FeedbackCase:
    citizen.talk(("phản ánh", "việc gì"), (words, "loại nào"), ("Đất đai", "ở đâu"), ("Thôn 3", "có ảnh"))
    citizen.talk((Photo("sha256:" + "ab" * 32), "1 ảnh"), ("xong", "cần giữ"), ("1", "số điện thoại"))
    citizen.talk(("0912345678", "cho biết tên"), ("Hoa", words), ("1", "Mã:"))
    return case_of(citizen)


def in_charge(town: Town, case: FeedbackCase) -> Person:
    """Somebody who may work on the case."""
    chairman = town.officer("Phúc")
    chairman.talk((Press(f"/case.take {case.id}"), "đã nhận việc"))
    return chairman


def test_a_complaint_is_shown_the_way_and_its_case_ends(town: Town, citizen: Person) -> None:
    case = report(citizen, "Xã thu hồi đất nhà tôi sai, xem lại giúp")
    officer = in_charge(town, case)
    officer.talk(
        ("Không phải phản ánh", "không phải phản ánh. Vậy là việc nào?"), ("1", "là khiếu nại?"), ("1", "đã đóng")
    )
    told = heard(citizen.hears())
    assert code_of(citizen) in told
    assert "Khiếu nại cần có đơn hoặc trình bày trực tiếp" in told
    assert "Nơi nhận:" in told
    assert len(told) <= 800
    assert case_of(citizen).status == "directed"
    citizen.talk(("1", "Đơn khiếu nại ghi"), (code_of(citizen), "không phải phản ánh, đã chỉ nơi nhận"))
    officer.talk((Press(f"/case.answer {case.id}"), "không còn mở"))


def test_of_a_denunciation_no_word_stays_anywhere(town: Town, citizen: Person) -> None:
    case = report(citizen, STORY)
    officer = in_charge(town, case)
    citizen.talk((code_of(citizen), STORY))
    citizen.talk((Press(f"/case.add {case.id}"), "cần bổ sung"), ("Ông Bắc cầm tiền lúc tối", "Đã ghi thêm"))
    officer.hears()
    officer.talk((Press(f"/case.direct {case.id}"), "việc nào"), ("2", "không lấy lại được"), ("1", "nội dung đã xóa"))
    told = heard(citizen.hears())
    assert "Luật chỉ nhận tố cáo bằng đơn" in told
    assert case.code[:4] not in told
    stored = everything_stored(town) + "".join(str(row.body) for row in town.rows(WebMessage))
    stored += "".join(row.words for row in town.rows(CaseWords))
    for word in ("Nguyễn Văn Bắc", "hai mươi triệu", "Ông Bắc", "Hoa, 0912345678"):
        assert word not in stored, word
    row = town.rows(FeedbackCase, id=case.id)[0]
    assert (row.status, row.description, row.peer, row.contact_phone) == ("directed", "", None, "")
    assert [event.kind for event in town.rows(CaseEvent, case_id=case.id)][-1] == "directed"
    with town.db.reading() as session:
        assert cases.broken_link(session, case.tenant_id, case.id) is None
    assert town.rows(Attachment, case_id=case.id) == []
    assert {row.sha256 for row in town.rows(Attachment)} == {"ab" * 32}, "in the queue of files to delete"


@pytest.mark.parametrize("typed", ["thôi", "2", "chắc vậy", "ok"])
def test_anything_but_a_clear_yes_erases_nothing(town: Town, citizen: Person, typed: str) -> None:
    case = report(citizen, STORY)
    officer = in_charge(town, case)
    officer.talk((Press(f"/case.direct {case.id}"), "việc nào"), ("2", "không lấy lại được"))
    officer.does(typed)
    assert case_of(citizen).description == STORY
    assert case_of(citizen).status == "in_progress"


def test_who_may_not_see_the_case_cannot_end_it(town: Town, citizen: Person) -> None:
    case = file_report(citizen)
    town.officer("Hà").talk((Press(f"/case.direct {case.id}"), "việc này thuộc nơi khác"))
    citizen.talk((Press(f"/case.direct {case.id}"), "chỉ dành cho cán bộ"))
    assert case_of(citizen).status == "received"
