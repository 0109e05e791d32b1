"""The only wiring: every concrete object is made here, and here alone signals are heard."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from sqlalchemy.orm import Session

import handlers.dialogs  # noqa: F401 - registers every step and command
from bot.channels.base import Channel, LocalChannel
from bot.channels.webchat import WebChat
from bot.connect import connect_telegram
from bot.delivery import Delivery, Door
from bot.erasing import MediaEraser
from bot.intake import Intake
from bot.locking import DataDirLock
from bot.media import MediaFetcher
from bot.secrets import Vault, load_key, subkey
from bot.server import Server, listen, make_server
from bot.settings import Settings
from bot.waiting import first_of
from bot.webhooks import TakeCall, webhook_routes
from knowledge.library import Library
from scheduler.clockwork import Clockwork
from storage import channels as channel_queries
from storage import communes, inbox, migrate, outbox
from storage.db import Database
from storage.ids import IdMaker, TimeOrderedIds
from storage.media import media_path
from storage.tables import Channel as ChannelRow
from storage.tables import OutboxMessage
from web.app import WebSettings, create_web
from web.wakeups import Wakeups

if TYPE_CHECKING:
    from bot.telegram_service import TelegramService

log = logging.getLogger(__name__)

LIBRARY_LOOK_S = 15.0
CHANNELS_LOOK_S = 5.0  # a command beside us may connect a bot or set up a commune
LIBRARY_MOST_S = 60.0  # longest wait for the first search indexes before talk begins without
GRACE_S = 10  # for turns and sends that are under way when we are told to stop


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class AppTools:
    """What handlers and sweeps are given: see handlers.context.Tools."""

    ids: IdMaker = field(default_factory=TimeOrderedIds)
    random_bits: Callable[[int], int] = secrets.randbits
    library: Library = field(default_factory=Library)


@dataclass
class App:
    """A built service. `run` serves until told to stop."""

    settings: Settings
    db: Database
    tools: AppTools
    vault: Vault
    intake: Intake
    delivery: Delivery
    clockwork: Clockwork
    fetcher: MediaFetcher
    eraser: MediaEraser
    web: FastAPI
    stopping: asyncio.Event
    adapters: dict[str, Channel | LocalChannel]
    channels: dict[int, ChannelRow]
    hooks: dict[str, TakeCall]
    new_key: bool = False
    started: Callable[[int], None] | None = None  # called with the port once it listens
    looked: asyncio.Event = field(default_factory=asyncio.Event)  # the search indexes were made, or could not be

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM. A second signal ends the process at once."""
        self._listen_to_signals()
        await self.db.write(_resume, self.settings.is_sqlite)
        sock = listen(self.settings.host, self.settings.port)
        server = make_server(self.web)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        if self.started:
            self.started(sock.getsockname()[1])
        await self._work(serving, server)

    async def _work(self, serving: asyncio.Task[None], server: Server) -> None:
        jobs: list[Coroutine[Any, Any, None]] = [
            self._talk(),
            self.delivery.run(self.stopping),
            self.fetcher.run(self.stopping),
            self.eraser.run(self.stopping),
            self.clockwork.run(self.stopping),
            self._keep_library(),
            self._serve_channels(),
        ]
        tasks = [asyncio.create_task(job) for job in jobs]
        await self.stopping.wait()
        server.should_exit = True
        await asyncio.wait([serving, *tasks], timeout=GRACE_S)
        for task in (serving, *tasks):
            if not task.done():
                task.cancel()
        await asyncio.gather(serving, *tasks, return_exceptions=True)
        self.db.close()

    async def _talk(self) -> None:
        """Messages are stored from the start. Turns wait for the indexes: making one in a turn holds up all writes."""
        await first_of(LIBRARY_MOST_S, self.looked, self.stopping)
        await self.intake.run(self.stopping)

    async def _keep_library(self) -> None:
        """Build the search indexes beside the talk, and again when procedures were imported or a day began."""
        while not self.stopping.is_set():
            try:
                await self.db.read(_warm, self.tools.library)
            except Exception:
                log.exception("library not refreshed")
            self.looked.set()
            await first_of(LIBRARY_LOOK_S, self.stopping)

    async def _serve_channels(self) -> None:
        """Serve the channels as they are stored, also what changes while we serve."""
        service: TelegramService | None = None
        running: asyncio.Task[None] | None = None
        while not self.stopping.is_set():
            rows = [row for row in self.channels.values() if row.kind == "telegram" and row.token]
            if service is None and rows:
                service = self._join_telegram()
                running = asyncio.create_task(service.run(self.stopping))
            if service is not None:
                service.follow(rows)
            await first_of(CHANNELS_LOOK_S, self.stopping)
            try:
                known = await self.db.read(communes.channels_all_tenants)
            except Exception:
                log.exception("channels not looked up")
                continue
            self.channels.update({row.id: row for row in known})
            for id in self.channels.keys() - {row.id for row in known}:
                del self.channels[id]
        if running is not None:
            await running

    def _join_telegram(self) -> TelegramService:
        """Telegram joins after the pages answer, where a commune has it: its library takes seconds to load."""
        from bot.telegram_service import TelegramService

        service = TelegramService(
            db=self.db, settings=self.settings, vault=self.vault, intake=self.intake, clock=utc_now, rows=[]
        )
        self.adapters["telegram"] = service.channel
        self.fetcher.sources["telegram"] = service.download
        self.hooks["telegram"] = service.take_webhook
        self.delivery.wake.set()
        return service

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()

        def stop() -> None:
            if self.stopping.is_set():
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                raise SystemExit(1)
            self.stopping.set()

        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop)

    def door(self, row: OutboxMessage) -> Door | None:
        """The adapter and the opened token for an outbox row; None while the channel is not connected."""
        channel = self.channels.get(row.channel_id)
        adapter = self.adapters.get(channel.kind) if channel else None
        if channel is None or adapter is None:
            return None
        return adapter, self.vault.open(channel.token)


