"""The state of the fake: bots, chats, messages, files, waiting updates. One lock guards it all.

Nothing here knows HTTP. Everything lives as long as the fake does, so a bot that was killed finds its
unacknowledged updates again.
"""

import io
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.fake_telegram.spec import Spec

MESSAGE_LIFE_S, QUERY_LIFE_S = 86_400, 150
LINK_LIFE_S = 3_600
DEFAULT_UPDATES_OMIT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Queue = tuple[str, int]


class Refused(Exception):
    """An answer with ok=false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad_request(text: str, **parameters: int) -> Refused:
    return Refused(400, f"Bad Request: {text}", **parameters)


@dataclass
class Kept:
    """A message as it stands now. `markup` is the keyboard as sent; `revision` grows with every change anywhere."""

    raw: dict[str, Any]
    from_bot: bool
    markup: dict[str, Any] | None
    revision: int
    edited: bool = False
    deleted: bool = False


@dataclass
class Chat:
    """A chat as one bot knows it. `refusal` is the 403 text while the bot may not write."""

    info: dict[str, Any]
    started: bool = False
    refusal: str = ""
    migrated_to: int | None = None
    topics: set[int] | None = None
    messages: dict[int, Kept] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    actions: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.info["id"])


@dataclass(frozen=True)
class Waiting:
    update_id: int
    kind: str
    body: dict[str, Any]
    queue: Queue
    expires_at: float


@dataclass(eq=False)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    allowed: list[str] | None = None
    last_error_at: float | None = None
    last_error: str = ""
    gone_since: float | None = None  # the first of an unbroken run of 410 answers


@dataclass(frozen=True)
class StoredFile:
    file_id: str
    unique_id: str
    data: bytes
    size: int  # what the platform claims, which may exceed the bytes kept
    kind: str
    path: str
    name: str = ""
    mime: str = ""


@dataclass
class Query:
    user_id: int
    asked_at: float
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass(eq=False)
class Bot:
    token: str
    username: str
    first_name: str
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    links: dict[str, tuple[str, float]] = field(default_factory=dict)  # path -> file_id, valid until
    queries: dict[str, Query] = field(default_factory=dict)
    settings: dict[tuple[str, ...], Any] = field(default_factory=dict)
    updates: dict[int, Waiting] = field(default_factory=dict)
    queues: dict[Queue, deque[int]] = field(default_factory=dict)
    allowed_updates: list[str] = field(default_factory=list)
    webhook: Webhook | None = None
    poll_turn: int = 0
    poll_ended_by: str = ""
    last_update_id: int = 0
    last_message_id: int = 0
    logged_out_until: float = 0.0
    close_again_at: float = 0.0

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}

    def wants(self, kind: str) -> bool:
        return kind in self.allowed_updates if self.allowed_updates else kind not in DEFAULT_UPDATES_OMIT

    def forget(self, update_id: int) -> None:
        waiting = self.updates.pop(update_id, None)
        if waiting is not None:
            queue = self.queues[waiting.queue]
            queue.remove(update_id)
            if not queue:
                del self.queues[waiting.queue]


class World:
    def __init__(self, spec: Spec, clock: Callable[[], float] = time.time) -> None:
        self.spec = spec
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.listeners: set[Callable[[], None]] = set()
        self.bots: dict[str, Bot] = {}
        self.calls: Counter[str] = Counter()
        self.own_faults: list[str] = []
        self.closing = False
        self._clock, self._ahead_s = clock, 0.0
        self._revision = self._file_number = self._query_number = 0

    def now(self) -> float:
        return self._clock() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Moves the server's clock; updates and queries grow old, nothing waits."""
        with self.lock:
            self._ahead_s += seconds
            self.ring()

    def ring(self) -> None:
        """Wakes everybody who waits for a change: people, long polls, the webhook sender."""
        with self.lock:
            self.changed.notify_all()
            listeners = list(self.listeners)
        for listener in listeners:
            listener()

    def next_revision(self) -> int:
        self._revision += 1
        return self._revision

    def add_bot(self, token: str, username: str, first_name: str) -> Bot:
        with self.lock:
            bot = Bot(token, username, first_name)
            # Real update ids start anywhere: code that counts from 1 must not pass.
            bot.last_update_id = 700_000_000 + bot.id % 1_000
            self.bots[token] = bot
            return bot

    # Updates

    def push(self, bot: Bot, kind: str, payload: dict[str, Any], queue: Queue, life_s: float = MESSAGE_LIFE_S) -> None:
        with self.lock:
            if bot.wants(kind):
                bot.last_update_id += 1
                body = {"update_id": bot.last_update_id, kind: payload}
                if problem := self.spec.check_update(body):
                    self.own_faults.append(problem)
                bot.updates[bot.last_update_id] = Waiting(bot.last_update_id, kind, body, queue, self.now() + life_s)
                bot.queues.setdefault(queue, deque()).append(bot.last_update_id)
            self.ring()

    def waiting(self, bot: Bot, limit: int) -> list[dict[str, Any]]:
        """The oldest unacknowledged updates; expired ones are gone."""
        found: list[dict[str, Any]] = []
        for item in list(bot.updates.values()):
            if item.expires_at <= self.now():
                bot.forget(item.update_id)
            elif len(found) == limit:
                break
            else:
                found.append(item.body)
        return found

    def first_in(self, bot: Bot, queue: Queue) -> Waiting | None:
        while queue in bot.queues:
            item = bot.updates[bot.queues[queue][0]]
            if item.expires_at > self.now():
                return item
            bot.forget(item.update_id)
            self.ring()
        return None

    # Messages

    def keep_message(
        self,
        bot: Bot,
        chat: Chat,
        sender: dict[str, Any],
        content: dict[str, Any],
        markup: dict[str, Any] | None = None,
    ) -> Kept:
        """Stores a new message of the bot or of a person. `content` holds the fields beside id, chat, from, date."""
        bot.last_message_id += 1
        raw = {
            "message_id": bot.last_message_id,
            "from": sender,
            "chat": dict(chat.info),
            "date": int(self.now()),
            **content,
        }
        if markup and "inline_keyboard" in markup:
            raw["reply_markup"] = markup
        kept = Kept(raw, sender["id"] == bot.id, markup, self.next_revision())
        chat.messages[bot.last_message_id] = kept
        self.ring()
        return kept

    def change_message(self, kept: Kept, content: dict[str, Any], markup: dict[str, Any] | None) -> None:
        kept.raw = {k: v for k, v in kept.raw.items() if k not in ("text", "entities", "caption", "caption_entities")}
        kept.raw = {k: v for k, v in kept.raw.items() if k != "reply_markup"} | content | {"edit_date": int(self.now())}
        if markup and markup.get("inline_keyboard"):
            kept.raw["reply_markup"] = markup
        kept.markup, kept.edited, kept.revision = markup, True, self.next_revision()
        self.ring()

    def new_query(self, bot: Bot, user_id: int) -> str:
        self._query_number += 1
        query_id = str(4_000_000_000_000_000_000 + self._query_number)
        bot.queries[query_id] = Query(user_id, self.now())
        return query_id

    # Files

    def store_file(
        self, bot: Bot, data: bytes, kind: str, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        """Keeps bytes under a new file id of this bot. `size` claims more than is kept, for the 20 MB rule."""
        self._file_number += 1
        number, suffix = self._file_number, "." + name.rpartition(".")[2] if "." in name else ""
        folder = {"photo": "photos", "voice": "voice"}.get(kind, "documents")
        suffix = {"photo": ".jpg", "voice": ".oga"}.get(kind, suffix)
        stored = StoredFile(
            file_id=f"FILE{bot.id}-{number:06d}-{kind}",
            unique_id=f"UNIQ{number:06d}",
            data=data,
            size=len(data) if size is None else size,
            kind=kind,
            path=f"{folder}/file_{number}{suffix}",
            name=name,
            mime=mime,
        )
        bot.files[stored.file_id] = stored
        return stored

    def store_photo(self, bot: Bot, data: bytes) -> list[dict[str, Any]]:
        """Photo sizes, the smallest first; the last is the picture itself. Raises OSError when it is no image."""
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            sizes = []
            if max(width, height) > 90:
                small = image.convert("RGB")
                small.thumbnail((90, 90))
                out = io.BytesIO()
                small.save(out, "JPEG")
                sizes.append((self.store_file(bot, out.getvalue(), "photo"), small.size))
        sizes.append((self.store_file(bot, data, "photo"), (width, height)))
        return [file_fields(stored) | {"width": w, "height": h} for stored, (w, h) in sizes]


def file_fields(stored: StoredFile) -> dict[str, Any]:
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}
