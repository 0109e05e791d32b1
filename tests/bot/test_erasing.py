"""Bytes that were let go leave the disk; what a row still names stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.erasing import MediaEraser
from storage import attachments
from storage.media import keep, media_path
from storage.tables import Attachment
from tests.conftest import Town


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
