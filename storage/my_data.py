"""What stands about one chat in every table, and taking it back. Files wait in a queue until somebody unlinks them.

The queue is the attachments that belong to no case and no question. A file is deleted after the commit that lets go of
it, so a crash in between deletes it later and never too early.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from domain.messages import TALK
from storage import attachments, media
from storage.cases import erase_words
from storage.ids import IdMaker
from storage.insert import insert_new
from storage.tables import (
    Attachment,
    Citizen,
    Conversation,
    FeedbackCase,
    InboxMessage,
    OutboxMessage,
    Question,
    Rating,
    WebMessage,
)

ERASED = "erased"  # `failed_why` of a message that was never sent because its words are gone
_FETCHING = timedelta(minutes=15)  # a file whose fetching began before may still arrive
_SHA = re.compile(r"sha256:([0-9a-f]{64})")
_EMPTY = "{}"
_BODIES = (InboxMessage, OutboxMessage, WebMessage)


@dataclass(frozen=True)
class Chat:
    """One person on one channel. `staff`: an officer's chat, whose work is not this person's own data."""

    tenant_id: int
    channel_id: int
    peer: str
    staff: bool = False


@dataclass(frozen=True)
class Copies:
    """Whose messages at officers' chats are looked for, and what is replaced in those that stay."""

    gone_cases: frozenset[int] = frozenset()
    kept_cases: frozenset[int] = frozenset()
    gone_questions: frozenset[int] = frozenset()
    kept_questions: frozenset[int] = frozenset()
    gone_turns: frozenset[int] = frozenset()  # inbox rows whose turns may have told officers, as an emergency does
    kept_turns: frozenset[int] = frozenset()
    replace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FileToDelete:
    """`sha256` "" = no bytes to unlink: never fetched, or others still need the same ones."""

    tenant_id: int
    row_id: int
    sha256: str
    channel_id: int
    peer: str  # who is told once it is gone; "" = nobody
    case_id: int  # the case a photo was taken out of; 0 = none


def cases_of(session: Session, chat: Chat) -> Sequence[FeedbackCase]:
    """Every case filed from this chat, held until commit, oldest first."""
    query = select(FeedbackCase).where(*_at(FeedbackCase, chat)).order_by(FeedbackCase.id).with_for_update()
    return session.scalars(query).all()


def questions_of(session: Session, chat: Chat) -> Sequence[Question]:
    """Every question asked from this chat, held until commit, oldest first."""
    query = select(Question).where(*_at(Question, chat)).order_by(Question.id).with_for_update()
    return session.scalars(query).all()


def counts(session: Session, chat: Chat) -> tuple[int, int, int]:
    """How many questions, cases and files are held of this chat."""
    files = select(func.count(Attachment.id)).where(*_at(Attachment, chat), ~_in_queue())
    asked = select(func.count(Question.id)).where(*_at(Question, chat))
    filed = select(func.count(FeedbackCase.id)).where(*_at(FeedbackCase, chat))
    return session.scalar(asked) or 0, session.scalar(filed) or 0, session.scalar(files) or 0


def turns_of(session: Session, chat: Chat) -> frozenset[int]:
    """Inbox rows of this chat whose words still stand."""
    query = select(InboxMessage.id).where(*_at(InboxMessage, chat), cast(InboxMessage.body, Text) != _EMPTY)
    return frozenset(session.scalars(query))


def let_go_of_case(session: Session, row: FeedbackCase) -> None:
    """The file stays; who sent it, and where they can be reached, does not."""
    for file in attachments.of_case(session, row.tenant_id, row.id):
        if (file.channel_id, file.peer) == (row.channel_id, row.peer):
            file.peer, file.name = "", ""
    row.contact_name = row.contact_phone = ""
    row.channel_id = row.peer = None
    session.flush()


def erase_case(session: Session, row: FeedbackCase, now: datetime) -> None:
    """Nothing of the case stays but its code, its dates and a history without words."""
    for file in attachments.of_case(session, row.tenant_id, row.id):
        _put_in_queue(file, now)
    erase_words(session, row.tenant_id, row.id)
    row.description = row.place = row.answer = row.contact_name = row.contact_phone = ""
    row.latitude = row.longitude = None
    row.channel_id = row.peer = None
    session.flush()


def erase_questions(session: Session, rows: Iterable[Question], now: datetime) -> None:
    """The counts stay, and which procedure was answered from; the words and who asked do not."""
    for row in rows:
        files = select(Attachment).where(Attachment.tenant_id == row.tenant_id, Attachment.question_id == row.id)
        for file in session.scalars(files):
            _put_in_queue(file, now)
        row.text = row.answer = row.phone = ""
        row.channel_id = row.peer = None
        row.wants_call = False
        row.status = "closed" if row.status == "waiting" else row.status
    session.flush()


