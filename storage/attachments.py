"""Files that people sent with a case, a question or an answer. A row first; its bytes are fetched after commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.messages import Media
from storage.ids import IdMaker
from storage.tables import Attachment

PENDING, READY, FAILED, REFUSED = "pending", "ready", "failed", "refused"
_HELD = "sha256:"  # how a reference to bytes we already hold begins


def add(
    session: Session,
    ids: IdMaker,
    tenant_id: int,
    media: Iterable[Media],
    now: datetime,
    *,
    channel_id: int,
    peer: str,
    inbox_id: int,
    case_id: int | None = None,
    question_id: int | None = None,
) -> int:
    """Owe the files of a message: pending until fetched, ready at once when we hold the bytes. How many were added.

    A file that the case or question already has is not added again.
    """
    known = {row.ref for row in _of(session, tenant_id, case_id, question_id)}
    added = 0
    for item in media:
        if item.ref in known:
            continue
        known.add(item.ref)
        held = item.ref.startswith(_HELD)
        session.add(
            Attachment(
                tenant_id=tenant_id, id=ids(), case_id=case_id, question_id=question_id, channel_id=channel_id,
                peer=peer, inbox_id=inbox_id, kind=item.kind, ref=item.ref, name=item.name, mime=item.mime,
                size=item.size, sha256=item.ref.removeprefix(_HELD) if held else "",
                status=READY if held else PENDING, failed_why="", attempts=0,
                next_try_at=None if held else now, at=now,
            )
        )  # fmt: skip
        added += 1
    session.flush()
    return added


def of_case(session: Session, tenant_id: int, case_id: int) -> Sequence[Attachment]:
    """Everything sent with a case, oldest first, whatever became of the fetching."""
    return _of(session, tenant_id, case_id, None)


def of_question(session: Session, tenant_id: int, question_id: int) -> Sequence[Attachment]:
    """Everything sent with a question, oldest first, whatever became of the fetching."""
    return _of(session, tenant_id, None, question_id)


def ready_refs(session: Session, tenant_id: int, case_id: int, *, peer: str | None = None) -> tuple[str, ...]:
    """References ("sha256:…") of the case's files that can be sent along; of one sender with `peer`."""
    rows = (row for row in of_case(session, tenant_id, case_id) if row.status == READY)
    return tuple(f"{_HELD}{row.sha256}" for row in rows if peer is None or row.peer == peer)


def count(session: Session, tenant_id: int, case_id: int) -> int:
    query = select(func.count()).where(Attachment.tenant_id == tenant_id, Attachment.case_id == case_id)
    return session.scalar(query) or 0


def _of(session: Session, tenant_id: int, case_id: int | None, question_id: int | None) -> Sequence[Attachment]:
    query = select(Attachment).where(Attachment.tenant_id == tenant_id).order_by(Attachment.id)
    query = query.where(Attachment.case_id == case_id if question_id is None else Attachment.question_id == question_id)
    return session.scalars(query).all()
