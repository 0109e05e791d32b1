"""Files people send lie as DATA_DIR/media/<tenant>/<sha256>, synced before the row that names them commits."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

MAX_BYTES = 20 * 2**20
MAX_SIDE_PX = 2560
_MAX_PIXELS = 80_000_000  # a larger picture is a decompression bomb or a poster


class NotAPicture(Exception):
    """The bytes are no picture we can read."""


def media_path(data_dir: Path, tenant_id: int, ref: str) -> Path:
    """Where the bytes of "sha256:<hex>" lie. Raises ValueError for anything else."""
    digest = ref.removeprefix("sha256:")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("not a media reference")
    return data_dir / "media" / str(tenant_id) / digest


def keep(data_dir: Path, tenant_id: int, content: bytes) -> str:
    """Write the bytes, synced to disk, and return their reference. The same bytes are kept once."""
    ref = "sha256:" + hashlib.sha256(content).hexdigest()
    path = media_path(data_dir, tenant_id, ref)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name, too, must outlive a power cut
        finally:
            os.close(folder)
    return ref


def clean_picture(content: bytes) -> bytes:
    """The picture as JPEG, upright, at most 2560 px a side, without the place and device it was taken with.

    Raises NotAPicture.
    """
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise NotAPicture("too many pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except NotAPicture:
        raise
    except Exception as error:  # a broken file makes a decoder fail in many ways: SyntaxError, struct.error, EOFError
        raise NotAPicture(type(error).__name__) from None
    upright.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