def let_go_of_files(session: Session, rows: Iterable[Attachment], now: datetime) -> None:
    """Nobody needs these files any more: their rows and bytes go with the next round of deleting."""
    for row in rows:
        _put_in_queue(row, now)
    session.flush()


def erase_comments(session: Session, tenant_id: int, about: Collection[str]) -> None:
    """What was said beside a rating; the rating itself stays in the numbers."""
    session.execute(
        update(Rating).where(Rating.tenant_id == tenant_id, Rating.about.in_(about)).values(comment="")
    )  # fmt: skip


def erase_talk(
    session: Session, ids: IdMaker, chat: Chat, now: datetime, *, this_turn: int, own_cases: Collection[int]
) -> None:
    """Everything said in this chat, in both directions, with the files that no case holds.

    The rows stay without words and address, so that nothing is taken or sent twice. `this_turn` (the inbox row that
    asks for it) keeps its address until it is answered. Of an officer's chat, what is about others' cases stays.
    """
    files = _digests_said(session, chat)
    ours = and_(*_at(OutboxMessage, chat))
    if chat.staff:
        about = or_(OutboxMessage.case_id.is_(None), OutboxMessage.case_id.in_(own_cases))
        ours = and_(ours, OutboxMessage.lane == TALK, OutboxMessage.question_id.is_(None), about)
    _erase_page(session, ids, chat, ours, now)
    session.execute(
        update(OutboxMessage)
        .where(ours, OutboxMessage.sent_at.is_(None))
        .values(next_try_at=None, leased_until_at=None, failed_why=ERASED, important=False,
                attempts=OutboxMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.execute(
        update(OutboxMessage)
        .where(ours)
        .values(body={}, has_choices=False, peer="", external_ids=[])
        .execution_options(synchronize_session=False)
    )
    done = or_(InboxMessage.handled_at.is_not(None), InboxMessage.parked_at.is_not(None))
    address = case((InboxMessage.id == this_turn, InboxMessage.peer), else_="")
    session.execute(
        update(InboxMessage)
        .where(*_at(InboxMessage, chat), done)
        .values(body={}, peer=address, error="", parked_at=None, handled_at=func.coalesce(InboxMessage.handled_at, now))
        .execution_options(synchronize_session=False)
    )
    session.flush()
    _queue_loose_files(session, ids, chat, files, now)


def forget_person(session: Session, chat: Chat) -> None:
    """The next message from there is a stranger's first."""
    session.execute(delete(Citizen).where(*_at(Citizen, chat)).execution_options(synchronize_session=False))
    for talk in session.scalars(select(Conversation).where(*_at(Conversation, chat))):
        talk.kept, talk.memory, talk.choices = {}, {}, []
    session.flush()


def scrub_copies(session: Session, chat: Chat, copies: Copies) -> int:
    """What officers were told about this person. How many messages changed.

    What was sent about something that is gone loses its words; what is still to be sent about it is not sent. About
    what is kept only name and number are replaced, and so in a call for help that nobody has read yet.
    """
    about = or_(
        OutboxMessage.case_id.in_(copies.gone_cases | copies.kept_cases),
        OutboxMessage.question_id.in_(copies.gone_questions | copies.kept_questions),
        and_(OutboxMessage.case_id.is_(None), OutboxMessage.question_id.is_(None), OutboxMessage.key.like("turn:%")),
    )
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == chat.tenant_id, about, cast(OutboxMessage.body, Text) != _EMPTY)
        .where(or_(OutboxMessage.channel_id != chat.channel_id, OutboxMessage.peer != chat.peer))
    )
    return sum(_scrub(session, row, copies) for row in session.scalars(query))


def take_out(session: Session, row: Attachment, now: datetime) -> None:
    """A photo that shows a personal paper leaves its case, and every message that names it, wherever it was sent again.

    Who sent it to the case is told when the file is gone: the row keeps their address and the case until then.
    """
    refs = {ref for ref in (row.ref, f"sha256:{row.sha256}" if row.sha256 else "") if ref}
    same = [row]
    if row.sha256:
        query = select(Attachment).where(Attachment.tenant_id == row.tenant_id, Attachment.sha256 == row.sha256)
        same = [other for other in session.scalars(query) if not (other.case_id is None and other.question_id is None)]
    told: set[tuple[int, str]] = set()
    for other in sorted(same, key=lambda one: one.id != row.id):
        home = session.get(FeedbackCase, (other.tenant_id, other.case_id)) if other.case_id else None
        sender = (other.channel_id, other.peer)
        tell = home is not None and sender == (home.channel_id, home.peer) and sender not in told
        refs |= {other.ref}
        _put_in_queue(other, now, peer=other.peer if tell else "", case_id=home.id if home and tell else 0)
        told |= {sender} if tell else set()
    for ref in refs:
        _strip(session, row.tenant_id, ref)
    session.flush()


