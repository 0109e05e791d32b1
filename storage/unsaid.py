"""Taking back what a person said before they agreed that it is kept: the words go, the row that saw them stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, select, update
from sqlalchemy.orm import Session

from storage.tables import Conversation, InboxMessage, WebMessage

UNDECIDED = "undecided"  # in a conversation's memory: from which inbox row on, and when it was asked about
PATIENCE = timedelta(hours=24)
_BATCH = 100
_FACTS = ("external_id", "peer", "at", "kind", "message_id")  # enough to know a redelivery; nothing that was said
_ERASED = {"erased": True}  # the web chat's page says so in its place


def unsay(
    session: Session, tenant_id: int, channel_id: int, peer: str, since_id: int, until: datetime | None = None
) -> int:
    """Blank the person's messages from an inbox row on, and their copies on the web chat's page.

    Only what was handled, up to and with the instant `until` where given. Part of the caller's transaction.
    How many messages were blanked.
    """
    query = (
        select(InboxMessage)
        .where(InboxMessage.tenant_id == tenant_id, InboxMessage.channel_id == channel_id)
        .where(InboxMessage.peer == peer, InboxMessage.id >= since_id, InboxMessage.handled_at.is_not(None))
        .execution_options(populate_existing=True)
    )
    if until is not None:
        query = query.where(InboxMessage.handled_at <= until)
    rows = session.scalars(query).all()
    for row in rows:
        row.body = {name: row.body[name] for name in _FACTS if name in row.body}
    copies = [f"in:{row.external_id}" for row in rows]
    session.execute(
        update(WebMessage)
        .where(WebMessage.tenant_id == tenant_id, WebMessage.channel_id == channel_id)
        .where(WebMessage.peer == peer, WebMessage.mine, WebMessage.outbox_key.in_(copies))
        .values(body=_ERASED)
    )
    session.flush()
    return len(rows)


def undecided(since_id: int, now: datetime) -> dict[str, Any]:
    """What to remember of words that may be an accusation, until the person says what they are."""
    return {UNDECIDED: {"since": since_id, "at": now.isoformat()}}


def forget_undecided(session: Session, tenant_id: int, now: datetime) -> int:
    """Blank what may be a denunciation and was never said to be anything else within a day. How many talks.

    A person who was still at that question begins anew; what they wrote afterwards is left alone.
    """
    query = (
        select(Conversation)
        .where(Conversation.tenant_id == tenant_id)
        .where(cast(Conversation.memory, Text).like(f'%"{UNDECIDED}": {{%'))
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    forgotten = 0
    for talk in session.scalars(query):
        asked = talk.memory[UNDECIDED]
        asked_at = datetime.fromisoformat(asked["at"])
        if asked_at > now - PATIENCE:
            continue
        unsay(session, tenant_id, talk.channel_id, talk.peer, asked["since"], asked_at)
        talk.memory = {**talk.memory, UNDECIDED: None}
        if talk.state == "feedback.kind":
            talk.state, talk.kept, talk.choices = "", {}, []
        forgotten += 1
    session.flush()
    return forgotten
