"""People and groups: they act on the world as the apps of Telegram would, and see what the bot shows them."""

import re
from typing import Any

from tests.fake_telegram.formatting import units
from tests.fake_telegram.methods import without_reply
from tests.fake_telegram.seen import Seen, View, label, see
from tests.fake_telegram.world import QUERY_LIFE_S, Bot, Chat, Kept, World, file_fields

BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"


class Group(View):
    """A group the bot was added to. The bot is taken to hear everything, as an administrator does."""

    def migrates(self, new_id: int) -> "Group":
        """The group becomes a supergroup with a new id; writing to the old id is refused and names the new one."""
        with self.world.lock:
            info = {**self.chat.info, "id": new_id, "type": "supergroup"}
            new = Chat(info, started=True)
            self.bot.chats[new_id] = new
            self.chat.migrated_to = new_id
            sender = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
            for chat, content in (
                (self.chat, {"migrate_to_chat_id": new_id}),
                (new, {"migrate_from_chat_id": self.id}),
            ):
                kept = self.world.keep_message(self.bot, chat, sender, content)
                self.world.push(self.bot, "message", kept.raw, ("chat", chat.id))
            return Group(self.world, self.bot, new)

    def removes_bot(self, by: "Person") -> None:
        with self.world.lock:
            by._member_change(self.chat, "member", "kicked")
            self.chat.refusal = f"bot was kicked from the {self.chat.info['type']} chat"
            self.world.ring()

    def opens_topic(self, thread_id: int) -> None:
        with self.world.lock:
            self.chat.topics = (self.chat.topics or set()) | {thread_id}

    def closes_topic(self, thread_id: int) -> None:
        """From now on a message to it is refused: "message thread not found"."""
        with self.world.lock:
            (self.chat.topics or set()).discard(thread_id)


