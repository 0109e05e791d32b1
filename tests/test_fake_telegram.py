"""The fake Bot API server is faithful enough that two independent libraries take it for Telegram."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiogram
import httpx
import pytest
from PIL import Image
from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from tests.fake_telegram import FakeTelegram
from tests.fake_telegram.clients import Aiogram, Client, PythonTelegramBot

LAN, STAFF = 7_001, -100_200_300


def picture(width: int = 200, height: int = 120) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake
    assert fake.own_faults == [], "the fake broke the Bot API itself"


@pytest.fixture(params=[Aiogram, PythonTelegramBot], ids=lambda kind: kind.__name__)
async def client(server: FakeTelegram, request: Any) -> AsyncIterator[Client]:
    made = request.param(server.url, server.token)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def raw(server: FakeTelegram) -> AsyncIterator[Any]:
    """Calls a method with plain HTTP: raw("sendMessage", {...}) -> (status, JSON)."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:

        async def call(method: str, body: dict[str, Any] | None = None, token: str = server.token) -> Any:
            answer = await http.post(f"{server.url}/bot{token}/{method}", json=body or {})
            return answer.status_code, answer.json()

        yield call


async def test_a_client_learns_who_it_is(server, client):
    me = await client.bot.get_me()
    assert (me.id, me.is_bot, me.username) == (server.bot.id, True, "dan_hoi_bot")
    assert server.calls["getMe"] >= 1


async def test_what_a_person_writes_arrives_and_the_answer_is_seen(server, client):
    lan = server.person(LAN, first_name="Lan", last_name="Nguyễn")
    lan.starts("tt_12")
    (update,) = await client.bot.get_updates(timeout=5)
    assert update.message.text == "/start tt_12"
    assert update.message.entities[0].type == "bot_command"
    assert (update.message.from_user.id, update.message.from_user.first_name) == (LAN, "Lan")

    await client.bot.send_chat_action(LAN, "typing")
    sent = await client.bot.send_message(LAN, "<b>Chào</b> bà &amp; gia đình", parse_mode="HTML")
    assert sent.entities[0].type == "bold"
    assert (await lan.hears("Chào bà & gia đình")).message_id == sent.message_id
    assert lan.bot_is_typing
    assert server.violations == []


async def test_a_long_poll_ends_when_somebody_writes(server, client):
    lan = server.person(LAN)
    polling = asyncio.create_task(client.bot.get_updates(timeout=30))
    await asyncio.to_thread(wait_until_polled, server)
    lan.says("Làm giấy khai sinh cần gì?")
    (update,) = await asyncio.wait_for(polling, 5)
    assert update.message.text == "Làm giấy khai sinh cần gì?"


def wait_until_polled(server: FakeTelegram, times: int = 1) -> None:
    with server.world.changed:
        assert server.world.changed.wait_for(lambda: server.bot.poll_turn >= times, 5)


async def test_a_press_is_answered_and_the_message_changes(server, client):
    lan = server.person(LAN)
    lan.starts()
    sent = await client.bot.send_message(LAN, "Gửi?", reply_markup=client.inline([("Gửi", "yes"), ("Thôi", "no")]))
    assert lan.inbox[-1].labels == ["Gửi", "Thôi"]
    query_id = lan.presses("Gửi")
    asked = (await client.bot.get_updates(timeout=5))[-1].callback_query
    assert (asked.id, asked.data, asked.message.message_id) == (query_id, "yes", sent.message_id)
    assert asked.chat_instance

    assert await client.bot.answer_callback_query(asked.id, text="Đã nhận")
    assert lan.answers_to(query_id) == [{"text": "Đã nhận", "show_alert": False}]
    edited = await client.bot.edit_message_text("Đã gửi.", chat_id=LAN, message_id=sent.message_id)
    assert edited.edit_date
    seen = await lan.hears("Đã gửi")
    assert (seen.edited, seen.labels, len(lan.inbox)) == (True, [], 1)
    with pytest.raises(client.refused, match=r"(?i)message is not modified"):
        await client.bot.edit_message_text("Đã gửi.", chat_id=LAN, message_id=sent.message_id)

    await client.bot.edit_message_reply_markup(
        chat_id=LAN, message_id=sent.message_id, reply_markup=client.inline([("Sửa", "again")])
    )
    assert (lan.inbox[0].text, lan.inbox[0].labels) == ("Đã gửi.", ["Sửa"])
    assert await client.bot.delete_message(LAN, sent.message_id)
    assert lan.inbox == []
    assert server.violations == []


