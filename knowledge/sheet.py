"""A commune's procedures in an .xlsx sheet: one row each, the template and its reader side by side."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font

from domain.errors import BadRecord
from domain.procedure import Procedure, from_record
from knowledge.normalise import fold


@dataclass(frozen=True)
class BadLine:
    """What was left out: where ("procedures.jsonl:17") and why. `partly`: the rest of the entry was taken."""

    place: str
    why: str
    partly: bool = False


@dataclass(frozen=True)
class Dated:
    """A procedure as one place of a file says it. `begins` and `ends`: the first day it applies, and no longer does."""

    place: str
    procedure: Procedure
    begins: date | None = None
    ends: date | None = None


_SHEET = "Thủ tục"
_CHANNELS = {"trực tiếp": "Trực tiếp", "trực tuyến": "Trực tuyến", "bưu chính": "Dịch vụ bưu chính"}
_TEXTS = {
    "Mã thủ tục": "code",
    "Tên theo công bố": "name",
    "Tên thường gọi": "plain_name",
    "Cấp thực hiện": "level",
    "Lĩnh vực": "field",
    "Quyết định công bố": "decision",
    "Cơ quan thực hiện": "agency",
    "Nơi nộp": "receiving_address",
    "Đối tượng": "target",
    "Điều kiện": "requirements",
    "Kết quả": "result",
    "Nộp qua mạng": "online_level",
    "Đường dẫn": "portal_url",
    "Ngày của bản này": "fetched_version",
    "Áp dụng từ ngày": "valid_from",
    "Áp dụng đến hết ngày": "valid_to",
}
_LISTS = {  # one line of the cell each
    "Người dân hay gọi": "also_called",
    "Các bước": "steps",
    "Căn cứ pháp lý": "legal_basis",
    "Ghi chú": "notes",
}
_DOCUMENTS = "Giấy tờ"
_DAY = re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})")
_CODE_CHARS = 32
_NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_BARE_NUMBER = re.compile(r"(?!0$)[\d.,\s]+")  # nothing is nothing in any unit
_UNITS = {"fee": "8.000 đồng/bản", "time_limit": "3 ngày làm việc"}
_EXPLAINED = (
    ("Mỗi hàng", "Một thủ tục. Hàng đầu là tên cột, xin giữ nguyên. Cột có tên khác sẽ bị bỏ qua và được báo lại."),
    ("Mã thủ tục, Tên theo công bố", "Hàng nào cũng phải có. Việc riêng của xã thì tự đặt mã, ví dụ HA-01."),
    ("Ô trống", "Nghĩa là không sửa gì so với bản công bố chung."),
    ("Giấy tờ", "Mỗi dòng một giấy: tên | số bản chính | số bản sao | trường hợp. Ba phần sau có thể bỏ trống."),
    ("Người dân hay gọi, Các bước, Căn cứ pháp lý, Ghi chú", "Mỗi dòng một ý."),
    ("Phí, Thời hạn", "Ghi đúng theo văn bản, có đơn vị: 8.000 đồng/bản, 3 ngày làm việc."),
    ("Ngày của bản này", "Dạng 2026-11-20."),
    ("Áp dụng từ ngày, đến hết ngày", "Dạng 20/11/2026. Để trống nếu áp dụng từ hôm nay, chưa có ngày hết."),
    (
        "Thủ tục đã công bố",
        "Xã chỉ sửa được phí, thời hạn, nơi nộp, mô tả, ghi chú. Giấy tờ, căn cứ giữ như bản công bố.",
    ),
    ("Trước khi nạp", "Chạy thử bằng danhoi import tệp.xlsx --dry-run để xem sẽ đổi gì. Trang Ví dụ không được nạp."),
)
_EXAMPLES = (
    {"Mã thủ tục": "2.000815", "Tên theo công bố": "Thủ tục chứng thực bản sao từ bản chính",
     "Nơi nộp": "Quầy số 3, Trung tâm Phục vụ hành chính công", "Phí trực tiếp": "2.000 đồng/trang",
     "Thời hạn trực tiếp": "1 ngày làm việc", "Áp dụng từ ngày": "01/01/2027"},
    {"Mã thủ tục": "HA-01", "Tên theo công bố": "Mượn nhà văn hóa thôn",
     "Người dân hay gọi": "mượn nhà văn hóa\nthuê nhà văn hóa làm đám cưới", "Cấp thực hiện": "Cấp Xã",
     "Cơ quan thực hiện": "Ủy ban nhân dân xã",
     "Giấy tờ": "Đơn xin mượn | 1 | 0\nBản sao căn cước | 0 | 1 | Người ngoài thôn",
     "Các bước": "Ông/bà gửi đơn cho trưởng thôn.\nTrưởng thôn báo ngày được dùng.",
     "Phí trực tiếp": "200.000 đồng/buổi", "Thời hạn trực tiếp": "2 ngày làm việc"},
)  # fmt: skip


def _columns() -> list[str]:
    columns = list(_TEXTS)
    columns[3:3] = ["Người dân hay gọi"]
    columns += [_DOCUMENTS, "Các bước"]
    for channel in _CHANNELS:
        columns += [f"Phí {channel}", f"Thời hạn {channel}", f"Mô tả {channel}"]
    return [*columns, "Căn cứ pháp lý", "Ghi chú"]


def write_template(path: Path) -> None:
    """An empty sheet with the columns that `rows` reads, a page that explains them and one with examples."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, filled in ((_SHEET, ()), ("Ví dụ", _EXAMPLES)):
        page = book.create_sheet(name)
        page.append(_columns())
        for example in filled:
            page.append([example.get(column, "") for column in _columns()])
        for row in page.iter_rows():
            for cell in row:
                cell.font, cell.alignment = Font(bold=cell.row == 1), Alignment(wrap_text=True, vertical="top")
        for cell in page[1]:
            page.column_dimensions[cell.column_letter].width = 24
        page.freeze_panes = "C2"
    help_page = book.create_sheet("Cách điền")
    for row in _EXPLAINED:
        help_page.append(row)
    help_page.column_dimensions["A"].width, help_page.column_dimensions["B"].width = 40, 90
    book.save(path)


