"""Bytes that were let go leave the disk; what a row still names stays."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.erasing import MediaEraser
from domain.feedback import CaseStatus
from domain.messages import Media
from scheduler.housekeeping import tidy
from storage import attachments
from storage.media import keep, media_path
from storage.tables import Attachment, Audit, CaseWords, FeedbackCase, OutboxMessage, Question, Rating
from tests.conftest import Person, Photo, Press, Town
from tests.handlers.filing import LAMP, answer, everything_stored, file_report, regular


@pytest.fixture
def eraser(town: Town, tmp_path: Path) -> MediaEraser:
    return MediaEraser(town.db, town.tools, tmp_path, town.clock, owed=lambda: None)


def stored(town: Town, data_dir: Path, content: bytes, *, named: bool, days_old: float) -> Path:
    ref = keep(data_dir, town.tenant.id, content)
    path = media_path(data_dir, town.tenant.id, ref)
    old = (town.clock() - timedelta(days=days_old)).timestamp()
    os.utime(path, (old, old))
    if named:
        with town.db.writing() as session:
            session.add(
                Attachment(
                    tenant_id=town.tenant.id, id=town.tools.ids(), case_id=7, channel_id=town.channel.id, peer="p",
                    inbox_id=1, kind="photo", ref=ref, sha256=ref.removeprefix("sha256:"), status=attachments.READY,
                    attempts=0, at=town.clock(),
                )
            )  # fmt: skip
    return path


async def test_only_old_files_that_no_row_names_are_swept(town: Town, eraser: MediaEraser, tmp_path: Path) -> None:
    named = stored(town, tmp_path, b"a", named=True, days_old=9)
    young = stored(town, tmp_path, b"b", named=False, days_old=0.5)
    orphan = stored(town, tmp_path, b"c", named=False, days_old=2)
    neighbour = media_path(tmp_path, town.neighbour.id, keep(tmp_path, town.neighbour.id, b"a"))
    draft = orphan.with_suffix(".part")
    draft.write_bytes(b"under way")
    assert await eraser.sweep() == 1
    assert [path.exists() for path in (named, young, orphan, neighbour, draft)] == [True, True, False, True, True]
    assert await eraser.sweep() == 0


async def test_a_file_in_the_queue_is_deleted_once(town: Town, eraser: MediaEraser, tmp_path: Path) -> None:
    path = stored(town, tmp_path, b"paper", named=False, days_old=0)
    with town.db.writing() as session:
        session.add(
            Attachment(
                tenant_id=town.tenant.id, id=town.tools.ids(), channel_id=town.channel.id, peer="", inbox_id=1,
                kind="photo", ref="", sha256=path.name, status=attachments.REFUSED, attempts=0, at=town.clock(),
            )
        )  # fmt: skip
    assert await eraser.round() == 1
    assert not path.exists()
    assert await eraser.round() == 0


async def test_what_was_uploaded_and_never_sent_goes_after_a_day(
    town: Town, eraser: MediaEraser, tmp_path: Path
) -> None:
    waiting = tmp_path / "media" / str(town.tenant.id) / "waiting" / "somebody"
    waiting.mkdir(parents=True)
    old, young = waiting / ("a" * 64), waiting / ("b" * 64)
    for path, days in ((old, 2.0), (young, 0.5)):
        path.write_bytes(b"photo")
        at = (town.clock() - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    assert await eraser.sweep() == 1
    assert (old.exists(), young.exists()) == (False, True)


async def test_a_removed_communes_files_go_too(town: Town, eraser: MediaEraser, tmp_path: Path) -> None:
    removed = 4711
    path = media_path(tmp_path, removed, keep(tmp_path, removed, b"of the demo"))
    at = (town.clock() - timedelta(days=2)).timestamp()
    os.utime(path, (at, at))
    assert await eraser.sweep() == 1
    assert not path.exists()


class TestWhenItsTimeIsOver:
    """Files live as long as what they belong to, as docs/privacy.md says."""

    KEPT_DAYS = 1825

    @pytest.fixture
    def file(self, town: Town, tmp_path: Path) -> Callable[[bytes], str]:
        return lambda content: keep(tmp_path, town.tenant.id, content)

    def reported(self, town: Town, ref: str, peer: str = "citizen-1") -> FeedbackCase:
        citizen = regular(town, peer)
        case = file_report(citizen)
        citizen.talk((Press(f"/case.add {case.id}"), "cần bổ sung"))
        citizen.does(Photo(ref))
        return case

    async def erased(self, town: Town, eraser: MediaEraser) -> None:
        town.run(tidy)
        while await eraser.round():
            pass

    async def test_a_reports_file_goes_on_the_day_after_the_one_that_was_promised(
        self, town: Town, eraser: MediaEraser, file: Callable[[bytes], str], tmp_path: Path
    ) -> None:
        lan = town.officer("Lan")
        ref = file(b"the lamp")
        path = media_path(tmp_path, town.tenant.id, ref)
        case = self.reported(town, ref)
        answer(lan, case)
        person = Person(town, "citizen-1", town.channel)
        person.does(Press(f"/rate {case.id} 2"))
        person.does("lâu quá, tôi là Hoa")
        town.clock.forward(days=self.KEPT_DAYS)
        await self.erased(town, eraser)
        assert path.exists(), "the last promised day"
        assert town.rows(FeedbackCase)[0].description == LAMP
        town.clock.forward(days=1)
        await self.erased(town, eraser)
        assert not path.exists()
        assert town.rows(Attachment) == []
        stored = everything_stored(town)
        assert all(words not in stored for words in (LAMP, "Thôn 3", "tôi là Hoa", "thay bóng đèn"))
        assert (town.rows(CaseWords), town.rows(Rating)[0].comment) == ([], "")
        (row,) = town.rows(FeedbackCase)
        assert (row.contact_name, row.contact_phone, row.peer) == ("", "", None)
        assert (row.code, row.due_on, row.status) == (case.code, case.due_on, CaseStatus.ANSWERED), "statistics stay"
        assert [row.about for row in town.rows(Audit, kind="file erased")] == [f"case:{case.id}"]
        await self.erased(town, eraser)
        assert len(town.rows(Audit, kind="file erased")) == 1, "once"

    async def test_a_report_that_is_still_open_keeps_its_file(
        self, town: Town, eraser: MediaEraser, file: Callable[[bytes], str], tmp_path: Path
    ) -> None:
        ref = file(b"the lamp")
        self.reported(town, ref)
        town.clock.forward(days=self.KEPT_DAYS + 100)
        await self.erased(town, eraser)
        assert media_path(tmp_path, town.tenant.id, ref).exists()
        assert town.rows(FeedbackCase)[0].description == LAMP

    async def test_the_communes_own_period_counts_and_messages_about_it_go_too(
        self, town: Town, eraser: MediaEraser, file: Callable[[bytes], str], tmp_path: Path
    ) -> None:
        lan = town.officer("Lan")
        case = self.reported(town, file(b"the lamp"))
        answer(lan, case)
        with town.db.writing() as session:
            tenant = session.get_one(type(town.tenant), town.tenant.id)
            tenant.profile = {**tenant.profile, "keep_case_days": 30}
        town.clock.forward(days=31)
        await self.erased(town, eraser)
        told = town.rows(OutboxMessage, case_id=case.id)
        assert len(told) > 3
        assert {str(row.body) for row in told} == {"{}"}, "long before chats are blanked"

    async def test_a_questions_file_goes_with_who_asked(
        self, town: Town, eraser: MediaEraser, file: Callable[[bytes], str], tmp_path: Path
    ) -> None:
        paths = []
        for n, status in enumerate(("replied", "waiting")):
            ref = file(status.encode())
            paths.append(media_path(tmp_path, town.tenant.id, ref))
            with town.db.writing() as session:
                question = Question(
                    tenant_id=town.tenant.id, id=town.tools.ids(), channel_id=town.channel.id, peer=f"p{n}",
                    text="giấy này là giấy gì", status=status, asked_at=town.clock(),
                )  # fmt: skip
                session.add(question)
                session.flush()
                attachments.add(
                    session, town.tools.ids, town.tenant.id, [Media("photo", ref)], town.clock(),
                    channel_id=town.channel.id, peer=f"p{n}", inbox_id=1, question_id=question.id,
                )  # fmt: skip
        town.clock.forward(days=89)
        await self.erased(town, eraser)
        assert [path.exists() for path in paths] == [True, True]
        town.clock.forward(days=2)
        await self.erased(town, eraser)
        assert [path.exists() for path in paths] == [False, True], "an answer is still owed to the other"
        assert [row.peer for row in town.rows(Attachment)] == ["p1"]
