"""What the index holds: one entry per procedure name, with every code that carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.procedure import Procedure
from knowledge.normalise import Syllable, folded_words, syllable, syllables, words
from knowledge.spelling import abbreviations_out

# "(thực hiện tại cấp xã)", "(cấp tỉnh)": the same procedure at another desk, not another procedure.
_LEVEL_NOTE = re.compile(
    r"\(\s*(thực hiện )?(tại |ở )?(công an )?(cấp )?(trung ương|tỉnh|huyện|xã)(?!\w)[^)]*\)|\(\s*\d\.\d{6}\s*\)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^[\s.“\"]*(thủ tục (hành chính )?)+", re.IGNORECASE)
_BODY_CHARS = 2000  # of papers, result and conditions together; the rest repeats


@dataclass(frozen=True)
class Entry:
    """Procedures that share a name; `code` and `name` are of the one a commune would use first."""

    key: str  # the name they share
    code: str
    name: str
    codes: tuple[str, ...]
    named: tuple[tuple[Syllable, ...], ...]  # the official name first, then what reviewed entries are also called
    field: tuple[str, ...]  # folded words
    body: str  # papers, result and conditions, as printed; the index does not keep it
    commune: bool
    provincial: bool  # every code is one province's own copy
    personal: bool  # open to individuals


def entries_of(procedures: Sequence[Procedure]) -> list[Entry]:
    """Procedures grouped by name, commune-level and national ones leading their group."""
    groups: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        groups.setdefault(key_of(procedure), []).append(procedure)
    return [_entry(key, sorted(group, key=_commune_first)) for key, group in groups.items()]


def key_of(procedure: Procedure) -> str:
    """The same for procedures that are one entry."""
    return " ".join(folded_words(plain_name(procedure.name))) or procedure.code


def plain_name(name: str) -> str:
    """A name without "Thủ tục" in front and without the desk it is done at."""
    return _LEAD.sub("", _LEVEL_NOTE.sub(" ", name)).strip(" .")


def _commune_first(procedure: Procedure) -> tuple[bool, bool, str]:
    return procedure.is_provincial, not procedure.is_commune_level, procedure.code


def _entry(key: str, group: Sequence[Procedure]) -> Entry:
    first = group[0]
    official = abbreviations_out(words(plain_name(first.name)))
    named = {" ".join(official): tuple(map(syllable, official))}
    for procedure in group:
        for text in (procedure.plain_name, *procedure.also_called, *procedure.keywords):
            if text and text not in named:
                named[text] = tuple(syllables(text))
    body = [first.result or "", *(paper.name for paper in first.documents), first.requirements or ""]
    return Entry(
        key,
        first.code,
        first.title,
        tuple(procedure.code for procedure in group),
        tuple(named.values()),
        _folded(first.field),
        " . ".join(body)[:_BODY_CHARS],
        any(procedure.is_commune_level for procedure in group),
        all(procedure.is_provincial for procedure in group),
        any("Công dân Việt Nam" in (procedure.target or "") for procedure in group),
    )


@lru_cache(maxsize=1024)
def _folded(field: str) -> tuple[str, ...]:
    return tuple(folded_words(field))
