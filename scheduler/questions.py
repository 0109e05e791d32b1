"""Questions that an officer owes an answer to: whoever answers is told when the promised hour has passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain import escalation
from domain.messages import Choice, Outgoing
from domain.texts import reminders as texts
from domain.texts.base import speaking
from handlers.actions import notify
from handlers.actions import questions as actions
from handlers.actions.acting import Acting
from handlers.context import Tools
from scheduler.sweeping import each, in_office_hours
from storage import cases, questions
from storage.communes import Commune
from storage.tables import Officer, Question

SOON = timedelta(hours=1)  # of the clock; the promise itself counts open hours


def remind_of_questions(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """An hour before the promised moment: whoever answers. After it: they and the head. Each once, in office hours."""
    if not in_office_hours(now, commune.calendar):
        return 0
    act = Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, "sweep")
    waiting = questions.open_due(session, commune.tenant.id, now + SOON)
    with speaking("vi"):
        return each(session, "remind of questions", "question_id", waiting, lambda row: _remind_of(act, row))


def _remind_of(act: Acting, question: Question) -> int:
    if question.due_at is None:
        return 0
    mark = f"{question.id}:{question.due_at:%Y%m%dT%H%M}"
    if act.now <= question.due_at:
        text = texts.question_soon(act.local(question.due_at))
        return _tell(act, question, _in_charge(act, question), text, f"question-soon:{mark}")
    facts = escalation.QuestionFacts(question.due_at, question.replied_at, question.officer_id is not None)
    text = texts.question_late(act.local(question.due_at), actions.department_name(act, question))
    people: dict[int, Officer] = {}
    for item in escalation.owed_for_question(facts, act.now, act.calendar):
        heads = notify.heads_of(act.session, act.tenant.id, question.department_id)
        found = heads if item.role == "head" else _in_charge(act, question)
        people |= {officer.id: officer for officer in found or notify.leaders(act.session, act.tenant.id)}
    if people and question.officer_id is None:
        people |= {officer.id: officer for officer in _in_charge(act, question)}
    return _tell(act, question, list(people.values()), text, f"question-late:{mark}")


def _in_charge(act: Acting, question: Question) -> list[Officer]:
    """The officer who took it, or everybody of the department that answers."""
    holder = cases.officer(act.session, act.tenant.id, question.officer_id)
    if holder and holder in notify.reachable(act.session, act.tenant.id):
        return [holder]
    return notify.handlers_of(act.session, act.tenant.id, question.department_id)


def _tell(act: Acting, question: Question, people: list[Officer], text: str, key: str) -> int:
    message = Outgoing(text, choices=(Choice(f"/question.show {question.id}", texts.question_view()),))
    return notify.tell_all(act.session, act.tools, people, message, key, act.now, question_id=question.id)
