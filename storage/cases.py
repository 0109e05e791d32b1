"""Feedback cases and their history. An event can never be changed unseen; its words can be erased."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.insert import insert_new
from storage.tables import Audit, CaseEvent, CaseWords, Category, Department, FeedbackCase, Officer

_SALT_BITS = 128


@dataclass(frozen=True)
class Told:
    """One event of a case with its words; "" once they are erased."""

    event: CaseEvent
    words: str


def add(session: Session, values: dict[str, Any]) -> bool:
    """False when the code is taken or the message that opens the case opened one before."""
    defaults = {"place": "", "anonymous": False, "contact_name": "", "contact_phone": "", "restricted": False,
                "emergency": False, "proof": [], "answer": "", "extended": False, "reopened": 0}  # fmt: skip
    return insert_new(session, FeedbackCase, {**defaults, **values})


def get(session: Session, tenant_id: int, case_id: int) -> FeedbackCase | None:
    return session.get(FeedbackCase, (tenant_id, case_id))


def locked(session: Session, tenant_id: int, case_id: int) -> FeedbackCase | None:
    """The case as it stands now, held until commit: of two officers at once, the second sees what the first did."""
    query = (
        select(FeedbackCase)
        .where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def by_code(session: Session, tenant_id: int, code: str) -> FeedbackCase | None:
    """`code` in its stored form. Only of this commune."""
    return session.scalar(select(FeedbackCase).where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.code == code))


def opened_by(session: Session, tenant_id: int, key: str) -> FeedbackCase | None:
    """The case that this message opened, if it did."""
    return session.scalar(
        select(FeedbackCase).where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.opened_by_key == key)
    )


def of_person(
    session: Session, tenant_id: int, channel_id: int, peer: str, *, limit: int = 8
) -> Sequence[FeedbackCase]:
    """What was filed from this chat, the newest first."""
    query = (
        select(FeedbackCase)
        .where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.channel_id == channel_id, FeedbackCase.peer == peer)
        .order_by(FeedbackCase.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def for_desk(
    session: Session,
    tenant_id: int,
    *,
    statuses: Collection[str],
    department_id: int | None = None,
    officer_id: int | None = None,
    unheld: bool = False,
    due_before: datetime | None = None,
    restricted: bool = False,
    emergencies: bool = False,
    limit: int = 9,
) -> tuple[Sequence[FeedbackCase], int]:
    """Cases in `statuses`, the most urgent first, and how many there are in all.

    `unheld`: only those nobody holds. Restricted ones come only with `restricted`; `emergencies` adds
    those of any department.
    """
    query = select(FeedbackCase).where(FeedbackCase.tenant_id == tenant_id, FeedbackCase.status.in_(statuses))
    if not restricted:
        query = query.where(~FeedbackCase.restricted)
    if department_id is not None:
        mine = FeedbackCase.department_id == department_id
        query = query.where(or_(mine, FeedbackCase.emergency) if emergencies else mine)
    if officer_id is not None:
        query = query.where(FeedbackCase.officer_id == officer_id)
    if unheld:
        query = query.where(FeedbackCase.officer_id.is_(None))
    if due_before is not None:
        query = query.where(FeedbackCase.due_at < due_before)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return session.scalars(query.order_by(FeedbackCase.due_at, FeedbackCase.id).limit(limit)).all(), total


def category(session: Session, tenant_id: int, category_id: int) -> Category:
    return session.get_one(Category, (tenant_id, category_id))


def category_by_key(session: Session, tenant_id: int, key: str) -> Category | None:
    return session.scalar(select(Category).where(Category.tenant_id == tenant_id, Category.key == key))


def department(session: Session, tenant_id: int, department_id: int) -> Department:
    return session.get_one(Department, (tenant_id, department_id))


def officer(session: Session, tenant_id: int, officer_id: int | None) -> Officer | None:
    return session.get(Officer, (tenant_id, officer_id)) if officer_id is not None else None


def append_event(
    session: Session,
    ids: IdMaker,
    random_bits: Callable[[int], int],
    case: FeedbackCase,
    kind: str,
    now: datetime,
    *,
    words: str = "",
    officer_id: int | None = None,
) -> CaseEvent:
    """Write what happened; `case.status` is already the one after the event. The caller holds the case's lock."""
    session.flush()
    last = _last_event(session, case)
    salt = f"{random_bits(_SALT_BITS):032x}" if words else ""
    event = CaseEvent(
        tenant_id=case.tenant_id,
        id=ids(),
        case_id=case.id,
        number=last.number + 1 if last else 1,
        kind=kind,
        status=case.status,
        officer_id=officer_id,
        at=now,
        words_digest=_digest_of_words(salt, words) if words else "",
        chain="",
    )
    event.chain = _link(last.chain if last else "", event)
    session.add(event)
    session.flush()
    if words:
        session.add(CaseWords(tenant_id=case.tenant_id, id=event.id, words=words, salt=salt))
        session.flush()
    return event


