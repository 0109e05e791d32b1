"""Failures on demand: what the server does wrong to the next matching calls."""

import threading
from dataclasses import dataclass, field
from typing import Any, Literal

SENDING = frozenset(
    [
        "sendMessage",
        "sendPhoto",
        "sendMediaGroup",
        "sendDocument",
        "sendVoice",
        "sendLocation",
        "editMessageText",
        "editMessageReplyMarkup",
        "deleteMessage",
    ]
)

Kind = Literal["flood", "error", "drop_before", "drop_after", "slow"]


@dataclass
class Fault:
    """`times` None: for good. `methods` None: every method but getUpdates. `chat_id` None: every chat.

    flood: 429 with `retry_after` seconds. error: `status` (5xx, or any), as HTML when `html`.
    drop_before: the connection breaks and nothing was done; drop_after: it breaks, but the call was carried out.
    slow: the call is carried out at once, the answer comes `delay_s` later.
    """

    kind: Kind
    times: int | None = 1
    methods: frozenset[str] | None = SENDING
    chat_id: int | None = None
    retry_after: int = 1
    status: int = 502
    description: str = "Bad Gateway"
    html: bool = False
    delay_s: float = 0.0

    def fits(self, method: str, chat_id: Any) -> bool:
        if self.times == 0 or (self.chat_id is not None and str(self.chat_id) != str(chat_id)):
            return False
        return method in self.methods if self.methods is not None else method != "getUpdates"


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> Fault:
        with self.lock:
            self.waiting.append(fault)
        return fault

    def take(self, method: str, chat_id: Any) -> Fault | None:
        """The first fault that fits, used once."""
        with self.lock:
            for fault in self.waiting:
                if fault.fits(method, chat_id):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times == 0:
                            self.waiting.remove(fault)
                    return fault
            return None

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()
