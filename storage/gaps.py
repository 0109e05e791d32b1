"""Questions that nothing published answered, the groups an officer made of them, and the proposals that follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.ids import IdMaker
from storage.insert import insert_new
from storage.questions import WAITING
from storage.tables import Citizen, Gap, Question

PROPOSED, APPROVED, REJECTED, WITHDRAWN, DROPPED = "proposed", "approved", "rejected", "withdrawn", "dropped"
ANSWER, ATTACH, DROP = "answer", "attach", "drop"
_BATCH = 400  # values in one IN (…)
_TRIES = 20  # colleagues who take a number at the same moment

Address = tuple[int, str]  # channel, peer


def open_questions(session: Session, tenant_id: int, since: datetime, limit: int) -> Sequence[Question]:
    """Unanswered, waiting or found unhelpful, of no group yet, the newest first."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.gap_id.is_(None), Question.asked_at >= since)
        .where(Question.status.in_(("unanswered", WAITING)) | Question.helpful.is_(False))
        .where(Question.text != "")
        .order_by(Question.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def claim(session: Session, tenant_id: int, ids: Iterable[int]) -> list[Question]:
    """Of these questions those that still belong to no group, held until commit."""
    wanted = sorted(ids)
    found: list[Question] = []
    for at in range(0, len(wanted), _BATCH):
        query = (
            select(Question)
            .where(Question.tenant_id == tenant_id, Question.id.in_(wanted[at : at + _BATCH]))
            .where(Question.gap_id.is_(None), Question.text != "")
            .order_by(Question.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found += session.scalars(query).all()
    return found


def add(session: Session, ids: IdMaker, tenant_id: int, *, kind: str, status: str, name: str, author_id: int,
        now: datetime, answer: str = "", procedure_code: str | None = None) -> Gap:  # fmt: skip
    """A group with the commune's next number. Two officers at once get two numbers."""
    for _ in range(_TRIES):
        number = (session.scalar(select(func.max(Gap.number)).where(Gap.tenant_id == tenant_id)) or 0) + 1
        row_id = ids()
        if insert_new(
            session,
            Gap,
            {"tenant_id": tenant_id, "id": row_id, "number": number, "kind": kind, "status": status, "name": name,
             "answer": answer, "words": [], "procedure_code": procedure_code, "author_id": author_id,
             "proposed_at": now, "decided_by_id": None, "decided_at": None, "reason": ""},
        ):  # fmt: skip
            return session.get_one(Gap, (tenant_id, row_id))
    raise RuntimeError("no free number for a proposal")


def by_number(session: Session, tenant_id: int, number: int) -> Gap | None:
    """The proposal, held until commit, so that two people cannot both decide it."""
    query = (
        select(Gap)
        .where(Gap.tenant_id == tenant_id, Gap.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(query)


def of_ids(session: Session, tenant_id: int, ids: Iterable[int]) -> Sequence[Gap]:
    """These groups, held until commit, so that nobody approves what is being changed."""
    query = select(Gap).where(Gap.tenant_id == tenant_id, Gap.id.in_(sorted(ids))).order_by(Gap.id).with_for_update()
    return session.scalars(query).all()


def with_status(session: Session, tenant_id: int, *statuses: str, limit: int = 2000) -> Sequence[Gap]:
    """The newest first."""
    query = select(Gap).where(Gap.tenant_id == tenant_id, Gap.status.in_(statuses)).order_by(Gap.number.desc())
    return session.scalars(query.limit(limit)).all()


def questions_of(session: Session, tenant_id: int, gap_id: int) -> Sequence[Question]:
    """The group's questions whose words still stand, oldest first."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.gap_id == gap_id, Question.text != "")
        .order_by(Question.id)
    )
    return session.scalars(query).all()


def told(session: Session, tenant_id: int, gap_id: int) -> Sequence[Question]:
    """The newest question of each person who was given the group's answer."""
    query = (
        select(Question)
        .where(Question.tenant_id == tenant_id, Question.gap_id == gap_id, Question.status == "replied")
        .where(Question.peer.is_not(None))
        .order_by(Question.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list({(row.channel_id, row.peer): row for row in session.scalars(query)}.values())


def opinions(session: Session, tenant_id: int, gap_id: int) -> tuple[int, int]:
    """How many of those who got the group's answer said that it helped, and that it did not."""
    query = (
        select(Question.helpful, func.count())
        .where(Question.tenant_id == tenant_id, Question.gap_id == gap_id, Question.status == "replied")
        .where(Question.helpful.is_not(None))
        .group_by(Question.helpful)
    )
    found = {bool(row[0]): int(row[1]) for row in session.execute(query)}
    return found.get(True, 0), found.get(False, 0)


def people(
    session: Session, tenant_id: int, addresses: Iterable[Address], *, gone: bool = False
) -> dict[Address, Citizen]:
    """Who can be written to at these addresses; people who had themselves forgotten are left out.

    `gone`: people who blocked us too; what they are owed waits until they write again.
    """
    wanted = set(addresses)
    peers = sorted({peer for _, peer in wanted})
    found: dict[Address, Citizen] = {}
    for at in range(0, len(peers), _BATCH):
        query = select(Citizen).where(Citizen.tenant_id == tenant_id, Citizen.peer.in_(peers[at : at + _BATCH]))
        for person in session.scalars(query):
            if (person.channel_id, person.peer) in wanted and (gone or not person.gone):
                found[(person.channel_id, person.peer)] = person
    return found
