"""The way out: each message once, in order, in spite of floods, breaks, blocks and crashes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.delivery import FIRST_PAUSE, GIVE_UP_AFTER, LONGEST_PAUSE
from domain.messages import BROADCAST, NOTICE, TALK, Choice, Outgoing
from domain.texts import common
from domain.texts import delivery as words
from domain.texts.base import speaking
from storage import conversations
from storage.media import keep
from storage.tables import Channel, Citizen, OutboxMessage, WebMessage
from tests.bot.conftest import jpeg, until

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

LAN, MAI, HOA = 7001, 7002, 7003


@pytest.fixture
def lan(stage):
    person = stage.server.person(LAN)
    person.starts()
    return person


@pytest.fixture
def mai(stage):
    person = stage.server.person(MAI, "Mai")
    person.starts()
    return person


def read(person) -> list[str]:
    return [message.text for message in person.inbox]


def knows(stage, peer: int) -> None:
    with stage.town.db.writing() as session:
        conversations.citizen(
            session, stage.town.tools.ids, stage.town.tenant.id, stage.row.id, str(peer), stage.town.clock()
        )


# Order


async def test_each_person_reads_everything_in_the_order_it_was_owed(stage, lan, mai):
    for n in range(4):
        stage.owe(f"Lan {n}", LAN)
        stage.owe(f"Mai {n}", MAI)
    await stage.deliver()
    assert read(lan) == ["Lan 0", "Lan 1", "Lan 2", "Lan 3"]
    assert read(mai) == ["Mai 0", "Mai 1", "Mai 2", "Mai 3"]


async def test_an_answer_does_not_wait_behind_a_notice(stage, lan):
    stage.owe("Nhắc hẹn 1", lane=NOTICE, not_before=stage.town.clock() + timedelta(seconds=30))
    stage.owe("Nhắc hẹn 2", lane=NOTICE)
    stage.owe("Thông báo chung", lane=BROADCAST, not_before=stage.town.clock() + timedelta(hours=9))
    stage.owe("Trả lời", lane=TALK)
    await stage.deliver()
    assert read(lan) == ["Trả lời"]
    stage.town.clock.forward(seconds=31)
    await stage.deliver()
    assert read(lan) == ["Trả lời", "Nhắc hẹn 1", "Nhắc hẹn 2"]


async def test_a_message_that_is_sent_is_marked_with_its_id_on_the_platform(stage, lan):
    stage.owe("Chào bà")
    await stage.deliver()
    row = stage.owed("Chào bà")
    assert row.external_ids == [str(lan.inbox[0].message_id)]
    assert (row.sent_at, row.next_try_at, row.parts_sent) == (stage.town.clock(), None, 1)


async def test_a_slow_line_to_one_person_keeps_nobody_else_waiting(stage, lan, mai):
    stage.server.slows(2, chat_id=LAN)
    stage.owe("chậm", LAN)
    stage.owe("nhanh", MAI)
    await stage.delivery.round()
    stage.owe("nhanh nữa", MAI)
    await stage.delivery.round()
    assert read(mai) == ["nhanh", "nhanh nữa"]
    assert stage.owed("chậm").sent_at is None
    await stage.delivery.settle()
    assert stage.owed("chậm").sent_at
    await stage.deliver()
    assert read(lan) == ["chậm"]


# Flood control


async def test_a_flood_is_waited_out_and_the_message_arrives_once(stage, lan):
    stage.server.floods(times=1, retry_after=7)
    stage.owe("một")
    stage.owe("hai")
    await stage.deliver()
    assert read(lan) == []
    assert stage.owed("một").next_try_at == stage.town.clock() + timedelta(seconds=7)
    stage.town.clock.forward(seconds=6)
    await stage.deliver()
    assert stage.server.calls["sendMessage"] == 1, "not asked before the time Telegram named"
    stage.town.clock.forward(seconds=2)
    await stage.deliver()
    assert read(lan) == ["một", "hai"]


async def test_one_persons_flood_does_not_silence_the_commune(stage, lan, mai):
    stage.server.floods(times=1, retry_after=300, chat_id=LAN)
    stage.owe("cho Lan", LAN)
    stage.owe("cho Mai", MAI)
    await stage.deliver()
    assert (read(lan), read(mai)) == ([], ["cho Mai"])


async def test_when_several_are_refused_the_whole_bot_pauses(stage, lan, mai):
    hoa = stage.server.person(HOA, "Hoa")
    hoa.starts()
    stage.server.floods(times=None, retry_after=20)
    stage.owe("1", LAN)
    stage.owe("2", MAI)
    await stage.deliver()
    stage.server.faults.clear()
    stage.owe("3", HOA)
    await stage.deliver()
    assert stage.server.calls["sendMessage"] == 2, "a third person is not even tried"
    stage.town.clock.forward(seconds=21)
    await stage.deliver()
    stage.town.clock.forward(seconds=21)
    await stage.deliver()
    assert [read(person) for person in (lan, mai, hoa)] == [["1"], ["2"], ["3"]]


# Gone


async def test_a_result_for_somebody_who_blocked_us_is_kept_until_they_write_again(stage, lan):
    knows(stage, LAN)
    lan.blocks()
    stage.owe("Kết quả", important=True)
    stage.owe("Tin thường", lane=NOTICE)
    await stage.deliver()
    row = stage.owed("Kết quả")
    assert (row.failed_why, row.sent_at, row.next_try_at) == ("gone", None, None)
    assert stage.town.rows(Citizen, peer=str(LAN))[0].gone
    calls = stage.server.calls["sendMessage"]
    stage.owe("Nhắc nữa", lane=NOTICE)
    await stage.deliver()
    assert stage.server.calls["sendMessage"] == calls, "we stop writing to them"

    async with stage.serving(stage.service()):
        lan.unblocks()
        lan.says("Tôi đây")
        await until(lambda: len(stage.inbox()) >= 2)
        await stage.turns()
        await stage.deliver()
    assert "Kết quả" in read(lan)
    assert "Tin thường" not in read(lan), "only what matters is sent afterwards"
    assert stage.owed("Kết quả").failed_why == ""


async def test_a_person_telegram_does_not_know_is_gone_not_retried(stage):
    stage.owe("Chào", peer=999_999)
    await stage.deliver()
    assert stage.owed("Chào").failed_why == "gone"


# Refused


async def test_what_telegram_refuses_is_dropped_and_the_next_message_goes_on(stage, lan):
    too_long = Outgoing("x", choices=(Choice("/menu", "a"),), links=(("Xem", "https://a b.vn/"),))
    stage.server.breaks(times=1, status=400, description="Bad Request: can't parse entities")
    stage.owe(message=too_long, key="hỏng")
    stage.owe("tiếp")
    await stage.deliver()
    row = stage.owed("hỏng")
    assert (row.failed_why, row.failed_at, row.sent_at) == ("rejected", stage.town.clock(), None)
    assert read(lan) == ["tiếp"]


# Passing trouble


@pytest.mark.parametrize(
    ("why", "fault"),
    [
        ("a gateway that is down", lambda server: server.breaks(times=3, status=502)),
        ("an error page instead of JSON", lambda server: server.breaks(times=3, status=503, html=True)),
        ("a connection that breaks", lambda server: server.drops(times=3)),
    ],
)
async def test_passing_trouble_is_tried_again_ever_more_slowly(stage, lan, why, fault):
    fault(stage.server)
    stage.owe("Chào bà")
    pauses = []
    for _ in range(3):
        await stage.deliver()
        pauses.append(stage.owed("Chào bà").next_try_at - stage.town.clock())
        stage.town.clock.forward(seconds=pauses[-1].total_seconds())
    assert pauses == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4], why
    await stage.deliver()
    assert read(lan) == ["Chào bà"]


async def test_a_connection_that_breaks_after_telegram_took_the_message_sends_it_twice(stage, lan):
    """The one window there is: Telegram has no key for "the same message". See the head of bot/delivery.py."""
    stage.server.drops(times=1, after_accepting=True)
    stage.owe("Chào bà")
    await stage.deliver()
    stage.town.clock.forward(seconds=5)
    await stage.deliver()
    assert read(lan) == ["Chào bà", "Chào bà"]
    assert stage.owed("Chào bà").external_ids == [str(lan.inbox[1].message_id)]


async def test_a_sent_message_that_cannot_be_marked_at_first_is_not_sent_again(stage, lan, monkeypatch):
    monkeypatch.setattr("bot.delivery.MARK_AGAIN_S", (0.05,) * 40)
    stage.owe("Chào bà")
    stage._sql(
        "CREATE TRIGGER stuck BEFORE UPDATE OF sent_at ON outbox WHEN NEW.sent_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    sending = asyncio.create_task(stage.deliver())
    await until(lambda: read(lan))
    stage._sql("DROP TRIGGER stuck")
    await asyncio.wait_for(sending, 5)
    stage.town.clock.forward(hours=1)
    await stage.deliver()
    assert read(lan) == ["Chào bà"]
    assert stage.owed("Chào bà").sent_at


async def test_a_worker_that_lost_its_lease_changes_nothing(stage, lan):
    stage.server.slows(1, chat_id=LAN)
    stage.owe("Chào bà")
    await stage.delivery.round()
    with stage.town.db.writing() as session:  # somebody else took the row meanwhile
        session.execute(update(OutboxMessage).values(attempts=OutboxMessage.attempts + 1))
    await stage.delivery.settle()
    assert stage.owed("Chào bà").sent_at is None


async def test_after_three_days_we_give_up_and_say_that_it_is_late(stage, lan):
    stage.server.breaks(times=None, status=502)
    stage.owe("Kết quả", important=True)
    begun, longest = stage.town.clock(), timedelta(0)
    for _ in range(200):
        await stage.delivery.round()
        row = stage.owed("Kết quả")
        if row.failed_at:
            break
        longest = max(longest, row.next_try_at - stage.town.clock())
        stage.town.clock.forward(seconds=(row.next_try_at - stage.town.clock()).total_seconds())
    assert row.failed_why == "late"
    assert GIVE_UP_AFTER <= row.failed_at - begun <= GIVE_UP_AFTER + timedelta(hours=2)
    assert longest == LONGEST_PAUSE
    assert row.attempts < 100


async def test_a_message_dated_ahead_is_not_late_at_its_first_try(stage, lan):
    stage.owe("Xin đánh giá", not_before=stage.town.clock() + timedelta(days=6))
    stage.town.clock.forward(days=6)
    stage.server.breaks(times=1, status=502)
    await stage.deliver()
    assert stage.owed("Xin đánh giá").failed_at is None
    stage.town.clock.forward(seconds=6)
    await stage.deliver()
    assert read(lan) == ["Xin đánh giá"]


# Set-up


async def test_a_refused_token_pauses_the_channel_and_its_messages_wait(stage, lan):
    bot = stage.server.world.bots.pop(stage.server.token)
    stage.owe("Chào bà")
    await stage.deliver()
    assert "@BotFather" in stage.now(Channel, stage.row.id).paused_why
    assert stage.owed("Chào bà").failed_at is None
    stage.server.world.bots[stage.server.token] = bot
    stage.town.clock.forward(minutes=5)
    await stage.deliver()
    assert read(lan) == ["Chào bà"]
    assert stage.now(Channel, stage.row.id).paused_why == ""


async def test_a_channel_that_is_not_connected_waits(stage, lan):
    door, stage.delivery._doors = stage.delivery._doors, lambda row: None
    stage.owe("Chào bà")
    await stage.deliver()
    assert stage.owed("Chào bà").next_try_at == stage.town.clock() + FIRST_PAUSE
    stage.delivery._doors = door
    stage.town.clock.forward(seconds=6)
    await stage.deliver()
    assert read(lan) == ["Chào bà"]


async def test_a_row_nobody_can_read_holds_up_and_repeats_no_other(stage, lan, mai):
    stage.owe("hỏng", LAN)
    stage.owe("lành", MAI)
    web = stage.town.channel.id
    stage.owe("hỏng trên trang", peer=1, channel_id=web)
    stage.owe("lành trên trang", peer=2, channel_id=web)
    with stage.town.db.writing() as session:
        broken = update(OutboxMessage).where(OutboxMessage.key.in_(["hỏng", "hỏng trên trang"]))
        session.execute(broken.values(body={"no": "text"}))
    await stage.deliver()
    stage.town.clock.forward(hours=1)
    await stage.deliver()
    assert read(mai) == ["lành"]
    assert [row.body["text"] for row in stage.town.rows(WebMessage)] == ["lành trên trang"]
    assert [row.key for row in stage.woken] == ["lành trên trang"]


# Parts and files


async def test_a_long_message_goes_on_with_the_part_that_is_missing(stage, lan):
    text = "\n\n".join(f"Mục {n}: " + "hồ sơ gồm giấy tờ 🏠 " * 90 for n in range(6))
    stage.owe(message=Outgoing(text, choices=(Choice("/menu", "Xem mục"),)), key="dài")
    stage.server.slows(0, times=1)  # the first part passes
    stage.server.breaks(times=1, status=502)  # the second does not
    await stage.deliver()
    assert len(lan.inbox) == 1
    assert stage.owed("dài").parts_sent == 1
    stage.town.clock.forward(seconds=6)
    await stage.deliver()
    assert "".join("".join(read(lan)).split()) == "".join(text.split()), "every word once, in order"
    assert [message.labels for message in lan.inbox][:-1] == [[]] * (len(lan.inbox) - 1)
    assert lan.inbox[-1].labels == ["1. Xem mục"]
    assert len(stage.owed("dài").external_ids) == len(lan.inbox)


async def test_files_go_as_what_they_are_before_the_text(stage, lan):
    refs = tuple(
        keep(stage.data_dir, stage.town.tenant.id, content)
        for content in (jpeg(), b"OggS" + b"\0" * 40, b"%PDF-1.7 don", b"PK whatever")
    )
    stage.owe(message=Outgoing("Đã sửa đèn.", media=refs), key="ảnh")
    await stage.deliver()
    assert [message.kind for message in lan.inbox] == ["photo", "voice", "document", "document", "text"]
    assert lan.inbox[0].file == jpeg()
    assert lan.inbox[2].raw["document"]["file_name"] == "tep.pdf"


async def test_a_picture_that_telegram_takes_for_no_photo_goes_as_a_file(stage, lan):
    ref = keep(stage.data_dir, stage.town.tenant.id, jpeg(2500, 20))
    stage.owe(message=Outgoing("Bản vẽ", media=(ref,)), key="bản vẽ")
    await stage.deliver()
    assert [message.kind for message in lan.inbox] == ["document", "text"]


async def test_a_file_that_is_missing_does_not_keep_the_words_back(stage, lan):
    stage.owe(message=Outgoing("Đã sửa đèn.", media=("sha256:" + "a" * 64,)), key="ảnh")
    await stage.deliver()
    assert read(lan) == [words.file_not_sent(), "Đã sửa đèn."]


async def test_buttons_speak_the_persons_language(stage, lan):
    knows(stage, LAN)
    with stage.town.db.writing() as session:
        session.execute(update(Citizen).values(language="en"))
    stage.owe(message=Outgoing("Your phone number?", ask="contact"), key="số")
    await stage.deliver()
    with speaking("en"):
        assert lan.keyboard == ((common.share_phone(),),)


async def test_a_broadcast_stays_below_what_telegram_takes(stage):
    for n in range(12):
        stage.server.person(8000 + n).starts()
        stage.owe(f"Tin {n}", 8000 + n, lane=BROADCAST)
    begun = asyncio.get_running_loop().time()
    await stage.deliver()
    assert stage.server.calls["sendMessage"] == 12
    assert asyncio.get_running_loop().time() - begun >= 11 / 28


async def test_stopping_waits_for_the_message_that_is_under_way(stage, lan):
    stage.server.slows(0.6, chat_id=LAN)
    stage.owe("Chào bà")
    stopping = asyncio.Event()
    running = asyncio.create_task(stage.delivery.run(stopping))
    await until(lambda: read(lan))
    stopping.set()
    await asyncio.wait_for(running, 3)
    assert stage.owed("Chào bà").sent_at, "marked, so the next start does not send it again"
