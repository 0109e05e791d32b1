"""Reminders about feedback cases, and the apology for a missed date. Each reason reaches each person at most once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from domain import escalation
from domain.escalation import Owed
from domain.feedback import OPEN, CaseStatus, is_overdue
from domain.messages import Choice, Outgoing
from domain.texts import desk
from domain.texts import reminders as texts
from domain.texts.base import code as show
from domain.texts.base import speaking
from handlers.actions import case_notes as notes
from handlers.actions import late, notify
from handlers.actions.acting import Acting
from handlers.context import Tools
from scheduler.sweeping import each, in_office_hours
from storage import cases, communes, due, outbox
from storage.communes import Commune
from storage.digest import digest_key
from storage.tables import FeedbackCase, Officer

LOOK_BACK = timedelta(days=21)  # longer than any run of days off; what is late for longer stands in every digest
APOLOGY_FROM, APOLOGY_UNTIL = time(10), time(18)  # local; by 10:00 an officer may have written the reason
DUE_TODAY = "due-today"
_MOVED = ("assigned", "forwarded", "reopened")  # events after which somebody else may have to take the case

Events = Mapping[str, datetime]  # kind -> when it last happened
Reasons = Mapping[str, Sequence[Owed | None]]  # key without the officer -> roles to tell; None = due today


def remind(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """Due today, due on the next working day, overdue, not taken: told to whoever can do something about it."""
    act = _acting(session, tools, commune, now)
    if not in_office_hours(now, commune.calendar):
        return 0
    last = commune.calendar.next_working_day(act.today)
    found = due.open_due(session, commune.tenant.id, first=act.today - LOOK_BACK, last=last)
    untaken = due.untaken(session, commune.tenant.id)
    return _remind_of_all(act, "remind", [*found, *untaken])


def remind_urgent(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """Emergencies and limits in hours, at any time of any day."""
    act = _acting(session, tools, commune, now)
    found = due.urgent(session, commune.tenant.id, first=act.today - LOOK_BACK, last=act.today + timedelta(days=1))
    return _remind_of_all(act, "remind urgent", found)


def apologise(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """To the citizen, from 10:00 of the first working day after the missed date, once for each date."""
    act = _acting(session, tools, commune, now)
    clock = act.local(now).time()
    if not commune.calendar.is_working_day(act.today) or not APOLOGY_FROM <= clock < APOLOGY_UNTIL:
        return 0
    first, last = act.today - LOOK_BACK, act.today - timedelta(days=1)
    found = due.open_due(session, commune.tenant.id, first=first, last=last)
    keys = {case.id: f"{_apology_key(case)}:apology:citizen" for case in found}
    known = due.known_keys(session, commune.tenant.id, keys.values())
    new = [case for case in found if keys[case.id] not in known]
    events = due.last_events(session, commune.tenant.id, [case.id for case in new])
    return each(session, "apologise", "case_id", new, lambda case: _apologise_for(act, case, events.get(case.id, {})))


def _remind_of_all(act: Acting, job: str, found: Sequence[FeedbackCase]) -> int:
    """Tell what nobody has been told yet. Whoever links a chat later is not flooded with what others heard before."""
    rows = {case.id: case for case in found}
    hours = {row.id for row in communes.categories(act.session, act.tenant.id) if row.limit_unit == "hours"}
    events = due.last_events(act.session, act.tenant.id, rows)
    owed: dict[int, Reasons] = {}

    def look(case: FeedbackCase) -> int:
        owed[case.id] = _reasons(act, case, events.get(case.id, {}), case.category_id in hours)
        return 0

    def tell(case: FeedbackCase) -> int:
        new = {key: items for key, items in owed[case.id].items() if key not in done}
        return sum(_tell(act, case, key, items, events.get(case.id, {})) for key, items in new.items())

    each(act.session, job, "case_id", rows.values(), look)
    done = _told(act, [key for reasons in owed.values() for key in reasons])
    with speaking("vi"):
        return each(
            act.session, job, "case_id", [rows[case_id] for case_id in owed if owed[case_id].keys() - done], tell
        )


def _told(act: Acting, keys: Sequence[str]) -> set[str]:
    """Reasons that somebody who works here was told before."""
    officers = [officer.id for officer in communes.officers(act.session, act.tenant.id)]
    known = due.known_keys(act.session, act.tenant.id, (f"{key}:{officer}" for key in keys for officer in officers))
    return {key.rpartition(":")[0] for key in known}


def _reasons(act: Acting, case: FeedbackCase, events: Events, in_hours: bool) -> Reasons:
    """`in_hours`: the limit runs day and night.

    The keys leave the role out: whoever is officer and head at once hears of it once.
    """
    facts = _facts(case, events, case.emergency or in_hours)
    found: dict[str, list[Owed | None]] = {}
    for item in escalation.owed(facts, act.now, act.calendar, act.profile.unassigned_hours):
        found.setdefault(f"{item.kind}:{case.id}:{item.mark}", []).append(item)
    if _is_due_today(act, facts):
        found[f"{DUE_TODAY}:{case.id}:{case.due_on}"] = [None]
    return found


def _tell(act: Acting, case: FeedbackCase, key: str, items: Sequence[Owed | None], events: Events) -> int:
    people = {officer.id: officer for item in items for officer in _people(act, case, item)}
    message = _message(act, case, key.partition(":")[0], events)
    return notify.tell_all(act.session, act.tools, people.values(), message, key, act.now, case_id=case.id)


def _people(act: Acting, case: FeedbackCase, item: Owed | None) -> list[Officer]:
    if item is None or item.role == "officer" or item.kind == "due-tomorrow":
        return notes.in_charge(act, case)
    if item.role == "leader":
        return notify.leaders(act.session, act.tenant.id)
    if item.role == "director":
        return notify.handlers_of(act.session, act.tenant.id, None, restricted=True)
    return notify.heads_of(act.session, act.tenant.id, case.department_id) or notify.leaders(act.session, act.tenant.id)


def _message(act: Acting, case: FeedbackCase, kind: str, events: Events) -> Outgoing:
    category, promised = notes.category(act, case).name, notes.promised(act, case)
    department = cases.department(act.session, act.tenant.id, case.department_id).name
    look = Choice(f"/case.view {case.id}", desk.choice_view(case.code))
    if kind == DUE_TODAY:
        text = texts.due_today(case.code, category, promised)
    elif kind == "due-tomorrow":
        tomorrow = case.due_on == act.today + timedelta(days=1)
        text = (texts.due_tomorrow if tomorrow else texts.due_next)(case.code, category, promised)
    elif kind == "overdue-leader":
        text = texts.overdue_leader(case.code, category, department, promised, notes.late_days(act, case))
    elif kind == "unassigned":
        since = _moved_at(events) or case.received_at
        text = texts.unassigned(case.code, category, department, act.local(since))
    else:
        write = Choice(f"/late.reason {case.id}", texts.late_choice_write())  # the apology goes out at 10:00
        return Outgoing(texts.overdue(case.code, category, department, promised), choices=(look, write))
    return Outgoing(text, choices=(look,))


def _facts(case: FeedbackCase, events: Events, urgent: bool) -> escalation.CaseFacts:
    return escalation.CaseFacts(
        status=CaseStatus(case.status),
        received_at=case.received_at,
        due_on=case.due_on,
        due_at=case.due_at,
        has_officer=case.officer_id is not None,
        assigned_at=_moved_at(events),
        waiting_since=events.get("asked"),
        restricted=case.restricted,
        emergency=urgent,
    )


def _moved_at(events: Events) -> datetime | None:
    return max((events[kind] for kind in _MOVED if kind in events), default=None)


def _is_due_today(act: Acting, facts: escalation.CaseFacts) -> bool:
    """Not while the person is asked, not on the day of receipt, and never outside office hours."""
    if facts.status not in OPEN or facts.status is CaseStatus.WAITING_CITIZEN or act.now > facts.due_at:
        return False
    received_on = act.local(facts.received_at).date()
    return facts.due_on == act.today != received_on and in_office_hours(act.now, act.calendar)


def _apology_key(case: FeedbackCase) -> str:
    return f"late:{case.id}:{case.due_on}"


def _apologise_for(act: Acting, case: FeedbackCase, events: Events) -> int:
    if act.today < act.calendar.next_working_day(case.due_on):
        return 0
    if not is_overdue(CaseStatus(case.status), case.due_at, act.now, events.get("asked")):
        return 0
    phone = "" if case.restricted else cases.department(act.session, act.tenant.id, case.department_id).phone

    def write() -> Outgoing:
        text = texts.apology(
            case.code, act.tenant.unit, case.due_on, notes.department_shown(act, case), phone,
            reason=late.approved_reason(act, case), leader_told=_leader_told(act, case),
        )  # fmt: skip
        return Outgoing(text, choices=(Choice("/question.callback", texts.apology_call()),))

    return int(notes.tell_citizen(replace(act, key=_apology_key(case)), case, write, "apology"))


def _leader_told(act: Acting, case: FeedbackCase) -> bool:
    """Only what has reached a leader counts: a reminder about the case, or a digest that names it."""
    for leader in notify.leaders(act.session, act.tenant.id):
        row = outbox.by_key(act.session, act.tenant.id, f"overdue-leader:{case.id}:{case.due_on}:{leader.id}")
        if row and row.sent_at:
            return True
        row = outbox.by_key(act.session, act.tenant.id, digest_key(leader.id, act.today))
        if row and row.sent_at and show(case.code) in row.body.get("text", ""):
            return True
    return False


def _acting(session: Session, tools: Tools, commune: Commune, now: datetime) -> Acting:
    return Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, "sweep")
