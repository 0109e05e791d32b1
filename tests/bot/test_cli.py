"""The commands as a person at the terminal sees them: a real process, one sentence for each expected failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from sqlalchemy import select

from bot.demo import COMMUNE
from domain.messages import Outgoing
from storage import commune_file, reminders
from storage.db import Database, sqlite_url
from storage.ids import TimeOrderedIds
from storage.tables import Channel, OutboxMessage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def danhoi(tmp_path: Path):
    """Run `danhoi …` in an empty folder; returns (exit code, what was printed, what was complained about)."""

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("DANHOI_")}
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60,
            env={**own, "PYTHONPATH": str(ROOT), **settings}, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


def test_ask_answers_from_the_starter_set_with_its_source(danhoi):
    code, said, _ = danhoi("ask", "lam giay khai sinh can gi")
    assert code == 0
    assert "1. Giấy chứng sinh" in said
    assert "Nguồn: thủ tục 1.001193, QĐ 163/QĐ-BTP" in said


def test_ask_says_when_nothing_fits(danhoi):
    _, said, _ = danhoi("ask", "thời tiết hôm nay thế nào")
    assert "would be offered an officer" in said


def test_due_prints_dates_with_their_proof_and_names_the_bad_case(danhoi, tmp_path):
    week = {day: [["08:00", "11:30"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = {"timezone": "Asia/Ho_Chi_Minh", "hours": week, "holidays": ["2026-09-01", "2026-09-02"]}
    cases = [
        {"id": 1, "calendar": calendar, "start": "2026-08-31", "days": 1, "day_kind": "working"},
        {"id": 2, "calendar": calendar, "start": "2026-08-31T11:00", "minutes": 60},
        {"id": 3, "calendar": calendar, "start": "hôm qua", "days": 1},
    ]
    (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    code, said, _ = danhoi("due", "cases.json")
    answers = json.loads(said)
    assert code == 0
    assert [answer.get("due") for answer in answers] == ["2026-09-03", "2026-08-31T13:30:00+07:00", None]
    assert len(answers[0]["proof"]) >= 4
    assert "start" in answers[2]["error"]


@pytest.mark.parametrize(
    ("why", "content", "complaint"),
    [("not JSON", "{", "not readable JSON"), ("not a list", "{}", "list"), ("not text", "\udcff", "not readable")],
)
def test_due_refuses_a_broken_file_with_one_sentence(danhoi, tmp_path, why, content, complaint):
    (tmp_path / "cases.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    code, said, complained = danhoi("due", "cases.json")
    assert (code, said) == (1, ""), why
    assert complaint in complained
    assert "Traceback" not in complained


def test_evaluate_writes_one_line_for_each_question_and_reports_the_bad_one(danhoi, tmp_path):
    rows = [
        json.dumps({"id": "a", "question": "làm khai sinh cần giấy gì", "codes": ["1.001193"], "aspect": "documents"}),
        "{not json",
        json.dumps({"id": "b", "question": "đội nào vô địch bóng đá", "codes": [], "aspect": "out_of_scope"}),
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(rows), encoding="utf-8")
    code, said, complained = danhoi("evaluate", "q.jsonl", "--jsonl", "out.jsonl")
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert code == 0
    assert [(row["id"], row["action"]) for row in written] == [("a", "answer"), ("b", "handoff")]
    assert written[0]["codes"][0] == "1.001193"
    assert written[0]["aspect"] == "documents"
    assert "line 2" in said + complained or ":2" in said + complained


@pytest.mark.parametrize(
    ("why", "arguments", "settings", "complaint"),
    [
        ("a port that is none", ("run",), {"DANHOI_PORT": "web"}, "DANHOI_PORT"),
        ("a token that is none", ("run", "--demo"), {"DANHOI_TELEGRAM_TOKEN": "abc"}, "DANHOI_TELEGRAM_TOKEN"),
        ("no token entered", ("telegram",), {}, "@BotFather"),
        ("no such file", ("import", "nowhere.jsonl"), {}, "nowhere.jsonl"),
        ("no such commune", ("officer", "code", "Lan", "--commune", "x"), {}, "no commune 'x'"),
        ("no database there", ("migrate",), {"DANHOI_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "cannot be used"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(danhoi, why, arguments, settings, complaint):
    code, _, complained = danhoi(*arguments, **settings)
    assert code == 1, why
    assert complaint in complained
    assert "Traceback" not in complained


def test_the_demo_is_set_up_once_and_removed_whole(danhoi):
    assert "Set up the demo commune 'hoa-an'" in danhoi("demo")[1]
    assert danhoi("demo")[1] == ""
    assert "Removed the demo commune 'hoa-an'" in danhoi("demo", "--remove")[1]
    assert "There is no demo commune" in danhoi("demo", "--remove")[1]


def test_a_real_bot_refuses_to_serve_the_demo(danhoi):
    token = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    code, _, complained = danhoi("run", "--demo", DANHOI_TELEGRAM_TOKEN=token)
    assert code == 1
    assert "DANHOI_DEMO_TELEGRAM=1" in complained
    assert token not in complained


def test_a_changed_reception_schedule_reaches_the_reminders_people_asked_for(danhoi, tmp_path):
    raw = commune_file.read(COMMUNE)
    file = tmp_path / "commune.yaml"
    file.write_text(yaml.safe_dump(raw), encoding="utf-8")
    assert danhoi("commune", "load", "commune.yaml")[0] == 0
    thursday = datetime(2099, 1, 8, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    now = datetime(2098, 12, 1, tzinfo=UTC)
    with closing(Database(sqlite_url(tmp_path / "data" / "danhoi.db"))) as db:
        with db.writing() as session:
            channel = session.scalars(select(Channel)).one()
            for citizen in (1, 2):
                reminders.add(
                    session, TimeOrderedIds(), channel.tenant_id, citizen, channel_id=channel.id, peer=f"c{citizen}",
                    begins=thursday, message=Outgoing("Ngày mai có buổi tiếp công dân"), at=now, now=now,
                )  # fmt: skip
        (row,) = raw["profile"]["receptions"]
        row["weekday"] = "fri"
        file.write_text(yaml.safe_dump(raw), encoding="utf-8")
        _, said, _ = danhoi("commune", "load", "commune.yaml")
        assert "2 reminders" in said
        with db.reading() as session:
            told = [message.body["text"] for message in session.scalars(select(OutboxMessage))]
    assert len(told) == 2
    assert all("không còn trong lịch" in text for text in told)
    assert "reminders" not in danhoi("commune", "load", "commune.yaml")[1], "twice is once"
