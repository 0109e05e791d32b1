"""Pages that need no person: a commune's first page, the list of communes, the snippet for other sites, health."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from itertools import groupby
from pathlib import Path

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.profile import WEEKDAYS, Profile, Reception
from domain.texts import base, pages
from storage import communes
from storage.tables import Tenant
from web.site import here, site_of

router = APIRouter()

_WIDGET = Path(__file__).parent / "static" / "widget.js"
_MONDAY = date(2024, 1, 1)


@router.get("/")
async def first(request: Request) -> Response:
    found = await site_of(request).db.read(_communes)
    if len(found) == 1:
        return RedirectResponse(f"/{found[0].slug}/", status_code=307)
    names = sorted((base.capital(tenant.name), tenant.slug) for tenant in found)
    return site_of(request).page(request, "communes.html", title=pages.choose_commune(), names=names)


@router.get("/healthz")
async def healthz(request: Request) -> Response:
    """200 when the database answers, else 503."""
    try:
        await site_of(request).db.read(_ping)
    except SQLAlchemyError:
        return JSONResponse({"ok": False, "database": "unreachable"}, status_code=503)
    return JSONResponse({"ok": True})


@router.get("/{slug}")
async def without_slash(request: Request) -> Response:
    place = await here(request)
    return RedirectResponse(f"/{place.tenant.slug}/", status_code=307)


@router.get("/{slug}/")
async def commune(request: Request) -> Response:
    place = await here(request)
    profile = place.profile
    receptions = [_reception(one) for one in profile.receptions]
    return site_of(request).page(
        request,
        "landing.html",
        here=place,
        title=place.name,
        open_chat=pages.landing_open(place.tenant.unit) if place.channel_id else "",
        hours=office_hours(profile),
        receptions=receptions,
    )


@router.get("/{slug}/widget.js")
async def widget(request: Request) -> Response:
    """The floating button for the commune's other sites (docs/embedding.md)."""
    place = await here(request)
    words = {
        "open": pages.widget_open(place.tenant.unit),
        "close": pages.widget_close(),
        "title": pages.chat_title(place.tenant.name),
    }
    source = _WIDGET.read_text(encoding="utf-8").rstrip().rstrip(";")
    return Response(
        f"({source})({json.dumps(words, ensure_ascii=False)});\n",
        media_type="text/javascript; charset=utf-8",
        headers={"cache-control": "public, max-age=3600", "cross-origin-resource-policy": "cross-origin"},
    )


def office_hours(profile: Profile) -> list[tuple[str, str]]:
    """(days, hours) lines: neighbouring days with the same hours together, days off left out."""
    lines: list[tuple[str, str]] = []
    days = [(n, tuple(profile.hours.get(name, ()))) for n, name in enumerate(WEEKDAYS)]
    for ranges, group in groupby(days, key=lambda day: day[1]):
        numbers = [n for n, _ in group]
        if not ranges:
            continue
        first, last = _weekday(numbers[0]), _weekday(numbers[-1])
        name = first if first == last else pages.landing_days(first, last)
        hours = ", ".join(pages.landing_range(_clock(begins), _clock(ends)) for begins, ends in ranges)
        lines.append((base.capital(name), hours))
    return lines


def _reception(one: Reception) -> str:
    day = base.capital(_weekday(WEEKDAYS.index(one.weekday)))
    return pages.landing_reception(day, _clock(one.begins), _clock(one.ends), one.host, one.place)


def _weekday(number: int) -> str:
    return base.weekday(_MONDAY + timedelta(days=number))


def _clock(text: str) -> str:
    """ "8 giờ 30" for "08:30"; "24:00" stays a midnight that closes a day."""
    if text == "24:00":
        return "24 giờ"
    at = time.fromisoformat(text)
    return f"{at.hour} giờ" + (f" {at.minute:02d}" if at.minute else "")


def _communes(session: Session) -> list[Tenant]:
    return list(communes.communes_all_tenants(session))


def _ping(session: Session) -> None:
    session.execute(text("SELECT 1"))
