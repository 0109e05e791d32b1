"""The starter procedures: well formed, in words of our own, and never saying more than the published record.

The comparison with the published records runs only where the shared data folder stands beside the project.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.procedure import from_record

ROOT = Path(__file__).parents[2]
SEED = ROOT / "knowledge" / "seed"
RECORDS = ROOT.parent / "shared" / "data" / "procedures.jsonl.gz"
FILES = sorted(SEED.glob("*.yaml"))

KEYS_IN_ORDER = [
    "code",
    "name",
    "plain_name",
    "also_called",
    "level",
    "field",
    "decision",
    "source",
    "portal_url",
    "fetched_version",
    "scope",
    "agency",
    "target",
    "documents",
    "submission",
    "steps",
    "requirements",
    "result",
    "legal_basis",
    "online_level",
    "notes",
]
REQUIRED = [
    "code",
    "name",
    "plain_name",
    "also_called",
    "level",
    "field",
    "decision",
    "source",
    "fetched_version",
    "scope",
    "submission",
    "steps",
    "result",
]
ROW_KEYS = {
    "documents": {"name", "original_count", "copy_count", "case"},
    "submission": {"channel", "time_limit", "fee", "note"},
}
LONGEST_COPY_CHARS = 60  # a longer sentence standing word for word in the source is a copy
MAX_DOCUMENT_NAME_CHARS = 165
MAX_STEP_CHARS = 205
UNFRIENDLY = ("vui lòng", "quý công dân", "tthc", "pakn", "!")

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def seed(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def published() -> dict[str, dict[str, Any]]:
    codes = {path.stem for path in FILES}
    with gzip.open(RECORDS, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        return {record["code"]: record for record in records if record["code"] in codes}


def record_of(path: Path) -> dict[str, Any]:
    if not RECORDS.exists():
        pytest.skip("the published records are not beside the project")
    record = published().get(path.stem)
    assert record is not None, f"{path.name}: code {path.stem} is not among the published procedures"
    return record


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text inside `value` with the key it stands under, e.g. ("documents[2].name", "…")."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from texts(inner, f"{key}[{position}]")


def flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def everything_published(record: dict[str, Any]) -> str:
    skipped = {"code", "source", "portal_url", "fetched_version"}
    return flat("\n".join(text for key, text in texts({k: v for k, v in record.items() if k not in skipped})))


def numbers(text: str) -> set[str]:
    """Numbers as a reader compares them: 5.000 is 5000, 03 is 3, 01/7/2025 is 1/7/2025."""
    joined = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text)
    found = re.findall(r"\d+(?:[.,/]\d+)*", joined)
    return {re.sub(r"\d+", lambda group: group[0].lstrip("0") or "0", number) for number in found}


def plain_words(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts that we write ourselves; official names, laws and results may be quoted."""
    ours = ("plain_name", "also_called", "target", "documents", "submission", "steps", "requirements", "notes")
    yield from texts({key: record[key] for key in ours if key in record})


def test_the_starter_set_is_not_empty() -> None:
    assert len(FILES) >= 60, f"only {len(FILES)} files in {SEED.name}"


@each_file
def test_a_file_parses_into_a_procedure(path: Path) -> None:
    procedure = from_record(seed(path))
    assert procedure.code == path.stem, f"{path.name}: 'code' is {procedure.code}"
    assert procedure.steps, f"{path.name}: 'steps' is empty"
    assert procedure.submission, f"{path.name}: 'submission' is empty"


@each_file
def test_a_file_has_the_agreed_keys_in_the_agreed_order(path: Path) -> None:
    record = seed(path)
    unknown = set(record) - set(KEYS_IN_ORDER)
    assert not unknown, f"{path.name}: unknown keys {sorted(unknown)}"
    missing = [key for key in REQUIRED if not record.get(key)]
    assert not missing, f"{path.name}: missing keys {missing}"
    expected = [key for key in KEYS_IN_ORDER if key in record]
    assert list(record) == expected, f"{path.name}: keys stand as {list(record)}, expected {expected}"
    for key, known in ROW_KEYS.items():
        for position, row in enumerate(record.get(key, [])):
            assert set(row) <= known, f"{path.name}: {key}[{position}] has unknown keys {sorted(set(row) - known)}"
    empty = [key for key, text in texts(record) if not text.strip()]
    assert not empty, f"{path.name}: empty texts at {empty}"


