"""One-time sign-in for the people who work here: a link shows a button, the button gives this browser a desk."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from domain.texts import pages
from storage import sign_ins
from web import people
from web.refusals import Refused
from web.site import here, site_of

router = APIRouter()

_TOKEN = re.compile(r"[0-9a-f]{48}\Z")


@router.get("/{slug}/vao/{token}")
async def ask(request: Request) -> Response:
    """Only shows the button: programs that preview links must not use them up."""
    place, site = await here(request), site_of(request)
    token = _checked(request)
    officer = await site.db.read(sign_ins.officer_for, place.tenant.id, token, site.clock())
    if officer is None:
        raise Refused(410, pages.sign_in_gone())
    who = (
        pages.sign_in_who(officer.name, officer.title)
        if officer.title
        else pages.sign_in_who_untitled(officer.name)
    )  # fmt: skip
    return site.page(request, "sign_in.html", here=place, title=pages.sign_in_title(), who=who)


@router.post("/{slug}/vao/{token}")
async def enter(request: Request) -> Response:
    """Uses the link up and opens the officer's desk in this browser: its own chat beside any other."""
    place, site = await here(request), site_of(request)
    token = _checked(request)
    if place.channel_id is None:
        raise Refused(404, pages.chat_closed_without_hotline())
    key = people.new_key(site.random_bytes(people.KEY_BYTES))
    link = await site.db.write(
        sign_ins.use_sign_in, site.ids, place.tenant.id, token, channel_id=place.channel_id,
        peer=people.peer_of(key), now=site.clock(),
    )  # fmt: skip
    if link is None:
        raise Refused(410, pages.sign_in_gone())
    seat = people.desk_seat(place.tenant.slug, link.id, key, "?", "")
    response = RedirectResponse(seat.base, status_code=303)
    people.set_cookie(response, seat, https=site.settings.is_https)
    return response


def _checked(request: Request) -> str:
    """The token of the address. Raises Refused when it cannot be one, or this address tries too often."""
    site = site_of(request)
    if wait_s := site.sign_ins.take(site.address(request)):
        raise Refused(429, pages.too_fast(wait_s), wait_s)
    token = str(request.path_params["token"])
    if not _TOKEN.match(token):
        raise Refused(410, pages.sign_in_gone())
    return token
