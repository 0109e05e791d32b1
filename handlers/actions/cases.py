"""What may be done with a feedback case, through whatever door. Permission checks are here and in `acting`.

Every action writes one event in the case's history and owes a message to everybody who must know of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import cast

from domain import codes
from domain.errors import BadRecord, NotAllowed
from domain.feedback import OPEN, CaseEvent, CaseStatus, Limit, Promise, Unit, due_for, next_status
from domain.messages import Choice, Location, Media, Outgoing
from domain.texts import cases as texts
from domain.texts import desk, why
from domain.texts.base import speaking
from handlers.actions import case_notes as notes
from handlers.actions import notify
from handlers.actions.acting import Acting, handle, holder_name, may_approve, see_as_officer, see_own
from storage import attachments, cases, communes, ratings
from storage.tables import Category, FeedbackCase, Officer

_CODE_TRIES = 50  # a collision is one in billions; so many in a row are broken dice
_PROPOSED = "proposed"
_CITIZENS = ("opened", "added", "told", "withdrawn", "reopened")  # done from a chat, these are the citizen's own


@dataclass(frozen=True)
class Sent:
    """A file that a person sent, and the inbox row it came with."""

    inbox_id: int
    media: Media


@dataclass(frozen=True)
class Report:
    """What a citizen agreed to hand over. `act.who` is their chat; without one the case has no chat."""

    description: str
    category_id: int
    place: str = ""
    location: Location | None = None
    files: tuple[Sent, ...] = ()
    anonymous: bool = False
    name: str = ""
    phone: str = ""
    emergency: bool = False


def open_case(act: Acting, report: Report) -> tuple[FeedbackCase, Promise]:
    """File the report under a new code and tell who handles it. The same `act.key` never opens two."""
    category = cases.category(act.session, act.tenant.id, report.category_id)
    promise = _promise(act, category)
    known = cases.opened_by(act.session, act.tenant.id, act.key)
    if known:
        return known, promise
    case = _insert(act, category, report, promise)
    add_files(act, case, report.files)
    _event(act, case, "opened", report.description)
    notes.announce(act, case, "new")
    return case, promise


def add_files(act: Acting, case: FeedbackCase, files: Sequence[Sent]) -> int:
    """Keep the files of a message with the case. How many are new."""
    if act.who is None:
        return 0
    return sum(
        attachments.add(
            act.session, act.tools.ids, act.tenant.id, (file.media,), act.now, channel_id=act.who.channel_id,
            peer=act.who.peer, inbox_id=file.inbox_id, case_id=case.id,
        )
        for file in files
    )  # fmt: skip


def add_information(act: Acting, case_id: int, words: str, files: Sequence[Sent] = ()) -> tuple[FeedbackCase, bool]:
    """The citizen adds to an open case, or answers the officer's question. True when an officer hears of it."""
    case = see_own(act, case_id)
    if case.status not in OPEN:
        raise NotAllowed(texts.not_open(case.code))
    answers = case.status == CaseStatus.WAITING_CITIZEN
    case.status = next_status(CaseStatus(case.status), CaseEvent.CITIZEN_REPLIED)
    _event(act, case, "told" if answers else "added", words)
    n = add_files(act, case, files)
    with speaking("vi"):
        lines = [(desk.citizen_says if answers else desk.citizen_adds)(case.code, words)]
        lines += [desk.citizen_files(n)] if n else []
        message = Outgoing("\n".join(lines), choices=notes.card_choices(case))
        told = notes.tell_in_charge(act, case, message, "added")
    return case, told > 0


def withdraw_case(act: Acting, case_id: int) -> FeedbackCase:
    """The citizen takes an open case back."""
    case = see_own(act, case_id)
    if case.status not in OPEN:
        raise NotAllowed(texts.not_open(case.code))
    case.status = next_status(CaseStatus(case.status), CaseEvent.WITHDRAW)
    _event(act, case, "withdrawn")
    with speaking("vi"):
        notes.tell_in_charge(act, case, Outgoing(desk.citizen_withdrew(case.code)), "withdrawn")
    return case


def rate_case(act: Acting, case_id: int, level: int) -> FeedbackCase:
    """1 (worst) to 5, kept from the officer; the last one counts. Only after an answer."""
    case = see_own(act, case_id)
    if case.answered_at is None or case.status in OPEN:
        raise NotAllowed(texts.not_answered(case.code))
    ratings.put(
        act.session, act.tools.ids, act.tenant.id, f"case:{case.id}", level, act.now, department_id=case.department_id
    )
    return case


def comment_rating(act: Acting, case_id: int, words: str) -> bool:
    """What the person says should be better; read with the totals, never by the officer."""
    case = see_own(act, case_id)
    return ratings.comment(act.session, act.tenant.id, f"case:{case.id}", words)


