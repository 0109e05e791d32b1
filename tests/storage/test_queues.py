"""Inbox and outbox: nothing twice, nothing out of order, nothing stuck behind somebody else."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from domain.messages import NOTICE, TALK, Incoming, Outgoing
from storage import inbox, outbox
from storage.db import Database
from storage.tables import InboxMessage, OutboxMessage, Tenant


@pytest.fixture
def owe(town):
    def add(key, peer="a", lane=TALK, **more):
        with town.db.writing() as session:
            return outbox.add(
                session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer=peer,
                message=Outgoing(key), key=key, now=town.clock(), lane=lane, **more,
            )  # fmt: skip

    return add


@pytest.fixture
def claim(town):
    def take():
        with town.db.writing() as session:
            return outbox.claim_all_tenants(session, town.clock())

    return take


def keys(rows):
    return [row.key for row in rows]


def test_the_same_key_is_owed_once(town, owe):
    assert owe("receipt:1")
    assert not owe("receipt:1")
    assert len(town.rows(OutboxMessage)) == 1


def test_one_persons_messages_leave_one_after_the_other(town, owe, claim):
    owe("first")
    owe("second")
    owe("somebody else", peer="b")
    rows = claim()
    assert sorted(keys(rows)) == ["first", "somebody else"]
    with town.db.writing() as session:
        for row in rows:
            outbox.finish(session, row, sent_at=town.clock(), next_try_at=None)
    assert keys(claim()) == ["second"]


def test_talk_overtakes_notices_and_neither_blocks_the_other(town, owe, claim):
    owe("notice", lane=NOTICE)
    owe("answer", lane=TALK)
    assert keys(claim()) == ["answer", "notice"]


def test_a_long_wait_leaves_the_lane(town, owe, claim):
    owe("flooded")
    owe("next")
    (row,) = claim()
    with town.db.writing() as session:
        outbox.finish(session, row, next_try_at=town.clock() + timedelta(minutes=10))
    assert keys(claim()) == ["next"]


def test_a_short_wait_keeps_the_order(town, owe, claim):
    owe("flooded")
    owe("next")
    (row,) = claim()
    with town.db.writing() as session:
        outbox.finish(session, row, next_try_at=town.clock() + timedelta(seconds=5))
    assert claim() == []
    town.clock.forward(seconds=6)
    assert keys(claim()) == ["flooded"]


def test_a_crashed_sender_loses_its_lease_and_may_change_nothing_afterwards(town, owe, claim):
    owe("once")
    (lost,) = claim()
    assert claim() == []
    town.clock.forward(seconds=outbox.LEASE.total_seconds() + 1)
    (taken,) = claim()
    with town.db.writing() as session:
        assert not outbox.finish(session, lost, sent_at=town.clock(), next_try_at=None)
        assert outbox.finish(session, taken, sent_at=town.clock(), next_try_at=None)


def store(town, external_id, text="x", peer="a", quiet=0.0, **more):
    said = Incoming(external_id, peer, town.clock(), text=text, **more)
    with town.db.writing() as session:
        return inbox.add(
            session, town.tenant.id, town.tools.ids(), town.channel.id, said, now=town.clock(),
            quiet=timedelta(seconds=quiet),
        )  # fmt: skip


def take(town):
    with town.db.writing() as session:
        return inbox.claim_all_tenants(session, town.clock())


def test_a_redelivered_message_meets_its_own_row(town):
    assert store(town, "u1")
    assert not store(town, "u1")
    assert len(town.rows(InboxMessage)) == 1


def test_each_piece_of_a_burst_makes_the_others_wait_but_not_for_ever(town):
    store(town, "u1", quiet=2)
    town.clock.forward(seconds=1.5)
    store(town, "u2", quiet=2)
    town.clock.forward(seconds=1)
    assert take(town) == []
    town.clock.forward(seconds=1.5)
    assert [row.external_id for row in take(town)] == ["u1"]


def test_a_person_who_never_pauses_is_answered_all_the_same(town):
    for n in range(20):
        store(town, f"u{n}", quiet=2)
        town.clock.forward(seconds=1)
        if rows := take(town):
            break
    assert rows, "the longest burst is bounded"


def test_a_press_ends_the_waiting(town):
    store(town, "u1", quiet=2)
    store(town, "u2", choice="x", text="", quiet=2)
    assert [row.external_id for row in take(town)] == ["u1"]


def test_nobody_overtakes_their_own_earlier_message(town):
    store(town, "u1")
    store(town, "u2")
    store(town, "v1", peer="b")
    assert sorted(row.external_id for row in take(town)) == ["u1", "v1"]
    assert take(town) == []


def test_erased_words_leave_the_write_ahead_log_too(tmp_path, sqlite_template):
    path = tmp_path / "danhoi.db"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    with db.writing() as session:
        session.add(Tenant(id=5, slug="loi-to-cao", name="x", unit="", profile={}))
    with db.writing() as session:
        session.execute(delete(Tenant).where(Tenant.id == 5))
    log = path.with_name("danhoi.db-wal")
    assert b"loi-to-cao" in log.read_bytes()
    db.forget_log()
    assert b"loi-to-cao" not in log.read_bytes() + path.read_bytes()
    db.close()
