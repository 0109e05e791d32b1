"""The chat page in a real browser, on a phone 360 px wide."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from domain.messages import Outgoing
from storage.tables import Tenant
from tests.web.conftest import SLUG, Pages, Server

playwright = pytest.importorskip("playwright.sync_api")
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

CHROMIUM = Path("/usr/bin/chromium")
ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "vi-VN"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium on this machine"),
    pytest.mark.parametrize("db", ["sqlite"], indirect=True),
]
expect = playwright.expect


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


class Phone:
    """A phone with one page open; collects what its console complains about."""

    def __init__(self, chromium, server: Server, **options) -> None:
        self.context = chromium.new_context(**{**PHONE, **options})
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.server = server
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: line.type == "error" and self.complaints.append(line.text))
        self.page.goto(f"{server.url}/{SLUG}/chat")

    def send(self, text: str) -> None:
        self.page.fill("#text", text)
        self.page.click("#send")

    def sees(self, text: str) -> None:
        expect(self.page.locator("#log .theirs .bubble", has_text=text).last).to_be_visible()

    @property
    def texts(self) -> list[str]:
        return self.page.locator("#log .bubble").all_inner_texts()


@pytest.fixture
def phone(chromium, server) -> Iterator[Phone]:
    opened = Phone(chromium, server)
    yield opened
    opened.context.close()


def test_a_message_is_answered_live_and_a_reload_keeps_both(phone):
    phone.send("Làm khai sinh")
    phone.sees("Đã nghe: Làm khai sinh")
    assert phone.texts == ["Làm khai sinh", "Đã nghe: Làm khai sinh"]
    phone.page.reload()
    assert phone.texts == ["Làm khai sinh", "Đã nghe: Làm khai sinh"]
    assert phone.complaints == []


def test_words_are_never_read_as_html(phone):
    phone.send("<img src=x onerror=alert(1)>")
    phone.sees("Đã nghe: <img src=x onerror=alert(1)>")
    assert phone.page.locator("#log img").count() == 0
    assert phone.complaints == []


def test_a_notice_appears_by_itself(phone, server: Server, pages: Pages):
    phone.send("chào")
    phone.sees("Đã nghe: chào")
    peer, town = pages.taken[0].peer, pages.town
    server.do(pages.say(town.tenant.id, town.channel.id, peer, Outgoing("Việc của ông/bà đã xong"), "notice"))
    phone.sees("Việc của ông/bà đã xong")


def test_pressing_a_choice_shows_its_label_as_ones_own_message(phone, pages: Pages):
    phone.send("menu")
    phone.page.get_by_role("button", name="2. Gửi phản ánh").click()
    phone.sees("Đã chọn m|two")
    assert phone.texts == ["menu", "Cần gì ạ?", "Gửi phản ánh", "Đã chọn m|two"]
    assert phone.page.get_by_role("button", name="1. Hỏi thủ tục").is_visible()  # old menus stay


def test_a_choice_touched_twice_in_a_row_is_one_choice(phone, pages: Pages):
    phone.send("menu")
    phone.page.get_by_role("button", name="2. Gửi phản ánh").dblclick()
    phone.sees("Đã chọn m|two")
    phone.send("xong")
    phone.sees("Đã nghe: xong")
    assert [said.choice for said in pages.taken if said.choice] == ["m|two"]


def test_header_and_composer_stay_in_sight_whatever_is_answered_and_when_a_keyboard_covers_the_page(phone):
    def edges() -> tuple[float, float]:
        return tuple(
            phone.page.evaluate(
                "[document.querySelector('.bar').getBoundingClientRect().top,"
                " document.querySelector('.foot').getBoundingClientRect().bottom]"
            )
        )

    for text in ("menu", "dòng\n" * 40, "menu", "số", "menu"):
        phone.send(text)
        expect(phone.page.locator(".message.waiting")).to_have_count(0)
        phone.page.locator("#log .theirs").last.scroll_into_view_if_needed()
        phone.page.evaluate("scrollTo(0, 500)")
        assert edges() == (0, phone.page.viewport_size["height"])
    phone.page.evaluate(
        "Object.defineProperty(visualViewport, 'height', {value: 400});"
        " visualViewport.dispatchEvent(new Event('resize'))"
    )
    assert edges() == (0, 400)


def test_a_photo_goes_with_its_words_and_is_shown(phone, pages: Pages, tmp_path: Path):
    Image.new("RGB", (3000, 2000), "#c63").save(tmp_path / "đèn.jpg")
    phone.page.set_input_files("#pick", [tmp_path / "đèn.jpg"])
    phone.send("Đèn hỏng")
    phone.sees("Đã nhận 1 tệp: Đèn hỏng")
    image = phone.page.locator("#log .mine img")
    expect(image).to_be_visible()
    phone.page.wait_for_function("document.querySelector('#log .mine img').naturalWidth === 2560")
    assert phone.complaints == []


def test_a_file_that_is_too_big_costs_nothing_else(phone, tmp_path: Path):
    (tmp_path / "phim.mp4").write_bytes(b"\0" * (20 * 2**20 + 1))
    Image.new("RGB", (30, 20), "#c63").save(tmp_path / "nhỏ.png")
    phone.page.fill("#text", "Hai tệp")
    phone.page.set_input_files("#pick", [tmp_path / "phim.mp4", tmp_path / "nhỏ.png"])
    expect(phone.page.locator("#problem")).to_contain_text("lớn quá 20 MB")
    phone.page.click("#send")
    phone.sees("Đã nhận 1 tệp: Hai tệp")


def test_a_text_that_is_too_long_stays_in_the_box(phone):
    phone.send("dài " * 1001)
    expect(phone.page.locator("#problem")).to_contain_text("Tin dài quá 4.000 chữ")
    assert len(phone.page.input_value("#text")) == 4004


def test_the_service_restarts_and_the_page_goes_on(phone, server: Server):
    phone.send("trước")
    phone.sees("Đã nghe: trước")
    server.stop()
    phone.send("trong lúc nghỉ")
    expect(phone.page.locator(".message.waiting .state")).to_contain_text("Tin sẽ tự gửi lại")
    phone.page.fill("#text", "đang gõ dở")
    server.start()
    phone.sees("Đã nghe: trong lúc nghỉ")
    assert phone.page.input_value("#text") == "đang gõ dở"
    phone.send("sau")
    phone.sees("Đã nghe: sau")
    assert len([text for text in phone.texts if text == "trong lúc nghỉ"]) == 1


def test_what_was_not_sent_and_what_was_half_typed_survive_a_reload(phone, pages: Pages):
    phone.page.route("**/chat", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.send("chưa đi được")
    expect(phone.page.locator(".message.waiting")).to_be_visible()
    phone.page.fill("#text", "đang gõ dở")
    phone.page.unroute("**/chat")
    phone.page.reload()
    phone.sees("Đã nghe: chưa đi được")
    assert phone.page.input_value("#text") == "đang gõ dở"
    assert [said.text for said in pages.taken] == ["chưa đi được"]


def test_an_answer_lost_on_the_way_does_not_send_the_message_twice(phone, pages: Pages):
    lost = []

    def lose_the_first_answer(route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/chat", lose_the_first_answer)
    phone.send("một lần thôi")
    phone.sees("Đã nghe: một lần thôi")
    expect(phone.page.locator(".message.waiting")).to_have_count(0)
    assert phone.texts == ["một lần thôi", "Đã nghe: một lần thôi"]
    assert len(pages.taken) == 1


def test_without_streams_the_page_asks_by_itself(phone, server: Server, pages: Pages):
    phone.page.route("**/chat/stream**", lambda route: route.fulfill(status=429, body="{}"))
    phone.page.reload()
    phone.send("chào")
    phone.sees("Đã nghe: chào")


def test_a_phone_number_is_asked_for_and_sent(phone, pages: Pages):
    phone.send("số")
    phone.page.get_by_label("Số điện thoại của ông/bà").fill("0912 345 678")
    phone.page.get_by_role("button", name="Gửi số này").click()
    phone.sees("Đã nhận 0912345678")
    expect(phone.page.locator("#phone")).to_be_hidden()


def test_a_place_is_asked_for_and_sent(chromium, server: Server, pages: Pages):
    here = {"latitude": 10.5, "longitude": 106.25}
    phone = Phone(chromium, server, geolocation=here, permissions=["geolocation"])
    phone.send("vị trí")
    phone.page.get_by_role("button", name="Gửi vị trí của tôi").click()
    phone.sees("Đã nhận Location(latitude=10.5, longitude=106.25)")
    phone.context.close()


def test_a_code_can_be_copied(chromium, server: Server):
    phone = Phone(chromium, server, permissions=["clipboard-read", "clipboard-write"])
    phone.send("mã")
    phone.page.get_by_role("button", name="Chép mã").click()
    expect(phone.page.get_by_role("button", name="Đã chép")).to_be_visible()
    assert phone.page.evaluate("navigator.clipboard.readText()") == "7K2M-9QXD"
    phone.context.close()


def test_while_waiting_the_page_says_that_it_is_being_answered(phone, server: Server, pages: Pages):
    pages.answers = False
    phone.send("chờ chút")
    expect(phone.page.locator("#answering")).to_be_visible()
    town = pages.town
    server.do(pages.say(town.tenant.id, town.channel.id, pages.taken[0].peer, Outgoing("Đây ạ"), "later"))
    phone.sees("Đây ạ")
    expect(phone.page.locator("#answering")).to_be_hidden()


def test_two_tabs_of_one_person_show_the_same(phone):
    second = phone.context.new_page()
    second.goto(phone.page.url)
    phone.send("chào")
    phone.sees("Đã nghe: chào")
    expect(second.locator("#log .bubble")).to_have_text(["chào", "Đã nghe: chào"])


def test_nothing_is_wider_than_the_phone_and_everything_can_be_touched(phone, tmp_path: Path):
    for text in ("menu", "mã", "số", "https://dichvucong.gov.vn/" + "a" * 200):
        phone.send(text)
        expect(phone.page.locator(".message.waiting")).to_have_count(0)
    phone.sees("aaaa")
    phone.page.reload()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = phone.page.locator("#scroll, .message, .bubble, .foot, #send")
    assert max(boxes.evaluate_all("all => all.map((one) => one.getBoundingClientRect().right)")) <= 360
    buttons = phone.page.locator("button:visible, .pick:visible, .bar .home, textarea")
    heights = buttons.evaluate_all("all => all.map((one) => one.getBoundingClientRect().height)")
    assert len(heights) >= 5
    assert min(heights) >= 44
    phone.page.goto(f"{phone.server.url}/{SLUG}/")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_long_answer_is_read_from_its_beginning_and_only_the_messages_scroll(phone):
    phone.send("dòng\n" * 60)
    phone.sees("Đã nghe")
    answer = phone.page.locator("#log .theirs").last
    scroller, header = phone.page.locator("#scroll").bounding_box(), phone.page.locator(".bar").bounding_box()
    assert 0 <= answer.bounding_box()["y"] - scroller["y"] <= 40
    assert header["y"] == 0
    assert phone.page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_no_serious_trouble_for_people_who_hear_the_page(phone):
    for text in ("menu", "mã", "số"):
        phone.send(text)
    phone.sees("Cho tôi số điện thoại")
    for address in (f"/{SLUG}/chat", f"/{SLUG}/", "/", "/khong-co/"):
        phone.page.goto(phone.server.url + address)
        found = Axe().run(phone.page).response["violations"]
        grave = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert grave == [], address


def test_without_a_script_the_page_still_sends_and_shows_the_answer(chromium, server: Server):
    phone = Phone(chromium, server, java_script_enabled=False)
    phone.send("không có kịch bản")
    assert phone.texts == ["không có kịch bản", "Đã nghe: không có kịch bản"]
    phone.send("menu")
    phone.page.get_by_role("button", name="1. Hỏi thủ tục").click()
    assert phone.texts[-1] == "Đã chọn m|one"
    phone.context.close()


@pytest.fixture
def other_site() -> Iterator[OtherSite]:
    with OtherSite() as site:
        yield site


class OtherSite:
    """Another site on this machine: "127.0.0.1" and "localhost" are strangers to a browser."""

    def __enter__(self) -> OtherSite:
        site = self

        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(site.page.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def open(self, phone: Phone, body: str) -> None:
        head = '<title>Trang của xã</title><link rel="icon" href="data:,">'
        self.page = f'<!doctype html><html lang="vi"><head>{head}</head><body>{body}</body></html>'
        phone.page.goto(f"{self.url}/trang")


def allow(pages: Pages, *sites: str) -> None:
    with pages.town.db.writing() as session:
        tenant = session.get(Tenant, pages.town.tenant.id)
        tenant.profile = {**tenant.profile, "embed_sites": list(sites)}


def test_the_chat_works_in_a_frame_of_the_communes_other_site(phone, other_site, server: Server, pages: Pages):
    allow(pages, other_site.url)
    other_site.open(phone, f'<script src="{server.url}/{SLUG}/widget.js"></script>')
    phone.page.get_by_role("button", name="Hỏi xã").click()
    frame = phone.page.frame_locator("iframe")
    frame.locator("#text").fill("từ trang khác")
    frame.locator("#send").click()
    expect(frame.locator("#log .theirs .bubble")).to_have_text("Đã nghe: từ trang khác")
    assert phone.complaints == []
    phone.page.get_by_role("button", name="Đóng khung nhắn tin").click()
    expect(phone.page.locator("iframe")).to_be_hidden()


def test_a_site_that_is_not_on_the_list_cannot_frame_the_chat(phone, other_site, server: Server, pages: Pages):
    allow(pages, "https://hoaan.gov.vn")
    with phone.page.expect_console_message(lambda line: "frame-ancestors" in line.text):
        other_site.open(phone, f'<iframe src="{server.url}/{SLUG}/chat?embed=1"></iframe>')
    assert phone.page.frame_locator("iframe").locator("#text").count() == 0