async def test_a_press_grows_too_old_to_answer_or_to_deliver(server, client):
    lan = server.person(LAN)
    lan.starts()
    await client.bot.send_message(LAN, "Gửi?", reply_markup=client.inline([("Gửi", "yes")]))
    query_id = lan.presses("yes")
    server.advance(151)
    with pytest.raises(client.refused, match=r"(?i)query is too old"):
        await client.bot.answer_callback_query(query_id)
    waiting = await client.bot.get_updates()
    assert [update.message.text for update in waiting] == ["/start"], "messages live 24 h, presses 150 s"


async def test_a_reply_keyboard_sends_what_it_says(server, client):
    lan = server.person(LAN)
    lan.starts()
    await client.bot.send_message(LAN, "Chọn:", reply_markup=client.keyboard("Phản ánh", contact="Gửi số điện thoại"))
    assert lan.keyboard == (("Phản ánh",), ("Gửi số điện thoại",))
    lan.presses("Phản ánh")
    lan.presses("Gửi số điện thoại", phone="0912345678")
    lan.sends_location(21.03, 105.85)
    lan.sends_contact("0987654321", own=False, first_name="Hùng")
    _, said, own, place, card = (u.message for u in await client.bot.get_updates())
    assert said.text == "Phản ánh"
    assert (own.contact.phone_number, own.contact.user_id) == ("0912345678", LAN)
    assert (place.location.latitude, place.location.longitude) == (21.03, 105.85)
    assert (card.contact.first_name, card.contact.user_id) == ("Hùng", None)


async def test_photos_go_both_ways_unchanged(server, client):
    lan, data = server.person(LAN), picture()
    lan.sends_photo(data, caption="Ổ gà")
    (update,) = await client.bot.get_updates()
    assert update.message.caption == "Ổ gà"
    largest = update.message.photo[-1]
    assert (largest.width, largest.height, largest.file_size) == (200, 120, len(data))
    assert await client.download(largest.file_id) == data

    sent = await client.bot.send_photo(LAN, photo=client.file(data, "qr.png"), caption="Mã QR")
    again = await client.bot.send_photo(LAN, photo=sent.photo[-1].file_id)
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    assert [(m.kind, m.text, m.file) for m in lan.inbox] == [("photo", "Mã QR", data), ("photo", "", data)]
    assert server.violations == []


async def test_documents_and_voice_go_both_ways(server, client):
    lan = server.person(LAN)
    lan.sends_voice(b"OggS hello", duration_s=4)
    lan.sends_document(b"%PDF", name="don.pdf")
    lan.sends_document(b"%PDF", name="to.pdf", size=25_000_000)
    voice, document, large = (u.message for u in await client.bot.get_updates())
    assert (voice.voice.duration, await client.download(voice.voice.file_id)) == (4, b"OggS hello")
    assert (document.document.file_name, await client.download(document.document.file_id)) == ("don.pdf", b"%PDF")
    with pytest.raises(client.refused, match=r"(?i)file is too big"):
        await client.bot.get_file(large.document.file_id)

    sent = await client.bot.send_document(LAN, document=client.file(b"xlsx", "báo cáo.xlsx"), caption="Tuần 47")
    assert sent.document.file_name == "báo cáo.xlsx"
    await client.bot.send_voice(LAN, voice=client.file(b"OggS", "a.ogg"), duration=2)
    await client.bot.send_location(LAN, latitude=21.0, longitude=105.8)
    assert [m.kind for m in lan.inbox] == ["document", "voice", "location"]
    assert lan.inbox[0].file == b"xlsx"


async def test_albums_go_both_ways(server, client):
    lan = server.person(LAN)
    for n in (100, 101):
        lan.sends_photo(picture(n), album="a", caption="Rác" if n == 100 else None)
    first, second = (u.message for u in await client.bot.get_updates())
    assert first.media_group_id == second.media_group_id is not None
    assert (first.caption, second.caption) == ("Rác", None)

    sent = await client.bot.send_media_group(LAN, [client.photo(picture(n)) for n in (110, 111, 112)])
    assert len({m.media_group_id for m in sent}) == 1
    assert [m.file for m in lan.inbox] == [picture(n) for n in (110, 111, 112)]
    assert len({m.album for m in lan.inbox}) == 1


