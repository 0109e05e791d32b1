"""Two independent client libraries behind the few places where they differ.

Their bots share method and field names, so tests call `client.bot` directly; the proof that the fake is faithful is
that both parse what it answers.
"""

from typing import Any, Protocol

import aiogram
import telegram
import telegram.error
from aiogram import exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer


class Client(Protocol):
    bot: Any
    flooded: type[Exception]
    forbidden: type[Exception]
    conflict: type[Exception]
    refused: type[Exception]
    unauthorized: type[Exception]
    broken: type[Exception]
    moved: type[Exception]

    async def open(self) -> None: ...
    async def close(self) -> None: ...
    def inline(self, *rows: list[tuple[str, str]]) -> Any: ...
    def keyboard(self, *labels: str, contact: str = "") -> Any: ...
    def command(self, name: str, description: str) -> Any: ...
    def file(self, data: bytes, name: str) -> Any: ...
    def photo(self, data: bytes) -> Any: ...
    async def download(self, file_id: str) -> bytes: ...
    def wait_of(self, error: Any) -> int: ...
    def new_id_of(self, error: Any) -> int: ...


class Aiogram:
    flooded = exceptions.TelegramRetryAfter
    forbidden = exceptions.TelegramForbiddenError
    conflict = exceptions.TelegramConflictError
    refused = exceptions.TelegramBadRequest
    unauthorized = exceptions.TelegramUnauthorizedError
    broken = exceptions.TelegramNetworkError
    moved = exceptions.TelegramMigrateToChat

    def __init__(self, url: str, token: str) -> None:
        self.bot = aiogram.Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(url)))

    async def open(self) -> None:
        await self.bot.get_me()

    async def close(self) -> None:
        await self.bot.session.close()

    def inline(self, *rows: list[tuple[str, str]]) -> Any:
        types = aiogram.types
        return types.InlineKeyboardMarkup(
            inline_keyboard=[[types.InlineKeyboardButton(text=t, callback_data=d) for t, d in row] for row in rows]
        )

    def keyboard(self, *labels: str, contact: str = "") -> Any:
        buttons = [aiogram.types.KeyboardButton(text=label) for label in labels]
        if contact:
            buttons.append(aiogram.types.KeyboardButton(text=contact, request_contact=True))
        return aiogram.types.ReplyKeyboardMarkup(keyboard=[[button] for button in buttons])

    def command(self, name: str, description: str) -> Any:
        return aiogram.types.BotCommand(command=name, description=description)

    def file(self, data: bytes, name: str) -> Any:
        return aiogram.types.BufferedInputFile(data, name)

    def photo(self, data: bytes) -> Any:
        return aiogram.types.InputMediaPhoto(media=self.file(data, "a.png"))

    async def download(self, file_id: str) -> bytes:
        found = await self.bot.get_file(file_id)
        content = await self.bot.download_file(str(found.file_path))
        return content.read() if content else b""

    def wait_of(self, error: Any) -> int:
        return int(error.retry_after)

    def new_id_of(self, error: Any) -> int:
        return int(error.migrate_to_chat_id)


class PythonTelegramBot:
    flooded = telegram.error.RetryAfter
    forbidden = telegram.error.Forbidden
    conflict = telegram.error.Conflict
    refused = telegram.error.BadRequest
    unauthorized = telegram.error.InvalidToken
    broken = telegram.error.NetworkError
    moved = telegram.error.ChatMigrated

    def __init__(self, url: str, token: str) -> None:
        self.bot = telegram.Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")

    async def open(self) -> None:
        await self.bot.initialize()

    async def close(self) -> None:
        await self.bot.shutdown()

    def inline(self, *rows: list[tuple[str, str]]) -> Any:
        return telegram.InlineKeyboardMarkup(
            [[telegram.InlineKeyboardButton(t, callback_data=d) for t, d in row] for row in rows]
        )

    def keyboard(self, *labels: str, contact: str = "") -> Any:
        buttons = [telegram.KeyboardButton(label) for label in labels]
        if contact:
            buttons.append(telegram.KeyboardButton(contact, request_contact=True))
        return telegram.ReplyKeyboardMarkup([[button] for button in buttons])

    def command(self, name: str, description: str) -> Any:
        return telegram.BotCommand(name, description)

    def file(self, data: bytes, name: str) -> Any:
        return telegram.InputFile(data, name)

    def photo(self, data: bytes) -> Any:
        return telegram.InputMediaPhoto(data, filename="a.png")

    async def download(self, file_id: str) -> bytes:
        return bytes(await (await self.bot.get_file(file_id)).download_as_bytearray())

    def wait_of(self, error: Any) -> int:
        # The library is moving this value from a number to a timedelta; both are read.
        wait = error._retry_after
        return int(wait.total_seconds())

    def new_id_of(self, error: Any) -> int:
        return int(error.new_chat_id)
