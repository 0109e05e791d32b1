"""Pushing updates to a webhook: in order within a queue (one per chat for messages, one per person for presses),
several queues at once, each update again and again until a 2xx answer or its end of life."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx

from tests.fake_telegram.world import Bot, Queue, Waiting, Webhook, World

ANSWER_WAIT_S = 60
MAX_DELAY_S, MAX_RETRY_AFTER_S = 60, 3600
REMOVED_AFTER_410_S = 23 * 3600
MAX_ANSWER_BYTES = 1_000_000
_NOT_BY_REPLY = frozenset({"deletewebhook", "setwebhook", "close", "logout"})


class Postman:
    """Lives in the server's loop. `retry_unit_s` is how long a "second" of waiting lasts, small in tests."""

    def __init__(
        self, world: World, act: Callable[[Bot, str, dict[str, Any]], Awaitable[Any]], retry_unit_s: float
    ) -> None:
        self._world, self._act, self._unit_s = world, act, retry_unit_s
        self._loop = asyncio.get_running_loop()
        self._busy: dict[tuple[Webhook, Queue], asyncio.Task[None]] = {}
        self._slots: dict[Webhook, asyncio.Semaphore] = {}
        self._asked = False
        self._client: httpx.AsyncClient | None = None

    def wake(self) -> None:
        """May be called from any thread; many calls make one look."""
        if not self._asked and not self._loop.is_closed():
            self._asked = True
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        self._asked = False
        with self._world.lock:
            if self._world.closing:
                return
            for bot in self._world.bots.values():
                hook = bot.webhook
                for queue in list(bot.queues) if hook else []:
                    if hook and (hook, queue) not in self._busy:
                        task = self._loop.create_task(self._serve(bot, hook, queue))
                        self._busy[hook, queue] = task
                        task.add_done_callback(partial(self._rest, (hook, queue)))

    def _rest(self, key: tuple[Webhook, Queue], _: asyncio.Task[None]) -> None:
        self._busy.pop(key, None)
        self.wake()  # an update may have come between the last look and the end of the task

    async def _serve(self, bot: Bot, hook: Webhook, queue: Queue) -> None:
        slot = self._slots.setdefault(hook, asyncio.Semaphore(hook.max_connections))
        delay_s, tries = 1, 0
        update_id = 0
        while True:
            with self._world.lock:
                item = self._world.first_in(bot, queue) if bot.webhook is hook else None
            if item is None:
                return
            if item.update_id != update_id:
                update_id, delay_s, tries = item.update_id, 1, 0
            async with slot:
                problem, retry_after_s = await self._post(bot, hook, item)
            if not problem:
                with self._world.lock:
                    bot.forget(item.update_id)
                    self._world.ring()
                continue
            with self._world.lock:
                hook.last_error, hook.last_error_at = problem, self._world.now()
                self._world.ring()
            tries += 1
            # The first repeat comes at once, the next after 2, 4, 8… seconds, unless the receiver names a time.
            if not retry_after_s and tries > 1:
                delay_s = min(delay_s * 2, MAX_DELAY_S)
                retry_after_s = delay_s
            await asyncio.sleep(retry_after_s * self._unit_s)

    async def _post(self, bot: Bot, hook: Webhook, item: Waiting) -> tuple[str, int]:
        """What went wrong ("" when delivered) and the seconds the receiver asked to wait."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=ANSWER_WAIT_S, trust_env=False)
        try:
            async with self._client.stream("POST", hook.url, json=item.body, headers=headers) as answer:
                body = b""
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER_BYTES:
                        break
        except httpx.TimeoutException:
            return "Read timeout expired", 0
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return f"Connection failed: {type(error).__name__}", 0
        self._note_410(bot, hook, answer.status_code)
        if answer.is_success:
            await self._act_on_reply(bot, body)
            return "", 0
        wait = answer.headers.get("retry-after", "0")
        reason = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        return reason, min(int(wait), MAX_RETRY_AFTER_S) if wait.isdecimal() else 0

    def _note_410(self, bot: Bot, hook: Webhook, status: int) -> None:
        with self._world.lock:
            if status != 410:
                hook.gone_since = None
            elif hook.gone_since is None:
                hook.gone_since = self._world.now()
            elif self._world.now() > hook.gone_since + REMOVED_AFTER_410_S and bot.webhook is hook:
                bot.webhook = None

    async def _act_on_reply(self, bot: Bot, body: bytes) -> None:
        """A JSON answer may name a method to call; its result goes nowhere."""
        try:
            reply = json.loads(body)
        except ValueError:
            return
        name = reply.pop("method", None) if isinstance(reply, dict) else None
        if isinstance(name, str) and name.lower() not in _NOT_BY_REPLY and not name.lower().startswith("get"):
            await self._act(bot, name, reply)

    async def close(self) -> None:
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
