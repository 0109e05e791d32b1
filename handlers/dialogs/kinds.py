"""Khiếu nại and tố cáo are not reports: the person says which it is, and is directed; an accusation is not kept."""

from __future__ import annotations

from dataclasses import replace

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import feedback as texts
from handlers.actions import directions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.dialogs import cases, draft, feedback
from handlers.registry import command, said, step
from storage.unsaid import UNDECIDED

_DECIDED = {UNDECIDED: None}

said("lịch tiếp dân", "lịch tiếp công dân", "tiếp dân", data="directory.show reception")


@step("feedback.kind")
def kind(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    match said.choice:
        case "denunciation":
            return _denunciation(ctx)
        case "complaint":
            told = _complaint(ctx, directions.complaint(acting(ctx)).text)
            return replace(told, keep=kept, remember=_DECIDED)
        case "report":
            return replace(_as_report(ctx, kept), remember=_DECIDED)
    draft.add_words(kept, said.text)
    again = feedback.ask_kind(ctx, kept)
    return replace(again, say=(Outgoing(common.not_a_choice()), *again.say))


@step("feedback.complaint")
def complaint(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if said.choice == "how":
        return _complaint(ctx, texts.complaint_how(directions.complaint_place(acting(ctx))), how=False)
    if said.choice == "report":
        return _as_report(ctx, kept)
    return _complaint(ctx, common.not_a_choice())


def _as_report(ctx: Context, kept: draft.Draft) -> Turn:
    """A report after all: a new one, or the addition to a case that it was written as."""
    kept = kept | {"kind_known": True}
    return cases.add_meant(ctx, kept) or feedback.go_on(ctx, kept)


def _complaint(ctx: Context, text: str, *, how: bool = True) -> Turn:
    choices = [Choice("how", texts.complaint_choice_how())] if how else []
    choices.append(Choice("report", texts.complaint_choice_report(ctx.tenant.unit)))
    choices.append(Choice("/question.officer", texts.choice_officer()))
    return Turn((Outgoing(text, choices=tuple(choices)),), state="feedback.complaint")


def _denunciation(ctx: Context) -> Turn:
    """Directed, and forgotten in this very transaction: inbox, draft, files, the page's own copy."""
    draft.forget(ctx, ctx.kept)
    return Turn((directions.denunciation(acting(ctx)),), remember=_DECIDED)


@command("feedback.complaint")
def complaint_how(ctx: Context, said: Incoming, argument: str) -> Turn:
    """From the message of an officer who found that a case is a khiếu nại."""
    officer = (Choice("/question.officer", texts.choice_officer()),)
    return Turn((Outgoing(texts.complaint_how(directions.complaint_place(acting(ctx))), choices=officer),))
