"""A stored message as the page draws it: plain values that the template and the script draw the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from domain.texts import base
from storage import webchat
from storage.tables import WebMessage

_CODE_LINE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\Z")
_URL = re.compile(r"https?://[^\s<>\"“”]+")
_URL_TAIL = ".,;:!?)]}'…"


@dataclass(frozen=True)
class Place:
    """Where the chat stands: whose clock and whose files."""

    base: str  # address of the chat page
    query: str  # "?embed=1" in a frame
    timezone: str
    mime: Callable[[str], str]  # of a stored file, by its sha256


def view(row: WebMessage, place: Place) -> dict[str, Any]:
    """Ids are strings (JavaScript numbers lose digits). `parts` is the text cut into words, links and codes."""
    at = row.at.astimezone(ZoneInfo(place.timezone))
    body = row.body
    return {
        "id": str(row.id),
        "mine": row.mine,
        "client": _client_id(row) if row.mine else "",
        "time": f"{at:%H:%M}",
        "day": base.capital(base.on(at.date())),
        "parts": _parts(body.get("text", "")),
        "choices": [
            {"n": n, "key": choice.get("key") or str(n + 1), "label": choice["label"]}
            for n, choice in enumerate(body.get("choices", ()))
        ],
        "links": [[label, url] for label, url in body.get("links", ()) if url.startswith("https://")],
        "media": [_media(item, place) for item in body.get("media", ())],
        "ask": body.get("ask", ""),
        "erased": bool(body.get("erased")),
        "erases": body.get("erases", []),
    }


def _parts(text: str) -> list[dict[str, str]]:
    parts: list[dict[str, str]] = []
    for n, line in enumerate(text.split("\n")):
        if n:
            _add_text(parts, "\n")
        if _CODE_LINE.match(line.strip()):
            parts.append({"t": "code", "v": line.strip()})
            continue
        at = 0
        for match in _URL.finditer(line):
            url = match[0].rstrip(_URL_TAIL)
            _add_text(parts, line[at : match.start()])
            parts.append({"t": "link", "v": url})
            at = match.start() + len(url)
        _add_text(parts, line[at:])
    return parts


def _add_text(parts: list[dict[str, str]], text: str) -> None:
    if not text:
        return
    if parts and parts[-1]["t"] == "text":
        parts[-1]["v"] += text
    else:
        parts.append({"t": "text", "v": text})


def _media(item: str | dict[str, Any], place: Place) -> dict[str, str]:
    """A person's own file carries what it is; a file of ours is told by its bytes."""
    ref = item if isinstance(item, str) else str(item["ref"])
    sha256 = ref.removeprefix("sha256:")
    mime = place.mime(sha256) if isinstance(item, str) else str(item.get("mime", ""))
    name = "" if isinstance(item, str) else str(item.get("name", ""))
    kind = mime.partition("/")[0] if mime.startswith(("image/", "audio/")) else "file"
    return {"url": f"{place.base}/media/{sha256}{place.query}", "kind": kind, "name": name}


def _client_id(row: WebMessage) -> str:
    return row.outbox_key.removeprefix(webchat.own_key("")).rpartition("-")[2]
