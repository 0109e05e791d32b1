"""Files on the disk: gone when their owner's data is erased or an officer drops a photo, and not before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.actions.my_data import looks_like_id_words
from storage import fetching, media, my_data
from storage.tables import Attachment, CaseEvent
from tests.conftest import Photo, Press, Town
from tests.handlers.own_data import case_of, chain_is_sound, erase, known, media_file, places, report, sweep_files


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


def test_a_citizen_who_names_a_photo_of_a_paper_is_shown_their_own_data(town: Town) -> None:
    known(town).talk(("xóa ảnh giấy tờ", "đang giữ của ông/bà"))


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
