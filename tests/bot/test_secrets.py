"""The installation's key: made once, kept closed, one subkey for each use; and settings that do not print it."""

from __future__ import annotations

import os
import stat

import pytest
from pydantic import ValidationError

from bot.secrets import KeyMissing, Vault, load_key, subkey
from bot.settings import Settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def test_the_first_start_writes_a_key_that_only_its_owner_reads(tmp_path):
    key, made = load_key("", tmp_path / "data", may_create=True)
    path = tmp_path / "data" / "secret.key"
    assert made
    assert len(key) >= 40
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key("", tmp_path / "data", may_create=True) == (key, False)
    assert os.listdir(tmp_path / "data") == ["secret.key"]


def test_a_start_that_died_while_writing_the_key_leaves_no_half_key(tmp_path):
    (tmp_path / "secret.draft").write_text("half")
    key, made = load_key("", tmp_path, may_create=True)
    assert made
    assert load_key("", tmp_path, may_create=False) == (key, False)


def test_an_empty_key_file_is_not_replaced_in_silence(tmp_path):
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(KeyMissing, match="put the key back"):
        load_key("", tmp_path, may_create=True)


def test_where_several_processes_serve_the_key_must_be_given(tmp_path):
    with pytest.raises(KeyMissing, match="DANHOI_SECRET_KEY"):
        load_key("", tmp_path, may_create=False)
    assert load_key("given", tmp_path, may_create=False) == (b"given", False)
    assert os.listdir(tmp_path) == []


def test_what_is_sealed_opens_with_the_same_key_only():
    sealed = Vault(b"one").seal(TOKEN)
    assert TOKEN not in sealed
    assert Vault(b"one").open(sealed) == TOKEN
    assert Vault(b"two").open(sealed) == "", "asked for again, nothing else is lost"


@pytest.mark.parametrize("sealed", ["", "nonsense", "é", "gAAAAA", TOKEN])
def test_what_cannot_be_read_reads_as_nothing(sealed):
    assert Vault(b"one").open(sealed) == ""


def test_the_same_token_sealed_twice_looks_different():
    assert Vault(b"one").seal(TOKEN) != Vault(b"one").seal(TOKEN)


def test_keys_rotate_the_first_seals_and_all_open(tmp_path):
    old = Vault(b"old").seal(TOKEN)
    key, _ = load_key(" new , old ,", tmp_path, may_create=False)
    both = Vault(key)
    assert both.open(old) == TOKEN
    assert Vault(b"new").open(both.seal(TOKEN)) == TOKEN
    assert Vault(b"old").open(both.seal(TOKEN)) == ""


def test_each_use_has_its_own_subkey():
    keys = {subkey(b"one", use) for use in ("tokens", "chat", "sign-in")} | {subkey(b"two", "chat")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_settings_do_not_print_what_is_secret(monkeypatch):
    monkeypatch.setenv("DANHOI_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("DANHOI_SECRET_KEY", "khoa-bi-mat")
    monkeypatch.setenv("DANHOI_DATABASE_URL", "postgresql://danhoi:mat-khau@db/danhoi")
    settings = Settings(_env_file=None)
    assert settings.telegram_token.get_secret_value() == TOKEN
    for word in (TOKEN, "khoa-bi-mat", "mat-khau"):
        assert word not in repr(settings)
        assert word not in str(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("PORT", "70000"), ("BASE_URL", "hoi.hoaan.gov.vn"), ("LOG_LEVEL", "loud"), ("QUIET_S", "-1")],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(f"DANHOI_{name}", value)
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None)
    assert name.lower() in str(caught.value)
    assert f"'{value}'" not in str(caught.value)


def test_an_empty_setting_is_as_good_as_none(monkeypatch):
    for name in ("PORT", "LOG_LEVEL", "BASE_URL", "DATABASE_URL", "TELEGRAM_TOKEN"):
        monkeypatch.setenv(f"DANHOI_{name}", "")
    settings = Settings(_env_file=None)
    assert (settings.port, settings.log_level, settings.is_sqlite) == (8080, "INFO", True)


def test_the_host_names_we_answer_follow_from_the_address(monkeypatch):
    monkeypatch.setenv("DANHOI_LOG_LEVEL", "warning")
    settings = Settings(_env_file=None, base_url="https://Hoi.HoaAn.gov.vn/", hosts="a.vn, b.vn", host="0.0.0.0")
    assert settings.host_names == ("localhost", "127.0.0.1", "[::1]", "hoi.hoaan.gov.vn", "a.vn", "b.vn")
    assert settings.public_url == "https://Hoi.HoaAn.gov.vn"
    assert settings.log_level == "WARNING"
