"""The wording files are whole: same messages, same values, in every language, and each has its typed door."""

import ast
import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl

from domain.texts.base import LANGUAGES, LOCALES, WordingError, clean, say, speaking

DOORS = Path(__file__).resolve().parents[2] / "domain" / "texts"


def messages(language: str) -> dict[str, set[str]]:
    """Message ids with the variables each uses; fails on junk and on an id that comes twice."""
    resource = FluentParser().parse((LOCALES / f"{language}.ftl").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for entry in resource.body:
        assert not isinstance(entry, ftl.Junk), f"{language}.ftl: not understood: {entry.content!r}"
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, f"{language}.ftl: '{entry.id.name}' comes twice"
            source = (LOCALES / f"{language}.ftl").read_text(encoding="utf-8")[entry.span.start : entry.span.end]
            found[entry.id.name] = set(re.findall(r"\$([A-Za-z_]\w*)", source))
    return found


def calls() -> dict[str, list[set[str]]]:
    """Every literal `say("id", name=…)` in domain/texts, with the names given."""
    found: dict[str, list[set[str]]] = {}
    for path in sorted(DOORS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and not any(k.arg is None for k in node.keywords):
                    found.setdefault(str(first.value), []).append({str(k.arg) for k in node.keywords})
    return found


def test_every_language_has_the_same_messages_with_the_same_values():
    vietnamese = messages("vi")
    for language in LANGUAGES:
        assert messages(language) == vietnamese, language


def test_every_sentence_that_is_said_exists_and_gets_its_values():
    known = messages("vi")
    for id, given in calls().items():
        assert id in known, f"'{id}' is said but not written"
        for names in given:
            assert known[id] <= names, f"'{id}' needs {sorted(known[id] - names)}"


def test_what_people_write_cannot_change_the_sentence():
    text = say("refused", why="{ $x } \u202eđảo\u200b\x00 \u2066a\u2069")
    assert "{ $x }" in text
    assert not any(c in text for c in "\u202e\u200b\x00\u2066\u2069")


def test_line_breaks_stay_and_controls_go():
    assert clean("một\nhai\tba\x07") == "một\nhaiba"


def test_a_missing_sentence_or_value_is_an_error():
    with pytest.raises(WordingError):
        say("no-such-sentence")
    with pytest.raises(WordingError):
        say("refused")


def test_the_language_ends_with_its_block():
    with speaking("en"):
        assert say("menu").startswith("What")
    assert say("menu").startswith("Ông/bà")
