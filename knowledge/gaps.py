"""Questions of one meaning put together, so that an officer answers once what many people ask.

Two questions belong together when what they name is the same, word by word, after short forms and everyday words are
written out and the words of asking are left away. Words of their own on both sides ("khai sinh", "kết hôn") keep them
apart, however much else they share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from knowledge import colloquial, spelling
from knowledge.aspect import asked_aspect
from knowledge.normalise import Syllable, clean, syllable, words
from knowledge.wordlists import asking, whole_words

MAX_CHARS = 400  # of one question that are read: the matter stands at the beginning
_SAME, _SAME_STORY = 0.93, 0.8  # of the words of the shorter one stand in the other; less in a long one
_STORY = 6.0  # telling words from which a question is a long one
_WHOLE = 0.5  # and so much of both together, so that "đất" is not every question about land
_WHOLE_PROCEDURE = 0.3  # enough where both were answered from, or name, the same procedure
_LIGHT = 0.25  # weight of a word that most requests have
_WRONG_ACCENT = 0.3  # weight of a word that differs in its accents alone, where both writers use them
_ACCENTED_SHARE = 0.4
_LONG_WORD = 4  # letters from which one slip of the finger is forgiven
_NUMBER = re.compile(r"\+?\d[\d .\-]{6,}\d")
# What a request is made of, whatever it is about. Folded.
_REQUEST_WORDS = """giay to tho so ho don thu tuc ban ten cap phep dang ky khai xac nhan chung quyen viec thay nguoi
    dan nha xa phuong cach nghe bang thuc hien"""
_REQUEST = frozenset(words(_REQUEST_WORDS))
# Words that name nothing. With their accents, for "với" is empty and "voi" is an animal.
_EMPTY = """à ạ ơi vậy nhé nha nhe với chị anh em tôi mình cháu tui cô chú bác bạn ad dạ thưa gì nào này kia đó thì là
    mà sẽ đang của cho để và ở tại không được cần muốn làm xin đi nộp những các bị rồi xong nữa luôn hay hoặc như nếu
    khi vì nên từ đến về toàn sao đâu còn cũng phải giùm giúp trong ngoài một ấy hén có hả do theo ông bà xã phường
    qua sang tới quá lúc chừng hôm lịch"""
# Words that say the same, whatever the matter is; the last of a line stands for all of it.
_ALIKE_WORDS = """đem đưa dắt chở mang
    chích tiêm
    ngừa phòng
    lãnh lĩnh nhận
    hư hỏng"""
_PLAIN_ENOUGH = {"dem", "chich", "ngua"}  # of these, typed without accents they are hardly anything else
# Where these are typed without accents, they may be the matter itself.
_MAY_BE_THE_MATTER = {"voi", "con", "nha", "ba", "ong", "bo", "ngoai", "xa", "cao"}
_TELEX = re.compile(r"aa|ee|oo|dd|w|[fjsrx]$")


@dataclass(frozen=True)
class Wording:
    """A question as it was typed. `who` names the asker ("" = no longer known, None = nobody: an earlier headline)."""

    id: int
    text: str
    procedure_code: str | None = None  # what it was answered from, where that did not help
    who: str | None = ""


@dataclass(frozen=True)
class Group:
    """Questions of one meaning: `ids` ascending, `headline` the wording met most, `people` how many asked."""

    ids: tuple[int, ...]
    headline: str
    people: int


@dataclass(frozen=True)
class _Read:
    """What a question is about. `matter`: folded word -> its spelling with accents ("" = typed without)."""

    matter: tuple[tuple[str, str], ...]
    codes: frozenset[str]  # procedures that people's own words name
    aspect: str
    spelled: dict[str, str] = field(compare=False)  # the same as `matter`, to look up in
    maybe: frozenset[str] = field(compare=False)  # typed plain and left out as empty: "cho" may have been "chó"
    weight: float = field(compare=False)
    telling: int = field(compare=False)  # words that not every request has


@dataclass
class _Leader:
    read: _Read
    code: str | None
    members: list[Wording]


def group(questions: Sequence[Wording]) -> list[Group]:
    """The questions in groups, those that most people ask first. The order of the input does not matter."""
    asked: dict[tuple[_Read, str | None], list[Wording]] = {}
    for question in questions:
        asked.setdefault((_read(question.text), question.procedure_code), []).append(question)
    leaders: list[_Leader] = []
    by_word: dict[str, list[int]] = {}
    by_code: dict[str, list[int]] = {}
    for (read, code), members in sorted(asked.items(), key=_clearest_first):
        at = _best(leaders, _candidates(leaders, read, code, by_word, by_code), read, code)
        if at is None:
            leaders.append(_Leader(read, code, list(members)))
            for word, _ in read.matter:
                by_word.setdefault(word, []).append(len(leaders) - 1)
            for known in {*read.codes, *([code] if code else [])}:
                by_code.setdefault(known, []).append(len(leaders) - 1)
        else:
            leaders[at].members += members
    return sorted((_group(leader.members) for leader in leaders), key=lambda one: (-one.people, one.ids))


def same(one: str, other: str, *, same_procedure: bool = False) -> bool:
    """Whether two questions mean the same. `same_procedure`: both were answered from one procedure."""
    return _likeness(_read(one), _read(other), same_procedure) > 0


def likeness(one: str, other: str) -> float:
    """From 0 (two meanings) to 1 (the same words, whatever their order and spelling)."""
    return _likeness(_read(one), _read(other), same_procedure=False)


def without_numbers(text: str) -> str:
    """The wording without phone, identity and dossier numbers: it is shown to others and may be kept."""
    return _NUMBER.sub("…", text)


def wordings(questions: Iterable[Wording], limit: int) -> list[str]:
    """Different ways of asking, the ones met most first, without numbers; never who asked."""
    found: dict[str, list[str]] = {}
    for question in sorted(questions, key=lambda one: one.id):
        text = without_numbers(" ".join(question.text.split()))
        found.setdefault(" ".join(words(text)), []).append(text)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0].isascii(), len(item[0]), item[0]))
    return [texts[0] for key, texts in ranked if key][:limit]


def _group(members: Sequence[Wording]) -> Group:
    known = {one.who for one in members if one.who}
    unknown = any(one.who == "" for one in members)
    asked = [one for one in members if one.who is not None] or members
    headline = wordings(asked, 1) or [asked[0].text]
    return Group(tuple(sorted(one.id for one in members)), headline[0], len(known) + unknown)


def _clearest_first(item: tuple[tuple[_Read, str | None], list[Wording]]) -> tuple[int, float, str, int]:
    """Leaders are what most people typed alike, then the shortest: the longer ones say the same and more."""
    (read, _), members = item
    return -len(members), read.weight, " ".join(word for word, _ in read.matter), min(one.id for one in members)


def _candidates(
    leaders: Sequence[_Leader],
    read: _Read,
    code: str | None,
    by_word: dict[str, list[int]],
    by_code: dict[str, list[int]],
) -> list[int]:
    """Leaders that share enough words to be worth a closer look: as many as must be met, less one slip."""
    shared: Counter[int] = Counter()
    for word, _ in read.matter:
        if word not in _REQUEST or not read.telling:
            shared.update(by_word.get(word, ()))
    for known in {*read.codes, *([code] if code else [])}:
        shared.update(by_code.get(known, ()))
    found = []
    for at, count in shared.items():
        least = min(read.telling, leaders[at].read.telling)
        if count >= (1 if least < 3 else _SAME_STORY * least - 1):
            found.append(at)
    return sorted(found)


def _best(leaders: Sequence[_Leader], candidates: Iterable[int], read: _Read, code: str | None) -> int | None:
    best, found = 0.0, None
    for at in candidates:
        leader = leaders[at]
        likeness = _likeness(leader.read, read, bool(code) and code == leader.code)
        if likeness > best:
            best, found = likeness, at
    return found


def _likeness(one: _Read, other: _Read, same_procedure: bool) -> float:
    """From 0 (apart) to 1. Different parts of a matter (its fee, its time) are different questions."""
    if one == other:
        return 1.0
    if "overview" not in (one.aspect, other.aspect) and one.aspect != other.aspect:
        return 0.0
    if one.codes and other.codes and not one.codes & other.codes:
        return 0.0
    known = (same_procedure and one.aspect == other.aspect) or bool(one.codes & other.codes)
    left, right = _perhaps_said(one, other), _perhaps_said(other, one)
    met = _met(one, other) + left + right
    weights = one.weight + left, other.weight + right
    total, least = sum(weights), min(weights)
    if not least:
        return 0.0
    inside, whole = met / least, 2 * met / total
    if inside < (_SAME_STORY if least >= _STORY else _SAME) or whole < (_WHOLE_PROCEDURE if known else _WHOLE):
        return 0.0
    return (inside + whole) / 2


def _perhaps_said(one: _Read, other: _Read) -> float:
    """The weight of the other's words that one may have typed without accents."""
    return sum(_of(word) for word in other.spelled.keys() - one.spelled.keys() if word in one.maybe)


