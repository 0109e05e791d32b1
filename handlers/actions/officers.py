"""Linking an officer's chat by a one-time code that somebody in the office gives them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain import codes
from handlers.actions.acting import Acting
from storage import cases
from storage.insert import insert_new
from storage.tables import Officer, OfficerLink

VALID = timedelta(hours=24)


def create_link_code(session: Session, officer: Officer, now: datetime, random: Callable[[int], int]) -> str:
    """A new code for this officer, valid 24 hours and once; the one before stops working. Only its hash is stored.

    `random(n)` gives n random bits.
    """
    code = codes.new_code(random)
    officer.link_code_hash, officer.link_code_until_at = _hash(officer.tenant_id, code), now + VALID
    session.flush()
    return code


def link_chat(act: Acting, typed: str) -> Officer | None:
    """Make `act.who` the chat of the officer whose code this is. None when no code of this commune fits."""
    code = codes.read_code(typed)
    if code is None or act.who is None:
        return None
    wanted = _hash(act.tenant.id, code)
    query = select(Officer).where(Officer.tenant_id == act.tenant.id, Officer.link_code_hash == wanted, Officer.active)
    officer = act.session.scalar(query)
    if officer is None or officer.link_code_until_at is None or officer.link_code_until_at < act.now:
        return None
    used = act.session.execute(
        update(Officer)
        .where(Officer.tenant_id == act.tenant.id, Officer.id == officer.id, Officer.link_code_hash == wanted)
        .values(link_code_hash=None, link_code_until_at=None)
    )
    if not getattr(used, "rowcount", 0):
        return None  # somebody used it at the same moment
    unlink_chat(act)
    insert_new(
        act.session,
        OfficerLink,
        {"tenant_id": act.tenant.id, "id": act.tools.ids(), "officer_id": officer.id,
         "channel_id": act.who.channel_id, "peer": act.who.peer, "linked_at": act.now},
    )  # fmt: skip
    cases.watch(act.session, act.tools.ids, act.tenant.id, officer.id, "chat linked", f"officer:{officer.id}", act.now)
    return officer


def unlink_chat(act: Acting) -> bool:
    """The chat becomes an ordinary citizen's. False when it was one."""
    if act.who is None:
        return False
    gone = act.session.execute(
        delete(OfficerLink).where(
            OfficerLink.tenant_id == act.tenant.id,
            OfficerLink.channel_id == act.who.channel_id,
            OfficerLink.peer == act.who.peer,
        )
    )
    return bool(getattr(gone, "rowcount", 0))


def _hash(tenant_id: int, code: str) -> str:
    return hashlib.sha256(f"{tenant_id}:{code}".encode()).hexdigest()
