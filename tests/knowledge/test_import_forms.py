"""Files as offices really send them: encodings, line ends, damaged rows, dates; and the command itself."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.procedure import Procedure
from knowledge import changes
from knowledge.load import BadLine, Report, import_files, read, write_template
from storage import procedures
from storage.db import Database
from storage.procedures import Change
from storage.tables import NATION

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NAME = "Xác nhận tình trạng hôn nhân, đường số 5"

_ids = itertools.count(1)


def ids() -> int:
    return next(_ids)


def line(**values: Any) -> str:
    return json.dumps({"code": "1.000001", "name": NAME, **values}, ensure_ascii=False)


def cp1258(text: str) -> bytes:
    """As Windows wrote Vietnamese: vowels with their hats in one byte, the tone in the next."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = ""
    for char in text:
        pieces = unicodedata.normalize("NFD", char)
        tone = "".join(c for c in pieces if c in tones)
        out += unicodedata.normalize("NFC", "".join(c for c in pieces if c not in tones)) + tone
    return out.encode("cp1258")


def good(path: Path) -> list[Procedure]:
    return [item for item in read(path) if isinstance(item, Procedure)]


def bad(path: Path) -> list[BadLine]:
    return [item for item in read(path) if isinstance(item, BadLine)]


def bring(db: Database, path: Path, *, today: date = TODAY, dry_run: bool = False) -> Report:
    with db.writing() as session:
        return import_files(session, [path], NATION, today=today, now=NOW, ids=ids, dry_run=dry_run)


def sheet(path: Path, *rows: dict[str, Any]) -> Path:
    write_template(path)
    book = load_workbook(path)
    page = book["Thủ tục"]
    columns = {cell.value: cell.column for cell in page[1]}
    for number, cells in enumerate(rows, 2):
        for name, value in cells.items():
            page.cell(number, columns[name], value)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("why", "raw"),
    [
        ("as it should be", line().encode()),
        ("a byte order mark", b"\xef\xbb\xbf" + line().encode()),
        ("lines of Windows", line().encode() + b"\r\n\r\n"),
        ("decomposed, from a Mac", unicodedata.normalize("NFD", line()).encode()),
        ("Windows-1258", cp1258(line())),
    ],
)
@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "yaml"])
def test_a_text_file_in_any_encoding_says_the_same(tmp_path: Path, why: str, raw: bytes, form: str) -> None:
    path = tmp_path / f"p.{form}"
    path.write_bytes(gzip.compress(raw) if form.endswith("gz") else raw)
    assert bad(path) == [], why
    assert [procedure.name for procedure in good(path)] == [NAME], why


def test_a_sheet_with_decomposed_text_says_the_same(tmp_path: Path) -> None:
    path = sheet(tmp_path / "x.xlsx", {"Mã thủ tục": "1.1", "Tên theo công bố": unicodedata.normalize("NFD", NAME)})
    assert [procedure.name for procedure in good(path)] == [NAME]


def test_damaged_utf8_is_named_and_not_read_as_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(line().encode().replace("ậ".encode(), b"\xe1\xba"))
    assert [item.place for item in bad(path)] == ["p.jsonl:1"]


