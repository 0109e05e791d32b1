"""A town whose citizens may also write on Telegram: the real service, inbox, turns and outbox over the fake Bot API."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChat
from bot.connect import save_telegram
from bot.delivery import Delivery, Door
from bot.intake import Intake
from bot.media import MediaFetcher
from bot.secrets import Vault
from bot.settings import Settings
from bot.telegram_service import Pace, TelegramService
from domain.messages import TALK, Outgoing
from storage import communes, outbox
from storage.media import media_path
from storage.tables import Channel, InboxMessage, OutboxMessage
from tests.conftest import Town
from tests.fake_telegram import FakeTelegram

QUICK = Pace(retry_s=0.05, misconfigured_s=0.05, lease_s=0.05, conflict_s=0.2)
KEY = b"a key of the tests, long enough to be one"


async def until(condition: Callable[[], Any], timeout_s: float = 8.0) -> Any:
    """The first truthy value of a condition that another thread or the network brings about."""
    async with asyncio.timeout(timeout_s):
        while not (value := condition()):
            await asyncio.sleep(0.01)
    return value


@dataclass
class Stage:
    """`server` plays Telegram; `row` is the town's channel on it."""

    town: Town
    server: FakeTelegram
    data_dir: Path
    row: Channel
    settings: Settings
    vault: Vault = field(default_factory=lambda: Vault(KEY))
    woken: list[OutboxMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.channel = TelegramChannel(self.server.url)  # the way out; a service has its own way in
        self.delivery = Delivery(
            self.town.db, self.door, self.town.clock, self.woken.append,
            lambda tenant_id, ref: str(media_path(self.data_dir, tenant_id, ref)), patience_s=0.2,
        )  # fmt: skip
        self.intake = Intake(
            self.town.db, self.town.tools, lambda channel_id: self.kinds[channel_id], self.town.clock, timedelta(0),
            self.delivery.wake.set,
        )  # fmt: skip
        self.fetcher = MediaFetcher(self.town.db, self.data_dir, self.town.clock, self.town.tools.ids)

    @property
    def kinds(self) -> dict[int, str]:
        with self.town.db.reading() as session:
            return {row.id: row.kind for row in communes.channels_all_tenants(session)}

    def door(self, row: OutboxMessage) -> Door | None:
        if row.channel_id == self.row.id:
            return self.channel, self.vault.open(self.now(Channel, self.row.id).token)
        return (WebChat(self.town.tools.ids), "") if self.kinds.get(row.channel_id) == "webchat" else None

    def service(self, *rows: Channel, pace: Pace = QUICK) -> TelegramService:
        return TelegramService(
            db=self.town.db, settings=self.settings, vault=self.vault, intake=self.intake, clock=self.town.clock,
            rows=rows or (self.row,), pace=pace,
        )  # fmt: skip

    def connect(self, token: str, *, neighbour: bool = False, webhook: bool = False) -> Channel:
        """Seal a token into a commune's channel row."""
        with self.town.db.writing() as session:
            tenant = self.town.neighbour if neighbour else self.town.tenant
            return save_telegram(session, tenant, token, self.vault, self.town.tools.ids, webhook=webhook)

    def owe(self, words: str = "Chào bà", peer: int = 7001, lane: int = TALK, **more: Any) -> OutboxMessage:
        message = more.pop("message", None) or Outgoing(words, **{k: more.pop(k) for k in ("choices",) if k in more})
        key = more.pop("key", words)
        with self.town.db.writing() as session:
            outbox.add(
                session, self.town.tenant.id, self.town.tools.ids(), channel_id=more.pop("channel_id", self.row.id),
                peer=str(peer), message=message, key=key, now=self.town.clock(), lane=lane, **more,
            )  # fmt: skip
        return self.town.rows(OutboxMessage, key=key)[0]

    def owed(self, key: str) -> OutboxMessage:
        return self.town.rows(OutboxMessage, key=key)[0]

    def now(self, table: Any, id: int) -> Any:
        return self.town.rows(table, id=id)[0]

    def inbox(self) -> list[dict[str, Any]]:
        return [row.body for row in self.town.rows(InboxMessage)]

    async def turns(self) -> None:
        while await self.intake.round():
            pass

    async def deliver(self) -> None:
        """Everything that is due, in as many rounds as it takes."""
        while await self.delivery.round():
            pass
        await self.delivery.settle()

    @contextlib.asynccontextmanager
    async def serving(self, *services: TelegramService) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        running = [asyncio.create_task(service.run(stopping)) for service in services]
        try:
            yield
        finally:
            stopping.set()
            await asyncio.wait_for(asyncio.gather(*running), 5)

    @contextlib.contextmanager
    def disk_full(self, table: str) -> Iterator[None]:
        """While it lasts, the database takes no row of this table (SQLite)."""
        self._sql(f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        try:
            yield
        finally:
            self._sql("DROP TRIGGER full")

    def _sql(self, statement: str) -> None:
        with self.town.db.writing() as session:
            session.execute(text(statement))


@pytest.fixture
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram(retry_unit_s=0.02) as fake:
        yield fake
    assert fake.own_faults == [], "the fake broke the Bot API itself"
    assert fake.violations == [], "we called Telegram in a way that its specification does not allow"


@pytest.fixture
async def stage(town: Town, server: FakeTelegram, tmp_path: Path) -> AsyncIterator[Stage]:
    settings = Settings(telegram_api_base=server.url, data_dir=tmp_path, _env_file=None)
    with town.db.writing() as session:
        row = save_telegram(session, town.tenant, server.token, Vault(KEY), town.tools.ids, webhook=False)
    made = Stage(town, server, tmp_path, row, settings)
    yield made
    await made.channel.close()


def jpeg(width: int = 60, height: int = 40, color: str = "green", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "JPEG", **more)
    return out.getvalue()
