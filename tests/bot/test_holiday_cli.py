"""`danhoi holiday`: the calendar's days from the command line, and what a change does to open cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from bot.holiday_cli import holiday_cli
from domain.errors import BadRecord, NotFound
from storage.db import Database
from storage.tables import Audit, FeedbackCase, Holiday, OutboxMessage
from tests.conftest import ROOT, Town
from tests.handlers.filing import case_of, file_report, regular

NOTICE = "Thông báo 12/TB-BNV ngày 03/3/2026"
Run = Callable[..., str]


@pytest.fixture
def run(db: Database, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What a command prints; its expected failures are raised, as `danhoi` itself catches them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DANHOI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DANHOI_DATABASE_URL", "" if db.is_sqlite else db.url.render_as_string(hide_password=False))

    def run(*words: str) -> str:
        with time_machine.travel(town.clock(), tick=True):
            result = CliRunner().invoke(holiday_cli, list(words), env={"COLUMNS": "300"})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return run


def test_a_day_is_added_for_everybody_once_and_moves_every_communes_cases(town, run):
    citizen, neighbour = regular(town), town.person("n-1", neighbour=True)
    file_report(citizen)
    neighbour.does("menu")
    file_report(neighbour)
    said = run("add", "2026-03-04", "Quốc tang", "--source", NOTICE)
    assert "2026-03-04: entered." in said
    assert "hoa-an: the dates of 1 cases and 0 questions moved" in said
    assert "hoa-binh: the dates of 1 cases and 0 questions moved" in said
    assert [case_of(person).due_on for person in (citizen, neighbour)] == [date(2026, 3, 6)] * 2
    said = run("add", "2026-03-04", "Quốc tang", "--source", NOTICE)
    assert "nothing to change" in said
    assert "1 cases" not in said
    citizen_told = [row for row in town.rows(OutboxMessage, peer=citizen.peer) if row.key.startswith("moved:")]
    assert len(citizen_told) == 1
    (audit,) = town.rows(Audit, kind="holiday changed")
    assert (audit.about, audit.officer_id, audit.tenant_id) == ("holiday:2026-03-04:off", None, 0)


def test_a_commune_has_days_of_its_own(town, run):
    citizen = regular(town)
    file_report(citizen)
    said = run("add", "2026-03-04", "Lễ hội đình", "--source", "Quyết định 3/QĐ-UBND", "--commune", "hoa-binh")
    assert "hoa-binh: the dates of 0" in said
    assert "hoa-an" not in said
    assert case_of(citizen).due_on == date(2026, 3, 5)
    assert "Lễ hội đình" not in run("list", "--year", "2026")
    assert "hoa-binh" in run("list", "--year", "2026")
    assert "Lễ hội đình  [Quyết định 3/QĐ-UBND]  (own)" in run("list", "--commune", "hoa-binh")
    said = run("add", "2026-03-04", "Quốc tang", "--source", NOTICE)
    assert "Not changed for communes with days of their own (use --commune): hoa-binh" in said
    assert "hoa-an: the dates of 1" in said


def test_the_list_shows_what_nobody_has_confirmed_until_somebody_does(run):
    (line,) = [line for line in run("list", "--year", "2026").splitlines() if "2026-11-24" in line]
    assert line.startswith("2026-11-24  Tue  day off      NOT CONFIRMED  Ngày Văn hóa Việt Nam  [Nghị quyết 80-NQ/TW")
    assert "2026-11-24: confirmed." in run("confirm", "2026-11-24", "--source", "Luật số 5/2026/QH16")
    assert "confirmed      Ngày Văn hóa Việt Nam  [Luật số 5/2026/QH16]" in run("list")
    assert "No days are known for 2031" in run("list", "--year", "2031")


def test_a_removed_day_stays_removed_and_is_shown_as_taken_back(town, run):
    run("remove", "2026-11-24", "2027-11-24")
    assert "nothing to change" in run("remove", "2026-11-24")
    run("recompute")  # enters built-in days that are missing
    shown = run("list")
    assert shown.count("taken back") == 2
    assert [row.kind for row in town.rows(Holiday, on=date(2026, 11, 24))] == ["usual"]


def test_a_make_up_saturday_and_other_hours(town, run):
    citizen = regular(town)
    file_report(citizen)
    run("add", "2026-03-04", "Nghỉ hoán đổi", "--source", NOTICE)
    run("add", "2026-03-07", "làm bù cho 04/03/2026", "--source", NOTICE, "--workday")
    run("add", "2026-03-06", "Mất điện", "--source", NOTICE, "--hours", "08:00-11:30, 13:30-15:00")
    shown = run("list")
    assert "2026-03-07  Sat  make-up day" in shown
    assert "2026-03-06  Fri  hours 08:00-11:30, 13:30-15:00" in shown
    assert case_of(citizen).due_on == date(2026, 3, 6)


def test_a_file_of_days_is_entered_as_a_whole(town, run, tmp_path):
    file = tmp_path / "2026.json"
    days = {
        "_meta": {"country": "VN"},
        "2026": {
            "holidays": [
                ["2026-03-04", "Quốc tang", True, NOTICE],
                ["2026-03-05", "Quốc tang", True, NOTICE],
                ["2026-09-02", "Quốc khánh?", False, "nghe nói"],
            ],
            "swapped_workdays": [["2026-03-07", "làm bù", True, NOTICE]],
        },
    }
    file.write_text(json.dumps(days), encoding="utf-8")
    citizen = regular(town)
    file_report(citizen)
    said = run("import", str(file))
    assert "4 days read: 3 entered or corrected, 1 kept" in said
    assert case_of(citizen).due_on == date(2026, 3, 7), "both days off and the make-up Saturday in one move"
    assert sum(row.key.startswith("moved:") for row in town.rows(OutboxMessage, peer=citizen.peer)) == 1
    assert "0 entered or corrected" in run("import", str(file))
    days["2026"]["holidays"][1][0] = "2026-13-05"
    days["2026"]["holidays"][0][0] = "2026-03-03"
    file.write_text(json.dumps(days), encoding="utf-8")
    with pytest.raises(BadRecord, match=r"2026\.json: 2026\.holidays\[1\]: '2026-13-05' is not a day"):
        run("import", str(file))
    assert not town.rows(Holiday, on=date(2026, 3, 3)), "nothing of a bad file is entered"


def test_the_shared_calendar_can_be_imported(run):
    file = ROOT.parent / "shared" / "reference" / "working-days.json"
    if not file.exists():
        pytest.skip("no shared reference files here")
    assert "days read:" in run("import", str(file))
    assert "0 entered" in run("import", str(file))


@pytest.mark.parametrize(
    ("why", "words", "error", "said"),
    [
        ("no such day", ("remove", "2026-02-30"), BadRecord, "is not a day"),
        ("not in the calendar", ("confirm", "2026-03-04", "--source", NOTICE), NotFound, "not in the calendar"),
        ("a source that names nothing", ("confirm", "2026-11-24", "--source", "có"), BadRecord, "source"),
        ("no such commune", ("list", "--commune", "xyz"), BadRecord, "no commune 'xyz'"),
        ("the nation is no commune", ("list", "--commune", "quoc-gia"), BadRecord, "no commune"),
        ("a weekday made up", ("add", "2026-03-04", "bù", "--source", NOTICE, "--workday"), BadRecord, "no Saturday"),
        ("hours that end first", ("add", "2026-03-04", "x", "--source", NOTICE, "--hours", "11:00-08:00"), BadRecord,
         "no opening hours"),
        ("no name", ("add", "2026-03-04", " ", "--source", NOTICE), BadRecord, "name"),
        ("both", ("add", "2026-03-07", "x", "--source", NOTICE, "--workday", "--hours", "08:00-11:00"), BadRecord,
         "do not go together"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_changes(town, run, why, words, error, said):
    before = len(town.rows(Holiday))
    with pytest.raises(error, match=said):
        run(*words)
    assert len(town.rows(Holiday)) == before, why
    assert not town.rows(FeedbackCase)