def files_to_delete(session: Session, tenant_id: int, now: datetime, limit: int = 50) -> list[FileToDelete]:
    """The queue, oldest first. Call `unlink` for each, then `handlers.actions.my_data.files_are_gone`."""
    query = (
        select(Attachment)
        .where(Attachment.tenant_id == tenant_id, _in_queue())
        .where(or_(Attachment.sha256 != "", Attachment.at <= now - _FETCHING))
        .order_by(Attachment.id)
        .limit(limit)
    )
    found = []
    for row in session.scalars(query):
        number = row.name.removeprefix("case:")
        needed = not row.sha256 or _is_named(session, tenant_id, row.sha256)
        found.append(
            FileToDelete(
                tenant_id, row.id, "" if needed else row.sha256, row.channel_id, row.peer,
                int(number) if number.isdecimal() else 0,
            )
        )  # fmt: skip
    return found


def unlink(data_dir: Path, file: FileToDelete) -> None:
    """Delete the bytes. Twice is once; raises OSError when the disk refuses, and the row then stays in the queue."""
    if file.sha256:
        media.media_path(data_dir, file.tenant_id, f"sha256:{file.sha256}").unlink(missing_ok=True)


def queued_at(session: Session, tenant_id: int, at: datetime) -> bool:
    """Whether files were let go at that very moment and still lie on the disk, or may still arrive."""
    query = select(exists().where(Attachment.tenant_id == tenant_id, _in_queue(), Attachment.at == at))
    return bool(session.scalar(query))


def language_of(session: Session, file: FileToDelete) -> str:
    """Of the person who is told that the file is gone."""
    query = select(Citizen.language).where(*_at(Citizen, Chat(file.tenant_id, file.channel_id, file.peer)))
    return session.scalar(query) or "vi"


def leave_queue(session: Session, file: FileToDelete) -> bool:
    """False when somebody else has taken the row out since."""
    done = session.execute(
        delete(Attachment).where(Attachment.tenant_id == file.tenant_id, Attachment.id == file.row_id, _in_queue())
    )
    return bool(getattr(done, "rowcount", 0))


def unnamed(session: Session, tenant_id: int, digests: Iterable[str]) -> list[str]:
    """Of these files of a commune, those that no row names: left by a draft that was dropped, or by a crash.

    Ask only about files older than a day: one is written shortly before the row that names it.
    """
    return [digest for digest in digests if not _is_named(session, tenant_id, digest, queued=True)]


def _at(table: Any, chat: Chat) -> tuple[ColumnElement[bool], ...]:
    return (table.tenant_id == chat.tenant_id, table.channel_id == chat.channel_id, table.peer == chat.peer)


def _in_queue() -> ColumnElement[bool]:
    return and_(Attachment.case_id.is_(None), Attachment.question_id.is_(None))


def _put_in_queue(row: Attachment, now: datetime, *, peer: str = "", case_id: int = 0) -> None:
    """The case to tell about stands in `name`, which nobody reads any more and fetching does not touch.

    A file that is being fetched at this moment stays pending, never due again, so that late bytes find their row.
    """
    row.case_id = row.question_id = row.next_try_at = None
    row.peer, row.ref, row.name = peer, "", f"case:{case_id}" if case_id else ""
    row.status = attachments.PENDING if row.status == attachments.PENDING else attachments.REFUSED
    row.failed_why, row.at = "", now


def _digests_said(session: Session, chat: Chat) -> set[str]:
    """Files that this person's own messages name, also those of a report that was never sent."""
    said = [
        *session.scalars(select(cast(InboxMessage.body, Text)).where(*_at(InboxMessage, chat))),
        *session.scalars(select(cast(WebMessage.body, Text)).where(*_at(WebMessage, chat), WebMessage.mine)),
        *session.scalars(select(cast(Conversation.kept, Text)).where(*_at(Conversation, chat))),
        *session.scalars(select(cast(Conversation.memory, Text)).where(*_at(Conversation, chat))),
    ]
    return {digest for words in said for digest in _SHA.findall(words)}