@each_file
def test_people_find_it_by_the_words_they_use(path: Path) -> None:
    called = [flat(name) for name in seed(path)["also_called"]]
    assert len(called) >= 3, f"{path.name}: 'also_called' has {len(called)} names, at least 3 expected"
    assert len(set(called)) == len(called), f"{path.name}: 'also_called' repeats a name"


@each_file
def test_sentences_are_short_and_friendly(path: Path) -> None:
    record = seed(path)
    for position, document in enumerate(record.get("documents", [])):
        size = len(document["name"])
        assert size <= MAX_DOCUMENT_NAME_CHARS, f"{path.name}: documents[{position}].name has {size} characters"
    for position, step in enumerate(record["steps"]):
        assert len(step) <= MAX_STEP_CHARS, f"{path.name}: steps[{position}] has {len(step)} characters"
    for key, text in plain_words(record):
        found = [word for word in UNFRIENDLY if word in text.casefold()]
        assert not found, f"{path.name}: {key} says {found}"


@each_file
def test_names_and_versions_equal_the_published_record(path: Path) -> None:
    record, source = seed(path), record_of(path)
    for key in ("name", "field", "decision", "fetched_version", "scope"):
        assert record[key] == source[key], f"{path.name}: '{key}' is {record[key]!r}, published {source[key]!r}"
    assert record["level"] == (source["level"] or "").split(", "), f"{path.name}: 'level' is {record['level']}"
    assert record["source"] == "dichvucong.gov.vn", f"{path.name}: 'source' is {record['source']}"
    address = record.get("portal_url", "https://dichvucong.gov.vn")
    assert address.startswith("https://dichvucong.gov.vn"), f"{path.name}: 'portal_url' is {address}"
    if source["portal_url"]:
        assert address == source["portal_url"], f"{path.name}: 'portal_url' is {address}, not the published one"
    extra = [law for law in record.get("legal_basis", []) if law not in source["legal_basis"]]
    assert not extra, f"{path.name}: 'legal_basis' has entries that are not published: {extra}"


@each_file
def test_no_sentence_is_copied_from_the_published_text(path: Path) -> None:
    source = everything_published(record_of(path))
    for key, text in plain_words(seed(path)):
        for sentence in re.split(r"(?<=[.;?])\s+|\n", text):
            words = flat(sentence).strip(" .;")
            copied = len(words) > LONGEST_COPY_CHARS and words in source
            assert not copied, f"{path.name}: {key} copies the source: {sentence!r}"


@each_file
def test_every_number_stands_in_the_published_record(path: Path) -> None:
    record, source = seed(path), record_of(path)
    known = numbers(everything_published(source))
    checked = ("documents", "submission", "steps", "requirements", "notes")
    for key, text in texts({key: record[key] for key in checked if key in record}):
        unknown = numbers(text) - known
        assert not unknown, f"{path.name}: {key} has numbers that are not published: {sorted(unknown)} in {text!r}"


@each_file
def test_copies_to_bring_are_the_published_counts(path: Path) -> None:
    counts = {(row["original_count"], row["copy_count"]) for row in record_of(path)["documents"]}
    for position, row in enumerate(seed(path).get("documents", [])):
        ours = (row.get("original_count"), row.get("copy_count"))
        assert ours == (None, None) or any(
            all(own is None or own == theirs for own, theirs in zip(ours, pair, strict=True)) for pair in counts
        ), f"{path.name}: documents[{position}] asks for {ours} (originals, copies), published {sorted(counts)}"


@each_file
def test_a_missing_time_limit_or_fee_stays_missing(path: Path) -> None:
    source = record_of(path)["submission"]
    for position, row in enumerate(seed(path)["submission"]):
        same_channel = [other for other in source if other["channel"] == row["channel"]]
        where = f"{path.name}: submission[{position}]"
        assert same_channel, f"{where}.channel {row['channel']!r} is not published"
        if "time_limit" in row:
            limits = [other["time_limit"] for other in same_channel]
            assert row["time_limit"] in limits, f"{where}.time_limit is {row['time_limit']!r}, published {limits}"
        if "fee" in row:
            assert any(other["fee"] for other in same_channel), f"{where}.fee is stated, but none is published"
