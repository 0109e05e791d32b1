"""Nation, province, commune: who may say what, who hears it, and how many indexes that takes."""

from __future__ import annotations

import gc
import itertools
import json
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.procedure import Document, Procedure, Submission
from knowledge.library import Library
from knowledge.load import Report, import_files, write_template
from storage import procedures
from storage.db import Database
from storage.tables import NATION, Tenant

SEED = Path(__file__).parents[2] / "knowledge/seed"
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)
CODE = "1.000001"
PROVINCE, HERE, NEXT_DOOR, ABROAD = 5, 11, 12, 13

_ids = itertools.count(1)


def ids() -> int:
    return next(_ids)


@pytest.fixture
def communes(db: Database) -> Database:
    """Two communes of a province, and one of another."""
    with db.writing() as session:
        session.add(Tenant(id=PROVINCE, slug="tinh", kind="province", name="tỉnh A", profile={}, parent_id=NATION))
        session.add(Tenant(id=HERE, slug="xa-11", name="xã 11", profile={}, parent_id=PROVINCE))
        session.add(Tenant(id=NEXT_DOOR, slug="xa-12", name="xã 12", profile={}, parent_id=PROVINCE))
        session.add(Tenant(id=ABROAD, slug="xa-13", name="xã 13", profile={}, parent_id=NATION))
    return db


def bring(db: Database, path: Path, tenant_id: int = NATION, *, dry_run: bool = False) -> Report:
    with db.writing() as session:
        return import_files(session, [path], tenant_id, today=TODAY, now=NOW, ids=ids, dry_run=dry_run)


def write(path: Path, **values: Any) -> Path:
    record = {"code": CODE, "name": "Cấp giấy", "fetched_version": "2026-07-18", **values}
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return path


def sheet(path: Path, **cells: str) -> Path:
    write_template(path)
    book = load_workbook(path)
    page = book["Thủ tục"]
    columns = {cell.value: cell.column for cell in page[1]}
    for name, value in {"Mã thủ tục": CODE, "Tên theo công bố": "Cấp giấy", **cells}.items():
        page.cell(2, columns[name], value)
    book.save(path)
    return path


def said(db: Database, tenant_id: int) -> Procedure:
    with db.reading() as session:
        known = Library().procedure(session, tenant_id, CODE, TODAY)
        assert known
        return known.procedure


WAYS = [{"channel": "Trực tiếp", "fee": "8.000 đồng", "time_limit": "3 ngày"}]


def test_a_communes_sheet_is_heard_there_alone(communes: Database, tmp_path: Path) -> None:
    bring(communes, write(tmp_path / "n.jsonl", submission=WAYS, agency="UBND cấp xã"))
    path = sheet(
        tmp_path / "xa.xlsx",
        **{"Phí trực tiếp": "5.000 đồng", "Nơi nộp": "Nhà văn hóa thôn 2", "Ghi chú": "Thứ Bảy vẫn nhận."},
    )
    assert bring(communes, path, HERE).bad == []
    here = said(communes, HERE)
    assert here.submission == (Submission("Trực tiếp", "3 ngày", "5.000 đồng"),)
    assert (here.receiving_address, here.notes) == ("Nhà văn hóa thôn 2", ("Thứ Bảy vẫn nhận.",))
    for other in (NEXT_DOOR, ABROAD):
        assert said(communes, other).submission == (Submission("Trực tiếp", "3 ngày", "8.000 đồng"),)
        assert said(communes, other).receiving_address is None


def test_a_provinces_entry_is_heard_in_its_communes_alone(communes: Database, tmp_path: Path) -> None:
    bring(communes, write(tmp_path / "n.jsonl", submission=WAYS))
    cheap = [{"channel": "Trực tiếp", "fee": "Miễn phí"}]
    bring(communes, write(tmp_path / "p.jsonl", submission=cheap), PROVINCE)
    bring(communes, write(tmp_path / "c.jsonl", submission=[{"channel": "Trực tiếp", "time_limit": "1 ngày"}]), HERE)
    assert said(communes, NEXT_DOOR).submission == (Submission("Trực tiếp", fee="Miễn phí"),)
    assert said(communes, HERE).submission == (Submission("Trực tiếp", "1 ngày", "Miễn phí"),), "laid over the province"
    assert said(communes, ABROAD).submission[0].fee == "8.000 đồng"


