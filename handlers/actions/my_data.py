"""A person's own data: seen, corrected, the consent taken back, erased. And a photo of a personal paper taken out.

Law 91/2025/QH15 on personal data: art. 4 (rights), art. 14.2 (what another law makes us keep is not erased).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from domain import codes
from domain.errors import NotFound
from domain.feedback import OPEN
from domain.fold import fold
from domain.messages import NOTICE, Choice, Outgoing
from domain.texts import desk
from domain.texts import my_data as texts
from domain.texts.base import speaking
from handlers.actions import case_notes as notes
from handlers.actions import notify
from handlers.actions.acting import Acting, see_as_officer
from handlers.actions.forgotten_wordings import forget_wordings
from handlers.context import Tools
from storage import cases, communes, my_data, outbox
from storage.my_data import Chat, Copies, FileToDelete
from storage.tables import Attachment, Citizen, FeedbackCase, Question

_FILED = frozenset({*OPEN, "answered", "closed"})  # was worked on; what was withdrawn or directed is no file to keep
_ENOUGH_NAME = 5  # letters of a name that may be looked for in a text without hitting other words

_PAPERS = ("can cuoc", "cccd", "cmnd", "cmtnd", "chung minh nhan dan", "chung minh thu", "ho chieu", "passport",
           "giay khai sinh", "so ho khau", "bang lai", "giay phep lai xe", "the bao hiem", "the bhyt",
           "id card", "identity card", "vneid", "mat khau", "ma otp")  # fmt: skip
_SHOWS = ("mat truoc", "mat sau", "anh", "hinh", "chup", "day la", "gui", "cua toi", "cua em", "cua con", "cua minh",
          "photo", "my", "front", "back")  # fmt: skip
_ASKS = ("can gi", "lam sao", "the nao", "o dau", "bao lau", "bao nhieu", "phai khong", "muon", "xin hoi", "nhu nao",
         "thu tuc", "khong biet", "bi tre", "chua", "how", "where")  # fmt: skip
_ID_NUMBER = re.compile(r"(?<!\d)0\d{2}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}(?!\d)")
_FEW_WORDS = 6


@dataclass(frozen=True)
class Held:
    """What the person is shown. `keep_until_on` None = no case."""

    questions: int
    cases: int
    files: int
    open_codes: tuple[str, ...]
    keep_until_on: date | None


@dataclass(frozen=True)
class Fate:
    """What erasing would leave: the cases that must be kept, until when, and those of them that are open."""

    kept: tuple[FeedbackCase, ...]
    gone: tuple[FeedbackCase, ...]
    until_on: date | None

    @property
    def kept_codes(self) -> tuple[str, ...]:
        return tuple(case.code for case in self.kept)

    @property
    def open_codes(self) -> tuple[str, ...]:
        return tuple(case.code for case in self.kept if case.status in OPEN)


@dataclass(frozen=True)
class Erased:
    request_code: str
    fate: Fate
    files: bool  # some are still to be deleted from the disk


def chat_of(act: Acting) -> Chat:
    """The chat that acts. Raises NotFound without one: a console has no data of its own."""
    if act.who is None:
        raise NotFound(texts.no_chat())
    return Chat(act.tenant.id, act.who.channel_id, act.who.peer, staff=act.officer is not None)


def held(act: Acting) -> Held:
    chat = chat_of(act)
    questions, filed, files = my_data.counts(act.session, chat)
    rows = my_data.cases_of(act.session, chat)
    until = [keep_until(act, row) for row in rows if row.status in _FILED]
    open_codes = tuple(row.code for row in rows if row.status in OPEN)
    return Held(questions, filed, files, open_codes, max(until, default=None))


def keep_until(act: Acting, case: FeedbackCase) -> date:
    """The last day its file is kept, as the consent said when it was filed."""
    return act.local(case.received_at).date() + timedelta(days=act.profile.keep_case_days)


def fate(act: Acting) -> Fate:
    """Which cases erasing would keep. A case that is open, or was answered and is within its time, is a file."""
    kept: list[FeedbackCase] = []
    gone: list[FeedbackCase] = []
    for row in my_data.cases_of(act.session, chat_of(act)):
        must_stay = row.status in OPEN or (row.status in _FILED and act.today <= keep_until(act, row))
        (kept if must_stay else gone).append(row)
    until = max((keep_until(act, row) for row in kept), default=None)
    return Fate(tuple(kept), tuple(gone), until if until is None else max(until, act.today))


def correct(act: Acting, person: Citizen, name: str, phone: str) -> int:
    """Name and phone as they should be, also on open cases that carry them. How many cases changed."""
    before = _contacts([person], [])
    person.name, person.phone = name, phone
    rows = [row for row in my_data.cases_of(act.session, chat_of(act)) if row.status in OPEN and _has_contact(row)]
    before |= _contacts([], rows)
    changed = [row for row in rows if (row.contact_name, row.contact_phone) != (name, phone)]
    for row in changed:
        row.contact_name, row.contact_phone = name, phone
        _event(act, row, "contact changed")
        _tell_holder(act, row, texts.officer_contact_changed, "contact")
    kept = frozenset(row.id for row in changed)
    current = {name, phone}
    _scrub(act, Copies(kept_cases=kept, replace=_replacements(c for c in before if not current & set(c))))
    _watch(act, "contact corrected", "")
    return len(changed)


def withdraw_consent(act: Acting, person: Citizen) -> str:
    """Name and phone go, here, on every case and in what officers were told; the cases go on. The request's code."""
    chat = chat_of(act)
    rows, asked = my_data.cases_of(act.session, chat), my_data.questions_of(act.session, chat)
    replace = _replacements(_contacts([person], rows, asked))
    person.name = person.phone = person.consent_version = ""
    person.consent_at = None
    for row in rows:
        if not _has_contact(row):
            continue
        row.contact_name = row.contact_phone = ""
        _event(act, row, "consent withdrawn")
        if row.status in OPEN:
            _tell_holder(act, row, texts.officer_no_contact, "consent")
    for question in asked:
        question.phone, question.wants_call = "", False
    act.session.flush()
    _scrub(act, Copies(kept_cases=_ids(rows), kept_questions=_ids(asked), replace=replace,
                       kept_turns=my_data.turns_of(act.session, chat)))  # fmt: skip
    return _watch(act, "consent withdrawn", codes.new_code(act.tools.random_bits))


