"""A direct line about a question: opened by an officer, ended by either side or by half an hour of silence.

While it is open the bot is silent, and what the officer says is written down as the answer to the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from domain.errors import NotAllowed, NotFound
from domain.live import SILENCE
from domain.messages import TALK, Choice, Incoming, Outgoing
from domain.texts import live as texts
from domain.texts import question as question_texts
from domain.texts.base import speaking
from handlers.actions import questions as actions
from handlers.actions.acting import Acting
from handlers.context import Address, Context, Tools
from knowledge.pages import shortened
from storage import attachments, gaps, live, outbox, questions
from storage.communes import Commune
from storage.tables import Attachment, Citizen, Conversation, Question

_QUOTED = 120
_HELD = "sha256:"


def open_line(act: Acting, question_id: int) -> tuple[Question, bool]:
    """The officer takes the question and speaks to who asked it. False: they were busy here and are invited.

    Raises NotFound, NotAllowed: answered already, taken by a colleague, no way to write to the person.
    """
    question, officer = actions.handle(act, question_id)
    person = person_of(act, question)
    if person is None or act.who is None:
        raise NotAllowed(texts.why_unreachable())
    if (person.channel_id, person.peer) == (act.who.channel_id, act.who.peer):
        raise NotAllowed(texts.why_yourself())
    for line in live.open_lines(act.session, act.tenant.id):
        if line.officer_id == officer.id and line.question_id != question.id:
            raise NotAllowed(texts.why_other_talk())
        same_person = line.citizen is not None and line.citizen.peer == person.peer
        if line.officer_id != officer.id and (same_person or line.question_id == question.id):
            colleague = act.session.get_one(type(officer), (act.tenant.id, line.officer_id))
            raise NotAllowed(texts.why_taken(colleague.name))
    question.officer_id = officer.id
    act.session.flush()
    talk = live.held(act.session, act.tenant.id, person.channel_id, person.peer, wait=False)
    joined = talk is not None and (not talk.state or live.is_on(talk, live.CITIZEN, question.id))
    if talk is not None and joined:
        _enter(act, talk, question, act.who)
    with speaking(person.language):
        text = shortened(question.text, _QUOTED)
        if joined:
            message = Outgoing(texts.begins(act.tenant.unit, text))
        else:
            choice = Choice(f"/question.join {question.id}", texts.choice_join())
            message = Outgoing(texts.invitation(act.tenant.unit, text), (choice,))
    _owe(act, Address(person.channel_id, person.peer), message, "live-open", question.id, important=True)
    return question, joined


def kept_of(question: Question, other: Address) -> dict[str, object]:
    """What each side's conversation keeps of the line."""
    return {"question": question.id, "channel": other.channel_id, "peer": other.peer}


def join(act: Acting, question_id: int) -> tuple[Question, Address]:
    """The citizen follows the invitation. Raises NotFound when the officer has gone, or it is not their question."""
    question = questions.locked(act.session, act.tenant.id, question_id)
    mine = question is not None and act.who is not None and (
        (question.channel_id, question.peer) == (act.who.channel_id, act.who.peer)
    )  # fmt: skip
    if question is None or not mine:
        raise NotFound(texts.join_late())
    for line in live.open_lines(act.session, act.tenant.id):
        if line.question_id == question.id:
            officer = Address(line.officer.channel_id, line.officer.peer)
            with speaking("vi"):
                _owe(act, officer, Outgoing(texts.joined()), "live-joined", question.id)
            return question, officer
    raise NotFound(texts.join_late())


def is_open(act: Acting, question_id: int, other: Address, state: str) -> bool:
    """Whether the other side is on the line; `state` is the other side's."""
    return live.is_on(live.seen(act.session, act.tenant.id, other.channel_id, other.peer), state, question_id)


