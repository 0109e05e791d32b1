"""Questions that a person answers: handing over, taking, answering, calling back. Whoever is told is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from domain.errors import NotAllowed, NotFound
from domain.messages import Choice, Outgoing
from domain.texts import live as live_texts
from domain.texts import procedure as procedure_texts
from domain.texts import question as texts
from domain.texts.base import moment, on, speaking
from handlers.actions import notify
from handlers.actions.acting import Acting
from knowledge.pages import shortened
from storage import cases, communes, gaps, outbox, questions
from storage.tables import Department, Officer, Question

MAX_ANSWER = 2500  # characters; longer is a document, not an answer
_ABOVE = frozenset({"director", "leader"})
_QUOTED = 120


def hand_over(act: Acting, question: Question, *, phone: str = "") -> Question:
    """Give a question to the department that answers them, with a promised time. Handing over twice adds nothing.

    The promise is in working hours of the commune's own calendar. `phone`: the person wants to be called there.
    A question answered before is asked anew, so that its first answer stays as it was given.
    """
    office = question.department_id  # whoever answered before, or was given it, answers again
    if question.status in ("replied", "closed"):
        question = questions.add(
            act.session, act.tools.ids, act.tenant.id, channel_id=question.channel_id or 0, peer=question.peer or "",
            text=question.text, status="unanswered", now=act.now, procedure_code=question.procedure_code,
            procedure_version_id=question.procedure_version_id,
        )  # fmt: skip
    first = question.status != questions.WAITING
    called_now = bool(phone) and not question.wants_call
    if first:
        department = answering_department(act)
        question.status = questions.WAITING
        question.department_id = office or (department.id if department else None)
        question.due_at = promised_at(act)
    if phone:
        question.wants_call, question.phone = True, phone
    act.session.flush()
    if first or called_now:
        _tell_department(act, question, "call" if called_now else "new")
    return question


def promised_at(act: Acting) -> datetime:
    """When an answer is due: the commune's promise in open hours from now."""
    due = act.calendar.after_minutes(act.now, act.profile.question_hours * 60).due
    assert isinstance(due, datetime), "a period in minutes ends at an instant"
    return due


def answering_department(act: Acting) -> Department | None:
    """The department set for questions, or the first one."""
    if act.profile.question_department:
        found = communes.department_by_key(act.session, act.tenant.id, act.profile.question_department)
        if found:
            return found
    everyone = communes.departments(act.session, act.tenant.id)
    return everyone[0] if everyone else None


def department_name(act: Acting, question: Question) -> str:
    """Who answers, as people are told; the desk where no department is known."""
    rows = communes.departments(act.session, act.tenant.id)
    return next((row.name for row in rows if row.id == question.department_id), act.profile.desk)


def may_see(officer: Officer, question: Question) -> bool:
    """A question is its department's, its holder's and the leaders'."""
    if officer.tenant_id != question.tenant_id or not officer.active:
        return False
    mine = question.department_id == officer.department_id or question.officer_id == officer.id
    return mine or bool(_ABOVE & set(officer.roles))


def see(act: Acting, question_id: int) -> tuple[Question, Officer]:
    """The question, held until commit, and the officer who may see it. Raises NotFound, NotAllowed."""
    question = questions.locked(act.session, act.tenant.id, question_id)
    if question is None:
        raise NotFound(texts.why_not_found())
    if act.officer is None or not may_see(act.officer, question):
        raise NotAllowed(texts.why_not_yours())
    return question, act.officer


def handle(act: Acting, question_id: int) -> tuple[Question, Officer]:
    """A waiting question and the officer who may answer it: whoever took it, or a head or leader. Raises NotAllowed."""
    question, officer = see(act, question_id)
    if question.status != questions.WAITING:
        name = holder_name(act, question) if question.status == "replied" else ""
        raise NotAllowed(texts.why_answered_by(name) if name else texts.why_answered())
    held_by_another = question.officer_id not in (None, officer.id)
    if held_by_another and not {"head", *_ABOVE} & set(officer.roles):
        raise NotAllowed(texts.why_taken(holder_name(act, question)))
    return question, officer


def take(act: Acting, question_id: int) -> Question:
    """The officer answers for this question from now on."""
    question, officer = handle(act, question_id)
    question.officer_id = officer.id
    act.session.flush()
    return question