def erase(act: Acting, person: Citizen, this_turn: int) -> Erased:
    """Everything about this chat that no law makes us keep, in the caller's one transaction.

    `this_turn`: the inbox row that asks for it. An officer's link to the chat is not touched.
    """
    chat = chat_of(act)
    left = fate(act)
    rows, asked = (*left.kept, *left.gone), my_data.questions_of(act.session, chat)
    copies = Copies(
        gone_cases=_ids(left.gone),
        kept_cases=_ids(left.kept),
        gone_questions=_ids(asked),
        gone_turns=my_data.turns_of(act.session, chat) - {this_turn},
        replace=_replacements(_contacts([person], rows, asked)),
    )
    _scrub(act, copies)
    forget_wordings(act, asked)
    for row in rows:
        _event(act, row, "erased")
    for row in left.kept:
        if row.status in OPEN:
            _tell_holder(act, row, texts.officer_erased, "erased")
        my_data.let_go_of_case(act.session, row)
    for row in left.gone:
        my_data.erase_case(act.session, row, act.now)
    for question in asked:
        _tell_of_question(act, question)
    my_data.erase_questions(act.session, asked, act.now)
    about = {*(f"case:{row.id}" for row in rows), *(f"question:{row.id}" for row in asked)}
    my_data.erase_comments(act.session, act.tenant.id, about)
    own = frozenset(row.id for row in rows)
    my_data.erase_talk(act.session, act.tools.ids, chat, act.now, this_turn=this_turn, own_cases=own)
    my_data.forget_person(act.session, chat)
    code = _watch(act, "data erased", codes.new_code(act.tools.random_bits))
    return Erased(code, left, files=my_data.queued_at(act.session, act.tenant.id, act.now))


def photo(act: Acting, attachment_id: int) -> tuple[Attachment, FeedbackCase]:
    """A file of a case that the acting officer may see. Raises NotFound, NotAllowed."""
    row = act.session.get(Attachment, (act.tenant.id, attachment_id))
    if row is None or row.case_id is None:
        raise NotFound(texts.no_photo())
    case, _ = see_as_officer(act, row.case_id)
    return row, case


def drop_photo(act: Acting, attachment_id: int) -> FeedbackCase:
    """Take a photo of a personal paper out of its case. The sender is told when the file is gone, not before."""
    row, case = photo(act, attachment_id)
    my_data.take_out(act.session, row, act.now)
    _event(act, case, "photo dropped")
    cases.watch(
        act.session, act.tools.ids, act.tenant.id, act.officer.id if act.officer else None, "photo dropped",
        f"case:{case.id}", act.now,
    )  # fmt: skip
    return case


