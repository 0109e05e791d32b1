"""One turn: a person's message (or burst) in, one decision out, one transaction. The caller commits.

Order of what a message can mean: an event of the channel, danger to life, a pressed choice, a deep link, a typed
choice, words that work anywhere, a case code, the running dialog, and at last a question.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from domain import codes
from domain.errors import DomainError
from domain.feedback import screen
from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing, incoming_from_json, merge
from domain.texts import common, feedback
from domain.texts.base import clean, speaking
from handlers.context import Address, Context, Tools, Turn
from handlers.offers import Offer, marked, on_offer, picked
from handlers.registry import COMMANDS, HEARS_ALL, INTERRUPTED, LEFT, STEPS, WORDS
from storage import communes, conversations, inbox, outbox, paused
from storage.communes import Commune
from storage.tables import Conversation, InboxMessage

log = logging.getLogger(__name__)

MAX_CHARS = 4000  # of one message that we read; the rest stays in the inbox
SILENCE = timedelta(days=90)  # after it, a person is greeted again
IDLE, OFFICER_IDLE = "idle", "officer.idle"  # the steps of a conversation without a dialog


@dataclass(frozen=True)
class Arrived:
    """A row of the inbox with what the wiring knows about its channel."""

    row: InboxMessage
    channel_kind: str


def take_turns(session: Session, tools: Tools, arrived: Sequence[Arrived], now: datetime) -> int:
    """Handle each person's burst in a savepoint of its own. A turn that fails is undone, apologised for and parked."""
    known: dict[int, Commune] = {}
    for item in arrived:
        row = item.row
        if row.tenant_id not in known:
            known[row.tenant_id] = communes.load(session, row.tenant_id)
        commune = known[row.tenant_id]
        try:
            with session.begin_nested():
                take_turn(session, tools, commune, item, now)
        except Exception as error:
            where = _where(error)
            log.exception("turn failed", extra={"inbox_id": row.id, "where": where})
            inbox.park(session, row, now, where)
            _apologise(session, tools, commune, row, now)
    return len(arrived)


def take_turn(session: Session, tools: Tools, commune: Commune, arrived: Arrived, now: datetime) -> None:
    """One message or burst in, one decision out."""
    row, tenant_id = arrived.row, arrived.row.tenant_id
    talk = conversations.lock_or_add(session, tools.ids, tenant_id, row.channel_id, row.peer, now)
    offer = on_offer(session, talk, now)
    said = _burst(session, row, offer, now)
    if said is None:
        return  # another worker was faster
    person = conversations.citizen(session, tools.ids, tenant_id, row.channel_id, row.peer, now)
    first = person.since_at == now or now - person.seen_at > SILENCE
    if person.gone and said.kind != "blocked":
        outbox.release_held(session, tenant_id, row.channel_id, row.peer, now)
    person.seen_at = now
    person.gone = said.kind == "blocked"
    if said.kind in ("blocked", "unblocked"):
        return
    ctx = Context(
        session=session,
        tenant=commune.tenant,
        profile=commune.profile,
        calendar=commune.calendar,
        now=now,
        tools=tools,
        who=Address(row.channel_id, row.peer),
        citizen=person,
        officer=conversations.officer_at(session, tenant_id, row.channel_id, row.peer),
        turn_key=f"turn:{row.id}",
        channel_kind=arrived.channel_kind,
        kept=talk.kept,
        memory=talk.memory,
        first_contact=first,
    )
    with speaking(person.language):
        try:
            with session.begin_nested():
                turn = _decide(ctx, talk, said, offer)
        except DomainError as error:
            turn = Turn((Outgoing(common.refused(str(error))),), state=talk.state)
        if not turn.state:
            turn = _with_way_back(talk, turn, now)
        if first and turn.welcome and not ctx.officer:
            note = common.welcome_after_answer(commune.tenant.name, commune.tenant.unit, commune.profile.hotline)
            turn = replace(turn, say=(*turn.say, Outgoing(note)))
    _settle(ctx, talk, row, turn)


def _burst(session: Session, row: InboxMessage, offer: Offer, now: datetime) -> Incoming | None:
    """The row and the pieces that followed it, marked as handled; None when somebody else handled the row.

    An answer to the menu stands alone, whatever was typed right after it.
    """
    if not inbox.mark_handled(session, row, now):
        return None
    pieces = [incoming_from_json(row.body)]
    if pieces[0].gathers and not picked(pieces[0].text, offer) and _words(pieces[0]) not in WORDS:
        for later in inbox.following(session, row, now):
            piece = incoming_from_json(later.body)
            if not piece.gathers or not inbox.mark_handled(session, later, now):
                break
            pieces.append(piece)
    said = merge(pieces)
    return replace(said, text=clean(unicodedata.normalize("NFC", said.text)).strip())


def _decide(ctx: Context, talk: Conversation, said: Incoming, offer: Offer) -> Turn:
    shortened = len(said.text) > MAX_CHARS
    if shortened:
        said = replace(said, text=said.text[:MAX_CHARS])
    turn = _route(ctx, talk, said, offer)
    if shortened:
        turn = replace(turn, say=(Outgoing(common.too_long(MAX_CHARS)), *turn.say))
    return turn


