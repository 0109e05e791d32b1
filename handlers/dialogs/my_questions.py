"""A person's own questions that an officer owes an answer to: how far they are, and taking one back."""

from __future__ import annotations

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import procedure as procedure_texts
from domain.texts import question as texts
from domain.texts.base import moment
from handlers.actions import questions as actions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.dialogs.menus import just_talk, part_of_talk
from handlers.registry import command, said
from knowledge.pages import shortened
from storage import questions
from storage.tables import Question

_SHOWN = 5
_LABEL_CHARS, _QUOTED = 60, 300

said("câu hỏi của tôi", "câu hỏi tôi đã gửi", "câu hỏi đã gửi", "xem câu hỏi", "có trả lời chưa", "trả lời chưa",
     "đã trả lời chưa", "có ai trả lời chưa", "cán bộ trả lời chưa", "sao chưa trả lời", "sao chưa thấy trả lời",
     "sao không trả lời", "sao không ai trả lời", "sao lâu trả lời vậy", "sao lâu trả lời", "bao giờ trả lời",
     "khi nào trả lời", "chừng nào trả lời", "bao giờ có trả lời", "khi nào có trả lời", "mấy giờ trả lời",
     "bao giờ cán bộ trả lời", "khi nào cán bộ trả lời", "bao giờ trả lời tôi", "khi nào trả lời tôi",
     "bao giờ trả lời câu hỏi của tôi", "câu hỏi của tôi đến đâu rồi", "câu hỏi của tôi tới đâu rồi",
     "câu hỏi của tôi sao rồi", "sao chưa gọi", "sao chưa gọi lại", "sao chưa ai gọi", "bao giờ gọi lại",
     "khi nào gọi lại", "bao giờ gọi", "khi nào gọi", "chưa ai gọi", "chưa thấy gọi",
     data="question.progress")  # fmt: skip


@command("question.progress", decides=True)
def progress(ctx: Context, message: Incoming, argument: str) -> Turn:
    """How far is it? The one waiting question, or the list; ordinary words to whoever asked nothing."""
    rows = waiting(ctx)
    if ctx.officer or not rows:
        return just_talk(ctx, message)
    if turn := part_of_talk(ctx, message):
        return turn
    return _shown(ctx, rows[0]) if len(rows) == 1 else Turn((Outgoing(texts.own_head(), own_choices(ctx, rows)),))


@command("question.own")
def own(ctx: Context, message: Incoming, argument: str) -> Turn:
    question = _own(ctx, argument)
    return _shown(ctx, question) if question else Turn((Outgoing(common.old_button()),))


@command("question.unask")
def unask(ctx: Context, message: Incoming, argument: str) -> Turn:
    """No answer is wanted any more. Whoever has taken the question hears it."""
    question = _own(ctx, argument)
    if question is None:
        return Turn((Outgoing(common.old_button()),))
    if question.status != questions.WAITING:
        return _shown(ctx, question)
    actions.unask(acting(ctx), question)
    return Turn((Outgoing(texts.unasked()),), question_id=question.id)


def waiting(ctx: Context) -> list[Question]:
    """This person's questions that wait for an officer, the newest first."""
    rows = questions.of_person(ctx.session, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer)
    return [row for row in rows if row.status == questions.WAITING][:_SHOWN]


def own_choices(ctx: Context, rows: list[Question]) -> tuple[Choice, ...]:
    """Each with its promised time, to be opened."""
    act = acting(ctx)
    return tuple(
        Choice(
            f"/question.own {row.id}",
            texts.own_line(shortened(row.text, _LABEL_CHARS), moment(act.local(row.due_at)) if row.due_at else ""),
        )
        for row in rows
    )


def _shown(ctx: Context, question: Question) -> Turn:
    act = acting(ctx)
    text = shortened(question.text, _QUOTED)
    if question.status != questions.WAITING:
        lines = [texts.own_done(text), *([question.answer] if question.answer else [])]
        return Turn((Outgoing("\n".join(lines)),), question_id=question.id)
    due = moment(act.local(question.due_at)) if question.due_at else ""
    late = question.due_at is not None and question.due_at < ctx.now
    name = actions.department_name(act, question)
    lines = [texts.own_late(text, name, due, ctx.tenant.unit) if late else texts.own_waits(text, name, due)]
    if question.wants_call:
        lines.append(texts.own_call(question.phone))
    if late and ctx.profile.hotline:
        lines.append(texts.urgent(ctx.profile.hotline))
    call = () if question.wants_call else (Choice(f"/question.phone {question.id}", procedure_texts.call_me()),)
    choices = (*call, Choice(f"/question.unask {question.id}", texts.choice_unask()))
    return Turn((Outgoing("\n".join(lines), choices),), question_id=question.id)


def _own(ctx: Context, number: str) -> Question | None:
    """A question of this very person; nobody else's number opens anything."""
    question = questions.locked(ctx.session, ctx.tenant.id, int(number)) if number.isdecimal() else None
    mine = question is not None and (question.channel_id, question.peer) == (ctx.who.channel_id, ctx.who.peer)
    return question if mine else None