def build(settings: Settings) -> App:
    """Open the database (an embedded one is migrated) and make every part.

    Raises SchemaError, KeyMissing, AlreadyRunning, SettingsError.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.is_sqlite:
        DataDirLock(settings.data_dir).take()
    key, new_key = load_key(settings.secret_key.get_secret_value(), settings.data_dir, may_create=settings.is_sqlite)
    db = open_database(settings)
    tools = AppTools()
    vault = Vault(key)
    stopping = asyncio.Event()
    wakeups = Wakeups()
    with db.writing() as session:
        connect_telegram(session, settings, vault, tools.ids)
    with db.reading() as session:
        channels = {row.id: row for row in communes.channels_all_tenants(session)}
    adapters: dict[str, Channel | LocalChannel] = {"webchat": WebChat(tools.ids)}
    app: App

    def media(tenant_id: int, ref: str) -> str:
        return str(media_path(settings.data_dir, tenant_id, ref))

    delivery = Delivery(
        db, lambda row: app.door(row), utc_now,
        delivered=lambda row: wakeups.notify(row.tenant_id, row.channel_id, row.peer), media_paths=media,
    )  # fmt: skip
    intake = Intake(
        db, tools, lambda channel_id: channels[channel_id].kind, utc_now, timedelta(seconds=settings.quiet_s),
        turned=delivery.wake.set,
    )  # fmt: skip
    web = create_web(
        db=db,
        settings=WebSettings(
            base_url=settings.public_url, hosts=settings.host_names, trusted_proxies=settings.proxies,
            secret=subkey(key, "chat"), data_dir=settings.data_dir,
            media_limit_bytes=int(settings.media_limit_gb * 2**30),
        ),
        take_in=intake.take_in, woken=wakeups, stopping=stopping, clock=utc_now, ids=tools.ids,
        random_bytes=secrets.token_bytes,
    )  # fmt: skip
    hooks: dict[str, TakeCall] = {}
    web.include_router(webhook_routes(hooks))
    app = App(
        settings=settings, db=db, tools=tools, vault=vault, intake=intake, delivery=delivery, web=web,
        clockwork=Clockwork(db, tools, utc_now, done=delivery.wake.set),
        fetcher=MediaFetcher(db, settings.data_dir, utc_now, tools.ids),
        eraser=MediaEraser(db, tools, settings.data_dir, utc_now, owed=delivery.wake.set),
        stopping=stopping, adapters=adapters, channels=channels, hooks=hooks, new_key=new_key,
    )  # fmt: skip
    return app


def open_database(settings: Settings) -> Database:
    """SQLite: back up before a migration, then migrate. PostgreSQL: refuse any schema but ours."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    if not settings.is_sqlite:
        migrate.check(db)
        return db
    found = migrate.current(db)
    if found is not None and found != migrate.newest():
        backup_before_migration(db, settings.data_dir, found)
    migrate.migrate(db)
    return db


def backup_before_migration(db: Database, data_dir: Path, revision: str) -> Path:
    """A copy of the embedded database beside it; an existing copy of the same revision is kept."""
    path = data_dir / "backups" / f"before-migration-from-{revision}.db"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        db.copy_to(path)
    return path


def _warm(session: Session, library: Library) -> None:
    library.refresh(session)
    for tenant in communes.communes_all_tenants(session):
        library.index(session, tenant.id, utc_now().astimezone(ZoneInfo(tenant.timezone)).date())


def _resume(session: Session, only_process: bool) -> None:
    """What a process before us had leased is due again at once, where there can be no other process."""
    if only_process:
        channel_queries.release_leases_all_tenants(session)
        inbox.release_leases_all_tenants(session)
        outbox.release_leases_all_tenants(session, utc_now())
