"""What delivery must know and note about the people it writes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import Attachment, Citizen, OutboxMessage


@dataclass(frozen=True)
class Listener:
    """The person a message is for. Somebody who never wrote has not gone."""

    gone: bool = False
    language: str = "vi"


def listeners(session: Session, rows: Sequence[OutboxMessage | Attachment]) -> dict[int, Listener]:
    """By the row's id."""
    query = (
        select(Citizen.tenant_id, Citizen.channel_id, Citizen.peer, Citizen.gone, Citizen.language)
        .where(Citizen.tenant_id.in_({row.tenant_id for row in rows}))
        .where(Citizen.channel_id.in_({row.channel_id for row in rows}))
        .where(Citizen.peer.in_({row.peer for row in rows}))
    )
    known = {(t, c, p): Listener(gone, language) for t, c, p, gone, language in session.execute(query)}
    return {row.id: known.get((row.tenant_id, row.channel_id, row.peer), Listener()) for row in rows}


def mark_gone(session: Session, row: OutboxMessage) -> None:
    """The person blocked us; cleared when they write again."""
    session.execute(
        update(Citizen)
        .where(Citizen.tenant_id == row.tenant_id, Citizen.channel_id == row.channel_id, Citizen.peer == row.peer)
        .values(gone=True)
    )