def forward(act: Acting, question: Question, department_id: int) -> int:
    """Another office answers; the promised time stays, and the person hears who has it. How many officers are told."""
    question.department_id, question.officer_id = department_id, None
    act.session.flush()
    told = _tell_department(act, question, f"forwarded:{act.key}")
    due = moment(act.local(question.due_at)) if question.due_at else ""
    _tell_citizen(
        act, question, lambda: Outgoing(texts.forwarded_citizen(
            shortened(question.text, _QUOTED), department_name(act, question), due)), f"forwarded:{act.key}:citizen",
    )  # fmt: skip
    return told


def unask(act: Acting, question: Question) -> None:
    """The person wants no answer any more; who had taken the question hears it."""
    question.status, question.phone = "closed", ""
    act.session.flush()
    holder = cases.officer(act.session, act.tenant.id, question.officer_id)
    if holder:
        message = Outgoing(texts.told_unasked(shortened(question.text, _QUOTED)))
        key = f"question:{question.id}:unasked"
        notify.tell_officer(act.session, act.tools, holder, message, key, act.now, question_id=question.id)


def answered_by(act: Acting, question_id: int) -> tuple[Question, Officer]:
    """An answered question and the officer who may set it right: whoever answered, or a head or leader."""
    question, officer = see(act, question_id)
    if question.status != "replied":
        raise NotAllowed(texts.why_not_answered())
    if question.officer_id != officer.id and not {"head", *_ABOVE} & set(officer.roles):
        raise NotAllowed(texts.why_taken(holder_name(act, question)))
    return question, officer


def set_right(act: Acting, question_id: int, answer: str) -> tuple[Question, bool]:
    """Give the right answer after a wrong one, which stays as it was given. The flag says whether there is a chat."""
    answer = checked_answer(answer)
    wrong, officer = answered_by(act, question_id)
    question = questions.add(
        act.session, act.tools.ids, act.tenant.id, channel_id=wrong.channel_id or 0, peer=wrong.peer or "",
        text=wrong.text, status="replied", now=act.now, procedure_code=wrong.procedure_code, answer=answer,
        procedure_version_id=wrong.procedure_version_id,
    )  # fmt: skip
    question.channel_id, question.peer = wrong.channel_id, wrong.peer
    question.department_id, question.officer_id, question.replied_at = wrong.department_id, officer.id, act.now
    question.gap_id, wrong.helpful = wrong.gap_id, None
    act.session.flush()
    cases.watch(act.session, act.tools.ids, act.tenant.id, officer.id, "answer set right", f"question:{wrong.id}",
                act.now)  # fmt: skip

    def write() -> Outgoing:
        return Outgoing(right_as_read(act, question, answer), _opinions(question))

    return question, _tell_citizen(act, question, write, "reply")


def right_as_read(act: Acting, question: Question, answer: str) -> str:
    """What the person will read after a wrong answer."""
    return f"{texts.sorry_wrong(act.tenant.unit)}\n{answer_as_read(act, question, answer)}"


def reply(act: Acting, question_id: int, answer: str) -> tuple[Question, bool]:
    """Give the officer's answer to the person, once. The flag says whether there is a chat to send it to."""
    answer = checked_answer(answer)
    question, officer = handle(act, question_id)
    question.status, question.answer, question.helpful = "replied", answer, None
    question.officer_id, question.replied_at = officer.id, act.now
    question.phone = ""  # it was given for the call alone
    act.session.flush()

    def write() -> Outgoing:
        return Outgoing(answer_as_read(act, question, answer), _opinions(question))

    return question, _tell_citizen(act, question, write, "reply")


def _opinions(question: Question) -> tuple[Choice, ...]:
    return (
        Choice(f"/helpful {question.id} yes", procedure_texts.helpful_yes()),
        Choice(f"/helpful {question.id} no", texts.unclear()),
    )


def checked_answer(answer: str) -> str:
    """Raises NotAllowed when there are no words, or too many."""
    answer = answer.strip()
    if not any(char.isalnum() for char in answer):
        raise NotAllowed(texts.why_empty())
    if len(answer) > MAX_ANSWER:
        raise NotAllowed(texts.why_long(MAX_ANSWER))
    return answer


def answer_as_read(act: Acting, question: Question, answer: str, by: str = "") -> str:
    """What the person will read: the question shortly, the answer, who gave it and when. Never the officer's name.

    `by`: the department, where it is another than the question's own.
    """
    name = by or department_name(act, question)
    head = texts.answer_head(name, shortened(question.text, _QUOTED))
    return "\n".join((head, answer, texts.answer_foot(name, on(act.today))))


