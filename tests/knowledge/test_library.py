"""Indexes of many communes: a little of one's own laid over what all share, and nobody waits while one is made."""

from __future__ import annotations

import gc
import itertools
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from domain.procedure import Document, Procedure
from knowledge.library import Library, known_procedures
from knowledge.load import import_files
from knowledge.search import Index
from storage import procedures
from storage.db import Database
from storage.tables import NATION, Tenant

SEED = Path(__file__).parents[2] / "knowledge/seed"
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)
PROVINCE, HERE, NEXT_DOOR = 5, 11, 12
_MANY = 30
BIRTH, ALONE = "1.001193", "1.004873"  # đăng ký khai sinh, xác nhận tình trạng hôn nhân

_ids = itertools.count(1)


def ids() -> int:
    return next(_ids)


def own(code: str, name: str = "x", **values: Any) -> Procedure:
    return Procedure(code, name, ("Cấp Xã",), scope="local", **values)


OF_HERE = (
    own("9.000001", "Đăng ký mượn sân bóng chuyền nhà văn hóa", documents=(Document("Đơn xin mượn sân"),)),
    own(BIRTH, also_called=("làm giấy cho cháu mới đẻ ở buôn",)),
    own(
        "9.000002", "Chợ phiên của xã họp ngày nào", also_called=("bao giờ có chợ phiên",), answer="Ngày 5 và ngày 10."
    ),
)


def say(db: Database, tenant_id: int, *said: Procedure, from_on: date = TODAY) -> None:
    with db.writing() as session:
        for one in said:
            procedures.save(session, tenant_id, one, ids=ids, now=NOW, today=TODAY, valid_from_on=from_on)


@pytest.fixture
def home(db: Database) -> Database:
    """Two communes of a province that know the starter set; one says three things of its own."""
    with db.writing() as session:
        session.add(Tenant(id=PROVINCE, slug="tinh", kind="province", name="tỉnh A", profile={}, parent_id=NATION))
        for tenant_id in (HERE, NEXT_DOOR):
            session.add(Tenant(id=tenant_id, slug=f"xa-{tenant_id}", name="xã", profile={}, parent_id=PROVINCE))
        import_files(session, [SEED], NATION, today=TODAY, now=NOW, ids=ids)
    say(db, HERE, *OF_HERE)
    return db


def test_what_a_commune_says_itself_is_found_there_alone(home: Database) -> None:
    library = Library()
    with home.reading() as session:
        here, there = library.index(session, HERE, TODAY), library.index(session, NEXT_DOOR, TODAY)
    for question, code in (
        ("muon san bong chuyen thi xin o dau", "9.000001"),
        ("mượn sân bóng chuyềnn", "9.000001"),
        ("làm giấy cho cháu mới đẻ ở buôn", BIRTH),
        ("bao giờ có chợ phiên", "9.000002"),
    ):
        assert here.find(question).hits[0].code == code, question
    assert here.find("bao giờ có chợ phiên vậy").action == "answer"
    found = [hit.code for q in ("mượn sân bóng chuyền", "bao giờ có chợ phiên") for hit in there.find(q).hits]
    assert not {"9.000001", "9.000002"} & set(found)


@pytest.mark.parametrize(
    ("why", "layer"), [("the nation's", None), ("the province's", own("8.000001", "Hỗ trợ lãi vay cho hộ nuôi bò"))]
)
def test_few_words_of_its_own_answer_as_a_whole_index_would(home: Database, why: str, layer: Procedure | None) -> None:
    if layer:
        say(home, PROVINCE, layer)
    with home.reading() as session:
        layers = (HERE, PROVINCE, NATION) if layer else (HERE, NATION)
        whole = Index.build(known_procedures(session, layers, TODAY))
        laid_over = Library().index(session, HERE, TODAY)
        names = [one.name for one in known_procedures(session, layers, TODAY)]
    assert len(laid_over.entries) > len(whole.entries), "it was laid over"
    asked = [
        *names,
        "khai sinh cần giấy gì",
        "mất sổ đỏ",
        "giấy độc thân",
        "xin tiền mai táng",
        "giấy khi sinh",
        "trời mưa không",
        "",
    ]
    for question in asked:
        one, other = laid_over.find(question), whole.find(question)
        assert one.action == other.action, f"{why}: {question}"
        assert [hit.code for hit in one.hits[:1]] == [hit.code for hit in other.hits[:1]], f"{why}: {question}"
        assert len({hit.code for hit in one.hits}) == len(one.hits), question


def test_a_procedure_of_the_same_name_is_shown_once_there(home: Database) -> None:
    with home.reading() as session:
        name = next(one.name for one in known_procedures(session, (NATION,), TODAY) if one.code == ALONE)
    say(home, HERE, own("9.000003", name.upper()))
    with home.reading() as session:
        hits = Library().index(session, HERE, TODAY).find(name).hits
    assert len({ALONE, "9.000003"} & {hit.code for hit in hits}) == 1


def test_news_of_the_nation_reaches_a_commune_with_words_of_its_own(home: Database) -> None:
    library = Library()
    with home.reading() as session:
        library.index(session, HERE, TODAY)
        library.index(session, NEXT_DOOR, TODAY)
    say(home, NATION, Procedure("1.990001", "Cấp phép nuôi ong lấy mật", ("Cấp Xã",)))
    with home.reading() as session:
        assert library.refresh(session)
        for tenant_id in (HERE, NEXT_DOOR):
            assert library.index(session, tenant_id, TODAY).find("nuôi ong lấy mật").hits[0].code == "1.990001"
        assert library.index(session, HERE, TODAY).find("bao giờ có chợ phiên").hits[0].code == "9.000002"


