"""Reading a stored proof back: what was promised, and how each day counted when the date was computed.

A proof is the only record of the limit and the calendar that stood behind a promise. A limit that was changed since
must not move a date that a person was given; a day off that was announced since must.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from domain.calendar import name_day
from domain.feedback import Limit

_COUNTED = re.compile(r": ngày (làm việc )?thứ (\d+)\b")
_NEEDS = re.compile(r"; cần (\d+) (phút|giờ)\b")
_DAY = r"(?:thứ \w+|Chủ nhật) (\d\d/\d\d/\d{4})"
_TAKEN_AS = re.compile(rf"Gửi lúc \S+ {_DAY}: tính là nhận {_DAY}, vì (.*)")
_NOT_WORKED = "không phải ngày làm việc"


def limit_in(proof: Sequence[str], otherwise: Limit) -> Limit:
    """The limit a proof was computed with; `otherwise` where it does not say (a limit of no days)."""
    for line in proof:
        if needs := _NEEDS.search(line):
            amount = int(needs[1])
            return Limit(amount, "hours") if needs[2] == "giờ" else Limit(amount // 60, "working_hours")
    counted = [match for line in proof if (match := _COUNTED.search(line))]
    if not counted:
        return otherwise
    return Limit(int(counted[-1][2]), "working_days" if counted[-1][1] else "calendar_days")


def was_off(proof: Sequence[str], day: date) -> bool | None:
    """Whether a proof in days took the day for a day off; None where the day made no difference to it."""
    name = name_day(day)
    for line in proof:
        if taken := _TAKEN_AS.match(line):
            sent, taken_on = _read(taken[1]), _read(taken[2])
            if day == sent:
                return _NOT_WORKED in taken[3]
            if sent < day <= taken_on:
                return day < taken_on
        elif line.startswith(f"Ngày cuối, {name}, không tính"):
            return True
        elif line.startswith(f"{name}: ") and "ngày tiếp nhận" not in line:
            return line.startswith((f"{name}: không tính", f"{name}: bỏ qua")) or "(ngày nghỉ vẫn tính)" in line
    return None


def _read(text: str) -> date:
    number, month, year = map(int, text.split("/"))
    return date(year, month, number)
