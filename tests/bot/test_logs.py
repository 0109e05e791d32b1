"""Logs tell what happened and where. Never what a person wrote, nor a token, nor a number."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

import aiogram
import httpx
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot import logs
from bot.telegram_service import Pace
from domain.messages import Outgoing
from storage.db import Database
from storage.tables import InboxMessage
from tests.bot.conftest import until

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
WORDS, PHONE = "nhà tôi bị mất trộm hôm qua", "0912345678"
SECRETS = (TOKEN, TOKEN.partition(":")[2], WORDS, PHONE)


@pytest.fixture
def db(sqlite):
    return sqlite


@pytest.fixture
def written(monkeypatch):
    """What a real set-up writes to stderr, as text."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("debug")
    yield stream.getvalue
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook, threading.excepthook = before[2], before[3]
    for name in (*logs._QUIET, ""):
        logging.getLogger(name).setLevel(logging.NOTSET if name else before[1])


def assert_nothing_told(output: str) -> None:
    for secret in SECRETS:
        assert secret not in output


ours = logging.getLogger("bot.somewhere")


def test_a_line_is_a_phrase_with_fields(written):
    ours.warning("message not sent", extra={"outbox_id": 12, "reason": "flood control", "text": WORDS, "peer": "7001"})
    (line,) = map(json.loads, written().splitlines())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "message not sent", "outbox_id": 12, "reason": "flood control", "level": "warning",
        "logger": "bot.somewhere",
    }  # fmt: skip


class Form(BaseModel):
    phone: int


async def aiogram_fails(url: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    try:
        await aiogram.Bot(TOKEN, session).send_message(7001, WORDS)
    finally:
        await session.close()


async def httpx_fails(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        (await http.post(f"{url}/bot{TOKEN}/nothing", data={"text": WORDS})).raise_for_status()


async def sql_fails(url: str) -> None:
    database = Database("sqlite://")
    try:
        with Session(database.write_engine) as session:
            session.execute(text("INSERT INTO nowhere VALUES (:words, :phone)"), {"words": WORDS, "phone": PHONE})
    finally:
        database.close()


async def sql_literal_fails(url: str) -> None:
    database = Database("sqlite://")
    try:
        with Session(database.write_engine) as session:
            session.execute(text(f"SELECT * FROM nowhere WHERE phone = '{PHONE}' AND words = '{WORDS}'"))  # noqa: S608
    finally:
        database.close()


async def pydantic_fails(url: str) -> None:
    Form(phone=WORDS)


async def we_fail(url: str) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        raise RuntimeError(f"about {PHONE} and {TOKEN}") from error


async def a_group_fails(url: str) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(we_fail(url))


@pytest.mark.parametrize(
    "fails",
    [aiogram_fails, httpx_fails, sql_fails, sql_literal_fails, pydantic_fails, we_fail, a_group_fails],
    ids=lambda fails: fails.__name__,
)
async def test_a_traceback_names_the_place_and_no_value(server, written, fails):
    try:
        await fails(server.url)
    except Exception as error:
        raised = str(error) + str(error.__cause__) + str(getattr(error, "exceptions", ""))
        ours.exception("turn failed", extra={"inbox_id": 1})
        logging.getLogger("apscheduler.executors").exception("Job %s failed", WORDS)
    assert any(secret in raised for secret in SECRETS) or fails in (aiogram_fails, sql_fails), "the sample proves it"
    assert_nothing_told(written())
    line = json.loads(written().splitlines()[-2])
    assert f" {fails.__name__}" in line["error"] or "TaskGroup" in line["error"] or "__aexit__" in line["error"]
    assert "test_logs.py:" in line["error"]


@pytest.mark.parametrize(
    ("why", "speak"),
    [
        ("values as arguments", lambda log: log.warning("could not send %s to %s", WORDS, PHONE)),
        ("values in the sentence", lambda log: log.warning(f"could not send '{WORDS}' to {PHONE}")),
        ("an exception as the message", lambda log: log.error(ValueError(WORDS))),
        ("several lines", lambda log: log.error(f"Task exception was never retrieved\nfuture: {WORDS} {PHONE}")),
        ("an address", lambda log: log.error(f"GET https://api.telegram.org/bot{TOKEN}/getMe failed")),
        ("a mapping", lambda log: log.error("said %(text)s", {"text": WORDS})),
        ("the stack", lambda log: log.error("here %s", WORDS, stack_info=True)),
    ],
)
@pytest.mark.parametrize("name", ["aiogram.event", "asyncio", "some.library"])
def test_a_library_speaks_without_its_values(written, name, why, speak):
    speak(logging.getLogger(name))
    assert_nothing_told(written())
    line = json.loads(written().splitlines()[-1])
    assert line["logger"] == name
    assert line["where"].startswith("test_logs.py:"), "where to look"


class Unprintable:
    def __repr__(self) -> str:
        raise ValueError(WORDS)


def test_a_line_that_cannot_be_written_says_so_without_its_values(written):
    (handler,) = (one for one in logging.getLogger().handlers if isinstance(one, logs._Handler))
    record = logging.LogRecord("bot.x", logging.ERROR, "x.py", 7, "said %d", (WORDS,), None)
    record.kind = Unprintable()
    handler.handle(record)
    assert written() == "a log line of bot.x:7 could not be written\n"


async def test_a_task_nobody_waited_for_is_named_without_its_words(written):
    async def forgotten():
        raise ValueError(WORDS)

    task = asyncio.ensure_future(forgotten())
    await asyncio.wait({task})
    task.get_loop().call_exception_handler({"message": "Task exception was never retrieved", "future": task,
                                            "exception": task.exception()})  # fmt: skip
    assert_nothing_told(written())
    assert "ValueError at test_logs.py" in written()


def test_a_thread_that_dies_is_named_without_its_words(written):
    def die():
        raise ValueError(WORDS)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    assert "a thread ends" in written()
    assert_nothing_told(written())


def test_a_process_that_dies_tells_the_place_and_not_the_words():
    program = f"""
from bot import logs
logs.set_up("info")
def handle(words):
    raise ValueError(words)
handle({WORDS!r})
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert WORDS not in done.stderr + done.stdout
    assert "ValueError at <string>:5 handle" in done.stderr


async def test_a_whole_evening_of_failures_tells_nothing(stage, written):
    """The real service, turns and delivery over a platform and a database that fail."""
    lan = stage.server.person(7001)
    async with stage.serving(stage.service(pace=Pace(retry_s=0.05, misconfigured_s=0.05))):
        await until(lambda: stage.server.bot.poll_turn)
        with stage.disk_full("inbox"):
            lan.says(WORDS)
            await until(lambda: "telegram service failed" in written())
        await until(lambda: stage.town.rows(InboxMessage))
        with stage.disk_full("citizen"):
            await stage.turns()
    stage.server.breaks(status=400, description=f"Bad Request: can't parse {WORDS}")
    stage.owe(message=Outgoing(f"{WORDS} {PHONE}"), key="một")
    stage.server.breaks(status=502, html=True)
    stage.owe(message=Outgoing(f"{WORDS} {PHONE}"), key="hai", peer=7002)
    await stage.deliver()
    assert "message not sent" in written()
    assert "turn failed" in written()
    assert_nothing_told(written())
    assert stage.server.token not in written()
