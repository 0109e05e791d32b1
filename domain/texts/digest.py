"""What leaders read: the morning digest, the lists behind its numbers, and the numbers of a department."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from domain.digest import CaseLine, Digest, percent
from domain.texts.base import capital, day, on, say
from domain.texts.base import code as show

LATE_SHOWN = 5  # one screen; the rest is behind VI SAO
WHY_SHOWN = 15  # codes under one number
PAGE_CHARS = 600


def digest(found: Digest, unit_name: str, *, name: str = "", department: str = "") -> str:
    """The morning's message. `name`: of the reader, in a private chat; `department`: numbers of that one only."""
    lines = [] if found.nothing_due and not (name or department) else [_head(found, unit_name, name, department)]
    lines.append(_due(found))
    lines += [say("digest-numbered", n=n, line=late_line(line)) for n, line in enumerate(found.late[:LATE_SHOWN], 1)]
    if len(found.late) > LATE_SHOWN:
        lines.append(say("digest-more-late", n=len(found.late) - LATE_SHOWN))
    if found.questions_late:
        lines.append(say("digest-late-questions", n=found.questions_late))
    lines += [_promises(found), _flow(found), _people(found)]
    if rest := _rest(found):
        lines.append(rest)
    lines.append(say("digest-how"))
    return "\n".join(lines)


def why(found: Digest, questions: Sequence[str] = ()) -> list[str]:
    """The lists behind the numbers, as messages of about one screen. `questions`: lines of those that wait."""
    until = found.on - timedelta(days=1)
    lines = [say("digest-why-head", since=day(found.since_on), until=day(until))]
    groups = (
        (say("digest-why-late", n=len(found.late)), found.late),
        (say("digest-why-today", n=len(found.due_today)), found.due_today),
        (say("digest-why-next", on=on(found.next_on), n=len(found.due_next)), found.due_next),
        (say("digest-why-missed", n=len(found.missed)), found.missed),
        (say("digest-why-disliked", n=found.disliked), found.disliked_cases),
        (say("digest-why-undelivered", n=found.undelivered), found.undelivered_cases),
    )
    for title, cases in groups:
        lines += _group(title, cases)
    if questions:
        lines.append(say("digest-why-questions", n=found.questions))
        lines += questions
        if found.questions > len(questions):
            lines.append(say("digest-why-more-questions", n=found.questions - len(questions)))
    if found.gaps:
        lines.append(say("digest-why-gaps", n=found.unanswered))
        lines += [say("digest-why-gap", text=gap.text, people=gap.people) for gap in found.gaps]
    if found.parked:
        lines.append(say("digest-why-parked", n=found.parked))
    if found.to_open:
        lines.append(say("digest-why-codes"))
    elif len(lines) == 1:
        lines.append(say("digest-why-nothing"))
    return _pages(lines)


def question_line(due: str, text: str, *, late: bool) -> str:
    return say("digest-why-question-late" if late else "digest-why-question", due=due, text=text)


def late_line(line: CaseLine) -> str:
    if not line.category:
        return say("digest-line-restricted", code=show(line.code), lateness=lateness(line.late_days))
    values = {"code": show(line.code), "category": line.category, "lateness": lateness(line.late_days),
              "department": line.department}  # fmt: skip
    return say("digest-line", **values, head=line.head) if line.head else say("digest-line-no-head", **values)


def lateness(days: int) -> str:
    """ "trễ 2 ngày làm việc", or that only the hour has passed."""
    return say("digest-late-days", days=days) if days else say("digest-late-hours")


def late_list(late: Sequence[CaseLine]) -> str:
    if not late:
        return say("digest-late-list-empty")
    lines = [say("digest-late-list", n=len(late))]
    lines += [say("digest-numbered", n=n, line=late_line(line)) for n, line in enumerate(late[:WHY_SHOWN], 1)]
    if len(late) > WHY_SHOWN:
        lines.append(say("digest-why-more", n=len(late) - WHY_SHOWN))
    return "\n".join(lines)


def choice_case(code: str) -> str:
    return show(code)


def choice_why() -> str:
    return say("digest-choice-why")


def choice_questions() -> str:
    return say("digest-choice-questions")


def choice_departments() -> str:
    return say("digest-choice-departments")


def choice_whole(unit: str) -> str:
    return say("digest-choice-whole", unit=unit)


def pick_department() -> str:
    return say("digest-pick-department")


def not_allowed() -> str:
    return say("digest-not-allowed")


def approvals(n: int) -> str:
    return say("digest-approvals", n=n)


def _head(found: Digest, unit_name: str, name: str, department: str) -> str:
    today = capital(on(found.on))
    if department:
        return say("digest-head-department", on=today, department=department)
    if name:
        return say("digest-head-named", on=today, unit_name=unit_name, name=name)
    return say("digest-head", on=today, unit_name=unit_name)


def _due(found: Digest) -> str:
    tomorrow = found.next_on == found.on + timedelta(days=1)
    if found.nothing_due:
        today = capital(on(found.on))
        return (
            say("digest-nothing", on=today)
            if tomorrow
            else say("digest-nothing-next", on=today, next_on=on(found.next_on))
        )
    numbers = {"late": len(found.late), "today": len(found.due_today), "next": len(found.due_next)}
    return say("digest-late", **numbers) if tomorrow else say("digest-late-next", **numbers, next_on=on(found.next_on))


def _promises(found: Digest) -> str:
    since, due = day(found.since_on), len(found.promises)
    if not due:
        return say("digest-promises-none", since=since)
    return say(
        "digest-promises", since=since, on_time=found.on_time, due=due, percent=percent(found.on_time, due),
        extended=found.on_time_with_extension,
    )  # fmt: skip


def _flow(found: Digest) -> str:
    return say("digest-flow", new=found.new, answered=found.answered)


def _people(found: Digest) -> str:
    if found.rated:
        disliked = say("digest-disliked", disliked=found.disliked, rated=found.rated)
    else:
        disliked = say("digest-disliked-none")
    return " · ".join(
        (disliked, say("digest-undelivered", n=found.undelivered), say("digest-questions", n=found.questions))
    )


def _rest(found: Digest) -> str:
    parts = [say("digest-unanswered", n=found.unanswered)] if found.unanswered else []
    parts += [say("digest-parked", n=found.parked)] if found.parked else []
    return " · ".join(parts)


def _group(title: str, cases: Sequence[CaseLine]) -> list[str]:
    if not cases:
        return []
    lines = [title, *(_why_line(line) for line in cases[:WHY_SHOWN])]
    if len(cases) > WHY_SHOWN:
        lines.append(say("digest-why-more", n=len(cases) - WHY_SHOWN))
    return lines


def _why_line(line: CaseLine) -> str:
    if not line.category:
        return say("digest-why-line-restricted", code=show(line.code))
    return say("digest-why-line", code=show(line.code), category=line.category, department=line.department)


def _pages(lines: Iterable[str]) -> list[str]:
    pages: list[str] = []
    for line in lines:
        if pages and len(pages[-1]) + 1 + len(line) <= PAGE_CHARS:
            pages[-1] += "\n" + line
        else:
            pages.append(line)
    return pages
