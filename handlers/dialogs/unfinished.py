"""A report that is being written survives a press on an old button and every other command.

What is answered at once is answered, and the report goes on where it stood. What begins something else comes first:
the report is put aside, and the engine offers it again beside whatever is answered between dialogs.
"""

from __future__ import annotations

from dataclasses import replace

from domain.messages import Incoming, Outgoing
from domain.texts import cases as case_texts
from domain.texts import common
from domain.texts import feedback as texts
from handlers.context import Context, Turn
from handlers.dialogs import draft, feedback
from handlers.dialogs.aside import aside
from handlers.dialogs.menus import state_of
from handlers.registry import command, interrupted
from storage import paused

_KEEP_IT_THEMSELVES = ("feedback", "mydata", "emergency")
_NO_QUESTION_TO_REPEAT = ("feedback.complaint", "emergency.resume")


@interrupted("feedback", "mydata", "emergency")
def report_is_kept(ctx: Context, turn: Turn) -> Turn:
    state = state_of(ctx)
    if turn.state.partition(".")[0] in _KEEP_IT_THEMSELVES:
        return turn
    if turn.state or turn.elsewhere or state == "emergency.place":
        return _put_aside(ctx, turn, state)
    if state in _NO_QUESTION_TO_REPEAT:
        return aside(ctx, turn)
    if state.startswith("feedback."):
        return _with_report(turn, feedback.ask_again(ctx, state))
    if ctx.kept.get("resume"):
        return _with_report(turn, feedback.go_on(ctx, {**ctx.kept, "resume": None}))
    return turn


@command("feedback.resume")
def resume(ctx: Context, said: Incoming, argument: str) -> Turn:
    """Back to the report that was put aside last; to the one that is being written, if there is one."""
    state = state_of(ctx)
    running = draft.unfinished(state, ctx.kept)
    if running is not None:
        return feedback.go_on(ctx, {**dict.fromkeys(ctx.kept), **running}, case_texts.back_to_report())
    report = paused.newest(ctx.memory)
    if report is None:
        return Turn((Outgoing(common.old_button()),))
    kept = {**dict.fromkeys(ctx.kept), **report, "paused_at": None}
    turn = feedback.go_on(ctx, kept, case_texts.back_to_report())
    return replace(turn, remember={**turn.remember, **paused.taken_up(ctx.memory)})


def _with_report(turn: Turn, going_on: Turn) -> Turn:
    """The answer, then the report's question. Numbers belong to the question; those of the answer come after."""
    used = sum(len(message.choices) for message in going_on.say)
    say = []
    for message in turn.say:
        choices = tuple(replace(choice, key=str(used + n)) for n, choice in enumerate(message.choices, 1))
        used += len(choices)
        say.append(replace(message, choices=choices))
    back = Outgoing(case_texts.back_to_report())
    return replace(
        turn, say=(*say, back, *going_on.say), state=going_on.state, keep=going_on.keep,
        remember={**turn.remember, **going_on.remember},
    )  # fmt: skip


def _put_aside(ctx: Context, turn: Turn, state: str) -> Turn:
    report = draft.unfinished(state, ctx.kept)
    if report is None:
        return turn
    return replace(
        turn, say=(Outgoing(texts.put_aside()), *turn.say), keep={**dict.fromkeys(ctx.kept), **turn.keep},
        remember={**turn.remember, **paused.put_aside(ctx.memory, report, ctx.now)},
    )  # fmt: skip
