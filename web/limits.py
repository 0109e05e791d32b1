"""How fast somebody may post: a token bucket for each person and each address, in memory.

Enough for posts, where a restart that forgets costs nothing. Tries that must outlive a restart are rows (`attempt`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass
class Buckets:
    """`burst` at once, then `per_minute`. A bucket that is full again is forgotten."""

    per_minute: float
    burst: int
    clock: Callable[[], datetime]
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _swept_at: datetime | None = None

    def take(self, key: str) -> int:
        """0 when allowed, else after how many seconds to try again."""
        now = self.clock()
        self._sweep(now)
        left, at = self._left.get(key, (float(self.burst), now))
        left = min(self.burst, left + max(0.0, (now - at).total_seconds()) * self.per_minute / 60)
        if left < 1:
            self._left[key] = (left, now)
            return max(1, round((1 - left) * 60 / self.per_minute + 0.5))
        self._left[key] = (left - 1, now)
        return 0

    def _sweep(self, now: datetime) -> None:
        full_after = timedelta(minutes=self.burst / self.per_minute)
        if self._swept_at and now - self._swept_at < full_after:
            return
        self._swept_at = now
        self._left = {key: (left, at) for key, (left, at) in self._left.items() if now - at < full_after}


def networks(proxies: Sequence[str]) -> tuple[Network, ...]:
    """Addresses or networks ("10.0.0.0/8") as values. Raises ValueError with the one that is neither."""
    return tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)


def client_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Who asks: the nearest address that is not a proxy of ours. The header of anybody else is not believed."""
    address = peer
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    while _is_in(address, trusted) and hops:
        address = hops.pop()
    return address


def _is_in(address: str, trusted: Sequence[Network]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in trusted)
