"""Doors that are shut by default."""

from __future__ import annotations

import re

import httpx
import pytest

from storage.tables import Tenant
from tests.web.conftest import SLUG, browser_of
from tests.web.test_chat_http import CHAT, JSON, fields
from web.guard import Guard
from web.limits import Buckets, client_address, networks
from web.refusals import Refused


@pytest.mark.parametrize(
    ("why", "host", "status"),
    [
        ("a name of ours", "testserver", 200),
        ("with a port", "testserver:8080", 200),
        ("in capitals", "TestServer", 200),
        ("somebody else's name", "evil.example", 421),
        ("our name as a part of theirs", "testserver.evil.example", 421),
        ("no name", "", 400),
        ("no name that can be read", "[", 421),
    ],
)
async def test_only_known_host_names_are_served(http, why, host, status):
    answer = await http.get(f"/{SLUG}/", headers={"host": host})
    assert answer.status_code == status, why


@pytest.mark.parametrize(
    ("why", "headers", "status"),
    [
        ("our own page", {"origin": "http://testserver"}, 200),
        ("another site", {"origin": "https://evil.example"}, 403),
        ("a page without an address", {"origin": "null"}, 403),
        ("an address that cannot be read", {"origin": "http://["}, 403),
        ("our name as a part of theirs", {"origin": "http://testserver.evil.example"}, 403),
        ("another port of our machine", {"origin": "http://testserver:9999"}, 403),
        ("no origin, but the browser says another site", {"sec-fetch-site": "cross-site"}, 403),
        ("no origin, and the browser says a neighbour", {"sec-fetch-site": "same-site"}, 403),
        ("no origin, and the browser says our own", {"sec-fetch-site": "same-origin"}, 200),
        ("neither: not a browser of today, the page's token decides", {}, 200),
    ],
)
async def test_posts_from_other_sites_are_refused(http, pages, why, headers, status):
    form = await fields(http)
    answer = await http.post(CHAT, data={**form, "text": "chào"}, headers={**JSON, **headers})
    assert answer.status_code == status, why
    assert len(pages.inbox()) == (1 if status == 200 else 0), why
    if status == 403:
        assert "đến từ một trang khác" in answer.text


@pytest.mark.parametrize("given", ["", "0" * 64, "đoán"])
async def test_a_post_without_the_pages_token_is_refused(http, pages, given):
    await http.get(CHAT)
    answer = await http.post(CHAT, data={"token": given, "id": "0" * 32, "text": "chào"})
    assert answer.status_code == 403
    assert "chào</textarea>" in answer.text
    assert pages.inbox() == []


async def test_a_token_of_one_person_does_not_serve_another(http, pages):
    form = await fields(http)
    async with browser_of(pages.create()) as other:
        await other.get(CHAT)
        assert (await other.post(CHAT, data={**form, "text": "chào"})).status_code == 403


async def test_a_post_without_a_cookie_is_refused(http, pages):
    form = await fields(http)
    async with browser_of(pages.create()) as other:
        assert (await other.post(CHAT, data={**form, "text": "chào"}, headers=JSON)).status_code == 403


@pytest.mark.parametrize("address", ["/", f"/{SLUG}/", CHAT, "/nowhere/", "/static/site.css", "/healthz"])
async def test_every_answer_has_the_security_headers(http, address):
    answer = await http.get(address)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_pages_hold_no_inline_script_or_style(http):
    for address in ("/", f"/{SLUG}/", CHAT):
        page = (await http.get(address)).text
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page), address


async def test_a_bug_is_a_plain_page_with_headers_and_whom_to_call(pages):
    pages.crash_after_inbox = True
    async with browser_of(pages.create()) as http:
        answer = await http.post(CHAT, data={**await fields(http), "text": "chào"})
    assert answer.status_code == 500
    assert "trang này đang gặp lỗi" in answer.text
    assert "Cần gấp, xin gọi" in answer.text
    assert "RuntimeError" not in answer.text
    assert "content-security-policy" in answer.headers


async def test_a_body_that_says_it_is_too_large_is_refused_unread(http):
    answer = await http.post(f"/{SLUG}/vao/x", content=b"x" * 1_000_001)
    assert answer.status_code == 413


async def test_a_body_that_hides_its_size_is_refused_while_it_streams(http):
    form = await fields(http)

    async def endless():
        while True:
            yield b"x" * 1_000_000

    answer = await http.post(
        f"{CHAT}/files", content=endless(),
        headers={**JSON, "x-chat-token": form["token"], "content-type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert answer.status_code in (400, 413)


async def test_the_limit_counts_what_streams_in():
    async def app(scope, receive, send):
        while (await receive()).get("more_body"):
            pass

    async def receive():
        return {"type": "http.request", "body": b"x" * 60, "more_body": True}

    async def send(message):
        pass

    guard = Guard(app, hosts=("a",), base_url="http://a", max_body=lambda path: 100)
    with pytest.raises(Refused) as refused:
        await guard({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [(b"host", b"a")]},
                    receive, send)  # fmt: skip
    assert refused.value.status == 413


@pytest.mark.parametrize(
    ("why", "peer", "forwarded", "expected"),
    [
        ("nobody in between", "203.0.113.9", "", "203.0.113.9"),
        ("a stranger's word is not believed", "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("our proxy's word is", "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("what the stranger told our proxy is not", "10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("two proxies of ours", "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("a proxy that says nothing", "10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_the_address_behind_a_proxy(why, peer, forwarded, expected):
    assert client_address(peer, forwarded, networks(("10.0.0.0/30",))) == expected, why


def test_a_full_bucket_is_forgotten(clock):
    buckets = Buckets(per_minute=60, burst=2, clock=clock)
    for n in range(50):
        assert buckets.take(f"person {n}") == 0
    clock.forward(minutes=1)
    buckets.take("one more")
    assert len(buckets._left) == 1


async def test_health_is_the_databases_health(http):
    assert (await http.get("/healthz")).json() == {"ok": True}


async def test_the_first_address_leads_to_the_only_commune_and_else_lets_people_choose(http, town):
    page = await http.get("/")
    assert "Xã Hòa An" in page.text
    assert "Xã Hòa Bình" in page.text
    with town.db.writing() as session:
        session.get(Tenant, town.neighbour.id).kind = "province"
    only = await http.get("/")
    assert (only.status_code, only.headers["location"]) == (307, f"/{SLUG}/")


async def test_an_unknown_address_is_a_plain_vietnamese_page(http: httpx.AsyncClient):
    for address in (
        "/khong-co/",
        "/a/b/c/d",
        f"/{SLUG}/khong-co",
        "/%00/",
        "/HOA-AN/chat",
        f"/{SLUG}/chat/media/..%2f..",
    ):
        page = await http.get(address)
        assert page.status_code == 404
        assert "Không có trang này" in page.text


async def test_the_first_page_says_how_to_reach_the_commune(http):
    page = (await http.get(f"/{SLUG}/")).text
    for words in ("Xã Hòa An", "BẢN THỬ", "Nhắn tin với xã", "tel:02000000001", "7 giờ 30 đến 11 giờ 30"):
        assert words in page
    assert "BẢN THỬ" not in (await http.get("/hoa-binh/")).text
