"""A person at the web chat over plain HTTP, as the page's own script talks to the service."""

from __future__ import annotations

import html
import re
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.service import Service

_ROUND_S = 2


@dataclass
class Visitor:
    """Keeps its cookie and what it has heard; sends again, with the same id, until the service says it has it."""

    service: Service
    path: str
    heard: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    _token: str = ""
    _last: str = "0"
    _unheard: int = 0

    def __post_init__(self) -> None:
        self._client = httpx.Client(timeout=20, follow_redirects=True, headers={"origin": self.service.url})

    def opens(self) -> None:
        page = self._client.get(f"{self.service.url}{self.path}")
        page.raise_for_status()
        self._token = html.unescape(re.findall(r'data-token="([^"]+)"', page.text)[0])

    def signs_in(self, link: str) -> None:
        """Presses the button of a one-time link and stays at the desk it leads to."""
        self._client.get(link).raise_for_status()
        page = self._client.post(link)
        page.raise_for_status()
        self.path = page.url.path
        self._token = html.unescape(re.findall(r'data-token="([^"]+)"', page.text)[0])

    def says(self, text: str) -> None:
        self._sends({"text": text})

    def presses(self, words: str) -> None:
        """The newest button that contains the words."""
        for message in reversed(self.messages):
            for choice in message["choices"]:
                if words in choice["label"]:
                    self._sends({"press": f"{message['id']}.{choice['n']}"})
                    return
        raise AssertionError(f"{words} is on no button")

    def _sends(self, what: dict[str, str]) -> None:
        answer = self._client.post(
            f"{self.service.url}{self.path}",
            data={**what, "id": secrets.token_hex(16), "token": self._token},
            headers={"accept": "application/json"},
        )
        assert answer.status_code == 200, answer.text

    def hears(self, words: str, timeout_s: float) -> str:
        """The first new message with the words. Waits at the service, which answers as soon as there is one."""
        patience = threading.Event()
        for _ in range(int(timeout_s / _ROUND_S)):
            for n in range(self._unheard, len(self.heard)):
                if words in self.heard[n]:
                    self._unheard = n + 1
                    return self.heard[n]
            try:
                self._look()
            except httpx.TransportError:
                patience.wait(0.05)
        raise AssertionError(f"{words!r} was not heard; the last: {self.heard[-4:]}\n{self.service.output[-3000:]}")

    def _look(self) -> None:
        answer = self._client.get(
            f"{self.service.url}{self.path}/messages", params={"after": self._last, "wait": _ROUND_S}
        )
        answer.raise_for_status()
        known = {message["id"] for message in self.messages}
        for message in answer.json()["messages"]:
            if message["id"] in known:
                continue
            self.messages.append(message)
            self._last = str(max(int(self._last), int(message["id"])))
            if not message["mine"]:
                self.heard.append("".join(part["v"] for part in message["parts"]))
