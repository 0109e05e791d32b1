"""What many people ask and nothing published answers: seen as groups, answered once for everybody in the group.

A group is made anew at every look; an officer's decision freezes it in a `gap` row, which its questions then name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import NotAllowed, NotFound
from domain.messages import NOTICE, Choice, Outgoing
from domain.texts import gaps as texts
from domain.texts import procedure as procedure_texts
from domain.texts import question as question_texts
from domain.texts.base import speaking
from handlers.actions import questions as actions
from handlers.actions.acting import Acting
from knowledge import gaps as meaning
from knowledge.gaps import Group, Wording
from knowledge.pages import shortened
from storage import cases, gaps, outbox, questions
from storage.gaps import Address
from storage.tables import Citizen, Department, Gap, Officer, Question

LOOK_BACK = timedelta(days=180)
MOST = 5000  # questions looked at
SHOWN_WORDINGS = 5
_ABOVE = frozenset({"director", "leader"})
_QUOTED = 120
NAME_CHARS = 110


@dataclass(frozen=True)
class Asked:
    """A group as an officer is shown it: never who asked. `earlier`: a proposal that already says the same."""

    group: Group
    wordings: tuple[str, ...]
    earlier: Gap | None

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one for one in self.group.ids if one > 0)


@dataclass(frozen=True)
class Reach:
    """Whom an answer would reach: one question of each person, and how many people or promises it would not."""

    to: tuple[tuple[Question, Citizen], ...]
    away: int  # of them: blocked us, and get it when they write again
    unreachable: int  # people who are no longer known
    left: int  # questions that a colleague has taken, or whose asker waits for a call


@dataclass(frozen=True)
class Sent:
    gap: Gap
    told: int
    away: int
    unreachable: int
    left: int


def may_answer(act: Acting) -> bool:
    """The officer belongs to the department that answers questions, or stands above."""
    officer = act.officer
    if officer is None or officer.tenant_id != act.tenant.id or not officer.active:
        return False
    department = actions.answering_department(act)
    mine = department is not None and officer.department_id == department.id
    return mine or bool(_ABOVE & set(officer.roles))


def staff(act: Acting) -> Officer:
    """The officer who may answer for everybody. Raises NotAllowed."""
    if act.officer is None or not may_answer(act):
        raise NotAllowed(texts.why_not_yours())
    return act.officer


def asked(act: Acting) -> list[Asked]:
    """Every group of the commune, those that most people ask first. What was dropped as not ours stays away."""
    staff(act)
    rows = gaps.open_questions(act.session, act.tenant.id, act.now - LOOK_BACK, MOST)
    by_id = {row.id: wording(row) for row in rows}
    known = gaps.with_status(act.session, act.tenant.id, gaps.PROPOSED, gaps.DROPPED)
    earlier = {-gap.id: gap for gap in known if not is_nameless(gap)}
    found = meaning.group([*by_id.values(), *(Wording(id, gap.name, who=None) for id, gap in earlier.items())])
    groups = []
    for one in found:
        met = [earlier[id] for id in one.ids if id in earlier]
        own = [by_id[id] for id in one.ids if id in by_id]
        if own and not any(gap.status == gaps.DROPPED for gap in met):
            shown = tuple(meaning.wordings(own, SHOWN_WORDINGS))
            groups.append(Asked(one, shown, max(met, key=lambda gap: gap.number, default=None)))
    return groups


def opened(act: Acting, question_id: int) -> Asked:
    """The group that this question is in now. Raises NotFound."""
    for one in asked(act):
        if question_id in one.ids:
            return one
    raise NotFound(texts.why_gone())


def is_nameless(gap: Gap) -> bool:
    """Its name was how somebody asked who had that erased since."""
    with speaking("vi"):
        return gap.name == texts.name_erased()


def wording(row: Question) -> Wording:
    who = f"{row.channel_id}:{row.peer}" if row.peer is not None else ""
    return Wording(row.id, row.text, row.procedure_code, who)


def reach(act: Acting, ids: Iterable[int]) -> Reach:
    """Whom an answer to these questions would reach. Holds the questions until commit."""
    officer = staff(act)
    free, left = _free(gaps.claim(act.session, act.tenant.id, ids), officer)
    addresses = {one.id: address for one in free if (address := _address(one))}
    known = gaps.people(act.session, act.tenant.id, addresses.values(), gone=True)
    newest: dict[Address, Question] = {}
    for one in free:
        if one.id in addresses:
            newest[addresses[one.id]] = one
    to = tuple((one, known[address]) for address, one in newest.items() if address in known)
    nobody = any(_address(one) is None for one in free)
    away = sum(person.gone for _, person in to)
    return Reach(to, away, len(newest) - len(to) + nobody, len(left))


def answer(act: Acting, ids: Sequence[int], words: str, name: str) -> Sent:
    """Send the answer to everybody of the group, once, and propose it as an entry of the commune. Raises NotAllowed."""
    words = actions.checked_answer(words)
    return _settle(act, ids, gaps.ANSWER, name, words, None)


def attach(act: Acting, ids: Sequence[int], code: str, name: str) -> Sent:
    """Point everybody of the group to a known procedure, and propose their words as other names of it."""
    known = act.tools.library.procedure(act.session, act.tenant.id, code, act.today)
    if known is None:
        raise NotFound(texts.why_no_procedure())
    return _settle(act, ids, gaps.ATTACH, name, texts.pointed(known.procedure.title), code)


def answer_again(act: Acting, ids: Sequence[int], number: int) -> Sent:
    """The answer of a proposal goes to those who have asked since."""
    officer = staff(act)
    gap = gaps.by_number(act.session, act.tenant.id, number)
    if gap is None or gap.status != gaps.PROPOSED:
        raise NotAllowed(texts.why_decided())
    return _send(act, officer, gap, ids)


def drop(act: Acting, ids: Sequence[int], name: str) -> tuple[Gap, int]:
    """Not this commune's matter: the group is put away, and the same question does not come up again.

    Nobody is told anything; whoever was promised an answer still gets one from a person. The number says how many.
    """
    officer = staff(act)
    rows = _claimed(act, ids)
    gap = gaps.add(
        act.session, act.tools.ids, act.tenant.id, kind=gaps.DROP, status=gaps.DROPPED, name=name,
        author_id=officer.id, now=act.now,
    )  # fmt: skip
    for row in rows:
        row.gap_id = gap.id
    act.session.flush()
    watch(act, "gap dropped", gap)
    return gap, sum(row.status == questions.WAITING for row in rows)


def as_read(act: Acting, question: Question, kind: str, words: str, code: str | None) -> Outgoing:
    """What the asker of this question will read; the department answers, never an officer by name."""
    answering = actions.answering_department(act)
    text = actions.answer_as_read(act, question, words, _name_of(act, answering))
    choices = [
        Choice(f"/helpful {question.id} yes", procedure_texts.helpful_yes()),
        Choice(f"/helpful {question.id} no", question_texts.unclear()),
    ]
    if kind == gaps.ATTACH and code:
        choices.insert(0, Choice(f"/p {code} overview", texts.choice_look()))
    return Outgoing(text, tuple(choices))


def tell_right(act: Acting, question: Question, officer: Officer, gap: Gap) -> bool:
    """The right answer to somebody who was given a wrong one, which stays as it was given."""
    address = _address(question)
    person = gaps.people(act.session, act.tenant.id, [address], gone=True).get(address) if address else None
    if person is None:
        return False
    anew = questions.add(
        act.session, act.tools.ids, act.tenant.id, channel_id=person.channel_id, peer=person.peer, text=question.text,
        status="replied", now=act.now, procedure_code=question.procedure_code, answer=gap.answer,
    )  # fmt: skip
    anew.gap_id, anew.officer_id, anew.replied_at = gap.id, officer.id, act.now
    anew.department_id = question.department_id
    question.gap_id, question.status = gap.id, "closed"
    with speaking(person.language):
        shown = as_read(act, anew, gap.kind, gap.answer, gap.procedure_code)
        message = Outgoing(f"{question_texts.sorry_wrong(act.tenant.unit)}\n{shown.text}", shown.choices)
    return outbox.add(
        act.session, act.tenant.id, act.tools.ids(), channel_id=person.channel_id, peer=person.peer, message=message,
        key=f"{act.key}:right:{gap.id}:{person.id}", now=act.now, lane=NOTICE, question_id=anew.id, important=True,
    )  # fmt: skip


def proposed_name(asked_by_people: Asked) -> str:
    """How most people ask, as the first draft of a name."""
    return shortened(asked_by_people.group.headline, NAME_CHARS)


def watch(act: Acting, kind: str, gap: Gap) -> None:
    officer_id = act.officer.id if act.officer else None
    cases.watch(act.session, act.tools.ids, act.tenant.id, officer_id, kind, f"gap:{gap.number}", act.now)


def _settle(act: Acting, ids: Sequence[int], kind: str, name: str, words: str, code: str | None) -> Sent:
    officer = staff(act)
    _claimed(act, ids)
    gap = gaps.add(
        act.session, act.tools.ids, act.tenant.id, kind=kind, status=gaps.PROPOSED, name=name, answer=words,
        procedure_code=code, author_id=officer.id, now=act.now,
    )  # fmt: skip
    watch(act, "gap answered", gap)
    return _send(act, officer, gap, ids)


def _claimed(act: Acting, ids: Sequence[int]) -> list[Question]:
    rows = gaps.claim(act.session, act.tenant.id, ids)
    if not rows:
        raise NotAllowed(texts.why_done())
    return rows


def _send(act: Acting, officer: Officer, gap: Gap, ids: Sequence[int]) -> Sent:
    found = reach(act, ids)
    free, _ = _free(_claimed(act, ids), officer)
    reached = {(person.channel_id, person.peer) for _, person in found.to}
    told = 0
    for question, person in found.to:
        asked_anew = _answered(act, question, officer, gap)
        with speaking(person.language):
            words = gap.answer
            if gap.kind == gaps.ATTACH and person.language != "vi":
                words = _pointed(act, gap)
            message = as_read(act, asked_anew, gap.kind, words, gap.procedure_code)
        told += outbox.add(
            act.session, act.tenant.id, act.tools.ids(), channel_id=person.channel_id, peer=person.peer,
            message=message, key=f"gap:{gap.id}:{person.id}", now=act.now, lane=NOTICE, question_id=asked_anew.id,
            important=True,
        )  # fmt: skip
    answered = {question.id for question, _ in found.to}
    for question in free:
        if question.id not in answered:
            _answered(act, question, officer, gap, reached=_address(question) in reached)
    act.session.flush()
    return Sent(gap, told, found.away, found.unreachable, found.left)


def _answered(act: Acting, question: Question, officer: Officer, gap: Gap, *, reached: bool = True) -> Question:
    """The question with its answer. What a person had answered before stays as it was given, beside the new one."""
    question.gap_id = gap.id
    if question.status in ("replied", "closed"):
        if not reached or question.peer is None:
            return question
        question = questions.add(
            act.session, act.tools.ids, act.tenant.id, channel_id=question.channel_id or 0, peer=question.peer,
            text=question.text, status="unanswered", now=act.now, procedure_code=question.procedure_code,
        )  # fmt: skip
        question.gap_id = gap.id
    department = actions.answering_department(act)
    question.status = "replied" if reached else "closed"
    question.answer, question.helpful, question.phone = gap.answer, None, ""
    question.officer_id, question.replied_at = officer.id, act.now
    question.department_id = question.department_id or (department.id if department else None)
    return question


def _free(rows: Sequence[Question], officer: Officer) -> tuple[list[Question], list[Question]]:
    """Those that may be answered together, and those that somebody owes more: a colleague's, a promised call."""
    free: list[Question] = []
    left: list[Question] = []
    for row in rows:
        waits = row.status == questions.WAITING
        owed = waits and (row.wants_call or row.officer_id not in (None, officer.id))
        (left if owed else free).append(row)
    return free, left


def _pointed(act: Acting, gap: Gap) -> str:
    known = act.tools.library.procedure(act.session, act.tenant.id, gap.procedure_code or "", act.today)
    return texts.pointed(known.procedure.title) if known else gap.answer


def _address(row: Question) -> Address | None:
    return (row.channel_id, row.peer) if row.channel_id is not None and row.peer is not None else None


def _name_of(act: Acting, department: Department | None) -> str:
    return department.name if department else act.profile.desk
