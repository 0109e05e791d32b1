"""The morning digest: one for each leader and director and working day, caught up until 18:00 and never in bulk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.digest import is_time
from domain.messages import NOTICE
from domain.texts.base import speaking
from handlers.actions.leading import digest_message
from handlers.context import Tools
from storage import communes, conversations, digest, outbox
from storage.communes import Commune
from storage.tables import Officer


def send_digests(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """Owe the day's digest to everybody who leads and has none yet.

    It covers the days since the reader's digest before: after Tết the whole gap, after an outage the days missed.
    """
    local = now.astimezone(commune.calendar.zone)
    if not is_time(local, commune.profile.digest_at, commune.calendar):
        return 0
    owed = 0
    for officer in _readers(session, commune.tenant.id):
        key = digest.digest_key(officer.id, local.date())
        chats = conversations.chats_of(session, commune.tenant.id, officer.id)
        if not chats or outbox.by_key(session, commune.tenant.id, key):
            continue  # without a chat nothing is counted, which would be done again at every look
        last_on = digest.last_on(session, commune.tenant.id, officer.id, local.date())
        scope = digest.Scope(commune.tenant.id, commune.calendar)
        with speaking("vi"):
            found = digest.numbers(session, scope, now, last_on)
            message = digest_message(found, commune.tenant, name=officer.name)
        owed += outbox.add(  # into the chat the officer linked last
            session, commune.tenant.id, tools.ids(), channel_id=chats[0].channel_id, peer=chats[0].peer,
            message=message, key=key, now=now, lane=NOTICE,
        )  # fmt: skip
    return owed


def _readers(session: Session, tenant_id: int) -> list[Officer]:
    found = (communes.officers(session, tenant_id, role=role) for role in ("leader", "director"))
    return list({officer.id: officer for officers in found for officer in officers}.values())
