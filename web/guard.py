"""What every request passes first: known Host, own Origin, size of the body; and the headers of every answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.texts import pages
from web.refusals import Refused

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FRAMES = "frame_ancestors"  # key in scope["state"]: who may show this page in a frame; 'none' unless a route says so

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    # Not "no-referrer": that would make browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware. `max_body(path)` is in bytes; the limit holds while the body streams in.

    Raises nothing to the outside: a refusal here is a short text page. Inside the app a body that grows too large
    surfaces as `Refused` from reading it.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], base_url: str, max_body: Callable[[str], int]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._base = urlsplit(base_url)
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(scope, MutableHeaders(scope=message))
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal:
            await _say(send_guarded, *refusal)
            return
        await self._app(scope, self._counted(scope, receive), send_guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _name_in(host) not in self._hosts:
            return (421 if host else 400), pages.wrong_host()
        if scope["method"] not in SAFE and not self._is_own_origin(headers, host):
            return 403, pages.foreign()
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            return 400, pages.body_too_big()
        if int(length) > self._max_body(scope["path"]):
            return 413, pages.body_too_big()
        return None

    def _is_own_origin(self, headers: Headers, host: str) -> bool:
        """Browsers name the page a post comes from. Without a name, what they say about the site decides."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("same-origin", "none")
        try:
            sent_from = urlsplit(origin)
        except ValueError:
            return False
        if (sent_from.scheme, sent_from.netloc) == (self._base.scheme, self._base.netloc):
            return True
        schemes = ("https",) if self._base.scheme == "https" else ("http", "https")
        return sent_from.scheme in schemes and sent_from.netloc.lower() == host.lower()

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        limit = self._max_body(scope["path"])
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise Refused(413, pages.body_too_big())
            return message

        return receive_counted

    def _add_headers(self, scope: Scope, headers: MutableHeaders) -> None:
        if scope["path"].startswith("/static/"):  # with "v" the address changes with the content
            kept = "public, max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"
            headers.setdefault("cache-control", kept)
        frames = scope["state"].get(FRAMES, "'none'")
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", _CSP.format(frames=frames))
        if frames == "'none'":
            headers.setdefault("x-frame-options", "DENY")
        if self._base.scheme == "https":
            headers.setdefault("strict-transport-security", "max-age=31536000")


def _name_in(host: str) -> str:
    """The name without its port; "" when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _say(send: Send, status: int, sentence: str) -> None:
    body = sentence.encode()
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})
