"""Files that people send: checked by their bytes, cleaned, stored under their hash before any row names them.

A file waits in `media/<tenant>/waiting/<peer>/` from its upload until the message it belongs to is sent; only the
person who sent it can name it, because the folder is theirs. What waits longer than a day is deleted.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from domain.messages import Media
from domain.texts import common, pages
from domain.texts.base import clean
from storage.media import MAX_BYTES, NotAPicture, clean_picture, keep, media_path
from web.refusals import Refused

MAX_FILE_MB = MAX_BYTES // 2**20
WAITING_S = 24 * 3600
_USAGE_S = 60  # how long a measured size of a commune's folder is believed
_SHA = re.compile(r"[0-9a-f]{64}\Z")
_EXTENSIONS = {"image/jpeg": "jpg", "application/pdf": "pdf", "audio/ogg": "ogg", "audio/mpeg": "mp3",
               "audio/wav": "wav", "audio/amr": "amr", "audio/aac": "aac", "audio/mp4": "m4a",
               "audio/webm": "webm"}  # fmt: skip


@dataclass
class MediaStore:
    """One folder for every commune, `data_dir/media/<tenant>/<sha256>`. Methods block: call them in a thread."""

    data_dir: Path
    limit_bytes: int  # of one commune's files together
    clock_s: Callable[[], float] = time.time
    _usage: dict[int, tuple[float, int]] = field(default_factory=dict)

    def path(self, tenant_id: int, sha256: str) -> Path:
        return media_path(self.data_dir, tenant_id, sha256)

    def receive(self, tenant_id: int, unit: str, peer: str, file: BinaryIO, declared: str, name: str) -> Media:
        """Check, clean and keep a file until its message comes. Raises Refused with the reason to read."""
        data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Refused(413, common.file_too_big(MAX_FILE_MB))
        mime = sniff(data[:1024], declared)
        if mime.startswith("image/"):
            try:
                data, mime = clean_picture(data), "image/jpeg"
            except NotAPicture:
                raise Refused(415, pages.photo_broken()) from None
        self._sweep_waiting(tenant_id)
        if self._used(tenant_id) + len(data) > self.limit_bytes:
            raise Refused(507, pages.store_full(unit))
        sha256 = hashlib.sha256(data).hexdigest()
        folder = self._waiting(tenant_id, peer)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / sha256).write_bytes(data)
        self._count(tenant_id, len(data))
        return Media(kind_of(mime), f"sha256:{sha256}", name=plain_name(name), size=len(data), mime=mime)

    def take(self, tenant_id: int, peer: str, sha256: str, name: str) -> Media:
        """The waiting file as part of a message: stored for good and synced. Raises Refused when it is not there."""
        waiting = self._waiting(tenant_id, peer) / sha256
        if not _SHA.match(sha256) or not waiting.is_file():
            raise Refused(409, pages.file_lost())
        data = waiting.read_bytes()
        mime = sniff(data[:1024], "audio/mp4")
        ref = keep(self.data_dir, tenant_id, data)
        return Media(kind_of(mime), ref, name=plain_name(name), size=len(data), mime=mime)

    def drop_waiting(self, tenant_id: int, peer: str, sha256: str) -> None:
        (self._waiting(tenant_id, peer) / sha256).unlink(missing_ok=True)

    def mime(self, tenant_id: int, sha256: str) -> str:
        """What a stored file is, by its first bytes; "" when it is not there (any more)."""
        try:
            with self.path(tenant_id, sha256).open("rb") as file:
                return sniff(file.read(1024), "audio/mp4")
        except (OSError, ValueError, Refused):
            return ""

    def _folder(self, tenant_id: int) -> Path:
        return self.data_dir / "media" / str(tenant_id)

    def _waiting(self, tenant_id: int, peer: str) -> Path:
        return self._folder(tenant_id) / "waiting" / peer[:32]

    def _used(self, tenant_id: int) -> int:
        at, used = self._usage.get(tenant_id, (float("-inf"), 0))
        if self.clock_s() - at > _USAGE_S:
            folder = self._folder(tenant_id)
            used = sum(item.stat().st_size for item in folder.rglob("*") if item.is_file()) if folder.exists() else 0
            self._usage[tenant_id] = (self.clock_s(), used)
        return used

    def _count(self, tenant_id: int, size: int) -> None:
        at, used = self._usage[tenant_id]
        self._usage[tenant_id] = (at, used + size)

    def _sweep_waiting(self, tenant_id: int) -> None:
        at, _ = self._usage.get(tenant_id, (float("-inf"), 0))
        folder = self._folder(tenant_id) / "waiting"
        if self.clock_s() - at <= _USAGE_S or not folder.exists():
            return
        for person in folder.iterdir():
            old = [item for item in person.iterdir() if self.clock_s() - item.stat().st_mtime > WAITING_S]
            for item in old:
                item.unlink(missing_ok=True)
            if not any(person.iterdir()):
                shutil.rmtree(person, ignore_errors=True)


def sniff(head: bytes, declared: str) -> str:
    """The kind of a file by its first bytes. `declared` only decides whether a container holds sound or film.

    Raises Refused for what we do not take.
    """
    starts = (
        (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n", "image/png"), (b"GIF8", "image/gif"), (b"BM", "image/bmp"),
        (b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"), (b"#!AMR", "audio/amr"),
        (b"\xff\xf1", "audio/aac"), (b"\xff\xf9", "audio/aac"),
        (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"), (b"\xff\xf2", "audio/mpeg"),
    )  # fmt: skip
    for magic, mime in starts:
        if head.startswith(magic):
            return mime
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE"):
        return "image/webp" if head[8:12] == b"WEBP" else "audio/wav"
    if b"%PDF-" in head:
        return "application/pdf"
    if declared.startswith("audio/"):
        if head[4:8] == b"ftyp" and head[8:12] not in (b"heic", b"heix", b"mif1", b"avif"):
            return "audio/mp4"
        if head.startswith(b"\x1a\x45\xdf\xa3"):
            return "audio/webm"
    raise Refused(415, pages.file_kind())


def kind_of(mime: str) -> Literal["photo", "voice", "document"]:
    return "photo" if mime.startswith("image/") else "voice" if mime.startswith("audio/") else "document"


def plain_name(name: str) -> str:
    """A file's own name without folders and invisible characters, at most 100 characters."""
    return clean(re.split(r"[/\\]", name)[-1]).replace("\n", " ").strip()[-100:]


def download_name(sha256: str, mime: str) -> str:
    return f"{sha256[:12]}.{_EXTENSIONS.get(mime, 'bin')}"
