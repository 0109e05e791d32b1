"""Since when and until when an answer applies, said where that is news."""

from __future__ import annotations

from datetime import timedelta

from domain.texts import procedure as texts
from domain.texts import procedure_watch
from domain.texts.base import day
from knowledge.library import Validity

_NAMED = 3


def told(validity: Validity) -> str:
    """One line, or two when a change has just come and another is announced; "" when nothing is new."""
    lines = []
    if validity.not_before:
        lines.append(texts.not_before(day(validity.not_before)))
    if validity.changed_on:
        named = _parts(validity.changed)
        lines.append(
            texts.changed_on(named, day(validity.changed_on)) if named else texts.began_on(day(validity.changed_on))
        )
    if validity.next_on:
        named = _parts(validity.next_changes)
        last = validity.next_on - timedelta(days=1)
        lines.append(texts.changes_on(named, day(validity.next_on)) if named else texts.applies_until(day(last)))
    return "\n".join(lines)


def _parts(names: tuple[str, ...]) -> str:
    shown = [procedure_watch.part(name) for name in names[:_NAMED]]
    return ", ".join(shown) + ("…" if len(names) > _NAMED else "")
