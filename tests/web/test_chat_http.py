"""The chat page as a browser without a script meets it, and what the script calls."""

from __future__ import annotations

import re
from io import BytesIO

import httpx
import pytest
from PIL import Image

from domain.messages import incoming_from_json
from storage import conversations, live
from storage.tables import WebMessage
from tests.web.conftest import SLUG, browser_of

CHAT = f"/{SLUG}/chat"
JSON = {"accept": "application/json"}


async def fields(http: httpx.AsyncClient, address: str = CHAT) -> dict[str, str]:
    """The hidden fields of the page's form."""
    page = await http.get(address)
    assert page.status_code == 200
    found = {name: re.search(rf'name="{name}" value="([0-9a-f]+)"', page.text) for name in ("token", "id")}
    return {name: match[1] for name, match in found.items() if match}


async def send(http: httpx.AsyncClient, address: str = CHAT, **data: str) -> httpx.Response:
    return await http.post(address, data={**await fields(http, address), **data})


def photo(size: tuple[int, int] = (40, 30), exif: bool = False) -> bytes:
    image, out = Image.new("RGB", size, "red"), BytesIO()
    tags = Image.Exif()
    if exif:
        tags[0x0112] = 6  # lies on its side
        tags[0x010F] = "Máy ảnh của tôi"
        tags.get_ifd(0x8825)[2] = (10.0, 30.0, 0.0)
    image.save(out, "JPEG", exif=tags)
    return out.getvalue()


async def test_a_message_sent_by_a_plain_form_is_answered_on_the_next_page(http, pages):
    sent = await send(http, text="Làm khai sinh cần gì\r\nạ")
    assert sent.status_code == 303
    page = await http.get(sent.headers["location"])
    assert "Làm khai sinh cần gì\nạ" in page.text
    assert "Đã nghe: Làm khai sinh cần gì\nạ" in page.text


async def test_the_message_is_in_the_inbox_under_the_hash_of_the_persons_key(http, pages):
    await send(http, text="xin chào")
    (row,) = pages.inbox()
    said = incoming_from_json(row.body)
    key = http.cookies["danhoi_person"]
    assert said.text == "xin chào"
    assert key not in row.peer
    assert len(row.peer) == 64


async def test_the_same_form_sent_twice_is_one_message(http, pages):
    form = await fields(http)
    for _ in range(2):
        answer = await http.post(CHAT, data={**form, "text": "một lần"})
        assert answer.status_code == 303
    assert len(pages.inbox()) == 1
    assert len([row for row in pages.town.rows(WebMessage) if row.mine]) == 1


async def test_a_page_waits_for_no_answer_while_a_person_answers(http, pages):
    form = await fields(http)
    assert (await http.post(CHAT, data={**form, "text": "xin chào"}, headers=JSON)).json()["talking"] is False
    (row,) = pages.inbox()
    with pages.town.db.writing() as session:
        talk = conversations.lock_or_add(
            session, pages.ids, row.tenant_id, row.channel_id, row.peer, pages.town.clock()
        )  # fmt: skip
        talk.state = live.CITIZEN
    again = {**form, "id": "0" * 32, "text": "tôi đây"}
    assert (await http.post(CHAT, data=again, headers=JSON)).json()["talking"] is True


async def test_a_post_that_died_after_the_inbox_is_mended_when_the_page_sends_again(http, pages):
    form = await fields(http)
    pages.crash_after_inbox = True
    assert (await http.post(CHAT, data={**form, "text": "còn đây"})).status_code == 500
    pages.crash_after_inbox = False
    assert (await http.post(CHAT, data={**form, "text": "còn đây"})).status_code == 303
    assert len(pages.inbox()) == 1
    assert "còn đây" in (await http.get(CHAT)).text


async def test_another_person_cannot_take_up_or_see_anybodys_messages(http, pages):
    form = await fields(http)
    await http.post(CHAT, data={**form, "text": "tin riêng"})
    async with browser_of(pages.create()) as other:
        assert "tin riêng" not in (await other.get(CHAT)).text
        theirs = await fields(other)
        await other.post(CHAT, data={"token": theirs["token"], "id": form["id"], "text": "của người khác"})
        assert "của người khác" in (await other.get(CHAT)).text
    assert len(pages.inbox()) == 2


async def test_words_are_shown_as_words_whatever_they_look_like(http, pages):
    await send(http, text="<script>alert(1)</script> {{ 7*7 }} { $x }")
    page = (await http.get(CHAT)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} { $x }" in page


async def test_a_case_code_stands_apart_and_only_https_links_are_links(http):
    page = await http.get((await send(http, text="mã")).headers["location"])
    assert '<strong>7K2M-9QXD</strong> <button type="button" class="copy"' in page.text
    assert 'href="https://dichvucong.gov.vn/x"' in page.text
    assert "xau.example" not in page.text
    assert "javascript:" not in page.text


