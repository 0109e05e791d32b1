"""The installation's key and the subkeys made from it: one per use."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class KeyMissing(Exception):
    """No key where one is required."""


def load_key(configured: str, data_dir: Path, *, may_create: bool) -> tuple[bytes, bool]:
    """The installation's key, and whether it was made just now. Several comma-separated keys: the first encrypts.

    Without one configured, a file `secret.key` (mode 0600) in `data_dir` is used, made when allowed. Raises KeyMissing.
    """
    if configured.strip(" ,"):
        return _cleaned(configured.encode()), False
    path = data_dir / "secret.key"
    if path.exists():
        key = _cleaned(path.read_bytes())
        if not key:  # a new one in its place would lose the tokens without a word
            raise KeyMissing(f"{path} is empty: put the key back from a copy, or delete the file to begin anew")
        return key, False
    if not may_create:
        raise KeyMissing("DANHOI_SECRET_KEY is required with PostgreSQL: every process must use the same key")
    data_dir.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(32).encode()
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)  # whole or not at all, whatever happens in between
    return key, True


def _cleaned(key: bytes) -> bytes:
    return b",".join(part.strip() for part in key.split(b",") if part.strip())


def subkey(key: bytes, use: str) -> bytes:
    """32 bytes for one use ("sign-in", "chat", "tokens")."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"danhoi {use}".encode()).derive(key.split(b",")[0])


class Vault:
    """Encrypts channel tokens at rest. An unreadable token reads as "" : the operator is asked for it again."""

    def __init__(self, key: bytes) -> None:
        fernets = [Fernet(base64.urlsafe_b64encode(subkey(part, "tokens"))) for part in key.split(b",") if part]
        self._fernet = MultiFernet(fernets)

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return ""
