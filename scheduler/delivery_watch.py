"""Receipts, questions back and results that did not arrive: the officer in charge is told once for each, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from domain.messages import Choice, Outgoing
from domain.texts import desk
from domain.texts import reminders as texts
from domain.texts.base import speaking
from handlers.actions import case_notes as notes
from handlers.actions import notify
from handlers.actions.acting import Acting, may_see
from handlers.context import Tools
from scheduler.sweeping import each, in_office_hours
from storage import cases, digest, questions
from storage.communes import Commune
from storage.tables import FeedbackCase, Officer, OutboxMessage


def watch_delivery(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """In office hours: messages that mattered and failed for good, or are not there after 24 hours."""
    if not in_office_hours(now, commune.calendar):
        return 0
    act = Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, "sweep")
    rows = digest.undelivered_rows(session, commune.tenant.id, now)
    with speaking("vi"):
        return each(session, "watch delivery", "outbox_id", rows, lambda row: _tell(act, row))


def _tell(act: Acting, row: OutboxMessage) -> int:
    if row.case_id is not None:
        case = cases.get(act.session, act.tenant.id, row.case_id)
        return _tell_of_case(act, row, case) if case else 0
    return _tell_of_question(act, row) if row.question_id is not None else 0


def _tell_of_case(act: Acting, row: OutboxMessage, case: FeedbackCase) -> int:
    """Each officer reads what that officer may see: the phone number is for whoever holds the case, and is logged."""
    return sum(_tell_officer(act, row, case, officer) for officer in notes.in_charge(act, case))


def _tell_officer(act: Acting, row: OutboxMessage, case: FeedbackCase, officer: Officer) -> int:
    lines = [texts.undelivered(case.code, texts.why_undelivered(row.failed_why))]
    shown = bool(case.contact_phone) and case.officer_id == officer.id and may_see(officer, case)
    if shown:
        lines.append(texts.undelivered_phone(case.contact_phone))
    else:
        lines.append(texts.undelivered_phone_later() if case.contact_phone else texts.undelivered_no_phone())
    message = Outgoing("\n".join(lines), choices=(Choice(f"/case.view {case.id}", desk.choice_view(case.code)),))
    key = f"undelivered:{row.id}"
    told = notify.tell_officer(act.session, act.tools, officer, message, key, act.now, case_id=case.id)
    if told and shown:
        cases.watch(act.session, act.tools.ids, act.tenant.id, officer.id, "identity seen", f"case:{case.id}", act.now)
    return int(told)


def _tell_of_question(act: Acting, row: OutboxMessage) -> int:
    question = questions.get(act.session, act.tenant.id, row.question_id or 0)
    if question is None:
        return 0
    holder = cases.officer(act.session, act.tenant.id, question.officer_id)
    people = [holder] if holder and holder.active else []
    if not people or holder not in notify.reachable(act.session, act.tenant.id):
        people = notify.handlers_of(act.session, act.tenant.id, question.department_id)
    lines = [texts.undelivered_question(texts.why_undelivered(row.failed_why))]
    lines += [texts.undelivered_phone(question.phone)] if question.phone else []
    message = Outgoing("\n".join(lines), choices=(Choice(f"/question.show {question.id}", texts.question_view()),))
    return notify.tell_all(
        act.session, act.tools, people, message, f"undelivered:{row.id}", act.now, question_id=question.id
    )
