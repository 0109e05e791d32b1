"""Reports put aside half-written while their writer did something else, as the memory of a conversation holds them.

Plain JSON of the last few, the newest last. Until its writer agrees, nothing of such a report stands anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

PAUSED = "reports"  # in a conversation's memory
IN_MEMORY = f'%"{PAUSED}": [{{%'  # of memory as text: at least one report is there
KEPT = timedelta(days=30)  # so long it is offered again; then it is let go
_MOST = 3

Report = dict[str, Any]
Memory = Mapping[str, Any]


def reports(memory: Memory) -> list[Report]:
    return list(memory.get(PAUSED) or [])


def newest(memory: Memory) -> Report | None:
    found = reports(memory)
    return found[-1] if found else None


def put_aside(memory: Memory, draft: Report, now: datetime) -> dict[str, list[Report]]:
    """What to remember: this report too, with the instant up to which its writer was at it."""
    return {PAUSED: [*reports(memory), {**draft, "paused_at": now.isoformat()}][-_MOST:]}


def taken_up(memory: Memory) -> dict[str, list[Report]]:
    """What to remember once the newest is being written again, or was dropped."""
    return {PAUSED: reports(memory)[:-1]}


def without(memory: Memory, *names: str) -> dict[str, list[Report]]:
    """What to remember: the same reports without these values."""
    return {PAUSED: [{k: v for k, v in report.items() if k not in names} for report in reports(memory)]}


def fresh(memory: Memory, now: datetime) -> dict[str, list[Report]]:
    """What to remember: the reports that were put aside not too long ago."""
    return {PAUSED: [one for one in reports(memory) if now - paused_at(one) <= KEPT]}


def outside(memory: Memory, since: int, until: datetime | None) -> dict[str, list[Report]]:
    """What to remember once what was said from that inbox row on, up to the instant if any, may not be kept."""
    left = [
        report
        for report in reports(memory)
        if int(report["since"]) < since or (until is not None and paused_at(report) > until)
    ]
    return {PAUSED: left}


def not_agreed(memory: Memory) -> Sequence[Report]:
    return [report for report in reports(memory) if not report.get("agreed")]


def agreed(memory: Memory) -> dict[str, list[Report]]:
    """What to remember where no copy may be made of words that nobody has agreed to be kept."""
    return {PAUSED: [report for report in reports(memory) if report.get("agreed")]}


def paused_at(report: Report) -> datetime:
    return datetime.fromisoformat(report["paused_at"])
