"""A faithful fake of the Telegram Bot API over real HTTP. Start at `FakeTelegram` in server.py."""

from tests.fake_telegram.people import Group, Person
from tests.fake_telegram.seen import Button, Seen
from tests.fake_telegram.server import TOKEN, FakeTelegram

__all__ = ["TOKEN", "Button", "FakeTelegram", "Group", "Person", "Seen"]
