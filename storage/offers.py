"""Menus that reached a person beside the talk: what a typed number may mean where there are no buttons."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.messages import TALK
from storage.tables import Conversation, OutboxMessage


def since_last_turn(session: Session, talk: Conversation, limit: int) -> Sequence[OutboxMessage]:
    """Notices with choices that this person was owed since they last wrote, oldest first; the newest `limit`."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == talk.tenant_id, OutboxMessage.channel_id == talk.channel_id)
        .where(OutboxMessage.peer == talk.peer, OutboxMessage.has_choices, OutboxMessage.lane > TALK)
        .where(OutboxMessage.created_at > talk.touched_at, OutboxMessage.failed_at.is_(None))
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()[::-1]
