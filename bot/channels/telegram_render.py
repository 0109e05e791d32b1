"""How a message of ours looks on Telegram. Pure, and without aiogram."""

from __future__ import annotations

from typing import Any

from bot.channels.base import Payload, numbered_list, split_text
from domain.messages import Choice, Outgoing
from domain.texts import common

MAX_TEXT = 4096  # UTF-16 units
MAX_CALLBACK_BYTES = 64
MAX_BUTTON_CHARS = 40  # what a phone shows of a button; a longer label is also written out above
MAX_BUTTONS = 100

Rows = list[list[dict[str, str]]]


def render(to: str, message: Outgoing) -> list[Payload]:
    """Files first, then the text in parts; buttons hang on the last part. `media` holds paths of files.

    What cannot be a button (a long label, data over 64 bytes, an address without https) stands in the text.
    """
    payloads: list[Payload] = [{"method": "sendFile", "chat_id": to, "file": path} for path in message.media]
    choices = message.numbered()
    buttons, all_fit = _buttons(message, choices)
    text = _text(message, choices, all_fit=all_fit)
    parts: list[Payload] = [
        {"method": "sendMessage", "chat_id": to, "text": part} for part in split_text(text, MAX_TEXT)
    ]
    if parts:
        parts[-1]["reply_markup"] = _markup(message, buttons)
    return payloads + parts


def _text(message: Outgoing, choices: tuple[Choice, ...], *, all_fit: bool) -> str:
    written = message.text.strip()
    lines = [written] if written else []
    if choices and not (all_fit and written):
        lines.append(numbered_list(choices))
    lines += [f"{label}: {url}" for label, url in message.links if message.ask or not _can_open(url)]
    if not lines:  # buttons need a message to hang on
        lines = [label for label, _ in message.links]
    return "\n".join(lines)


def _buttons(message: Outgoing, choices: tuple[Choice, ...]) -> tuple[Rows, bool]:
    """The rows of buttons, and whether they say all there is to say about the choices."""
    if message.ask:
        return [], False
    fit = [c for c in choices if len(c.data.encode()) <= MAX_CALLBACK_BYTES][:MAX_BUTTONS]
    whole = len(fit) == len(choices) and all(len(c.label) <= MAX_BUTTON_CHARS for c in choices)
    rows = [[{"text": _label(choice), "callback_data": choice.data}] for choice in fit]
    rows += [[{"text": label, "url": url}] for label, url in message.links if _can_open(url)]
    return rows[:MAX_BUTTONS], whole


def _markup(message: Outgoing, buttons: Rows) -> dict[str, Any]:
    if message.ask:
        button = {
            "contact": {"text": common.share_phone(), "request_contact": True},
            "location": {"text": common.share_place(), "request_location": True},
        }[message.ask]
        return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
    return {"inline_keyboard": buttons} if buttons else {"remove_keyboard": True}


def _can_open(url: str) -> bool:
    """Telegram refuses the whole message for a button to a host without a dot."""
    scheme, _, rest = url.partition("://")
    return scheme == "https" and "." in rest.partition("/")[0]


def _label(choice: Choice) -> str:
    label = choice.label if len(choice.label) <= MAX_BUTTON_CHARS else choice.label[: MAX_BUTTON_CHARS - 1] + "…"
    return f"{choice.key}. {label}"