def history(session: Session, tenant_id: int, case_id: int) -> list[Told]:
    """Every event in order, with the words that still exist."""
    query = (
        select(CaseEvent, CaseWords)
        .outerjoin(CaseWords, (CaseWords.tenant_id == CaseEvent.tenant_id) & (CaseWords.id == CaseEvent.id))
        .where(CaseEvent.tenant_id == tenant_id, CaseEvent.case_id == case_id)
        .order_by(CaseEvent.number)
    )
    return [Told(event, words.words if words else "") for event, words in session.execute(query)]


def broken_link(session: Session, tenant_id: int, case_id: int) -> int | None:
    """The number of the first event that is not as it was written, or None when the whole history is sound.

    An event whose words were erased is sound; one whose words differ from their digest is not.
    """
    before, expected = "", 1
    query = (
        select(CaseEvent, CaseWords)
        .outerjoin(CaseWords, (CaseWords.tenant_id == CaseEvent.tenant_id) & (CaseWords.id == CaseEvent.id))
        .where(CaseEvent.tenant_id == tenant_id, CaseEvent.case_id == case_id)
        .order_by(CaseEvent.number)
    )
    for event, words in session.execute(query):
        if event.number != expected or event.chain != _link(before, event):
            return int(expected)
        if words and _digest_of_words(words.salt, words.words) != event.words_digest:
            return int(event.number)
        before, expected = event.chain, expected + 1
    return None


def erase_words(session: Session, tenant_id: int, case_id: int) -> None:
    """Forget what was said in a case's history, with the salts; the chain stays checkable."""
    of_case = select(CaseEvent.id).where(CaseEvent.tenant_id == tenant_id, CaseEvent.case_id == case_id)
    session.execute(delete(CaseWords).where(CaseWords.tenant_id == tenant_id, CaseWords.id.in_(of_case)))


def watch(
    session: Session, ids: IdMaker, tenant_id: int, officer_id: int | None, kind: str, about: str, now: datetime
) -> None:
    """Write down that somebody looked at something that is watched."""
    session.add(Audit(tenant_id=tenant_id, id=ids(), officer_id=officer_id, kind=kind, about=about, at=now))
    session.flush()


def _last_event(session: Session, case: FeedbackCase) -> CaseEvent | None:
    query = (
        select(CaseEvent)
        .where(CaseEvent.tenant_id == case.tenant_id, CaseEvent.case_id == case.id)
        .order_by(CaseEvent.number.desc())
        .limit(1)
    )
    return session.scalar(query)


def _digest_of_words(salt: str, words: str) -> str:
    return hashlib.sha256(f"{salt}:{words}".encode()).hexdigest()


def _link(before: str, event: CaseEvent) -> str:
    """The hash that binds an event's facts to all events before it."""
    facts = (before, event.tenant_id, event.id, event.case_id, event.number, event.kind, event.status,
             event.officer_id or "", event.at.astimezone(UTC).isoformat(), event.words_digest)  # fmt: skip
    return hashlib.sha256("|".join(str(fact) for fact in facts).encode()).hexdigest()
