"""How people name what they need: a reviewable table from everyday words to official procedures.

The table (the files of sayings/, read together) has these parts, all written as Vietnamese phrases:

* `groups`: names for sets of phrases that mean the same, used below as `{name}`;
* `means`: everyday words and the official words they stand for;
* `procedures`: what people say and the procedure they need;
* `ask`: what people say when it could be several procedures, and which;
* `marks`: words that set sibling procedures apart, read in questions and in names alike;
* `outside`: signs, by kind, that no procedure answers the question;
* `blocks`: phrases inside which nothing else is looked for ("mất bao lâu" is neither lost nor died).

A pattern is one or more parts joined by " + " that must all occur, in any order; a part that begins with "-" must not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.normalise import Syllable, syllables
from knowledge.wordlists import read_yaml

SAYINGS = Path(__file__).with_name("sayings")


@dataclass(frozen=True)
class Rule:
    """When all `needs` and none of `bars` occur, the question is about `codes` (or the words `means`)."""

    kind: str  # "procedure", "ask", "means", "mark", "outside"
    needs: tuple[int, ...]  # ids of phrase sets
    bars: tuple[int, ...]
    codes: tuple[str, ...] = ()
    means: tuple[Syllable, ...] = ()
    mark: str = ""


@dataclass(frozen=True)
class Fired:
    """A rule that fits, with the positions of the words that made it fit."""

    rule: Rule
    covers: frozenset[int]


class _Node(dict[str, "_Node"]):
    """The nodes that follow, by the next folded word."""

    __slots__ = ("ends",)

    def __init__(self) -> None:
        self.ends: tuple[tuple[tuple[str, ...], int], ...] = ()  # exact keys, phrase set


class Table:
    """The compiled table. Reading a question costs one walk over its words."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._sets: dict[str, int] = {}
        self._phrases: list[list[list[Syllable]]] = []  # by phrase set
        self.words: set[Syllable] = set()
        self._groups = {name: [str(p) for p in phrases] for name, phrases in (raw.get("groups") or {}).items()}
        self.rules: list[Rule] = []
        self._blocks = {self._set(phrase) for phrase in raw.get("blocks") or ()}
        for row in raw.get("means") or ():
            for meaning in _listed(row["means"]):
                self._add("means", row["say"], means=tuple(syllables(meaning)))
        for row in raw.get("procedures") or ():
            self._add("procedure", row["say"], codes=tuple(_listed(row["code"])))
        for row in raw.get("ask") or ():
            self._add("ask", row["say"], codes=tuple(_listed(row["codes"])))
        for name, patterns in (raw.get("marks") or {}).items():
            self._add("mark", patterns, mark=name)
        for name, patterns in (raw.get("outside") or {}).items():
            self._add("outside", patterns, mark=name)
        self._root = self._tree(self._sets.values())
        self._marking = [rule for rule in self.rules if rule.kind == "mark"]
        self._marked = self._tree(self._blocks.union(*(rule.needs for rule in self._marking)))  # for names: far smaller
        self._wanted: dict[int, list[tuple[frozenset[int], Rule]]] = {}
        for rule in self.rules:
            self._wanted.setdefault(rule.needs[0], []).append((frozenset(rule.needs), rule))

    def _add(self, kind: str, patterns: Iterable[str], **values: Any) -> None:
        for pattern in _listed(patterns):
            parts = [part.strip() for part in pattern.split(" + ")]
            needs = tuple(self._set(part) for part in parts if not part.startswith("-"))
            bars = tuple(self._set(part[1:].strip()) for part in parts if part.startswith("-"))
            self.rules.append(Rule(kind, needs, bars, **values))

    def _set(self, part: str) -> int:
        """The id of a part's phrase set."""
        if part not in self._sets:
            self._sets[part] = len(self._sets)
            phrases = self._groups[part.strip("{}")] if part.startswith("{") else [part]
            self._phrases.append([syllables(phrase) for phrase in phrases])
            self.words.update(*self._phrases[-1])
        return self._sets[part]

    def _tree(self, sets: Iterable[int]) -> _Node:
        """The phrases of these sets, to be walked along with a text."""
        root = _Node()
        for number in sorted(sets):
            for phrase in self._phrases[number]:
                node = root
                for key in phrase:
                    node = node.setdefault(key.folded, _Node())
                node.ends += ((tuple(key.exact for key in phrase), number),)
        return root

    def read(self, question: Sequence[Syllable], *, accented: bool) -> list[Fired]:
        """Every rule that fits the question, rules inside a more specific one left out."""
        found = self._found(self._root, question, accented)
        known, fired = found.keys(), []
        for number in found:
            for needs, rule in self._wanted.get(number, ()):
                if known >= needs and known.isdisjoint(rule.bars):
                    covers = found[number] if len(needs) == 1 else set().union(*(found[need] for need in needs))
                    fired.append(Fired(rule, frozenset(covers)))
        return _most_specific(fired) if len(fired) > 1 else fired

    def marks(self, name: Sequence[Syllable]) -> set[str]:
        """The marks an official name carries."""
        found = self._found(self._marked, name, accented=True).keys()
        return {rule.mark for rule in self._marking if found >= set(rule.needs)} if found else set()

    def _found(self, root: _Node, question: Sequence[Syllable], accented: bool) -> dict[int, set[int]]:
        """The phrase sets that occur, with the positions of their words."""
        found: dict[int, set[int]] = {}
        spans = _spans(root, question, accented)
        blocked = [(start, end) for start, end, number in spans if number in self._blocks]
        for start, end, number in spans:
            inside = blocked and any(b <= start and end <= e and end - start < e - b for b, e in blocked)
            if not inside and number not in self._blocks:
                found.setdefault(number, set()).update(range(start, end))
        return found


