"""A leader's chat about the calendar: the days ahead, confirming one with its source, saying that it is worked."""

from __future__ import annotations

from datetime import date

from domain.messages import Choice, Incoming, Outgoing
from domain.texts import common
from domain.texts import holidays as texts
from handlers.actions import holidays as actions
from handlers.actions.acting import acting
from handlers.context import Context, Turn
from handlers.dialogs.menus import just_talk, part_of_talk
from handlers.registry import command, said, step

said("ngày nghỉ", "lịch nghỉ", "ngày nghỉ lễ", "lịch nghỉ lễ", data="holiday.list")

_MAY_CHANGE = frozenset({"director", "leader"})
_SHORTEST = 6  # letters and digits of a source


@command("holiday.list")
def listed(ctx: Context, message: Incoming, argument: str) -> Turn:
    """From an officer between dialogs it is the calendar they work with; a citizen asks when the commune is shut."""
    if ctx.officer is None:
        return just_talk(ctx, message)
    if turn := part_of_talk(ctx, message):
        return turn
    runs = actions.ahead(acting(ctx))
    choices: tuple[Choice, ...] = ()
    if _MAY_CHANGE & set(ctx.officer.roles):
        choices = tuple(choice for run in runs for choice in actions.choices_for(run))
    return Turn((Outgoing(texts.listed([actions.list_line(run) for run in runs]), choices=choices),))


@command("holiday.each", staff=True)
def each(ctx: Context, message: Incoming, argument: str) -> Turn:
    """The unconfirmed days of a break, to be opened one by one."""
    days = _days(argument)
    if not days:
        return Turn((Outgoing(common.old_button()),))
    rows = actions.unconfirmed(acting(ctx), *days)
    if not rows:
        return Turn((Outgoing(texts.nothing_to_confirm()),))
    choices = tuple(Choice(f"/holiday.day {row.on}", texts.day_line(row.on, row.name)) for row in rows)
    return Turn((Outgoing(texts.choice_each(rows[0].on, rows[-1].on), choices=choices),))


@command("holiday.day", staff=True)
def one_day(ctx: Context, message: Incoming, argument: str) -> Turn:
    days = _days(argument)
    rows = actions.unconfirmed(acting(ctx), *days) if days else []
    if not rows:
        return Turn((Outgoing(texts.nothing_to_confirm()),))
    return Turn((Outgoing(actions.list_line(rows[:1]), choices=actions.choices_for(rows[:1])),))


@command("holiday.confirm", staff=True)
def confirm(ctx: Context, message: Incoming, argument: str) -> Turn:
    return _ask(ctx, argument, confirms=True)


@command("holiday.work", staff=True)
def works(ctx: Context, message: Incoming, argument: str) -> Turn:
    return _ask(ctx, argument, confirms=False)


@step("holiday.source")
def source(ctx: Context, message: Incoming) -> Turn:
    if message.choice == "stop":
        return Turn((Outgoing(texts.dropped()),))
    first, last = (date.fromisoformat(str(ctx.kept[key])) for key in ("first", "last"))
    if sum(map(str.isalnum, message.text)) < _SHORTEST:
        return Turn((Outgoing(texts.source_too_short(), choices=(_stop(),)),), state="holiday.source")
    act, confirms = acting(ctx), bool(ctx.kept["confirms"])
    rows = actions.change_unconfirmed(act, first, last, message.text, confirms=confirms)
    if not rows:
        return Turn((Outgoing(texts.nothing_to_confirm()),))
    told = actions.checked_source(message.text)
    done = texts.confirmed(rows[0].on, rows[-1].on, len(rows), told) if confirms else texts.works(first, told)
    again = actions.recompute(ctx.session, ctx.tools, ctx.tenant, ctx.now, ctx.officer)
    counted = texts.counted_again(again.cases, again.questions, again.kept, again.failed)
    return Turn((Outgoing(f"{done}\n{counted}"),))


def _ask(ctx: Context, argument: str, *, confirms: bool) -> Turn:
    act = acting(ctx)
    actions.check_may_change(act)
    days = _days(argument)
    if not days:
        return Turn((Outgoing(common.old_button()),))
    rows = actions.unconfirmed(act, *days)
    if not rows:
        return Turn((Outgoing(texts.nothing_to_confirm()),))
    first, last = rows[0].on, rows[-1].on
    keep = {"first": first.isoformat(), "last": last.isoformat(), "confirms": confirms}
    asked = Outgoing(texts.ask_source(first, last, len(rows), confirms), choices=(_stop(),))
    return Turn((asked,), state="holiday.source", keep=keep)


def _stop() -> Choice:
    return Choice("stop", texts.choice_stop())


def _days(argument: str) -> tuple[date, date] | None:
    """ "2027-02-04 2027-02-10" or one day; None for anything else."""
    try:
        days = [date.fromisoformat(part) for part in argument.split()]
    except ValueError:
        return None
    return (days[0], days[-1]) if days else None