def to_officer(ctx: Context, act: Acting, question_id: int, officer: Address, said: Incoming, inbox_id: int) -> None:
    """Pass on what the citizen sent, with its files where we hold them."""
    attachments.add(
        act.session, act.tools.ids, act.tenant.id, said.media, act.now, channel_id=ctx.who.channel_id,
        peer=ctx.who.peer, inbox_id=inbox_id, question_id=question_id,
    )  # fmt: skip
    held = tuple(item.ref for item in said.media if item.ref.startswith(_HELD))
    coming = len(said.media) - len(held)
    with speaking("vi"):
        parts = [said.text] if said.text else []
        parts += [texts.files(len(held))] if held else []
        parts += [texts.files_coming(coming)] if coming else []
        if said.location:
            parts.append(texts.place(f"{said.location.latitude:.6f}, {said.location.longitude:.6f}"))
        parts += [texts.phone(said.phone)] if said.phone else []
        choices = (Choice(f"/question.files {question_id}", texts.choice_files()),) if coming else ()
        message = Outgoing(texts.from_citizen("\n".join(parts)), choices, media=held)
    _owe(act, officer, message, "live", question_id)


def to_citizen(act: Acting, question: Question, person: Citizen, said: Incoming, *, spoke: bool) -> bool:
    """Pass on what the officer wrote and note it as the answer. False when nothing of it could be passed on.

    `spoke`: the officer has said something on this line before.
    """
    held = tuple(item.ref for item in said.media if item.ref.startswith(_HELD))
    if not said.text and not held:
        return False
    with speaking(person.language):
        words = said.text or texts.files(len(held))
        message = Outgoing(texts.from_officer(act.tenant.unit, words), media=held)
    _owe(act, Address(person.channel_id, person.peer), message, "live", question.id, important=True)
    if question.status == questions.WAITING:
        before = question.answer if spoke else ""  # until then it is what the bot had said
        question.answer = "\n".join(part for part in (before, words) if part)[: actions.MAX_ANSWER]
    return True


def left_by_officer(act: Acting, question_id: int, other: Address, *, spoke: bool) -> None:
    """The officer is off the line, by word or by doing something else: both hear it, and the bot answers again."""
    talk = live.held(act.session, act.tenant.id, other.channel_id, other.peer)
    on = talk is not None and live.is_on(talk, live.CITIZEN, question_id)
    if talk is not None and on:
        live.close(talk, act.now)
        _tell_citizen_end(act, question_id, other, spoke=spoke)
    question = _finish(act, question_id, spoke=spoke)
    if act.who:
        with speaking("vi"):
            message = Outgoing(texts.ended() if on else texts.citizen_left(), _again(question))
        _owe(act, act.who, message, "live-end-self", question_id)


def left_by_citizen(act: Acting, question_id: int, officer: Address) -> None:
    """The citizen is off the line: both hear it."""
    was = live.seen(act.session, act.tenant.id, officer.channel_id, officer.peer)
    spoke = was is not None and live.is_on(was, live.OFFICER, question_id) and bool(was.kept.get("spoke"))
    talk = live.held(act.session, act.tenant.id, officer.channel_id, officer.peer, wait=False)
    if talk is not None and live.is_on(talk, live.OFFICER, question_id):
        live.close(talk, act.now)
    question = _finish(act, question_id, spoke=spoke)
    with speaking("vi"):
        choices = (Choice(f"/question.answer {question_id}", question_texts.choice_answer()),)
        message = Outgoing(texts.citizen_left(), choices if _waits(question) else ())
    _owe(act, officer, message, "live-end", question_id)
    if act.who:
        person = _person(act, act.who)
        with speaking(person.language if person else "vi"):
            message = Outgoing(texts.you_left_asks(), _opinions(question_id)) if spoke else Outgoing(texts.you_left())
        _owe(act, act.who, message, "live-end-self", question_id)


