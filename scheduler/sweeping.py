"""What sweeps share: one odd row never stops the others, and nobody is disturbed outside office hours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from domain.calendar import WorkCalendar

log = logging.getLogger(__name__)

MOST_AT_ONCE = 60

_DAYTIME = (time(8), time(17))  # where a commune has entered no hours


class _Row(Protocol):
    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=_Row)


def each(session: Session, job: str, id_name: str, rows: Iterable[R], look: Callable[[R], int]) -> int:
    """`look` at every row in a savepoint of its own and add up what it returns.

    Stops after MOST_AT_ONCE messages, so that the transaction stays short; the next look goes on with the rest.
    A row that fails is undone and logged by its id (as `id_name`, "case_id"), with the kind and place of the failure,
    never with its words.
    """
    owed = 0
    for row in rows:
        if owed >= MOST_AT_ONCE:
            break
        row_id = row.id
        try:
            with session.begin_nested():
                owed += look(row)
        except Exception as error:
            log.error("one row of a sweep failed", extra={"job": job, id_name: row_id, "where": _where(error)})
    return owed


def in_office_hours(now: datetime, calendar: WorkCalendar) -> bool:
    """On a working day while the office is open; 8:00 to 17:00 where no hours are entered."""
    local = now.astimezone(calendar.zone)
    if not calendar.is_working_day(local.date()):
        return False
    if any(calendar.hours.values()):
        return calendar.open_at(now)
    return _DAYTIME[0] <= local.time() < _DAYTIME[1]


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + place
