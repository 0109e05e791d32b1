"""Staff come in by one-time links, each to a desk of their own beside the citizen's chat."""

from __future__ import annotations

import os
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import sign_ins
from storage.tables import Officer, OfficerLink, SignIn
from tests.web.conftest import SLUG, browser_of
from tests.web.test_chat_http import CHAT, fields, send


@pytest.fixture
def link(town):
    """Makes a sign-in address for an officer of the commune."""

    def make(n: int = 0, days: int = 7, neighbour: bool = False) -> str:
        tenant = town.neighbour if neighbour else town.tenant
        with town.db.writing() as session:
            officer = session.scalars(select(Officer).where(Officer.tenant_id == tenant.id)).all()[n]
            token = sign_ins.create_sign_in(
                session, town.tools.ids, tenant.id, officer.id, now=town.clock(),
                until=town.clock() + timedelta(days=days), random_bytes=os.urandom,
            )  # fmt: skip
        return f"/{tenant.slug}/vao/{token}"

    return make


async def test_looking_at_a_link_does_not_use_it_up(http, town, link):
    address = link()
    for _ in range(2):
        page = await http.get(address)
        assert page.status_code == 200
        assert "Vào làm việc" in page.text
    assert town.rows(OfficerLink) == []
    entered = await http.post(address)
    assert entered.status_code == 303
    assert re.fullmatch(rf"/{SLUG}/desk/\d+/chat", entered.headers["location"])


async def test_a_link_opens_the_officers_desk_once(http, pages, town, link):
    address = link()
    desk = (await http.post(address)).headers["location"]
    page = await http.get(desk)
    officer = town.rows(Officer, tenant_id=town.tenant.id)[0]
    assert officer.name in page.text
    assert officer.title in page.text
    again = await http.post(address)
    assert again.status_code == 410
    assert "đã dùng rồi hoặc đã quá hạn" in again.text
    assert (await http.get(address)).status_code == 410
    assert len(town.rows(OfficerLink)) == 1


async def test_what_is_written_at_a_desk_comes_from_the_officers_chat(http, pages, town, link):
    desk = (await http.post(link())).headers["location"]
    await send(http, desk, text="việc của tôi")
    (row,) = town.rows(OfficerLink)
    assert pages.taken[0].peer == row.peer


async def test_citizen_officer_and_leader_share_one_browser_without_mixing(http, pages, link):
    first = (await http.post(link(0))).headers["location"]
    second = (await http.post(link(1))).headers["location"]
    for address, words in ((CHAT, "tôi là dân"), (first, "tôi là cán bộ"), (second, "tôi là lãnh đạo")):
        assert (await send(http, address, text=words)).status_code == 303
    assert len({said.peer for said in pages.taken}) == 3
    citizen, officer, leader = [(await http.get(address)).text for address in (CHAT, first, second)]
    assert "tôi là cán bộ" not in citizen + leader
    assert "tôi là dân" not in officer + leader


async def test_a_link_is_good_for_seven_days_at_most(http, clock, link):
    address = link(days=30)
    clock.forward(days=7, seconds=-1)
    assert (await http.get(address)).status_code == 200
    clock.forward(seconds=2)
    assert (await http.post(address)).status_code == 410


async def test_only_the_hash_of_a_link_is_stored(town, link):
    token = link().rpartition("/")[2]
    (row,) = town.rows(SignIn)
    assert token not in (row.token_hash, str(row.id))
    assert len(row.token_hash) == 64


async def test_a_link_of_the_neighbour_commune_opens_nothing_here(http, town, link):
    token = link(neighbour=True).rpartition("/")[2]
    assert (await http.post(f"/{SLUG}/vao/{token}")).status_code == 410
    assert town.rows(OfficerLink) == []


async def test_a_desk_opens_only_in_the_browser_that_signed_in(http, pages, link):
    desk = (await http.post(link())).headers["location"]
    async with browser_of(pages.create()) as other:
        page = await other.get(desk)
        assert page.status_code == 403
        assert "xin người quản trị một đường dẫn mới" in page.text


async def test_an_officer_who_left_is_out_at_once(http, town, link):
    desk = (await http.post(link())).headers["location"]
    form = await fields(http, desk)
    with town.db.writing() as session:
        session.scalars(select(Officer).where(Officer.tenant_id == town.tenant.id)).all()[0].active = False
    assert (await http.get(desk)).status_code == 403
    assert (await http.post(desk, data={**form, "text": "còn đây"})).status_code == 403


async def test_guessing_links_is_limited(http):
    statuses = [(await http.get(f"/{SLUG}/vao/{n:048x}")).status_code for n in range(22)]
    assert statuses[:20] == [410] * 20
    assert statuses[-1] == 429