def _route(ctx: Context, talk: Conversation, said: Incoming, offer: Offer) -> Turn:
    if not ctx.officer and said.text and screen(said.text).emergency:
        return COMMANDS["emergency"].handler(ctx, said, "")
    if said.choice:
        return _pressed(ctx, talk, said)
    if said.start or fold(said.text) in ("/start", "start"):
        return _command(ctx, talk, replace(said, text=""), f"start {said.start}".strip())
    if talk.state in HEARS_ALL:
        return STEPS[talk.state](ctx, said)
    if not _has_content(said):
        return Turn((Outgoing(common.empty_message()),), state=talk.state)
    if said.kind == "edit" and not talk.state:
        return _command(ctx, talk, said, "edited")
    if found := picked(said.text, offer):
        if len(found) > 1:
            return Turn((Outgoing(common.which_of_these(), choices=found),), state=talk.state)
        return _pressed(ctx, talk, replace(said, choice=found[0].data, text=""))  # the number is no words of theirs
    if (words := _words(said)) in WORDS:
        return _command(ctx, talk, said, WORDS[words])
    if code := codes.read_code(said.text):
        return _command(ctx, talk, said, f"case.status {code}")
    if not talk.state and not said.replies_to and (code := codes.find_code(said.text)):
        return _command(ctx, talk, said, f"case.mentioned {code}")
    if said.replies_to and ctx.officer:
        row = outbox.by_external_id(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, said.replies_to)
        if row and row.case_id:
            return _command(ctx, talk, said, f"case.reply {row.case_id}")
        if row and row.question_id:
            return _command(ctx, talk, said, f"question.reply {row.question_id}")
    if talk.state in STEPS:
        return STEPS[talk.state](ctx, said)
    return STEPS[OFFICER_IDLE if ctx.officer else IDLE](ctx, said)


def _pressed(ctx: Context, talk: Conversation, said: Incoming) -> Turn:
    if said.choice.startswith("/"):
        return _command(ctx, talk, said, said.choice[1:])
    mark, _, data = said.choice.rpartition("|")
    if mark == talk.menu and talk.state in STEPS:
        return STEPS[talk.state](ctx, replace(said, choice=data))
    offer = tuple(Choice(**choice) for choice in talk.choices) if talk.state else ()
    return Turn((Outgoing(common.old_button(), choices=offer),), state=talk.state)


def _command(ctx: Context, talk: Conversation, said: Incoming, data: str) -> Turn:
    """Serve it; the dialog in which it came says what then becomes of itself."""
    name, _, argument = data.partition(" ")
    known = COMMANDS.get(name)
    if known is None:
        turn = Turn((Outgoing(common.old_button()),))
    elif known.staff and ctx.officer is None:
        turn = Turn((Outgoing(common.staff_only()),))
    else:
        turn = known.handler(ctx, said, argument)
    kept = None if known and known.decides else INTERRUPTED.get(talk.state.partition(".")[0])
    return kept(ctx, turn) if kept else turn


def _words(said: Incoming) -> str:
    """As the table of words that work anywhere knows them."""
    return fold(said.text).lstrip("/").strip(" .!?")


def _with_way_back(talk: Conversation, turn: Turn, now: datetime) -> Turn:
    """Between dialogs a report that was put aside is offered beside whatever else can be chosen."""
    memory = {**talk.memory, **turn.remember}
    if not paused.reports(memory):
        return turn
    left = paused.fresh(memory, now)
    turn = replace(turn, remember={**turn.remember, **left})
    if not turn.say or not paused.reports(left):
        return turn
    at = max((n for n, message in enumerate(turn.say) if message.choices), default=len(turn.say) - 1)
    choices = (*turn.say[at].choices, Choice("/feedback.resume", feedback.choice_resume()))
    return replace(turn, say=(*turn.say[:at], replace(turn.say[at], choices=choices), *turn.say[at + 1 :]))


def _settle(ctx: Context, talk: Conversation, row: InboxMessage, turn: Turn) -> None:
    """Write the decision down: what is owed, where the talk stands."""
    menu = _base36(row.id)[-7:]
    offered: tuple[Choice, ...] = ()
    for n, message in enumerate(turn.say):
        if message.choices:
            numbered = message.numbered()
            offered = (*numbered, *offered)  # where a number stands twice, the newest message is meant
            choices = tuple(replace(c, data=marked(menu, c.data)) for c in numbered)
            message = replace(message, choices=choices, menu=menu)
        outbox.add(
            ctx.session, ctx.tenant.id, ctx.tools.ids(), channel_id=row.channel_id, peer=row.peer, message=message,
            key=f"turn:{row.id}:{n}", now=ctx.now, case_id=turn.case_id, question_id=turn.question_id,
            important=turn.important,
        )  # fmt: skip
    moved = turn.state != talk.state
    if moved and talk.state in LEFT:
        LEFT[talk.state](ctx)
    talk.state = turn.state
    talk.kept = {**talk.kept, **turn.keep} if turn.state else {}
    talk.memory = {**talk.memory, **turn.remember}
    if offered or moved or not turn.state:
        talk.menu = menu
        talk.choices = [{"data": c.data, "label": c.label, "key": c.key} for c in offered]
    talk.touched_at = ctx.now


def _apologise(session: Session, tools: Tools, commune: Commune, row: InboxMessage, now: datetime) -> None:
    outbox.add(
        session, row.tenant_id, tools.ids(), channel_id=row.channel_id, peer=row.peer, key=f"sorry:{row.id}", now=now,
        message=Outgoing(common.sorry_bug(commune.profile.hotline)),
    )  # fmt: skip


def _has_content(said: Incoming) -> bool:
    """Something to act on: a letter or a digit, a file, a place, a number. Emoji alone are not."""
    return bool(said.media or said.location or said.phone or any(c.isalnum() for c in said.text))


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


def _where(error: BaseException) -> str:
    """Kind and place of a failure without any value a person wrote."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