def _spans(root: _Node, question: Sequence[Syllable], accented: bool) -> list[tuple[int, int, int]]:
    """Where known phrases stand: start, end, phrase set."""
    spans = []
    words, typed = [part.folded for part in question], tuple(part.exact for part in question)
    for start, first in enumerate(words):
        node, end = root.get(first), start + 1
        while node is not None:
            for exact, number in node.ends:
                if typed[start:end] == exact or _same(question[start:end], exact, accented):
                    spans.append((start, end, number))
            node = node.get(words[end]) if end < len(words) else None
            end += 1
    return spans


def _same(typed: Sequence[Syllable], exact: Sequence[str], accented: bool) -> bool:
    """Equal with accents; a word typed plain passes where the sentence is plain, or its neighbours carry accents."""
    plain = 0
    for part, key in zip(typed, exact, strict=True):
        if part.exact != key:
            if not part.is_plain:
                return False
            plain += 1
    return plain == 0 or not accented or plain < len(typed)


def _most_specific(fired: list[Fired]) -> list[Fired]:
    """Leaves out what a longer reading contains ("giấy khai sinh" in "mất giấy khai sinh").

    A reading that asks back also gives way to one that overlaps it and names a procedure with more words.
    """
    naming = [one for one in fired if one.rule.kind in ("procedure", "ask")]
    kept = [one for one in naming if not any(_outdone(one, other) for other in naming)]
    return kept + [one for one in fired if one.rule.kind not in ("procedure", "ask")]


def _outdone(one: Fired, other: Fired) -> bool:
    if one.covers < other.covers:
        return True
    asks = one.rule.kind == "ask" and other.rule.kind == "procedure"
    return asks and bool(one.covers & other.covers) and len(one.covers) < len(other.covers)


def _listed(value: Any) -> list[str]:
    return [str(value)] if isinstance(value, (str, float)) else [str(item) for item in value]


@lru_cache(maxsize=4)
def table(folder: Path = SAYINGS) -> Table:
    """The table of a folder, read once."""
    whole: dict[str, Any] = {
        "groups": {},
        "marks": {},
        "means": [],
        "procedures": [],
        "ask": [],
        "blocks": [],
        "outside": {},
    }
    for file in sorted(folder.glob("*.yaml")):
        for part, rows in read_yaml(file).items():
            if isinstance(rows, dict):
                whole[part].update(rows)
            else:
                whole[part].extend(rows)
    return Table(whole)