async def test_replies_edits_and_blocking_reach_the_bot(server, client):
    lan = server.person(LAN)
    lan.starts()
    question = await client.bot.send_message(LAN, "Ở đâu?")
    said = lan.replies_to(lan.inbox[-1], "Thôn 3")
    lan.edits(said, "Thôn 4")
    lan.blocks()
    with pytest.raises(client.forbidden, match=r"(?i)blocked by the user"):
        await client.bot.send_message(LAN, "Còn đó không?")
    lan.unblocks()
    _, reply, edit, gone, back = await client.bot.get_updates()
    assert reply.message.reply_to_message.message_id == question.message_id
    assert (edit.edited_message.message_id, edit.edited_message.text) == (said.message_id, "Thôn 4")
    statuses = [u.my_chat_member.new_chat_member.status for u in (gone, back)]
    assert statuses == ["kicked", "member"]
    await client.bot.send_message(LAN, "Chào lại bà", reply_parameters={"message_id": said.message_id})
    assert (await lan.hears("Chào lại")).raw["reply_to_message"]["text"] == "Thôn 4"


async def test_only_acknowledged_updates_are_gone(server, client):
    lan = server.person(LAN)
    for n in range(5):
        lan.says(f"tin {n}")
    first = await client.bot.get_updates(limit=3)
    again = await client.bot.get_updates(limit=3)
    assert [u.update_id for u in first] == [u.update_id for u in again], "unacknowledged: delivered again"
    assert len(server.pending()) == 5
    rest = await client.bot.get_updates(offset=first[1].update_id + 1)
    assert [u.message.text for u in rest] == ["tin 2", "tin 3", "tin 4"]
    assert [u.message.text for u in await client.bot.get_updates()] == ["tin 2", "tin 3", "tin 4"]
    assert not await client.bot.get_updates(offset=rest[-1].update_id + 1)
    assert server.pending() == []


async def test_a_second_poller_ends_the_first(server, client):
    other = type(client)(server.url, server.token)
    await other.open()
    polling = asyncio.create_task(client.bot.get_updates(timeout=30))
    await asyncio.to_thread(wait_until_polled, server)
    newer = asyncio.create_task(other.bot.get_updates(timeout=30))
    with pytest.raises(client.conflict, match=r"(?i)terminated by other getUpdates"):
        await asyncio.wait_for(polling, 5)
    server.person(LAN).says("alo")
    assert [u.message.text for u in await asyncio.wait_for(newer, 5)] == ["alo"]
    await other.close()


async def test_polling_is_refused_while_a_webhook_is_set(server, client):
    assert await client.bot.set_webhook("http://127.0.0.1:9/never")
    with pytest.raises(client.conflict, match=r"(?i)webhook is active"):
        await client.bot.get_updates()
    assert (await client.bot.get_webhook_info()).url == "http://127.0.0.1:9/never"
    assert await client.bot.delete_webhook()
    assert not await client.bot.get_updates()


async def test_refusals_are_the_errors_the_libraries_know(server, client):
    lan, stranger = server.person(LAN), server.person(LAN + 1)
    lan.starts()
    server.floods(times=1, retry_after=7)
    with pytest.raises(client.flooded) as flood:
        await client.bot.send_message(LAN, "a")
    assert client.wait_of(flood.value) == 7
    with pytest.raises(client.refused, match=r"(?i)chat not found"):
        await client.bot.send_message(stranger.id, "a")
    lan.deactivates()
    with pytest.raises(client.forbidden, match=r"(?i)deactivated"):
        await client.bot.send_message(LAN, "a")
    assert lan.inbox == []
    intruder = type(client)(server.url, "42:not-a-token-of-this-server-000000000")
    with pytest.raises(client.unauthorized):
        await intruder.open()
    await intruder.close()


async def test_a_group_that_migrates_names_its_new_id(server, client):
    staff, officer = server.group(STAFF + 1, kind="group"), server.person(LAN)
    officer.says("Có ai trực không?", to=staff)
    (update,) = await client.bot.get_updates()
    assert (update.message.chat.id, update.message.chat.type) == (STAFF + 1, "group")
    new = staff.migrates(STAFF)
    with pytest.raises(client.moved) as moved:
        await client.bot.send_message(STAFF + 1, "Việc mới")
    assert client.new_id_of(moved.value) == STAFF
    await client.bot.send_message(STAFF, "Việc mới")
    assert (await new.hears("Việc mới")).chat_id == STAFF
    services = [u.message for u in (await client.bot.get_updates())[1:]]
    assert [s.migrate_to_chat_id or s.migrate_from_chat_id for s in services] == [STAFF, STAFF + 1]


@pytest.mark.parametrize(
    ("why", "after_accepting", "seen"),
    [
        ("broken before: nothing was said, sending again is right", False, 0),
        ("broken after: it was said, sending again says it twice", True, 1),
    ],
)
async def test_a_connection_breaks_before_or_after_the_message_is_accepted(server, client, why, after_accepting, seen):
    lan = server.person(LAN)
    lan.starts()
    server.drops(after_accepting=after_accepting)
    with pytest.raises(client.broken):
        await client.bot.send_message(LAN, "một lần")
    assert len(lan.inbox) == seen, why
    await client.bot.send_message(LAN, "hai lần")
    assert len(lan.inbox) == seen + 1


