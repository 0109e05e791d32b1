"""Receiving from Telegram: whatever breaks, a message is stored once and nobody else waits for it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.telegram_service import Pace
from bot.webhooks import webhook_routes
from domain.messages import Choice
from storage import channels
from storage.tables import Channel, InboxMessage
from tests.bot.conftest import QUICK, Stage, until
from tests.fake_telegram.world import Bot

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

LAN, MAI = 7001, 7002
OTHER_TOKEN = "220201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def polls(stage: Stage) -> list[dict[str, Any]]:
    return [call.given for call in stage.server.log if call.method == "getUpdates"]


def texts(stage: Stage) -> list[str]:
    return [body.get("text", "") for body in stage.inbox()]


async def test_what_is_said_is_stored_once_and_answered_to_the_same_person(stage):
    lan = stage.server.person(LAN)
    async with stage.serving(stage.service()):
        lan.says("Đèn đường thôn 3 hỏng")
        await until(stage.inbox)
        await stage.turns()
        await stage.deliver()
        assert lan.inbox, "an answer came"
    assert texts(stage) == ["Đèn đường thôn 3 hỏng"]
    assert stage.server.pending() == [], "Telegram heard that we have it"


async def test_a_commit_that_fails_loses_nothing_because_the_offset_waits(stage):
    lan = stage.server.person(LAN)
    async with stage.serving(stage.service()):
        await until(lambda: stage.server.bot.poll_turn)
        with stage.disk_full("inbox"):
            lan.says("Làm khai sinh ở đâu?")
            await until(lambda: len(polls(stage)) >= 2)
            assert stage.server.pending(), "not acknowledged while it is not stored"
            assert texts(stage) == []
        await until(stage.inbox)
        await until(lambda: not stage.server.pending())
    assert texts(stage) == ["Làm khai sinh ở đâu?"]


async def test_the_offset_outlives_a_restart(stage):
    lan = stage.server.person(LAN)
    async with stage.serving(stage.service()):
        lan.says("một")
        await until(stage.inbox)
    lan.says("hai")
    calls = len(polls(stage))
    async with stage.serving(stage.service()):
        await until(lambda: len(stage.inbox()) == 2)
        first = await until(lambda: polls(stage)[calls:])
    assert int(first[0]["offset"]) == stage.now(Channel, stage.row.id).offset - 1
    assert texts(stage) == ["một", "hai"]


async def test_another_poller_makes_us_wait_and_say_so_until_it_has_gone(stage):
    lan = stage.server.person(LAN)
    async with stage.serving(stage.service()), httpx.AsyncClient(trust_env=False) as http:
        await until(lambda: stage.server.bot.poll_turn)
        begun = asyncio.get_running_loop().time()
        other = await http.get(f"{stage.server.url}/bot{stage.server.token}/getUpdates")
        assert other.status_code == 200
        await until(lambda: "another program" in stage.now(Channel, stage.row.id).paused_why)
        lan.says("còn đó không")
        await until(stage.inbox)
        assert asyncio.get_running_loop().time() - begun > QUICK.conflict_s
        await until(lambda: stage.now(Channel, stage.row.id).paused_why == "")


async def test_a_revoked_token_is_shown_and_stops_nobody_else(stage):
    second: Bot = stage.server.add_bot(OTHER_TOKEN, "hoa_binh_bot")
    neighbour = stage.connect(OTHER_TOKEN, neighbour=True)
    del stage.server.world.bots[stage.server.token]
    mai = stage.server.person(MAI, bot=second)
    async with stage.serving(stage.service(stage.row, neighbour)):
        mai.says("chào")
        await until(stage.inbox)
        await until(lambda: "@BotFather" in stage.now(Channel, stage.row.id).paused_why)
        assert stage.now(Channel, neighbour.id).paused_why == ""
        stage.server.world.bots[stage.server.token] = stage.server.bot  # the token is good again
        stage.server.person(LAN).says("xin chào")
        await until(lambda: len(stage.inbox()) == 2)
        assert stage.now(Channel, stage.row.id).paused_why == ""
    assert {row.tenant_id for row in stage.town.rows(InboxMessage)} == {stage.town.tenant.id, stage.town.neighbour.id}


async def test_a_token_sealed_with_another_key_is_asked_for_again(stage):
    stage.vault = type(stage.vault)(b"another key")
    async with stage.serving(stage.service()):
        await until(lambda: "enter it again" in stage.now(Channel, stage.row.id).paused_why)
    assert stage.server.calls["getMe"] == 0


async def test_a_server_that_answers_with_an_error_page_is_asked_again(stage):
    stage.server.breaks(times=3, html=True, methods=None)
    stage.server.person(LAN).says("chào")
    async with stage.serving(stage.service()):
        await until(stage.inbox)
    assert stage.now(Channel, stage.row.id).paused_why == ""


async def test_an_update_of_unknown_shape_is_passed_over_and_blocks_nobody(stage):
    lan = stage.server.person(LAN)
    lan.says("trước")
    lan.says("hỏng")
    lan.says("sau")
    waiting = list(stage.server.bot.updates.values())
    waiting[1].body["message"]["date"] = {"a shape": "of next year"}
    async with stage.serving(stage.service()):
        await until(lambda: len(stage.inbox()) == 2)
        await until(lambda: not stage.server.pending())
    assert texts(stage) == ["trước", "sau"]


async def test_two_services_never_poll_the_same_bot_at_once(stage):
    lan = stage.server.person(LAN)
    first, second = stage.service(), stage.service()
    stopping = asyncio.Event()
    running = asyncio.create_task(first.run(stopping))
    await until(lambda: stage.server.bot.poll_turn)
    async with stage.serving(second):
        await until(lambda: stage.server.calls["getMe"] == 2)
        for word in ("một", "hai", "ba"):
            lan.says(word)
        await until(lambda: len(stage.inbox()) == 3)
        assert [call.status for call in stage.server.log if call.method == "getUpdates"].count(409) == 0
        stopping.set()
        await asyncio.wait_for(running, 2)
        lan.says("bốn")
        await until(lambda: len(stage.inbox()) == 4)
        assert stage.now(Channel, stage.row.id).paused_why == ""
    assert texts(stage) == ["một", "hai", "ba", "bốn"]


async def test_a_lease_of_a_process_that_died_ends_by_itself(stage):
    with stage.town.db.writing() as session:
        assert channels.take_polling_lease(session, stage.row, "the dead one", stage.town.clock()) == 0
    stage.server.person(LAN).says("chào")
    async with stage.serving(stage.service()):
        await until(lambda: stage.server.calls["deleteWebhook"])
        assert stage.server.bot.poll_turn == 0
        stage.town.clock.forward(seconds=61)
        await until(stage.inbox)


async def test_stopping_ends_a_long_poll_within_a_second(stage):
    stopping = asyncio.Event()
    running = asyncio.create_task(stage.service(pace=Pace()).run(stopping))
    await until(lambda: stage.server.bot.poll_turn)
    begun = asyncio.get_running_loop().time()
    stopping.set()
    await asyncio.wait_for(running, 3)
    assert asyncio.get_running_loop().time() - begun < 1
    assert stage.now(Channel, stage.row.id).lease_holder == "", "another process may poll at once"


async def test_a_press_is_stored_and_its_spinner_ends(stage):
    lan = stage.server.person(LAN)
    lan.starts()
    stage.owe("Gửi?", choices=(Choice("/menu", "Xem mục"),))
    await stage.deliver()
    async with stage.serving(stage.service()):
        query = lan.presses("1. Xem mục")
        await until(lambda: lan.answers_to(query))
    assert [body.get("choice") for body in stage.inbox()] == [None, "/menu"]


async def test_a_press_that_cannot_be_answered_holds_up_nothing(stage):
    lan = stage.server.person(LAN)
    lan.starts()
    stage.owe("Gửi?", choices=(Choice("/menu", "Xem mục"),))
    await stage.deliver()
    stage.server.slows(30, times=None, methods=frozenset({"answerCallbackQuery"}))
    async with stage.serving(stage.service()):
        lan.presses("1. Xem mục")
        lan.says("tiếp theo")
        await until(lambda: len(stage.inbox()) == 3)


# Another token while we serve

NEW_TOKEN_OF_THE_BOT = "110201543:DDHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


async def test_a_new_token_of_the_bot_is_taken_up_with_nothing_lost_or_doubled(stage):
    lan = stage.server.person(LAN)
    service = stage.service()
    async with stage.serving(service):
        lan.says("một")
        await until(stage.inbox)
        stage.server.gives_new_token(NEW_TOKEN_OF_THE_BOT)
        lan.says("hai")
        service.follow([stage.connect(NEW_TOKEN_OF_THE_BOT)])
        lan.says("ba")
        await until(lambda: len(stage.inbox()) == 3)
        await until(lambda: not stage.server.pending())
        assert stage.now(Channel, stage.row.id).paused_why == ""
    assert texts(stage) == ["một", "hai", "ba"]


async def test_what_the_old_token_could_not_send_is_sent_with_the_new_one_at_once(stage):
    lan = stage.server.person(LAN)
    lan.starts()
    service = stage.service()
    async with stage.serving(service):
        await until(stage.inbox)
        stage.server.gives_new_token(NEW_TOKEN_OF_THE_BOT)
        stage.owe("Kết quả của bà")
        await stage.deliver()
        assert stage.owed("Kết quả của bà").sent_at is None
        service.follow([stage.connect(NEW_TOKEN_OF_THE_BOT)])
        await until(lambda: stage.owed("Kết quả của bà").next_try_at <= stage.town.clock())
        await stage.deliver()
    assert [seen.text for seen in lan.inbox] == ["Kết quả của bà"]


async def test_another_bot_begins_at_its_own_first_update(stage):
    second: Bot = stage.server.add_bot(OTHER_TOKEN, "hoa_an_moi_bot")
    lan, mai = stage.server.person(LAN), stage.server.person(MAI, bot=second)
    service = stage.service()
    async with stage.serving(service):
        await until(lambda: stage.server.bot.poll_turn)
        changed = stage.connect(OTHER_TOKEN)
        lan.says("tin cuối cho bot cũ")  # comes with the long poll that was under way
        await until(stage.inbox)
        assert stage.now(Channel, stage.row.id).offset == 0, "the old bot's place is not the new one's"
        polled = stage.server.bot.poll_turn
        mai.says("chào bot mới")
        service.follow([changed])
        await until(lambda: len(stage.inbox()) == 2)
        await until(lambda: not stage.server.pending(second))
        lan.says("còn ai không")
        assert stage.server.bot.poll_turn == polled, "the old bot is left alone"
    assert texts(stage) == ["tin cuối cho bot cũ", "chào bot mới"]


async def test_a_bot_that_another_commune_took_is_left(stage):
    service = stage.service()
    async with stage.serving(service):
        await until(lambda: stage.server.bot.poll_turn)
        theirs = stage.connect(stage.server.token, neighbour=True)
        service.follow([stage.now(Channel, stage.row.id), theirs])
        await until(lambda: stage.server.calls["getMe"] == 2)  # what was asked for before is still theirs
        stage.server.person(LAN).says("chào xã mới")
        await until(stage.inbox)
        (row,) = stage.town.rows(InboxMessage)
        assert row.tenant_id == stage.town.neighbour.id
    assert "hoa-binh" in stage.now(Channel, stage.row.id).paused_why, "the console says where the bot went"


async def test_a_channel_that_did_not_change_is_not_disturbed(stage):
    service = stage.service()
    async with stage.serving(service):
        await until(lambda: stage.server.bot.poll_turn)
        for _ in range(3):
            service.follow([stage.now(Channel, stage.row.id)])
            stage.server.person(LAN).says("chào")
            n = len(stage.inbox())
            await until(lambda n=n: len(stage.inbox()) > n)
    assert stage.server.calls["getMe"] == 1


async def test_the_old_bots_webhook_cannot_speak_for_the_new_one(stage):
    before = stage.vault.open(stage.connect(stage.server.token, webhook=True).secret)
    after = stage.connect(OTHER_TOKEN, webhook=True)
    service = stage.service(after)
    headers = {"X-Telegram-Bot-Api-Secret-Token": before}
    assert await service.take_webhook(after.path, headers, json.dumps(update()).encode()) == 403
    await service.channel.close()


# Webhook


@pytest.fixture
async def hooked(stage):
    """The commune's row by webhook, and a web server of ours that Telegram can call."""
    stage.row = stage.connect(stage.server.token, webhook=True)
    return stage


