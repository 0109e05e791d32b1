"""What every channel promises. A new channel is one line in SUBJECTS, its subject below and its samples."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.base import utf16_len
from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from domain.errors import BadRecord, Misconfigured, RecipientGone, Rejected, SendError, TryLater
from domain.messages import Choice, Incoming, Outgoing, incoming_from_json
from storage.tables import InboxMessage
from tests.conftest import Town
from tests.fake_telegram import FakeTelegram
from tests.web.conftest import Pages, browser_of

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
TEXT, WORDS = "Làm giấy khai sinh cho con cần gì?", "lời riêng của bà Lan"
LAN = 7001


class Subject(Protocol):
    kind: ClassVar[str]
    max_units: ClassVar[int]  # of one message, in UTF-16 units
    unknown: ClassVar[tuple[str, ...]]  # samples that are not for us
    failures: ClassVar[tuple[tuple[str, type[SendError]], ...]]  # what the platform may do, and what we call it

    async def receive(self, sample: bytes) -> list[Incoming]: ...
    async def is_forged_refused(self, sample: bytes) -> bool: ...
    def draw(self, message: Outgoing) -> list[str]:
        """What the person reads, message by message; buttons as "[label]", their data checked on the way."""
        ...

    async def fail(self, how: str) -> SendError: ...


class OnTelegram:
    kind: ClassVar[str] = "telegram"
    max_units: ClassVar[int] = 4096
    unknown: ClassVar[tuple[str, ...]] = ("unknown_kind", "unknown_shape", "poll_answer", "channel_post")
    failures: ClassVar[tuple[tuple[str, type[SendError]], ...]] = (
        ("flood", TryLater), ("502", TryLater), ("error page", TryLater), ("drop", TryLater),
        ("blocked", RecipientGone), ("deactivated", RecipientGone), ("never started", RecipientGone),
        ("malformed", Rejected), ("revoked token", Misconfigured), ("no token at all", Misconfigured),
    )  # fmt: skip

    @classmethod
    @asynccontextmanager
    async def staged(cls, fixture: Callable[[str], Any], tmp_path: Path) -> AsyncIterator[Subject]:
        made = cls(fixture("server"))
        yield made
        await made.channel.close()

    def __init__(self, server: FakeTelegram) -> None:
        self.server = server
        self.channel = TelegramChannel(server.url)

    async def receive(self, sample: bytes) -> list[Incoming]:
        return self.channel.parse(sample)

    async def is_forged_refused(self, sample: bytes) -> bool:
        header = "X-Telegram-Bot-Api-Secret-Token"
        assert self.channel.verify("secret", {header: "secret"}, sample)
        forged: list[dict[str, str]] = [{}, {header: ""}, {header: "Secret"}, {header: "secret\u00e9"}]
        return not any(self.channel.verify("secret", headers, sample) for headers in forged) and not (
            self.channel.verify("", {header: ""}, sample)
        )

    def draw(self, message: Outgoing) -> list[str]:
        drawn = []
        for payload in self.channel.render(str(LAN), message):
            rows = payload.get("reply_markup", {}).get("inline_keyboard", [])
            assert all(len(b.get("callback_data", "").encode()) <= 64 for row in rows for b in row)
            drawn.append("\n".join([payload["text"], *(f"[{b['text']}]" for row in rows for b in row)]))
        return drawn

    async def fail(self, how: str) -> SendError:
        lan, token, to = self.server.person(LAN), self.server.token, str(LAN)
        lan.starts()
        match how:
            case "flood":
                self.server.floods(retry_after=9)
            case "502":
                self.server.breaks(status=502)
            case "error page":
                self.server.breaks(status=504, html=True)
            case "drop":
                self.server.drops()
            case "blocked":
                lan.blocks()
            case "deactivated":
                lan.deactivates()
            case "never started":
                to = "999999"
            case "malformed":
                self.server.breaks(status=400, description=f"Bad Request: can't parse: {WORDS}")
            case "revoked token":
                token = "990201543:ZZHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
            case "no token at all":
                token = "nonsense"
        (payload,) = self.channel.render(to, Outgoing(WORDS))
        with pytest.raises(SendError) as caught:
            await self.channel.send(token, payload)
        assert token not in shown(caught.value)
        return caught.value


class OnWebChat:
    kind: ClassVar[str] = "webchat"
    max_units: ClassVar[int] = 10**9  # a page scrolls
    unknown: ClassVar[tuple[str, ...]] = ()  # only our own page calls
    failures: ClassVar[tuple[tuple[str, type[SendError]], ...]] = ()  # sending is a row of our own database

    @classmethod
    @asynccontextmanager
    async def staged(cls, fixture: Callable[[str], Any], tmp_path: Path) -> AsyncIterator[Subject]:
        town = fixture("town")
        pages = Pages(town, tmp_path, answers=False)
        async with browser_of(pages.create()) as http:
            yield cls(town, pages, http)

    def __init__(self, town: Town, pages: Pages, http: httpx.AsyncClient) -> None:
        self.town, self.pages, self.http = town, pages, http
        self.channel = WebChat(town.tools.ids)

    async def receive(self, sample: bytes) -> list[Incoming]:
        before = {row.id for row in self.town.rows(InboxMessage)}
        fields = await self._fields()
        # The page sends the same form again until it hears of success: that is the redelivery of this channel.
        for _ in range(2):
            answer = await self.http.post("/hoa-an/chat", data={**fields, **json.loads(sample)})
            assert answer.status_code == 303
        rows = [row for row in self.town.rows(InboxMessage) if row.id not in before]
        return [incoming_from_json(row.body) for row in rows]

    async def is_forged_refused(self, sample: bytes) -> bool:
        fields = await self._fields()
        answer = await self.http.post("/hoa-an/chat", data={**fields, **json.loads(sample), "token": "0" * 64})
        return answer.status_code == 403 and self.town.rows(InboxMessage) == []

    async def _fields(self) -> dict[str, str]:
        page = await self.http.get("/hoa-an/chat")
        return dict(re.findall(r'name="(token|id)" value="([0-9a-f]+)"', page.text))

    def draw(self, message: Outgoing) -> list[str]:
        drawn = []
        for payload in self.channel.render("p", message):
            body = payload["body"]
            buttons = [f"[{c['key']}. {c['label']}]" for c in body.get("choices", [])]
            drawn.append("\n".join([body["text"], *buttons]))
        return drawn

    async def fail(self, how: str) -> SendError:
        raise AssertionError(how)


SUBJECTS = (OnTelegram, OnWebChat)


def shown(error: BaseException) -> str:
    """Everything a log or a console could print of an exception."""
    return "".join(traceback.format_exception(error)) + repr(error) + str(error)


@pytest.fixture
def db(request: pytest.FixtureRequest) -> Any:
    """Storage has its own tests on both databases."""
    return request.getfixturevalue("sqlite")


@pytest.fixture(params=SUBJECTS, ids=lambda kind: kind.kind)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    async with request.param.staged(request.getfixturevalue, tmp_path) as made:
        yield made


def sample(subject: Subject, name: str) -> bytes:
    return (SAMPLES / subject.kind / f"{name}.json").read_bytes()


class TestEveryChannel:
    async def test_a_text_arrives_with_a_stable_id_and_an_aware_time(self, subject):
        (said,) = await subject.receive(sample(subject, "text"))
        assert (said.kind, said.text, said.choice) == ("message", TEXT, "")
        assert said.peer
        assert said.external_id
        assert said.at.utcoffset() is not None
        if subject.kind == "telegram":
            assert await subject.receive(sample(subject, "text")) == [said], "the same call says the same again"

    async def test_two_messages_have_two_ids(self, subject):
        (first,) = await subject.receive(sample(subject, "text"))
        (second,) = await subject.receive(sample(subject, "emoji"))
        assert first.external_id != second.external_id
        assert second.text == "Cảm ơn 🙏🏽 cán bộ"
        assert first.peer == second.peer

    async def test_a_deep_link_a_phone_and_a_place_arrive(self, subject):
        (start,) = await subject.receive(sample(subject, "start_payload"))
        (phone,) = await subject.receive(sample(subject, "own_contact"))
        (place,) = await subject.receive(sample(subject, "location"))
        assert start.start.startswith("tt_1")
        assert phone.phone.endswith("912345678")
        assert (round(place.location.latitude, 4), round(place.location.longitude, 4)) == (10.5123, 106.4988)

    async def test_a_forged_call_is_refused(self, subject):
        assert await subject.is_forged_refused(sample(subject, "text"))

    async def test_an_unknown_event_is_ignored(self, subject):
        for name in subject.unknown:
            assert await subject.receive(sample(subject, name)) == [], name

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        text=st.text(st.sampled_from("hồ sơ gồm: ạ\n\n.,🏠👨‍👩‍👧🙏🏽ờ"), min_size=1, max_size=12_000).filter(str.strip),
        count=st.integers(0, 9),
    )
    def test_a_long_message_is_split_within_the_limit_and_nothing_is_lost(self, subject, text, count):
        choices = tuple(Choice(f"m|{n}", f"Mục {n}") for n in range(count))
        drawn = subject.draw(Outgoing(text, choices=choices))
        words = [re.sub(r"(?m)^\[\d+\. Mục \d+\]$", "", part) for part in drawn]
        assert all(0 < utf16_len(part.strip()) <= subject.max_units for part in words)
        assert all(part.encode() for part in words), "no character is cut in two"
        assert "".join("".join(words).split()) == "".join(text.split())

    @pytest.mark.parametrize(
        ("why", "choices"),
        [
            ("short", (Choice("m|yes", "Gửi"), Choice("m|no", "Thôi"))),
            ("with keys of their own", (Choice("m|5", "Rất hài lòng", "5"), Choice("m|1", "Không hài lòng", "1"))),
            ("a standing command", (Choice("/case.take 1234567890123456789", "Nhận việc"),)),
            ("48 bytes and a mark, as long as may be", (Choice("0123456|" + "ắ" * 16, "Có dấu"),)),
            ("longer than any button holds", (Choice("x" * 65, "Dài"), Choice("m|a", "Ngắn"))),
            ("a label of several lines' length", (Choice("m|a", "Thủ tục " + "rất dài " * 12 + "hết"),)),
        ],
    )
    def test_choices_survive_as_buttons_or_numbered_lines(self, subject, why, choices):
        (drawn,) = subject.draw(Outgoing("Chọn:", choices=choices))
        for choice in Outgoing("", choices=choices).numbered():
            line = f"{choice.key}. {choice.label}"
            assert f"[{line}]" in drawn or line in drawn.splitlines(), why

    async def test_each_failure_of_the_platform_has_its_name_and_tells_nothing(self, subject, caplog):
        caplog.set_level(logging.DEBUG)
        for how, kind in subject.failures:
            error = await subject.fail(how)
            assert type(error) is kind, how
            assert WORDS not in shown(error), how
            assert str(LAN) not in str(error), how
            if how == "flood":
                assert error.after == timedelta(seconds=9)
            if subject.kind == "telegram":
                subject.server.faults.clear()
                subject.server.person(LAN).chat.refusal = ""
        ours = "".join(r.getMessage() for r in caplog.records if r.name.startswith(("bot", "web", "storage")))
        assert WORDS not in ours


@pytest.mark.parametrize("kind", SUBJECTS)
def test_every_sample_can_be_read(kind):
    found = sorted((SAMPLES / kind.kind).glob("*.json"))
    assert found
    for path in found:
        assert json.loads(path.read_text(encoding="utf-8")), path.name


def test_garbage_is_no_call_of_the_platform():
    channel = TelegramChannel("http://127.0.0.1:9")
    for garbage in (b"", b"{}", bytes(range(64))):
        with pytest.raises(BadRecord):
            channel.parse(garbage)
