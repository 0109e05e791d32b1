"""What a citizen reads about a case: its state, its result, rating, reopening, and what becomes of its date."""

from __future__ import annotations

from datetime import date, datetime

from domain.texts.base import capital, day, on, say
from domain.texts.base import code as show
from domain.texts.feedback import promised, short

RATINGS = (5, 4, 3, 2, 1, 0)  # as offered; 0 = not solved yet


def back_to_report() -> str:
    return say("case-back-to-report")


def listed() -> str:
    return say("case-listed")


def none() -> str:
    return say("case-none")


def private() -> str:
    return say("case-private")


def private_no_phone() -> str:
    return say("case-private-no-phone")


def wrong_digits() -> str:
    return say("case-wrong-digits")


def wrong_code(unit: str, example: str) -> str:
    return say("case-wrong-code", Unit=capital(unit), example=example)


def ask_code() -> str:
    return say("case-ask-code")


def choice_add() -> str:
    return say("case-choice-add")


def choice_add_words() -> str:
    return say("case-choice-add-words")


def choice_withdraw() -> str:
    return say("case-choice-withdraw")


def choice_why() -> str:
    return say("case-choice-why")


def choice_open(code: str) -> str:
    return say("case-choice-open", code=show(code))


def choice_rate(code: str) -> str:
    return say("case-choice-rate", code=show(code))


def choice_reopen() -> str:
    return say("case-choice-reopen")


def choice_tell() -> str:
    return say("case-choice-tell")


def ask_add() -> str:
    return say("case-ask-add")


def ask_withdraw(code: str, unit: str) -> str:
    return say("case-ask-withdraw", code=show(code), unit=unit)


def choice_withdraw_yes() -> str:
    return say("case-choice-withdraw-yes")


def choice_withdraw_no() -> str:
    return say("case-choice-withdraw-no")


def kept(code: str) -> str:
    return say("case-kept", code=show(code))


def choice_no_comment() -> str:
    return say("case-choice-no-comment")


def comment_thanks() -> str:
    return say("case-comment-thanks")


def comment_none() -> str:
    return say("case-comment-none")


def not_open(code: str) -> str:
    return say("case-not-open", code=show(code))


def not_answered(code: str) -> str:
    return say("case-not-answered", code=show(code))


def not_yours() -> str:
    return say("case-not-yours")


def approver_title(unit: str) -> str:
    return say("case-approver-title", unit=unit)


def not_found() -> str:
    return say("case-not-found")


def status(name: str, department: str) -> str:
    """`name` is a status of `domain.feedback.CaseStatus`."""
    if name == "assigned":
        return say("case-status-assigned", department=department)
    return say(_STATUS[name])


_STATUS = {
    "received": "case-status-received",
    "in_progress": "case-status-in-progress",
    "waiting_citizen": "case-status-waiting",
    "forwarded": "case-status-forwarded",
    "answered": "case-status-answered",
    "directed": "case-status-directed",
    "closed": "case-status-closed",
    "withdrawn": "case-status-withdrawn",
}


def summary(
    *,
    case_code: str,
    status: str,
    category: str,
    department: str,
    received_on: date,
    due: str,
    answered_on: date | None,
    late: bool,
    unit: str,
    restricted: bool,
) -> str:
    """What anybody with the code may see. `due` comes from `promised`."""
    lines = [say("case-head", code=show(case_code)), say("case-head-status", status=status)]
    if restricted:
        lines.append(say("case-head-restricted", department=department))
    else:
        lines.append(say("case-head-category", category=category, department=department))
    if answered_on:
        lines.append(say("case-head-answered", received=day(received_on), answered=day(answered_on)))
    else:
        lines.append(say("case-head-dates", received=day(received_on), due=due))
    if late:
        lines.append(say("case-head-late", Unit=capital(unit)))
    return "\n".join(lines)


def head(case_code: str) -> str:
    return say("case-head", code=show(case_code))


def own_part(what: str, answer: str) -> str:
    """What only the person who filed it may see."""
    lines = [say("case-own-words", what=short(what))]
    lines += [say("case-own-answer", answer=answer)] if answer else []
    return "\n".join(lines)


def line(case_code: str, category: str, status: str) -> str:
    return say("case-line", code=show(case_code), category=category, status=status)


def added(case_code: str, told: bool) -> str:
    lines = [say("case-added"), show(case_code)]
    lines += [say("case-added-told")] if told else []
    return "\n".join(lines)


def withdrawn(case_code: str, unit: str) -> str:
    return "\n".join((say("case-withdrawn", unit=unit), show(case_code)))


def told(case_code: str) -> str:
    return "\n".join((say("case-told"), show(case_code)))


def thanks(low: bool) -> str:
    """`low`: the person was not satisfied, so they are asked what should be better."""
    return " ".join([say("case-thanks"), *([say("case-thanks-more")] if low else [])])


def reopened(case_code: str, unit: str, department: str, due: str) -> str:
    return "\n".join(
        (
            say("case-reopened", unit=unit),
            show(case_code),
            say("case-reopened-what"),
            say("case-reopened-who", department=department, due=due),
        )
    )


def result(
    *, case_code: str, unit: str, answer: str, department: str, answered_on: date, late_days: int, files: int
) -> str:
    """The answer as the citizen gets it. `late_days`: working days after the promised date."""
    if late_days:
        ready = say("case-result-ready-late", late_days=late_days, unit=unit)
    else:
        ready = say("case-result-ready")
    lines = [say("case-result"), show(case_code), ready, answer.strip()]
    lines += [say("case-result-files", n=files)] if files else []
    lines += [say("case-result-sign", department=department, date=day(answered_on)), say("case-ask-rating")]
    return "\n".join(lines)


def rate(level: int) -> str:
    """The label of a rating from 5 to 0."""
    return say(_RATE[level])


_RATE = {
    5: "case-rate-5",
    4: "case-rate-4",
    3: "case-rate-3",
    2: "case-rate-2",
    1: "case-rate-1",
    0: "case-rate-0",
}


def officer_asks(case_code: str, department: str, question: str) -> str:
    words = say("case-officer-asks-words", department=department, question=question)
    return "\n".join((say("case-officer-asks"), show(case_code), words))


def extended(case_code: str, reason: str, old_on: date, new_on: date, approver: str) -> str:
    """`approver` is a title, never a name."""
    dates = say("case-extended-dates", old=day(old_on), new=on(new_on), approver=approver)
    return "\n".join(
        (say("case-extended"), show(case_code), say("case-extended-why", reason=reason.rstrip(". ")), dates)
    )


def forwarded(case_code: str, department: str, due_on: date, due_at: datetime | None = None) -> str:
    return say("case-forwarded", code=show(case_code), department=department, due=promised(due_on, due_at))


def proof(case_code: str, lines: list[str], max_chars: int = 600) -> list[str]:
    """Day by day how the date was counted, as messages of at most `max_chars`."""
    pages, page = [], say("case-proof", code=show(case_code))
    for row in lines or [say("case-proof-none")]:
        if len(page) + 1 + len(row) > max_chars:
            pages.append(page)
            page = row
        else:
            page += "\n" + row
    return [*pages, page]