def files_are_gone(session: Session, tools: Tools, gone: Sequence[FileToDelete], now: datetime) -> int:
    """After the bytes are unlinked: take the files out of the queue and tell whoever must know. How many are told."""
    told = 0
    for file in gone:
        if not my_data.leave_queue(session, file) or not file.peer:
            continue
        commune = communes.load(session, file.tenant_id)
        case = cases.get(session, file.tenant_id, file.case_id)
        with speaking(my_data.language_of(session, file)):
            tenant, profile = commune.tenant, commune.profile
            text = texts.paper_dropped(case.code if case else "", tenant.unit, profile.desk)
            again = case is not None and case.status in OPEN
            choices = (Choice(f"/case.add {file.case_id}", texts.choice_not_a_paper()),) if again else ()
        told += outbox.add(
            session, file.tenant_id, tools.ids(), channel_id=file.channel_id, peer=file.peer,
            message=Outgoing(text, choices=choices), key=f"photo-dropped:{file.row_id}", now=now, lane=NOTICE,
            case_id=file.case_id or None,
        )  # fmt: skip
    return told


def looks_like_id_words(text: str) -> bool:
    """The words beside a photo say that it shows a personal paper ("mặt trước căn cước", an identity number).

    Meant for a message that carries a photo. A question or a report that only mentions a paper is not one.
    """
    folded = fold(text)
    if _ID_NUMBER.search(folded):
        return True
    words = " ".join(re.findall(r"[^\W_]+", folded))
    padded = f" {words} "
    if not any(f" {paper} " in padded for paper in _PAPERS) or any(f" {ask} " in padded for ask in _ASKS):
        return False
    return len(words.split()) <= _FEW_WORDS or any(f" {shows} " in padded for shows in _SHOWS)


Contact = tuple[str, str]


def _contacts(people: Iterable[Citizen], rows: Iterable[FeedbackCase], asked: Iterable[Question] = ()) -> set[Contact]:
    """Every (name, phone) that may stand in a message to an officer."""
    found = {(person.name, person.phone) for person in people}
    found |= {(row.contact_name, row.contact_phone) for row in rows}
    return {pair for pair in found | {("", question.phone) for question in asked} if any(pair)}


def _replacements(contacts: Iterable[Contact]) -> tuple[tuple[str, str], ...]:
    """What officers' messages say instead. The whole line first, so that a short name is found too."""
    with speaking("vi"):
        pairs = sorted(contacts)
        whole = [(desk.contact(", ".join(part for part in pair if part)), desk.contact_none()) for pair in pairs]
        phones = [(phone, texts.removed()) for _, phone in pairs if phone]
        names = [(name, texts.removed()) for name, _ in pairs if len(name) >= _ENOUGH_NAME]
    return tuple(sorted(whole, key=lambda pair: -len(pair[0])) + phones + names)


def _scrub(act: Acting, copies: Copies) -> None:
    my_data.scrub_copies(act.session, chat_of(act), copies)


def _ids(rows: Iterable[FeedbackCase | Question]) -> frozenset[int]:
    return frozenset(row.id for row in rows)


def _has_contact(case: FeedbackCase) -> bool:
    return bool(case.contact_name or case.contact_phone)


def _event(act: Acting, case: FeedbackCase, kind: str) -> None:
    by = act.officer.id if act.officer and kind == "photo dropped" else None
    cases.append_event(act.session, act.tools.ids, act.tools.random_bits, case, kind, act.now, officer_id=by)


def _tell_holder(act: Acting, case: FeedbackCase, text: Callable[[str], str], reason: str) -> None:
    """Only who holds the case counted on the contact; anybody else sees the card as it is now."""
    holder = cases.officer(act.session, act.tenant.id, case.officer_id)
    if holder is None or not holder.active:
        return
    with speaking("vi"):
        look = Choice(f"/case.view {case.id}", desk.choice_view(case.code))
        notes.tell(act, [holder], Outgoing(text(case.code), choices=(look,)), f"{reason}:{case.id}", case.id)


def _tell_of_question(act: Acting, question: Question) -> None:
    """Whoever took a waiting question need not answer it any more."""
    holder = cases.officer(act.session, act.tenant.id, question.officer_id)
    if question.status == "waiting" and holder is not None and holder.active:
        with speaking("vi"):
            key = f"{act.key}:question-erased:{question.id}"
            notify.tell_officer(act.session, act.tools, holder, Outgoing(texts.officer_question_erased()), key, act.now)


def _watch(act: Acting, kind: str, code: str) -> str:
    """An audit row that names the request, never the person."""
    about = f"request:{code}" if code else ""
    cases.watch(act.session, act.tools.ids, act.tenant.id, None, kind, about, act.now)
    return code