async def test_a_broken_or_slow_server(server, raw):
    lan = server.person(LAN)
    lan.starts()
    message = {"chat_id": LAN, "text": "a"}
    server.breaks(times=1, status=500)
    assert (await raw("sendMessage", message))[0] == 500
    assert lan.inbox == []
    server.slows(0.2)
    answer = asyncio.create_task(raw("sendMessage", message))
    await lan.hears("a")
    assert not answer.done(), "accepted at once, answered later"
    assert (await answer)[0] == 200
    server.floods(times=None, chat_id=LAN, retry_after=3)
    server.person(LAN + 1).starts()
    assert [(await raw("sendMessage", message))[0] for _ in range(2)] == [429, 429]
    assert (await raw("sendMessage", message | {"chat_id": LAN + 1}))[0] == 200
    server.faults.clear()
    assert (await raw("sendMessage", message))[0] == 200


async def test_settings_are_kept(server, client):
    assert await client.bot.set_my_commands([client.command("start", "Bắt đầu")])
    assert [c.description for c in await client.bot.get_my_commands()] == ["Bắt đầu"]
    assert await client.bot.set_my_description("Dân hỏi, xã trả lời")
    assert (await client.bot.get_my_description()).description == "Dân hỏi, xã trả lời"
    assert await client.bot.set_chat_menu_button()
    assert await client.bot.log_out()
    with pytest.raises(client.refused, match=r"(?i)logged out"):
        await client.bot.get_me()


async def test_an_application_of_python_telegram_bot_runs_unchanged(server):
    async def echo(update: Update, _: Any) -> None:
        await update.message.reply_text(f"nghe: {update.message.text}")

    builder = Application.builder().token(server.token)
    app = builder.base_url(f"{server.url}/bot").base_file_url(f"{server.url}/file/bot").build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    lan = server.person(LAN)
    async with app:
        await app.updater.start_polling(timeout=5)
        await app.start()
        lan.says("xin chào")
        await lan.hears("nghe: xin chào")
        lan.says("cảm ơn")
        await lan.hears("nghe: cảm ơn")
        await app.updater.stop()
        await app.stop()
    assert server.violations == []


async def test_a_dispatcher_of_aiogram_runs_unchanged(server):
    dispatcher = aiogram.Dispatcher()

    @dispatcher.message()
    async def echo(message: aiogram.types.Message) -> None:
        await message.answer(f"nghe: {message.text}")

    lan, bot = server.person(LAN), Aiogram(server.url, server.token).bot
    running = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5))
    lan.says("xin chào")
    await lan.hears("nghe: xin chào")
    await dispatcher.stop_polling()
    await running
    assert server.violations == []


async def test_another_process_acts_as_a_person(server, client):
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        said = (await http.post(f"/sim/people/{LAN}/says?first_name=Hoa", json={"text": "alo"})).json()
        await http.post(f"/sim/people/{LAN}/sends_document", json={"data_base64": "JVBERg==", "name": "a.pdf"})
        first, second = (u.message for u in await client.bot.get_updates())
        assert (first.text, first.from_user.first_name) == ("alo", "Hoa")
        assert await client.download(second.document.file_id) == b"%PDF"
        waiting = asyncio.create_task(
            http.get(f"/sim/people/{LAN}/inbox", params={"after": said["revision"], "contains": "Nghe", "wait_s": 5})
        )
        await client.bot.send_message(LAN, "Nghe ạ", reply_markup=client.inline([("Đúng", "ok")]))
        (seen,) = (await waiting).json()
        assert (seen["text"], seen["buttons"]) == ("Nghe ạ", [[{"text": "Đúng", "data": "ok", "url": None}]])
        await http.post(f"/sim/people/{LAN}/presses", json={"button": "Đúng"})
        assert (await client.bot.get_updates())[-1].callback_query.data == "ok"
        await http.post("/sim/faults", json={"kind": "flood", "retry_after": 2})
        with pytest.raises(client.flooded):
            await client.bot.send_message(LAN, "x")
        assert (await http.post(f"/sim/people/{LAN}/flies", json={})).status_code == 404
        assert (await http.post(f"/sim/people/{LAN}/presses", json={"button": "?"})).status_code == 400
        await http.post("/sim/clock", json={"advance_s": 86_401})
        state = (await http.get("/sim/state")).json()
        assert state["calls"]["sendMessage"] == 2
        assert (state["violations"], json.dumps(state["own_faults"])) == ([], "[]")
        assert not await client.bot.get_updates(), "a day later everything unread is gone"
