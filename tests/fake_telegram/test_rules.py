"""What the fake refuses, as Telegram does, tried with plain HTTP: client libraries check much of it themselves."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.fake_telegram import FakeTelegram, formatting
from tests.fake_telegram.spec import FULL_SPEC, REPOSITORY, committed_facts, reduce_spec

LAN = 7_001


@pytest.fixture(scope="module")
def running() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake
    assert fake.own_faults == []


@pytest.fixture
def server(running: FakeTelegram) -> FakeTelegram:
    running.violations.clear()
    running.faults.clear()
    running.person(LAN).starts()
    return running


def post(server: FakeTelegram, method: str, **request: Any) -> tuple[int, dict[str, Any]]:
    answer = httpx.post(f"{server.url}/bot{server.token}/{method}", trust_env=False, **request)
    return answer.status_code, answer.json()


def send(server: FakeTelegram, **body: Any) -> tuple[int, str]:
    status, answer = post(server, "sendMessage", json={"chat_id": LAN, **body})
    return status, answer.get("description", "")


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Gửi", **button}]]}


def test_the_committed_facts_agree_with_the_full_specification():
    if not FULL_SPEC.exists():
        pytest.skip("the full specification is not here")
    full = json.loads(FULL_SPEC.read_text(encoding="utf-8"))
    assert committed_facts() == reduce_spec(full), "run: python -m tests.fake_telegram --write-facts"


@pytest.mark.parametrize(
    ("why", "body", "said"),
    [
        ("4096 is the most", {"text": "a" * 4096}, ""),
        ("4097 is too many", {"text": "a" * 4097}, "message is too long"),
        ("an emoji counts twice", {"text": "😀" * 2049}, "message is too long"),
        ("tags do not count", {"text": f"<b>{'a' * 4096}</b>", "parse_mode": "HTML"}, ""),
        ("only spaces", {"text": " \n "}, "message text is empty"),
        ("only tags", {"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ("an open tag", {"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ("64 bytes of data", {"text": "a", "reply_markup": inline(callback_data="ệ" * 21 + "a")}, ""),
        ("65 bytes, 23 letters", {"text": "a", "reply_markup": inline(callback_data="ệ" * 21 + "aa")}, "DATA_INVALID"),
        ("a button that does nothing", {"text": "a", "reply_markup": inline()}, "Text buttons are unallowed"),
        ("a link to localhost", {"text": "a", "reply_markup": inline(url="http://localhost:8080/")}, "Wrong HTTP URL"),
        ("a link with a host", {"text": "a", "reply_markup": inline(url="https://xa.gov.vn/")}, ""),
        ("a stranger", {"chat_id": 5, "text": "a"}, "chat not found"),
        ("a topic that is not there", {"text": "a", "message_thread_id": 9}, "message thread not found"),
        (
            "a reply to nothing",
            {"text": "a", "reply_parameters": {"message_id": 10**6}},
            "message to be replied not found",
        ),
    ],
)
def test_what_a_message_may_be(server, why, body, said):
    status, description = send(server, **body)
    assert (status, description if not said else said in description) == ((400, True) if said else (200, "")), why
    assert server.violations == [], "a broken limit is refused; only a broken specification is a violation"


@pytest.mark.parametrize(
    ("why", "method", "request_", "said"),
    [
        ("unknown parameter", "sendMessage", {"json": {"chat_id": 1, "txt": 1}}, 'unknown parameter "txt"'),
        ("missing text", "sendMessage", {"json": {"chat_id": 1}}, "message text is empty"),
        ("missing chat", "sendMessage", {"data": {"text": "a"}}, "chat_id is empty"),
        ("missing parameter", "getFile", {}, '"file_id" is missing'),
        ("number for text", "sendMessage", {"json": {"chat_id": 1, "text": 5}}, "text: expected String"),
        ("word for a number", "getUpdates", {"data": {"offset": "ten"}}, '"offset" must be Integer'),
        ("word for yes or no", "deleteWebhook", {"data": {"drop_pending_updates": "maybe"}}, "must be Boolean"),
        ("markup is no JSON", "sendMessage", {"data": {"chat_id": 1, "text": "a", "reply_markup": "{"}}, "in JSON"),
        (
            "unknown field deep inside",
            "sendMessage",
            {"data": {"chat_id": 1, "text": "a", "reply_markup": json.dumps(inline(callback="x"))}},
            'InlineKeyboardButton has no field "callback"',
        ),
        (
            "missing field deep inside",
            "sendMessage",
            {"params": {"chat_id": 1, "text": "a", "entities": '[{"type":"bold","offset":0}]'}},
            'entities[0]: MessageEntity needs "length"',
        ),
        ("a nested string for a flag", "sendMessage",
         {"json": {"chat_id": 1, "text": "a", "link_preview_options": {"is_disabled": "yes"}}},
         "link_preview_options.is_disabled: expected Boolean"),
        ("reply keyboard where only inline is allowed", "editMessageText",
         {"json": {"reply_markup": {"keyboard": [["x"]]}}}, 'InlineKeyboardMarkup needs "inline_keyboard"'),
        ("album item of no kind", "sendMediaGroup", {"json": {"chat_id": 1, "media": [{"type": "gif", "media": "x"}]}},
         "media[0].type must be"),
        ("attachment not sent", "sendPhoto", {"data": {"chat_id": 1, "photo": "attach://p"}}, "attach://p names"),
        ("part nothing attaches", "sendMessage",
         {"data": {"chat_id": 1, "text": "a"}, "files": {"x": b"1"}}, 'file part "x"'),
        ("body of an unknown kind", "sendMessage",
         {"content": b"<a/>", "headers": {"content-type": "text/xml"}}, "not understood"),
    ],
)  # fmt: skip
def test_a_call_that_breaks_the_specification_is_a_violation(server, why, method, request_, said):
    status, answer = post(server, method, **request_)
    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400), why
    assert said in answer["description"], why
    assert len(server.violations) == 1, why


@pytest.mark.parametrize(
    ("why", "method", "request_"),
    [
        ("query of a GET", "GET", {"params": {"chat_id": LAN, "text": "a b"}}),
        ("form", "POST", {"data": {"chat_id": str(LAN), "text": "a b", "disable_notification": "true"}}),
        ("multipart", "POST", {"files": {"chat_id": (None, str(LAN)), "text": (None, "a b")}}),
        ("JSON", "POST", {"json": {"chat_id": LAN, "text": "a b", "reply_markup": inline(callback_data="x")}}),
        ("objects as text", "POST",
         {"json": {"chat_id": str(LAN), "text": "a b", "reply_markup": '{"remove_keyboard": true}'}}),
        ("plain words", "POST", {"json": {"chat_id": LAN, "text": "a b", "reply_markup": {"keyboard": [["Có"]]}}}),
    ],
)  # fmt: skip
def test_parameters_come_in_every_form_telegram_takes(server, why, method, request_):
    url = f"{server.url}/bot{server.token}/sendMessage"
    answer = httpx.request(method, url, trust_env=False, **request_).json()
    assert answer["ok"], (why, answer)
    assert server.person(LAN).inbox[-1].text == "a b"


@pytest.mark.parametrize(
    ("why", "path", "status"),
    [
        ("no such method", "/bot{token}/sendPigeon", 404),
        ("a method of Telegram the fake does not play", "/bot{token}/getStickerSet", 404),
        ("no such bot", "/bot42:AAAA/getMe", 401),
        ("no token at all", "/botmail/getMe", 404),
        ("no such file", "/file/bot{token}/photos/none.jpg", 404),
        ("no such page", "/", 404),
    ],
)
def test_what_is_not_there(server, why, path, status):
    answer = httpx.get(server.url + path.format(token=server.token), trust_env=False)
    assert (answer.status_code, answer.json()["ok"], answer.json()["error_code"]) == (status, False, status), why


def test_a_file_link_lasts_an_hour(server):
    stored = server.person(LAN).sends_document(b"%PDF").raw["document"]["file_id"]
    path = post(server, "getFile", json={"file_id": stored})[1]["result"]["file_path"]
    url = f"{server.url}/file/bot{server.token}/{path}"
    assert httpx.get(url, trust_env=False).content == b"%PDF"
    server.advance(3_601)
    assert httpx.get(url, trust_env=False).status_code == 404
    assert post(server, "getFile", json={"file_id": "other"})[1]["description"] == "Bad Request: invalid file_id"


@pytest.mark.parametrize(
    ("why", "count", "kinds", "said"),
    [
        ("one is no album", 1, ["photo"], "wrong number"),
        ("ten are", 10, ["photo"], ""),
        ("eleven are not", 11, ["photo"], "wrong number"),
        ("papers go with papers only", 2, ["photo", "document"], "can't be mixed"),
    ],
)
def test_albums_hold_two_to_ten_of_a_kind(server, why, count, kinds, said):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    media = [{"type": kinds[n % len(kinds)], "media": "attach://p"} for n in range(count)]
    data = {"chat_id": str(LAN), "media": json.dumps(media)}
    status, answer = post(server, "sendMediaGroup", data=data, files={"p": ("p.png", out.getvalue())})
    assert (status, said in answer.get("description", "")) == (400 if said else 200, True), (why, answer)


@pytest.mark.parametrize(
    ("why", "data", "said"),
    [
        ("not an image", b"hello", "IMAGE_PROCESS_FAILED"),
        ("empty", b"", "file must be non-empty"),
        ("over 10 MB", b"x" * (10 * 1024 * 1024 + 1), "too big for a photo"),
    ],
)
def test_what_is_no_photo(server, why, data, said):
    status, answer = post(server, "sendPhoto", data={"chat_id": str(LAN)}, files={"photo": ("p.png", data)})
    assert (status, said in answer["description"]) == (400, True), (why, answer)


@pytest.mark.parametrize(
    ("why", "mode", "text", "plain", "entities"),
    [
        ("nesting", "HTML", "<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("offsets are UTF-16", "HTML", "😀<code>x</code>", "😀x", [("code", 2, 1)]),
        ("escapes", "HTML", "1 &lt; 2 &amp;&#33;", "1 < 2 &!", []),
        ("trimmed", "HTML", "  <b>a</b> ", "a", [("bold", 0, 1)]),
        ("a link", "HTML", '<a href="https://a.vn/?a=1&amp;b=2">xã</a>', "xã", [("text_link", 0, 2)]),
        ("the new Markdown", "MarkdownV2", r"*a _b_* \. `x.y`", "a b . x.y",
         [("bold", 0, 3), ("italic", 2, 1), ("code", 6, 3)]),
        ("its links", "MarkdownV2", "[xã](https://a.vn/)", "xã", [("text_link", 0, 2)]),
        ("its quotes", "MarkdownV2", ">a\nb", "a\nb", [("blockquote", 0, 1)]),
        ("the old Markdown", "Markdown", "*a* \\_ [b](https://a.vn)", "a _ b", [("bold", 0, 1), ("text_link", 4, 1)]),
    ],
)  # fmt: skip
def test_marked_text_is_read_as_telegram_reads_it(why, mode, text, plain, entities):
    read, found = formatting.read(text, mode, None)
    assert (read, [(e["type"], e["offset"], e["length"]) for e in found]) == (plain, entities), why


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        ("HTML", "2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("HTML", "<b>a</i>", 'expected "</b>", found "</i>"'),
        ("HTML", "a</b>", "Unexpected end tag"),
        ("HTML", "<h1>a</h1>", 'Unsupported start tag "h1"'),
        ("MarkdownV2", "Xong.", "Character '.' is reserved"),
        ("MarkdownV2", "*a", "Can't find end of bold entity"),
        ("Markdown", "snake_case", "Can't find end of the entity"),
        ("Wiki", "a", "Unsupported parse_mode"),
    ],
)
def test_badly_marked_text_is_refused(mode, text, said):
    with pytest.raises(formatting.CannotParse) as refused:
        formatting.read(text, mode, None)
    assert said in str(refused.value)


POLLER = """
import sys, httpx
print(len(httpx.get(sys.argv[1] + "/getUpdates", trust_env=False).json()["result"]), flush=True)
httpx.get(sys.argv[1] + "/getUpdates?timeout=50&offset=1", trust_env=False, timeout=60)
"""


def test_a_bot_killed_outright_finds_its_updates_again():
    with FakeTelegram() as server:
        server.person(LAN).says("đừng mất")
        command = [sys.executable, "-c", POLLER, f"{server.url}/bot{server.token}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bot:
            assert bot.stdout is not None
            assert bot.stdout.readline() == "1\n"
            bot.kill()
        again = post(server, "getUpdates", json={"timeout": 5})[1]["result"]
        assert [update["message"]["text"] for update in again] == ["đừng mất"]


def test_it_runs_by_itself():
    command = [sys.executable, "-m", "tests.fake_telegram", "--port", "0", "--token", "5:a", "--token", "6:b"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        names = [
            httpx.get(f"{url}/bot{token}/getMe", trust_env=False).json()["result"]["id"] for token in ("5:a", "6:b")
        ]
        process.terminate()
        assert process.wait(10) == 0
    assert names == [5, 6]
