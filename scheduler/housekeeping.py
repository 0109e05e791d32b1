"""Keeping the house: erasing what was kept long enough, dropping what expired, and asking for the days off ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain.messages import Outgoing
from domain.texts import reminders as texts
from domain.texts.base import speaking
from handlers.actions import notify
from handlers.actions.acting import Acting
from handlers.actions.holidays import breaks, choices_for
from handlers.actions.keeping import erase_old_cases
from handlers.context import Tools
from scheduler.sweeping import in_office_hours
from storage import attempts, holidays, my_data, retention, unsaid
from storage.communes import Commune
from storage.tables import Holiday, Officer

FORGET_TRIES = timedelta(days=2)  # no limit looks back further than a day
WARN_BEFORE = timedelta(days=7)  # of a day off that nobody has confirmed
NEXT_YEAR_FROM = (12, 1)  # month and day from which next year's calendar should stand


def tidy(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """Erase and drop, some rows at a time; the next look goes on. Nobody is owed a message for it."""
    tenant_id = commune.tenant.id
    before = now - timedelta(days=commune.profile.keep_chat_days)
    retention.blank_inbox(session, tenant_id, before)
    retention.blank_outbox(session, tenant_id, before)
    retention.blank_web_messages(session, tenant_id, before)
    retention.forget_who_asked(session, tenant_id, before)
    my_data.let_go_of_files(session, retention.files_of_old_questions(session, tenant_id, before), now)
    retention.forget_talk(session, tenant_id, before)
    retention.drop_expired(session, tenant_id, now)
    attempts.forget_before(session, tenant_id, now - FORGET_TRIES)
    unsaid.forget_undecided(session, tools.ids, tenant_id, now)
    erase_old_cases(Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, "tidy"))
    return 0


def check_calendar(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """Directors and leaders hear once of a break ahead that nobody confirmed, and in December of next year's days."""
    if not in_office_hours(now, commune.calendar):
        return 0
    today = now.astimezone(commune.calendar.zone).date()
    people = _readers(session, commune.tenant.id)
    known = holidays.of_commune(session, commune.tenant.id)
    owed = 0
    with speaking("vi"):
        for run in breaks([row for row in known if not row.verified]):
            if run[0].on <= today + WARN_BEFORE and run[-1].on >= today:
                asked = Outgoing(texts.days_unverified((row.on, row.name) for row in run), choices=choices_for(run))
                owed += notify.tell_all(session, tools, people, asked, f"days-off:{run[0].on}", now)
        if (today.month, today.day) >= NEXT_YEAR_FROM:
            owed += _check_year(session, tools, people, known, today.year + 1, now)
    return owed


def _check_year(
    session: Session, tools: Tools, people: Sequence[Officer], known: Iterable[Holiday], year: int, now: datetime
) -> int:
    rows = [row for row in known if row.on.year == year]
    unsure = sum(not row.verified for row in rows)
    if not rows:
        return _tell(session, tools, people, texts.year_missing(year), f"year-missing:{year}", now)
    if unsure:
        return _tell(session, tools, people, texts.year_unverified(year, unsure), f"year-unverified:{year}", now)
    return 0


def _tell(session: Session, tools: Tools, people: Sequence[Officer], text: str, key: str, now: datetime) -> int:
    return notify.tell_all(session, tools, people, Outgoing(text), key, now)


def _readers(session: Session, tenant_id: int) -> list[Officer]:
    found = (notify.reachable(session, tenant_id, role=role) for role in ("director", "leader"))
    return list({officer.id: officer for officers in found for officer in officers}.values())
