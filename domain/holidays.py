"""Public holidays and the Saturdays worked instead of them: what was announced, and what is only expected.

A row is (date, name, verified, source). `verified` is False where no official announcement or legal text was seen: a
person must confirm the day before deadlines around it are trusted. Communes add or correct days in their own table;
this is what a new one starts with. Rule: Bộ luật Lao động 2019, Điều 112 (the days) and Điều 111 khoản 3 (a holiday on
a weekly day off is taken on the next working day).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class KnownDay:
    """A day that differs from the week's pattern."""

    on: date
    name: str
    verified: bool
    source: str

    @property
    def told(self) -> str:
        """Name and source as a proof shows them, with a warning where nobody has confirmed the day."""
        return f"{self.name}; nguồn: {self.source}" + ("" if self.verified else " (chưa xác nhận)")


def holidays(year: int) -> tuple[KnownDay, ...]:
    """Days off of a year, holidays on a weekend included. () = the year is not known yet."""
    return _of_year(_HOLIDAYS, year)


def swapped_workdays(year: int) -> tuple[KnownDay, ...]:
    """Saturdays worked in place of a weekday off (làm bù)."""
    return _of_year(_SWAPPED_WORKDAYS, year)


def unverified(year: int) -> tuple[KnownDay, ...]:
    """Days of a year that a person should still confirm."""
    return tuple(day for day in holidays(year) + swapped_workdays(year) if not day.verified)


def _of_year(rows: Sequence[tuple[str, str, bool, str]], year: int) -> tuple[KnownDay, ...]:
    days = (KnownDay(date.fromisoformat(on), name, verified, source) for on, name, verified, source in rows)
    return tuple(day for day in days if day.on.year == year)


KNOWN_YEARS = (2025, 2026, 2027)

_LAW = "Bộ luật Lao động 2019, Điều 112"
_LAW_LUNAR = "Bộ luật Lao động 2019, Điều 112; ngày âm lịch theo thư viện holidays 0.108"
_MOVED_SEEN = "Bộ luật Lao động 2019, Điều 111 khoản 3; kỳ nghỉ đã được báo chí đưa tin"
_MOVED = "Bộ luật Lao động 2019, Điều 111 khoản 3, suy ra; chưa có thông báo"
_NOTICE_2025 = "Thông báo 6150/TB-BLĐTBXH (theo thư viện holidays 0.108, chưa đọc văn bản)"
_PRESS_2025 = "Báo Chính phủ, Việt Nam News"
_NOTICE_2026 = "Thông báo của Bộ Nội vụ ngày 17/10/2025"
_SWAP_2026 = "Công văn 12729/VPCP-KGVX ngày 25/12/2025"
_CULTURE = "Nghị quyết 80-NQ/TW ngày 07/01/2026; chưa thấy luật sửa đổi, cần xác nhận"
_GUESS = "chưa có thông báo; dự đoán của thư viện holidays 0.108"
_LUNAR = "âm lịch, hai nguồn khớp nhau"

_HOLIDAYS = (
    ("2025-01-01", "Tết Dương lịch", True, _LAW),
    ("2025-01-27", "Tết Nguyên đán Ất Tỵ", False, _NOTICE_2025),
    ("2025-01-28", "Tết Nguyên đán Ất Tỵ", False, _NOTICE_2025),
    ("2025-01-29", "Tết Nguyên đán Ất Tỵ", False, _NOTICE_2025),
    ("2025-01-30", "Tết Nguyên đán Ất Tỵ", False, _NOTICE_2025),
    ("2025-01-31", "Tết Nguyên đán Ất Tỵ", False, _NOTICE_2025),
    ("2025-04-07", "Giỗ Tổ Hùng Vương (10/3 âm lịch)", True, _PRESS_2025),
    ("2025-04-30", "Ngày Chiến thắng", True, _LAW),
    ("2025-05-01", "Quốc tế Lao động", True, _LAW),
    ("2025-05-02", "Nghỉ hoán đổi (làm bù 26/4)", True, _PRESS_2025),
    ("2025-09-01", "Quốc khánh (ngày liền kề)", True, _PRESS_2025),
    ("2025-09-02", "Quốc khánh", True, _LAW),
    ("2026-01-01", "Tết Dương lịch", True, _LAW),
    ("2026-01-02", "Nghỉ hoán đổi (làm bù 10/01)", True, _SWAP_2026),
    ("2026-02-16", "Tết Nguyên đán Bính Ngọ", True, _NOTICE_2026),
    ("2026-02-17", "Tết Nguyên đán Bính Ngọ", True, _NOTICE_2026),
    ("2026-02-18", "Tết Nguyên đán Bính Ngọ", True, _NOTICE_2026),
    ("2026-02-19", "Tết Nguyên đán Bính Ngọ", True, _NOTICE_2026),
    ("2026-02-20", "Tết Nguyên đán Bính Ngọ", True, _NOTICE_2026),
    ("2026-04-26", "Giỗ Tổ Hùng Vương (10/3 âm lịch, Chủ nhật)", True, _LAW_LUNAR),
    ("2026-04-27", "Nghỉ bù Giỗ Tổ Hùng Vương", True, _MOVED_SEEN),
    ("2026-04-30", "Ngày Chiến thắng", True, _LAW),
    ("2026-05-01", "Quốc tế Lao động", True, _LAW),
    ("2026-08-31", "Nghỉ hoán đổi (làm bù 22/8)", True, _NOTICE_2026),
    ("2026-09-01", "Quốc khánh (ngày liền kề)", True, _NOTICE_2026),
    ("2026-09-02", "Quốc khánh", True, _LAW),
    ("2026-11-24", "Ngày Văn hóa Việt Nam", False, _CULTURE),
    ("2027-01-01", "Tết Dương lịch", True, _LAW),
    ("2027-02-04", "Tết Nguyên đán Đinh Mùi (dự đoán)", False, _GUESS),
    ("2027-02-05", "Tết Nguyên đán Đinh Mùi (dự đoán)", False, _GUESS),
    ("2027-02-06", "Mùng 1 Tết Đinh Mùi (Thứ Bảy)", True, _LUNAR),
    ("2027-02-07", "Tết Nguyên đán Đinh Mùi (dự đoán)", False, _GUESS),
    ("2027-02-08", "Tết Nguyên đán Đinh Mùi (dự đoán)", False, _GUESS),
    ("2027-02-09", "Nghỉ bù Tết (dự đoán)", False, _GUESS),
    ("2027-02-10", "Nghỉ bù Tết (dự đoán)", False, _GUESS),
    ("2027-04-16", "Giỗ Tổ Hùng Vương (10/3 âm lịch)", True, _LAW_LUNAR),
    ("2027-04-30", "Ngày Chiến thắng", True, _LAW),
    ("2027-05-01", "Quốc tế Lao động (Thứ Bảy)", True, _LAW),
    ("2027-05-03", "Nghỉ bù Quốc tế Lao động", True, _MOVED),
    ("2027-09-02", "Quốc khánh", True, _LAW),
    ("2027-09-03", "Quốc khánh, ngày liền kề (có thể là 01/9; dự đoán)", False, _GUESS),
    ("2027-11-24", "Ngày Văn hóa Việt Nam", False, _CULTURE),
)

_SWAPPED_WORKDAYS = (
    ("2025-04-26", "làm bù cho 02/05/2025", True, _PRESS_2025),
    ("2026-01-10", "làm bù cho 02/01/2026", True, _SWAP_2026),
    ("2026-08-22", "làm bù cho 31/08/2026", True, _NOTICE_2026),
)
