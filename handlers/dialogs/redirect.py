"""An officer finds that a case is no report but a khiếu nại or tố cáo: which one, are you sure, done."""

from __future__ import annotations

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import desk
from domain.texts import redirect as texts
from handlers.actions.acting import acting, handle
from handlers.actions.directions import COMPLAINT, DENUNCIATION, direct_case
from handlers.context import Context, Turn
from handlers.registry import COMMANDS, command, step

_KINDS = (COMPLAINT, DENUNCIATION)


@command("case.direct", staff=True)
def direct(ctx: Context, said: Incoming, argument: str) -> Turn:
    case, _ = handle(acting(ctx), int(argument) if argument.isdecimal() else 0)
    return Turn((_which(case.code),), state="desk.direct", keep={"case": case.id}, case_id=case.id)


@step("desk.direct")
def which(ctx: Context, said: Incoming) -> Turn:
    case, _ = handle(acting(ctx), int(ctx.kept["case"]))
    if said.choice not in _KINDS:
        return _back(ctx, said) if said.choice == "back" else Turn((_which(case.code),), state="desk.direct")
    choices = (Choice("yes", texts.choice_direct_yes(said.choice)), Choice("back", desk.choice_back()))
    sure = Outgoing(texts.sure_to_direct(case.code, said.choice), choices=choices)
    return Turn((sure,), state="desk.direct_sure", keep={"kind": said.choice}, case_id=case.id)


@step("desk.direct_sure")
def sure(ctx: Context, said: Incoming) -> Turn:
    """Only the button or its number: what is erased cannot be had back."""
    if said.choice != "yes":
        return _back(ctx, said)
    kind = str(ctx.kept["kind"])
    case = direct_case(acting(ctx), int(ctx.kept["case"]), kind)
    return Turn((Outgoing(texts.directed(case.code, kind)),))


def _back(ctx: Context, said: Incoming) -> Turn:
    return COMMANDS["case.view"].handler(ctx, said, str(ctx.kept["case"]))


def _which(code: str) -> Outgoing:
    choices = (*(Choice(kind, texts.direct_kind(kind)) for kind in _KINDS), Choice("back", desk.choice_back()))
    return Outgoing(texts.ask_direct(code), choices=choices)
