"""The Bot API methods, each a plain function run under the world's lock. getUpdates waits and lives in polling.py.

`call.given` has passed the specification; what is checked here is what the specification cannot say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fake_telegram import formatting, keyboards
from tests.fake_telegram.world import LINK_LIFE_S, QUERY_LIFE_S, Bot, Chat, Kept, Refused, Webhook, World, bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
CLOSE_PAUSE_S, LOGGED_OUT_S = 600, 600
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


@dataclass(frozen=True)
class Upload:
    name: str
    mime: str
    data: bytes


@dataclass
class Call:
    world: World
    bot: Bot
    given: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)
    said: str = ""  # the description that goes with a success, as setWebhook has


Method = Callable[[Call], Any]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    def register(function: Method) -> Method:
        METHODS[name] = function
        return function

    return register


def target(call: Call) -> Chat:
    """The chat to write to. Raises Refused as Telegram would."""
    chat = call.bot.chats.get(call.given["chat_id"])
    if chat is None or not chat.started:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.refusal:
        raise Refused(403, f"Forbidden: {chat.refusal}")
    return chat


def formatted(text: str, given: dict[str, Any], entities_key: str) -> tuple[str, list[formatting.Entity]]:
    try:
        return formatting.read(text, given.get("parse_mode"), given.get(entities_key))
    except formatting.CannotParse as problem:
        raise bad_request(f"can't parse entities: {problem}") from None


def text_content(given: dict[str, Any]) -> dict[str, Any]:
    text, entities = formatted(given.get("text", ""), given, "entities")
    if not text:
        raise bad_request("message text is empty")
    if formatting.units(text) > formatting.MAX_TEXT_UNITS:
        raise bad_request("message is too long")
    content: dict[str, Any] = {"text": text} | ({"entities": entities} if entities else {})
    if "link_preview_options" in given:
        content["link_preview_options"] = given["link_preview_options"]
    return content


def caption_content(given: dict[str, Any]) -> dict[str, Any]:
    caption, entities = formatted(given.get("caption", ""), given, "caption_entities")
    if formatting.units(caption) > formatting.MAX_CAPTION_UNITS:
        raise bad_request("message caption is too long")
    if not caption:
        return {}
    return {"caption": caption} | ({"caption_entities": entities} if entities else {})


def say(call: Call, chat: Chat, content: dict[str, Any]) -> dict[str, Any]:
    """Puts a message of the bot into the chat. Returns it as the API shows it."""
    given = call.given
    markup = given.get("reply_markup")
    keyboards.check(markup, chat.info["type"])
    if reply := given.get("reply_parameters"):
        original = chat.messages.get(reply.get("message_id"))
        if original and not original.deleted:
            content |= {"reply_to_message": without_reply(original.raw)}
        elif not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
    if (thread := given.get("message_thread_id")) is not None:
        if chat.topics is None or thread not in chat.topics:
            raise bad_request("message thread not found")
        content |= {"message_thread_id": thread, "is_topic_message": True}
    if given.get("protect_content"):
        content |= {"has_protected_content": True}
    if markup and "keyboard" in markup:
        chat.keyboard = markup
    elif markup and markup.get("remove_keyboard"):
        chat.keyboard = None
    return call.world.keep_message(call.bot, chat, call.bot.user(), content, markup).raw


def without_reply(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != "reply_to_message"}


@method("getMe")
def get_me(call: Call) -> Any:
    return call.bot.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("sendMessage")
def send_message(call: Call) -> Any:
    return say(call, target(call), text_content(call.given))


@method("sendLocation")
def send_location(call: Call) -> Any:
    place = {key: call.given[key] for key in ("latitude", "longitude")}
    if not (-90 <= place["latitude"] <= 90 and -180 <= place["longitude"] <= 180):
        raise bad_request("wrong location specified")
    return say(call, target(call), {"location": place})


@method("sendChatAction")
def send_chat_action(call: Call) -> Any:
    if call.given["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    target(call).actions.append(call.given["action"])
    call.world.ring()
    return True


def own_message(call: Call, verb: str) -> Kept:
    if "chat_id" not in call.given or "message_id" not in call.given:
        raise bad_request("message identifier is not specified")
    kept = target(call).messages.get(call.given["message_id"])
    if kept is None or kept.deleted:
        raise bad_request(f"message to {verb} not found")
    return kept


def edit(call: Call, content: dict[str, Any]) -> Any:
    kept = own_message(call, "edit")
    if not kept.from_bot or (kept.markup and "inline_keyboard" not in kept.markup):
        raise bad_request("message can't be edited")
    markup = call.given.get("reply_markup")
    keyboards.check(markup, kept.raw["chat"]["type"])
    shown = [kept.raw.get(key) for key in ("text", "entities")]
    same_keyboard = ((markup or {}).get("inline_keyboard") or []) == ((kept.markup or {}).get("inline_keyboard") or [])
    if [content.get(key) for key in ("text", "entities")] == shown and same_keyboard:
        raise bad_request(NOT_MODIFIED)
    call.world.change_message(kept, content, markup)
    return kept.raw


@method("editMessageText")
def edit_message_text(call: Call) -> Any:
    kept = own_message(call, "edit")
    if "text" not in kept.raw:
        raise bad_request("there is no text in the message to edit")
    return edit(call, text_content(call.given))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> Any:
    raw = own_message(call, "edit").raw
    kept_fields = ("text", "entities", "caption", "caption_entities")
    return edit(call, {key: raw[key] for key in kept_fields if key in raw})


@method("deleteMessage")
def delete_message(call: Call) -> Any:
    kept = own_message(call, "delete")
    if kept.raw["date"] < call.world.now() - 48 * 3600:
        raise bad_request("message can't be deleted for everyone")
    kept.deleted, kept.revision = True, call.world.next_revision()
    call.world.ring()
    return True


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> Any:
    query = call.bot.queries.get(call.given["callback_query_id"])
    if query is None or call.world.now() - query.asked_at > QUERY_LIFE_S:
        raise bad_request(TOO_OLD)
    if formatting.units(call.given.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answers.append({"text": call.given.get("text", ""), "show_alert": call.given.get("show_alert", False)})
    call.world.ring()
    return True


@method("getFile")
def get_file(call: Call) -> Any:
    stored = call.bot.files.get(call.given["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    call.bot.links[stored.path] = (stored.file_id, call.world.now() + LINK_LIFE_S)
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


@method("setWebhook")
def set_webhook(call: Call) -> Any:
    given, bot = call.given, call.bot
    url, secret = given["url"], given.get("secret_token", "")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    # http and any port are taken, as a Bot API server in local mode takes them.
    if url and not re.match(r"https?://[^/]+", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not 1 <= given.get("max_connections", 40) <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    if given.get("drop_pending_updates"):
        for update_id in list(bot.updates):
            bot.forget(update_id)
    allow(bot, given)
    was = bot.webhook.url if bot.webhook else ""
    call.said = f"Webhook {'is already' if was == url else 'was'} {'set' if url else 'deleted'}"
    bot.webhook = Webhook(url, secret, given.get("max_connections", 40), given.get("allowed_updates")) if url else None
    if url:
        bot.poll_turn, bot.poll_ended_by = bot.poll_turn + 1, "setWebhook request"
    call.world.ring()
    return True


def allow(bot: Bot, given: dict[str, Any]) -> None:
    """An omitted list keeps the old setting; an empty one restores the default."""
    if "allowed_updates" in given:
        bot.allowed_updates = list(given["allowed_updates"])


@method("deleteWebhook")
def delete_webhook(call: Call) -> Any:
    call.given["url"] = ""
    return set_webhook(call)


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> Any:
    bot = call.bot
    call.world.waiting(bot, 10**9)  # drops what has expired
    info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": len(bot.updates)}
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    if hook := bot.webhook:
        info |= {"url": hook.url, "max_connections": hook.max_connections}
        if hook.last_error_at is not None:
            info |= {"last_error_date": int(hook.last_error_at), "last_error_message": hook.last_error}
    return info


@method("logOut")
def log_out(call: Call) -> Any:
    call.bot.logged_out_until = call.world.now() + LOGGED_OUT_S
    return True


@method("close")
def close(call: Call) -> Any:
    wait_s = call.bot.close_again_at - call.world.now()
    if wait_s > 0:
        raise Refused(429, f"Too Many Requests: retry after {int(wait_s) + 1}", retry_after=int(wait_s) + 1)
    call.bot.close_again_at = call.world.now() + CLOSE_PAUSE_S
    return True


# Settings: what is set is what is got, by scope and language.


def _scope(call: Call) -> tuple[str, ...]:
    scope = call.given.get("scope") or {"type": "default"}
    return (*(str(scope[key]) for key in sorted(scope)), call.given.get("language_code", ""))


@method("setMyCommands")
def set_my_commands(call: Call) -> Any:
    commands = call.given["commands"]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= formatting.units(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.settings["commands", *_scope(call)] = commands
    return True


@method("getMyCommands")
def get_my_commands(call: Call) -> Any:
    return call.bot.settings.get(("commands", *_scope(call)), [])


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> Any:
    call.bot.settings.pop(("commands", *_scope(call)), None)
    return True


def _settable(name: str, max_units: int) -> None:
    """set… and get… of a text the bot shows about itself."""
    key = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()

    @method(f"setMy{name}")
    def put(call: Call) -> Any:
        text = call.given.get(key, "")
        if formatting.units(text) > max_units:
            raise bad_request(f"{key.upper()}_TOO_LONG")
        call.bot.settings[key, call.given.get("language_code", "")] = text
        return True

    @method(f"getMy{name}")
    def get(call: Call) -> Any:
        return {key: call.bot.settings.get((key, call.given.get("language_code", "")), "")}


_settable("Description", 512)
_settable("ShortDescription", 120)


@method("setChatMenuButton")
def set_chat_menu_button(call: Call) -> Any:
    if "chat_id" in call.given:
        target(call)
    call.bot.settings["menu", str(call.given.get("chat_id", ""))] = call.given.get("menu_button", {"type": "default"})
    return True


@method("getChatMenuButton")
def get_chat_menu_button(call: Call) -> Any:
    default = call.bot.settings.get(("menu", ""), {"type": "commands"})
    return call.bot.settings.get(("menu", str(call.given.get("chat_id", ""))), default)
