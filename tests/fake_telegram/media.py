"""Sending files: by upload, by file id, or by a loopback address that the fake fetches as Telegram would."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.fake_telegram.methods import Call, Upload, caption_content, method, say, target
from tests.fake_telegram.world import Refused, StoredFile, bad_request, file_fields

UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
ALBUM_OF = {"photo": "visual", "video": "visual", "live_photo": "visual", "document": "document", "audio": "audio"}


async def fetch_addresses(given: dict[str, Any], uploads: dict[str, Upload]) -> None:
    """Turns http addresses of files into uploads. Only loopback is asked; the rest fails as unreachable."""
    for name in ("photo", "document", "voice"):
        url = given.get(name)
        if isinstance(url, str) and url.startswith(("http://", "https://")):
            if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
                raise bad_request("failed to get HTTP URL content")
            try:
                async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
                    answer = (await client.get(url)).raise_for_status()
            except httpx.HTTPError:
                raise bad_request("failed to get HTTP URL content") from None
            mime = answer.headers.get("content-type", "").partition(";")[0]
            if name == "photo" and not mime.startswith("image/"):
                raise bad_request("wrong type of the web page content")
            uploads[f"url:{name}"] = Upload(urlsplit(url).path.rpartition("/")[2], mime, answer.content)
            given[name] = f"attach://url:{name}"


def photo_content(call: Call, source: str) -> dict[str, Any]:
    upload = _upload(call, source)
    if upload is None:
        sizes = [file_fields(_known(call, source, "photo"))]
        known = next((k for c in call.bot.chats.values() for k in _photos(c) if k[-1]["file_id"] == source), None)
        return {"photo": known or [sizes[0] | {"width": 1, "height": 1}]}
    if len(upload.data) > PHOTO_LIMIT:
        raise bad_request(f"file of size {len(upload.data)} bytes is too big for a photo")
    try:
        sizes = call.world.store_photo(call.bot, upload.data)
    except OSError:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    width, height = sizes[-1]["width"], sizes[-1]["height"]
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return {"photo": sizes}


def _photos(chat: Any) -> list[list[dict[str, Any]]]:
    return [kept.raw["photo"] for kept in chat.messages.values() if "photo" in kept.raw]


def document_content(call: Call, source: str, kind: str = "document") -> dict[str, Any]:
    upload = _upload(call, source)
    if upload is None:
        stored = _known(call, source, kind)
    else:
        stored = call.world.store_file(call.bot, upload.data, kind, upload.name, upload.mime)
    fields = file_fields(stored)
    fields |= {"mime_type": stored.mime} if stored.mime else {}
    return {kind: fields | ({"file_name": stored.name} if stored.name and kind == "document" else {})}


def _upload(call: Call, source: str) -> Upload | None:
    if not source.startswith("attach://"):
        return None
    upload = call.uploads[source.removeprefix("attach://")]
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > UPLOAD_LIMIT:
        raise Refused(413, "Request Entity Too Large")
    return upload


def _known(call: Call, file_id: str, kind: str) -> StoredFile:
    stored = call.bot.files.get(file_id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


@method("sendPhoto")
def send_photo(call: Call) -> Any:
    chat = target(call)
    caption = caption_content(call.given)
    return say(call, chat, photo_content(call, call.given["photo"]) | caption)


@method("sendDocument")
def send_document(call: Call) -> Any:
    chat = target(call)
    caption = caption_content(call.given)
    return say(call, chat, document_content(call, call.given["document"]) | caption)


@method("sendVoice")
def send_voice(call: Call) -> Any:
    chat = target(call)
    content = document_content(call, call.given["voice"], "voice")
    content["voice"]["duration"] = call.given.get("duration", 0)
    return say(call, chat, content | caption_content(call.given))


@method("sendMediaGroup")
def send_media_group(call: Call) -> Any:
    chat, items = target(call), call.given["media"]
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of messages in the media group" if items else "there is no media to send")
    if len({ALBUM_OF[item["type"]] for item in items}) > 1:
        raise bad_request("documents and audio can't be mixed with other media types")
    contents = []
    for item in items:
        if item["type"] not in ("photo", "document"):
            raise Refused(501, f"Not Implemented: the fake knows no albums of {item['type']}")
        content = (photo_content if item["type"] == "photo" else document_content)(call, item["media"])
        contents.append(content | caption_content(item))
    call.world.next_revision()
    album = str(13_000_000_000_000_000 + call.bot.last_message_id)
    return [say(call, chat, content | {"media_group_id": album}) for content in contents]
