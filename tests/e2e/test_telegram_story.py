"""The whole story over Telegram with three people, the process killed in the middle of its steps.

In each step the platform first refuses to take anything, so that a step is surely interrupted before it is finished:
the person acts, the power goes (at once, or after the message was taken in), the service starts again, and what the
step owes arrives once. Nothing may be lost, and nothing may happen twice.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.service import Service
from tests.fake_telegram import TOKEN, FakeTelegram, Person

WAIT_S = 30.0
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$", re.MULTILINE)


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server
        assert server.violations == []
        assert server.own_faults == []


@pytest.fixture
def service(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Service]:
    settings = {"DANHOI_TELEGRAM_TOKEN": TOKEN, "DANHOI_TELEGRAM_API_BASE": telegram.url}
    with Service(tmp_path / "data", settings) as running:
        yield running


class Stage:
    """Acts in a step of the story, with or without a power cut in its middle."""

    def __init__(self, service: Service, telegram: FakeTelegram, *, cut_every: int = 0) -> None:
        self.service = service
        self.telegram = telegram
        self.cut_every = cut_every  # 0 = the power never goes
        self.steps = 0

    def step(self, act: Callable[[], object], *hears: tuple[Person, str]) -> None:
        self.steps += 1
        if self.cut_every and self.steps % self.cut_every == 0:
            self.service.settled(WAIT_S)  # what was heard before is also written down as sent
            self.telegram.drops(times=None)  # from here on no message leaves, so the step cannot finish
            act()
            if self.steps // self.cut_every % 2:
                self._taken_in()
            self.service.kill()
            self.telegram.faults.clear()
            self.service.start()
        else:
            act()
        for person, words in hears:
            try:
                person.heard(words, timeout_s=WAIT_S)
            except AssertionError as error:
                raise AssertionError(f"step {self.steps}: {error}\n{self.service.output[-4000:]}") from None

    def _taken_in(self) -> None:
        """Every message was acknowledged, which the service does only after its commit."""
        with self.telegram.world.changed:
            assert self.telegram.world.changed.wait_for(lambda: not self.telegram.pending(), WAIT_S)


def tell_story(stage: Stage) -> str:
    """From question to rating; returns the case code."""
    telegram, service = stage.telegram, stage.service
    citizen = telegram.person(1001, "Lan")
    officer = telegram.person(2001, "Hùng")
    leader = telegram.person(3001, "Phúc")
    for person, name in ((officer, "Nguyễn Thị Lan"), (leader, "Bùi Hữu Phúc")):
        words = re.search(r"CB \S+", service.command("officer", "code", name))
        assert words
        stage.step(lambda person=person, words=words: person.says(words[0]), (person, "đã liên kết"))

    stage.step(lambda: citizen.says("lam giay khai sinh can nhung giay to gi"), (citizen, "1.001193"))
    stage.step(lambda: citizen.says("Lệ phí bao nhiêu?"), (citizen, "Lệ phí"))
    stage.step(lambda: citizen.says("phản ánh"), (citizen, "muốn phản ánh việc gì"))
    stage.step(lambda: citizen.says("Đèn đường thôn 3 hỏng cả tuần rồi"), (citizen, "loại nào"))
    stage.step(lambda: citizen.says("1"), (citizen, "xảy ra ở đâu"))
    stage.step(lambda: citizen.says("Thôn 3, cạnh nhà văn hóa"), (citizen, "có ảnh thì gửi"))
    stage.step(lambda: citizen.says("xong"), (citizen, "Tôi đồng ý"))
    stage.step(lambda: citizen.says("1"), (citizen, "cho số điện thoại"))
    stage.step(lambda: citizen.says("0912 345 678"), (citizen, "cho biết tên"))
    stage.step(lambda: citizen.says("Lan"), (citizen, "xem lại trước khi gửi"))
    stage.step(lambda: citizen.says("1"), (citizen, "đã nhận phản ánh"), (officer, "Việc mới"))
    receipt = next(seen for seen in citizen.inbox if "đã nhận phản ánh" in seen.text)
    found = CODE.search(receipt.text)
    assert found, receipt.text
    code = found[0]
    stage.step(lambda: officer.presses(button(officer, "Nhận việc")), (officer, "đã nhận việc"))
    stage.step(lambda: officer.presses(button(officer, "Trả lời việc")), (officer, "nhắn nội dung trả lời"))
    stage.step(lambda: officer.says("Xã đã thay bóng đèn sáng nay."), (officer, "Người dân sẽ nhận đúng như sau"))
    stage.step(lambda: officer.says("1"), (officer, "đang được gửi"), (citizen, "Xã đã thay bóng đèn sáng nay."))
    stage.step(lambda: citizen.says("5"), (citizen, "Cảm ơn"))
    stage.step(lambda: leader.says("báo cáo"), (leader, "quá hạn"))
    return code


def button(person: Person, words: str) -> str:
    """The newest button that contains the words."""
    for seen in reversed(person.inbox):
        for row in seen.buttons:
            for item in row:
                if words in item.text:
                    return item.text
    raise AssertionError(f"{words} is on no button")


def rows(service: Service, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(service.data_dir / "danhoi.db")) as connection:
        return connection.execute(query).fetchall()


def check_nothing_twice(stage: Stage, code: str) -> None:
    service, telegram = stage.service, stage.telegram
    assert rows(service, "SELECT count(*) FROM feedback_case") == [(1,)]
    assert rows(service, "SELECT level FROM rating") == [(5,)]
    assert rows(service, "SELECT count(*) FROM inbox WHERE handled_at IS NULL") == [(0,)]
    assert rows(service, "SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL") == [(0,)]
    citizen, officer = telegram.person(1001), telegram.person(2001)
    heard = [seen.text for seen in citizen.inbox]
    assert sum("đã nhận phản ánh" in text for text in heard) == 1
    assert sum("đã thay bóng đèn" in text for text in heard) == 1
    assert sum("Việc mới" in seen.text for seen in officer.inbox) == 1
    assert sum(code in text for text in heard) >= 2


def check_no_secrets(service: Service) -> None:
    for secret in (TOKEN, TOKEN.split(":")[1], "Đèn đường thôn 3", "thay bóng đèn", "0912", "345 678"):
        assert secret not in service.output


@pytest.mark.parametrize("cut_every", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_the_whole_story_with_power_cuts(service: Service, telegram: FakeTelegram, cut_every: int) -> None:
    stage = Stage(service, telegram, cut_every=cut_every)
    check_nothing_twice(stage, tell_story(stage))
    assert service.stop() == 0
    check_no_secrets(service)
