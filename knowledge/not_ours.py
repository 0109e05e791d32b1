"""Matters people bring to the commune that somebody else decides: who that is. The list is data, `not_ours.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from domain.errors import BadRecord
from domain.fold import exact, fold, has_accents

_FILE = Path(__file__).with_name("not_ours.yaml")


@dataclass(frozen=True)
class Matter:
    key: str
    words: tuple[str, ...]  # with accents
    unless: tuple[str, ...]
    who: str
    near: tuple[str, ...] = ()  # codes of procedures that may be meant after all


def not_ours(text: str) -> Matter | None:
    """The matter a question is about, when it is nobody's in this house.

    Somebody who types accents is read with them: "sở hữu" is not "sổ hưu".
    """
    spelled = exact if has_accents(text) else _bare
    said = f" {spelled(text)} "
    for matter in matters():
        named, excused = (any(f" {spelled(w)} " in said for w in part) for part in (matter.words, matter.unless))
        if named and not excused:
            return matter
    return None


def _bare(text: str) -> str:
    return fold(exact(text))


@lru_cache
def matters(path: Path = _FILE) -> tuple[Matter, ...]:
    """Raises BadRecord when the file has not the expected shape."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return tuple(
            Matter(row["key"], tuple(row["words"]), tuple(row["unless"]), row["who"].strip(), tuple(row["near"]))
            for row in rows
        )
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BadRecord(f"{path.name}: {error}") from None
