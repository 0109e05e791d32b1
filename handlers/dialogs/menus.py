"""Between dialogs: what an officer is offered, and words that mean something only there."""

from __future__ import annotations

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import desk
from handlers.context import Context, Turn
from handlers.registry import STEPS
from storage import conversations
from storage.tables import Conversation


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


def staff_menu(text: str) -> Turn:
    return Turn((Outgoing(text, choices=staff_choices()),), welcome=False)


def staff_choices() -> tuple[Choice, ...]:
    return (
        Choice("/case.list new", desk.choice_new()),
        Choice("/case.list mine", desk.choice_mine()),
        Choice("/case.list late", desk.choice_late()),
    )