def http_of(service) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(webhook_routes({"telegram": service.take_webhook}))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


def update(update_id: int = 5, text: str = "chào", **more: Any) -> dict[str, Any]:
    message = {
        "message_id": 1, "date": 1_772_416_800, "chat": {"id": LAN, "type": "private", "first_name": "Lan"},
        "from": {"id": LAN, "is_bot": False, "first_name": "Lan"}, "text": text,
    }  # fmt: skip
    return {"update_id": update_id, "message": {**message, **more}}


async def test_a_call_with_the_secret_is_stored_before_it_is_acknowledged(hooked):
    service = hooked.service()
    async with hooked.serving(service), http_of(service) as http:
        await until(lambda: hooked.server.bot.webhook)
        secret = hooked.server.bot.webhook.secret
        assert hooked.server.bot.webhook.url.endswith(f"/hooks/telegram/{hooked.row.path}")
        assert hooked.server.token not in hooked.server.bot.webhook.url
        good = {"X-Telegram-Bot-Api-Secret-Token": secret}
        path = f"/hooks/telegram/{hooked.row.path}"

        async def call(body: Any, headers: Any = good, to: str = path) -> int:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            return (await http.post(to, content=content, headers=headers)).status_code

        assert await call(update(), {}) == 403
        assert await call(update(), {"X-Telegram-Bot-Api-Secret-Token": secret + "x"}) == 403
        assert await call(update(), {"X-Telegram-Bot-Api-Secret-Token": "\u00e9".encode()}) == 403
        assert await call(update(), good, "/hooks/telegram/elsewhere") == 403
        assert hooked.inbox() == []
        for garbage in (b"", b"{", b"[]", b'"text"', b'{"update_id": "5"}', b"\xff\xfe", b"[" * 100_000):
            assert await call(garbage) == 400
        assert await call(update()) == 200
        assert await call(update()) == 200, "sent again: it is known"
        assert texts(hooked) == ["chào"]
        assert await call({"update_id": 6, "message": {"date": "of an unknown shape"}}) == 200
        assert await call({"update_id": 7, "something_new": {}}) == 200
        assert texts(hooked) == ["chào"]