def end_silent(session: Session, tools: Tools, commune: Commune, now: datetime) -> int:
    """End every line on which nobody has spoken for half an hour; both sides hear it. How many messages are owed."""
    told = 0
    for line in live.due_to_end(session, commune.tenant.id, now):
        at = (line.officer.channel_id, line.officer.peer)
        officer = live.held(session, commune.tenant.id, *at, wait=False)
        if officer is None or not live.is_on(officer, live.OFFICER, line.question_id):
            continue  # somebody speaks just now
        mark = f"live-silent:{line.question_id}:{officer.touched_at:%Y%m%dT%H%M%S}"
        act = Acting(session, tools, commune.tenant, commune.profile, commune.calendar, now, mark)
        other = Address(int(officer.kept["channel"]), str(officer.kept["peer"]))
        talk = live.held(session, commune.tenant.id, other.channel_id, other.peer, wait=False)
        if talk is None:
            continue
        spoke = bool(officer.kept.get("spoke"))
        live.close(officer, now)
        if live.is_on(talk, live.CITIZEN, line.question_id):
            live.close(talk, now)
            told += _tell_citizen_end(act, line.question_id, other, spoke=spoke)
        question = _finish(act, line.question_id, spoke=spoke)
        with speaking("vi"):
            message = Outgoing(texts.ended_silent(int(SILENCE.total_seconds()) // 60), _again(question))
        told += _owe(act, Address(*at), message, "live-end", line.question_id)
        session.flush()
    return told


def files_of(act: Acting, question_id: int) -> tuple[str, ...]:
    """References of the files of a question that we hold. Raises NotFound, NotAllowed."""
    actions.see(act, question_id)
    rows: Sequence[Attachment] = attachments.of_question(act.session, act.tenant.id, question_id)
    return tuple(f"{_HELD}{row.sha256}" for row in rows if row.status == attachments.READY)


def person_of(act: Acting, question: Question) -> Citizen | None:
    """Who asked, if they can still be written to."""
    if question.channel_id is None or question.peer is None:
        return None
    return _person(act, Address(question.channel_id, question.peer))


def _person(act: Acting, who: Address) -> Citizen | None:
    address = (who.channel_id, who.peer)
    return gaps.people(act.session, act.tenant.id, [address]).get(address)


def _enter(act: Acting, talk: Conversation, question: Question, officer: Address) -> None:
    talk.state, talk.kept = live.CITIZEN, kept_of(question, officer)
    talk.menu, talk.choices, talk.touched_at = "", [], act.now
    act.session.flush()


def _finish(act: Acting, question_id: int, *, spoke: bool) -> Question | None:
    """What the officer has said is the answer; a question to which nothing was said waits as before."""
    question = questions.locked(act.session, act.tenant.id, question_id)
    if question and question.status == questions.WAITING and spoke:
        question.status, question.helpful, question.phone, question.replied_at = "replied", None, "", act.now
    act.session.flush()
    return question


def _opinions(question_id: int) -> tuple[Choice, ...]:
    """Whether the talk helped; a "no" leads back to an officer, so that no question ends unanswered."""
    return (
        Choice(f"/helpful {question_id} yes", question_texts.clear()),
        Choice(f"/helpful {question_id} no", question_texts.unclear()),
    )


def _waits(question: Question | None) -> bool:
    return question is not None and question.status == questions.WAITING


def _again(question: Question | None) -> tuple[Choice, ...]:
    """A question that still waits can be talked about again."""
    if question is None or not _waits(question):
        return ()
    return (Choice(f"/question.live {question.id}", texts.choice_again()),)


def _tell_citizen_end(act: Acting, question_id: int, who: Address, *, spoke: bool) -> bool:
    person = _person(act, who)
    with speaking(person.language if person else "vi"):
        message = (
            Outgoing(texts.officer_left_asks(), _opinions(question_id)) if spoke else Outgoing(texts.officer_left())
        )
    return _owe(act, who, message, "live-end-citizen", question_id, important=True)


def _owe(
    act: Acting, to: Address, message: Outgoing, reason: str, question_id: int, *, important: bool = False
) -> bool:
    return outbox.add(
        act.session, act.tenant.id, act.tools.ids(), channel_id=to.channel_id, peer=to.peer, message=message,
        key=f"{act.key}:{reason}", now=act.now, lane=TALK, question_id=question_id, important=important,
    )  # fmt: skip