def test_a_national_change_flows_through_a_communes_own_fee(communes: Database, tmp_path: Path) -> None:
    bring(communes, write(tmp_path / "n.jsonl", submission=WAYS, documents=[{"name": "Tờ khai"}]))
    bring(communes, write(tmp_path / "c.jsonl", submission=[{"channel": "Trực tiếp", "fee": "5.000 đồng"}]), HERE)
    newer = [{"channel": "Trực tiếp", "fee": "9.000 đồng", "time_limit": "1 ngày"}]
    bring(communes, write(tmp_path / "n.jsonl", submission=newer, documents=[], fetched_version="2026-11-01"))
    assert said(communes, HERE).submission == (Submission("Trực tiếp", "1 ngày", "5.000 đồng"),)
    assert said(communes, HERE).documents == ()
    assert said(communes, ABROAD).submission[0].fee == "9.000 đồng"


@pytest.mark.parametrize(
    ("why", "column", "cell", "field"),
    [
        ("a paper of its own", "Giấy tờ", "Sổ hộ khẩu giấy", "'documents'"),
        ("a law of its own", "Căn cứ pháp lý", "Luật của xã", "'legal_basis'"),
        ("a condition of its own", "Điều kiện", "Phải đóng quỹ thôn", "'requirements'"),
        ("steps of its own", "Các bước", "Gặp trưởng thôn trước", "'steps'"),
        ("another decision", "Quyết định công bố", "QĐ 1/QĐ-UBND", "'decision'"),
    ],
)
def test_what_only_the_law_may_say_is_refused_by_name_and_place(
    communes: Database, tmp_path: Path, why: str, column: str, cell: str, field: str
) -> None:
    papers = [{"name": "Tờ khai"}]
    bring(communes, write(tmp_path / "n.jsonl", submission=WAYS, documents=papers, legal_basis=["Luật A"]))
    path = sheet(tmp_path / "xa.xlsx", **{column: cell, "Phí trực tiếp": "5.000 đồng"})
    for dry_run in (True, False):
        report = bring(communes, path, HERE, dry_run=dry_run)
        assert [bad.place for bad in report.bad] == ["xa.xlsx:2"], why
        assert field in report.bad[0].why, why
        assert "not the law" in report.bad[0].why, why
    here = said(communes, HERE)
    assert here.submission[0].fee == "5.000 đồng", "the rest is taken"
    assert (here.documents, here.legal_basis) == ((Document("Tờ khai"),), ("Luật A",)), why
    assert (here.requirements, here.steps, here.decision) == (None, (), None), why
    assert bring(communes, path, HERE).unchanged == 1, "loading it twice changes nothing"


def test_repeating_the_published_papers_is_no_offence_and_an_own_procedure_has_its_own(
    communes: Database, tmp_path: Path
) -> None:
    bring(communes, write(tmp_path / "n.jsonl", documents=[{"name": "Tờ khai"}]))
    assert bring(communes, write(tmp_path / "c.jsonl", documents=[{"name": "Tờ khai"}]), HERE).bad == []
    own = write(tmp_path / "o.jsonl", code="9.000001", documents=[{"name": "Đơn xin mượn sân"}])
    assert bring(communes, own, HERE).bad == []
    with communes.reading() as session:
        known = Library().procedure(session, HERE, "9.000001", TODAY)
        assert known
        assert known.procedure.documents == (Document("Đơn xin mượn sân"),)


def test_a_hundred_and_fifty_communes_share_one_index(db: Database, tmp_path: Path) -> None:
    """With the starter set and a fee of its own in every third commune: under 1 KB of memory for each further one."""
    with db.writing() as session:
        for n in range(150):
            session.add(Tenant(id=100 + n, slug=f"xa-{n}", name=f"xã {n}", profile={}, parent_id=NATION))
    bring(db, SEED)
    with db.writing() as session:
        for n in range(0, 150, 3):
            own = Procedure("2.000815", "x", submission=(Submission("Trực tiếp", fee=f"{n}.000 đồng"),), scope="local")
            procedures.save(session, 100 + n, own, ids=ids, now=NOW, today=TODAY)
    library = Library()
    with db.reading() as session:
        first = library.index(session, 100, TODAY)
        library.index(session, 101, TODAY)
        session.expunge_all()
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for n in range(150):
            assert library.index(session, 100 + n, TODAY) is first
        session.expunge_all()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
    print(f"148 further communes: {grown / 1024:.0f} KB")
    assert grown < 300 * 1024
