"""An officer says why a date was missed; a head or leader agrees before a citizen reads it."""

from __future__ import annotations

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import reminders as texts
from handlers.actions import late
from handlers.actions.acting import acting, handle
from handlers.context import Context, Turn
from handlers.registry import command, step


@command("late.reason", staff=True)
def ask_reason(ctx: Context, message: Incoming, argument: str) -> Turn:
    case, _ = handle(acting(ctx), _number(argument))
    return Turn((_question(case.code),), state="late.reason", keep={"case": case.id}, case_id=case.id)


@step("late.reason")
def write_reason(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "stop":
        return Turn((Outgoing(texts.late_dropped()),))
    case, stands = late.write_reason(acting(ctx), _number(str(ctx.kept.get("case", ""))), message.text)
    said = texts.late_written(case.code) if stands else texts.late_asked(case.code)
    return Turn((Outgoing(said),), case_id=case.id)


@command("late.approve", staff=True)
def approve(ctx: Context, message: Incoming, argument: str) -> Turn:
    case = late.approve_reason(acting(ctx), _number(argument))
    return Turn((Outgoing(texts.late_written(case.code)),), case_id=case.id)


def _question(code: str) -> Outgoing:
    return Outgoing(texts.late_ask(code), choices=(Choice("stop", texts.late_choice_stop()),))


def _number(argument: str) -> int:
    return int(argument) if argument.isdecimal() else 0
