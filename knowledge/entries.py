"""What the index holds: one entry per procedure name, with every code that carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.procedure import Procedure
from knowledge.normalise import Syllable, fold, syllables, words
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

    code: str
    name: str
    codes: tuple[str, ...]
    named: tuple[tuple[Syllable, ...], ...]  # the official name first, then what reviewed entries are also called
    field: tuple[str, ...]  # folded words
    body: tuple[str, ...]  # folded words of papers, result and conditions
    commune: bool
    provincial: bool  # every code is one province's own copy
    personal: bool  # open to individuals


def entries_of(procedures: Sequence[Procedure]) -> list[Entry]:
    """Procedures grouped by name, commune-level and national ones leading their group."""
    groups: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        key = " ".join(words(fold(plain_name(procedure.name)))) or procedure.code
        groups.setdefault(key, []).append(procedure)
    seen: dict[str, str] = {}
    return [_entry(sorted(group, key=_commune_first), seen) for group in groups.values()]


def plain_name(name: str) -> str:
    """A name without "Thủ tục" in front and without the desk it is done at."""
    return _LEAD.sub("", _LEVEL_NOTE.sub(" ", name)).strip(" .")


def _commune_first(procedure: Procedure) -> tuple[bool, bool, str]:
    return procedure.scope == "provincial", not procedure.is_commune_level, procedure.code


def _entry(group: Sequence[Procedure], seen: dict[str, str]) -> Entry:
    first = group[0]
    said = [" ".join(abbreviations_out(words(plain_name(first.name))))]
    for procedure in group:
        said += [text for text in (procedure.plain_name, *procedure.also_called, *procedure.keywords) if text]
    body = [first.result or "", *(paper.name for paper in first.documents), first.requirements or ""]
    return Entry(
        first.code,
        first.title,
        tuple(procedure.code for procedure in group),
        tuple(tuple(syllables(text)) for text in dict.fromkeys(said)),
        _folded(first.field, seen),
        _folded(" . ".join(body)[:_BODY_CHARS], seen),
        any(procedure.is_commune_level for procedure in group),
        all(procedure.scope == "provincial" for procedure in group),
        any("Công dân Việt Nam" in (procedure.target or "") for procedure in group),
    )


def _folded(text: str, seen: dict[str, str]) -> tuple[str, ...]:
    """Folded words; `seen` remembers each word once folded, since a corpus repeats the same few thousand."""
    found = words(text)
    for word in set(found).difference(seen):
        seen[word] = fold(word)
    return tuple([seen[word] for word in found])