async def test_pressing_a_button_says_its_label_and_hands_its_data_to_the_engine(http, pages):
    page = await http.get((await send(http, text="menu")).headers["location"])
    press = re.findall(r'name="press" value="([\d.]+)">([^<]+)<', page.text)
    assert [label for _, label in press] == ["1. Hỏi thủ tục", "2. Gửi phản ánh"]
    page = await http.get((await send(http, press=press[1][0])).headers["location"])
    assert '<div class="text">Gửi phản ánh</div>' in page.text
    assert pages.taken[-1].choice == "m|two"


@pytest.mark.parametrize(
    ("why", "press"),
    [
        ("no such message", "123.0"),
        ("not a press at all", "abc"),
        ("a number that no database holds", f"{10**19 - 1}.0"),
    ],
)
async def test_a_press_on_something_the_person_was_never_shown_is_refused(http, pages, why, press):
    answer = await send(http, press=press)
    assert answer.status_code == 404, why
    assert "Nút này thuộc câu hỏi trước" in answer.text
    assert pages.inbox() == []


async def test_a_button_of_another_persons_message_cannot_be_pressed(http, pages):
    page = await http.get((await send(http, text="menu")).headers["location"])
    press = re.search(r'name="press" value="([\d.]+)"', page.text)
    async with browser_of(pages.create()) as other:
        assert (await send(other, press=press[1])).status_code == 404


async def test_a_text_that_is_too_long_is_refused_and_stays_in_the_box(http, pages):
    answer = await send(http, text="dài " * 1001)
    assert answer.status_code == 413
    assert "Tin dài quá 4.000 chữ" in answer.text
    assert ">" + ("dài " * 1001).strip() + "</textarea>" in answer.text
    assert pages.inbox() == []


@pytest.mark.parametrize(
    ("why", "data", "status", "words"),
    [
        ("nothing written", {"text": "  "}, 422, "chưa gõ gì"),
        ("a phone number with letters", {"phone": "gọi tôi"}, 422, "Số điện thoại này chưa đúng"),
        ("a place off the globe is no place", {"latitude": "999", "longitude": "1"}, 422, "chưa gõ gì"),
        ("an id that a page never makes", {"text": "a", "id": "x"}, 400, "tải lại trang"),
    ],
)
async def test_what_cannot_be_understood_is_refused_with_a_sentence(http, pages, why, data, status, words):
    answer = await send(http, **data)
    assert answer.status_code == status, why
    assert words in answer.text, why
    assert pages.inbox() == []


async def test_a_phone_number_and_a_place_reach_the_engine_as_such(http, pages):
    await send(http, phone="0912 345.678")
    await send(http, latitude="10.5", longitude="106.25")
    assert pages.taken[0].phone == "0912345678"
    assert (pages.taken[1].location.latitude, pages.taken[1].location.longitude) == (10.5, 106.25)
    assert "Vị trí của tôi: 10.50000, 106.25000" in (await http.get(CHAT)).text


async def test_the_code_at_the_counter_opens_the_chat_with_its_payload(http, pages):
    page = await http.get(f"{CHAT}?start=quay-3")
    assert 'name="start" value="quay-3"' in page.text
    await send(http, start="quay-3")
    assert pages.taken[0].start == "quay-3"


async def test_a_photo_is_stored_without_where_and_with_what_it_was_taken(http, pages):
    form = await fields(http)
    files = {"file": ("den.jpg", photo((4000, 3000), exif=True), "image/jpeg")}
    sent = await http.post(CHAT, data={**form, "text": "Đèn hỏng"}, files=files)
    assert sent.status_code == 303
    (item,) = pages.taken[0].media
    path = pages.data_dir / "media" / str(pages.town.tenant.id) / item.ref.removeprefix("sha256:")
    with Image.open(path) as stored:
        assert stored.format == "JPEG"
        assert stored.size == (1920, 2560)  # turned upright, smaller
        assert not stored.getexif()
    assert (item.kind, item.mime, pages.taken[0].text) == ("photo", "image/jpeg", "Đèn hỏng")
    assert not list(path.parent.glob("waiting/*/*"))


async def test_a_person_sees_their_own_photo_and_nobody_else_does(http, pages):
    form = await fields(http)
    files = {"file": ("a.png", photo(), "image/png")}
    page = await http.get((await http.post(CHAT, data=form, files=files)).headers["location"])
    address = re.search(r'src="([^"]+/media/[0-9a-f]{64})"', page.text)[1]
    seen = await http.get(address)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert "sandbox" in seen.headers["content-security-policy"]
    async with browser_of(pages.create()) as other:
        await send(other, text=address)  # writing the name of a file gives no right to it
        assert (await other.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("why", "content", "status", "words"),
    [
        ("a program is not a photo", b"MZ\x90\x00" + b"\0" * 200, 415, "ảnh, tin thoại và tệp PDF"),
        ("a page is not a photo", b"<html><script>alert(1)</script>", 415, "ảnh, tin thoại và tệp PDF"),
        ("half a photo", photo()[:100], 415, "Ảnh này không mở được"),
        ("more than 20 MB", b"%PDF-1.7" + b"\0" * (20 * 2**20), 413, "lớn quá 20 MB"),
    ],
)
async def test_a_refused_file_costs_neither_the_words_nor_the_other_files(http, pages, why, content, status, words):
    form = await fields(http)
    files = [("file", ("tốt.jpg", photo(), "image/jpeg")), ("file", ("xấu.jpg", content, "image/jpeg"))]
    answer = await http.post(CHAT, data={**form, "text": "Đèn hỏng"}, files=files)
    assert answer.status_code == status, why
    assert words in answer.text, why
    assert ">Đèn hỏng</textarea>" in answer.text, why
    kept = re.search(r'name="kept" value="([^"]+)"', answer.text)
    assert kept, why
    await send(http, text="Đèn hỏng", kept=kept[1])
    assert [item.name for item in pages.taken[0].media] == ["tốt.jpg"], why


