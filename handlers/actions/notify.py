"""Telling the people who work here: by role, in the chat they linked last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from domain.messages import NOTICE, Outgoing
from handlers.context import Tools
from storage import communes, conversations, outbox
from storage.tables import Officer


def tell_officer(
    session: Session,
    tools: Tools,
    officer: Officer,
    message: Outgoing,
    key: str,
    now: datetime,
    *,
    case_id: int | None = None,
    question_id: int | None = None,
) -> bool:
    """Owe an officer a message in the chat linked last. False when they have no chat, or `key` was owed before.

    `key` names the reason; the officer's id is added, so that each person gets each reason at most once.
    """
    chats = conversations.chats_of(session, officer.tenant_id, officer.id)
    if not chats:
        return False
    return outbox.add(
        session, officer.tenant_id, tools.ids(), channel_id=chats[0].channel_id, peer=chats[0].peer, message=message,
        key=f"{key}:{officer.id}", now=now, lane=NOTICE, case_id=case_id, question_id=question_id,
    )  # fmt: skip


def tell_all(
    session: Session,
    tools: Tools,
    officers: Iterable[Officer],
    message: Outgoing,
    key: str,
    now: datetime,
    *,
    case_id: int | None = None,
    question_id: int | None = None,
) -> int:
    """How many people are owed the message now."""
    return sum(
        tell_officer(session, tools, officer, message, key, now, case_id=case_id, question_id=question_id)
        for officer in officers
    )


def reachable(session: Session, tenant_id: int, *, role: str = "", department_id: int | None = None) -> list[Officer]:
    """Officers who have linked a chat."""
    found = communes.officers(session, tenant_id, role=role, department_id=department_id)
    return [officer for officer in found if conversations.chats_of(session, tenant_id, officer.id)]


def handlers_of(
    session: Session, tenant_id: int, department_id: int | None, *, restricted: bool = False
) -> list[Officer]:
    """Who is told of a new case: the department's officers; for a restricted one the director and the leader alone.

    When nobody of the department has a chat, its case goes up: head of the desk (director), then the leader.
    """
    if not restricted:
        found = reachable(session, tenant_id, department_id=department_id)
        if found:
            return found
    for role in ("director", "leader"):
        found = reachable(session, tenant_id, role=role)
        if found:
            return found
    return []


def heads_of(session: Session, tenant_id: int, department_id: int | None) -> list[Officer]:
    """The head of a department, or the director where it has none."""
    heads = reachable(session, tenant_id, role="head", department_id=department_id)
    return heads or reachable(session, tenant_id, role="director")


def leaders(session: Session, tenant_id: int) -> list[Officer]:
    return reachable(session, tenant_id, role="leader")
