"""The same story over the web chat alone, Telegram off, with the power cut right after each thing that is said.

The web chat's messages live in our own database, so here "once" is exact: no second message, wherever the cut falls.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.browser import Visitor
from tests.e2e.service import Service

WAIT_S = 30.0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service(tmp_path / "data") as running:
        yield running


def tell_story(service: Service, *, cut: Callable[[int], bool]) -> tuple[Visitor, Visitor]:
    """From question to rating; `cut(n)` says whether the power goes in the middle of step n."""
    citizen = Visitor(service, "/hoa-an/chat")
    citizen.opens()
    officer, leader = Visitor(service, ""), Visitor(service, "")
    for person, link in zip((officer, leader), service.sign_in_links(), strict=True):
        person.signs_in(link)
    steps = 0

    def step(act: Callable[[], None], *hears: tuple[Visitor, str]) -> None:
        nonlocal steps
        steps += 1
        act()
        if cut(steps):
            service.kill()
            service.start()
        for person, words in hears:
            person.hears(words, WAIT_S)

    step(lambda: citizen.says("lam giay khai sinh can nhung giay to gi"), (citizen, "1.001193"))
    step(lambda: citizen.says("Lệ phí bao nhiêu?"), (citizen, "Lệ phí"))
    step(lambda: citizen.says("phản ánh"), (citizen, "muốn phản ánh việc gì"))
    step(lambda: citizen.says("Đèn đường thôn 3 hỏng cả tuần rồi"), (citizen, "loại nào"))
    step(lambda: citizen.presses("Đèn đường"), (citizen, "xảy ra ở đâu"))
    step(lambda: citizen.says("Thôn 3, cạnh nhà văn hóa"), (citizen, "có ảnh thì gửi"))
    step(lambda: citizen.says("xong"), (citizen, "DU LIEU CUA TOI"))
    step(lambda: citizen.says("hai"), (citizen, "xem lại trước khi gửi"))
    step(lambda: citizen.says("gửi"), (citizen, "đã nhận phản ánh"), (officer, "Việc mới"))
    step(lambda: officer.presses("Nhận việc"), (officer, "đã nhận việc"))
    step(lambda: officer.presses("Trả lời việc"), (officer, "nhắn nội dung trả lời"))
    step(lambda: officer.says("Xã đã thay bóng đèn sáng nay."), (officer, "sẽ nhận đúng như sau"))
    step(lambda: officer.says("1"), (officer, "đang được gửi"), (citizen, "đã thay bóng đèn"))
    step(lambda: citizen.says("5"), (citizen, "Cảm ơn"))
    step(lambda: leader.says("báo cáo"), (leader, "quá hạn"))
    return citizen, officer


def check_nothing_twice(service: Service, citizen: Visitor, officer: Visitor) -> None:
    with closing(sqlite3.connect(service.data_dir / "danhoi.db")) as connection:
        for query, expected in (
            ("SELECT count(*) FROM feedback_case", 1),
            ("SELECT count(*) FROM rating WHERE level = 5", 1),
            ("SELECT count(*) FROM inbox WHERE handled_at IS NULL", 0),
            ("SELECT count(*) FROM outbox WHERE sent_at IS NULL", 0),
            ("SELECT count(*) - count(DISTINCT outbox_key) FROM web_message", 0),
        ):
            assert connection.execute(query).fetchone() == (expected,), query
    assert sum("đã nhận phản ánh" in text for text in citizen.heard) == 1
    assert sum("đã thay bóng đèn" in text for text in citizen.heard) == 1
    assert sum("Việc mới" in text for text in officer.heard) == 1
    code = next(re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text) for text in citizen.heard if "đã nhận phản ánh" in text)
    assert code
    citizen.says(code[0])
    citizen.hears(code[0], WAIT_S)


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_the_whole_story_with_power_cuts(service: Service, every: int) -> None:
    citizen, officer = tell_story(service, cut=lambda n: n % every == 0)
    check_nothing_twice(service, citizen, officer)
    assert service.stop() == 0
    for secret in ("Đèn đường thôn 3", "thay bóng đèn"):
        assert secret not in service.output
