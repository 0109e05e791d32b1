"""Khiếu nại and tố cáo are not reports: the person says which it is, and is directed; an accusation is not kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from domain.messages import Choice, Incoming, Outgoing
from domain.profile import WEEKDAYS
from domain.texts import common
from domain.texts import feedback as texts
from handlers.context import Context, Turn
from handlers.dialogs import draft, feedback
from handlers.registry import said, step
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
            told = _complaint(ctx, texts.complaint(_complaint_place(ctx), _next_reception(ctx)))
            return replace(told, keep=kept, remember=_DECIDED)
        case "report":
            return replace(feedback.go_on(ctx, kept | {"kind_known": True}), remember=_DECIDED)
    draft.add_words(kept, said.text)
    again = feedback.ask_kind(ctx, kept)
    return replace(again, say=(Outgoing(common.not_a_choice()), *again.say))


@step("feedback.complaint")
def complaint(ctx: Context, said: Incoming) -> Turn:
    kept = draft.hear(ctx, said)
    if said.choice == "how":
        return _complaint(ctx, texts.complaint_how(_complaint_place(ctx)), how=False)
    if said.choice == "report":
        return feedback.go_on(ctx, kept | {"kind_known": True})
    return _complaint(ctx, common.not_a_choice())


def _complaint(ctx: Context, text: str, *, how: bool = True) -> Turn:
    choices = [Choice("how", texts.complaint_choice_how())] if how else []
    choices.append(Choice("report", texts.complaint_choice_report(ctx.tenant.unit)))
    choices.append(Choice("/question.officer", texts.choice_officer()))
    return Turn((Outgoing(text, choices=tuple(choices)),), state="feedback.complaint")


def _denunciation(ctx: Context) -> Turn:
    """Directed, and forgotten in this very transaction: inbox, draft, files, the page's own copy."""
    draft.forget(ctx, ctx.kept)
    place = ctx.profile.denounce_place or _desk(ctx)
    text = texts.denunciation(ctx.tenant.unit, place, ctx.profile.denounce_place_above)
    choices = (
        Choice("/directory.show reception", texts.denunciation_choice_reception()),
        Choice("/feedback.start", texts.denunciation_choice_report()),
    )
    return Turn((Outgoing(text, choices=choices),), remember=_DECIDED)


def _complaint_place(ctx: Context) -> str:
    return ctx.profile.complaint_place or _desk(ctx)


def _desk(ctx: Context) -> str:
    place = ctx.profile.desk_address or ctx.profile.address
    return ", ".join(part for part in (ctx.profile.desk, place) if part)


def _next_reception(ctx: Context) -> str:
    """The first reception that has not begun, on a day the commune works; "" when none is known."""
    clock = f"{ctx.local(ctx.now):%H:%M}"
    for ahead in range(60):
        day = ctx.today + timedelta(days=ahead)
        for row in sorted(ctx.profile.receptions, key=lambda row: row.begins):
            if _is_on(ctx, row.weekday, day) and (ahead or row.begins > clock):
                return texts.next_reception(day, row)
    return ""


def _is_on(ctx: Context, weekday: str, day: date) -> bool:
    return WEEKDAYS[day.weekday()] == weekday and day not in ctx.calendar.holidays
