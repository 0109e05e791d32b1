"""The pages on a real town, with a tiny service behind them that answers what it is told to answer."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from bot.channels.webchat import WebChat
from domain.messages import Choice, Incoming, Outgoing, outgoing_from_json
from storage import inbox, outbox
from storage.db import Database
from storage.ids import TimeOrderedIds
from storage.tables import InboxMessage, OutboxMessage
from tests.conftest import Town
from web.app import Wakeups, WebSettings, create_web

SLUG = "hoa-an"
CODE = "7K2M-9QXD"


def answer_to(said: Incoming) -> Outgoing:
    """What the tiny service answers."""
    if said.text == "menu":
        return Outgoing("Cần gì ạ?", choices=(Choice("m|one", "Hỏi thủ tục"), Choice("m|two", "Gửi phản ánh")))
    if said.text == "mã":
        return Outgoing(f"Đã nhận. Mã:\n{CODE}\nXem tại https://dichvucong.gov.vn.", links=(
            ("Cổng dịch vụ công", "https://dichvucong.gov.vn/x"), ("Xấu", "http://xau.example/"),
            ("Xấu hơn", "javascript:alert(1)"),
        ))  # fmt: skip
    if said.text == "vị trí":
        return Outgoing("Ở đâu ạ?", ask="location")
    if said.text == "số":
        return Outgoing("Cho tôi số điện thoại.", ask="contact")
    if said.choice:
        return Outgoing(f"Đã chọn {said.choice}")
    if said.media:
        return Outgoing(f"Đã nhận {len(said.media)} tệp: {said.text}")
    if said.phone or said.location or said.start:
        return Outgoing(f"Đã nhận {said.phone}{said.location or ''}{said.start}")
    return Outgoing(f"Đã nghe: {said.text}")


@dataclass
class Pages:
    """The pages of a town: `app` to call, `taken` to see what reached the inbox."""

    town: Town
    data_dir: Path
    base_url: str = "http://testserver"
    answers: bool = True
    changes: dict[str, Any] = field(default_factory=dict)  # of the settings
    taken: list[Incoming] = field(default_factory=list)
    crash_after_inbox: bool = False
    woken: Wakeups = field(default_factory=Wakeups)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    ids: Callable[[], int] = field(default_factory=TimeOrderedIds)

    def create(self) -> FastAPI:
        settings = WebSettings(
            self.base_url, ("testserver", "127.0.0.1", "localhost"), ("10.0.0.1",), b"s" * 32, self.data_dir
        )
        return create_web(
            self.town.db, replace(settings, **self.changes), self.take_in, self.woken, self.stopping,
            self.town.clock, self.ids, os.urandom,
        )  # fmt: skip

    async def take_in(self, tenant_id: int, channel_id: int, said: Incoming) -> bool:
        added = await self.town.db.write(
            inbox.add, tenant_id, self.ids(), channel_id, said, now=self.town.clock(), quiet=timedelta(0)
        )
        if self.crash_after_inbox:
            raise RuntimeError("the process died here")
        if added:
            self.taken.append(said)
            if self.answers:
                await self.say(tenant_id, channel_id, said.peer, answer_to(said), f"turn:{said.external_id}")
        return added

    async def say(self, tenant_id: int, channel_id: int, peer: str, message: Outgoing, key: str) -> None:
        """What delivery does for a local channel."""
        await self.town.db.write(self._deliver, tenant_id, channel_id, peer, message, key)
        self.woken.notify(tenant_id, channel_id, peer)

    def _deliver(self, session: Any, tenant_id: int, channel_id: int, peer: str, message: Outgoing, key: str) -> None:
        now = self.town.clock()
        marked = replace(message, choices=message.numbered())
        outbox.add(session, tenant_id, self.ids(), channel_id=channel_id, peer=peer, message=marked, key=key, now=now)
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.key == key)).one()
        WebChat(self.ids).deliver(session, row, now)

    def inbox(self) -> list[InboxMessage]:
        return self.town.rows(InboxMessage)


@pytest.fixture
def pages(town: Town, tmp_path: Path) -> Pages:
    return Pages(town, tmp_path)


@pytest.fixture
async def http(pages: Pages) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without a script: keeps cookies, sends forms."""
    async with browser_of(pages.create()) as client:
        yield client


def browser_of(app: FastAPI, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)


class Server:
    """The pages on a loopback port, in a thread with a loop of its own; may be stopped and started again."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        pages.base_url = self.url
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(20)

    def stop(self) -> None:
        if self._thread:
            self.loop.call_soon_threadsafe(self._end)
            self._thread.join(20)
            assert not self._thread.is_alive()
            self._thread = None

    def do(self, work: Any) -> Any:
        """Run a coroutine beside the server."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    async def _serve(self, ready: threading.Event) -> None:
        self.loop = asyncio.get_running_loop()
        self.pages.stopping = asyncio.Event()
        self.pages.woken = Wakeups()
        app = self.pages.create()
        config = uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_level="warning", proxy_headers=False, lifespan="off",
            timeout_graceful_shutdown=3,
        )  # fmt: skip
        self._uvicorn = uvicorn.Server(config)
        task = asyncio.create_task(self._uvicorn._serve())
        while not self._uvicorn.started:
            await asyncio.sleep(0.01)
        ready.set()
        await task

    def _end(self) -> None:
        self.pages.stopping.set()
        self._uvicorn.should_exit = True


@pytest.fixture
def server(pages: Pages) -> Iterator[Server]:
    served = Server(pages)
    served.start()
    yield served
    served.stop()


def heard(pages: Pages, peer: str) -> list[str]:
    """The answers this person was given."""
    rows = pages.town.rows(OutboxMessage, peer=peer)
    return [outgoing_from_json(row.body).text for row in rows]


__all__ = ["CODE", "SLUG", "Database", "Pages", "Server", "browser_of", "heard"]
