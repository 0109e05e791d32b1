"""Between dialogs: what an officer is offered, and words that mean something only there."""

from __future__ import annotations

from dataclasses import replace

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import desk
from handlers.actions import gaps, questions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.registry import STEPS
from storage import conversations
from storage.tables import Conversation, Officer

_ABOVE = frozenset({"director", "leader"})


def conversation(ctx: Context) -> Conversation:
    """This person's conversation, held until commit."""
    return conversations.lock_or_add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, ctx.now
    )  # fmt: skip


def state_of(ctx: Context) -> str:
    """Where this person's dialog stands."""
    return conversation(ctx).state


def part_of_talk(ctx: Context, said: Incoming) -> Turn | None:
    """Ordinary words ("chưa xong") belong to the running dialog; None when there is none."""
    state = state_of(ctx)
    return STEPS[state](ctx, said) if state in STEPS else None


def just_talk(ctx: Context, said: Incoming) -> Turn:
    """The words as if they were no command."""
    return part_of_talk(ctx, said) or STEPS["officer.idle" if ctx.officer else "idle"](ctx, said)


def staff_menu(ctx: Context, text: str, officer: Officer | None = None) -> Turn:
    """`officer`: who has linked this chat in this very turn."""
    return Turn((Outgoing(text, choices=staff_choices(ctx, officer)),), welcome=False, elsewhere=True)


def staff_choices(ctx: Context, officer: Officer | None = None) -> tuple[Choice, ...]:
    """What this officer works with: cases for all, questions for who answers them, numbers for who leads."""
    act = replace(acting(ctx), officer=officer or ctx.officer)
    choices = [
        Choice("/case.list new", desk.choice_new()),
        Choice("/case.list mine", desk.choice_mine()),
        Choice("/case.list late", desk.choice_late()),
    ]
    waiting = len(questions.waiting_for(act))
    if waiting or gaps.may_answer(act):
        choices.append(Choice("/question.list", desk.choice_questions(waiting)))
    if gaps.may_answer(act):
        choices.append(Choice("/gaps.list", desk.choice_gaps()))
    if act.officer and _ABOVE & set(act.officer.roles):
        choices.append(Choice("/leader.digest", desk.choice_digest()))
        choices.append(Choice("/leader.approvals", desk.choice_approvals()))
    return tuple(choices)
