"""A post of the chat page becomes an inbox row, and a row of the person's own page."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from domain.messages import Incoming, Location, Media, to_json
from domain.texts import common, pages
from domain.texts.base import clean
from storage import webchat
from storage.tables import WebMessage
from web.people import Seat, is_token
from web.refusals import Refused
from web.site import Here, Site, row_id

MAX_CHARS = 4000
MAX_FILES = 6
_CLIENT_ID = re.compile(r"[0-9a-f]{32}\Z")
_PHONE = re.compile(r"\+?[0-9]{8,15}\Z")
_PRESS = re.compile(r"([0-9]{1,19})\.([0-9]{1,3})\Z")
_START = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True)
class Posted:
    """What a page sent: one of a text with files, a press, a start, a phone, a place."""

    client_id: str
    text: str
    press: str
    start: str | None
    phone: str
    place: Location | None
    kept: tuple[tuple[str, str], ...]  # (sha256, name) of files uploaded before
    files: tuple[UploadFile, ...]
    token: str


async def read_post(request: Request) -> Posted:
    """Raises Refused; the form's own errors (broken multipart) are HTTP errors of the framework."""
    form = await request.form(max_files=4 * MAX_FILES, max_fields=100)
    files = tuple(item for item in form.getlist("file") if isinstance(item, UploadFile) and item.filename)
    kept = tuple(_kept(item) for item in form.getlist("kept") if isinstance(item, str))
    if len(files) + len(kept) > MAX_FILES:
        raise Refused(413, pages.too_many_files(MAX_FILES))
    text = unicodedata.normalize("NFC", _field(form, "text").replace("\r\n", "\n").replace("\t", " "))
    return Posted(
        client_id=_field(form, "id"),
        text=clean(text).strip(),
        press=_field(form, "press"),
        start=_field(form, "start") if "start" in form else None,
        phone=re.sub(r"[\s.\-()]", "", _field(form, "phone")) if "phone" in form else "",
        place=_place(form),
        kept=kept,
        files=files,
        token=request.headers.get("x-chat-token") or _field(form, "token"),
    )


def check_may_post(request: Request, site: Site, here: Here, seat: Seat, token: str) -> None:
    """The page's own token, then the limits: of this person, then loosely of the address. Raises Refused."""
    if not is_token(site.settings.secret, seat, token):
        raise Refused(403, pages.page_too_old())
    for buckets, key in ((site.address_posts, site.address(request)), (site.person_posts, seat.peer)):
        wait_s = buckets.take(key)
        if wait_s:
            raise Refused(429, pages.too_fast(wait_s), wait_s)


async def upload(site: Site, here: Here, seat: Seat, file: UploadFile) -> Media:
    """Check and keep one file until its message comes. Raises Refused."""
    tenant = here.tenant
    return await asyncio.to_thread(
        site.media.receive, tenant.id, tenant.unit, seat.peer, file.file, file.content_type or "", file.filename or ""
    )


async def post(site: Site, here: Here, seat: Seat, posted: Posted, address: str) -> WebMessage:
    """Store what a person sent: files, then the inbox row, then the row of their own page. Once for each client id.

    The inbox row comes first: a crash in between is mended by the page, which sends again until it hears of success.
    """
    assert here.channel_id is not None
    if not _CLIENT_ID.match(posted.client_id):
        raise Refused(400, pages.page_too_old())
    if len(posted.text) > MAX_CHARS:
        raise Refused(413, pages.message_too_long(MAX_CHARS))
    external_id = f"{seat.peer[:24]}-{posted.client_id}"  # nobody can take another person's ids
    id, now = site.ids(), site.clock()
    before = await site.db.read(webchat.own, here.tenant.id, external_id)
    if before is not None:
        return before
    media = await _all_media(site, here, seat, posted)
    meant, shown = await _understood(site, here, seat, posted)
    said = Incoming(
        external_id, seat.peer, now, text=meant.text, choice=meant.choice, media=media, location=posted.place,
        phone=posted.phone, start=meant.start, message_id=external_id, address=address,
    )  # fmt: skip
    body = {"text": shown, "media": to_json(said).get("media", ())}
    await site.take_in(here.tenant.id, here.channel_id, said)
    row = await site.db.write(
        webchat.add_own, here.tenant.id, id, here.channel_id, seat.peer, external_id=external_id,
        body={key: value for key, value in body.items() if value}, now=now,
    )  # fmt: skip
    site.woken.notify(here.tenant.id, here.channel_id, seat.peer)
    for item in media:
        site.media.drop_waiting(here.tenant.id, seat.peer, item.ref.removeprefix("sha256:"))
    return row


async def _all_media(site: Site, here: Here, seat: Seat, posted: Posted) -> tuple[Media, ...]:
    """The files of a message, stored for good. One that is refused stops the message; the others stay waiting."""
    waiting = [*posted.kept]
    refused: Refused | None = None
    for file in posted.files:
        try:
            item = await upload(site, here, seat, file)
            waiting.append((item.ref.removeprefix("sha256:"), item.name))
        except Refused as error:
            refused = refused or error
    if refused:
        raise Refused(refused.status, refused.sentence, kept=tuple(waiting))
    return tuple(
        [await asyncio.to_thread(site.media.take, here.tenant.id, seat.peer, sha, name) for sha, name in waiting]
    )


@dataclass(frozen=True)
class _Meaning:
    text: str = ""
    choice: str = ""
    start: str = ""


async def _understood(site: Site, here: Here, seat: Seat, posted: Posted) -> tuple[_Meaning, str]:
    """What the engine hears, and what the person sees as their own message. Raises Refused."""
    if posted.press:
        data, label = await site.db.read(_pressed, here, seat, posted.press)
        return _Meaning(choice=data), label
    if posted.start is not None:
        payload = posted.start if _START.match(posted.start) else ""
        return _Meaning(text="" if payload else "/start", start=payload), pages.begin()
    if posted.phone:
        if not _PHONE.match(posted.phone):
            raise Refused(422, pages.phone_wrong())
        return _Meaning(text=posted.text), posted.phone
    if posted.place:
        latitude, longitude = f"{posted.place.latitude:.5f}", f"{posted.place.longitude:.5f}"
        return _Meaning(text=posted.text), pages.my_place(latitude, longitude)
    if not posted.text and not posted.kept and not posted.files:
        raise Refused(422, pages.nothing_written())
    return _Meaning(text=posted.text), posted.text


def _pressed(session: Session, here: Here, seat: Seat, press: str) -> tuple[str, str]:
    """Data and label of the n-th choice of a message that this person really has."""
    match = _PRESS.match(press)
    assert here.channel_id is not None
    id = row_id(match[1]) if match else None
    if match and id is not None:
        row = webchat.message(session, here.tenant.id, here.channel_id, seat.peer, id)
        choices: Sequence[dict[str, str]] = row.body.get("choices", ()) if row and not row.mine else ()
        if int(match[2]) < len(choices):
            choice = choices[int(match[2])]
            return choice["data"], choice["label"]
    raise Refused(404, common.old_button())


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _kept(item: str) -> tuple[str, str]:
    sha256, _, name = item.partition(":")
    return sha256, name


def _place(form: FormData) -> Location | None:
    try:
        place = Location(float(_field(form, "latitude")), float(_field(form, "longitude")))
    except ValueError:
        return None
    inside = -90 <= place.latitude <= 90 and -180 <= place.longitude <= 180
    return place if inside else None
