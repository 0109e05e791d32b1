"""Procedures that changed under reviewed words, or ceased to apply: whoever answers for the words is told once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from domain.messages import Choice, Outgoing
from domain.texts import procedure_watch as texts
from domain.texts.base import speaking
from handlers.actions import notify
from handlers.context import Tools
from handlers.dialogs.procedure_watch import flag_line
from scheduler.sweeping import in_office_hours
from storage import communes, procedure_flags
from storage.communes import Commune
from storage.procedure_flags import Flag
from storage.tables import Officer

_NAMED = 5  # in one message; a new dump may change a hundred at once


def tell_flagged(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """The head of the department that answers questions and the director: one message, each version told once.

    In office hours. Where neither has a chat, the leaders; where nobody has one, it waits.
    """
    if not in_office_hours(now, commune.calendar):
        return 0
    tenant_id = commune.tenant.id
    today = now.astimezone(commune.calendar.zone).date()
    found = procedure_flags.flags(session, tenant_id, communes.layers(session, tenant_id), today)
    new = procedure_flags.untold(session, tenant_id, found)
    people = _in_charge(session, commune) if new else []
    if not people:
        return 0
    with speaking("vi"):
        owed = notify.tell_all(session, tools, people, _message(new), f"procedure-flags:{_digest(new)}", now)
    for flag in new:
        procedure_flags.mark(session, tools.ids, tenant_id, procedure_flags.TOLD, flag, now)
    return owed


def _message(new: Sequence[Flag]) -> Outgoing:
    lines = [texts.flags_told(len(new)), *(f"- {flag_line(flag)}" for flag in new[:_NAMED])]
    if new[_NAMED:]:
        lines.append(texts.flags_more(len(new) - _NAMED))
    one = (Choice(f"/procedure.flag {new[0].version_id}", texts.choice_history()),) if len(new) == 1 else ()
    return Outgoing("\n".join(lines), choices=one or (Choice("/procedure.flags", texts.choice_flags()),))


def _in_charge(session: Session, commune: Commune) -> list[Officer]:
    tenant_id = commune.tenant.id
    department = communes.department_by_key(session, tenant_id, commune.profile.question_department)
    heads = notify.reachable(session, tenant_id, role="head", department_id=department.id) if department else []
    people = {officer.id: officer for officer in (*heads, *notify.reachable(session, tenant_id, role="director"))}
    return list(people.values()) or notify.leaders(session, tenant_id)


def _digest(new: Sequence[Flag]) -> str:
    return hashlib.sha256(",".join(str(flag.version_id) for flag in new).encode()).hexdigest()[:24]