async def test_a_recording_and_a_pdf_are_taken_as_what_they_are(http, pages):
    form = await fields(http)
    files = [
        ("file", ("../../tin.ogg", b"OggS" + b"\0" * 50, "audio/ogg")),
        ("file", ("don.pdf", b"%PDF-1.4 ...", "application/pdf")),
    ]
    assert (await http.post(CHAT, data=form, files=files)).status_code == 303
    assert [(item.kind, item.name) for item in pages.taken[0].media] == [("voice", "tin.ogg"), ("document", "don.pdf")]


async def test_nobody_can_send_a_file_that_another_person_uploaded(http, pages):
    form = await fields(http)
    up = await http.post(f"{CHAT}/files", files={"file": ("a.jpg", photo(), "image/jpeg")},
                         headers={**JSON, "x-chat-token": form["token"]})  # fmt: skip
    sha256 = up.json()["file"]["sha256"]
    async with browser_of(pages.create()) as other:
        answer = await send(other, kept=f"{sha256}:a.jpg")
        assert answer.status_code == 409
        assert "Tệp chưa lên tới nơi" in answer.text


async def test_a_full_store_refuses_files_but_not_words(pages):
    pages.changes = {"media_limit_bytes": 100}
    async with browser_of(pages.create()) as http:
        form = await fields(http)
        answer = await http.post(CHAT, data=form, files={"file": ("a.jpg", photo(), "image/jpeg")})
        assert answer.status_code == 507
        assert "Chỗ lưu tệp của xã đã đầy" in answer.text
        assert (await send(http, text="vẫn nhắn được")).status_code == 303


async def test_seven_files_at_once_are_too_many(http, pages):
    form = await fields(http)
    files = [("file", (f"{n}.jpg", photo(), "image/jpeg")) for n in range(7)]
    answer = await http.post(CHAT, data={**form, "text": "nhiều ảnh"}, files=files)
    assert answer.status_code == 413
    assert "nhiều nhất 6 tệp" in answer.text


async def test_posting_too_fast_is_refused_with_the_seconds_to_wait_and_then_taken(pages, clock):
    pages.changes = {"posts_per_minute": 6}
    async with browser_of(pages.create()) as http:
        form = await fields(http)
        answers = [
            await http.post(CHAT, data={**form, "id": f"{n:032x}", "text": f"tin {n}"}, headers=JSON) for n in range(7)
        ]
        assert [answer.status_code for answer in answers] == [200] * 6 + [429]
        wait_s = int(answers[-1].headers["retry-after"])
        assert f"Xin đợi {wait_s} giây" in answers[-1].json()["error"]
        clock.forward(seconds=wait_s)
        again = await http.post(CHAT, data={**form, "id": f"{6:032x}", "text": "tin 6"}, headers=JSON)
        assert again.status_code == 200
    assert len(pages.inbox()) == 7


async def test_one_address_with_many_persons_is_limited_loosely(pages):
    pages.changes = {"posts_per_minute_address": 3}
    app = pages.create()
    statuses = []
    for _ in range(4):
        async with browser_of(app) as person:
            statuses.append((await send(person, text="chào")).status_code)
    assert statuses == [303, 303, 303, 429]


async def test_a_page_asks_for_what_is_new_and_gets_it_once_there_is_something(http, pages):
    await send(http, text="một")
    all_of_them = (await http.get(f"{CHAT}/messages?after=0")).json()["messages"]
    assert [message["mine"] for message in all_of_them] == [True, False]
    assert all(isinstance(message["id"], str) for message in all_of_them)
    pages.stopping.set()  # nothing new: a long look ends when the service stops
    last = all_of_them[-1]["id"]
    again = (await http.get(f"{CHAT}/messages?after={last}&wait=10")).json()["messages"]
    assert not [message for message in again if int(message["id"]) > int(last)]


async def test_a_commune_without_a_web_chat_says_whom_to_call(http, pages, town):
    with town.db.writing() as session:
        session.delete(session.merge(town.channel))
    page = await http.get(CHAT)
    assert page.status_code == 404
    assert "chưa mở nhắn tin" in page.text


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "-1", "9223372036854775808", "abc"])
async def test_odd_numbers_in_an_address_are_no_trouble(http, odd):
    await http.get(CHAT)
    for query in (f"?sent={odd}", f"/messages?after={odd}", f"/messages?wait={odd}"):
        assert (await http.get(CHAT + query)).status_code == 200
    assert (await http.get(f"/{SLUG}/desk/{odd}/chat")).status_code == 403
