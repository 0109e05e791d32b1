"""Connecting a bot: the right commune, nobody else's, and the token never readable."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from bot.connect import SettingsError, connect_telegram, save_telegram
from bot.secrets import Vault
from bot.settings import Settings
from storage.tables import Channel

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SAME_BOT_NEW_TOKEN = "110201543:CCHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
OTHER_BOT = "220201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
FAKE_API = "http://127.0.0.1:9"


@pytest.fixture
def db(sqlite):
    return sqlite


@pytest.fixture
def vault():
    return Vault(b"a key of the tests")


@pytest.fixture
def connect(town, vault):
    def make(**settings):
        given = {"telegram_token": TOKEN, "telegram_api_base": FAKE_API, "telegram_commune": "hoa-an", **settings}
        with town.db.writing() as session:
            return connect_telegram(session, Settings(_env_file=None, **given), vault, town.tools.ids)

    return make


def telegram_rows(town):
    return town.rows(Channel, kind="telegram")


def test_without_a_token_nothing_changes(town, connect):
    assert connect(telegram_token=" ") is None
    assert telegram_rows(town) == []


def test_the_token_is_sealed_in_the_database_and_stands_nowhere_else(town, connect, vault):
    connect()
    (row,) = telegram_rows(town)
    assert vault.open(row.token) == TOKEN
    assert (row.mode, row.tenant_id, row.paused_why) == ("polling", town.tenant.id, "")
    with town.db.reading() as session:
        session.execute(text("SELECT 1"))
        path = town.db.url.database
    for file in (path, f"{path}-wal"):
        with open(file, "rb") as content:
            assert TOKEN.partition(":")[2].encode() not in content.read()


def test_the_webhook_path_and_secret_say_nothing_about_the_token(town, connect, vault):
    row = connect(telegram_webhook=True, base_url="https://hoi.hoaan.gov.vn")
    secret = vault.open(row.secret)
    assert row.mode == "webhook"
    assert len(row.path) >= 32
    assert len(secret) >= 32
    assert not {row.path, secret} & {TOKEN, *TOKEN.split(":")}


def test_connecting_twice_keeps_path_secret_and_offset(town, connect, vault):
    before = connect()
    with town.db.writing() as session:
        session.get_one(Channel, (before.tenant_id, before.id)).offset = 700
    after = connect()
    assert (after.id, after.path, after.offset, after.token) == (before.id, before.path, 700, before.token)
    assert vault.open(after.secret) == vault.open(before.secret)


def test_another_token_forgets_where_the_old_bot_stood(town, connect, vault):
    row = connect()
    with town.db.writing() as session:
        session.get_one(Channel, (row.tenant_id, row.id)).offset = 700
    again = connect(telegram_token=OTHER_BOT)
    assert (again.offset, vault.open(again.token), len(telegram_rows(town))) == (0, OTHER_BOT, 1)


def test_with_another_key_the_token_is_asked_for_and_can_be_entered_again(town, connect):
    connect()
    other = Vault(b"another key")
    assert other.open(telegram_rows(town)[0].token) == ""
    with town.db.writing() as session:
        save_telegram(session, town.tenant, TOKEN, other, town.tools.ids, webhook=False)
    (row,) = telegram_rows(town)
    assert other.open(row.token) == TOKEN
    assert other.open(row.secret)


@pytest.mark.parametrize("token", [TOKEN, SAME_BOT_NEW_TOKEN])
def test_a_bot_serves_one_commune_only(town, connect, vault, token):
    connect()
    connect(telegram_commune="hoa-binh", telegram_token=token)
    by_tenant = {row.tenant_id: row for row in telegram_rows(town)}
    assert vault.open(by_tenant[town.neighbour.id].token) == token
    assert by_tenant[town.tenant.id].token == ""
    assert "hoa-binh" in by_tenant[town.tenant.id].paused_why


def test_two_communes_with_two_bots_do_not_touch_each_other(town, connect, vault):
    connect()
    connect(telegram_commune="hoa-binh", telegram_token=OTHER_BOT)
    assert {vault.open(row.token) for row in telegram_rows(town)} == {TOKEN, OTHER_BOT}


@pytest.mark.parametrize(
    ("why", "settings", "says"),
    [
        ("no token at all", {"telegram_token": "hello"}, "@BotFather"),
        ("half a token", {"telegram_token": "110201543:"}, "@BotFather"),
        ("which commune?", {"telegram_commune": ""}, "hoa-an, hoa-binh"),
        ("an unknown commune", {"telegram_commune": "nowhere"}, "hoa-an, hoa-binh"),
        (
            "a real bot may not speak for the demo",
            {"telegram_api_base": "https://api.telegram.org/"},
            "DANHOI_DEMO_TELEGRAM",
        ),
        (
            "a webhook needs an address that Telegram can call",
            {"telegram_api_base": "https://api.telegram.org", "telegram_commune": "hoa-binh", "telegram_webhook": True},
            "DANHOI_BASE_URL",
        ),
    ],
)
def test_a_setting_that_does_not_fit_is_named_with_what_to_do(town, connect, why, settings, says):
    with pytest.raises(SettingsError) as caught:
        connect(**settings)
    assert says in str(caught.value), why
    assert settings.get("telegram_token", TOKEN) not in str(caught.value), "the value itself is not repeated"
    assert telegram_rows(town) == []


def test_the_demo_may_be_tried_with_a_real_bot_when_it_is_said_so(town, connect):
    connect(telegram_api_base="https://api.telegram.org", demo_telegram=True)
    with town.db.reading() as session:
        assert session.scalar(select(Channel.tenant_id).where(Channel.kind == "telegram")) == town.tenant.id
