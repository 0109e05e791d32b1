"""Days off: the list for leaders, confirming one, and what a change of the calendar makes people hear."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.texts.base import capital, day, on, say
from domain.texts.base import code as show

_ONE_BREAK = timedelta(days=3)
_NAMES_SHOWN = 2
_SATURDAY = 5


@dataclass(frozen=True)
class Reason:
    """A day because of which a date moved. `kind`: off, workday, special, usual."""

    on: date
    kind: str
    name: str
    source: str = ""


def because(reasons: Sequence[Reason]) -> str:
    """ "ngày 24/11/2026 là ngày nghỉ (Ngày Văn hóa Việt Nam)"; days of one kind stand together."""
    groups: dict[str, list[Reason]] = {}
    for reason in reasons:
        kind = "no-makeup" if reason.kind == "usual" and reason.on.weekday() >= _SATURDAY else reason.kind
        groups.setdefault(kind, []).append(reason)
    return "; ".join(_why(kind, group) for kind, group in groups.items())


def moved_event(old: str, new: str, reasons: Sequence[Reason], was_late: bool) -> str:
    """For the case's history; the sources stand in it."""
    lines = [say("holiday-event", old=old, new=new, why=because(reasons))]
    sources = "; ".join(dict.fromkeys(reason.source for reason in reasons if reason.source))
    lines += [say("holiday-event-source", source=sources)] if sources else []
    lines += [say("holiday-event-late", old=old)] if was_late else []
    return " ".join(lines)


def moved_later(case_code: str, old: str, new: str, reasons: Sequence[Reason]) -> str:
    return "\n".join((show(case_code), say("holiday-moved-later", old=old, new=new, why=because(reasons))))


def moved_earlier(case_code: str, old: str, new: str, reasons: Sequence[Reason]) -> str:
    return "\n".join((show(case_code), say("holiday-moved-earlier", old=old, new=new, why=because(reasons))))


def moved_past(case_code: str, unit: str, new: str, reasons: Sequence[Reason]) -> str:
    """The date counted anew has passed already."""
    text = say("holiday-moved-past", Unit=capital(unit), new=new, why=because(reasons))
    return "\n".join((show(case_code), text))


def moved_officer(case_code: str, old: str, new: str, reasons: Sequence[Reason], *, was_late: bool, told: bool) -> str:
    """`told`: the sender has a chat and hears of it."""
    lines = [say("holiday-moved-officer", code=show(case_code), old=old, new=new, why=because(reasons))]
    lines += [say("holiday-event-late", old=old)] if was_late else []
    return "\n".join((*lines, say("holiday-sender-told") if told else say("holiday-sender-no-chat")))


def question_moved(unit: str, old: str, new: str, reasons: Sequence[Reason], past: bool) -> str:
    if past:
        return say("holiday-question-past", Unit=capital(unit), new=new, why=because(reasons))
    return say("holiday-question-moved", old=old, new=new, why=because(reasons))


def question_moved_officer(quoted: str, old: str, new: str, reasons: Sequence[Reason]) -> str:
    return say("holiday-question-moved-officer", quoted=quoted, old=old, new=new, why=because(reasons))


def listed(lines: Sequence[str]) -> str:
    return "\n".join([say("holiday-list"), *lines]) if lines else say("holiday-list-none")


def list_line(days: Sequence[Reason], unconfirmed: int) -> str:
    """Days of one break; how many of them nobody has confirmed."""
    when = _range(days[0].on, days[-1].on)
    name = say("holiday-makeup", name=_names(days)) if days[0].kind == "workday" else _names(days)
    if not unconfirmed:
        return say("holiday-line", days=when, name=name)
    if len(days) == 1:
        return say("holiday-line-unconfirmed", days=when, name=name)
    return say("holiday-line-some", days=when, name=name, n=unconfirmed)


def day_line(at: date, name: str) -> str:
    return say("holiday-line-unconfirmed", days=on(at), name=name)


def choice_confirm(first: date, last: date, n: int) -> str:
    if first == last:
        return say("holiday-choice-confirm", day=day(first))
    return say("holiday-choice-confirm-all", n=n, first=day(first), last=day(last))


def choice_work(at: date, kind: str) -> str:
    return say("holiday-choice-no-makeup" if kind == "workday" else "holiday-choice-work", day=day(at))


def choice_each(first: date, last: date) -> str:
    return say("holiday-choice-each", first=day(first), last=day(last))


def choice_stop() -> str:
    return say("holiday-choice-stop")


def ask_source(first: date, last: date, n: int, confirms: bool) -> str:
    if not confirms:
        return say("holiday-ask-source-work", day=on(first))
    if first == last:
        return say("holiday-ask-source", day=on(first))
    return say("holiday-ask-source-all", n=n, first=day(first), last=day(last))


def source_too_short() -> str:
    return say("holiday-source-too-short")


def dropped() -> str:
    return say("holiday-dropped")


def nothing_to_confirm() -> str:
    return say("holiday-nothing-to-confirm")


def not_allowed() -> str:
    return say("holiday-not-allowed")


def confirmed(first: date, last: date, n: int, source: str) -> str:
    if first == last:
        return say("holiday-confirmed", day=on(first), source=source.rstrip(". "))
    return say("holiday-confirmed-all", n=n, first=day(first), last=day(last), source=source.rstrip(". "))


def works(at: date, source: str) -> str:
    return say("holiday-works", day=on(at), source=source.rstrip(". "))


def counted_again(cases: int, questions: int, kept: Sequence[str], failed: int) -> str:
    """`kept`: codes of cases whose date an officer and a head had agreed on."""
    lines = [say("holiday-moved", cases=cases, questions=questions) if cases + questions else say("holiday-none-moved")]
    if kept:
        lines.append(say("holiday-kept", codes=", ".join(show(code) for code in kept[:10]), n=len(kept)))
    lines += [say("holiday-failed", n=failed)] if failed else []
    return "\n".join(lines)


def plain(name: str) -> str:
    """A day's name without the remark in brackets."""
    return re.sub(r"\s*\([^)]*\)$", "", name).strip() or name


def _why(kind: str, group: Sequence[Reason]) -> str:
    days = _ranges([reason.on for reason in group])
    if kind == "off":
        return say("holiday-why-off", days=days, name=_names(group))
    if kind == "workday":
        return say("holiday-why-workday", days=days)
    if kind == "special":
        return say("holiday-why-hours", days=days)
    return say("holiday-why-no-makeup" if kind == "no-makeup" else "holiday-why-usual", days=days)


def _names(days: Sequence[Reason]) -> str:
    return ", ".join(list(dict.fromkeys(plain(reason.name) for reason in days))[:_NAMES_SHOWN])


def _ranges(days: Sequence[date]) -> str:
    runs: list[list[date]] = []
    for at in sorted(days):
        if runs and at - runs[-1][-1] <= _ONE_BREAK:
            runs[-1].append(at)
        else:
            runs.append([at])
    return ", ".join(_range(run[0], run[-1]) for run in runs)


def _range(first: date, last: date) -> str:
    return on(first) if first == last else say("holiday-from-to", first=day(first), last=day(last))
