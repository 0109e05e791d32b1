"""Into turns: one person's trouble is nobody else's, and what ends the process does so three times at most."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from domain.messages import Incoming
from storage import inbox
from storage.tables import Channel, Conversation, InboxMessage, OutboxMessage
from tests.bot.conftest import until

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def said(stage, external_id: str, peer: str = "7001", words: str = "Xin chào") -> Incoming:
    return Incoming(external_id, peer, stage.town.clock(), text=words)


async def take_in(stage, message: Incoming, channel: Channel | None = None) -> bool:
    row = channel or stage.row
    return await stage.intake.take_in(row.tenant_id, row.id, message)


async def test_the_same_message_is_taken_once_and_wakes_the_turns(stage):
    assert await take_in(stage, said(stage, "1"))
    assert stage.intake.wake.is_set()
    assert not await take_in(stage, said(stage, "1"))
    await stage.turns()
    assert len(stage.town.rows(InboxMessage)) == 1
    assert stage.delivery.wake.is_set(), "delivery hears that something is owed"


async def test_what_breaks_the_common_commit_is_one_persons_trouble_only(stage):
    """The database refuses one person's row at the commit: the others, of the same second, are answered."""
    for n in range(4):
        await take_in(stage, said(stage, str(n), peer=f"70{n}"))
    stage._sql("CREATE TABLE nowhere (id INTEGER PRIMARY KEY)")
    stage._sql("CREATE TABLE refused (id INTEGER REFERENCES nowhere (id) DEFERRABLE INITIALLY DEFERRED)")
    stage._sql(
        "CREATE TRIGGER refuse AFTER UPDATE ON inbox WHEN NEW.peer = '702' AND NEW.handled_at IS NOT NULL "
        "BEGIN INSERT INTO refused VALUES (1); END"
    )
    for _ in range(4):
        await stage.intake.round()
        stage.town.clock.forward(seconds=61)
    rows = {row.peer: row for row in stage.town.rows(InboxMessage)}
    assert [rows[f"70{n}"].handled_at is not None for n in range(4)] == [True, True, False, True]
    assert [rows[f"70{n}"].parked_at is not None for n in range(4)] == [False, False, True, False]
    assert {row.peer for row in stage.town.rows(OutboxMessage)} == {"700", "701", "703"}


async def test_a_message_that_ends_the_process_each_time_is_parked(stage):
    await take_in(stage, said(stage, "1"))
    for _ in range(inbox.MAX_ATTEMPTS):  # claimed, and then the process is no more
        with stage.town.db.writing() as session:
            assert inbox.claim_all_tenants(session, stage.town.clock())
        stage.town.clock.forward(seconds=61)
    await stage.turns()
    (row,) = stage.town.rows(InboxMessage)
    assert row.parked_at
    assert "ended" in row.error
    await take_in(stage, said(stage, "2"))
    await stage.turns()
    assert stage.town.rows(InboxMessage)[1].handled_at, "what the person says next is heard"


async def test_a_channel_added_while_we_serve_is_answered_too(stage):
    known = dict(stage.kinds)
    stage.intake._kind_of = lambda channel_id: known[channel_id]
    with stage.town.db.writing() as session:
        added = Channel(
            tenant_id=stage.town.neighbour.id, id=stage.town.tools.ids(), kind="telegram", name="new", mode="polling"
        )
        session.add(added)
    await take_in(stage, said(stage, "1"), added)
    await stage.turns()
    assert stage.town.rows(Conversation, channel_id=added.id)


async def test_it_stops_at_once_when_told_to(stage):
    stopping = asyncio.Event()
    running = asyncio.create_task(stage.intake.run(stopping))
    await take_in(stage, said(stage, "1"))
    await until(lambda: stage.town.rows(InboxMessage)[0].handled_at)
    stopping.set()
    await asyncio.wait_for(running, 2)
    with stage.town.db.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM inbox WHERE handled_at IS NULL")) == 0