def test_news_of_one_commune_leaves_the_index_of_the_others(home: Database) -> None:
    library = Library()
    with home.reading() as session:
        there = library.index(session, NEXT_DOOR, TODAY)
        library.index(session, HERE, TODAY)
    say(home, HERE, own("9.000004", "Mượn loa đài lưu động của thôn"))
    with home.reading() as session:
        assert library.refresh(session)
        assert library.index(session, NEXT_DOOR, TODAY) is there
        assert library.index(session, HERE, TODAY).find("mượn loa đài lưu động").hits[0].code == "9.000004"


def test_a_commune_that_says_much_has_an_index_of_its_own(home: Database) -> None:
    say(home, HERE, *(own(f"9.0001{n:02}", f"Việc riêng số {n} của xã") for n in range(40)))
    with home.reading() as session:
        index = Library().index(session, HERE, TODAY)
        assert len(index.entries) == len(Index.build(known_procedures(session, (HERE, NATION), TODAY)).entries)


def test_what_others_hand_off_is_answered_where_a_commune_has_the_procedure(home: Database) -> None:
    name, question = "Cấp lại Giấy chứng nhận đăng ký phương tiện", "giấy đăng ký tàu sông bị rách, ướt"
    say(home, HERE, own("1.003930", name))
    with home.reading() as session:
        library = Library()
        there = library.index(session, NEXT_DOOR, TODAY).find(question)
        here = library.index(session, HERE, TODAY).find(question)
    assert there.action == "handoff"
    assert (here.action, here.hits[0].code) == ("answer", "1.003930")


def test_a_new_day_is_served_from_the_old_index_until_the_next_is_made(home: Database) -> None:
    say(home, NATION, Procedure(BIRTH, "Ghi tên trẻ vào sổ bộ", ("Cấp Xã",)), from_on=TOMORROW)
    library = Library()
    with home.reading() as session:
        old = library.index(session, HERE, TODAY)
        assert not library.refresh(session)
        assert library.index(session, HERE, TOMORROW) is old
        assert library.refresh(session)
        assert library.index(session, HERE, TOMORROW).find("ghi tên trẻ vào sổ bộ").hits[0].code == BIRTH
        assert not library.refresh(session)


@contextmanager
def reading_held(db: Database) -> Iterator[tuple[threading.Event, threading.Event]]:
    """The first look of another thread at what procedures say stops (first event) until it may go on (second)."""
    stopped, go_on = threading.Event(), threading.Event()
    here = threading.get_ident()

    def hold(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.get_ident() != here and "procedure_version.record" in statement:
            stopped.set()
            assert go_on.wait(30)

    event.listen(db.read_engine, "before_cursor_execute", hold)
    try:
        yield stopped, go_on
    finally:
        go_on.set()
        event.remove(db.read_engine, "before_cursor_execute", hold)


def test_nobody_waits_while_indexes_are_made_anew(home: Database) -> None:
    library = Library()
    with home.reading() as session:
        old = library.index(session, HERE, TODAY)
    say(home, NATION, Procedure("1.990001", "Cấp phép nuôi ong lấy mật", ("Cấp Xã",)))

    def refresh() -> None:
        with home.reading() as session:
            library.refresh(session)

    with reading_held(home) as (stopped, go_on), home.reading() as session:
        making = threading.Thread(target=refresh)
        making.start()
        assert stopped.wait(30)
        assert library.index(session, HERE, TODAY) is old
        assert library.index(session, NEXT_DOOR, TODAY).find("khai sinh").hits[0].code == BIRTH, "a commune just added"
        go_on.set()
        making.join()
        assert library.index(session, HERE, TODAY).find("nuôi ong lấy mật").hits[0].code == "1.990001"


def test_a_commune_with_words_of_its_own_takes_little(db: Database) -> None:
    """Three entries each over the starter set: under 200 KB a commune."""
    with db.writing() as session:
        import_files(session, [SEED], NATION, today=TODAY, now=NOW, ids=ids)
        for n in range(_MANY):
            session.add(Tenant(id=100 + n, slug=f"xa-{n}", name=f"xã {n}", profile={}, parent_id=NATION))
    for n in range(_MANY):
        say(db, 100 + n, own(f"9.{n:06}", f"Mượn nhà văn hóa thôn {n}"), *OF_HERE[1:])
    library = Library()
    with db.reading() as session:
        _ = [library.index(session, 100 + n, TODAY) for n in range(2)]
        grown = _growth(session, lambda: [library.index(session, 100 + n, TODAY) for n in range(_MANY)])
        hits = library.index(session, 100 + _MANY - 1, TODAY).find(f"mượn nhà văn hóa thôn {_MANY - 1}").hits
    print(f"{_MANY - 2} further communes: {grown / 1024:.0f} KB")
    assert hits[0].code == f"9.{_MANY - 1:06}"
    assert grown < (_MANY - 2) * 200 * 1024


def _growth(session: Session, work: Any) -> int:
    session.expunge_all()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    session.expunge_all()
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return grown
