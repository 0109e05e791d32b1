"""The web chat: its messages are rows of `web_message`, so sending is a write and happens exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from bot.channels.base import Payload
from domain.messages import Outgoing, outgoing_from_json, to_json
from storage import webchat
from storage.ids import IdMaker
from storage.tables import OutboxMessage


class WebChat:
    """A LocalChannel. What people write arrives through `web/chat.py`, which stores the inbox row itself."""

    kind: ClassVar[str] = "webchat"

    def __init__(self, ids: IdMaker) -> None:
        self._ids = ids

    def render(self, to: str, message: Outgoing) -> list[Payload]:
        """One payload whatever the length: a page scrolls. Choices carry their numbers, links are https only."""
        whole = {**to_json(message), "choices": [vars(choice) for choice in message.numbered()]}
        whole["links"] = [[label, url] for label, url in message.links if url.startswith("https://")]
        return [{"to": to, "body": {key: value for key, value in whole.items() if value}}]

    def deliver(self, session: Session, row: OutboxMessage, now: datetime) -> str:
        (payload,) = self.render(row.peer, outgoing_from_json(row.body))
        id = webchat.add_delivered(
            session, row.tenant_id, self._ids(), row.channel_id, row.peer, body=payload["body"], key=row.key, now=now
        )
        return str(id)
