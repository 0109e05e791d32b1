"""One-time sign-in links for the people who work here. Only the hash of a link is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.tables import Officer, OfficerLink, SignIn

LONGEST = timedelta(days=7)


def create_sign_in(
    session: Session,
    ids: IdMaker,
    tenant_id: int,
    officer_id: int,
    *,
    now: datetime,
    until: datetime,
    random_bytes: Callable[[int], bytes],
) -> str:
    """A token for `/<slug>/vao/<token>`, good once and until `until`, at most seven days from `now`."""
    token = random_bytes(24).hex()
    session.add(
        SignIn(
            tenant_id=tenant_id, id=ids(), token_hash=_hash(token), officer_id=officer_id,
            until_at=min(until, now + LONGEST),
        )
    )  # fmt: skip
    session.flush()
    return token


def officer_for(session: Session, tenant_id: int, token: str, now: datetime) -> Officer | None:
    """Whose link this is, without using it up; None when it is used, past its time or unknown."""
    query = (
        select(Officer)
        .join(SignIn, (SignIn.tenant_id == Officer.tenant_id) & (SignIn.officer_id == Officer.id))
        .where(SignIn.tenant_id == tenant_id, SignIn.token_hash == _hash(token))
        .where(SignIn.used_at.is_(None), SignIn.until_at > now, Officer.active)
    )
    return session.scalar(query)


def use_sign_in(
    session: Session, ids: IdMaker, tenant_id: int, token: str, *, channel_id: int, peer: str, now: datetime
) -> OfficerLink | None:
    """Use the link up and give the officer the chat `peer`. None when somebody was faster or it is no longer good."""
    officer = officer_for(session, tenant_id, token, now)
    if officer is None:
        return None
    used = session.execute(
        update(SignIn)
        .where(SignIn.tenant_id == tenant_id, SignIn.token_hash == _hash(token), SignIn.used_at.is_(None))
        .values(used_at=now)
    )
    if not getattr(used, "rowcount", 0):
        return None
    link = OfficerLink(
        tenant_id=tenant_id, id=ids(), officer_id=officer.id, channel_id=channel_id, peer=peer, linked_at=now
    )
    session.add(link)
    session.flush()
    return link


def link_at(session: Session, tenant_id: int, link_id: int) -> tuple[OfficerLink, Officer] | None:
    """The officer's chat with this id while the officer works here."""
    query = (
        select(OfficerLink, Officer)
        .join(Officer, (Officer.tenant_id == OfficerLink.tenant_id) & (Officer.id == OfficerLink.officer_id))
        .where(OfficerLink.tenant_id == tenant_id, OfficerLink.id == link_id, Officer.active)
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
