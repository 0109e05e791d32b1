"""The fake Bot API over HTTP, in a thread of its own on a loopback port."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fake_telegram import media, sim
from tests.fake_telegram.faults import SENDING, Fault, Faults
from tests.fake_telegram.methods import METHODS, Call, Upload
from tests.fake_telegram.people import Group, Person
from tests.fake_telegram.polling import get_updates
from tests.fake_telegram.spec import Spec, Violation, load_facts
from tests.fake_telegram.webhook import Postman
from tests.fake_telegram.world import Bot, Chat, Refused, World

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # the form of a token; it opens nothing
_LOG_LENGTH = 5_000


@dataclass(frozen=True)
class Logged:
    """One call: what was asked, the status answered, and the description of a refusal."""

    method: str
    given: dict[str, Any]
    status: int
    description: str


class _Protocol(H11Protocol):
    """Hands the connection to the application, so that it can break it."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class FakeTelegram:
    """`with FakeTelegram() as server:` then point a client at `server.url` with `server.token`.

    `violations` lists calls that break the Bot API's specification (each was also answered 400), `log` the calls,
    `calls` their number by method, `own_faults` what this fake itself answered wrongly (always empty, or it has a bug).
    `retry_unit_s` is the length of one second of waiting between webhook retries.
    """

    def __init__(
        self, token: str = TOKEN, *, port: int = 0, retry_unit_s: float = 1.0, clock: Callable[[], float] = time.time
    ) -> None:
        self.spec = Spec(load_facts())
        self.world = World(self.spec, clock)
        self.faults = Faults()
        self.violations: list[str] = []
        self.log: deque[Logged] = deque(maxlen=_LOG_LENGTH)
        self.token = token
        self.bot = self.add_bot(token)
        self._people: dict[tuple[str, int], Person] = {}
        self._retry_unit_s = retry_unit_s
        # The protocol is named because asyncio sets TCP_NODELAY only on such sockets: without it every answer that is
        # written in two pieces waits 40 ms for the client's delayed acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen(128)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._ready = threading.Event()
        routes = [
            Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            *sim.routes(self),
        ]
        app = Starlette(
            routes=routes,
            lifespan=self._lifespan,
            exception_handlers={404: lambda *_: _answer(Refused(404, "Not Found"))},
        )
        config = uvicorn.Config(
            app, http=_Protocol, ws="none", log_level="critical", access_log=False, timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    # Starting and stopping

    def start(self) -> "FakeTelegram":
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the fake server did not start")
        return self

    def stop(self) -> None:
        with self.world.lock:
            self.world.closing = True
            self.world.ring()
        self._server.should_exit = True
        self._thread.join(10)

    def __enter__(self) -> "FakeTelegram":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        postman = Postman(self.world, self._act, self._retry_unit_s)
        self.world.listeners.add(postman.wake)
        self._ready.set()
        yield
        self.world.listeners.discard(postman.wake)
        await postman.close()

    # The stage

    @property
    def calls(self) -> Counter[str]:
        return self.world.calls

    @property
    def own_faults(self) -> list[str]:
        return self.world.own_faults

    def add_bot(self, token: str, username: str = "dan_hoi_bot", first_name: str = "Dân Hỏi") -> Bot:
        return self.world.add_bot(token, username, first_name)

    def gives_new_token(self, token: str, bot: Bot | None = None) -> None:
        """As @BotFather's /revoke does: the old token is refused from now on, the bot and its chats stay."""
        with self.world.lock:
            bot = bot or self.bot
            del self.world.bots[bot.token]
            people = {key: self._people.pop(key) for key in list(self._people) if key[0] == bot.token}
            bot.token = token
            self.world.bots[token] = bot
            self._people |= {(token, id): person for (_, id), person in people.items()}

    def person(self, id: int, first_name: str = "Lan", bot: Bot | None = None, **user: Any) -> Person:
        """The person with that id in the private chat with `bot` (the first one if not said); made when new.

        `user` may hold last_name, username, language_code.
        """
        with self.world.lock:
            bot = bot or self.bot
            if (bot.token, id) not in self._people:
                names = {"first_name": first_name} | {k: user[k] for k in ("last_name", "username") if k in user}
                chat = Chat({"id": id, "type": "private", **names})
                bot.chats[id] = chat
                whole = {"id": id, "is_bot": False, "language_code": "vi", **names, **user}
                self._people[bot.token, id] = Person(self.world, bot, chat, whole)
            return self._people[bot.token, id]

    def group(self, id: int, title: str = "Tổ công tác", kind: str = "supergroup", bot: Bot | None = None) -> Group:
        """A group (negative id) the bot is already in; `kind` is "group" or "supergroup"."""
        with self.world.lock:
            bot = bot or self.bot
            chat = bot.chats.setdefault(id, Chat({"id": id, "type": kind, "title": title}, started=True))
            return Group(self.world, bot, chat)

    def advance(self, seconds: float) -> None:
        """Moves the server's clock: updates expire, callback queries become too old, file links end."""
        self.world.advance(seconds)

    def pending(self, bot: Bot | None = None) -> list[dict[str, Any]]:
        """Updates nobody has acknowledged yet."""
        with self.world.lock:
            return self.world.waiting(bot or self.bot, 10**9)

    # Failures on demand

    def floods(self, times: int | None = 1, retry_after: int = 1, chat_id: int | None = None, **more: Any) -> Fault:
        """429 to the next `times` sends (None: until `faults.clear()`)."""
        return self.faults.add(Fault("flood", times, chat_id=chat_id, retry_after=retry_after, **more))

    def breaks(
        self, times: int | None = 1, status: int = 502, html: bool = False, chat_id: int | None = None, **more: Any
    ) -> Fault:
        """5xx to the next `times` sends, without doing them."""
        said = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
        more.setdefault("description", said.get(status, "Internal Server Error"))
        return self.faults.add(Fault("error", times, chat_id=chat_id, status=status, html=html, **more))

    def drops(
        self, times: int | None = 1, after_accepting: bool = False, chat_id: int | None = None, **more: Any
    ) -> Fault:
        """Breaks the connection of the next `times` sends, before or after the message was accepted."""
        return self.faults.add(
            Fault("drop_after" if after_accepting else "drop_before", times, chat_id=chat_id, **more)
        )

    def slows(self, delay_s: float, times: int | None = 1, chat_id: int | None = None, **more: Any) -> Fault:
        """Accepts the next `times` sends at once and answers `delay_s` later."""
        return self.faults.add(Fault("slow", times, chat_id=chat_id, delay_s=delay_s, **more))

    # HTTP

    async def _call(self, request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["method"]
        bot = self.world.bots.get(token)
        if bot is None:
            return _answer(Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found"))
        with self.world.lock:
            self.world.calls[name] += 1
        try:
            given, uploads = await _parameters(request)
        except ValueError as error:
            return _answer(self._violated(name, {}, str(error)))
        fault = self.faults.take(name, given.get("chat_id"))
        if fault is not None and fault.kind in ("drop_before", "flood", "error"):
            self._note(name, given, 0 if fault.kind == "drop_before" else _fault_status(fault), fault.kind)
            return await _break(request) if fault.kind == "drop_before" else _fault_answer(fault)
        response = _answer(await self._act(bot, name, given, uploads))
        if fault is not None and fault.kind == "drop_after":
            return await _break(request)
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
        return response

    async def _act(
        self, bot: Bot, name: str, given: dict[str, Any], uploads: dict[str, Upload] | None = None
    ) -> "Refused | tuple[Any, str]":
        """Carries out a call: the result and its description, or the refusal."""
        uploads = uploads or {}
        if name not in METHODS and name != "getUpdates":
            if name in self.spec.other_methods:
                self.violations.append(f"{name}: the fake does not play this method")
            refusal = Refused(404, "Not Found: method not found")
            self._note(name, given, 404, refusal.description)
            return refusal
        try:
            if bot.logged_out_until > self.world.now():
                raise Refused(400, "Logged out")
            read = self.spec.read_call(name, given, uploads)
            if name == "getUpdates":
                result, said = await get_updates(self.world, bot, read), ""
            else:
                await media.fetch_addresses(read, uploads)
                with self.world.lock:
                    call = Call(self.world, bot, read, uploads)
                    result, said = METHODS[name](call), call.said
        except Violation as problem:
            return self._violated(name, given, str(problem))
        except Refused as refusal:
            self._note(name, given, refusal.code, refusal.description)
            return refusal
        if name != "getUpdates" and (fault := self.spec.check_result(name, result)):
            self.own_faults.append(fault)
        self._note(name, given, 200, said)
        return result, said

    def _note(self, name: str, given: dict[str, Any], status: int, description: str) -> None:
        self.log.append(Logged(name, given, status, description))

    def _violated(self, name: str, given: dict[str, Any], problem: str) -> Refused:
        self.violations.append(f"{name}: {problem}")
        # For the two commonest omissions Telegram has words of its own.
        known = {'required parameter "text" is missing': "message text is empty",
                 'required parameter "chat_id" is missing': "chat_id is empty"}  # fmt: skip
        refusal = Refused(400, f"Bad Request: {known.get(problem, problem)}")
        self._note(name, given, 400, refusal.description)
        return refusal

    async def _download(self, request: Request) -> Response:
        token, path = request.path_params["token"], request.path_params["path"]
        bot = self.world.bots.get(token)
        if bot is None:
            return _answer(Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found"))
        with self.world.lock:
            self.world.calls["(download)"] += 1
            file_id, valid_until = bot.links.get(path, ("", 0.0))
            stored = bot.files.get(file_id)
            expired = valid_until <= self.world.now()
        fault = self.faults.take("(download)", None)
        if fault is not None and fault.kind in ("flood", "error"):
            return _fault_answer(fault)
        if fault is not None and fault.kind in ("drop_before", "drop_after"):
            return await _break(request)
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
        if stored is None or expired:
            return _answer(Refused(404, "Not Found"))
        return Response(stored.data, media_type="application/octet-stream")


def _answer(outcome: "Refused | tuple[Any, str]") -> Response:
    if isinstance(outcome, Refused):
        body: dict[str, Any] = {"ok": False, "error_code": outcome.code, "description": outcome.description}
        if outcome.parameters:
            body["parameters"] = outcome.parameters
        headers = {"Retry-After": str(outcome.parameters["retry_after"])} if "retry_after" in outcome.parameters else {}
        return JSONResponse(body, outcome.code, headers)
    result, said = outcome
    return JSONResponse({"ok": True, "result": result} | ({"description": said} if said else {}))


def _fault_status(fault: Fault) -> int:
    return 429 if fault.kind == "flood" else fault.status


def _fault_answer(fault: Fault) -> Response:
    if fault.kind == "flood":
        said = f"Too Many Requests: retry after {fault.retry_after}"
        return _answer(Refused(429, said, retry_after=fault.retry_after))
    if fault.html:
        return HTMLResponse(f"<html><h1>{fault.status} {fault.description}</h1></html>", fault.status)
    return _answer(Refused(fault.status, fault.description))


async def _break(request: Request) -> Response:
    """Cuts the connection without an answer; the returned response goes nowhere."""
    request.state.transport.abort()
    await asyncio.sleep(0)
    return Response(status_code=500)


async def _parameters(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters from query, JSON or form, and uploaded parts. ValueError when the body cannot be read."""
    given: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await request.body()
        read = json.loads(body) if body else {}
        if not isinstance(read, dict):
            raise ValueError("the JSON body must be an object")
        given |= read
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form(max_part_size=16 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = Upload(value.filename or name, value.content_type or "", await value.read())
                else:
                    given[name] = value
    elif await request.body():
        raise ValueError(f"the content type {kind!r} is not understood")
    return given, uploads


__all__ = ["SENDING", "TOKEN", "FakeTelegram", "Logged"]