@pytest.mark.parametrize(
    ("why", "form", "place", "reason"),
    [
        ("a line of the dump", "jsonl", "f.jsonl:2", "'name' is missing"),
        ("the same, packed", "jsonl.gz", "f.jsonl.gz:2", "'name' is missing"),
        ("a row of a sheet, by row and column", "xlsx", "f.xlsx:3", "'Tên theo công bố' is missing"),
        ("an entry of a YAML list", "yaml", "f.yaml:2", "'name' is missing"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(
    tmp_path: Path, why: str, form: str, place: str, reason: str
) -> None:
    path = tmp_path / f"f.{form}"
    second = '{"code": "1.000002"}'
    if form == "xlsx":
        sheet(path, {"Mã thủ tục": "1.000001", "Tên theo công bố": NAME}, {"Mã thủ tục": "1.000002"})
    elif form == "yaml":
        path.write_text(f"- {line()}\n- {second}\n", encoding="utf-8")
    else:
        raw = f"{line()}\n{second}\n".encode()
        path.write_bytes(gzip.compress(raw) if form.endswith("gz") else raw)
    assert [(item.place, reason in item.why) for item in bad(path)] == [(place, True)], why
    assert len(good(path)) == 1, why


@pytest.mark.parametrize(
    ("why", "values", "reason"),
    [
        ("no such day", {"valid_from": "31/02/2026"}, "'valid_from' is not a day"),
        ("words for a day", {"valid_from": "sắp tới"}, "'valid_from' is not a day"),
        ("ends before it begins", {"valid_from": "2026-05-01", "valid_to": "2026-04-01"}, "before 'valid_from'"),
        ("a number for a text", {"agency": 5}, "'agency' is not a text"),
        ("a number for the level", {"level": 5}, "'level'"),
        ("a code that is a sentence", {"code": "mã của thủ tục"}, "'code'"),
        ("half a character", {"result": "\ud800"}, "no text may have"),
        ("a zero byte", {"steps": ["a\x00b"]}, "no text may have"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(tmp_path: Path, why: str, values: dict[str, Any], reason: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps({"code": "1.1", "name": "A", **values}), encoding="utf-8")
    assert [reason in item.why for item in bad(path)] == [True], why


def test_a_broken_yaml_file_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("code: '1.1'\nname: [A\n", encoding="utf-8")
    assert "line" in bad(tmp_path / "x.yaml")[0].why


def test_a_huge_line_is_named_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(line(result="x" * 9_000_000) + "\n" + line(code="1.000002") + "\n", encoding="utf-8")
    assert [(item.place, "longer than" in item.why) for item in bad(path)] == [("p.jsonl:1", True)]
    assert [procedure.code for procedure in good(path)] == ["1.000002"]


@pytest.mark.parametrize("form", ["jsonl", "yaml", "xlsx"])
def test_a_rule_for_later_waits_for_its_day_and_loading_it_twice_changes_nothing(
    db: Database, tmp_path: Path, form: str
) -> None:
    old = tmp_path / "old.jsonl"
    old.write_text(line(result="Bản cũ"), encoding="utf-8")
    bring(db, old)
    new = tmp_path / f"new.{form}"
    if form == "xlsx":
        sheet(new, {"Mã thủ tục": "1.000001", "Tên theo công bố": NAME, "Kết quả": "Bản mới",
                    "Áp dụng từ ngày": "01/12/2026", "Áp dụng đến hết ngày": datetime(2026, 12, 31)})  # fmt: skip  # noqa: DTZ001
    else:
        new.write_text(line(result="Bản mới", valid_from="2026-12-01", valid_to="2026-12-31"), encoding="utf-8")
    assert len(bring(db, new).changed) == 1
    for path in (new, old, new):
        report = bring(db, path)
        assert (report.changed, report.unchanged) == ([], 1), "neither file undoes the other"
    for on, says in ((date(2026, 11, 30), "Bản cũ"), (date(2026, 12, 1), "Bản mới"), (date(2027, 1, 1), None)):
        with db.reading() as session:
            found = [s for s in procedures.by_code(session, [NATION], "1.000001", on) if s.holds_on(on)]
            assert [s.procedure.result for s in found] == ([says] if says else []), on


def test_a_correction_of_today_leaves_what_is_planned(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    for values in ({"result": "một"}, {"result": "ba", "valid_from": "2026-12-01"}, {"result": "hai"}):
        path.write_text(line(**values), encoding="utf-8")
        bring(db, path)
    with db.reading() as session:
        told = {
            on: [s.procedure.result for s in procedures.by_code(session, [NATION], "1.000001", on) if s.holds_on(on)]
            for on in (TODAY, date(2026, 12, 1))
        }
    assert told == {TODAY: ["hai"], date(2026, 12, 1): ["ba"]}


def test_a_day_in_the_past_dates_the_rule_and_it_holds_today(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(line(valid_from="01/07/2025"), encoding="utf-8")
    assert bring(db, path).added == ["1.000001"]
    assert bring(db, path).unchanged == 1
    with db.reading() as session:
        assert [s.valid_from_on for s in procedures.by_code(session, [NATION], "1.000001", TODAY)] == [date(2025, 7, 1)]


def test_a_dry_run_tells_field_by_field_and_changes_nothing(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(line(result="một"), encoding="utf-8")
    bring(db, path)
    path.write_text(line(result="hai", decision="QĐ 2"), encoding="utf-8")
    for _ in range(2):
        changes = bring(db, path, dry_run=True).changed[0].changes
        assert [(c.field, c.old, c.new) for c in changes] == [("decision", None, "QĐ 2"), ("result", "một", "hai")]


def test_the_command_imports_shows_and_repeats(tmp_path: Path) -> None:
    """As somebody at the commune types it, in a process of its own."""
    path = tmp_path / "p.jsonl"
    env = {**os.environ, "DANHOI_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "200"}

    def run(*words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    path.write_text(line(result="một") + "\nhỏng\n", encoding="utf-8")
    said = run("import", str(path), code=1)
    assert "Added 1, changed 0, unchanged 0, left out 1." in said
    assert "p.jsonl:2: not JSON" in said
    path.write_text(line(result="hai"), encoding="utf-8")
    assert "1.000001 Kết quả: một → hai" in run("import", "--dry-run", str(path))
    assert "changed 1" in run("import", str(path))
    assert "Added 0, changed 0, unchanged 1" in run("import", str(path))
    (tmp_path / "empty").mkdir()
    assert "nothing to import was found" in run("import", str(tmp_path / "empty"), code=1)
    run("template", str(tmp_path / "mau.xlsx"))
    assert list(read(tmp_path / "mau.xlsx")) == []
    run("demo")
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps({"code": "2.000815", "name": "Sao y", "submission": [
        {"channel": "Trực tiếp", "fee": "1.500 đồng/trang"}]}), encoding="utf-8")  # fmt: skip
    assert "tối đa 200.000 đồng/bản → 1.500 đồng/trang" in run("import", "--dry-run", str(own), "--commune", "hoa-an")
    run("import", str(own), "--commune", "hoa-an")
    asked = run("ask", "sao y bao nhieu tien")
    assert "Lệ phí: 1.500 đồng/trang" in asked
    assert "Lệ phí theo xã Hòa An" in asked
    assert "no commune 'nowhere'" in run("ask", "sao y", "--commune", "nowhere", code=1)


def test_the_examples_of_the_template_can_be_imported_once_copied(tmp_path: Path) -> None:
    write_template(tmp_path / "mau.xlsx")
    book = load_workbook(tmp_path / "mau.xlsx")
    columns = [cell.value for cell in book["Thủ tục"][1]]
    examples = [dict(zip(columns, row, strict=True)) for row in book["Ví dụ"].iter_rows(min_row=2, values_only=True)]
    path = sheet(tmp_path / "x.xlsx", *examples)
    assert bad(path) == []
    assert [(one.code, bool(one.submission)) for one in good(path)] == [("2.000815", True), ("HA-01", True)]


def test_a_column_that_nobody_knows_is_named_and_the_rest_is_taken(tmp_path: Path) -> None:
    path = sheet(tmp_path / "x.xlsx", {"Mã thủ tục": "1.1", "Tên theo công bố": "A"})
    book = load_workbook(path)
    book["Thủ tục"].cell(1, 40, "Lệ phí")
    book.save(path)
    assert [(one.place, "'Lệ phí'" in one.why, one.partly) for one in bad(path)] == [("x.xlsx:1", True, True)]
    assert len(good(path)) == 1


@pytest.mark.parametrize("column", ["Phí trực tiếp", "Thời hạn trực tuyến"])
def test_a_number_without_a_unit_is_no_fee_and_no_limit(tmp_path: Path, column: str) -> None:
    path = sheet(tmp_path / "x.xlsx", {"Mã thủ tục": "1.1", "Tên theo công bố": "A", column: 8000})
    assert [(f"'8000' in column '{column}' has no unit" in one.why) for one in bad(path)] == [True]
    row = {"channel": "Trực tiếp", "fee": "8.000"}
    (tmp_path / "p.jsonl").write_text(line(submission=[row]), encoding="utf-8")
    assert ["has no unit" in one.why for one in bad(tmp_path / "p.jsonl")] == [True]


def test_a_difference_deep_in_a_long_text_is_shown() -> None:
    old, new = ("Điều kiện rất dài " * 20 + f"từ {age} tuổi" for age in (75, 80))
    shown = changes.told([Change("requirements", old, new)])[0]
    assert "75" in shown.split(" → ")[0]
    assert "80" in shown.split(" → ")[1]
    assert len(shown) < 300