def rows(path: Path) -> Iterator[Dated | BadLine]:
    """The procedures of the sheet. Columns are found by their names, in any order; unknown ones are reported."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        page = book[_SHEET] if _SHEET in book.sheetnames else book.worksheets[0]
        lines = page.iter_rows(values_only=True)
        titles = {at: str(name).strip() for at, name in enumerate(next(lines, ())) if name}
        names = {fold(title): at for at, title in titles.items()}
        if fold("Mã thủ tục") not in names:
            yield BadLine(path.name, "the first row has no column 'Mã thủ tục'")
            return
        if unknown := [title for title in titles.values() if fold(title) not in {fold(c) for c in _columns()}]:
            named = ", ".join(f"'{title[:40]}'" for title in unknown)
            yield BadLine(f"{path.name}:1", f"no such column, so it was left out: {named}", partly=True)
        for number, line in enumerate(lines, 2):
            cells = {name: _text(line[at]) for name, at in names.items() if at < len(line)}
            if any(cells.values()):
                yield _row(f"{path.name}:{number}", cells)
    finally:
        book.close()


def _row(place: str, cells: dict[str, str]) -> Dated | BadLine:
    record: dict[str, Any] = {}
    for title, key in _TEXTS.items():
        if value := cells.get(fold(title)):
            record[key] = value
    for title, key in _LISTS.items():
        record[key] = _lines(cells.get(fold(title), ""))
    try:
        record["submission"] = [row for channel in _CHANNELS if (row := _submission(channel, cells))]
        record["documents"] = [_document(line) for line in _lines(cells.get(fold(_DOCUMENTS), ""))]
        return dated(place, record)
    except BadRecord as error:
        return BadLine(place, _by_title(str(error)))


def _by_title(why: str) -> str:
    """The reason with the column's title, which is what the officer sees, instead of the record's key."""
    titles = {key: title for title, key in (*_TEXTS.items(), *_LISTS.items())}
    return re.sub(r"'(\w+)'", lambda key: f"'{titles.get(key[1], key[1])}'", why)


def dated(place: str, record: dict[str, Any]) -> Dated:
    """A record with its days: `valid_from`, and `valid_to`, the last day. All text becomes NFC. Raises BadRecord."""
    record = _composed(record)
    if len(str(record.get("code") or "")) > _CODE_CHARS or re.search(r"\s", str(record.get("code") or "").strip()):
        raise BadRecord(f"'code' is longer than {_CODE_CHARS} characters or has a space in it")
    level = record.get("level")
    if level is not None and not isinstance(level, str) and not _is_texts(level):
        raise BadRecord("'level' is not a list of texts")
    for row in record.get("submission") or ():
        for key, value in row.items() if isinstance(row, dict) else ():
            _with_unit(key, value, f"'submission.{key}'")
    begins, last = _day(record, "valid_from"), _day(record, "valid_to")
    if begins and last and last < begins:
        raise BadRecord("'valid_to' is before 'valid_from'")
    ends = last + timedelta(days=1) if last else None
    return Dated(place, from_record(record), begins, ends)


def _with_unit(key: str, value: object, where: str) -> None:
    """A fee "8000" or a limit "3" could mean anything. Raises BadRecord."""
    if key in _UNITS and isinstance(value, str) and _BARE_NUMBER.fullmatch(value):
        raise BadRecord(f"'{value}' in {where} has no unit; write it like {_UNITS[key]}")


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _day(record: dict[str, Any], key: str) -> date | None:
    value = record.get(key)
    if isinstance(value, datetime):
        return value.date()
    if value in (None, "") or isinstance(value, date):
        return value or None
    if match := _DAY.fullmatch(str(value).strip()):
        try:
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            pass
    elif _ISO.fullmatch(str(value).strip()):
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            pass
    raise BadRecord(f"'{key}' is not a day: {str(value)[:40]}")


def _composed(value: Any) -> Any:
    """Every text in one spelling: a decomposed "ệ" from a Mac or from Windows-1258 would be another word."""
    if isinstance(value, str):
        if _NO_TEXT.search(value):
            raise BadRecord("there is a character that no text may have (zero byte or half a pair)")
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        return {_composed(key): _composed(item) for key, item in value.items()}
    return value


def _submission(channel: str, cells: dict[str, str]) -> dict[str, str] | None:
    keys = {"fee": "Phí", "time_limit": "Thời hạn", "note": "Mô tả"}
    values = {key: cells.get(fold(f"{title} {channel}"), "") for key, title in keys.items()}
    given = {key: value for key, value in values.items() if value}
    for key, value in given.items():
        _with_unit(key, value, f"column '{keys[key]} {channel}'")
    return {"channel": _CHANNELS[channel], **given} if given else None


def _document(line: str) -> dict[str, Any]:
    name, *rest = [part.strip() for part in line.split("|")]
    original, copies, situation = (*rest, "", "", "")[:3]
    document: dict[str, Any] = {"name": name, "case": situation}
    for key, value in (("original_count", original), ("copy_count", copies)):
        if value:
            if not re.fullmatch(r"\d{1,3}", value):
                raise BadRecord(f"'{value}' in column '{_DOCUMENTS}' is not a number")
            document[key] = int(value)
    return document


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.splitlines() if line.strip()]


def _text(value: object) -> str:
    """A cell as text. A spreadsheet turns 1.001193 into a number and a date into a moment: both are undone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6f}" if value != int(value) else str(int(value))
    return str(value).strip()
