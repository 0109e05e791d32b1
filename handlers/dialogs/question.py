"""Asking a person: the citizen's side (hand over, call back) and the officer's (list, take, answer)."""

from __future__ import annotations

from collections.abc import Mapping

from domain import opening
from domain.errors import DomainError
from domain.feedback import screen
from domain.messages import Choice, Incoming, Outgoing
from domain.phones import read_phone
from domain.profile import WEEKDAYS, Profile
from domain.texts import common
from domain.texts import question as texts
from domain.texts.base import hour, moment
from handlers.actions import questions as actions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.dialogs import feedback, procedure
from handlers.registry import command, said, step
from knowledge.pages import shortened
from storage import questions
from storage.tables import Question

_SHORTEST = 6  # letters and digits of a question worth an officer's time
_LISTED = 8
_LABEL_CHARS = 60

said("gặp cán bộ", "gặp người", "gặp nhân viên", "nói chuyện với cán bộ", "chuyển cán bộ", "hỏi cán bộ",
     "gặp cán bộ, xin gọi lại", data="question.officer")  # fmt: skip
said("gọi lại cho tôi", "xin gọi lại", "gọi lại", "gọi cho tôi", "cán bộ gọi lại", data="question.callback")
said("câu hỏi chờ", "câu hỏi đang chờ", "danh sách câu hỏi", data="question.list")


@command("question.officer")
def officer(ctx: Context, message: Incoming, argument: str) -> Turn:
    """Ask for the words, or offer the ones just asked."""
    last = _last_question(ctx)
    if last and last.status == questions.WAITING:
        last = None  # it is with an officer already
    choices = [Choice(f"/question.hand {last.id}", texts.send_last(shortened(last.text, _LABEL_CHARS)))] if last else []
    choices += [Choice("call", texts.by_call()), Choice("stop", texts.stop())]
    return Turn((Outgoing(texts.ask(), tuple(choices)),), state="question.text", keep={"call": False})


@command("question.callback")
def callback(ctx: Context, message: Incoming, argument: str) -> Turn:
    last = _last_question(ctx)
    if last:
        return _ask_phone(ctx, last.id)
    return Turn((Outgoing(texts.ask_for_call(), (_stop(),)),), state="question.text", keep={"call": True})


@step("question.text")
def words(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "stop":
        return Turn((Outgoing(texts.stopped()),))
    if message.choice == "call":
        return Turn((Outgoing(texts.ask_for_call(), (_stop(),)),), state="question.text", keep={"call": True})
    if message.media and not message.text:
        return Turn((Outgoing(texts.words_only(), (_stop(),)),), state="question.text")
    if screen(message.text).kind:
        return feedback.begin(ctx, message)  # khiếu nại, tố cáo: sorted out first, never kept as a question
    if sum(map(str.isalnum, message.text)) < _SHORTEST:
        return Turn((Outgoing(texts.too_short(), (_stop(),)),), state="question.text")
    question = questions.add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, channel_id=ctx.who.channel_id, peer=ctx.who.peer,
        text=message.text, status="unanswered", now=ctx.now,
    )  # fmt: skip
    return _ask_phone(ctx, question.id) if ctx.kept.get("call") else _hand_over(ctx, question)


@command("question.hand")
def hand(ctx: Context, message: Incoming, argument: str) -> Turn:
    question = _own(ctx, argument)
    return _hand_over(ctx, question) if question else Turn((Outgoing(common.old_button()),))


@command("question.phone")
def phone_for(ctx: Context, message: Incoming, argument: str) -> Turn:
    question = _own(ctx, argument)
    return _ask_phone(ctx, question.id) if question else Turn((Outgoing(common.old_button()),))


