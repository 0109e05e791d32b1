"""getUpdates: acknowledging by offset, waiting, and giving way to the newer of two pollers."""

import asyncio
from typing import Any

from tests.fake_telegram.methods import allow
from tests.fake_telegram.world import Bot, Refused, World

LONGEST_WAIT_S = 50
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = "getUpdates request; make sure that only one bot instance is running"


async def get_updates(world: World, bot: Bot, given: dict[str, Any]) -> list[dict[str, Any]]:
    """As the real server, the newer request wins: the one that still waits is ended with 409."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(changed.set)

    with world.lock:
        if bot.webhook is not None:
            raise Refused(409, WEBHOOK_ACTIVE)
        allow(bot, given)
        bot.poll_turn, bot.poll_ended_by = bot.poll_turn + 1, f"other {OTHER_POLLER}"
        turn = bot.poll_turn
        _acknowledge(bot, given.get("offset", 0))
        world.ring()
        world.listeners.add(wake)
    limit = min(max(given.get("limit", 100), 1), 100)
    until = loop.time() + min(max(given.get("timeout", 0), 0), LONGEST_WAIT_S)
    try:
        while True:
            changed.clear()
            with world.lock:
                if bot.poll_turn != turn:
                    raise Refused(409, f"Conflict: terminated by {bot.poll_ended_by}")
                updates = world.waiting(bot, limit)
                if updates or world.closing or loop.time() >= until:
                    return updates
            try:
                await asyncio.wait_for(changed.wait(), until - loop.time())
            except TimeoutError:
                continue  # one last look, then the empty answer
    finally:
        with world.lock:
            world.listeners.discard(wake)


def _acknowledge(bot: Bot, offset: int) -> None:
    """Forgets every update before `offset`; a negative one keeps only that many of the newest."""
    ids = list(bot.updates)
    gone = [i for i in ids if i < offset] if offset >= 0 else ids[:offset]
    for update_id in gone:
        bot.forget(update_id)
