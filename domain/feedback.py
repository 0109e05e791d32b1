"""Feedback cases (phản ánh, kiến nghị): their life, their clock, and a guess at what a text is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal, get_args

from domain.calendar import Pause, WorkCalendar, name_day
from domain.errors import BadRecord, NotAllowed
from domain.fold import exact, fold, has_accents
from domain.screening import Screening, screen

__all__ = [
    "ENDED", "OPEN", "UNITS", "CaseEvent", "CaseStatus", "CategoryHint", "Limit", "Promise", "Screening", "Unit",
    "check_extension", "due_for", "is_overdue", "next_status", "screen", "suggest_category",
]  # fmt: skip


class CaseStatus(StrEnum):
    RECEIVED = "received"  # đã tiếp nhận
    ASSIGNED = "assigned"  # đã giao
    IN_PROGRESS = "in_progress"  # đang xử lý
    WAITING_CITIZEN = "waiting_citizen"  # chờ người dân bổ sung: the clock stands
    FORWARDED = "forwarded"  # đã chuyển cơ quan khác; we still owe the person the answer
    ANSWERED = "answered"  # đã trả lời
    CLOSED = "closed"  # đã kết thúc
    WITHDRAWN = "withdrawn"  # người dân rút
    DIRECTED = "directed"  # was a khiếu nại or tố cáo: the person was shown where to go


class CaseEvent(StrEnum):
    ASSIGN = "assign"
    TAKE = "take"
    ASK_CITIZEN = "ask_citizen"
    CITIZEN_REPLIED = "citizen_replied"
    FORWARD = "forward"
    DRAFT = "draft"  # an answer was written and waits for approval
    SEND_BACK = "send_back"  # the approver returns the draft
    ANSWER = "answer"  # the approved answer goes out
    RATE = "rate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    DIRECT = "direct"
    CLOSE = "close"
    EXTEND = "extend"
    NOTE = "note"  # an internal remark, or a sentence that changes nothing


_S, _E = CaseStatus, CaseEvent
_ON_THE_DESK = (_S.RECEIVED, _S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING_CITIZEN)

OPEN = frozenset({*_ON_THE_DESK, _S.FORWARDED})
"""The answer is still owed, also after a case went to another agency."""
ENDED = frozenset({_S.CLOSED, _S.WITHDRAWN, _S.DIRECTED})

_NEXT: Mapping[tuple[CaseStatus, CaseEvent], CaseStatus] = {
    **{(status, _E.NOTE): status for status in _S},
    **{(status, _E.EXTEND): status for status in OPEN},
    **{(status, _E.WITHDRAW): _S.WITHDRAWN for status in OPEN},
    **{(status, _E.FORWARD): _S.FORWARDED for status in OPEN},
    **{(status, _E.DIRECT): _S.DIRECTED for status in _ON_THE_DESK},
    **{(status, _E.TAKE): _S.IN_PROGRESS for status in (_S.RECEIVED, _S.ASSIGNED, _S.IN_PROGRESS)},
    **{(status, _E.ASK_CITIZEN): _S.WAITING_CITIZEN for status in (_S.ASSIGNED, _S.IN_PROGRESS, _S.WAITING_CITIZEN)},
    **{(status, _E.DRAFT): _S.IN_PROGRESS for status in (_S.ASSIGNED, _S.IN_PROGRESS)},
    **{(status, _E.ANSWER): _S.ANSWERED for status in OPEN},
    **{(status, _E.ASSIGN): _S.ASSIGNED for status in (_S.RECEIVED, _S.ASSIGNED, _S.IN_PROGRESS, _S.FORWARDED)},
    (_S.WAITING_CITIZEN, _E.TAKE): _S.WAITING_CITIZEN,  # another officer, the question to the person stands
    (_S.WAITING_CITIZEN, _E.ASSIGN): _S.WAITING_CITIZEN,
    (_S.WAITING_CITIZEN, _E.DRAFT): _S.WAITING_CITIZEN,
    (_S.FORWARDED, _E.DRAFT): _S.FORWARDED,
    (_S.IN_PROGRESS, _E.SEND_BACK): _S.IN_PROGRESS,
    (_S.WAITING_CITIZEN, _E.SEND_BACK): _S.WAITING_CITIZEN,
    (_S.FORWARDED, _E.SEND_BACK): _S.FORWARDED,
    (_S.RECEIVED, _E.CITIZEN_REPLIED): _S.RECEIVED,
    (_S.ASSIGNED, _E.CITIZEN_REPLIED): _S.ASSIGNED,
    (_S.IN_PROGRESS, _E.CITIZEN_REPLIED): _S.IN_PROGRESS,
    (_S.WAITING_CITIZEN, _E.CITIZEN_REPLIED): _S.IN_PROGRESS,
    (_S.FORWARDED, _E.CITIZEN_REPLIED): _S.FORWARDED,
    (_S.ANSWERED, _E.CITIZEN_REPLIED): _S.ANSWERED,  # "cảm ơn" must not start the clock again; reopening does
    (_S.ANSWERED, _E.RATE): _S.ANSWERED,
    (_S.CLOSED, _E.RATE): _S.CLOSED,
    (_S.ANSWERED, _E.REOPEN): _S.ASSIGNED,
    (_S.CLOSED, _E.REOPEN): _S.ASSIGNED,
    (_S.ANSWERED, _E.CLOSE): _S.CLOSED,
}


def next_status(status: CaseStatus, event: CaseEvent) -> CaseStatus:
    """The status after `event`. Raises NotAllowed."""
    try:
        return _NEXT[status, event]
    except KeyError:
        raise NotAllowed(f"{event} from {status}") from None


def is_overdue(status: CaseStatus, due_at: datetime, now: datetime, waiting_since: datetime | None = None) -> bool:
    """Late from the first moment after `due_at`. Derived, never stored.

    While the person is asked for more, the clock stands: pass `waiting_since`, and the case is late only when it was so
    already at that moment. Asking does not make a late case punctual.
    """
    if status == CaseStatus.WAITING_CITIZEN and waiting_since is not None:
        now = min(now, waiting_since)
    return status in OPEN and now > due_at


def check_extension(status: CaseStatus, due_at: datetime, now: datetime, already_extended: bool) -> None:
    """A date may be moved once, and only before it has passed. Raises NotAllowed."""
    next_status(status, CaseEvent.EXTEND)
    if already_extended:
        raise NotAllowed("a case is extended only once")
    if now > due_at:
        raise NotAllowed("the date has passed: it is late, not extended")


Unit = Literal["working_days", "calendar_days", "hours", "working_hours"]
UNITS: frozenset[str] = frozenset(get_args(Unit))


@dataclass(frozen=True)
class Limit:
    """How long a kind of case may take. `hours` run day and night, `working_hours` while the office is open."""

    amount: int
    unit: Unit


@dataclass(frozen=True)
class Promise:
    """What the person is told at intake, computed once and stored."""

    due_on: date
    due_at: datetime  # aware UTC; of a limit in days the end of `due_on`, 24:00 local
    proof: tuple[str, ...]
    first_day_on: date  # the first day that counts
    reason_off: str  # completes "bắt đầu tính từ … vì …"; "" when counting begins as usual


def due_for(
    limit: Limit,
    received_at: datetime,
    calendar: WorkCalendar,
    late_hour: time | None = None,
    pauses: Sequence[Pause] = (),
) -> Promise:
    """The due date of a case received at an aware instant. Raises BadRecord for an unknown unit or a broken calendar.

    With `late_hour`, what comes at or after it, or on a day off, counts as received on the next working day, which is
    then day zero (NĐ 118/2025, Điều 18 khoản 2: a file handed in after 15:00 is passed on the next working day).
    Hours that run day and night know no late hour. `pauses`: see `WorkCalendar.deadline`.
    """
    received = received_at.astimezone(calendar.zone)
    if limit.unit == "hours":
        return _in_hours(limit.amount, received)
    if limit.unit == "working_hours":
        due = calendar.after_minutes(received, limit.amount * 60, pauses)
        assert isinstance(due.due, datetime)
        opens = calendar.next_open(received)
        reason = "" if opens.date() == received.date() else "gửi ngoài giờ làm việc"
        return Promise(due.due.date(), due.due.astimezone(UTC), due.proof, opens.date(), reason)
    if limit.unit not in UNITS:
        raise BadRecord(f"unit: must be one of {', '.join(sorted(UNITS))}, not {limit.unit!r}")
    return _in_days(limit, received, calendar, late_hour, pauses)


def _in_hours(amount: int, received: datetime) -> Promise:
    due = (received.astimezone(UTC) + timedelta(hours=amount)).astimezone(received.tzinfo)
    proof = (
        f"Bắt đầu: {received:%H:%M} {name_day(received.date())}; cần {amount} giờ, tính cả ngày nghỉ và ban đêm",
        f"Hạn: {due:%H:%M} {name_day(due.date())}",
    )
    return Promise(due.date(), due.astimezone(UTC), proof, received.date(), "")


def _in_days(
    limit: Limit, received: datetime, calendar: WorkCalendar, late_hour: time | None, pauses: Sequence[Pause]
) -> Promise:
    day, reason = received.date(), ""
    note: tuple[str, ...] = ()
    if not calendar.is_working_day(day):
        reason = f"{name_day(day)} không phải ngày làm việc"
    elif late_hour is not None and received.time() >= late_hour:
        reason = f"gửi từ {late_hour:%H:%M} trở đi"
    start = day
    if late_hour is not None and reason:
        start = calendar.next_working_day(day)
        note = (f"Gửi lúc {received:%H:%M} {name_day(day)}: tính là nhận {name_day(start)}, vì {reason}",)
    kind: Literal["working", "calendar"] = "working" if limit.unit == "working_days" else "calendar"
    due = calendar.deadline(start, limit.amount, kind, pauses)
    first = min(due.due, calendar.next_working_day(start) if kind == "working" else start + timedelta(days=1))
    if start == day and kind == "calendar":
        reason = ""  # calendar days run on as always
    ends = datetime.combine(due.due + timedelta(days=1), time.min, calendar.zone)
    return Promise(due.due, ends.astimezone(UTC), (*note, *due.proof), first, reason)


@dataclass(frozen=True)
class CategoryHint:
    """A kind of feedback and the words people use for it."""

    key: str
    words: Sequence[str]


def suggest_category(text: str, categories: Iterable[CategoryHint]) -> list[str]:
    """Keys of the categories whose words occur in the text, the best first; [] when none does.

    A phrase weighs more than a word. Accents are optional, but where the writer uses them they count: in "cho tôi hỏi"
    there is no dog (chó).
    """
    accented = has_accents(text)
    said = exact(text) if accented else fold(exact(text))
    scores: list[tuple[int, int, str]] = []
    for position, category in enumerate(categories):
        score = 0
        for words in {exact(phrase) for phrase in category.words}:
            phrase = words if accented else fold(words)
            if phrase and f" {phrase} " in f" {said} ":
                score += len(phrase.split()) ** 2
        if score:
            scores.append((-score, position, category.key))
    return [key for _, _, key in sorted(scores)]
