"""Answering something on the side without ending the dialog that is running."""

from __future__ import annotations

from dataclasses import replace

from domain.messages import Choice
from handlers.context import Context, Turn
from handlers.dialogs.menus import conversation, state_of
from handlers.offers import on_offer


def aside(ctx: Context, turn: Turn) -> Turn:
    """The turn as it is between dialogs; inside one the dialog goes on, and its menu stays the current one."""
    state = state_of(ctx)
    if not state:
        return turn
    return replace(turn, state=state, say=tuple(replace(message, choices=()) for message in turn.say))


def standing_choices(ctx: Context) -> tuple[Choice, ...]:
    """What this person was offered last and can still choose between dialogs, with the same numbers."""
    offer = on_offer(ctx.session, conversation(ctx), ctx.now)
    last = next((menu for group in reversed(offer) for menu in reversed(group.menus) if menu), ())
    return tuple(choice for choice in last if choice.data.startswith("/"))


__all__ = ["aside", "standing_choices", "state_of"]
