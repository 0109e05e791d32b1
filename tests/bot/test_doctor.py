"""What the doctor sees, and what an operator can do about it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.backup import backup
from bot.doctor import Finding, examine, exit_code, print_findings, run_doctor
from bot.locking import DataDirLock
from bot.settings import Settings
from domain.messages import Incoming, Outgoing
from storage import inbox, outbox
from storage.db import Database
from storage.tables import Channel, Holiday, InboxMessage, OutboxMessage
from tests.conftest import Town

SECRET = "số nhà tôi là 12"


@pytest.fixture
def settings(db: Database, tmp_path: Path) -> Settings:
    url = "" if db.is_sqlite else db.url.render_as_string(hide_password=False)
    return Settings(_env_file=None, data_dir=tmp_path, database_url=url, secret_key="k" if url else "")


@pytest.fixture
def look(town: Town, settings: Settings):
    """The findings that contain some words."""

    def look(words: str = "") -> list[Finding]:
        return [finding for finding in examine(town.db, settings, town.clock()) if words in finding.what]

    return look


def park(town: Town) -> int:
    said = Incoming("e-1", "p", town.clock(), text=SECRET)
    with town.db.writing() as session:
        id = town.tools.ids()
        inbox.add(session, town.tenant.id, id, town.channel.id, said, now=town.clock(), quiet=timedelta(0))
        inbox.park(session, session.get_one(InboxMessage, (town.tenant.id, id)), town.clock(), "ValueError at x:1")
    return id


def test_a_failed_message_is_named_without_its_words_and_can_be_put_back(town, settings, look):
    id = park(town)
    (found,) = look(f"message {id}")
    assert found.level == "bad"
    assert "ValueError at x:1" in found.what
    screen = io.StringIO()
    assert run_doctor(settings, town.clock(), console=Console(file=screen)) == 1
    assert SECRET not in screen.getvalue()
    assert run_doctor(settings, town.clock(), retry=id, console=Console(file=io.StringIO())) in (0, 1)
    assert look(f"message {id}") == []
    assert [row.id for row in town.rows(InboxMessage) if row.parked_at is None and row.attempts == 0] == [id]
    assert town.turns() == 1


def test_a_failed_message_can_be_given_up(town, settings, look):
    id = park(town)
    run_doctor(settings, town.clock(), drop=id, console=Console(file=io.StringIO()))
    (row,) = town.rows(InboxMessage)
    assert (row.parked_at, row.body) == (None, {})
    assert row.handled_at is not None
    assert look(f"message {id}") == []


def test_an_unknown_message_is_said_to_be_unknown(town, settings):
    screen = io.StringIO()
    run_doctor(settings, town.clock(), retry=404, console=Console(file=screen))
    assert "no such message" in screen.getvalue()


def test_queues_that_stand_still_are_seen(town, look):
    town.store(town.channel, Incoming("e-1", "p", town.clock(), text="x"))
    with town.db.writing() as session:
        outbox.add(session, town.tenant.id, 7, channel_id=town.channel.id, peer="p", message=Outgoing("x"), key="k",
                   now=town.clock())  # fmt: skip
    assert [f.level for f in look("every message has been handled")] == ["ok"]
    town.clock.forward(minutes=30)
    assert [f.level for f in look("have waited 30 minutes")] == ["bad"]
    assert [f.level for f in look("1 messages are not sent")] == ["warn"]


def test_what_could_not_be_delivered_and_what_is_held_is_counted(town, look):
    with town.db.writing() as session:
        for n, why in enumerate(("gone", "gone", "restored")):
            outbox.add(session, town.tenant.id, n + 1, channel_id=town.channel.id, peer="p", message=Outgoing("x"),
                       key=str(n), now=town.clock())  # fmt: skip
            row = session.get_one(OutboxMessage, (town.tenant.id, n + 1))
            row.next_try_at, row.failed_why = None, why
            row.failed_at = town.clock() if why == "gone" else None
    assert look("2 messages could not be delivered in the last 7 days (gone)")
    assert "--release-held" in look("1 messages are held")[0].fix


def test_a_paused_channel_and_an_unreadable_token_are_bad(town, look):
    with town.db.writing() as session:
        channel = session.get_one(Channel, (town.tenant.id, town.channel.id))
        channel.paused_why = "401 Unauthorized"
        session.add(Channel(tenant_id=town.tenant.id, id=77, kind="telegram", token="sealed with another key"))
    assert [f.level for f in look("is paused: 401 Unauthorized")] == ["bad"]
    assert [f.level for f in look("token cannot be read")] == ["bad"]


def test_people_nobody_can_reach_are_named_by_title(town, look):
    assert [f.level for f in look("no director or leader")] == ["bad", "bad"]
    assert look("'hoa-an': nobody of Phòng Kinh tế has a chat")[0].level == "bad"
    town.officer("Lan")
    town.officer("Phúc")
    assert look("'hoa-an': nobody of Phòng Kinh tế") == []
    assert look("'hoa-an': nobody of Công an xã")[0].level == "warn", "it goes up to the leader"
    (unlinked,) = look("'hoa-an': without a chat")
    assert "Trưởng phòng Kinh tế" in unlinked.what
    assert "Trần Văn Hùng" not in unlinked.what


def test_days_off_that_nobody_confirmed_and_a_year_without_days(town, look):
    town.clock.forward(days=250)  # in November
    assert "24/11/2026" in look("'hoa-an': days off that nobody has confirmed")[0].what
    with town.db.writing() as session:
        session.query(Holiday).filter(Holiday.on >= town.clock().date().replace(month=12, day=31)).delete()
    assert look("'hoa-an': no days off are known for 2027")[0].level == "bad"


def test_a_clock_set_back_is_seen(town, look):
    town.store(town.channel, Incoming("e-1", "p", town.clock(), text="x"))
    assert look("the clock is") == []
    town.clock.forward(hours=-5)
    assert look("the clock is 5 hours behind")[0].level == "bad"


def test_a_backup_grows_old(town, settings, look, tmp_path):
    assert look("no backup has been written")[0].level == "warn"
    if not town.db.is_sqlite:
        return
    backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    assert look("the last backup is 0 minutes old")[0].level == "ok"
    town.clock.forward(days=3)
    assert look("the last backup is 3 days old")[0].level == "warn"
    town.clock.forward(days=20)
    assert look("the last backup is 23 days old")[0].level == "bad"


def test_no_procedures_is_bad(look):
    assert look("no procedures are loaded")[0].level == "bad"


def test_whether_a_process_serves(town, settings, look):
    if not town.db.is_sqlite:
        assert look("serves") == []
        return
    assert look("no process serves")[0].level == "warn"
    with DataDirLock(settings.data_dir):
        assert look("a process serves")[0].level == "ok"


def test_a_damaged_file_is_seen(town, settings, tmp_path):
    if not town.db.is_sqlite:
        pytest.skip("PostgreSQL looks after its own files")
    town.db.close()
    path = settings.data_dir / "danhoi.db"
    content = bytearray(path.read_bytes())
    for page in range(4, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path.write_bytes(content)
    db = Database(f"sqlite:///{path}")
    assert exit_code(examine(db, settings, town.clock())) == 1
    db.close()


def test_an_empty_folder_stays_empty(tmp_path, clock):
    settings = Settings(_env_file=None, data_dir=tmp_path / "none")
    screen = io.StringIO()
    assert run_doctor(settings, clock(), console=Console(file=screen)) == 1
    assert "there is no database" in screen.getvalue()
    assert list(tmp_path.iterdir()) == []


def test_the_worst_comes_first_with_what_to_do():
    screen = io.StringIO()
    findings = [Finding("ok", "fine"), Finding("warn", "[old] backup", "make one"), Finding("bad", "broken", "mend it")]
    print_findings(findings, Console(file=screen, width=80))
    assert [line.split()[0] for line in screen.getvalue().splitlines()] == ["BAD", "→", "WARN", "→", "ok"]
    assert "[old]" in screen.getvalue()
    assert exit_code(findings) == 1
    assert exit_code(findings[:2]) == 0
