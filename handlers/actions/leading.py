"""The digest as messages, for the morning and for whoever asks; and whose numbers an officer may see."""

from __future__ import annotations

from domain.digest import Digest
from domain.errors import NotAllowed
from domain.messages import Choice, Outgoing
from domain.texts import desk
from domain.texts import digest as texts
from domain.texts.base import moment
from handlers.actions.acting import Acting
from handlers.actions.gaps import may_answer
from knowledge.pages import shortened
from storage import communes, digest, questions
from storage.digest import Scope
from storage.tables import Department, Tenant

OPENED = 9  # cases that can be opened by a number
QUESTIONS_SHOWN = 8
_QUOTED = 80
_ABOVE = frozenset({"director", "leader"})


def digest_message(found: Digest, tenant: Tenant, *, name: str = "", department: Department | None = None) -> Outgoing:
    """Late cases open by their number; VI SAO shows the lists. `department`: the numbers are of that one alone."""
    scope = f" {department.id}" if department else ""
    cases = tuple(
        Choice(f"/case.view {line.case_id}", texts.choice_case(line.code)) for line in found.late[: texts.LATE_SHOWN]
    )
    further = Choice("/leader.departments", texts.choice_departments())
    if department:
        further = Choice("/leader.digest", texts.choice_whole(tenant.unit))
    text = texts.digest(found, tenant.name, name=name, department=department.name if department else "")
    waiting = (Choice("/question.list", texts.choice_questions()),) if found.questions else ()
    return Outgoing(text, choices=(*cases, Choice(f"/leader.why{scope}", texts.choice_why()), *waiting, further))


def why_messages(act: Acting, found: Digest, department: Department | None = None) -> tuple[Outgoing, ...]:
    """The lists behind the numbers; the last message opens the first cases and questions by their number."""
    rows = questions.waiting(
        act.session, act.tenant.id, department_id=department.id if department else None, limit=QUESTIONS_SHOWN
    )
    lines = [
        texts.question_line(moment(act.local(row.due_at)) if row.due_at else "", shortened(row.text, _QUOTED),
                            late=row.due_at is not None and row.due_at < act.now)
        for row in rows
    ]  # fmt: skip
    pages = texts.why(found, lines)
    cases = tuple(Choice(f"/case.view {line.case_id}", texts.choice_case(line.code)) for line in found.to_open[:OPENED])
    more = [Choice("/question.list", texts.choice_questions())] if rows else []
    more += [Choice("/gaps.list", desk.choice_gaps())] if found.unanswered and may_answer(act) else []
    return (*(Outgoing(page) for page in pages[:-1]), Outgoing(pages[-1], choices=(*cases, *more)))


def late_message(found: Digest) -> Outgoing:
    cases = tuple(Choice(f"/case.view {line.case_id}", texts.choice_case(line.code)) for line in found.late[:OPENED])
    return Outgoing(texts.late_list(found.late), choices=cases)


def numbers(act: Acting, department_id: int | None = None) -> tuple[Digest, Department | None]:
    """Now: a director or leader sees the commune or any department, everybody else their own department.

    Cases about an officer count for directors and leaders alone. Raises NotAllowed.
    """
    officer = act.officer
    if officer is None:
        raise NotAllowed(texts.not_allowed())
    above = bool(_ABOVE & set(officer.roles))
    if not above:
        department_id = department_id or officer.department_id
        if department_id is None or department_id != officer.department_id:
            raise NotAllowed(texts.not_allowed())
    department = None
    if department_id is not None:
        known = {row.id: row for row in communes.departments(act.session, act.tenant.id)}
        department = known.get(department_id)
        if department is None:
            raise NotAllowed(texts.not_allowed())
    scope = Scope(act.tenant.id, act.calendar, department_id, restricted=above)
    last_on = digest.last_on(act.session, act.tenant.id, officer.id, act.today)
    return digest.numbers(act.session, scope, act.now, last_on), department