async def test_a_call_that_cannot_be_stored_is_not_acknowledged(hooked):
    service = hooked.service()
    async with hooked.serving(service), http_of(service) as http:
        await until(lambda: hooked.server.bot.webhook)
        good = {"X-Telegram-Bot-Api-Secret-Token": hooked.server.bot.webhook.secret}
        path = f"/hooks/telegram/{hooked.row.path}"
        with hooked.disk_full("inbox"), pytest.raises(Exception, match="disk is full"):
            await http.post(path, json=update(), headers=good)
        assert (await http.post(path, json=update(), headers=good)).status_code == 200
    assert texts(hooked) == ["chào"]


async def test_before_the_bot_is_known_telegram_is_asked_to_come_again(hooked):
    service = hooked.service()
    secret = hooked.vault.open(hooked.row.secret)
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    assert await service.take_webhook(hooked.row.path, headers, json.dumps(update()).encode()) == 503
    assert hooked.inbox() == []
    await service.channel.close()


async def test_a_press_by_webhook_is_answered_too(hooked):
    lan = hooked.server.person(LAN)
    lan.starts()
    hooked.owe("Gửi?", choices=(Choice("/menu", "Xem mục"),))
    await hooked.deliver()
    query = lan.presses("1. Xem mục")
    service = hooked.service()
    async with hooked.serving(service):
        await until(lambda: hooked.server.bot.webhook)
        headers = {"X-Telegram-Bot-Api-Secret-Token": hooked.server.bot.webhook.secret}
        for waiting in hooked.server.pending():
            body = json.dumps(waiting).encode()
            assert await service.take_webhook(hooked.row.path, headers, body) == 200
        await until(lambda: lan.answers_to(query))
    assert hooked.inbox()[-1]["choice"] == "/menu"


async def test_from_webhook_to_polling_and_back_nothing_is_dropped(hooked):
    lan = hooked.server.person(LAN)
    lan.says("khi đang gọi về")
    async with hooked.serving(hooked.service()):
        await until(lambda: hooked.server.bot.webhook)
    polling = hooked.connect(hooked.server.token, webhook=False)
    async with hooked.serving(hooked.service(polling)):
        await until(hooked.inbox)
    assert hooked.server.bot.webhook is None
    assert texts(hooked) == ["khi đang gọi về"]
