"""New messages for an open page: a stream of events, or one long look for pages that cannot stream.

Every message is found by reading rows after the last one seen; bells only make it prompt. A stream ends when the
service stops, and the page comes back by itself with the last id it had.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy.orm import Session

from storage import conversations, webchat
from web.people import Seat
from web.site import Here, Site
from web.views import Place, view
from web.wakeups import wait

LOOK_S = 2.0  # rows of another process are found this late at worst
BEAT_S = 15.0  # a page that hears no beat for longer takes the stream for dead
POLL_S = 10.0  # shorter than webchat.LOOK_BACK, so that a poll cannot step over a late row


def place_of(site: Site, here: Here, seat: Seat) -> Place:
    return Place(
        seat.base, seat.query, here.tenant.timezone, mime=lambda sha256: site.media.mime(here.tenant.id, sha256)
    )


async def events(site: Site, here: Here, seat: Seat, after: int) -> AsyncIterator[str]:
    """Server-sent events: `message` with an id to come back with, and `beat`."""
    assert here.channel_id is not None
    clock = asyncio.get_running_loop().time
    seen: set[str] = set()
    with site.woken.listening(here.tenant.id, here.channel_id, seat.peer) as bell:
        beat_at = clock()
        yield "retry: 1500\nevent: beat\ndata: {}\n\n"
        while not site.stopping.is_set():
            for message in await site.db.read(_since, site, here, seat, after):
                if message["id"] in seen:
                    continue
                seen.add(message["id"])
                after = max(after, int(message["id"]))
                yield f"id: {after}\nevent: message\ndata: {json.dumps(message, ensure_ascii=False)}\n\n"
            if clock() - beat_at >= BEAT_S:
                if seat.is_desk and not await site.db.read(_still_signed_in, here, seat):
                    return
                beat_at = clock()
                yield "event: beat\ndata: {}\n\n"
            await wait(bell, site.stopping, LOOK_S)


async def poll(site: Site, here: Here, seat: Seat, after: int, wait_s: float) -> list[dict[str, Any]]:
    """Messages after `after` and those shortly before it; waits for a new one at most `wait_s`."""
    assert here.channel_id is not None
    clock = asyncio.get_running_loop().time
    until = clock() + min(wait_s, POLL_S)
    with site.woken.listening(here.tenant.id, here.channel_id, seat.peer) as bell:
        while True:
            messages = await site.db.read(_since, site, here, seat, after)
            left_s = until - clock()
            if left_s <= 0 or site.stopping.is_set() or any(int(message["id"]) > after for message in messages):
                return messages
            await wait(bell, site.stopping, min(LOOK_S, left_s))


async def answered(site: Site, here: Here, seat: Seat, after: int, wait_s: float) -> None:
    """Until somebody else than the person has written after `after`; for pages without a script."""
    clock = asyncio.get_running_loop().time
    until = clock() + wait_s
    while clock() < until and not site.stopping.is_set():
        messages = await poll(site, here, seat, after, until - clock())
        if any(not message["mine"] and int(message["id"]) > after for message in messages):
            return
        after = max((after, *(int(message["id"]) for message in messages)))


def _since(session: Session, site: Site, here: Here, seat: Seat, after: int) -> list[dict[str, Any]]:
    assert here.channel_id is not None
    place = place_of(site, here, seat)
    return [view(row, place) for row in webchat.since(session, here.tenant.id, here.channel_id, seat.peer, after)]


def _still_signed_in(session: Session, here: Here, seat: Seat) -> bool:
    return conversations.officer_at(session, here.tenant.id, here.channel_id or 0, seat.peer) is not None
