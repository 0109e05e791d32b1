"""What is said when a file could not go one way or the other."""

from __future__ import annotations

from domain.texts.base import say


def file_not_sent() -> str:
    """In the place of a file of ours that the platform does not take."""
    return say("delivery-file-not-sent")


def file_not_fetched() -> str:
    """A file the person sent could not be opened or fetched."""
    return say("delivery-file-not-fetched")
