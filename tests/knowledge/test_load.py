"""Procedures come in from files, in layers and versions; nothing is lost by loading twice or in another order."""

from __future__ import annotations

import gzip
import itertools
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.procedure import Procedure, Submission, from_record
from knowledge import load
from knowledge.library import Library
from knowledge.load import BadLine, import_files, read, write_template
from storage import procedures
from storage.db import Database
from storage.tables import NATION, Tenant

ROOT = Path(__file__).parents[2]
SEED = ROOT / "knowledge/seed"
DUMP = ROOT / "../shared/data/procedures.jsonl.gz"
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)
TOMORROW = date(2026, 11, 21)

_ids = itertools.count(1)


def ids() -> int:
    return next(_ids)


def record(code: str = "1.000001", **values: Any) -> dict[str, Any]:
    return {"code": code, "name": f"Thủ tục {code}", "fetched_version": "2026-07-18", **values}


def write(path: Path, *records: object) -> Path:
    lines = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in records]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def bring(
    db: Database, *paths: Path, tenant_id: int = NATION, today: date = TODAY, dry_run: bool = False
) -> load.Report:
    with db.writing() as session:
        return import_files(session, paths, tenant_id, today=today, now=NOW, ids=ids, dry_run=dry_run)


def now_says(db: Database, code: str = "1.000001", tenant_id: int = NATION, today: date = TODAY) -> Procedure:
    with db.reading() as session:
        known = Library().procedure(session, tenant_id, code, today)
        assert known
        return known.procedure