def reopen_case(act: Acting, case_id: int) -> FeedbackCase:
    """Not solved: the same case goes on with a new date, and the officer and the head hear of it."""
    case = see_own(act, case_id)
    if case.answered_at is None or case.status in OPEN:
        raise NotAllowed(texts.not_answered(case.code))
    promise = _promise(act, notes.category(act, case))
    case.status = next_status(CaseStatus(case.status), CaseEvent.REOPEN)
    case.due_on, case.due_at, case.proof = promise.due_on, promise.due_at, list(promise.proof)
    case.answered_at = None
    case.reopened += 1
    _event(act, case, "reopened")
    with speaking("vi"):
        first = [desk.citizen_reopened(case.code, notes.promised(act, case))]
        told = {officer.id: officer for officer in notes.in_charge(act, case)}
        if not case.restricted:
            told |= {head.id: head for head in notify.heads_of(act.session, act.tenant.id, case.department_id)}
        notes.tell(act, list(told.values()), notes.card(act, case, first=first), "reopened", case.id)
    return case


def take_case(act: Acting, case_id: int) -> tuple[FeedbackCase, bool]:
    """The first one has it. False when this officer held it before; raises NotAllowed with the name of another."""
    case, officer = see_as_officer(act, case_id)
    if case.status not in OPEN:
        raise NotAllowed(why.not_open(case.code))
    if case.officer_id is not None and case.officer_id != officer.id:
        raise NotAllowed(why.taken(case.code, holder_name(act, case)))
    fresh = case.officer_id is None or case.status == CaseStatus.ASSIGNED
    if fresh:
        _take(act, case, officer)
    return case, fresh


def ask_citizen(act: Acting, case_id: int, question: str) -> FeedbackCase:
    """The officer's question goes to the citizen's chat. The promised date does not move."""
    case, officer = handle(act, case_id)
    _need_words(question)
    if case.peer is None:
        raise NotAllowed(why.no_chat(case.code))
    if case.officer_id is None or case.status == CaseStatus.ASSIGNED:
        _take(act, case, officer)
    case.status = next_status(CaseStatus(case.status), CaseEvent.ASK_CITIZEN)
    _event(act, case, "asked", question)
    notes.tell_citizen(
        act,
        case,
        lambda: Outgoing(
            texts.officer_asks(case.code, notes.department_shown(act, case), question),
            choices=(Choice(f"/case.tell {case.id}", texts.choice_tell()),),
        ),
        "asked",
        important=True,
    )
    return case


def forward_case(act: Acting, case_id: int, department_id: int, reason: str) -> tuple[FeedbackCase, int]:
    """Another department handles it; its date stays. How many people there are told."""
    case, _ = handle(act, case_id)
    _need_words(reason)
    if department_id not in {row.id for row in communes.departments(act.session, act.tenant.id)}:
        raise NotAllowed(why.not_allowed())
    if department_id == case.department_id:
        raise NotAllowed(why.same_place(case.code))
    before = cases.department(act.session, act.tenant.id, case.department_id).name
    case.status = next_status(CaseStatus(case.status), CaseEvent.ASSIGN)
    case.department_id, case.officer_id = department_id, None
    _event(act, case, "forwarded", reason)
    with speaking("vi"):
        told = notes.announce(act, case, "forwarded", (desk.got_forwarded(before, reason),))
    notes.tell_citizen(
        act,
        case,
        lambda: Outgoing(texts.forwarded(case.code, notes.department_shown(act, case), case.due_on)),
        "forwarded",
    )
    return case, told


def answer_case(act: Acting, case_id: int, answer: str, files: Sequence[str] = ()) -> FeedbackCase:
    """The result goes to the citizen with the question how it was. `files`: "sha256:…" that go along."""
    case, officer = handle(act, case_id)
    _need_words(answer)
    if case.officer_id is None:
        case.officer_id = officer.id
    case.status = next_status(CaseStatus(case.status), CaseEvent.ANSWER)
    case.answer, case.answered_at = answer.strip(), act.now
    _event(act, case, "answered", answer.strip())
    notes.tell_citizen(act, case, lambda: notes.result(act, case, case.answer, files), "answered", important=True)
    return case


def unreachable_note(act: Acting, case: FeedbackCase) -> str:
    """What the officer should know when the result may not reach the citizen by itself; "" when it will."""
    if case.peer is None:
        phone = case.contact_phone
        return desk.answered_no_chat(phone) if phone else desk.answered_no_chat_no_phone()
    person = notes.citizen(act, case)
    if person is None or person.gone:
        phone = case.contact_phone
        return desk.answered_gone(phone) if phone else desk.answered_gone_no_phone()
    return desk.answered_anonymous() if case.anonymous else ""


