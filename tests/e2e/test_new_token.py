"""A bot is connected, and gets another token, while the service runs as a process of its own: nobody restarts it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.service import Service
from tests.fake_telegram import TOKEN, FakeTelegram

WITHIN_S = 60.0  # so long it may take until the service has noticed
NEW_TOKEN = TOKEN.partition(":")[0] + ":DDHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
OTHER_BOT = "220201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram() as server:
        yield server
        assert server.violations == []
        assert server.own_faults == []


def test_a_token_entered_while_the_service_runs_is_served_within_a_minute(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    lan = telegram.person(1001, "Lan")
    with Service(tmp_path / "data", {"DANHOI_TELEGRAM_API_BASE": telegram.url}) as service:
        lan.says("giờ làm việc")  # nobody listens yet
        assert "now serves 'hoa-an'" in service.command("telegram", typed=TOKEN)
        lan.heard("giờ", timeout_s=WITHIN_S)
        lan.says("địa chỉ")
        lan.heard("Nhà A, trụ sở", timeout_s=WITHIN_S)

        telegram.gives_new_token(NEW_TOKEN)
        lan.says("đường dây nóng")
        service.command("telegram", typed=NEW_TOKEN)
        lan.heard("Liên hệ xã Hòa An", timeout_s=WITHIN_S)
        lan.says("địa chỉ")
        lan.heard("Nhà A, trụ sở", timeout_s=WITHIN_S)
        with telegram.world.changed:
            assert telegram.world.changed.wait_for(lambda: not telegram.pending(), WITHIN_S)

        mai = telegram.person(1002, "Mai", bot=telegram.add_bot(OTHER_BOT, "hoa_an_moi_bot"))
        mai.says("giờ làm việc")
        service.command("telegram", typed=OTHER_BOT)
        mai.heard("giờ", timeout_s=WITHIN_S)
        assert service.stop() == 0
        with closing(sqlite3.connect(service.data_dir / "danhoi.db")) as connection:
            said = [row[0] for row in connection.execute("SELECT json_extract(body, '$.text') FROM inbox ORDER BY id")]
        assert said == ["giờ làm việc", "địa chỉ", "đường dây nóng", "địa chỉ", "giờ làm việc"], "each once"
        for secret in (TOKEN, NEW_TOKEN, OTHER_BOT):
            assert secret not in service.output
