"""The closed list of expected failures. Anything else is a bug."""

from __future__ import annotations

from datetime import timedelta


class DomainError(Exception):
    """A rule says no. The engine answers a polite sentence; a page says why."""


class NotAllowed(DomainError):
    """This person, or this state, does not permit the action."""


class NotFound(DomainError):
    """No such thing in this commune."""


class BadRecord(DomainError):
    """A record from outside (import line, seed, case file) does not have the expected shape."""


class SendError(Exception):
    """A platform says no. Delivery decides by the subclass."""


class TryLater(SendError):
    """Passing trouble: network, flood control, 5xx. `after` is the platform's own wish, if it gave one."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


class RecipientGone(SendError):
    """The person blocked us or left: stop writing until they write again."""


class Rejected(SendError):
    """This message can never be accepted (too long, malformed): drop it and tell an officer."""


class Misconfigured(SendError):
    """The channel's token or set-up is wrong: pause the channel and show it."""
