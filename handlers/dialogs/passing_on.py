"""What an officer may do with a question besides answering it: give it to another office, set an answer right."""

from __future__ import annotations

from domain.errors import DomainError
from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import desk as desk_texts
from domain.texts import question as texts
from handlers.actions import questions as actions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.registry import command, step
from knowledge.pages import shortened
from storage import communes

_QUOTED = 120


@command("question.forward", staff=True)
def forward(ctx: Context, message: Incoming, argument: str) -> Turn:
    question, _ = actions.handle(acting(ctx), _number(argument))
    return Turn(
        (_departments(ctx, question.department_id),), state="question.forward", keep={"question": question.id},
        question_id=question.id,
    )  # fmt: skip


@step("question.forward")
def forward_where(ctx: Context, message: Incoming) -> Turn:
    act = acting(ctx)
    if message.choice == "later":
        return Turn((Outgoing(texts.dropped()),))
    try:
        question, _ = actions.handle(act, int(ctx.kept["question"]))
    except DomainError as error:
        return Turn((Outgoing(common.refused(str(error))),))  # a colleague was quicker
    to = int(message.choice) if message.choice.isdecimal() else 0
    names = {row.id: row.name for row in communes.departments(ctx.session, ctx.tenant.id)}
    if to not in names or to == question.department_id:
        again = _departments(ctx, question.department_id)
        return Turn((Outgoing(desk_texts.pick_again()), again), state="question.forward")
    told = actions.forward(act, question, to)
    text = texts.forwarded(names[to]) if told else texts.forwarded_nobody(names[to])
    return Turn((Outgoing(text),), question_id=question.id)


@command("question.fix", staff=True)
def fix(ctx: Context, message: Incoming, argument: str) -> Turn:
    """The answer that was sent is wrong: the person gets the right one with a word of apology."""
    question, _ = actions.answered_by(acting(ctx), _number(argument))
    asked = Outgoing(texts.write_right(shortened(question.text, _QUOTED), question.answer), (_later(),))
    return Turn((asked,), state="question.fix", keep={"question": question.id, "answer": ""}, question_id=question.id)


@step("question.fix")
def fix_words(ctx: Context, message: Incoming) -> Turn:
    act = acting(ctx)
    if message.choice == "later":
        return Turn((Outgoing(texts.not_fixed()),))
    question, _ = actions.answered_by(act, int(ctx.kept["question"]))
    if message.choice == "send":
        new, sent = actions.set_right(act, question.id, str(ctx.kept["answer"]))
        return Turn((Outgoing(texts.on_its_way() if sent else texts.no_way()),), question_id=new.id)
    if message.choice == "again" or not message.text:
        return fix(ctx, message, str(question.id))
    written = actions.checked_answer(message.text)
    shown = texts.preview() + "\n" + actions.right_as_read(act, question, written)
    choices = (Choice("send", texts.send()), Choice("again", texts.rewrite()), _later())
    return Turn((Outgoing(shown, choices),), state="question.fix", keep={"answer": written})


def _departments(ctx: Context, now_at: int | None) -> Outgoing:
    rows = [row for row in communes.departments(ctx.session, ctx.tenant.id) if row.id != now_at]
    return Outgoing(texts.pick_department(), (*(Choice(str(row.id), row.name) for row in rows), _later()))


def _later() -> Choice:
    return Choice("later", texts.later())


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0