def _queue_loose_files(session: Session, ids: IdMaker, chat: Chat, digests: Iterable[str], now: datetime) -> None:
    """Own files go into the queue unless a case that stays holds them."""
    own = select(Attachment).where(*_at(Attachment, chat), Attachment.case_id.is_(None))
    for row in session.scalars(own):
        _put_in_queue(row, now)
    session.flush()
    known = set(session.scalars(select(Attachment.sha256).where(Attachment.tenant_id == chat.tenant_id)))
    for digest in sorted(set(digests) - known):
        session.add(
            Attachment(
                tenant_id=chat.tenant_id, id=ids(), case_id=None, question_id=None, channel_id=chat.channel_id, peer="",
                inbox_id=0, kind="document", ref="", name="", mime="", size=None, sha256=digest,
                status=attachments.REFUSED, failed_why="", attempts=0, next_try_at=None, at=now,
            )
        )  # fmt: skip
    session.flush()


def _erase_page(
    session: Session, ids: IdMaker, chat: Chat, ours: ColumnElement[bool], now: datetime
) -> None:  # fmt: skip
    """Web chat: the rows go, and one row tells pages that are open now to drop what they show."""
    shown = or_(WebMessage.mine, WebMessage.outbox_key.in_(select(OutboxMessage.key).where(ours)))
    found = list(session.scalars(select(WebMessage.id).where(*_at(WebMessage, chat), shown)))
    if not found:
        return
    session.execute(
        delete(WebMessage)
        .where(*_at(WebMessage, chat), shown)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    id = ids()
    insert_new(
        session,
        WebMessage,
        {"tenant_id": chat.tenant_id, "id": id, "channel_id": chat.channel_id, "peer": chat.peer, "mine": False,
         "body": {"erases": [str(one) for one in found]}, "outbox_key": f"erase:{id}", "at": now},
    )  # fmt: skip


def _scrub(session: Session, row: OutboxMessage, copies: Copies) -> bool:
    gone = row.case_id in copies.gone_cases or row.question_id in copies.gone_questions
    of_turn = row.case_id is None and row.question_id is None
    if of_turn and _turn(row.key) not in copies.gone_turns | copies.kept_turns:
        return False
    waits = row.sent_at is None and row.next_try_at is not None
    if gone or (of_turn and not waits and _turn(row.key) in copies.gone_turns):
        if waits:
            row.next_try_at = row.leased_until_at = None
            row.attempts += 1  # a worker that is sending it now must not owe it again
            row.important = False
        row.failed_why = row.failed_why if row.sent_at else ERASED
        row.body, row.has_choices = {}, False
        _rewrite_page(session, row, {"erased": True})
        return True
    text = str(row.body.get("text", ""))
    new = text
    for old, instead in copies.replace:
        new = new.replace(old, instead)
    if new == text:
        return False
    row.body = {**row.body, "text": new}
    _rewrite_page(session, row, None)
    return True


def _rewrite_page(session: Session, row: OutboxMessage, body: dict[str, Any] | None) -> None:
    """The same message on an officer's web chat; None = with the new text."""
    query = select(WebMessage).where(WebMessage.tenant_id == row.tenant_id, WebMessage.outbox_key == row.key)
    shown = session.scalar(query)
    if shown is not None:
        shown.body = {**shown.body, "text": row.body["text"]} if body is None else body


def _turn(key: str) -> int:
    number = key.split(":")[1] if key.startswith("turn:") else ""
    return int(number) if number.isdecimal() else 0


def _strip(session: Session, tenant_id: int, ref: str) -> None:
    """No message names the file any more."""
    for table in _BODIES:
        columns: Any = table
        query = select(columns).where(columns.tenant_id == tenant_id, _contains(columns.body, ref))
        for row in session.scalars(query):
            row.body = _without(row.body, ref) or {"erased": True}


def _without(body: dict[str, Any], ref: str) -> dict[str, Any]:
    """The body without one of its files."""
    left = [item for item in body.get("media", ()) if ref != (item if isinstance(item, str) else item["ref"])]
    return {**{key: value for key, value in body.items() if key != "media"}, **({"media": left} if left else {})}


def _is_named(session: Session, tenant_id: int, digest: str, *, queued: bool = False) -> bool:
    """A case, a question or a message still needs these bytes; with `queued`, or they wait to be deleted anyway."""
    held = exists().where(Attachment.tenant_id == tenant_id, Attachment.sha256 == digest)
    named = [held if queued else held.where(~_in_queue())]
    columns: tuple[Any, ...] = _BODIES
    named += [exists().where(table.tenant_id == tenant_id, _contains(table.body, digest)) for table in columns]
    for column in (Conversation.kept, Conversation.memory):
        named.append(exists().where(Conversation.tenant_id == tenant_id, _contains(column, digest)))
    return any(session.scalar(select(one)) for one in named)


def _contains(column: Any, words: str) -> ColumnElement[bool]:
    return cast(column, Text).contains(words, autoescape=True)
