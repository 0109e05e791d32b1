"""Counting promised dates again after the calendar changed, and telling whoever was promised something.

Only a day off that a promise was not counted with moves it. A limit, a late hour or opening hours that a commune
changed since do not: the limit stands in the promise's own proof.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.feedback import OPEN, CaseStatus, Limit, Promise, Unit, due_for, is_overdue
from domain.messages import NOTICE, Choice, Outgoing
from domain.proofs import limit_in, was_off
from domain.texts import desk
from domain.texts import feedback as intake
from domain.texts import holidays as texts
from domain.texts import reminders as reminder_texts
from domain.texts.base import moment, speaking
from domain.texts.holidays import Reason
from handlers.actions import case_notes as notes
from handlers.actions import notify
from handlers.actions import questions as question_actions
from handlers.actions.acting import Acting
from handlers.actions.receptions import rewrite_reminders
from handlers.context import Tools
from knowledge.pages import shortened
from storage import cases, communes, due, holidays, outbox, questions
from storage.tables import Citizen, FeedbackCase, Holiday, Officer, Question, Tenant

log = logging.getLogger(__name__)

_QUOTED = 120
_ALL = 100_000  # waiting questions: every one of them
_HOURS = ("hours", "working_hours")
Events = Mapping[str, datetime]  # kind -> when it last happened


@dataclass(frozen=True)
class Recomputed:
    """How many dates moved, the codes of cases whose agreed (extended) date stays, and how many could not be counted.

    Of the agreed dates only those are named that lie beyond a day of the calendar which is still ahead.
    """

    cases: int = 0
    questions: int = 0
    kept: tuple[str, ...] = ()
    failed: int = 0


def recompute(
    session: Session, tools: Tools, tenant: Tenant, now: datetime, officer: Officer | None = None
) -> Recomputed:
    """Count every open case and waiting question of a commune with its calendar as it stands now. Twice is once.

    Each stands in a savepoint of its own: an odd one is logged by its id and the others go on. `officer` changed the
    calendar in person, is written into the histories and not told of what they did.
    """
    session.flush()
    commune = communes.load(session, tenant.id)
    act = Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, "recompute", officer)
    days = holidays.of_commune(session, tenant.id)
    ids = holidays.open_case_ids(session, tenant.id)
    events = due.last_events(session, tenant.id, ids)
    moved = failed = 0
    kept: list[str] = []

    def count_case(case_id: int) -> bool:
        case = cases.locked(session, tenant.id, case_id)
        if case is None or case.status not in OPEN:
            return False
        happened = events.get(case_id, {})
        if _is_agreed(case, happened):
            kept.extend([case.code] if any(act.today <= row.on <= case.due_on for row in days) else [])
            return False
        return _count_case(act, case, days, happened)

    for case_id in ids:
        done = _try(session, "case_id", case_id, count_case)
        moved, failed = moved + (done is True), failed + (done is None)
    waiting = [row.id for row in questions.waiting(session, tenant.id, limit=_ALL)]
    handed = holidays.handed_over_at(session, tenant.id, waiting)
    asked = 0
    for question_id in waiting:
        done = _try(session, "question_id", question_id, lambda id: _count_question(act, id, days, handed.get(id)))
        asked, failed = asked + (done is True), failed + (done is None)
    rewrite_reminders(act)
    return Recomputed(moved, asked, tuple(kept), failed)


def _try(session: Session, id_name: str, id: int, count: Callable[[int], bool]) -> bool | None:
    try:
        with session.begin_nested():
            return count(id)
    except Exception as error:
        log.error("a date could not be counted again", extra={id_name: id, "error": type(error).__name__})
        return None


def _is_agreed(case: FeedbackCase, events: Events) -> bool:
    """Somebody agreed on this date by hand. Reopening a case gives it a date of the law again."""
    return case.extended and not (
        "reopened" in events and events["reopened"] > events.get("extended", case.received_at)
    )


def _count_case(act: Acting, case: FeedbackCase, days: Sequence[Holiday], events: Events) -> bool:
    if not case.proof:
        return False  # the date came from no limit
    category = notes.category(act, case)
    limit = limit_in(case.proof, Limit(category.amount, cast(Unit, category.limit_unit)))
    if limit.unit == "hours":
        return False
    start = events.get("reopened", case.received_at) if case.reopened else case.received_at
    late_hour = time.fromisoformat(act.profile.late_hour) if act.profile.late_hour else None
    promise = due_for(limit, start, act.calendar, late_hour)
    if promise.due_at == case.due_at:
        if case.proof != list(promise.proof):
            case.proof = list(promise.proof)  # a day's name, source or confirmation
        return False
    reasons = _reasons(act, case, promise, limit, act.local(start).date(), days)
    if reasons:
        _move(act, case, promise, reasons, events.get("asked"))
    return bool(reasons)


def _reasons(
    act: Acting, case: FeedbackCase, promise: Promise, limit: Limit, start_on: date, days: Sequence[Holiday]
) -> list[Reason]:
    """The days that the old proof took for something else than the calendar does now."""
    first, last = sorted((case.due_on, promise.due_on))
    if limit.unit in _HOURS:
        return _reasons_in_hours(act, start_on, last, promise.due_at > case.due_at, days)
    found = []
    for row in days:
        before = was_off(case.proof, row.on) if start_on <= row.on <= last else None
        if before is not None and before == act.calendar.is_working_day(row.on):
            found.append(_reason(row))
    at_the_end = [reason for reason in found if reason.on >= first]  # of calendar days only the last one matters
    return at_the_end if limit.unit == "calendar_days" and at_the_end else found


def _reasons_in_hours(act: Acting, first: date, last: date, later: bool, days: Sequence[Holiday]) -> list[Reason]:
    """Days that differ from the week between a promise in open hours and its end, and can have moved it this way."""
    shut = {holidays.OFF, holidays.SPECIAL}
    open_longer = {holidays.USUAL, holidays.WORKDAY, holidays.SPECIAL}
    kinds = shut if later else open_longer
    rows = [row for row in days if row.kind in kinds and first <= row.on <= last]
    return [_reason(row) for row in rows if row.kind != holidays.OFF or act.calendar.hours.get(row.on.weekday())]


def _reason(row: Holiday) -> Reason:
    return Reason(row.on, row.kind, row.name, row.source)


def _move(
    act: Acting, case: FeedbackCase, promise: Promise, reasons: Sequence[Reason], waiting_since: datetime | None
) -> None:
    in_hours = notes.counts_hours(notes.category(act, case))
    old_on, old_at = case.due_on, case.due_at
    was_late = is_overdue(CaseStatus(case.status), old_at, act.now, waiting_since)
    case.due_on, case.due_at, case.proof = promise.due_on, promise.due_at, list(promise.proof)

    def shown(on: date, at: datetime) -> str:
        return intake.promised(on, act.local(at) if in_hours else None)

    def write() -> Outgoing:
        old, new = shown(old_on, old_at), shown(case.due_on, case.due_at)
        if case.due_at < act.now:
            return Outgoing(texts.moved_past(case.code, act.tenant.unit, new, reasons))
        return Outgoing(
            (texts.moved_later if case.due_at > old_at else texts.moved_earlier)(case.code, old, new, reasons)
        )

    with speaking("vi"):
        old, new = shown(old_on, old_at), shown(case.due_on, case.due_at)
        event = cases.append_event(
            act.session, act.tools.ids, act.tools.random_bits, case, "moved", act.now,
            words=texts.moved_event(old, new, reasons, was_late), officer_id=act.officer.id if act.officer else None,
        )  # fmt: skip
        here = replace(act, key=f"moved:{case.id}:{event.number}")
        told = notes.tell_citizen(here, case, write, "moved", important=True)
        text = texts.moved_officer(case.code, old, new, reasons, was_late=was_late, told=told)
        look = Choice(f"/case.view {case.id}", desk.choice_view(case.code))
        notes.tell_in_charge(here, case, Outgoing(text, choices=(look,)), "moved")


def _count_question(act: Acting, question_id: int, days: Sequence[Holiday], handed_at: datetime | None) -> bool:
    question = questions.locked(act.session, act.tenant.id, question_id)
    if question is None or question.status != questions.WAITING or question.due_at is None:
        return False
    start = handed_at or question.asked_at
    old, new = question.due_at, question_actions.promised_at(replace(act, now=start))
    if new == old:
        return False
    last = act.local(max(old, new)).date()
    reasons = _reasons_in_hours(act, act.local(start).date(), last, new > old, days)
    if not reasons:
        return False
    question.due_at = new
    act.session.flush()
    _tell_of_question(act, question, old, new, reasons)
    return True


def _tell_of_question(act: Acting, question: Question, old: datetime, new: datetime, reasons: Sequence[Reason]) -> None:
    key = f"question:{question.id}:moved:{act.now:%Y%m%dT%H%M%S}"
    if question.channel_id is not None and question.peer is not None:
        person = act.session.scalar(
            select(Citizen).where(
                Citizen.tenant_id == act.tenant.id, Citizen.channel_id == question.channel_id,
                Citizen.peer == question.peer,
            )
        )  # fmt: skip
        with speaking(person.language if person else "vi"):
            told = (moment(act.local(old)), moment(act.local(new)))
            message = Outgoing(texts.question_moved(act.tenant.unit, *told, reasons, past=new < act.now))
        outbox.add(
            act.session, act.tenant.id, act.tools.ids(), channel_id=question.channel_id, peer=question.peer,
            message=message, key=key, now=act.now, lane=NOTICE, question_id=question.id,
        )  # fmt: skip
    holder = cases.officer(act.session, act.tenant.id, question.officer_id)
    reachable = holder is not None and holder in notify.reachable(act.session, act.tenant.id)
    people = (
        [holder] if holder and reachable else notify.handlers_of(act.session, act.tenant.id, question.department_id)
    )
    with speaking("vi"):
        told = (moment(act.local(old)), moment(act.local(new)))
        text = texts.question_moved_officer(shortened(question.text, _QUOTED), *told, reasons)
        look = Choice(f"/question.show {question.id}", reminder_texts.question_view())
        others = [officer for officer in people if act.officer is None or officer.id != act.officer.id]
        notify.tell_all(
            act.session, act.tools, others, Outgoing(text, choices=(look,)), key, act.now, question_id=question.id
        )
