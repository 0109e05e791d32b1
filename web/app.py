"""The pages as one ASGI application. `bot/app.py` hands everything in and runs it; nothing here is global."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.texts import pages
from storage.db import Database
from storage.ids import IdMaker
from storage.media import MAX_BYTES
from web import chat, landing, staff
from web.guard import Guard
from web.limits import Buckets, networks
from web.posting import MAX_FILES
from web.refusals import Refused
from web.site import Here, Site, TakeIn, WebSettings
from web.uploads import MediaStore
from web.wakeups import Wakeups

__all__ = ["TakeIn", "Wakeups", "WebSettings", "create_web"]

log = logging.getLogger(__name__)

_FOLDER = Path(__file__).parent
_SMALL_BODY = 1_000_000
_CHAT_BODY = MAX_FILES * MAX_BYTES // 2  # a form with files; each file has its own limit


def create_web(
    db: Database,
    settings: WebSettings,
    take_in: TakeIn,
    woken: Wakeups,
    stopping: asyncio.Event,
    clock: Callable[[], datetime],
    ids: IdMaker,
    random_bytes: Callable[[int], bytes],
) -> FastAPI:
    """`take_in(tenant_id, channel_id, said)` stores the inbox row and returns after its commit; False = known before.

    Streams end when `stopping` is set. Run it with uvicorn's `proxy_headers=False`: whom to believe is decided here.
    Raises ValueError when a trusted proxy is no address.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(
        db=db,
        settings=settings,
        take_in=take_in,
        woken=woken,
        stopping=stopping,
        clock=clock,
        ids=ids,
        random_bytes=random_bytes,
        media=MediaStore(settings.data_dir, settings.media_limit_bytes),
        templates=_templates(),
        proxies=networks(settings.trusted_proxies),
        person_posts=Buckets(settings.posts_per_minute, max(5, settings.posts_per_minute), clock),
        address_posts=Buckets(settings.posts_per_minute_address, settings.posts_per_minute_address, clock),
        sign_ins=Buckets(20, 20, clock),
    )
    app.mount("/static", StaticFiles(directory=_FOLDER / "static"), name="static")
    app.include_router(landing.router)
    app.include_router(staff.router)
    app.include_router(chat.router)
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_middleware(_Bugs)
    app.add_middleware(Guard, hosts=settings.hosts, base_url=settings.base_url, max_body=_max_body)
    return app


def _max_body(path: str) -> int:
    return _CHAT_BODY if path.endswith(("/chat", "/chat/files")) else _SMALL_BODY


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=_FOLDER / "templates")
    templates.env.undefined = StrictUndefined
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    versions = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in (_FOLDER / "static").iterdir()
    }

    def static(name: str) -> str:
        """The address of a static file; it changes with the content, so that browsers may keep it."""
        return f"/static/{name}?v={versions[name]}"

    templates.env.globals["static"] = static
    return templates


async def _on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    title = pages.not_found_title() if error.status == 404 else pages.refused_title()
    return _say(request, error.status, title, error.sentence, error.retry_after_s)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405):
        return _say(request, error.status_code, pages.not_found_title(), pages.not_found())
    if error.status_code == 400:  # a form that cannot be read, most often one that is too large in parts
        return _say(request, 400, pages.refused_title(), pages.body_too_big())
    return _say(request, error.status_code, pages.refused_title(), pages.error())


class _Bugs:
    """Anything unexpected becomes a plain page inside the guard, so that even this page has its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("page failed", extra={"route": getattr(scope.get("route"), "path", "")})
            if not started:
                await _bug_page(Request(scope))(scope, receive, send)


def _bug_page(request: Request) -> Response:
    found = getattr(request.state, "here", None)
    sentence = pages.error()
    if isinstance(found, Here) and found.profile.hotline:
        sentence += " " + pages.error_call(found.profile.hotline)
    return _say(request, 500, pages.error_title(), sentence)


def _say(request: Request, status: int, title: str, sentence: str, retry_after_s: int = 0) -> Response:
    site: Site = request.app.state.site
    found = getattr(request.state, "here", None)
    response: Response
    if chat.wants_json(request) or "text/event-stream" in request.headers.get("accept", ""):
        response = JSONResponse({"error": sentence, "retry_after": retry_after_s}, status_code=status)
    else:
        home = f"/{found.tenant.slug}/" if isinstance(found, Here) else "/"
        response = site.page(request, "sentence.html", status=status, title=title, sentence=sentence, home=home)
    if retry_after_s:
        response.headers["retry-after"] = str(retry_after_s)
    return response
