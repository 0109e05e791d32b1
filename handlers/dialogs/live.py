"""A direct line: while it is open, what one side writes goes to the other, and the bot keeps out of it.

Only a few words mean something here: those that end it, the menu, one's own data, and danger to life.
"""

from __future__ import annotations

from domain.feedback import screen
from domain.fold import fold
from domain.messages import Incoming, Outgoing
from domain.texts import live as texts
from handlers.actions import live as actions
from handlers.actions.acting import acting
from handlers.context import Address, Context, Turn
from handlers.dialogs import draft, feedback
from handlers.dialogs.menus import state_of
from handlers.registry import COMMANDS, STEPS, WORDS, command, left, step
from knowledge.pages import shortened
from storage import live, outbox, questions

_ENDS = {"xong", "xong roi", "da xong", "ket thuc"}
_STILL_COMMANDS = ("start", "emergency", "mydata", "mydata.withdraw", "mydata.erase")
_QUOTED = 120


@command("question.live", staff=True)
def begin(ctx: Context, message: Incoming, argument: str) -> Turn:
    question, joined = actions.open_line(acting(ctx), int(argument) if argument.isdecimal() else 0)
    text = shortened(question.text, _QUOTED)
    told = texts.opened(text) if joined else texts.invited(text)
    keep = actions.kept_of(question, Address(question.channel_id or 0, question.peer or ""))
    keep["spoke"] = state_of(ctx) == live.OFFICER and bool(ctx.kept.get("spoke"))
    return Turn((Outgoing(told),), state=live.OFFICER, keep=keep, question_id=question.id)


@command("question.join")
def join(ctx: Context, message: Incoming, argument: str) -> Turn:
    question, officer = actions.join(acting(ctx), int(argument) if argument.isdecimal() else 0)
    told = texts.begins(ctx.tenant.unit, shortened(question.text, _QUOTED))
    keep = actions.kept_of(question, officer)
    return Turn((Outgoing(told),), state=live.CITIZEN, keep=keep, question_id=question.id, welcome=False)


@command("question.files", staff=True)
def files(ctx: Context, message: Incoming, argument: str) -> Turn:
    """Looking at files does not end the talk."""
    found = actions.files_of(acting(ctx), int(argument) if argument.isdecimal() else 0)
    told = Outgoing(texts.files_here(len(found)), media=found) if found else Outgoing(texts.files_none())
    return Turn((told,), state=state_of(ctx))


@step(live.CITIZEN, hears_all=True)
def from_citizen(ctx: Context, message: Incoming) -> Turn:
    word = WORDS.get(_words(message), "")
    if word == "cancel":
        return Turn(welcome=False)
    if word in _STILL_COMMANDS:
        return COMMANDS[word].handler(ctx, message, "")
    if screen(message.text).kind:
        return feedback.begin(ctx, message)  # khiếu nại, tố cáo: sorted out first, never passed on in a talk
    act, officer = acting(ctx), _other(ctx)
    if not actions.is_open(act, _question(ctx), officer, live.OFFICER):
        return STEPS["idle"](ctx, message)  # the officer's chat is gone; the bot answers again
    actions.to_officer(ctx, act, _question(ctx), officer, message, draft.inbox_id(ctx))
    return Turn(state=live.CITIZEN, question_id=_question(ctx), welcome=False)


@step(live.OFFICER, hears_all=True)
def from_officer(ctx: Context, message: Incoming) -> Turn:
    if elsewhere := _about_something_else(ctx, message):
        return elsewhere
    words = _words(message)
    if words in _ENDS or WORDS.get(words) == "cancel":
        return Turn()
    if WORDS.get(words) == "start":
        return COMMANDS["start"].handler(ctx, message, "")
    act = acting(ctx)
    question = questions.locked(ctx.session, ctx.tenant.id, _question(ctx))
    person = actions.person_of(act, question) if question else None
    if question is None or person is None:
        return Turn((Outgoing(texts.gone()),))
    if not actions.is_open(act, question.id, _other(ctx), live.CITIZEN):
        return Turn((Outgoing(texts.not_joined()),), state=live.OFFICER)
    if not actions.to_citizen(act, question, person, message, spoke=bool(ctx.kept.get("spoke"))):
        return Turn((Outgoing(texts.file_not_passed()),), state=live.OFFICER)
    return Turn(state=live.OFFICER, keep={"spoke": True}, question_id=question.id)


@left(live.CITIZEN)
def citizen_left(ctx: Context) -> None:
    actions.left_by_citizen(acting(ctx), _question(ctx), _other(ctx))


@left(live.OFFICER)
def officer_left(ctx: Context) -> None:
    actions.left_by_officer(acting(ctx), _question(ctx), _other(ctx), spoke=bool(ctx.kept.get("spoke")))


def _about_something_else(ctx: Context, message: Incoming) -> Turn | None:
    """An officer's reply to another notice of ours is meant for that, never for the person on the line."""
    if not message.replies_to:
        return None
    row = outbox.by_external_id(
        ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, message.replies_to
    )  # fmt: skip
    if row and row.case_id:
        return COMMANDS["case.reply"].handler(ctx, message, str(row.case_id))
    if row and row.question_id and row.question_id != _question(ctx):
        return COMMANDS["question.reply"].handler(ctx, message, str(row.question_id))
    return None


def _other(ctx: Context) -> Address:
    return Address(int(ctx.kept["channel"]), str(ctx.kept["peer"]))


def _question(ctx: Context) -> int:
    return int(ctx.kept["question"])


def _words(message: Incoming) -> str:
    return fold(message.text).lstrip("/").strip(" .!?")