class Person(View):
    """Someone with the app, in the private chat with one bot; `to=group` acts in a group instead."""

    def __init__(self, world: World, bot: Bot, chat: Chat, user: dict[str, Any]) -> None:
        super().__init__(world, bot, chat)
        self.user = user

    # Writing

    def says(self, text: str, to: Group | None = None, reply_to: "Seen | int | None" = None, **more: Any) -> Seen:
        return self.sends({"text": text, **_commands_in(text), **more}, to, reply_to)

    def starts(self, payload: str = "") -> Seen:
        """Presses Start (also after blocking), with the payload of a deep link."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload):
            raise ValueError("a deep link carries at most 64 characters of A-Z a-z 0-9 _ -")
        if self.chat.refusal == BLOCKED:
            self.unblocks()
        return self.says(f"/start {payload}".strip())

    def replies_to(self, message: Seen | int, text: str, to: Group | None = None) -> Seen:
        return self.says(text, to, reply_to=message)

    def sends(self, content: dict[str, Any], to: Group | None = None, reply_to: Seen | int | None = None) -> Seen:
        """Any message, by its Bot API fields: {"sticker": {...}}."""
        with self.world.lock:
            chat = to.chat if to else self.chat
            if chat.refusal:
                raise ValueError(f"this chat is closed: {chat.refusal}")
            chat.started = True
            if reply_to is not None:
                content = content | {"reply_to_message": without_reply(self._kept(reply_to, chat).raw)}
            kept = self.world.keep_message(self.bot, chat, self.user, content)
            self.world.push(self.bot, "message", kept.raw, ("chat", chat.id))
            return see(self.bot, kept)

    def sends_photo(
        self, data: bytes, caption: str | None = None, album: str | None = None, to: Group | None = None
    ) -> Seen:
        """Photos with the same `album` name belong together; each arrives as its own message."""
        with self.world.lock:
            sizes = self.world.store_photo(self.bot, data)
            content = {"photo": sizes} | ({"caption": caption} if caption else {})
            return self.sends(content | ({"media_group_id": album} if album else {}), to)

    def sends_voice(self, data: bytes = b"OggS voice", duration_s: int = 3, to: Group | None = None) -> Seen:
        with self.world.lock:
            stored = self.world.store_file(self.bot, data, "voice", mime="audio/ogg")
            voice = file_fields(stored) | {"duration": duration_s, "mime_type": stored.mime}
            return self.sends({"voice": voice}, to)

    def sends_document(
        self,
        data: bytes,
        name: str = "don.pdf",
        mime: str = "application/pdf",
        caption: str | None = None,
        size: int | None = None,
        to: Group | None = None,
    ) -> Seen:
        """`size` claims more bytes than are kept: above 20 MB the bot cannot download."""
        with self.world.lock:
            stored = self.world.store_file(self.bot, data, "document", name, mime, size)
            document = file_fields(stored) | {"file_name": name, "mime_type": mime}
            return self.sends({"document": document} | ({"caption": caption} if caption else {}), to)

    def sends_location(self, latitude: float, longitude: float, to: Group | None = None) -> Seen:
        return self.sends({"location": {"latitude": latitude, "longitude": longitude}}, to)

    def sends_contact(self, phone: str, own: bool = True, first_name: str = "", to: Group | None = None) -> Seen:
        """`own`: shared by the button, so user_id is the sender's; else a card from the address book."""
        contact: dict[str, Any] = {"phone_number": phone, "first_name": first_name or self.user["first_name"]}
        return self.sends({"contact": contact | ({"user_id": self.user["id"]} if own else {})}, to)

    def edits(self, message: Seen | int, text: str, to: Group | None = None) -> Seen:
        """Changes an own message; the bot gets edited_message."""
        with self.world.lock:
            chat = to.chat if to else self.chat
            kept = self._kept(message, chat)
            if kept.raw["from"]["id"] != self.user["id"]:
                raise ValueError("only own messages can be edited")
            key = "text" if "text" in kept.raw else "caption"
            self.world.change_message(kept, {key: text}, None)
            self.world.push(self.bot, "edited_message", kept.raw, ("chat", chat.id))
            return see(self.bot, kept)

    # Pressing

    def presses(self, button: str, to: Group | None = None, phone: str = "0900000000") -> str | Seen:
        """Presses the newest inline button with that label or data, else a button of the open keyboard.

        An inline press returns the query's id (see `answers_to`); a keyboard press the message it sends. A contact
        button shares `phone`, a location button a point in Hanoi. ValueError when there is no such button.
        """
        with self.world.lock:
            chat = to.chat if to else self.chat
            for kept in sorted(chat.messages.values(), key=lambda k: -k.raw["message_id"]):
                for pressed in _inline_buttons(kept):
                    if button in (pressed["text"], pressed.get("callback_data")):
                        if "callback_data" not in pressed:
                            raise ValueError(f"{button!r} does not call the bot, it opens {pressed.get('url')}")
                        return self._asks(chat, kept, pressed["callback_data"])
            for row in (chat.keyboard or {}).get("keyboard", []):
                for choice in row:
                    if label(choice) == button:
                        return self._chooses(chat, choice, to, phone)
        raise ValueError(f"no button {button!r} in sight")

    def presses_old(self, message: Seen | int, data: str, to: Group | None = None) -> str:
        """Presses a button that the message showed once: a client's screen may be older than the last edit."""
        with self.world.lock:
            chat = to.chat if to else self.chat
            return self._asks(chat, self._kept(message, chat), data)

    def _asks(self, chat: Chat, kept: Kept, data: str) -> str:
        if chat.refusal:
            raise ValueError(f"this chat is closed: {chat.refusal}")
        query_id = self.world.new_query(self.bot, self.user["id"])
        query = {
            "id": query_id,
            "from": self.user,
            "message": kept.raw,
            "chat_instance": str(abs(chat.id) * 1_000_003 + self.bot.id),
            "data": data,
        }
        self.world.push(self.bot, "callback_query", query, ("query", self.user["id"]), QUERY_LIFE_S)
        return query_id

    def _chooses(self, chat: Chat, choice: dict[str, Any] | str, to: Group | None, phone: str) -> Seen:
        if (chat.keyboard or {}).get("one_time_keyboard"):
            chat.keyboard = None
        if isinstance(choice, dict) and choice.get("request_contact"):
            return self.sends_contact(phone, to=to)
        if isinstance(choice, dict) and choice.get("request_location"):
            return self.sends_location(21.0285, 105.8542, to)
        return self.says(label(choice), to)

    def answers_to(self, query_id: str) -> list[dict[str, Any]]:
        """What answerCallbackQuery showed: [{"text", "show_alert"}]; empty while the button still spins."""
        with self.world.lock:
            return list(self.bot.queries[query_id].answers)

    # Blocking

    def blocks(self) -> None:
        with self.world.lock:
            self._member_change(self.chat, "member", "kicked")
            self.chat.refusal = BLOCKED
            self.world.ring()

    def unblocks(self) -> None:
        with self.world.lock:
            self.chat.refusal = ""
            self._member_change(self.chat, "kicked", "member")

    def deactivates(self) -> None:
        """The account is gone; the bot learns it only when it writes."""
        with self.world.lock:
            self.chat.refusal = DEACTIVATED

    def _member_change(self, chat: Chat, old: str, new: str) -> None:
        bot = self.bot.user()

        def member(status: str) -> dict[str, Any]:
            return {"status": status, "user": bot} | ({"until_date": 0} if status == "kicked" else {})

        change = {
            "chat": dict(chat.info),
            "from": self.user,
            "date": int(self.world.now()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self.world.push(self.bot, "my_chat_member", change, ("member", chat.id))

    def _kept(self, message: Seen | int, chat: Chat) -> Kept:
        kept = chat.messages.get(message if isinstance(message, int) else message.message_id)
        if kept is None:
            raise ValueError("no such message in this chat")
        return kept


def _inline_buttons(kept: Kept) -> list[dict[str, Any]]:
    if kept.deleted or not kept.markup:
        return []
    return [button for row in kept.markup.get("inline_keyboard", []) for button in row]


def _commands_in(text: str) -> dict[str, Any]:
    found = [
        {"type": "bot_command", "offset": units(text[: match.start(1)]), "length": len(match[1])}
        for match in re.finditer(r"(?:^|(?<=\s))(/[A-Za-z0-9_]{1,32}(?:@\w+)?)(?!\S)", text)
    ]
    return {"entities": found} if found else {}
