"""The report that a person is writing: what is kept of it between messages, as plain JSON in the conversation.

Until the person agrees, nothing of it stands anywhere else. Keys: since (first inbox id), what, kind_known, category,
all_categories, hint, place, lat, lon, place_known, files, files_known, agreed ("named", "anonymous"), phone, name,
contact_known. A value of None was removed. `adds_to` (case id), `replies` and `comments_on` (case id) are there
when the words were meant for a case that exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from domain.feedback import screen
from domain.messages import Incoming, Location, Media
from handlers.actions.cases import Sent
from handlers.context import Context
from handlers.dialogs.menus import conversation
from storage.unsaid import unsay

Draft = dict[str, Any]

_KEYS = (
    "since", "what", "asked_more", "kind_known", "category", "all_categories", "hint", "place", "lat", "lon",
    "place_known", "files", "files_known", "agreed", "phone", "name", "contact_known", "adds_to", "replies",
    "comments_on",
)  # fmt: skip
_MAX_FILES = 20  # of one report; what comes after is not taken
_MAX_CHARS = 6000  # of one report's words


def inbox_id(ctx: Context) -> int:
    """The inbox row of this turn."""
    return int(ctx.turn_key.partition(":")[2])


def new(ctx: Context) -> Draft:
    """An empty draft that also clears what an earlier dialog kept."""
    return {**dict.fromkeys(ctx.kept), "since": inbox_id(ctx)}


def unfinished(state: str, kept: Mapping[str, Any]) -> Draft | None:
    """The report that is being written in that state, also behind one's own data or an alarm.

    None without words, and for words of which nobody has said yet that they are no accusation: those are not carried
    about, so that they are gone within a day.
    """
    match state.partition(".")[0]:
        case "feedback" if state != "feedback.complaint":  # directed already; the report is theirs to choose
            source = kept
        case "mydata" if kept.get("resume"):
            source = kept
        case "emergency":
            source = kept if state == "emergency.resume" else kept.get("draft") or {}
        case _:
            return None
    if not (source.get("what") or source.get("files")):
        return None
    if not source.get("kind_known") and screen(source.get("what") or "").kind:
        return None
    return {name: source[name] for name in _KEYS if source.get(name) is not None}


def hear(ctx: Context, said: Incoming, draft: Mapping[str, Any] | None = None) -> Draft:
    """The draft with the files and the place of this message; the words are the step's to judge."""
    kept: Draft = dict(ctx.kept if draft is None else draft)
    if said.media:
        have = kept.get("files") or []
        more = [{"inbox": inbox_id(ctx), **asdict(item)} for item in said.media]
        kept["files"] = [*have, *more][:_MAX_FILES]
    if said.location:
        kept |= {"lat": said.location.latitude, "lon": said.location.longitude, "place_known": True}
    return kept


def add_words(draft: Draft, words: str) -> None:
    draft["what"] = "\n".join(part for part in (draft.get("what") or "", words) if part)[:_MAX_CHARS]


def files(draft: Mapping[str, Any]) -> tuple[Sent, ...]:
    return sent(draft.get("files") or [])


def sent(rows: list[dict[str, Any]]) -> tuple[Sent, ...]:
    """Files as kept in a conversation, ready to be stored with a case."""
    return tuple(
        Sent(row["inbox"], Media(**{name: value for name, value in row.items() if name != "inbox"})) for row in rows
    )


def sent_now(ctx: Context, said: Incoming) -> tuple[Sent, ...]:
    """The files of this message."""
    return tuple(Sent(inbox_id(ctx), item) for item in said.media)


def has_voice(draft: Mapping[str, Any]) -> bool:
    return any(row["kind"] == "voice" for row in draft.get("files") or [])


def n_pictures(draft: Mapping[str, Any]) -> int:
    """Files other than voice messages."""
    return sum(row["kind"] != "voice" for row in draft.get("files") or [])


def location(draft: Mapping[str, Any]) -> Location | None:
    if draft.get("lat") is None or draft.get("lon") is None:
        return None
    return Location(draft["lat"], draft["lon"])


def forget(ctx: Context, draft: Mapping[str, Any]) -> None:
    """Blank everything the person has said since the draft began, and our answers that repeat it.

    Of one that was put aside, what was said until then: afterwards they spoke of other things.
    """
    if since := draft.get("since"):
        until = datetime.fromisoformat(draft["paused_at"]) if draft.get("paused_at") else None
        unsay(ctx.session, ctx.tools.ids, conversation(ctx), int(since), ctx.now, until)
