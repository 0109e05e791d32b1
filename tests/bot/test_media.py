"""What people send is fetched, cleaned of where and with what it was taken, and kept under its hash."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.media import FIRST_PAUSE, MAX_ATTEMPTS
from domain.messages import Media
from domain.texts import common
from domain.texts import delivery as words
from storage import attachments
from storage.media import MAX_BYTES, MAX_SIDE_PX, NotAPicture, clean_picture, keep, media_path
from storage.tables import Attachment, OutboxMessage
from tests.bot.conftest import jpeg

LAN = 7001
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


@pytest.fixture
def db(sqlite):
    return sqlite


@pytest.fixture
def lan(stage):
    person = stage.server.person(LAN)
    person.starts()
    return person


@pytest.fixture
async def fetching(stage):
    """The fetcher with the service's download; `owe` makes a pending file of what the person sent last."""
    service = stage.service()
    stage.fetcher.sources["telegram"] = service.download
    yield stage
    await service.channel.close()


def pending(stage, ref: str, kind: str = "photo", size: int | None = None, inbox_id: int = 1) -> None:
    with stage.town.db.writing() as session:
        attachments.add(
            session, stage.town.tools.ids, stage.town.tenant.id, (Media(kind, ref, size=size),), stage.town.clock(),
            channel_id=stage.row.id, peer=str(LAN), inbox_id=inbox_id, case_id=1,
        )  # fmt: skip


def file_row(stage) -> Attachment:
    return stage.town.rows(Attachment)[-1]


def told(stage) -> list[str]:
    return [row.body["text"] for row in stage.town.rows(OutboxMessage)]


