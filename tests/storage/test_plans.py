"""A look of a sweep or a queue costs what is due, not what exists: SQLite says how it would find the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from scheduler.jobs import JOBS
from storage import fetching, inbox, my_data, outbox, retention
from tests.conftest import Press, Town
from tests.handlers.filing import answer, file_report, regular

GROW = {"inbox", "outbox", "web_message", "conversation", "question", "feedback_case", "case_event", "attachment",
        "rating", "audit"}  # fmt: skip
MINUTES = 300.0  # what looks at least so often
Found = list[tuple[str, Any]]


@pytest.fixture
def db(sqlite):
    return sqlite


@pytest.fixture
def busy(town: Town) -> Town:
    """An afternoon with everything in it that sweeps look for, a day later."""
    lan, mai = town.officer("Lan"), town.officer("Mai")
    for officer in (lan, mai, town.officer("Dũng"), town.officer("Phúc")):
        officer.does("menu")
    citizen = regular(town)
    answer(lan, file_report(citizen))
    file_report(regular(town, "citizen-2"), "Rác chất đống cạnh chợ", anonymous=True)
    citizen.does(Press("/question.officer"), "bao giờ có gạo cứu trợ cho thôn tôi vậy")
    town.clock.forward(days=1)
    return town


@contextmanager
def heard(town: Town) -> Iterator[Found]:
    """The statements that are sent while it lasts."""
    found: Found = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        found.append((statement, parameters[0] if many else parameters))

    engines = {town.db.write_engine, town.db.read_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def read_through(town: Town, found: Found) -> list[str]:
    """Of these statements those that go through all rows of a commune, or of everybody, in a table that grows."""
    bad = []
    with town.db.write_engine.connect() as connection:
        partial = {name for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")}  # fmt: skip
        for statement, parameters in found:
            if statement.split()[0] not in ("SELECT", "UPDATE", "DELETE"):
                continue
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                plan = row[3]
                match = re.match(
                    r"(?:SCAN|SEARCH) (\w+?)(?:_1)?(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?$", plan
                )
                if match and match[1] in GROW and match[2] not in partial and match[3] in (None, "tenant_id=?"):
                    bad.append(f"{plan}: {statement}")
    return bad


@pytest.mark.parametrize("job", [job for job in JOBS if job.every_s <= MINUTES], ids=lambda job: job.name)
def test_a_sweep_that_looks_every_few_minutes_reads_through_no_table(busy: Town, job: Any) -> None:
    busy.run(job.sweep)  # what is owed once a day, as a digest, may cost more
    with heard(busy) as found:
        busy.run(job.sweep)
    assert found
    assert read_through(busy, found) == []


@pytest.mark.parametrize(
    ("why", "look"),
    [
        ("turns to take", lambda session, town: inbox.claim_all_tenants(session, town.clock())),
        ("the next turn", lambda session, town: inbox.next_due_all_tenants(session)),
        ("messages to send", lambda session, town: outbox.claim_all_tenants(session, town.clock())),
        ("the next message", lambda session, town: outbox.next_due_all_tenants(session)),
        ("files to fetch", lambda session, town: fetching.due_all_tenants(session, town.clock(), ("telegram",))),
        ("files to delete", lambda session, town: my_data.files_to_delete(session, town.tenant.id, town.clock())),
        ("words to blank", lambda session, town: retention.blank_inbox(session, town.tenant.id, town.clock())),
        ("answers to blank", lambda session, town: retention.blank_outbox(session, town.tenant.id, town.clock())),
        ("pages to blank", lambda session, town: retention.blank_web_messages(session, town.tenant.id, town.clock())),
        ("askers to forget", lambda session, town: retention.forget_who_asked(session, town.tenant.id, town.clock())),
        ("old files", lambda session, town: retention.files_of_old_questions(session, town.tenant.id, town.clock())),
        ("old cases", lambda session, town: retention.old_cases(session, town.tenant.id, town.clock(), 50)),
    ],
)
def test_a_queue_or_what_is_to_be_erased_is_found_by_an_index(
    busy: Town, why: str, look: Callable[[Session, Town], object]
) -> None:
    with heard(busy) as found, busy.db.writing() as session:
        look(session, busy)
    assert found, why
    assert read_through(busy, found) == []
