"""A direct line between an officer and a citizen: when it is over by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

SILENCE = timedelta(minutes=30)


def is_over(spoken_at: Iterable[datetime], now: datetime) -> bool:
    """Nobody has spoken for half an hour. `spoken_at`: when each side did last; a line nobody is on is over."""
    return all(now - at >= SILENCE for at in spoken_at)
