"""Live messages: by a stream that survives everything, or by asking again and again."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from domain.messages import Outgoing
from storage import webchat
from tests.web.conftest import SLUG, Pages
from tests.web.test_chat_http import CHAT, send
from web import streams
from web.people import citizen_seat
from web.site import Here
from web.wakeups import Wakeups, wait

KEY = "a" * 32


@dataclass
class Reader:
    """One open stream, read event by event."""

    pages: Pages
    after: int = 0
    got: list[str] = field(default_factory=list)

    async def __aenter__(self) -> Reader:
        town = self.pages.town
        self.seat = citizen_seat(SLUG, KEY, embedded=False)
        self.here = Here(town.tenant, None, town.channel.id)
        self.events = streams.events(self.pages.create().state.site, self.here, self.seat, self.after)
        assert "event: beat" in await anext(self.events)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.events.aclose()

    async def next(self) -> dict[str, object]:
        async with asyncio.timeout(5):
            while True:
                event = await anext(self.events)
                if "event: message" in event:
                    return json.loads(event.partition("data: ")[2])

    async def say(self, text: str) -> None:
        town = self.pages.town
        await self.pages.say(town.tenant.id, town.channel.id, self.seat.peer, Outgoing(text), f"key {text}")


def text_of(message) -> str:
    return "".join(part["v"] for part in message["parts"])


async def test_a_message_appears_on_an_open_page(pages):
    async with Reader(pages) as page:
        await page.say("một")
        assert text_of(await page.next()) == "một"
        await page.say("hai")
        assert text_of(await page.next()) == "hai"


async def test_a_page_that_comes_back_gets_what_it_missed(pages):
    async with Reader(pages) as page:
        await page.say("một")
        last = int((await page.next())["id"])
        await page.say("hai")
    async with Reader(pages, after=last) as page:
        texts = [text_of(await page.next()) for _ in range(2)]
    assert texts == ["một", "hai"]  # what came shortly before is repeated; the page knows its id


async def test_a_row_committed_late_under_a_smaller_id_is_not_stepped_over(pages, town):
    early = pages.ids()
    async with Reader(pages) as page:
        await page.say("sau")
        await page.next()
        with town.db.writing() as session:
            webchat.add_delivered(
                session, town.tenant.id, early, town.channel.id, page.seat.peer, body={"text": "trước"}, key="late",
                now=town.clock(),
            )  # fmt: skip
        pages.woken.notify(town.tenant.id, town.channel.id, page.seat.peer)
        assert text_of(await page.next()) == "trước"


async def test_rows_of_another_process_are_found_without_a_bell(pages, town):
    async with Reader(pages) as page:
        with town.db.writing() as session:
            webchat.add_delivered(
                session, town.tenant.id, pages.ids(), town.channel.id, page.seat.peer, body={"text": "từ xa"},
                key="far", now=town.clock(),
            )  # fmt: skip
        assert text_of(await page.next()) == "từ xa"


async def test_a_stream_ends_when_the_service_stops(pages):
    async with Reader(pages) as page:
        pages.stopping.set()
        with pytest.raises(StopAsyncIteration):
            await page.next()
    assert pages.woken.total == 0


async def test_nobody_hears_anybody_elses_messages(pages, town):
    async with Reader(pages) as page:
        await pages.say(town.tenant.id, town.channel.id, "somebody else", Outgoing("bí mật"), "other")
        await page.say("của tôi")
        assert text_of(await page.next()) == "của tôi"


async def test_words_that_may_not_be_kept_leave_the_store_and_the_open_page(http, pages, town):
    await send(http, text="nội dung tố cáo")
    said = pages.taken[0]
    with town.db.writing() as session:
        done = webchat.forget(
            session, pages.ids, town.tenant.id, town.channel.id, said.peer, [webchat.own_key(said.external_id)],
            town.clock(),
        )  # fmt: skip
    assert done == 1
    page = (await http.get(CHAT)).text
    assert "Nội dung tin này đã được xóa" in page
    assert '<div class="text">nội dung tố cáo</div>' not in page
    new = (await http.get(f"{CHAT}/messages?after=0")).json()["messages"]
    assert new[-1]["erases"] == [new[0]["id"]]


async def test_a_page_over_the_network_streams_and_the_fourth_is_asked_to_poll(server, pages):
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as http:
        await http.get(CHAT)
        async with AsyncExitStack() as opened:
            reading = []
            for _ in range(3):
                response = await opened.enter_async_context(http.stream("GET", f"{CHAT}/stream?after=0"))
                assert response.headers["content-type"].startswith("text/event-stream")
                reading.append(response.aiter_text())
                assert "beat" in await anext(reading[-1])
            assert (await http.get(f"{CHAT}/stream?after=0")).status_code == 429


async def test_a_bell_rings_for_its_person_alone():
    woken, stopping = Wakeups(), asyncio.Event()
    with woken.listening(1, 2, "an") as an, woken.listening(1, 2, "binh") as binh:
        woken.notify(1, 2, "an")
        assert an.is_set()
        assert not binh.is_set()
        await wait(an, stopping, 5)
        assert not an.is_set()
    assert woken.total == 0
