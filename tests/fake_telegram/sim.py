"""Acting as a person from another process: JSON over /sim/…

POST /sim/people/<id>/<act>        {"text": …}: any act of `Person`; bytes come as "<name>_base64"
GET  /sim/people/<id>/inbox        ?after=<revision>&contains=<text>&count=1&wait_s=10: what the bot wrote; may wait
POST /sim/faults                   the fields of `Fault`;  DELETE /sim/faults
POST /sim/clock                    {"advance_s": 151}
GET  /sim/state                    calls by method, violations, own_faults, number of pending updates
Errors are 400 or 404 with {"error"}, 408 when waiting was in vain. `?bot=<token>` names a bot other than the first,
`?first_name=` a person who is new.
"""

import asyncio
import base64
import dataclasses
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fake_telegram.faults import Fault
from tests.fake_telegram.people import Person
from tests.fake_telegram.seen import Seen, View

if TYPE_CHECKING:
    from tests.fake_telegram.server import FakeTelegram

ACTS = frozenset(
    [
        "says",
        "starts",
        "replies_to",
        "sends",
        "sends_photo",
        "sends_voice",
        "sends_document",
        "sends_location",
        "sends_contact",
        "edits",
        "presses",
        "presses_old",
        "answers_to",
        "blocks",
        "unblocks",
        "deactivates",
    ]
)


def shown(message: Seen) -> dict[str, Any]:
    """A message for JSON; bytes in base64."""
    fields = {f.name: getattr(message, f.name) for f in dataclasses.fields(message) if f.name != "file"}
    fields["buttons"] = [[dataclasses.asdict(b) for b in row] for row in message.buttons]
    fields["file_base64"] = base64.b64encode(message.file).decode() if message.file is not None else None
    return fields


def routes(server: "FakeTelegram") -> list[Route]:
    def person(request: Request) -> Person:
        bot = server.world.bots[request.query_params["bot"]] if "bot" in request.query_params else None
        return server.person(int(request.path_params["id"]), request.query_params.get("first_name", "Lan"), bot)

    async def act(request: Request) -> Response:
        name, given = request.path_params["act"], await _json(request)
        if name not in ACTS:
            return JSONResponse({"error": f"nobody can {name!r}"}, 404)
        who = person(request)
        given = {
            k.removesuffix("_base64"): base64.b64decode(v) if k.endswith("_base64") else v for k, v in given.items()
        }
        result = getattr(who, name)(**given)
        return JSONResponse(shown(result) if isinstance(result, Seen) else {"result": result})

    async def inbox(request: Request) -> Response:
        who, asked = person(request), request.query_params
        after, count = int(asked.get("after", 0)), int(asked.get("count", 1))

        def find(view: View) -> list[Seen]:
            return [m for m in view.inbox if m.revision > after and asked.get("contains", "") in m.text]

        if wait_s := float(asked.get("wait_s", 0)):
            try:
                await asyncio.to_thread(who.wait_for, lambda view: len(find(view)) >= count, wait_s)
            except AssertionError as error:
                return JSONResponse({"error": str(error)}, 408)
        return JSONResponse([shown(message) for message in find(who)])

    async def add_fault(request: Request) -> Response:
        given = await _json(request)
        if given.get("methods") is not None:
            given["methods"] = frozenset(given["methods"])
        server.faults.add(Fault(**given))
        return JSONResponse({"result": True})

    async def clear_faults(_: Request) -> Response:
        server.faults.clear()
        return JSONResponse({"result": True})

    async def clock(request: Request) -> Response:
        server.advance(float((await _json(request))["advance_s"]))
        return JSONResponse({"now": server.world.now()})

    async def state(_: Request) -> Response:
        with server.world.lock:
            pending = {bot.token.partition(":")[0]: len(bot.updates) for bot in server.world.bots.values()}
            return JSONResponse(
                {
                    "calls": dict(server.calls),
                    "violations": list(server.violations),
                    "own_faults": list(server.own_faults),
                    "pending": pending,
                }
            )

    return [
        Route("/sim/people/{id:int}/inbox", _guarded(inbox), methods=["GET"]),
        Route("/sim/people/{id:int}/{act}", _guarded(act), methods=["POST"]),
        Route("/sim/faults", _guarded(add_fault), methods=["POST"]),
        Route("/sim/faults", _guarded(clear_faults), methods=["DELETE"]),
        Route("/sim/clock", _guarded(clock), methods=["POST"]),
        Route("/sim/state", _guarded(state), methods=["GET"]),
    ]


async def _json(request: Request) -> dict[str, Any]:
    body = await request.json() if await request.body() else {}
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _guarded(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ValueError, TypeError, KeyError, OSError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return answer
