"""What Telegram refuses in a keyboard although its shape is right."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from tests.fake_telegram.world import bad_request

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
_LABEL_FIELDS = {"text", "icon_custom_emoji_id", "style"}
_PRIVATE_ONLY = {"request_contact": "phone number", "request_location": "location"}


def check(markup: dict[str, Any] | None, chat_type: str) -> None:
    """Raises Refused with Telegram's words."""
    if not markup:
        return
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            if "inline_keyboard" in markup:
                _check_inline(button)
            else:
                _check_reply(button, chat_type)


def _check_inline(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
    actions = {name for name in set(button) - _LABEL_FIELDS if button[name] != ""}
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is allowed")
    if len(button.get("callback_data", "").encode()) > MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    said = f"inline keyboard button URL '{url}' is invalid"
    if parts.scheme not in ("http", "https", "tg", "ton", "tonsite"):
        raise bad_request(f"{said}: Unsupported URL protocol")
    # A host without a dot is refused: a bot whose public address is still "localhost" learns it here.
    if parts.scheme.startswith("http") and "." not in (parts.hostname or "") and not _is_ipv6(parts.hostname):
        raise bad_request(f"{said}: Wrong HTTP URL")


def _is_ipv6(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").version == 6
    except ValueError:
        return False


def _check_reply(button: dict[str, Any] | str, chat_type: str) -> None:
    if isinstance(button, str):
        button = {"text": button}
    if not button["text"].strip():
        raise bad_request("can't parse keyboard button: Button text must be non-empty")
    for name, what in _PRIVATE_ONLY.items():
        if button.get(name) and chat_type != "private":
            raise bad_request(f"{what} can be requested in private chats only")
