"""Who is this browser: a random key in a cookie. We store its hash alone, as the person's address on the web chat.

A browser may hold several seats at once, each with its own cookie: the citizen's (`/<slug>/chat`), the citizen's in a
frame of another site (`?embed=1`), and one for each officer signed in here (`/<slug>/desk/<link>/chat`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

KEY_BYTES = 16
_KEY = re.compile(r"[0-9a-f]{32}\Z")
_YEAR_S, _MONTH_S = 365 * 24 * 3600, 30 * 24 * 3600


@dataclass(frozen=True)
class Seat:
    """One person's place in this browser. `base` is the address of the chat page; `key` never leaves the cookie."""

    base: str
    cookie: str
    cookie_path: str
    key: str
    embedded: bool = False
    officer_name: str = ""
    officer_title: str = ""

    @property
    def peer(self) -> str:
        return peer_of(self.key)

    @property
    def is_desk(self) -> bool:
        return bool(self.officer_name)

    @property
    def query(self) -> str:
        return "?embed=1" if self.embedded else ""


def peer_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def new_key(random_bytes: bytes) -> str:
    assert len(random_bytes) == KEY_BYTES
    return random_bytes.hex()


def key_in(cookies: Mapping[str, str], name: str) -> str:
    """The key in a cookie; "" when there is none or somebody made it up."""
    value = cookies.get(name, "")
    return value if _KEY.match(value) else ""


def citizen_seat(slug: str, key: str, *, embedded: bool) -> Seat:
    cookie = "danhoi_frame" if embedded else "danhoi_person"
    return Seat(f"/{slug}/chat", cookie, f"/{slug}/", key, embedded=embedded)


def desk_path(slug: str, link_id: int) -> str:
    return f"/{slug}/desk/{link_id}/"


def desk_seat(slug: str, link_id: int, key: str, name: str, title: str) -> Seat:
    path = desk_path(slug, link_id)
    return Seat(f"{path}chat", "danhoi_desk", path, key, officer_name=name, officer_title=title)


def set_cookie(response: Response, seat: Seat, *, https: bool) -> None:
    """In a frame of another site a cookie must be partitioned, so that it is this person's on that site alone."""
    response.set_cookie(
        seat.cookie,
        seat.key,
        max_age=_MONTH_S if seat.is_desk else _YEAR_S,
        path=seat.cookie_path,
        httponly=True,
        secure=https or seat.embedded,
        samesite="none" if seat.embedded else "lax",
    )
    if seat.embedded:
        name, value = response.raw_headers[-1]
        response.raw_headers[-1] = (name, value + b"; Partitioned")


def token(secret: bytes, seat: Seat) -> str:
    """What a page must send with each post: only a page that we showed to this person knows it."""
    return hmac.new(secret, f"post:{seat.base}:{seat.key}".encode(), hashlib.sha256).hexdigest()


def is_token(secret: bytes, seat: Seat, given: str) -> bool:
    return hmac.compare_digest(token(secret, seat).encode(), given.encode())