def _met(one: _Read, other: _Read) -> float:
    """The weight of the words that both have, a single slip of the finger forgiven."""
    left, right = one.spelled, other.spelled
    met = 0.0
    for word in left.keys() & right.keys():
        met += _of(word) * (1.0 if _one_spelling(left[word], right[word]) else _WRONG_ACCENT)
    rest = sorted(right.keys() - left.keys())
    for word in sorted(left.keys() - right.keys()):
        if len(word) < _LONG_WORD:
            continue
        near = [own for own in rest if len(own) >= _LONG_WORD and OSA.distance(word, own, score_cutoff=1) <= 1]
        near = [own for own in near if not (left[word] and right[own] and _both_are_words(left[word], right[own]))]
        if near:
            rest.remove(near[0])
            met += _of(word)
    return met


def _one_spelling(one: str, other: str) -> bool:
    """Typed plain fits every accent; the marks of "hỏi" and "ngã" are mixed up by half the country."""
    return not (one and other) or one == other or _tones_mixed_up(one, other)


def _tones_mixed_up(one: str, other: str) -> bool:
    return {one[-1], other[-1]} == {"3", "4"} and one[:-1] == other[:-1]


def _both_are_words(one: str, other: str) -> bool:
    """Two words typed with their accents are two words, not one with a slip."""
    return one[-1].isdigit() and other[-1].isdigit() and one[-1] != other[-1]


