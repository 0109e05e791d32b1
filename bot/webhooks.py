"""Where platforms call us: an opaque path for each channel row, never a token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

TakeCall = Callable[[str, Mapping[str, str], bytes], Awaitable[int]]  # (path, headers, body) -> HTTP status


def webhook_routes(hooks: Mapping[str, TakeCall]) -> APIRouter:
    """`hooks` maps a channel's kind to what takes its calls; a kind that is not served yet asks to be called again."""
    routes = APIRouter()

    @routes.post("/hooks/{kind}/{path}")
    async def call(kind: str, path: str, request: Request) -> Response:
        take = hooks.get(kind)
        status = await take(path, request.headers, await request.body()) if take else 503
        return Response(status_code=status)

    return routes
