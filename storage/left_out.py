"""What a backup leaves out: words that we may not keep yet. A copy must not outlive what its writer takes back.

Messages that nobody has read may hold an accusation (tố cáo), whose text stands for a day at most; so may a report
that is still being written or was put aside, before the person has agreed that it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.orm import Session

from storage import paused
from storage.tables import Conversation, InboxMessage, WebMessage
from storage.webchat import own_key

_FACTS = ("external_id", "peer", "at", "kind", "message_id")  # enough to know a redelivery; nothing that was said


@dataclass(frozen=True)
class LeftOut:
    """Keys of (tenant, row) whose words are left out. The rows themselves stay."""

    inbox: frozenset[tuple[int, int]]
    web: frozenset[tuple[int, str]]  # by outbox_key
    talks: frozenset[tuple[int, int]]

    def inbox_body(self, row: InboxMessage) -> dict[str, Any]:
        return facts_of(row.body) if (row.tenant_id, row.id) in self.inbox else row.body

    def web_body(self, row: WebMessage) -> dict[str, Any]:
        return {"erased": True} if (row.tenant_id, row.outbox_key) in self.web else row.body


def talk_values(talk: Conversation) -> dict[str, Any]:
    """What a copy has instead in a talk that is left out: no report whose writer has not agreed."""
    values: dict[str, Any] = {"memory": {**talk.memory, **paused.agreed(talk.memory)}}
    if _not_agreed(talk):
        values |= {"state": "", "kept": {}, "choices": []}
    return values


def _not_agreed(talk: Conversation) -> bool:
    return bool(talk.state and talk.kept.get("since") and not talk.kept.get("agreed"))


def facts_of(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in _FACTS if name in body}


def find_all_tenants(session: Session) -> LeftOut:
    """Unhandled messages, and everything said since the beginning of a report that is not agreed yet."""
    rows = list(session.scalars(select(InboxMessage).where(InboxMessage.handled_at.is_(None))))
    talks = []
    aside = cast(Conversation.memory, Text).like(paused.IN_MEMORY)
    for talk in session.scalars(select(Conversation).where(or_(Conversation.state != "", aside))):
        begun = [int(report["since"]) for report in paused.not_agreed(talk.memory)]
        begun += [int(talk.kept["since"])] if _not_agreed(talk) else []
        if begun:
            talks.append((talk.tenant_id, talk.id))
            said = (
                select(InboxMessage)
                .where(InboxMessage.tenant_id == talk.tenant_id, InboxMessage.channel_id == talk.channel_id)
                .where(InboxMessage.peer == talk.peer, InboxMessage.id >= min(begun))
            )
            rows += session.scalars(said)
    return LeftOut(
        frozenset((row.tenant_id, row.id) for row in rows),
        frozenset((row.tenant_id, own_key(row.external_id)) for row in rows),
        frozenset(talks),
    )


def blank_all_tenants(session: Session, found: LeftOut) -> None:
    """Leave the words out of this database: of a copy, never of the one that serves."""
    for tenant_id, row_id in found.inbox:
        row = session.get_one(InboxMessage, (tenant_id, row_id))
        row.body = found.inbox_body(row)
    for tenant_id, key in found.web:
        session.execute(
            update(WebMessage)
            .where(WebMessage.tenant_id == tenant_id, WebMessage.outbox_key == key)
            .values(body={"erased": True})
        )
    for tenant_id, talk_id in found.talks:
        talk = session.get_one(Conversation, (tenant_id, talk_id))
        for name, value in talk_values(talk).items():
            setattr(talk, name, value)
    session.flush()
