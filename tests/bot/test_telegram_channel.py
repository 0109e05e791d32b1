"""What Telegram says becomes what we understand, and what we say becomes what Telegram draws."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from domain.errors import BadRecord
from domain.messages import Choice, Incoming, Location, Media, Outgoing
from domain.texts import common

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "telegram"
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
BIG_PHOTO = Media("photo", "AgACbig1", size=151203, mime="image/jpeg")


@pytest.fixture
def channel() -> TelegramChannel:
    return TelegramChannel("http://127.0.0.1:9")


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", {"text": "Làm giấy khai sinh cho con cần gì?"}),
        ("emoji", {"text": "Cảm ơn 🙏🏽 cán bộ"}),
        ("caption", {"text": "Ổ gà trước trường mầm non", "media": (BIG_PHOTO,)}),
        ("album_first", {"text": "Bãi rác", "media": (BIG_PHOTO,), "album": "13579", "message_id": "51"}),
        (
            "album_second",
            {"media": (Media("photo", "AgACbig2", size=151203, mime="image/jpeg"),), "album": "13579",
             "message_id": "52"},
        ),
        ("voice", {"media": (Media("voice", "AwACvoice", size=31022, mime="audio/ogg"),)}),
        ("video", {"text": "Nước ngập", "media": (Media("video", "BAACvideo", size=2103344, mime="video/mp4"),)}),
        ("video_note", {"media": (Media("video", "DQACnote", size=90211),)}),
        ("document_image", {"media": (Media("photo", "BQACimage", "IMG_2041.jpeg", 4210993, "image/jpeg"),)}),
        ("document", {"media": (Media("document", "BQACpdf", "don-de-nghi.pdf", 88120, "application/pdf"),)}),
        ("gif", {"media": (Media("document", "CgACgif", "", 50111, "video/mp4"),)}),
        ("location", {"location": Location(10.512345, 106.498765)}),
        ("venue", {"location": Location(10.51, 106.49)}),
        ("own_contact", {"phone": "84912345678", "replies_to": "40"}),
        ("foreign_contact", {"phone": ""}),
        ("address_book_contact", {"phone": ""}),
        ("start_payload", {"text": "/start tt_1.001193", "start": "tt_1.001193"}),
        ("start_bare", {"text": "/start", "start": ""}),
        ("start_at_bot", {"text": "/start qr_7", "start": "qr_7"}),
        ("command_at_bot", {"text": "/menu"}),
        ("edited_text", {"kind": "edit", "text": "Đèn đường thôn 4 hỏng"}),
        (
            "edited_caption",
            {"kind": "edit", "text": "Bãi rác thôn 2", "media": (BIG_PHOTO,), "album": "13579", "message_id": "51"},
        ),
        ("reply", {"text": "Đúng rồi", "replies_to": "40"}),
        ("press", {"choice": "m1x|yes", "replies_to": "40", "message_id": "", "at": datetime.fromtimestamp(0, UTC)}),
        (
            "press_old_message",
            {"choice": "/case.take 12", "replies_to": "12", "message_id": "", "at": datetime.fromtimestamp(0, UTC)},
        ),
        ("blocked", {"kind": "blocked", "message_id": ""}),
        ("unblocked", {"kind": "unblocked", "message_id": ""}),
        ("sticker", {}),
    ],
)  # fmt: skip
def test_what_a_person_does_is_understood(channel, name, expected: dict[str, Any]):
    (said,) = channel.parse(sample(name))
    usual: dict[str, Any] = {"peer": "7001", "at": AT, "message_id": "41"}
    assert said == Incoming(external_id=said.external_id, **{**usual, **expected})
    assert said.external_id.startswith("7000001")


@pytest.mark.parametrize(
    "name",
    ["group_message", "group_press", "group_kick", "channel_post", "poll_answer", "press_inline_mode", "pinned",
     "live_location", "unknown_kind", "unknown_shape"],
)  # fmt: skip
def test_what_is_not_for_us_is_passed_over(channel, name):
    assert channel.parse(sample(name)) == []


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"update_id": true}', b"\xff", b"[" * 50_000])
def test_what_is_no_update_is_an_error(channel, body):
    with pytest.raises(BadRecord):
        channel.parse(body)


# Out

PLACE = {"text": common.share_place(), "request_location": True}
PHONE = {"text": common.share_phone(), "request_contact": True}


def inline(*rows: tuple[str, str]) -> dict[str, Any]:
    """A row each: (label, data or address)."""
    return {
        "inline_keyboard": [
            [{"text": text, "url" if "://" in what else "callback_data": what}] for text, what in rows
        ]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("why", "message", "text", "markup"),
    [
        ("words alone take an old keyboard away", Outgoing("Chào bà"), "Chào bà", {"remove_keyboard": True}),
        ("people's signs are no markup", Outgoing("<b>1 & 2_*"), "<b>1 & 2_*", {"remove_keyboard": True}),
        (
            "choices are buttons with their numbers",
            Outgoing("Gửi?", choices=(Choice("m|yes", "Gửi"), Choice("m|no", "Thôi", key="0"))),
            "Gửi?",
            inline(("1. Gửi", "m|yes"), ("0. Thôi", "m|no")),
        ),
        (
            "links open beside the choices",
            Outgoing("Nộp?", choices=(Choice("m|a", "Có"),), links=(("Cổng", "https://dichvucong.gov.vn/a"),)),
            "Nộp?",
            inline(("1. Có", "m|a"), ("Cổng", "https://dichvucong.gov.vn/a")),
        ),
        (
            "an address that no button may open stands in the text",
            Outgoing("Xem", links=(("Trang", "http://localhost:8080/x"), ("Nội bộ", "https://danhoi/x"))),
            "Xem\nTrang: http://localhost:8080/x\nNội bộ: https://danhoi/x",
            {"remove_keyboard": True},
        ),
        (
            "a long label is cut on the button and whole in the text",
            Outgoing("Chọn", choices=(Choice("m|a", "Đăng ký khai sinh kết hợp đăng ký nhận cha, mẹ, con"),)),
            "Chọn\n1. Đăng ký khai sinh kết hợp đăng ký nhận cha, mẹ, con",
            inline(("1. Đăng ký khai sinh kết hợp đăng ký nhận …", "m|a")),
        ),
        (
            "a choice whose data fits no button is a line",
            Outgoing("Chọn", choices=(Choice("m|a", "Một"), Choice("đ" * 33, "Hai"))),
            "Chọn\n1. Một\n2. Hai",
            inline(("1. Một", "m|a")),
        ),
        (
            "the keyboard that shares a phone number leaves the choices to the text",
            Outgoing("Số nào?", choices=(Choice("m|skip", "Bỏ qua"),), ask="contact"),
            "Số nào?\n1. Bỏ qua",
            {"keyboard": [[PHONE]], "resize_keyboard": True, "one_time_keyboard": True},
        ),
        (
            "and so does the one that shares a place",
            Outgoing("Ở đâu?", choices=(Choice("m|skip", "Bỏ qua"),), ask="location"),
            "Ở đâu?\n1. Bỏ qua",
            {"keyboard": [[PLACE]], "resize_keyboard": True, "one_time_keyboard": True},
        ),
        (
            "choices without words are their own words",
            Outgoing("", choices=(Choice("m|a", "Một"), Choice("m|b", "Hai"))),
            "1. Một\n2. Hai",
            inline(("1. Một", "m|a"), ("2. Hai", "m|b")),
        ),
        (
            "a link without words is named",
            Outgoing("", links=(("Cổng", "https://dichvucong.gov.vn"),)),
            "Cổng",
            inline(("Cổng", "https://dichvucong.gov.vn")),
        ),
    ],
)
def test_a_message_is_drawn_the_way_telegram_can(channel, why, message, text, markup):
    (payload,) = channel.render("7001", message)
    assert payload == {"method": "sendMessage", "chat_id": "7001", "text": text, "reply_markup": markup}, why


def test_files_come_first_and_buttons_hang_on_the_last_words(channel):
    message = Outgoing("Đã sửa. " * 900, choices=(Choice("m|5", "Rất hài lòng", "5"),), media=("/a/1", "/a/2"))
    payloads = channel.render("7001", message)
    assert [p["method"] for p in payloads] == ["sendFile", "sendFile", "sendMessage", "sendMessage"]
    assert [p.get("file") for p in payloads[:2]] == ["/a/1", "/a/2"]
    assert "reply_markup" not in payloads[2]
    assert payloads[3]["reply_markup"] == inline(("5. Rất hài lòng", "m|5"))


def test_files_alone_need_no_words(channel):
    assert channel.render("7001", Outgoing("", media=("/a/1",))) == [
        {"method": "sendFile", "chat_id": "7001", "file": "/a/1"}
    ]


def test_more_choices_than_telegram_draws_are_written_out(channel):
    message = Outgoing("Chọn", choices=tuple(Choice(f"m|{n}", f"Mục {n}") for n in range(130)))
    (payload,) = channel.render("7001", message)
    assert len(payload["reply_markup"]["inline_keyboard"]) == 100
    assert "130. Mục 129" in payload["text"]