def extend_case(act: Acting, case_id: int, reason: str, new_on: date) -> tuple[FeedbackCase, bool]:
    """Move the date once, before it has passed, with a reason the citizen reads.

    A head or leader moves it at once (True); anybody else's wish is sent to them for approval (False).
    """
    case, officer = handle(act, case_id)
    _need_words(reason)
    _may_move(act, case, new_on)
    if may_approve(officer, case):
        _extend(act, case, reason, new_on, officer)
        return case, True
    _event(act, case, _PROPOSED, f"{new_on.isoformat()} {reason}")
    heads = notify.reachable(act.session, act.tenant.id, role="head", department_id=case.department_id)
    above = (
        heads
        or notify.reachable(act.session, act.tenant.id, role="director")
        or notify.leaders(act.session, act.tenant.id)
    )
    with speaking("vi"):
        wish = desk.extend_asks(officer.name, case.code, f"{case.due_on:%d/%m/%Y}", f"{new_on:%d/%m/%Y}", reason)
        approve = Choice(f"/case.approve {case.id}", desk.choice_approve(case.code))
        look = Choice(f"/case.view {case.id}", desk.choice_view(case.code))
        if not notes.tell(act, above, Outgoing(wish, choices=(approve, look)), "extend", case.id):
            raise NotAllowed(desk.no_approver())
    return case, False


def approve_extension(act: Acting, case_id: int) -> FeedbackCase:
    """A head or leader agrees to the date that was last proposed."""
    case, officer = see_as_officer(act, case_id)
    if case.status not in OPEN:
        raise NotAllowed(why.not_open(case.code))
    if not may_approve(officer, case):
        raise NotAllowed(why.not_approver())
    wishes = [told for told in cases.history(act.session, act.tenant.id, case.id) if told.event.kind == _PROPOSED]
    if case.extended:
        raise NotAllowed(why.extended(case.code))
    if not wishes or not wishes[-1].words:
        raise NotAllowed(desk.no_proposal(case.code))
    day, _, reason = wishes[-1].words.partition(" ")
    new_on = date.fromisoformat(day)
    _may_move(act, case, new_on)
    _extend(act, case, reason, new_on, officer)
    if asker := cases.officer(act.session, act.tenant.id, wishes[-1].event.officer_id):
        with speaking("vi"):
            notes.tell(act, [asker], Outgoing(desk.extended(case.code, notes.promised(act, case))), "agreed", case.id)
    return case


def _extend(act: Acting, case: FeedbackCase, reason: str, new_on: date, approver: Officer) -> None:
    old_on = case.due_on
    case.due_at += timedelta(days=(new_on - old_on).days)
    case.due_on, case.extended, case.proof = new_on, True, []
    _event(act, case, "extended", reason)
    title = approver.title or texts.approver_title(act.tenant.unit)
    notes.tell_citizen(
        act, case, lambda: Outgoing(texts.extended(case.code, reason, old_on, new_on, title)), "extended",
        important=True,
    )  # fmt: skip


def _may_move(act: Acting, case: FeedbackCase, new_on: date) -> None:
    if case.extended:
        raise NotAllowed(why.extended(case.code))
    if act.now > case.due_at or act.today > case.due_on:
        raise NotAllowed(why.past_due(case.code, act.tenant.unit))
    if new_on <= case.due_on or not act.calendar.is_working_day(new_on):
        raise NotAllowed(why.date())


def _insert(act: Acting, category: Category, report: Report, promise: Promise) -> FeedbackCase:
    who, place = act.who, report.location
    values = {
        "tenant_id": act.tenant.id,
        "opened_by_key": act.key,
        "channel_id": who.channel_id if who else None,
        "peer": who.peer if who else None,
        "category_id": category.id,
        "department_id": category.department_id,
        "status": CaseStatus.RECEIVED.value,
        "description": report.description,
        "place": report.place,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "anonymous": report.anonymous,
        "contact_name": "" if report.anonymous else report.name,
        "contact_phone": "" if report.anonymous else report.phone,
        "restricted": category.restricted,
        "emergency": report.emergency,
        "received_at": act.now,
        "due_on": promise.due_on,
        "due_at": promise.due_at,
        "proof": list(promise.proof),
    }
    for _ in range(_CODE_TRIES):
        code = codes.new_code(act.tools.random_bits)
        if cases.add(act.session, {**values, "id": act.tools.ids(), "code": code}):
            break
        if other := cases.opened_by(act.session, act.tenant.id, act.key):
            return other
    case = cases.opened_by(act.session, act.tenant.id, act.key)
    if case is None:
        raise BadRecord("no free case code")
    return case


def _take(act: Acting, case: FeedbackCase, officer: Officer) -> None:
    case.officer_id = officer.id
    case.status = next_status(CaseStatus(case.status), CaseEvent.TAKE)
    _event(act, case, "taken")


def _promise(act: Acting, category: Category) -> Promise:
    """`due_for` refuses a unit that it does not know."""
    limit = Limit(category.amount, cast(Unit, category.limit_unit))
    late_hour = time.fromisoformat(act.profile.late_hour) if act.profile.late_hour else None
    return due_for(limit, act.now, act.calendar, late_hour)


def _event(act: Acting, case: FeedbackCase, kind: str, words: str = "") -> None:
    cases.append_event(
        act.session, act.tools.ids, act.tools.random_bits, case, kind, act.now, words=words,
        officer_id=act.officer.id if act.officer and not (act.who and kind in _CITIZENS) else None,
    )  # fmt: skip


def _need_words(words: str) -> None:
    if not words.strip():
        raise NotAllowed(why.empty())