@pytest.mark.parametrize(
    ("why", "line", "reason"),
    [
        ("cut in the middle", '{"code": "1.0', "not JSON"),
        ("not an object", "[1, 2]", "not an object"),
        ("no code", '{"name": "A"}', "'code' is missing"),
        ("no name", '{"code": "1.1", "name": " "}', "'name' is missing"),
        ("fees are no list", '{"code": "1.1", "name": "A", "submission": "x"}', "'submission' is not a list"),
        (
            "a count that is no number",
            '{"code":"1.1","name":"A","documents":[{"name":"x","copy_count":"hai"}]}',
            "number",
        ),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_loaded(tmp_path: Path, why: str, line: str, reason: str) -> None:
    path = write(tmp_path / "p.jsonl", record("1.000001"), line, "", record("1.000002"))
    found = list(read(path))
    assert [item.code for item in found if isinstance(item, Procedure)] == ["1.000001", "1.000002"], why
    bad = next(item for item in found if isinstance(item, BadLine))
    assert bad.place == "p.jsonl:2", why
    assert reason in bad.why, why


def test_files_of_every_kind_give_the_same_procedure(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.jsonl", record())
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "c.yaml").write_text("code: '1.000001'\nname: Thủ tục 1.000001\nfetched_version: '2026-07-18'\n")
    assert list(read(plain)) == list(read(packed)) == list(read(tmp_path / "c.yaml"))


@pytest.mark.parametrize(
    ("why", "name", "content"),
    [
        ("a picture", "x.png", b"\x89PNG"),
        ("a damaged archive", "x.jsonl.gz", b"not gzip"),
        ("no sheet inside", "x.xlsx", b"PK nothing"),
        ("broken YAML", "x.yaml", b"a: [1"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_bad_line_not_a_crash(
    tmp_path: Path, why: str, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    found = list(read(tmp_path / name))
    assert len(found) == 1, why
    assert isinstance(found[0], BadLine), why


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert [item.why for item in read(tmp_path / "none.jsonl") if isinstance(item, BadLine)] == ["no such file"]


def test_the_template_can_be_filled_in_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "xa.xlsx"
    write_template(path)
    assert list(read(path)) == []
    book = load_workbook(path)
    page = book["Thủ tục"]
    columns = {cell.value: cell.column for cell in page[1]}
    for name, value in {
        "Mã thủ tục": 1.001193,  # a spreadsheet makes a number of it
        "Tên theo công bố": "Đăng ký khai sinh",
        "Người dân hay gọi": "khai sanh\nlàm giấy cho bé",
        "Giấy tờ": "Giấy chứng sinh | 1 | 0\nBiên bản | | 2 | Trẻ bị bỏ rơi",
        "Phí trực tiếp": "8.000 đồng",
        "Ngày của bản này": datetime(2026, 11, 20),  # noqa: DTZ001 - as openpyxl gives it
    }.items():
        page.cell(2, columns[name], value)
    page.cell(3, columns["Tên theo công bố"], "Không có mã")
    book.save(path)
    good, bad = list(read(path))
    assert isinstance(good, Procedure)
    assert (good.code, good.fetched_version) == ("1.001193", "2026-11-20")
    assert good.also_called == ("khai sanh", "làm giấy cho bé")
    assert good.submission == (Submission("Trực tiếp", fee="8.000 đồng"),)
    assert [(d.name, d.original_count, d.copy_count, d.case) for d in good.documents] == [
        ("Giấy chứng sinh", 1, 0, ""),
        ("Biên bản", None, 2, "Trẻ bị bỏ rơi"),
    ]
    assert isinstance(bad, BadLine)
    assert bad.place == "xa.xlsx:3"


def test_loading_twice_adds_nothing(db: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", record("1.000001"), record("1.000002"))
    assert bring(db, path).added == ["1.000001", "1.000002"]
    again = bring(db, path)
    assert (again.added, again.changed, again.unchanged) == ([], [], 2)


def test_a_newer_copy_that_says_the_same_adds_nothing(db: Database, tmp_path: Path) -> None:
    bring(db, write(tmp_path / "p.jsonl", record()))
    report = bring(db, write(tmp_path / "q.jsonl", record(fetched_version="2026-12-01", source="elsewhere")))
    assert (report.changed, report.unchanged) == ([], 1)


def test_a_change_closes_the_version_and_is_told_field_by_field(db: Database, tmp_path: Path) -> None:
    cheap, dear = ([{"channel": "Trực tiếp", "fee": fee}] for fee in ("5.000 đồng", "8.000 đồng"))
    bring(db, write(tmp_path / "p.jsonl", record(submission=cheap)))
    report = bring(db, write(tmp_path / "p.jsonl", record(submission=dear)), today=TOMORROW)
    assert [(c.field, c.old, c.new) for c in report.changed[0].changes] == [("submission", cheap, dear)]
    assert now_says(db, today=TODAY).submission[0].fee == "5.000 đồng", "what was in force on a day can still be told"
    assert now_says(db, today=TOMORROW).submission[0].fee == "8.000 đồng"
    with db.reading() as session:
        rows = procedures.versions_of(session, NATION, "1.000001")
        assert [(row.number, row.valid_from_on, row.valid_to_on) for row in rows] == [
            (2, TOMORROW, None),
            (1, TODAY, TOMORROW),
        ]


def test_a_rule_for_later_does_not_speak_before_its_day(db: Database, tmp_path: Path) -> None:
    bring(db, write(tmp_path / "p.jsonl", record(result="Bản cũ")))
    with db.writing() as session:
        new = from_record(record(result="Bản mới", fetched_version="2026-11-19"))
        procedures.save(session, NATION, new, ids=ids, now=NOW, today=TODAY, valid_from_on=TOMORROW)
    assert now_says(db, today=TODAY).result == "Bản cũ"
    assert now_says(db, today=TOMORROW).result == "Bản mới"


def test_an_abolished_procedure_is_no_longer_known(db: Database, tmp_path: Path) -> None:
    bring(db, write(tmp_path / "p.jsonl", record()))
    with db.writing() as session:
        assert procedures.close(session, NATION, "1.000001", TOMORROW)
        assert not procedures.close(session, NATION, "1.000001", TOMORROW)
        assert Library().procedure(session, NATION, "1.000001", TODAY)
        assert Library().procedure(session, NATION, "1.000001", TOMORROW) is None


def test_a_dry_run_says_what_would_happen_and_writes_nothing(db: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", record())
    assert bring(db, path, dry_run=True).added == ["1.000001"]
    assert bring(db, path).added == ["1.000001"]


def test_a_code_that_comes_twice_in_one_file_is_named(db: Database, tmp_path: Path) -> None:
    report = bring(db, write(tmp_path / "p.jsonl", record(result="một"), record(result="hai")))
    assert [bad.place for bad in report.bad] == ["p.jsonl: 1.000001"]
    assert now_says(db).result == "một"


REVIEWED = record(plain_name="Làm giấy", also_called=["giấy tờ nhanh"], notes=["Đi buổi sáng."], result="Giấy, nói gọn")
RAW = record(result="Giấy theo mẫu số 01 ban hành kèm theo Thông tư")


@pytest.mark.parametrize(
    ("why", "first", "second", "result"),
    [
        ("the dump after the starter set made from it", REVIEWED, RAW, "Giấy, nói gọn"),
        ("the starter set after the dump", RAW, REVIEWED, "Giấy, nói gọn"),
        ("an older dump", REVIEWED, {**RAW, "fetched_version": "2026-01-01"}, "Giấy, nói gọn"),
        ("a newer dump gives the facts", REVIEWED, {**RAW, "fetched_version": "2026-12-01"}, RAW["result"]),
        ("an old starter set after a newer dump", {**RAW, "fetched_version": "2026-12-01"}, REVIEWED, RAW["result"]),
    ],
)
def test_the_plain_words_survive_the_portals_dump(
    db: Database, tmp_path: Path, why: str, first: dict[str, Any], second: dict[str, Any], result: str
) -> None:
    one, two = write(tmp_path / "one.jsonl", first), write(tmp_path / "two.jsonl", second)
    for path in (one, two, one, two):
        bring(db, path)
    said = now_says(db)
    assert (said.plain_name, said.also_called, said.notes) == ("Làm giấy", ("giấy tờ nhanh",), ("Đi buổi sáng.",)), why
    assert said.result == result, why


def test_new_facts_under_reviewed_words_are_flagged_for_an_officer(db: Database, tmp_path: Path) -> None:
    bring(db, write(tmp_path / "p.jsonl", REVIEWED))
    bring(db, write(tmp_path / "p.jsonl", {**RAW, "fetched_version": "2026-12-01"}))
    with db.reading() as session:
        assert [row.code for row in procedures.flagged(session, NATION)] == ["1.000001"]


def commune(db: Database, id: int) -> int:
    with db.writing() as session:
        session.add(Tenant(id=id, slug=f"xa-{id}", kind="commune", name=f"xã {id}", profile={}))
    return id


def test_a_communes_own_fee_is_laid_over_the_nations_law(db: Database, tmp_path: Path) -> None:
    here, there = commune(db, 11), commune(db, 12)
    ways = [
        {"channel": "Trực tiếp", "time_limit": "3 ngày", "fee": "8.000 đồng"},
        {"channel": "Trực tuyến", "fee": "0 đồng"},
    ]
    bring(db, write(tmp_path / "nation.jsonl", record(submission=ways, legal_basis=["Luật A"], notes=["Chung."])))
    own = record(
        submission=[{"channel": "trực tiếp", "fee": "5.000 đồng"}], legal_basis=["Tự đặt"], notes=["Thứ Bảy vẫn nhận."]
    )
    bring(db, write(tmp_path / "own.jsonl", own), tenant_id=here)
    said = now_says(db, tenant_id=here)
    assert said.submission == (Submission("Trực tiếp", "3 ngày", "5.000 đồng"), Submission("Trực tuyến", fee="0 đồng"))
    assert said.legal_basis == ("Luật A",), "a commune does not write the law"
    assert said.notes == ("Thứ Bảy vẫn nhận.", "Chung.")
    assert now_says(db, tenant_id=there).submission[0].fee == "8.000 đồng", "the neighbour keeps the nation's fee"


def test_communes_with_the_same_knowledge_share_one_index(db: Database, tmp_path: Path) -> None:
    a, b, c = commune(db, 11), commune(db, 12), commune(db, 13)
    bring(db, write(tmp_path / "n.jsonl", record("1.000001"), record("1.000002")))
    bring(db, write(tmp_path / "b.jsonl", record("1.000001", receiving_address="Nhà B")), tenant_id=b)
    bring(db, write(tmp_path / "c.jsonl", record("9.000001", name="Xin đất làm sân bóng thôn")), tenant_id=c)
    library = Library()
    with db.reading() as session:
        shared = library.index(session, a, TODAY)
        assert library.index(session, b, TODAY) is shared, "its own address changes nothing for the search"
        assert library.index(session, c, TODAY) is not shared
        found = library.index(session, c, TODAY).find("xin đất làm sân bóng thôn").hits
        assert found[0].code == "9.000001"
        assert "9.000001" not in [hit.code for hit in shared.find("xin đất làm sân bóng thôn").hits]


def test_an_import_is_noticed_by_the_next_refresh(db: Database, tmp_path: Path) -> None:
    home = commune(db, 11)
    bring(db, write(tmp_path / "p.jsonl", record("1.000001")))
    library = Library()
    with db.reading() as session:
        before = library.index(session, home, TODAY)
        assert not library.refresh(session)
    bring(db, write(tmp_path / "q.jsonl", record("1.000002", name="Cấp phép nuôi ong lấy mật")))
    with db.reading() as session:
        assert library.index(session, home, TODAY) is before, "until then, the old one answers"
        assert library.refresh(session)
        hits = library.index(session, home, TODAY).find("cấp phép nuôi ong lấy mật").hits
        assert [hit.code for hit in hits][:1] == ["1.000002"]
        assert not library.refresh(session)


def test_the_starter_set_is_readable_and_keeps_its_words_through_storage(db: Database) -> None:
    items = list(read(SEED))
    assert items
    assert [item for item in items if isinstance(item, BadLine)] == []
    for item in items:
        assert isinstance(item, Procedure)
        assert from_record(json.loads(json.dumps(procedures.as_record(item)))) == item


@pytest.mark.slow
@pytest.mark.skipif(not DUMP.exists(), reason="the portal's dump is not here")
def test_every_published_procedure_is_loaded(db: Database) -> None:
    report = bring(db, SEED, DUMP)
    assert report.bad == []
    assert len(report.added) == 5718, "each code once, the starter set among them"
    with db.reading() as session:
        assert len(list(procedures.current(session, (NATION,), TODAY))) == 5718