def with_exif(orientation: int = 6) -> bytes:
    """A picture 60 wide and 40 high, red at the left, with the place and the device it was taken with."""
    picture = Image.new("RGB", (60, 40), "blue")
    picture.paste("red", (0, 0, 20, 40))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "Máy của Lan"
    exif.get_ifd(GPS).update({1: "N", 2: (10.0, 30.0, 0.0), 3: "E", 4: (106.0, 30.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_a_photo_is_fetched_cleaned_and_kept_under_its_hash(fetching, lan):
    given = with_exif()
    assert Image.open(io.BytesIO(given)).getexif().get_ifd(GPS), "the sample does carry a place"
    sent = lan.sends_photo(given)
    pending(fetching, sent.raw["photo"][-1]["file_id"])
    assert await fetching.fetcher.round() == 1
    row = file_row(fetching)
    path = media_path(fetching.data_dir, row.tenant_id, f"sha256:{row.sha256}")
    kept = path.read_bytes()
    assert (row.status, row.size, row.failed_why) == ("ready", len(kept), "")
    assert hashlib.sha256(kept).hexdigest() == row.sha256 == path.name
    picture = Image.open(io.BytesIO(kept))
    assert dict(picture.getexif()) == {}
    assert b"Lan" not in kept
    assert picture.size == (40, 60), "turned upright"
    red, _, blue = picture.getpixel((20, 5))
    assert red > blue, "what was at the left is at the top"
    assert [item.name for item in path.parent.iterdir()] == [path.name], "no draft is left"
    assert await fetching.fetcher.round() == 0
    assert told(fetching) == []


async def test_a_voice_message_keeps_its_bytes(fetching, lan):
    sent = lan.sends_voice(b"OggS xin chao")
    pending(fetching, sent.raw["voice"]["file_id"], "voice")
    await fetching.fetcher.round()
    row = file_row(fetching)
    assert media_path(fetching.data_dir, row.tenant_id, row.sha256).read_bytes() == b"OggS xin chao"


@pytest.mark.parametrize(
    ("why", "claimed", "known_before"),
    [
        ("its size is known before", MAX_BYTES + 1, True),
        ("the platform refuses to give it", MAX_BYTES + 1, False),
    ],
)
async def test_a_file_that_is_too_big_is_refused_and_the_person_is_told(fetching, lan, why, claimed, known_before):
    sent = lan.sends_document(b"video", "phim.mp4", "video/mp4", size=claimed)
    pending(fetching, sent.raw["document"]["file_id"], "document", claimed if known_before else None)
    await fetching.fetcher.round()
    row = file_row(fetching)
    assert (row.status, row.failed_why, row.next_try_at) == ("refused", "too large", None), why
    assert told(fetching) == [common.file_too_big(20)]
    assert fetching.server.calls["getFile"] == (0 if known_before else 1)
    await fetching.deliver()
    assert "20 MB" in lan.inbox[-1].text


async def test_a_server_that_sends_more_than_it_said_is_cut_off(fetching, lan):
    sent = lan.sends_document(b"x" * (MAX_BYTES + 1), "phim.mp4", "video/mp4", size=100)
    pending(fetching, sent.raw["document"]["file_id"], "document")
    await fetching.fetcher.round()
    assert file_row(fetching).status == "refused"
    assert not (fetching.data_dir / "media").exists()


async def test_a_broken_picture_fails_at_once_and_the_person_is_told_once(fetching, lan):
    for content in (b"no picture at all", jpeg(400, 300)[:600]):
        sent = lan.sends_document(content, "anh.jpg", "image/jpeg")
        pending(fetching, sent.raw["document"]["file_id"], "photo")
    await fetching.fetcher.round()
    assert [row.status for row in fetching.town.rows(Attachment)] == ["failed", "failed"]
    assert told(fetching) == [words.file_not_fetched()], "one sentence for one message, however many files it had"


async def test_a_link_that_fails_is_tried_again_and_then_works(fetching, lan):
    sent = lan.sends_photo(jpeg())
    pending(fetching, sent.raw["photo"][-1]["file_id"])
    download = frozenset({"(download)"})
    for fault in (
        lambda: fetching.server.breaks(times=None, status=502, html=True, methods=download),
        lambda: fetching.server.breaks(times=None, status=404, methods=download),
        lambda: fetching.server.drops(times=None, methods=download),
        lambda: fetching.server.breaks(times=None, status=500, methods=frozenset({"getFile"})),
    ):
        fault()
        attempts = file_row(fetching).attempts
        await fetching.fetcher.round()
        fetching.server.faults.clear()
        row = file_row(fetching)
        assert (row.status, row.attempts) == ("pending", attempts + 1)
        assert row.next_try_at == fetching.town.clock() + FIRST_PAUSE * 2**attempts
        assert await fetching.fetcher.round() == 0, "not before its time"
        fetching.town.clock.forward(seconds=(row.next_try_at - fetching.town.clock()).total_seconds())
    await fetching.fetcher.round()
    assert file_row(fetching).status == "ready"
    assert told(fetching) == []


async def test_a_file_that_never_comes_is_given_up_and_the_person_is_told(fetching, lan):
    sent = lan.sends_photo(jpeg())
    pending(fetching, sent.raw["photo"][-1]["file_id"])
    fetching.server.breaks(times=None, status=502, methods=frozenset({"getFile"}))
    begun = fetching.town.clock()
    for _ in range(MAX_ATTEMPTS):
        await fetching.fetcher.round()
        if again := file_row(fetching).next_try_at:
            fetching.town.clock.forward(seconds=(again - fetching.town.clock()).total_seconds())
    assert file_row(fetching).status == "failed"
    assert fetching.town.clock() - begun > timedelta(minutes=20)
    assert told(fetching) == [words.file_not_fetched()]


async def test_one_file_that_breaks_us_does_not_hold_up_the_others(fetching, lan):
    (fetching.data_dir / "media").mkdir()
    (fetching.data_dir / "media" / str(fetching.town.tenant.id)).write_text("a file where a folder should be")
    sent = lan.sends_photo(jpeg())
    pending(fetching, sent.raw["photo"][-1]["file_id"])
    big = lan.sends_document(b"x", size=MAX_BYTES + 1)
    pending(fetching, big.raw["document"]["file_id"], "document", inbox_id=2)
    await fetching.fetcher.round()
    assert [row.status for row in fetching.town.rows(Attachment)] == ["pending", "refused"]


async def test_a_file_erased_while_it_was_fetched_stays_erased(fetching, lan):
    sent = lan.sends_photo(jpeg())
    pending(fetching, sent.raw["photo"][-1]["file_id"])

    async def erased_meanwhile(row):
        with fetching.town.db.writing() as session:
            session.delete(session.get_one(Attachment, (row.tenant_id, row.id)))
        return jpeg()

    fetching.fetcher.sources["telegram"] = erased_meanwhile
    await fetching.fetcher.round()
    assert fetching.town.rows(Attachment) == []


def test_the_same_bytes_are_kept_once(tmp_path):
    first, second = keep(tmp_path, 7, b"abc"), keep(tmp_path, 7, b"abc")
    assert first == second == "sha256:" + hashlib.sha256(b"abc").hexdigest()
    assert len(list((tmp_path / "media" / "7").iterdir())) == 1


@pytest.mark.parametrize(
    ("why", "content"),
    [
        ("empty", b""),
        ("words", "Xin chào".encode()),
        ("cut off", jpeg(300, 300)[:500]),
        ("a PNG head without a body", b"\x89PNG\r\n\x1a\n" + b"\0" * 30),
        ("a TIFF that points nowhere", b"II*\0\xff\xff\xff\x7f" + b"\0" * 40),
    ],
)
def test_what_is_no_picture_is_refused_as_such(why, content):
    with pytest.raises(NotAPicture):
        clean_picture(content)


def test_a_large_picture_is_made_smaller():
    assert max(Image.open(io.BytesIO(clean_picture(jpeg(4000, 1000)))).size) == MAX_SIDE_PX


@pytest.mark.parametrize("ref", ["", "sha256:", "../../etc/passwd", "sha256:" + "A" * 64, "a" * 63])
def test_a_path_is_made_of_nothing_but_a_hash(tmp_path, ref):
    with pytest.raises(ValueError):
        media_path(tmp_path, 1, ref)