@step("question.phone")
def phone(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "stop":
        return Turn((Outgoing(texts.stopped()),))
    if feedback.accuses(message.text):
        return feedback.begin(ctx, message)
    question = _own(ctx, str(ctx.kept.get("question", "")))
    if question is None:
        return Turn((Outgoing(common.old_button()),))
    number = ctx.citizen.phone if message.choice == "same" else read_phone(message.phone or message.text)
    if not number:
        return Turn((Outgoing(texts.bad_phone(), (_stop(),), ask="contact"),), state="question.phone")
    return _hand_over(ctx, question, phone=number)


def _ask_phone(ctx: Context, question_id: int) -> Turn:
    known = (Choice("same", texts.same_phone(ctx.citizen.phone)),) if ctx.citizen.phone else ()
    asked = Outgoing(texts.ask_phone(ctx.tenant.unit), (*known, _stop()), ask="contact")
    return Turn((asked,), state="question.phone", keep={"question": question_id})


def _hand_over(ctx: Context, question: Question, *, phone: str = "") -> Turn:
    act = acting(ctx)
    question = actions.hand_over(act, question, phone=phone)
    due = moment(act.local(question.due_at)) if question.due_at else ""
    name = actions.department_name(act, question)
    lines = [texts.promise_call(name, question.phone, due) if question.phone else texts.promise(name, due)]
    duty = ctx.profile.duty_phone
    shut = opening.shut_told(ctx.tenant.unit, ctx.calendar, ctx.now, ctx.profile.hotline, duty)
    lines += shut
    if ctx.profile.hotline and not (shut and duty):
        hours = opening_hours(ctx.profile)
        lines.append(texts.urgent_hours(ctx.profile.hotline, hours) if hours else texts.urgent(ctx.profile.hotline))
    return Turn((Outgoing("\n".join(lines)),), question_id=question.id, important=True)


def opening_hours(profile: Profile) -> str:
    """ "7 giờ 30 – 11 giờ 30, 13 giờ – 17 giờ" when every open day has the same hours, else ""."""
    kinds = {profile.hours[day] for day in WEEKDAYS if profile.hours.get(day)}
    return ", ".join(f"{hour(begin)} – {hour(end)}" for begin, end in kinds.pop()) if len(kinds) == 1 else ""


@command("question.list", staff=True)
def waiting(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    rows = actions.waiting_for(act)
    if not rows:
        return Turn((Outgoing(texts.list_none()),))
    choices = []
    for row in rows[:_LISTED]:
        label = texts.list_late if row.due_at and row.due_at < ctx.now else texts.list_item
        due = moment(act.local(row.due_at)) if row.due_at else ""
        choices.append(Choice(f"/question.show {row.id}", label(due, shortened(row.text, _LABEL_CHARS))))
    head = texts.list_head(len(rows))
    if len(rows) > _LISTED:
        head += "\n" + texts.list_more(len(rows) - _LISTED)
    return Turn((Outgoing(head, tuple(choices)),))


@command("question.show", staff=True)
def show(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    question, _ = actions.see(act, _number(argument))
    return Turn((actions.notice(act, question),), question_id=question.id)


@command("question.take", staff=True)
def take(ctx: Context, message: Incoming, argument: str) -> Turn:
    act = acting(ctx)
    question = actions.take(act, _number(argument))
    due = moment(act.local(question.due_at)) if question.due_at else ""
    choices = actions.notice(act, question).choices
    return Turn((Outgoing(texts.taken(due), choices),), question_id=question.id)


@command("question.call", staff=True)
def call(ctx: Context, message: Incoming, argument: str) -> Turn:
    question = actions.called(acting(ctx), _number(argument))
    return Turn((Outgoing(texts.called_noted()),), question_id=question.id)


@command("question.answer", staff=True)
def answer(ctx: Context, message: Incoming, argument: str) -> Turn:
    question, _ = actions.handle(acting(ctx), _number(argument))
    return _write(ctx, question)


@command("question.reply", staff=True)
def reply(ctx: Context, message: Incoming, argument: str) -> Turn:
    """The officer answered the notice itself: straight to the preview."""
    question, _ = actions.handle(acting(ctx), _number(argument))
    return _preview(ctx, question, message.text) if message.text else _write(ctx, question)


@step("question.draft")
def draft(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped()),))
    question = _still_open(ctx)
    return question if isinstance(question, Turn) else _preview(ctx, question, message.text)


@step("question.confirm")
def confirm(ctx: Context, message: Incoming) -> Turn:
    act = acting(ctx)
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped()),))
    question = _still_open(ctx)
    if isinstance(question, Turn):
        return question
    if message.choice == "send":
        question, sent = actions.reply(act, question.id, str(ctx.kept.get("answer", "")))
        return Turn((Outgoing(texts.on_its_way() if sent else texts.no_way()),), question_id=question.id)
    return _preview(ctx, question, message.text) if message.text else _write(ctx, question)


def _still_open(ctx: Context) -> Question | Turn:
    """The question being answered, or the end of the dialog: a colleague was quicker."""
    try:
        return actions.handle(acting(ctx), _kept_number(ctx.kept))[0]
    except DomainError as error:
        return Turn((Outgoing(common.refused(str(error))),))


def _write(ctx: Context, question: Question) -> Turn:
    lines = (texts.write(), texts.quote(shortened(question.text, 1500)))
    asked = Outgoing("\n".join(lines), (Choice("later", texts.later()),))
    return Turn((asked,), state="question.draft", keep={"question": question.id, "answer": ""}, question_id=question.id)


def _preview(ctx: Context, question: Question, text: str) -> Turn:
    written = actions.checked_answer(text)
    shown = texts.preview() + "\n" + actions.answer_as_read(acting(ctx), question, written)
    choices = (Choice("send", texts.send()), Choice("again", texts.rewrite()), Choice("later", texts.later()))
    kept = {"question": question.id, "answer": written}
    return Turn((Outgoing(shown, choices),), state="question.confirm", keep=kept, question_id=question.id)


def _last_question(ctx: Context) -> Question | None:
    """What was asked within the last half hour and has no person's answer yet."""
    question = _own(ctx, str(procedure.recall(ctx).question_id))
    return question if question and question.status not in ("replied", "closed") else None


def _own(ctx: Context, number: str) -> Question | None:
    """A question of this very person; nobody else's number opens anything."""
    if not number.isdecimal():
        return None
    question = questions.locked(ctx.session, ctx.tenant.id, int(number))
    mine = question is not None and (question.channel_id, question.peer) == (ctx.who.channel_id, ctx.who.peer)
    return question if mine else None


def _stop() -> Choice:
    return Choice("stop", texts.stop())


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0


def _kept_number(kept: Mapping[str, object]) -> int:
    return _number(str(kept.get("question", "")))
