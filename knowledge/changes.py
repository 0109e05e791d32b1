"""What differs between two versions of a procedure: as parts that people ask about, and field by field for officers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from domain.texts import procedure_watch as texts
from domain.texts.base import day
from knowledge.pages import shortened
from storage.procedures import Change

_PARTS = {
    "documents": "documents", "steps": "steps", "requirements": "requirement", "result": "result",
    "legal_basis": "legal", "decision": "legal", "target": "requirement", "agency": "place",
    "competent_agency": "place", "receiving_address": "place", "online_level": "online",
}  # fmt: skip
_OF_A_WAY = {"fee": "fee", "time_limit": "time", "note": "ways"}
_VALUE_CHARS, _LISTED = 120, 6
_BEFORE_CHARS = 30  # of what is alike, shown before the difference


def parts_changed(changes: Iterable[Change]) -> tuple[str, ...]:
    """Parts that a citizen would notice; plain words and names of fields of law are none."""
    found: list[str] = []
    for change in changes:
        if change.field == "submission":
            found += _ways_changed(change)
        elif change.field in _PARTS:
            found.append(_PARTS[change.field])
    return tuple(dict.fromkeys(found))


def told(changes: Iterable[Change]) -> list[str]:
    """One line for each thing that differs, old and new."""
    return [line for change in changes for line in _lines(change)]


def _ways_changed(change: Change) -> list[str]:
    old, new = _by_channel(change.old), _by_channel(change.new)
    parts = [part for key, part in _OF_A_WAY.items() if _values(old, key) != _values(new, key)]
    return [*parts, "ways"] if old.keys() != new.keys() and "ways" not in parts else parts


def _lines(change: Change) -> list[str]:
    name = texts.field(change.field)
    if change.field == "submission":
        return _way_lines(change)
    if change.field == "documents":
        return _list_lines(name, _papers(change.old), _papers(change.new))
    if isinstance(change.old or change.new, list):
        return _list_lines(name, [str(item) for item in change.old or ()], [str(item) for item in change.new or ()])
    return [_changed(name, change.old, change.new)]


def _way_lines(change: Change) -> list[str]:
    old, new = _by_channel(change.old), _by_channel(change.new)
    lines = []
    for channel in dict.fromkeys([*old, *new]):
        before, after = old.get(channel, {}), new.get(channel, {})
        for key in _OF_A_WAY:
            if before.get(key) != after.get(key):
                name = texts.field_of_way(texts.field(key), channel)
                lines.append(_changed(name, before.get(key), after.get(key)))
    gone, come = [c for c in old if c not in new], [c for c in new if c not in old]
    return [*lines, *_list_lines(texts.field("submission"), gone, come)]


def _list_lines(name: str, old: Sequence[str], new: Sequence[str]) -> list[str]:
    gone = [texts.taken_out(name, _shown(item)) for item in old if item not in new]
    come = [texts.put_in(name, _shown(item)) for item in new if item not in old]
    lines = [*gone, *come] or [texts.reordered(name)] if old != new else []
    return lines if len(lines) <= _LISTED else [*lines[:_LISTED], texts.and_more(name, len(lines) - _LISTED)]


def _papers(rows: Any) -> list[str]:
    """Each paper in one line, so that a changed count or situation shows as well."""
    return [
        " | ".join(str(row[key]) for key in ("name", "original_count", "copy_count", "case", "form") if key in row)
        for row in rows or ()
    ]


def _by_channel(rows: Any) -> dict[str, dict[str, Any]]:
    """A channel may come twice (two fees for one way): its values are joined."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows or ():
        seen = found.setdefault(row["channel"], {})
        for key in _OF_A_WAY:
            if row.get(key):
                seen[key] = f"{seen[key]}; {row[key]}" if key in seen else row[key]
    return found


def _values(ways: dict[str, dict[str, Any]], key: str) -> set[tuple[str, Any]]:
    return {(channel, values[key]) for channel, values in ways.items() if key in values}


def _changed(name: str, old: Any, new: Any) -> str:
    """Both values; where they are long and begin alike, from shortly before they differ."""
    before, after = _shown(old), _shown(new)
    if before.endswith("…") or after.endswith("…"):
        whole = str(old or ""), str(new or "")
        alike = next((at for at, (a, b) in enumerate(zip(*whole, strict=False)) if a != b), min(map(len, whole)))
        begin = whole[0].rfind(" ", 0, max(alike - _BEFORE_CHARS, 0)) + 1
        if begin:
            before, after = (shortened(f"…{text[begin:]}", _VALUE_CHARS) for text in whole)
    return texts.changed(name, before, after)


def _shown(value: Any) -> str:
    if value in (None, ""):
        return texts.nothing()
    try:
        return day(date.fromisoformat(str(value)))
    except ValueError:
        return shortened(str(value), _VALUE_CHARS)
