"""What a person on the web chat sees: "sent" is a row here, read by id after the last one seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.insert import insert_new
from storage.tables import WebMessage

# An id is made shortly before its row is committed, so a row may appear below one that was already read.
# Ids keep milliseconds above their lowest 21 bits; readers look this far back and skip what they have.
LOOK_BACK = 15_000 << 21


def own_key(external_id: str) -> str:
    return f"in:{external_id}"


def add_own(
    session: Session,
    tenant_id: int,
    id: int,
    channel_id: int,
    peer: str,
    *,
    external_id: str,
    body: dict[str, Any],
    now: datetime,
) -> WebMessage:
    """The person's own message, once for each `external_id`; the stored row when it was there before."""
    key = own_key(external_id)
    _insert(session, tenant_id, id, channel_id, peer, mine=True, body=body, key=key, now=now)
    row = own(session, tenant_id, external_id)
    assert row is not None
    return row


def own(session: Session, tenant_id: int, external_id: str) -> WebMessage | None:
    """The person's message that was stored under this id before."""
    key = own_key(external_id)
    return session.scalar(select(WebMessage).where(WebMessage.tenant_id == tenant_id, WebMessage.outbox_key == key))


def add_delivered(
    session: Session, tenant_id: int, id: int, channel_id: int, peer: str, *, body: dict[str, Any], key: str,
    now: datetime,
) -> int:  # fmt: skip
    """A message of the service, exactly once for each outbox key. Returns the id of the row that stands."""
    if _insert(session, tenant_id, id, channel_id, peer, mine=False, body=body, key=key, now=now):
        return id
    query = select(WebMessage.id).where(WebMessage.tenant_id == tenant_id, WebMessage.outbox_key == key)
    return session.scalars(query).one()


def history(session: Session, tenant_id: int, channel_id: int, peer: str, limit: int = 100) -> Sequence[WebMessage]:
    """The newest messages, oldest first."""
    query = _of(tenant_id, channel_id, peer).order_by(WebMessage.id.desc()).limit(limit)
    return session.scalars(query).all()[::-1]


def since(session: Session, tenant_id: int, channel_id: int, peer: str, after: int) -> Sequence[WebMessage]:
    """Messages after the one seen last, and those shortly before it (see LOOK_BACK): the reader skips doubles."""
    query = _of(tenant_id, channel_id, peer).where(WebMessage.id > max(0, after - LOOK_BACK)).order_by(WebMessage.id)
    return session.scalars(query).all()


def message(session: Session, tenant_id: int, channel_id: int, peer: str, id: int) -> WebMessage | None:
    """One message of this person; None for anybody else's."""
    return session.scalar(_of(tenant_id, channel_id, peer).where(WebMessage.id == id))


def may_see_media(session: Session, tenant_id: int, channel_id: int, peer: str, sha256: str) -> bool:
    """Whether the file came with one of this person's messages. Its name typed as words does not count."""
    query = _of(tenant_id, channel_id, peer).where(cast(WebMessage.body, Text).contains(sha256, autoescape=True))
    wanted = f"sha256:{sha256}"
    return any(wanted in _refs(row.body) for row in session.scalars(query))


def forget(
    session: Session, ids: IdMaker, tenant_id: int, channel_id: int, peer: str, keys: Iterable[str], now: datetime
) -> int:
    """Blank these messages of a person's page, here and (by a row that says so) on every page that shows them now.

    `keys`: outbox keys, or `own_key` of the person's own messages. For words that may not be kept.
    """
    rows = session.scalars(_of(tenant_id, channel_id, peer).where(WebMessage.outbox_key.in_(list(keys)))).all()
    for row in rows:
        row.body = {"erased": True}
    session.flush()
    if rows:
        id = ids()
        body = {"erases": [str(row.id) for row in rows]}
        _insert(session, tenant_id, id, channel_id, peer, mine=False, body=body, key=f"erase:{id}", now=now)
    return len(rows)


def _of(tenant_id: int, channel_id: int, peer: str) -> Select[WebMessage]:
    return select(WebMessage).where(
        WebMessage.tenant_id == tenant_id, WebMessage.channel_id == channel_id, WebMessage.peer == peer
    )


def _insert(
    session: Session, tenant_id: int, id: int, channel_id: int, peer: str, *, mine: bool, body: dict[str, Any],
    key: str, now: datetime,
) -> bool:  # fmt: skip
    return insert_new(
        session,
        WebMessage,
        {"tenant_id": tenant_id, "id": id, "channel_id": channel_id, "peer": peer, "mine": mine, "body": body,
         "outbox_key": key, "at": now},
    )  # fmt: skip


def _refs(body: dict[str, Any]) -> list[str]:
    return [item if isinstance(item, str) else item["ref"] for item in body.get("media", ())]