def called(act: Acting, question_id: int) -> Question:
    """The officer has called the person back. The number is erased; the person is asked whether it is clear now."""
    question, officer = handle(act, question_id)
    if not question.wants_call:
        raise NotAllowed(texts.why_no_call())
    question.status, question.phone = "closed", ""
    question.officer_id, question.replied_at = officer.id, act.now
    act.session.flush()

    def write() -> Outgoing:
        choices = (
            Choice(f"/helpful {question.id} yes", texts.clear()),
            Choice(f"/helpful {question.id} no", texts.unclear()),
        )
        return Outgoing(texts.called_citizen(shortened(question.text, _QUOTED)), choices)

    _tell_citizen(act, question, write, "called")
    return question


def waiting_for(act: Acting) -> list[Question]:
    """Waiting questions that this officer may see, the most urgent first."""
    rows = questions.waiting(act.session, act.tenant.id, limit=500)
    return [row for row in rows if act.officer and may_see(act.officer, row)]


def notice(act: Acting, question: Question) -> Outgoing:
    """A question as an officer is shown it, with what may be done about it."""
    due = moment(act.local(question.due_at)) if question.due_at else ""
    late = question.due_at is not None and question.due_at < act.now
    if question.status != questions.WAITING:
        lines = [texts.done_head()]
    else:
        lines = [texts.late(due) if late else texts.new(due)]
    lines.append(texts.quote(shortened(question.text, 1500)))
    lines += _about(act, question)
    if question.status == questions.WAITING and (before := questions.answered_before(act.session, question)):
        lines.append(texts.answered_before(before))
    if question.wants_call and question.phone:
        lines.append(texts.wants_call(question.phone))
    if question.officer_id and question.status == questions.WAITING:
        lines.append(texts.held_by(holder_name(act, question)))
    if question.status != questions.WAITING:
        lines += [question.answer] if question.answer else []
        fix = question.status == "replied" and question.peer is not None
        return Outgoing("\n".join(lines), (Choice(f"/question.fix {question.id}", texts.choice_fix()),) if fix else ())
    choices = [Choice(f"/question.answer {question.id}", texts.choice_answer())]
    if question.officer_id is None:
        choices.append(Choice(f"/question.take {question.id}", texts.choice_take()))
    if question.wants_call:
        choices.append(Choice(f"/question.call {question.id}", texts.choice_called()))
    if question.peer is not None:
        choices.append(Choice(f"/question.live {question.id}", live_texts.choice_open()))
    choices.append(Choice(f"/question.forward {question.id}", texts.choice_forward()))
    return Outgoing("\n".join([*lines, texts.how()]), tuple(choices))


def holder_name(act: Acting, question: Question) -> str:
    rows = communes.officers(act.session, act.tenant.id)
    return next((row.name for row in rows if row.id == question.officer_id), "")


def _about(act: Acting, question: Question) -> list[str]:
    if not question.procedure_code:
        return []
    known = act.tools.library.procedure(act.session, act.tenant.id, question.procedure_code, act.today)
    return [texts.about(question.procedure_code, shortened(known.procedure.title, _QUOTED))] if known else []


def _tell_department(act: Acting, question: Question, reason: str) -> int:
    people = notify.handlers_of(act.session, act.tenant.id, question.department_id)
    with speaking("vi"):
        message = notice(act, question)
    return notify.tell_all(
        act.session, act.tools, people, message, f"question:{question.id}:{reason}", act.now, question_id=question.id
    )  # fmt: skip


def _tell_citizen(act: Acting, question: Question, write: Callable[[], Outgoing], reason: str) -> bool:
    """In the person's own language. False when there is no chat to write to."""
    if question.channel_id is None or question.peer is None:
        return False
    address = (question.channel_id, question.peer)
    person = gaps.people(act.session, act.tenant.id, [address]).get(address)
    with speaking(person.language if person else "vi"):
        message = write()
    outbox.add(
        act.session, act.tenant.id, act.tools.ids(), channel_id=question.channel_id, peer=question.peer,
        message=message, key=f"question:{question.id}:{reason}", now=act.now, question_id=question.id, important=True,
    )  # fmt: skip
    return True
