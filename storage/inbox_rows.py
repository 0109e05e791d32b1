"""Finding a message that a person sent, to know what an edit belongs to."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import InboxMessage

_LOOK_BACK = 100


def by_message_id(session: Session, tenant_id: int, channel_id: int, peer: str, message_id: str) -> InboxMessage | None:
    """The original of the person's message with this platform id, among their newest hundred; not an edit of it."""
    if not message_id:
        return None
    query = (
        select(InboxMessage)
        .where(InboxMessage.tenant_id == tenant_id, InboxMessage.channel_id == channel_id, InboxMessage.peer == peer)
        .order_by(InboxMessage.id.desc())
        .limit(_LOOK_BACK)
    )
    return next(
        (
            row
            for row in session.scalars(query)
            if row.body.get("message_id") == message_id and row.body.get("kind", "message") == "message"
        ),
        None,
    )
