"""What every page may use, handed in once by `create_web`; and the commune that an address names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import Session
from starlette.responses import Response

from domain.messages import Incoming
from domain.profile import Profile, profile_from_json
from domain.texts import pages
from domain.texts.base import capital
from storage import communes
from storage.db import Database
from storage.ids import IdMaker
from storage.tables import Tenant
from web.limits import Buckets, Network, client_address
from web.refusals import Refused
from web.uploads import MediaStore
from web.wakeups import Wakeups

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_MAX_ID = 2**63 - 1

TakeIn = Callable[[int, int, Incoming], Awaitable[bool]]


@dataclass(frozen=True)
class WebSettings:
    """`hosts`: the names this service answers to, without ports. `trusted_proxies`: addresses or networks whose
    X-Forwarded-For is believed. `secret`: the subkey for page tokens."""

    base_url: str
    hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    secret: bytes
    data_dir: Path
    posts_per_minute: int = 20  # of one person
    posts_per_minute_address: int = 300  # of one address: a whole office may sit behind it
    media_limit_bytes: int = 20 * 2**30  # of one commune's files together
    max_streams: int = 2_000  # open at once in this process
    max_streams_person: int = 3  # more pages of one person look every few seconds instead

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


@dataclass(frozen=True)
class Site:
    db: Database
    settings: WebSettings
    take_in: TakeIn
    woken: Wakeups
    stopping: asyncio.Event
    clock: Callable[[], datetime]
    ids: IdMaker
    random_bytes: Callable[[int], bytes]
    media: MediaStore
    templates: Jinja2Templates
    proxies: tuple[Network, ...]
    person_posts: Buckets
    address_posts: Buckets
    sign_ins: Buckets

    def address(self, request: Request) -> str:
        """The network address that asks, for limits alone."""
        peer = request.client.host if request.client else ""
        return client_address(peer, ", ".join(request.headers.getlist("x-forwarded-for")), self.proxies)

    def page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> Response:
        return self.templates.TemplateResponse(request, name, {"t": pages, **values}, status_code=status)


@dataclass(frozen=True)
class Here:
    """The commune of a page."""

    tenant: Tenant
    profile: Profile
    channel_id: int | None  # of its web chat; None when it has none

    @property
    def name(self) -> str:
        """ "Xã Hòa An"."""
        return capital(self.tenant.name)


def site_of(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


async def here(request: Request) -> Here:
    """The commune of the address. Raises Refused (404)."""
    slug = request.path_params["slug"]
    found = await site_of(request).db.read(_find, slug) if _SLUG.match(slug) else None
    if found is None:
        raise Refused(404, pages.not_found())
    request.state.here = found
    return found


def row_id(text: str) -> int | None:
    """A number from an address or a form that a database can hold as an id; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return int(text) if int(text) <= _MAX_ID else None


def _find(session: Session, slug: str) -> Here | None:
    tenant = communes.by_slug(session, slug)
    if tenant is None or tenant.kind != "commune":
        return None
    doors = communes.channels(session, tenant.id, kind="webchat")
    return Here(tenant, profile_from_json(tenant.profile), doors[0].id if doors else None)
