"""The commune's clock: which days and hours count, and by which rule. Every due date can show its working.

Two clocks. A period in days follows the Civil Code (Bộ luật Dân sự 2015, Điều 147–148): working days are Monday to
Friday, less public holidays, plus the Saturdays worked instead of them (làm bù). Opening hours do not matter to it: a
desk that opens on Saturday morning does not make Saturday a working day. A period in minutes runs while the office is
open and at no other time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from domain.errors import BadRecord

Periods = tuple[tuple[time, time], ...]
"""Opening hours of one day in any order, overlaps allowed. A closing time of 00:00 means the end of the day, 24:00."""

Pause = tuple[date | datetime, date | datetime]
"""The clock stands from the first value to the second: up to an instant, or to the end of a day, which is included."""

Kind = Literal["working", "calendar"]
Span = tuple[datetime, datetime]  # aware UTC, the end not included
_Stop = tuple[datetime, datetime, str]  # a pause as instants, and in words

MAX_DAYS = 36_525  # a century; more is a typing mistake
MAX_MINUTES = MAX_DAYS * 24 * 60
_BARREN_DAYS = 3 * 366  # so long without one counted day or open minute: the calendar is wrong, not the period long
_SATURDAY = 5
_MONDAY = 0
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_LAW = "Bộ luật Dân sự 2015, Điều"


@dataclass(frozen=True)
class Due:
    """When a period ends, with its proof in Vietnamese, a sentence for each day.

    `due` is a day (the period ends with it, at 24:00) or, of a period in minutes, an aware instant on the local clock.
    """

    due: date | datetime
    proof: tuple[str, ...]


@dataclass(frozen=True)
class WorkCalendar:
    """When a commune works. Weekdays count from Monday = 0; the text beside a day is its name and source."""

    timezone: str = "Asia/Ho_Chi_Minh"
    hours: Mapping[int, Periods] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    extra_workdays: Mapping[date, str] = field(default_factory=dict)  # win over a holiday on the same day
    special_days: Mapping[date, Periods] = field(default_factory=dict)  # other hours than usual; () = shut

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise BadRecord(f"timezone: unknown time zone '{self.timezone}'") from None
        for where, periods in (*self.hours.items(), *self.special_days.items()):
            for opens, closes in periods:
                if opens >= closes and closes != time.min:
                    raise BadRecord(f"hours of {where}: {opens:%H:%M} to {closes:%H:%M} ends before it begins")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_working_day(self, day: date) -> bool:
        return day in self.extra_workdays or (day.weekday() < _SATURDAY and day not in self.holidays)

    def why_off(self, day: date) -> str:
        """Why the day is not a working day; "" when it is one."""
        if self.is_working_day(day):
            return ""
        return self.holidays.get(day, "nghỉ cuối tuần") or "ngày nghỉ theo lịch"

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`. Raises BadRecord when there is none for three years."""
        for later in _days_after(day):
            if self.is_working_day(later):
                return later
        raise BadRecord(f"holidays: no working day in the three years after {day.isoformat()}")

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`, as in "trễ 2 ngày làm việc"; 0 when `last` is not later."""
        span = range(1, (last - first).days + 1)
        return sum(self.is_working_day(first + timedelta(days=n)) for n in span)

    def open_spans(self, day: date) -> list[Span]:
        """The open hours of a local day as instants, merged and in order."""
        periods = self._periods(day)
        return _merge([(self._at(day, opens), self._closing(day, closes)) for opens, closes in periods])

    def open_at(self, at: datetime) -> bool:
        """Open at this instant. At the closing minute the office is shut."""
        instant = self._instant(at)
        return any(begin <= instant < end for begin, end in self.open_spans(self._day_of(instant)))

    def next_open(self, at: datetime) -> datetime:
        """The first open moment from `at` on, on the local clock; `at` itself when open. Raises BadRecord if never."""
        due = self.after_minutes(at, 0).due
        assert isinstance(due, datetime)
        return due

    def deadline(self, start: date, days: int, kind: Kind = "working", pauses: Sequence[Pause] = ()) -> Due:
        """The last day of a period of `days`, counted from the day of receipt as day zero.

        Source: Civil Code 2015, art. 147(2): the first day is not counted; art. 148(5): a period whose last day is off
        ends with the next working day, whether it counts working or calendar days. An instant counts as its local day.
        A day inside a pause does not count, and a period does not end in a pause. A pause between two instants takes
        out the days it covers wholly, or for all their open hours: a day that was worked in part counts.
        Raises BadRecord.
        """
        _check_amount("days", days, MAX_DAYS)
        stops = [self._stop(pause) for pause in pauses]
        first = self._day_of(self._instant(start)) if isinstance(start, datetime) else start
        proof = [f"{name_day(first)}: ngày tiếp nhận, không tính ({_LAW} 147 khoản 2)"]
        day, counted, barren = first, 0, 0
        while counted < days:
            day += timedelta(days=1)
            reason = self._paused(day, stops) or (self.why_off(day) if kind == "working" else "")
            if reason:
                barren += 1
                if barren > _BARREN_DAYS:
                    raise BadRecord(f"days: nothing to count in the three years before {day.isoformat()}")
                proof.append(f"{name_day(day)}: không tính, {reason}")
            else:
                counted, barren = counted + 1, 0
                proof.append(f"{name_day(day)}: {self._counted(day, counted, kind)}")
        day = self._roll(day, stops, proof)
        proof.append(f"Hạn: hết {name_day(day)}, lúc 24 giờ ({_LAW} 148 khoản 6)")
        return Due(day, tuple(proof))

    def after_minutes(self, start: datetime | date, minutes: int, pauses: Sequence[Pause] = ()) -> Due:
        """The instant when `minutes` of open time have passed. A date starts at its local midnight.

        A period that ends exactly when the office shuts (or a pause begins) ends there; zero minutes end at the next
        open moment. Naive instants are local. Source: Civil Code 2015, art. 147(1). Raises BadRecord.
        """
        _check_amount("minutes", minutes, MAX_MINUTES)
        stops = [self._stop(pause) for pause in pauses]
        at = self._instant(start)
        left, barren = timedelta(minutes=minutes), 0
        begins = f"{self._clock(at)} {name_day(self._day_of(at))}"
        proof = [f"Bắt đầu: {begins}; cần {minutes} phút trong giờ làm việc ({_LAW} 147 khoản 1)"]
        for day in _days_after(self._day_of(at) - timedelta(days=1), MAX_DAYS * 24):
            spans = _after(at, _subtract(self.open_spans(day), [(begin, end) for begin, end, _ in stops]))
            used: list[Span] = []
            for begin, end in spans:
                ends = min(end, begin + left)
                used.append((begin, ends))
                left -= ends - begin
                if not left:
                    proof.append(self._minutes_line(day, used, left, stops))
                    due = ends.astimezone(self.zone)
                    proof.append(f"Hạn: {self._clock(ends)} {name_day(due.date())}")
                    return Due(due, tuple(proof))
            barren = 0 if used else barren + 1
            if barren > _BARREN_DAYS:
                break
            proof.append(self._minutes_line(day, used, left, stops) if used else self._shut_line(day, at, stops))
        raise BadRecord(f"hours: no open time in the three years before {day.isoformat()}")

    def _roll(self, day: date, stops: Sequence[_Stop], proof: list[str]) -> date:
        """The day itself, or the next working day when it is off or paused."""
        for barren, later in enumerate(_days_after(day - timedelta(days=1))):
            paused = self._paused(later, stops)
            if not paused and self.is_working_day(later):
                return later
            reason = paused or self.why_off(later)
            if barren == 0:
                proof.append(
                    f"Ngày cuối, {name_day(later)}, không tính ({reason}): "
                    f"thời hạn kết thúc vào ngày làm việc tiếp theo ({_LAW} 148 khoản 5)"
                )
            else:
                proof.append(f"{name_day(later)}: bỏ qua, {reason}")
        raise BadRecord(f"holidays: no working day in the three years after {day.isoformat()}")

    def _periods(self, day: date) -> Periods:
        if day in self.special_days:
            return self.special_days[day]
        if day in self.extra_workdays:
            return self.hours.get(_MONDAY, ())
        if day in self.holidays:
            return ()
        return self.hours.get(day.weekday(), ())

    def _at(self, day: date, clock: time = time.min) -> datetime:
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def _closing(self, day: date, closes: time) -> datetime:
        return self._at(day + timedelta(days=1)) if closes == time.min else self._at(day, closes)

    def _instant(self, value: datetime | date) -> datetime:
        if not isinstance(value, datetime):
            return self._at(value)
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)

    def _day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def _stop(self, pause: Pause) -> _Stop:
        first, last = pause
        begin = self._instant(first)
        end = self._instant(last) if isinstance(last, datetime) else self._at(last + timedelta(days=1))
        if end < begin or (end == begin and not isinstance(last, datetime)):
            raise BadRecord(f"pauses: {first.isoformat()} to {last.isoformat()} ends before it begins")
        words = " đến ".join(
            f"{self._clock(self._instant(v))} {name_day(self._day_of(self._instant(v)))}"
            if isinstance(v, datetime)
            else name_day(v)
            for v in pause
        )
        return begin, end, f"tạm dừng từ {words}"

    def _paused(self, day: date, stops: Sequence[_Stop]) -> str:
        """Why the day lies inside a pause, or several that join; "" when it does not."""
        whole = (self._at(day), self._at(day + timedelta(days=1)))
        touching = [stop for stop in stops if stop[0] < whole[1] and whole[0] < stop[1]]
        if not touching:
            return ""
        pauses = [(begin, end) for begin, end, _ in touching]
        opening = self.open_spans(day)
        if _subtract([whole], pauses) and (not opening or _subtract(opening, pauses)):
            return ""
        return "; ".join(words for _, _, words in touching)

    def _counted(self, day: date, number: int, kind: Kind) -> str:
        if kind == "calendar":
            return f"ngày thứ {number}" + ("" if self.is_working_day(day) else " (ngày nghỉ vẫn tính)")
        note = self.extra_workdays.get(day)
        return f"ngày làm việc thứ {number}" + ("" if note is None else f" ({note or 'ngày làm bù'})")

    def _minutes_line(self, day: date, used: Sequence[Span], left: timedelta, stops: Sequence[_Stop]) -> str:
        note = self.extra_workdays.get(day)
        note = " (giờ riêng của ngày này)" if day in self.special_days else f" ({note})" if note else ""
        if used[0][0] == used[0][1]:
            return f"{name_day(day)}{note}: đang mở cửa lúc {self._clock(used[0][0])}"
        ranges = ", ".join(f"{self._clock(begin)}–{self._clock(end, day)}" for begin, end in used)
        spent = sum((end - begin for begin, end in used), timedelta())
        line = f"{name_day(day)}{note}: tính {ranges} ({_minutes(spent)} phút), còn {_minutes(left)} phút"
        seen = [(begin, end if left else min(end, used[-1][1])) for begin, end in self.open_spans(day)]
        return "; ".join([line, *self._stops_within(seen, stops)])

    def _shut_line(self, day: date, at: datetime, stops: Sequence[_Stop]) -> str:
        opening = self.open_spans(day)
        if not opening:
            shut = "đóng cửa cả ngày" if day in self.special_days else "không có giờ làm việc"
            return f"{name_day(day)}: không tính, {self.why_off(day) or shut}"
        if not _after(at, opening):
            return f"{name_day(day)}: không tính, đã hết giờ làm việc"
        return f"{name_day(day)}: không tính, {'; '.join(self._stops_within(opening, stops))}"

    def _stops_within(self, opening: Sequence[Span], stops: Sequence[_Stop]) -> list[str]:
        return [
            words for begin, end, words in stops if any(begin < closes and opens < end for opens, closes in opening)
        ]

    def _clock(self, instant: datetime, day: date | None = None) -> str:
        """HH:MM on the local clock, 24:00 at the end of `day`; seconds only where there are any."""
        local = instant.astimezone(self.zone)
        if day and local.date() > day:
            return "24:00"
        return f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"


def name_day(day: date) -> str:
    """thứ Hai 03/08/2026"""
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def _days_after(day: date, limit: int = _BARREN_DAYS) -> Iterator[date]:
    for n in range(1, limit + 1):
        yield day + timedelta(days=n)


def _check_amount(key: str, amount: int, most: int) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= most:
        raise BadRecord(f"{key}: must be a whole number from 0 to {most}, not {amount!r}")


def _minutes(length: timedelta) -> str:
    return f"{length.total_seconds() / 60:.10g}".replace(".", ",")


def _merge(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _subtract(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """What remains of merged `spans` outside the holes."""
    left = list(spans)
    for hole_begin, hole_end in holes:
        if hole_begin >= hole_end:
            continue
        parts = [((begin, min(end, hole_begin)), (max(begin, hole_end), end)) for begin, end in left]
        left = [part for pair in parts for part in pair if part[0] < part[1]]
    return left


def _after(at: datetime, spans: Sequence[Span]) -> list[Span]:
    return [(max(begin, at), end) for begin, end in spans if end > at]
