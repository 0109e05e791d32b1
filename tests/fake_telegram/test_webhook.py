"""Webhook delivery: the secret, the order, and whatever a receiver may answer."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.fake_telegram import FakeTelegram

LAN, HOA = 7_001, 7_002
Answer = tuple[int, bytes] | None  # None: hang up without a word


class Receiver:
    """A web server that keeps what it gets and answers as `decide(update)` says (200 when not said)."""

    def __init__(self) -> None:
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.decide: Callable[[dict[str, Any]], Answer] = lambda _: (200, b"")
        self.news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with receiver.news:
                    receiver.got.append((self.headers.get("X-Telegram-Bot-Api-Secret-Token"), update))
                    receiver.news.notify_all()
                answer = receiver.decide(update)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(answer[0])
                self.send_header("Content-Length", str(len(answer[1])))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(answer[1])

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/hook"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def texts(self) -> list[str]:
        return [u["message"]["text"] if "message" in u else u["callback_query"]["data"] for _, u in self.got]

    def waits_for(self, count: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.got) >= count, 5), self.texts()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram(retry_unit_s=0.001) as fake:
        yield fake
    assert fake.own_faults == []


def call(server: FakeTelegram, method: str, **body: Any) -> dict[str, Any]:
    answer = httpx.post(f"{server.url}/bot{server.token}/{method}", json=body, trust_env=False)
    result: dict[str, Any] = answer.json()
    return result


def all_delivered(server: FakeTelegram) -> None:
    with server.world.changed:
        assert server.world.changed.wait_for(lambda: not server.bot.updates, 5), server.pending()


def test_updates_are_pushed_with_the_secret(server, receiver):
    lan = server.person(LAN)
    lan.says("trước khi có webhook")
    assert call(server, "setWebhook", url=receiver.url, secret_token="s3cret-X")["description"] == "Webhook was set"
    receiver.waits_for(1)
    lan.says("sau đó")
    all_delivered(server)
    assert receiver.texts() == ["trước khi có webhook", "sau đó"]
    assert {secret for secret, _ in receiver.got} == {"s3cret-X"}
    info = call(server, "getWebhookInfo")["result"]
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)


@pytest.mark.parametrize(
    ("why", "bad"),
    [
        ("an error of the receiver", (500, b"oops")),
        ("a wrong secret", (401, b"")),
        ("a redirect is no success", (302, b"")),
        ("gone", (410, b"")),
        ("hung up", None),
    ],
)
def test_whatever_is_not_success_is_tried_again_in_order(server, receiver, why, bad):
    tries: list[int] = []

    def decide(update: dict[str, Any]) -> Answer:
        tries.append(update["update_id"])
        return bad if len(tries) <= 3 else (200, b"")

    receiver.decide = decide
    call(server, "setWebhook", url=receiver.url)
    lan = server.person(LAN)
    lan.says("một")
    lan.says("hai")
    all_delivered(server)
    assert receiver.texts() == ["một"] * 4 + ["hai"], why
    assert call(server, "getWebhookInfo")["result"]["last_error_message"], why


@pytest.mark.parametrize(
    "body", [b"", b"ok", b"[1, 2]", b'{"method": 5}', b'{"method": "noSuch"}', b"\xff\xfe", b"null"]
)
def test_it_survives_any_body(server, receiver, body):
    receiver.decide = lambda _: (200, body)
    call(server, "setWebhook", url=receiver.url)
    server.person(LAN).says("một")
    server.person(LAN).says("hai")
    all_delivered(server)
    assert receiver.texts() == ["một", "hai"]


def test_a_method_named_in_the_answer_is_called(server, receiver):
    lan = server.person(LAN)
    receiver.decide = lambda _: (200, json.dumps({"method": "sendMessage", "chat_id": LAN, "text": "nghe ạ"}).encode())
    call(server, "setWebhook", url=receiver.url)
    lan.says("alo")
    assert lan.heard("nghe").from_bot


def test_one_chat_waits_for_its_own_only_and_presses_have_their_own_queue(server, receiver):
    lan, hoa = server.person(LAN), server.person(HOA)
    lan.starts()
    button = {"inline_keyboard": [[{"text": "Gửi", "callback_data": "press"}]]}
    call(server, "sendMessage", chat_id=LAN, text="Gửi?", reply_markup=button)
    poison = threading.Event()
    receiver.decide = lambda u: (
        (500, b"") if u.get("message", {}).get("text") == "độc" and not poison.is_set() else (200, b"")
    )
    call(server, "setWebhook", url=receiver.url, drop_pending_updates=True)
    lan.says("độc")
    lan.says("sau độc")
    hoa.says("chị Hoa")
    lan.presses("Gửi")
    with receiver.news:
        assert receiver.news.wait_for(lambda: {"press", "chị Hoa"} <= set(receiver.texts()), 5)
    assert "sau độc" not in receiver.texts()
    poison.set()
    all_delivered(server)
    assert receiver.texts()[-1] == "sau độc"


def test_an_update_nobody_took_expires(server, receiver):
    receiver.decide = lambda _: (500, b"")
    call(server, "setWebhook", url=receiver.url)
    server.person(LAN).says("mãi mãi")
    receiver.waits_for(2)
    server.advance(86_401)
    all_delivered(server)


def test_unreachable_receivers_and_changed_minds(server, receiver):
    call(server, "setWebhook", url="http://127.0.0.1:9/nobody")
    server.person(LAN).says("alo")
    with server.world.changed:
        assert server.world.changed.wait_for(lambda: server.bot.webhook.last_error, 5)
    call(server, "setWebhook", url=receiver.url)
    all_delivered(server)
    assert receiver.texts() == ["alo"]
    assert call(server, "deleteWebhook")["description"] == "Webhook was deleted"
    server.person(LAN).says("chờ")
    assert [u["message"]["text"] for u in call(server, "getUpdates")["result"]] == ["chờ"]
    assert receiver.texts() == ["alo"]


@pytest.mark.parametrize(
    ("why", "body", "said"),
    [
        ("secret with a space", {"secret_token": "a b"}, "unallowed characters"),
        ("no address", {"url": "hook"}, "HTTPS URL"),
        ("too many connections", {"max_connections": 101}, "max_connections"),
    ],
)
def test_bad_webhooks_are_refused(server, why, body, said):
    answer = call(server, "setWebhook", **{"url": "http://127.0.0.1:9/", **body})
    assert (answer["ok"], said in answer["description"]) == (False, True), why


def test_only_the_asked_kinds_of_update_are_kept(server, receiver):
    lan = server.person(LAN)
    call(server, "setWebhook", url=receiver.url, allowed_updates=["callback_query"])
    lan.says("không nghe")
    call(server, "deleteWebhook")
    lan.says("vẫn không nghe")
    assert server.pending() == []
    call(server, "getUpdates", allowed_updates=[])
    lan.says("nghe")
    assert len(server.pending()) == 1
