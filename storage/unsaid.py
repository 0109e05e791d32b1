"""Taking back what a person said before they agreed that it is kept: the words go, the row that saw them stays."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from domain.messages import TALK
from domain.texts.base import clean
from storage import attachments, cases, paused, webchat
from storage.ids import IdMaker
from storage.tables import Attachment, Conversation, FeedbackCase, InboxMessage, OutboxMessage

UNDECIDED = "undecided"  # in a conversation's memory: from which inbox row on, and when it was asked about
PATIENCE = timedelta(hours=24)
ERASED = "erased"  # `failed_why` of a message that was never sent because its words are gone
_BATCH = 100
_FACTS = ("external_id", "peer", "at", "kind", "message_id")  # enough to know a redelivery; nothing that was said
_A_WORD = 4  # characters; what is shorter answers a menu
_QUOTED_CHARS = 60  # so much of a text is enough to know it again, also where it was cut
_SHA = re.compile(r"sha256:([0-9a-f]{64})\Z")


def unsay(
    session: Session, ids: IdMaker, talk: Conversation, since_id: int, now: datetime, until: datetime | None = None
) -> int:
    """Blank the person's messages from an inbox row on, what we answered with their words in it, and their files.

    Only what was handled, up to and with the instant `until` where given. Part of the caller's transaction; pages that
    are open now hear of it, and the files' bytes go with the next look of the housekeeping. How many were blanked.
    """
    query = (
        select(InboxMessage)
        .where(InboxMessage.tenant_id == talk.tenant_id, InboxMessage.channel_id == talk.channel_id)
        .where(InboxMessage.peer == talk.peer, InboxMessage.id >= since_id, InboxMessage.handled_at.is_not(None))
        .execution_options(populate_existing=True)
    )
    if until is not None:
        query = query.where(InboxMessage.handled_at <= until)
    rows = session.scalars(query).all()
    _blank(session, ids, talk, rows, now)
    if paused.reports(talk.memory):
        talk.memory = {**talk.memory, **paused.outside(talk.memory, since_id, until)}
    return len(rows)


def unsay_case(
    session: Session, ids: IdMaker, talk: Conversation, case: FeedbackCase, now: datetime
) -> frozenset[int]:  # fmt: skip
    """Blank what a person wrote of a case that may not be kept, wherever it stands in their own chat.

    Their messages are known again by their words. The inbox rows that were blanked. Call it while the case and its
    history still have their words.
    """
    told = [case.description, case.place, *(event.words for event in cases.history(session, talk.tenant_id, case.id))]
    whole = [_plain(words) for words in told if words]
    sent = {row.inbox_id for row in attachments.of_case(session, talk.tenant_id, case.id)}
    query = (
        select(InboxMessage)
        .where(InboxMessage.tenant_id == talk.tenant_id, InboxMessage.channel_id == talk.channel_id)
        .where(InboxMessage.peer == talk.peer, InboxMessage.handled_at.is_not(None))
        .execution_options(populate_existing=True)
    )
    rows = [row for row in session.scalars(query) if row.id in sent or _is_part(row, whole)]
    _blank(session, ids, talk, rows, now, whole)
    _blank_ours(session, ids, talk, case, now)
    return frozenset(row.id for row in rows)


def _is_part(row: InboxMessage, whole: Sequence[str]) -> bool:
    said = _plain(str(row.body.get("text", "")))
    return len(said) >= _A_WORD and any(said in words or words in said for words in whole)


def _blank(
    session: Session,
    ids: IdMaker,
    talk: Conversation,
    rows: Sequence[InboxMessage],
    now: datetime,
    whole: Sequence[str] = (),
) -> None:
    """These messages, our answers that repeat them or the `whole` story, and the files."""
    said = [words for row in rows if (words := _plain(str(row.body.get("text", "")))[:_QUOTED_CHARS])]
    files = {item["ref"] for row in rows for item in row.body.get("media", ())}
    for row in rows:
        row.body = {name: row.body[name] for name in _FACTS if name in row.body}
    keys = [webchat.own_key(row.external_id) for row in rows]
    keys += _unquote(session, talk, min((row.id for row in rows), default=0), [*said, *whole])
    session.flush()
    webchat.forget(session, ids, talk.tenant_id, talk.channel_id, talk.peer, keys, now)
    _let_go(session, ids, talk, files, now)


def _blank_ours(session: Session, ids: IdMaker, talk: Conversation, case: FeedbackCase, now: datetime) -> None:
    """Everything that we told the person about the case so far."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == talk.tenant_id, OutboxMessage.channel_id == talk.channel_id)
        .where(OutboxMessage.peer == talk.peer, OutboxMessage.case_id == case.id)
    )
    rows = session.scalars(query).all()
    for row in rows:
        _drop(row)
    keys = [row.key for row in rows]
    webchat.forget(session, ids, talk.tenant_id, talk.channel_id, talk.peer, keys, now)


