"""Files still to be fetched from a platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.attachments import FAILED, PENDING, READY, REFUSED
from storage.tables import Attachment, Channel


def due_all_tenants(
    session: Session, now: datetime, kinds: Sequence[str], limit: int = 10
) -> list[tuple[Attachment, str]]:
    """Pending files that may be tried now, with the kind of their channel, the oldest first."""
    query = (
        select(Attachment, Channel.kind)
        .join(Channel, (Channel.tenant_id == Attachment.tenant_id) & (Channel.id == Attachment.channel_id))
        .where(Attachment.status == PENDING, Attachment.next_try_at <= now, Channel.kind.in_(kinds))
        .order_by(Attachment.next_try_at, Attachment.id)
        .limit(limit)
    )
    return [(row, kind) for row, kind in session.execute(query)]


def mark_ready(session: Session, row: Attachment, sha256: str, size: int) -> None:
    _note(session, row, sha256=sha256, size=size, status=READY, next_try_at=None, failed_why="")


def mark_to_retry(session: Session, row: Attachment, why: str, again_at: datetime) -> None:
    _note(session, row, attempts=row.attempts + 1, failed_why=why, next_try_at=again_at)


def mark_given_up(session: Session, row: Attachment, why: str, *, refused: bool) -> bool:
    """`refused`: we do not take such a file; else it could not be had. False when it was no longer pending."""
    status = REFUSED if refused else FAILED
    return _note(session, row, attempts=row.attempts + 1, failed_why=why, next_try_at=None, status=status)


def _note(session: Session, row: Attachment, **values: object) -> bool:
    """Only while it is pending: another process may have fetched the file, or the person had it erased."""
    done = session.execute(
        update(Attachment)
        .where(Attachment.tenant_id == row.tenant_id, Attachment.id == row.id, Attachment.status == PENDING)
        .values(**values)
    )
    return bool(getattr(done, "rowcount", 0))
