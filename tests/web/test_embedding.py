"""The chat in a frame of the commune's own site."""

from __future__ import annotations

import re

from storage.tables import Tenant
from tests.web.conftest import SLUG, browser_of
from tests.web.test_chat_http import CHAT


async def test_only_the_communes_own_sites_may_frame_the_chat(http, town):
    with town.db.writing() as session:
        tenant = session.get(Tenant, town.tenant.id)
        tenant.profile = {**tenant.profile, "embed_sites": ["https://hoaan.gov.vn"]}
    framed = await http.get(f"{CHAT}?embed=1")
    assert "frame-ancestors 'self' https://hoaan.gov.vn" in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    alone = await http.get(CHAT)
    assert "frame-ancestors 'none'" in alone.headers["content-security-policy"]


async def test_the_framed_chat_has_a_cookie_of_its_own_that_is_partitioned(http):
    cookie = (await http.get(f"{CHAT}?embed=1")).headers["set-cookie"]
    assert cookie.startswith("danhoi_frame=")
    for mark in ("HttpOnly", "Secure", "SameSite=none", "Partitioned", f"Path=/{SLUG}/"):
        assert mark in cookie
    alone = (await http.get(CHAT)).headers["set-cookie"]
    assert alone.startswith("danhoi_person=")
    assert "SameSite=lax" in alone
    assert "HttpOnly" in alone


async def test_over_https_the_cookie_is_secure(pages):
    pages.base_url = "https://testserver"
    async with browser_of(pages.create()) as http:
        page = await http.get(CHAT)
    assert "Secure" in page.headers["set-cookie"]
    assert "strict-transport-security" in page.headers


async def test_every_address_of_the_framed_page_stays_in_the_frame(http):
    page = (await http.get(f"{CHAT}?embed=1")).text
    assert 'data-query="?embed=1"' in page
    assert set(re.findall(r'action="([^"]+)"', page)) == {f"{CHAT}?embed=1"}


async def test_the_snippet_is_a_script_that_other_sites_may_load(http):
    snippet = await http.get(f"/{SLUG}/widget.js")
    assert snippet.headers["content-type"].startswith("text/javascript")
    assert snippet.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "Hỏi xã" in snippet.text
