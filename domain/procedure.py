"""A published administrative procedure (thủ tục hành chính) as plain values.

The national portal's dump, an XLSX sheet and our own YAML starter set all become the same `Procedure`.
What the source does not say stays None or empty: it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from domain.errors import BadRecord


@dataclass(frozen=True)
class Document:
    """One paper of the dossier (thành phần hồ sơ). Counts are None where the source gives none."""

    name: str
    original_count: int | None = None
    copy_count: int | None = None
    case: str = ""  # the situation in which it is asked for; "" = always
    form: str | None = None


@dataclass(frozen=True)
class Submission:
    """One way to hand in the dossier. `time_limit` and `fee` are None where the source gives no usable value."""

    channel: str  # Trực tiếp, Trực tuyến, Dịch vụ bưu chính
    time_limit: str | None = None
    fee: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Procedure:
    """A published procedure: what to bring, fee, time limit, where, and the decision that says so."""

    code: str
    name: str
    level: tuple[str, ...] = ()  # Cấp Xã, Cấp Tỉnh, Cấp Bộ, Cơ quan khác
    field: str = ""  # lĩnh vực
    decision: str | None = None
    agency: str | None = None
    competent_agency: str | None = None
    receiving_address: str | None = None
    target: str | None = None
    steps: tuple[str, ...] = ()
    submission: tuple[Submission, ...] = ()
    documents: tuple[Document, ...] = ()
    requirements: str | None = None
    result: str | None = None
    legal_basis: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    source: str | None = None
    portal_url: str | None = None
    fetched_version: str | None = None  # ISO date of the snapshot the facts were taken from
    scope: str = "national"  # national, provincial, local (a commune's own entry)
    # Only in reviewed entries (the starter set, a commune's own):
    plain_name: str = ""  # the name as people say it
    also_called: tuple[str, ...] = ()  # how people type it, with accents
    online_level: str | None = None  # toàn trình, một phần
    notes: tuple[str, ...] = ()  # short plain remarks, each traceable to the published text
    answer: str = ""  # a commune's own words for what no procedure covers; such an entry has nothing else to tell

    @property
    def is_commune_level(self) -> bool:
        return any("Xã" in level for level in self.level)

    @property
    def is_provincial(self) -> bool:
        """Decided by a province, for itself: some of these the portal's dump marks as national."""
        return self.scope == "provincial" or _DECIDED_BELOW.search(self.decision or "") is not None

    @property
    def title(self) -> str:
        """The name to show a person: the plain one where somebody has written it."""
        return self.plain_name or self.name


_DECIDED_BELOW = re.compile(r"UBND|QĐ-VP\b|PVHCC|SNN")
_FIELDS = {kind: frozenset(f.name for f in fields(kind)) for kind in (Document, Submission, Procedure)}


def from_record(record: Mapping[str, Any]) -> Procedure:
    """A procedure from one JSON object of the portal dump or one parsed YAML seed. Raises BadRecord."""
    known = _FIELDS[Procedure]
    for required in ("code", "name"):
        value = record.get(required)
        if not isinstance(value, str) or not value.strip():
            raise BadRecord(f"'{required}' is missing or not a text")
    values: dict[str, Any] = {key: value for key, value in record.items() if key in known and value is not None}
    level = values.get("level", ())
    values["level"] = tuple(part.strip() for part in level.split(",")) if isinstance(level, str) else tuple(level)
    for name in ("steps", "legal_basis", "keywords", "also_called", "notes"):
        values[name] = _texts(name, values.get(name, ()))
    values["submission"] = tuple(_part(Submission, "submission", row) for row in _rows(values, "submission"))
    values["documents"] = tuple(_part(Document, "documents", row) for row in _rows(values, "documents"))
    for name, value in values.items():
        if name not in _SEQUENCES and not isinstance(value, str):
            raise BadRecord(f"'{name}' is not a text")
    return Procedure(**values)


_SEQUENCES = {"level", "steps", "legal_basis", "keywords", "also_called", "notes", "submission", "documents"}


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise BadRecord(f"'{name}' is not a list of texts")


def _rows(values: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = values.get(name) or []
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
        raise BadRecord(f"'{name}' is not a list of objects")
    return list(rows)


def _part(kind: type[Any], name: str, row: Mapping[str, Any]) -> Any:
    known = _FIELDS[kind]
    values = {key: value for key, value in row.items() if key in known and value is not None}
    for key, value in values.items():
        wanted = int if key.endswith("_count") else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise BadRecord(f"'{name}.{key}' is not a {'number' if wanted is int else 'text'}")
    try:
        return kind(**values)
    except TypeError:
        missing = "channel" if kind is Submission else "name"
        raise BadRecord(f"'{name}' has a row without '{missing}'") from None
