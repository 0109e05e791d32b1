"""Where each person stands, and who they are to us."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.insert import insert_new
from storage.tables import Citizen, Conversation, Officer, OfficerLink


def lock_or_add(
    session: Session, ids: IdMaker, tenant_id: int, channel_id: int, peer: str, now: datetime
) -> Conversation:
    """The person's conversation, locked until commit. Two first messages at once meet in the same row."""
    insert_new(
        session,
        Conversation,
        {"tenant_id": tenant_id, "id": ids(), "channel_id": channel_id, "peer": peer, "state": "", "kept": {},
         "memory": {}, "menu": "", "choices": [], "touched_at": now},
    )  # fmt: skip
    query = (
        select(Conversation)
        .where(Conversation.tenant_id == tenant_id, Conversation.channel_id == channel_id, Conversation.peer == peer)
        .with_for_update()
    )
    return session.scalars(query).one()


def citizen(session: Session, ids: IdMaker, tenant_id: int, channel_id: int, peer: str, now: datetime) -> Citizen:
    """The person behind an address; made at first sight."""
    insert_new(
        session,
        Citizen,
        {"tenant_id": tenant_id, "id": ids(), "channel_id": channel_id, "peer": peer, "since_at": now, "seen_at": now,
         "gone": False, "language": "vi", "name": "", "phone": "", "consent_version": ""},
    )  # fmt: skip
    query = select(Citizen).where(
        Citizen.tenant_id == tenant_id, Citizen.channel_id == channel_id, Citizen.peer == peer
    )
    return session.scalars(query).one()


def officer_at(session: Session, tenant_id: int, channel_id: int, peer: str) -> Officer | None:
    """The officer whose chat this is."""
    query = (
        select(Officer)
        .join(OfficerLink, (OfficerLink.tenant_id == Officer.tenant_id) & (OfficerLink.officer_id == Officer.id))
        .where(OfficerLink.tenant_id == tenant_id, OfficerLink.channel_id == channel_id, OfficerLink.peer == peer)
        .where(Officer.active)
    )
    return session.scalar(query)


def chats_of(session: Session, tenant_id: int, officer_id: int) -> Sequence[OfficerLink]:
    """Every chat an officer has linked, the newest first."""
    query = (
        select(OfficerLink)
        .where(OfficerLink.tenant_id == tenant_id, OfficerLink.officer_id == officer_id)
        .order_by(OfficerLink.linked_at.desc())
    )
    return session.scalars(query).all()