def _of(word: str) -> float:
    return _LIGHT if word in _REQUEST else 1.0


@lru_cache(maxsize=1)
def _asking_words() -> re.Pattern[str]:
    """Phrases of asking ("cần giấy tờ gì"). Single words are weighed by the lists above."""
    phrases = [pattern for pattern in asking()["chatter"] if " " in pattern]
    return re.compile(whole_words(phrases))


@lru_cache(maxsize=1)
def _empty() -> tuple[frozenset[str], frozenset[str]]:
    parts = [syllable(word) for word in words(_EMPTY)]
    return frozenset(p.exact for p in parts), frozenset(p.folded for p in parts) - _MAY_BE_THE_MATTER


def _is_empty(part: Syllable, accented: bool) -> bool:
    exact, folded = _empty()
    return part.exact in exact or (part.is_plain and not accented and part.folded in folded)


@lru_cache(maxsize=20_000)
def _read(text: str) -> _Read:
    typed = spelling.expand(words(clean(text)[:MAX_CHARS]))
    parts = [_as_meant(word) for word in typed]
    accented = sum(not part.is_plain for part in parts) >= _ACCENTED_SHARE * max(1, len(parts))
    fired = colloquial.table().read(parts, accented=accented)
    codes = frozenset(code for one in fired if one.rule.kind == "procedure" for code in one.rule.codes)
    official = [one for one in fired if one.rule.kind == "means"]
    covered = frozenset().union(*(one.covers for one in official))
    kept = _telling(parts)
    said = [part for at, part in enumerate(parts) if at in kept and at not in covered]
    said += [part for one in official for part in one.rule.means]
    said = [_alike(part, accented) for part in said]
    matter = {p.folded: "" if not accented and p.is_plain else p.exact for p in said if not _is_empty(p, accented)}
    maybe = frozenset(p.folded for p in said if p.is_plain and not accented and _is_empty(p, accented))
    if not matter:  # nothing but asking: then the words themselves are all there is
        matter = {part.folded: "" for part in parts}
    weight = sum(_of(word) for word in matter)
    telling = sum(word not in _REQUEST for word in matter)
    aspect = asked_aspect(text[:MAX_CHARS])
    return _Read(tuple(sorted(matter.items())), codes, aspect, matter, maybe - matter.keys(), weight, telling)


@lru_cache(maxsize=1)
def _alike_words() -> dict[str, Syllable]:
    """The word that stands for others, by their spelling, and where that is clear enough by their plain letters."""
    found: dict[str, Syllable] = {}
    for line in _ALIKE_WORDS.splitlines():
        *others, stands = (syllable(word) for word in words(line))
        for other in others:
            found[other.exact] = stands
            if other.folded in _PLAIN_ENOUGH:
                found[other.folded] = stands
    return found


def _alike(part: Syllable, accented: bool) -> Syllable:
    key = part.folded if part.is_plain and not accented else part.exact
    stands = _alike_words().get(key)
    if stands is None:
        return part
    return syllable(stands.folded) if part.is_plain and not accented else stands


def _as_meant(word: str) -> Syllable:
    """A word typed with the input method off ("nuooi") as it was meant, where it can be nothing else."""
    typed = syllable(word)
    if typed.is_plain and (meant := spelling.decode_keys(word)):
        decoded = syllable(meant)
        if not decoded.is_plain and _TELEX.search(word):
            return decoded
    return typed


def _telling(parts: Sequence[Syllable]) -> set[int]:
    """The places of the words that are not a phrase of asking."""
    text = " ".join(part.folded for part in parts)
    starts: list[int] = []
    for at, part in enumerate(parts):
        starts += [at] * (len(part.folded) + 1)
    kept = set(range(len(parts)))
    for match in _asking_words().finditer(text):
        kept -= set(range(starts[match.start()], starts[match.end() - 1] + 1))
    return kept
