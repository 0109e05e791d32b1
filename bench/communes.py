"""What the search costs a province: `python -m bench.communes QUESTIONS CORPUS`.

Imports the corpus into a scratch database, has a hundred and fifty communes say three things of their own each, and
prints what their indexes take, whether they find what an index of a commune's own would, and how long turns take while
an import is taken in.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import psutil
import typer
from sqlalchemy.orm import Session

from domain.procedure import Procedure, Submission
from knowledge.library import Library, known_procedures
from knowledge.load import import_files
from knowledge.search import Index
from storage import migrate, procedures
from storage.db import Database, sqlite_url
from storage.ids import TimeOrderedIds
from storage.tables import NATION, Tenant

COMMUNES, FIRST = 150, 100
TODAY, NOW = date(2026, 11, 20), datetime(2026, 11, 20, tzinfo=UTC)
BIRTH = "1.001193"
_PAUSE_S = 0.05  # between turns

_ids = TimeOrderedIds()


def own_of(commune: int) -> list[Procedure]:
    """A procedure of its own, a way of asking and a fee of its own for a published one, an answer of its own."""
    return [
        Procedure(f"9.{commune:06}", f"Xin mượn sân bóng của thôn {commune}", ("Cấp Xã",), "Văn hóa", scope="local"),
        Procedure(
            BIRTH,
            "x",
            also_called=(f"làm giấy cho cháu mới đẻ ở ấp {commune}",),
            submission=(Submission("Trực tiếp", fee="0 đồng"),),
            scope="local",
        ),
        Procedure(f"8.{commune:06}", "Chợ phiên họp ngày nào", scope="local", answer="Ngày 5 và ngày 10."),
    ]


def fill(db: Database, corpus: Path) -> None:
    migrate.migrate(db)
    with db.writing() as session:
        import_files(session, [corpus], NATION, today=TODAY, now=NOW, ids=_ids)
        for tenant_id in (FIRST - 1, *range(FIRST, FIRST + COMMUNES)):
            session.add(Tenant(id=tenant_id, slug=f"xa-{tenant_id}", name="xã", profile={}, parent_id=NATION))
    with db.writing() as session:
        for commune in range(FIRST, FIRST + COMMUNES):
            procedures.save_many(session, commune, own_of(commune), ids=_ids, now=NOW, today=TODAY)


def spent(work: Callable[[], object]) -> str:
    """Processor time of some work, and growth of resident memory."""
    before, begun = psutil.Process().memory_info().rss, time.process_time()
    work()
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    return f"{time.process_time() - begun:.2f} s of processor time, {grown:+.0f} MB"


def told(ms: Sequence[float]) -> str:
    ordered = sorted(ms)
    return f"p50 {statistics.median(ordered):.2f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.2f} ms, {len(ms)} times"


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _ask(session: Session, library: Library, commune: int, question: str) -> None:
    library.index(session, commune, TODAY).find(question)


def alike(one: Index, other: Index, questions: Sequence[str]) -> str:
    pairs = [(one.find(question), other.find(question)) for question in questions]
    first = sum(a.hits[:1] == b.hits[:1] or a.hits[0].code == b.hits[0].code for a, b in pairs)
    decided = sum(a.action == b.action for a, b in pairs)
    return f"the same first hit for {first}, the same decision for {decided} of {len(pairs)}"


def while_importing(db: Database, library: Library, questions: Sequence[str]) -> list[float]:
    """How long turns take while the nation's index is made anew."""
    with db.writing() as session:
        new = Procedure("9.999999", "Cấp phép nuôi ong lấy mật")
        procedures.save_many(session, NATION, [new], ids=_ids, now=NOW, today=TODAY)

    def refresh() -> None:
        with db.reading() as session:
            library.refresh(session)

    def turn(question: str) -> None:
        with db.writing() as session:
            library.index(session, FIRST, TODAY).find(question)
            library.procedure(session, FIRST, BIRTH, TODAY)

    making, took = threading.Thread(target=refresh), list[float]()
    making.start()
    while making.is_alive():
        took.append(timed(partial(turn, questions[len(took) % len(questions)])))
        time.sleep(_PAUSE_S)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("corpus", type=Path)
    given = parser.parse_args()
    questions = [json.loads(line)["question"] for line in given.questions.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory(prefix="danhoi-bench-") as folder:
        db, library = Database(sqlite_url(Path(folder) / "bench.db")), Library()
        fill(db, given.corpus)
        with db.reading() as session:
            typer.echo("index of the nation: " + spent(lambda: library.index(session, FIRST - 1, TODAY)))
            communes = range(FIRST, FIRST + COMMUNES)
            made = spent(lambda: [library.index(session, commune, TODAY) for commune in communes])
            typer.echo(f"{COMMUNES} communes with three entries each: {made}")
            laid_over = library.index(session, FIRST, TODAY)
            whole = Index.build(known_procedures(session, (FIRST, NATION), TODAY))
            typer.echo("beside an index of its own: " + alike(laid_over, whole, questions))
            for name, commune in (("without entries of its own", FIRST - 1), ("with them", FIRST)):
                took = [timed(partial(_ask, session, library, commune, question)) for question in questions]
                typer.echo(f"a question to a commune {name}: {told(took)}")
        typer.echo("turns while an import is taken in: " + told(while_importing(db, library, questions)))
        db.close()


if __name__ == "__main__":
    main()