def _drop(row: OutboxMessage) -> None:
    row.body, row.has_choices = {}, False
    if row.sent_at is None:
        row.next_try_at, row.failed_why, row.important = None, ERASED, False
        row.attempts += 1  # a worker that is sending it now must not owe it again


def _unquote(session: Session, talk: Conversation, since: int, said: Sequence[str]) -> list[str]:
    """Blank our own messages from a turn on that repeat what was said. Their outbox keys."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.tenant_id == talk.tenant_id, OutboxMessage.channel_id == talk.channel_id)
        .where(OutboxMessage.peer == talk.peer, OutboxMessage.lane == TALK, OutboxMessage.case_id.is_(None))
        .where(OutboxMessage.key.like("turn:%"))
    )
    keys = []
    for row in session.scalars(query):
        _, _, turn = row.key.partition(":")
        number = turn.partition(":")[0]
        if not number.isdecimal() or int(number) < since:
            continue
        labels = [str(choice["label"]) for choice in row.body.get("choices", ())]
        ours = _plain(" ".join((str(row.body.get("text", "")), *labels)))
        if not any(words in ours for words in said if len(words) >= _A_WORD):
            continue
        _drop(row)
        keys.append(row.key)
    return keys


def _let_go(session: Session, ids: IdMaker, talk: Conversation, refs: Collection[str], now: datetime) -> None:
    """Put files that we hold into the queue of the housekeeping, which deletes what nobody else needs."""
    for digest in sorted(match[1] for ref in refs if (match := _SHA.match(ref))):
        session.add(
            Attachment(
                tenant_id=talk.tenant_id, id=ids(), case_id=None, question_id=None, channel_id=talk.channel_id, peer="",
                inbox_id=0, kind="document", ref="", name="", mime="", size=None, sha256=digest,
                status=attachments.REFUSED, failed_why="", attempts=0, next_try_at=None, at=now,
            )
        )  # fmt: skip
    session.flush()


def _plain(text: str) -> str:
    """As it was read by the engine, on one line, so that words that were cut into lines are found again."""
    return " ".join(clean(unicodedata.normalize("NFC", text)).split())


def undecided(since_id: int, now: datetime) -> dict[str, Any]:
    """What to remember of words that may be an accusation, until the person says what they are."""
    return {UNDECIDED: {"since": since_id, "at": now.isoformat()}}


def forget_undecided(session: Session, ids: IdMaker, tenant_id: int, now: datetime) -> int:
    """Blank what may be a denunciation and was never said to be anything else within a day. How many talks.

    A person who was still at that question begins anew; what they wrote afterwards is left alone.
    """
    query = (
        select(Conversation)
        .where(Conversation.tenant_id == tenant_id)
        .where(cast(Conversation.memory, Text).like(f'%"{UNDECIDED}": {{%'))
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    forgotten = 0
    for talk in session.scalars(query):
        asked = talk.memory[UNDECIDED]
        asked_at = datetime.fromisoformat(asked["at"])
        if asked_at > now - PATIENCE:
            continue
        unsay(session, ids, talk, asked["since"], now, asked_at)
        talk.memory = {**talk.memory, UNDECIDED: None}
        if talk.state == "feedback.kind" or asked["since"] in (talk.kept.get("since"), _alarm_draft(talk).get("since")):
            talk.state, talk.kept, talk.choices = "", {}, []
        forgotten += 1
    session.flush()
    return forgotten


def _alarm_draft(talk: Conversation) -> dict[str, Any]:
    """The report that an emergency interrupted."""
    return talk.kept.get("draft") or {}
