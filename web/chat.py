"""The chat page and what it calls. The same routes serve a citizen's chat and an officer's desk: see people.py."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from domain.texts import common, pages
from storage import live, sign_ins, webchat
from storage.media import MAX_BYTES
from web import guard, people, posting, streams
from web.people import Seat
from web.refusals import Refused
from web.site import Here, Site, here, row_id, site_of
from web.uploads import MAX_FILE_MB, download_name
from web.views import view

HISTORY = 100  # messages drawn when the page opens
WAIT_FOR_ANSWER_S = 3.0  # a page without a script waits so long for the answer before it is drawn
_SHA = re.compile(r"[0-9a-f]{64}\Z")

router = APIRouter()


async def page(request: Request) -> Response:
    place, seat = await _open(request, new_person=True)
    site = site_of(request)
    sent = row_id(request.query_params.get("sent", ""))
    if sent is not None:
        await streams.answered(site, place, seat, sent, WAIT_FOR_ANSWER_S)
    return await _draw(request, site, place, seat)


async def send(request: Request) -> Response:
    place, seat = await _open(request)
    site = site_of(request)
    posted = await posting.read_post(request)
    try:
        posting.check_may_post(request, site, place, seat, posted.token)
        row = await posting.post(site, place, seat, posted, site.address(request))
    except Refused as refused:
        if wants_json(request):
            raise
        kept = refused.kept or posted.kept
        return await _draw(request, site, place, seat, refused=refused, text=posted.text, kept=kept)
    if wants_json(request):
        talking = await site.db.read(live.is_talking, place.tenant.id, place.channel_id, seat.peer)
        return JSONResponse({"message": view(row, streams.place_of(site, place, seat)), "talking": talking})
    mark = "&" if seat.query else "?"
    return RedirectResponse(f"{seat.base}{seat.query}{mark}sent={row.id}#newest", status_code=303)


async def upload(request: Request) -> Response:
    place, seat = await _open(request)
    site = site_of(request)
    posting.check_may_post(request, site, place, seat, request.headers.get("x-chat-token", ""))
    form = await request.form(max_files=1, max_fields=4)
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refused(422, pages.file_lost())
    item = await posting.upload(site, place, seat, file)
    kept = {"sha256": item.ref.removeprefix("sha256:"), "name": item.name, "kind": item.kind}
    return JSONResponse({"file": kept})


async def stream(request: Request) -> Response:
    place, seat = await _open(request)
    site = site_of(request)
    assert place.channel_id is not None
    person = site.woken.count(place.tenant.id, place.channel_id, seat.peer)
    if person >= site.settings.max_streams_person or site.woken.total >= site.settings.max_streams:
        raise Refused(429, pages.too_many_streams(), retry_after_s=5)  # the page looks every few seconds instead
    return StreamingResponse(
        streams.events(site, place, seat, _after(request)),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


async def messages(request: Request) -> Response:
    place, seat = await _open(request)
    site = site_of(request)
    wait_s = row_id(request.query_params.get("wait", "")) or 0
    new = await streams.poll(site, place, seat, _after(request), wait_s)
    return JSONResponse({"messages": new})


async def media(request: Request) -> Response:
    place, seat = await _open(request)
    site, sha256 = site_of(request), request.path_params["sha256"]
    assert place.channel_id is not None
    if not _SHA.match(sha256):
        raise Refused(404, pages.not_found())
    allowed = await site.db.read(webchat.may_see_media, place.tenant.id, place.channel_id, seat.peer, sha256)
    mime = site.media.mime(place.tenant.id, sha256) if allowed else ""
    if not mime:
        raise Refused(404, pages.not_found())
    shown = mime.startswith(("image/", "audio/"))
    return FileResponse(
        site.media.path(place.tenant.id, sha256),
        media_type=mime,
        filename=download_name(sha256, mime),
        content_disposition_type="inline" if shown else "attachment",
        headers={"cache-control": "private, max-age=86400", "content-security-policy": "default-src 'none'; sandbox"},
    )


for _base in ("/{slug}/chat", "/{slug}/desk/{link_id}/chat"):
    router.add_api_route(_base, page, methods=["GET"])
    router.add_api_route(_base, send, methods=["POST"])
    router.add_api_route(f"{_base}/files", upload, methods=["POST"])
    router.add_api_route(f"{_base}/stream", stream, methods=["GET"])
    router.add_api_route(f"{_base}/messages", messages, methods=["GET"])
    router.add_api_route(f"{_base}/media/{{sha256}}", media, methods=["GET"])


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


async def _open(request: Request, *, new_person: bool = False) -> tuple[Here, Seat]:
    """The commune and who asks. Without a key in the cookie a page view begins a new person; anything else is refused.

    Raises Refused.
    """
    place = await here(request)
    if place.channel_id is None:
        hotline = place.profile.hotline
        sentence = pages.chat_closed(hotline) if hotline else pages.chat_closed_without_hotline()
        raise Refused(404, sentence)
    site = site_of(request)
    if "link_id" in request.path_params:
        return place, await _desk(request, site, place)
    embedded = request.query_params.get("embed") == "1"
    slug = place.tenant.slug
    seat = people.citizen_seat(slug, "", embedded=embedded)
    key = people.key_in(request.cookies, seat.cookie)
    if not key:
        if not new_person:
            raise Refused(403, pages.page_too_old())
        key = people.new_key(site.random_bytes(people.KEY_BYTES))
    return place, people.citizen_seat(slug, key, embedded=embedded)


async def _desk(request: Request, site: Site, place: Here) -> Seat:
    link_id = row_id(request.path_params["link_id"])
    key = people.key_in(request.cookies, "danhoi_desk")
    found = None
    if key and link_id is not None:
        found = await site.db.read(sign_ins.link_at, place.tenant.id, link_id)
    if link_id is None or found is None or found[0].peer != people.peer_of(key):
        raise Refused(403, pages.desk_closed())
    return people.desk_seat(place.tenant.slug, link_id, key, found[1].name, found[1].title)


async def _draw(
    request: Request, site: Site, place: Here, seat: Seat, *, refused: Refused | None = None, text: str = "",
    kept: tuple[tuple[str, str], ...] = (),
) -> Response:  # fmt: skip
    shown = await site.db.read(_history, site, place, seat)
    if seat.embedded:
        request.scope["state"][guard.FRAMES] = " ".join(("'self'", *place.profile.embed_sites))
    unit, profile = place.tenant, place.profile
    start = request.query_params.get("start", "")
    title = pages.chat_title(unit.name)
    if seat.is_desk:
        title = pages.desk_title(seat.officer_name, seat.officer_title) if seat.officer_title else seat.officer_name
    response = site.page(
        request,
        "chat.html",
        status=refused.status if refused else 200,
        here=place,
        seat=seat,
        title=title,
        welcome=common.welcome(unit.name, unit.unit, profile.hotline),
        messages=[message for message in shown if not message["erases"]],
        last=shown[-1]["id"] if shown else "0",
        ask=_asked(shown),
        token=people.token(site.settings.secret, seat),
        client_id=site.random_bytes(16).hex(),
        start=start,
        begin=not shown or bool(start),
        error=refused.sentence if refused else "",
        text=text,
        kept=kept,
        words=json.dumps(_words(seat), ensure_ascii=False),
        limits=json.dumps(
            {"chars": posting.MAX_CHARS, "files": posting.MAX_FILES, "bytes": MAX_BYTES}
        ),
    )  # fmt: skip
    if refused and refused.retry_after_s:
        response.headers["retry-after"] = str(refused.retry_after_s)
    people.set_cookie(response, seat, https=site.settings.is_https)
    return response


def _history(session: Session, site: Site, place: Here, seat: Seat) -> list[dict[str, Any]]:
    assert place.channel_id is not None
    drawn = streams.place_of(site, place, seat)
    rows = webchat.history(session, place.tenant.id, place.channel_id, seat.peer, HISTORY)
    return [view(row, drawn) for row in rows]


def _asked(shown: list[dict[str, Any]]) -> str:
    """What the newest message of the service asks for: "contact", "location" or nothing."""
    return next((str(message["ask"]) for message in reversed(shown) if not message["mine"]), "")


def _words(seat: Seat) -> dict[str, str]:
    """The sentences that the script says by itself."""
    return {
        "me": pages.desk_from_me() if seat.is_desk else pages.from_me(),
        "service": pages.from_service(),
        "copy": pages.copy_code(),
        "copied": pages.copied(),
        "sending": pages.sending(),
        "not_sent": pages.not_sent(),
        "uploading": pages.uploading("…"),
        "slow": pages.answer_slow(),
        "erased": pages.erased(),
        "place_failed": pages.place_failed(),
        "photo": pages.sent_photo(),
        "voice": pages.sent_voice(),
        "file": pages.sent_file(),
        "begin": pages.begin(),
        "too_long": pages.message_too_long(posting.MAX_CHARS),
        "too_many_files": pages.too_many_files(posting.MAX_FILES),
        "too_big": common.file_too_big(MAX_FILE_MB),
        "remove": pages.remove_file("…"),
        "error": pages.error(),
    }


def _after(request: Request) -> int:
    given = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    return row_id(given) or 0
