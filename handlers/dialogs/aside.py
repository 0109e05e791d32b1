"""Answering something on the side without ending the dialog that is running."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import Context, Turn
from storage import conversations


def state_of(ctx: Context) -> str:
    """Where this person's dialog stands; "" between dialogs."""
    talk = conversations.lock_or_add(
        ctx.session, ctx.tools.ids, ctx.tenant.id, ctx.who.channel_id, ctx.who.peer, ctx.now
    )
    return talk.state


def aside(ctx: Context, turn: Turn) -> Turn:
    """The turn as it is between dialogs; inside one the dialog goes on, and its menu stays the current one."""
    state = state_of(ctx)
    if not state:
        return turn
    return replace(turn, state=state, say=tuple(replace(message, choices=()) for message in turn.say))
