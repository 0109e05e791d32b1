"""The first screen: what to bring, fee, time, where, as much of it as fits. What does not is one choice away."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from domain.procedure import Document, Procedure
from domain.texts import procedure as texts
from knowledge import answer_values as values
from knowledge.answer_papers import is_condition, papers_and_remarks
from knowledge.pages import flat, sentences, shortened

# The longest line of a fact that still leaves room for the papers, and which way to tell the place.
_ROUNDS = ((320, 0), (220, 0), (220, 1), (150, 1), (110, 1), (80, 1))
_PAPER_CHARS = (300, 160, 110, 80)
_FEW_CHARS = (110, 60)  # where only some of the papers fit
_FEW = 3
_SHORTEST_LINE = 10
_PLACE_CHARS = 140  # an address is hardly ever longer


def card(
    procedure: Procedure, title: str, source: str, places: tuple[str, str], max_chars: int
) -> tuple[str, tuple[str, ...]]:
    """The screen, and the parts of it that it does not tell in full. `places`: where, with the address and without."""
    listed = papers_and_remarks(procedure)[0]
    fee, time = _fee(procedure), _time(procedure)
    for most, short in _ROUNDS:
        facts = [fee(most), time(most), (_place(places[short], most), places[short] == places[0])]
        lines = [line for line, _ in facts]
        room = max_chars - sum(len(line) + 1 for line in (title, *lines, source))
        papers, all_told = _papers(listed, room, last=(most, short) == _ROUNDS[-1])
        if papers is not None:
            break
    assert papers is not None  # the last round always gives a list
    told = (all_told, *(told and not line.endswith("…") for line, told in facts))
    cut = tuple(part for part, whole in zip(("documents", "fee", "time", "place"), told, strict=True) if not whole)
    return "\n".join([title, *papers, *lines, source]), cut


def brief(procedure: Procedure, place: str) -> list[str]:
    """Fee, time and place in a line each, as a card tells them in little room."""
    most, _ = _ROUNDS[-1]
    return [_fee(procedure)(most)[0], _time(procedure)(most)[0], _place(place, most)]


_NUMBER = re.compile(r"\d+")
_MEASURED = re.compile(r"(\d+)(?= (?:ngày|giờ|tháng|tuần)|(?:\.\d{3})* ?(?:đồng|đ)\b)")
_AT_ONCE = re.compile(r"\b(khóa|mở|trả|cấp|giải quyết|làm|xong) ngay\b", re.IGNORECASE)
_Fact = Callable[[int], tuple[str, bool]]  # the longest line -> the line, and whether it tells all


def _fee(procedure: Procedure) -> _Fact:
    groups = values.fees(procedure)
    free = set(groups) == {values.FREE}
    if (free or not any(groups)) and values.described(procedure, values.OF_FEES):
        return lambda most: (texts.fee_varies(), False)
    if free and values.zero_may_not_be_all(procedure):
        return lambda most: (texts.fee_zero_short(), True)
    more = _says_more(procedure, groups, values.OF_FEES)
    return lambda most: _fact(groups, "fee", texts.fee, texts.fee_varies, most, more=more)


def _time(procedure: Procedure) -> _Fact:
    """Where the field is empty, the description or the steps may say it. Only reviewed steps fit a card."""
    groups = values.times(procedure)
    if any(groups):
        more = _says_more(procedure, groups, values.OF_TIME)
        return lambda most: _fact(groups, "time", texts.time, texts.time_varies, most, more=more)
    if values.described(procedure, values.OF_TIME):
        return lambda most: (texts.time_varies(), False)
    said = values.limits_in_steps(procedure)
    if not said:
        return lambda most: (texts.time(texts.not_given()), True)
    line = texts.time(said[0]) if procedure.plain_name else ""
    return lambda most: (line, len(said) == 1) if line and len(line) <= most else (texts.time_varies(), False)


def _says_more(procedure: Procedure, groups: values.Groups, wanted: re.Pattern[str]) -> bool:
    """The description has numbers that the field has not: "10 ngày; nhà ở riêng lẻ 7 ngày", or an "at once"."""
    lines = values.described(procedure, wanted)
    known = {number.lstrip("0") for value in groups for number in _NUMBER.findall(value or "")}
    said = {number.lstrip("0") for line in lines for number in _MEASURED.findall(line)}
    return not said <= known or any(_AT_ONCE.search(line) for line in lines)


def _place(place: str, most: int) -> str:
    return shortened(place or texts.place(texts.not_given()), max(most, _PLACE_CHARS))


def _fact(
    groups: values.Groups, part: str, one: Callable[[str], str], varies: Callable[[], str], most: int, *, more: bool
) -> tuple[str, bool]:
    """A fee or a time limit in one line, whole or up to the end of a sentence; and whether that is all of it."""
    given = {value: ways for value, ways in groups.items() if value}
    if not given:
        return one(texts.not_given()), True
    every = [way for ways in given.values() for way in ways]
    if len(every) > len(set(every)):
        return varies(), False  # one way has several: which one applies is told in full
    whole = sum(map(len, given)) <= most
    if len(given) == 1:
        value = flat(next(iter(given)))
        if whole and len(line := one(value)) <= most:
            return (texts.goes_on(line, part), False) if more else (line, True)
        begun = _first_sentences(value, most - len(texts.goes_on(one(""), part)))
        return (texts.goes_on(one(begun), part) if begun else varies()), False
    if whole:
        named = (texts.by_channel(values.joined(ways), flat(value)) for value, ways in given.items())
        line = one(values.joined(named, "; "))
    return (line, not more) if whole and len(line) <= most else (varies(), False)


def _first_sentences(text: str, room: int) -> str:
    """As many whole sentences of the text as fit, without the last; "" when not even one does."""
    said = ""
    for part in sentences(text)[:-1]:
        longer = f"{said} {part}".strip()
        if len(longer) > room or not part.endswith("."):
            break
        said = longer
    return said


def _papers(papers: Sequence[Document], room: int, *, last: bool) -> tuple[list[str] | None, bool]:
    """The list in the richest form that fits, and whether it is whole; None when not even the main papers do."""
    if not papers:
        return [], True
    first = "" if not is_condition(papers[0].case) else papers[0].case
    main = [p for p in papers if p.case == first or not is_condition(p.case) or _in_person(p.case)]
    rest = [texts.other_cases()] if len(main) < len(papers) else []
    for chars in _PAPER_CHARS:
        for shown, after in ((papers, []), (main, rest)):
            if sum(min(len(paper.name), chars) for paper in shown) * 0.7 > room:
                continue  # far too many to try
            lines = [*_listed(shown, chars), *after]
            if sum(len(line) + 1 for line in lines) <= room:
                return lines, shown is papers and not any(line.endswith("…") for line in lines)
    return (_as_many_as_fit(main, len(papers), room) if last else None), False


def _in_person(case: str) -> bool:
    """Papers of everybody who comes to the desk, which most people do."""
    return "nộp trực tiếp" in case.lower()


def _listed(papers: Sequence[Document], chars: int) -> list[str]:
    lines, case = [texts.bring()], ""
    for number, paper in enumerate(papers, 1):
        if is_condition(paper.case) and paper.case != case:
            lines.append(texts.case(shortened(paper.case, chars)))
            case = paper.case
        lines.append(texts.paper(number, shortened(paper.name, chars)))
    return lines


def _as_many_as_fit(papers: Sequence[Document], all_of_them: int, room: int) -> list[str]:
    """The first papers, rather three of them shortened than one in full."""
    best: list[str] = [texts.more_papers(all_of_them)]
    for chars in _FEW_CHARS:
        for count in range(min(len(papers), all_of_them - 1, room // _SHORTEST_LINE), 0, -1):
            lines = [*_listed(papers[:count], chars), texts.more_papers(all_of_them - count)]
            if sum(len(line) + 1 for line in lines) <= room:
                best = max(best, lines, key=len)
                if count >= _FEW:
                    return lines
                break
    return best
