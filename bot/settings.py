"""Environment variables (prefix DANHOI_, also from .env). Nothing outside bot/ reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.db import sqlite_url

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Settings(BaseSettings):
    """Everything an installation may set; the defaults serve one commune on this machine alone."""

    model_config = SettingsConfigDict(env_prefix="DANHOI_", env_file=".env", extra="ignore", hide_input_in_errors=True,
                                      env_ignore_empty=True)  # fmt: skip

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    base_url: str = ""  # how people reach the pages from outside, "https://hoi.hoaan.gov.vn"
    hosts: str = ""  # further host names to answer, comma-separated
    trusted_proxies: str = ""  # addresses whose X-Forwarded-For is believed, comma-separated
    database_url: str = Field(default="", repr=False)  # PostgreSQL, may hold a password; empty = SQLite in data_dir
    data_dir: Path = Path("data")
    secret_key: SecretStr = SecretStr("")
    telegram_token: SecretStr = SecretStr("")
    telegram_api_base: str = "https://api.telegram.org"
    telegram_webhook: bool = False  # receive by webhook at base_url instead of polling
    telegram_commune: str = ""  # slug served by telegram_token; empty = the only commune there is
    demo_telegram: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    quiet_s: float = Field(default=1.2, ge=0, le=10)  # how long a person must be silent before a burst is read
    media_limit_gb: float = Field(default=20, gt=0)  # of one commune

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be a whole address, as in https://hoi.hoaan.gov.vn")
        return value

    @property
    def database(self) -> str:
        return self.database_url or sqlite_url(self.data_dir / "danhoi.db")

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def public_url(self) -> str:
        """Without a slash at the end."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def host_names(self) -> tuple[str, ...]:
        """Host headers we answer; anything else is refused."""
        names = [*LOCAL_NAMES, urlsplit(self.public_url).hostname or "", *self.hosts.split(",")]
        if self.host not in ("0.0.0.0", "::"):
            names.append(self.host)
        return tuple(dict.fromkeys(name.strip().lower() for name in names if name.strip()))

    @property
    def proxies(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())
