"""The answer to one part of one procedure, built from nothing but the record's own fields and the wording file.

What the record does not say is said to be missing. Every screen fits a phone and names its source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.procedure import Document, Procedure, Submission
from domain.texts import gaps as own_texts
from domain.texts import procedure as texts
from domain.texts.base import day
from knowledge import pages
from knowledge.normalise import fold
from knowledge.pages import flat, lines_of, sentences, shortened

MAX_CHARS = 600  # of one screen
_TITLE_CHARS, _CARD_PAPER_CHARS = 110, 90
_CARD_LINE_CHARS = (130, 90, 60, 40)  # the longest line of a card that still lets the whole fit one screen
_FREE = "Miễn phí (0 đồng)"  # how the import writes the portal's "0 VNĐ" without a text
_PROVINCE_SETS_FEES = "85/2019/TT-BTC"  # fees and charges within the power of provincial people's councils
_OF_FEES = re.compile(r"\b(phí|đồng|miễn)\b", re.IGNORECASE)
_OF_TIME = re.compile(
    r"\d\)?\s*(\w+ )?(ngày|giờ|tháng|tuần|phút)\b|trong ngày|thời hạn|thời gian giải quyết|ngay sau khi", re.IGNORECASE
)
_OF_ONLINE = re.compile(r"trực tuyến|qua mạng|vneid|cổng dịch vụ|điện tử|bưu", re.IGNORECASE)
_OF_PLACE = re.compile(r"\bnộp\b.*\b(tại|đến|cho|ở|về|tới)\b", re.IGNORECASE)
_OF_FORMS = re.compile(r"\b(mẫu|tờ khai|đơn|phiếu)\b", re.IGNORECASE)
_COMMUNE_DESK = re.compile(
    r"(ủy ban nhân dân|uỷ ban nhân dân|ubnd)[^.;]*\bxã\b|phục vụ hành chính công|bộ phận (tiếp nhận|một cửa)",
    re.IGNORECASE,
)
_ALREADY_NUMBERED = re.compile(r"^\s*(bước\b|[-+*•]|\(?\d+[.):]|[a-zđ][.)])", re.IGNORECASE)
_OTHERS = ("documents", "fee", "time", "place", "steps", "online", "requirement", "result")


@dataclass(frozen=True)
class Office:
    """Where this commune takes papers: "xã Hòa An", "Trung tâm Phục vụ hành chính công, 12 đường Lê Lợi"."""

    unit_name: str
    desk: str


@dataclass(frozen=True)
class Answer:
    """`screens` have at most 600 characters each; `others` are further parts the record has, the likeliest first.

    `missing`: the record lacks what was asked, so a person should be offered.
    """

    aspect: str
    screens: tuple[str, ...]
    missing: bool
    others: tuple[str, ...]


def answer(procedure: Procedure, aspect: str, *, since: date, office: Office | None = None,
           validity: str = "") -> Answer:  # fmt: skip
    """What the record says about one of `knowledge.aspect.ASPECTS`.

    `since`: first day of this version, shown where the record has no date of its own. `validity`: from when it applies,
    where that is news (`knowledge.validity.told`); it stands above the source on every screen.
    """
    if aspect not in _PARTS:
        aspect = "overview"
    source = "\n".join(filter(None, (validity, source_line(procedure, since, office))))
    title = shortened(procedure.title, _TITLE_CHARS)
    if procedure.answer:  # the commune's own words are the whole entry, whichever part was asked for
        return Answer("overview", pages.screens(title, lines_of(procedure.answer), source, MAX_CHARS), False, ())
    others = tuple(part for part in _OTHERS if part != aspect and _has(procedure, part))
    if aspect == "overview":
        cards = (_card(procedure, shortened(title, most), source, office, most) for most in _CARD_LINE_CHARS)
        return Answer(aspect, (next(card for card in cards if len(card) <= MAX_CHARS),), False, others)
    lines = _PARTS[aspect](procedure, office)
    missing = not lines or (aspect == "form" and not any(document.form for document in procedure.documents))
    if not lines or (aspect == "requirement" and not procedure.requirements):
        missing = True
        lines = [*lines, texts.missing(texts.part(aspect))]
    return Answer(aspect, pages.screens(title, lines, source, MAX_CHARS), missing, others)


def source_line(procedure: Procedure, since: date, office: Office | None = None) -> str:
    """Code, decision and date: what makes the answer checkable."""
    taken = day(_day_of(procedure.fetched_version) or since)
    if procedure.answer:
        unit_name = office.unit_name if office else procedure.source or ""
        return own_texts.source(shortened(unit_name, 60), procedure.code, taken)
    if procedure.scope == "local" and office and not procedure.decision:
        return texts.source_own(shortened(office.unit_name, 60), procedure.code, taken)
    if not procedure.decision:
        return texts.source_undecided(procedure.code, taken)
    decision = re.sub(r"^(QĐ|Quyết định)( số)?\s+", "", shortened(procedure.decision, 60))
    return texts.source(procedure.code, decision, taken)


def _documents(procedure: Procedure, office: Office | None = None) -> list[str]:
    papers, remarks = papers_and_remarks(procedure)
    counts = {_counts(paper) for paper in papers}
    same = counts.pop() if len(counts) == 1 and len(papers) > 1 else ""  # said once instead of on every line
    lines = [texts.papers_each(same) if same else texts.papers()] if papers else []
    number = 0
    for case in dict.fromkeys(["", *(flat(paper.case) for paper in papers)]):
        group = [paper for paper in papers if flat(paper.case) == case]
        if case and group:
            *before, last = lines_of(case)
            lines += [*before, last if last.endswith(":") else texts.case(last)]
        for paper in group:
            number += 1
            lines += _paper(number, paper, counted=not same)
    said = [line for remark in remarks for line in lines_of(remark.name)] if lines else []
    said += [note for note in procedure.notes if lines and not _OF_FEES.search(note)]
    return [*lines, *_remarks(said)]


def papers_and_remarks(procedure: Procedure) -> tuple[list[Document], list[Document]]:
    """The portal mixes papers with remarks ("Lưu ý…", or zero originals and zero copies): told apart here.

    Where every row has zero counts, the counts say nothing and all of them are papers.
    """
    remarks = [paper for paper in procedure.documents if _is_remark(paper)]
    papers = [paper for paper in procedure.documents if not _is_remark(paper)]
    return (papers, remarks) if papers else (list(procedure.documents), [])


def _is_remark(paper: Document) -> bool:
    none_asked = paper.original_count == 0 and paper.copy_count == 0
    return none_asked or fold(paper.name).lstrip("*-( ").startswith(("luu y", "ghi chu"))


def paper_line(paper: Document) -> str:
    """A paper with its counts in one line, without a number."""
    counts = _counts(paper)
    name = flat(paper.name).rstrip(";. ")
    return f"{name} ({counts})" if counts else name


def _paper(number: int, paper: Document, *, counted: bool = True) -> list[str]:
    return _numbered(number, paper.name.rstrip(";. \n"), _counts(paper) if counted else "")


def _numbered(number: int, text: str, counts: str = "") -> list[str]:
    first, *more = lines_of(text) or [""]
    if counts and not more:
        return [texts.paper_counted(number, first, counts)]
    return [texts.paper(number, first), *more, *([texts.paper_counts(counts)] if counts else [])]


def _counts(paper: Document) -> str:
    said = [texts.originals(paper.original_count)] if paper.original_count else []
    said += [texts.copies(paper.copy_count)] if paper.copy_count else []
    return texts.counts(*said) if len(said) == 2 else "".join(said)


def _fee(procedure: Procedure, office: Office | None = None) -> list[str]:
    values = _by_value(procedure.submission, lambda row: row.fee)
    lines = _values(values, texts.fee, texts.fees)
    zero = any(row.fee == _FREE for row in procedure.submission)
    if zero and (not procedure.plain_name or any(_PROVINCE_SETS_FEES in law for law in procedure.legal_basis)):
        lines.append(texts.fee_zero())
    lines += _described(procedure, _OF_FEES)
    return [*lines, *_remarks(note for note in procedure.notes if _OF_FEES.search(note))] if lines else []


def _time(procedure: Procedure, office: Office | None = None) -> list[str]:
    values = _by_value(procedure.submission, lambda row: row.time_limit)
    return [*_values(values, texts.time, texts.times), *_described(procedure, _OF_TIME)]


def _place(procedure: Procedure, office: Office | None = None) -> list[str]:
    agency = procedure.agency or procedure.competent_agency
    lines = _long(texts.place, agency) + _long(texts.receiving, procedure.receiving_address)
    if not lines:
        steps = [line for step in procedure.steps for line in sentences(step) if _OF_PLACE.search(line)]
        lines = [texts.steps_say(), *steps[:2]] if steps else []
    if office and lines and at_our_desk(procedure, office):
        lines.append(texts.desk(office.unit_name, office.desk))
    return lines


def at_our_desk(procedure: Procedure, office: Office) -> bool:
    """The papers are handed in at the commune's own desk, so its hours are the ones that count."""
    agency = procedure.agency or procedure.competent_agency
    said = " ".join((agency or "", procedure.receiving_address or "", *procedure.steps))
    return bool(office.desk and procedure.is_commune_level and _COMMUNE_DESK.search(said))


def place_line(procedure: Procedure, office: Office | None = None) -> str:
    """Where to hand it in, in one line; "" when the record does not say."""
    place = _place(procedure, office)
    return _first(place[-1:] if office else place)


def _steps(procedure: Procedure, office: Office | None = None) -> list[str]:
    steps = [step for step in procedure.steps if step.strip()]
    if not steps:
        return []
    if any(_ALREADY_NUMBERED.match(step) for step in steps):
        return [texts.steps(), *(line for step in steps for line in lines_of(step))]
    return [texts.steps(), *(line for n, step in enumerate(steps, 1) for line in _numbered(n, step))]


def _online(procedure: Procedure, office: Office | None = None) -> list[str]:
    if not procedure.submission and not procedure.online_level:
        return []
    online = next((row for row in procedure.submission if _way(row.channel) == texts.online_way()), None)
    if not online and not procedure.online_level:
        ways = dict.fromkeys(_way(row.channel) for row in procedure.submission)
        return [texts.online_no(), texts.channels(_joined(ways))]
    lines = [texts.online_full(procedure.online_level) if procedure.online_level else texts.online_yes()]
    lines.append(texts.online_at())
    if online and online.fee:
        lines += _long(texts.fee, online.fee)
    if online and online.time_limit:
        lines += _long(texts.time, online.time_limit)
    others = dict.fromkeys(_way(row.channel) for row in procedure.submission)
    if len(others) > 1:
        lines.append(texts.channels(_joined(others)))
    return [*lines, *_remarks(note for note in procedure.notes if _OF_ONLINE.search(note))]


def _result(procedure: Procedure, office: Office | None = None) -> list[str]:
    return _long(texts.result, procedure.result)


def _form(procedure: Procedure, office: Office | None = None) -> list[str]:
    papers = papers_and_remarks(procedure)[0]
    lines: list[str] = []
    for paper in papers:
        if paper.form:
            lines += [flat(paper.name), texts.form(flat(paper.form))]
    if not lines:
        named = [paper for paper in papers if _OF_FORMS.search(paper.name)]
        lines = (
            [texts.forms(), *(line for n, paper in enumerate(named, 1) for line in _paper(n, paper))] if named else []
        )
        lines.append(texts.forms_missing())
    return lines


def _legal(procedure: Procedure, office: Office | None = None) -> list[str]:
    laws = [line for law in procedure.legal_basis for line in _long(texts.remark, law)]
    return [texts.legal(), *laws] if laws else []


def _requirement(procedure: Procedure, office: Office | None = None) -> list[str]:
    lines = _long(texts.target, procedure.target)
    asked = lines_of(procedure.requirements or "")
    return [*lines, texts.requirement(), *asked] if asked else lines


_PARTS: dict[str, Callable[[Procedure, Office | None], list[str]]] = {
    "documents": _documents, "fee": _fee, "time": _time, "place": _place, "steps": _steps, "online": _online,
    "result": _result, "form": _form, "legal": _legal, "requirement": _requirement, "overview": _documents,
}  # fmt: skip


def _card(procedure: Procedure, title: str, source: str, office: Office | None, most: int) -> str:
    """One screen: what to bring, fee, time, where. What does not fit is behind the choices; a fee is never cut."""
    rows = procedure.submission
    fees, times = _by_value(rows, lambda row: row.fee), _by_value(rows, lambda row: row.time_limit)
    told_free = set(fees) == {_FREE}
    fee_described = _described(procedure, _OF_FEES)
    facts = [
        _card_fact(fees, texts.fee, texts.fee_varies, bool(fee_described) and (told_free or not any(fees)), most),
        _card_fact(
            times, texts.time, texts.time_varies, not any(times) and bool(_described(procedure, _OF_TIME)), most
        ),
    ]
    if texts.fee_zero() in _fee(procedure) and facts[0] == texts.fee(_FREE):
        facts.insert(1, texts.fee_zero())
    facts.append(shortened(place_line(procedure, office) or texts.place(texts.not_given()), most))
    room = MAX_CHARS - sum(len(line) + 1 for line in (title, *facts, source))
    return "\n".join([title, *_card_papers(procedure, room), *facts, source])


def _card_fact(
    groups: dict[str | None, list[str]],
    one: Callable[[str], str],
    varies: Callable[[], str],
    elsewhere: bool,
    most: int,
) -> str:
    """A fee or a time limit in one line; where it is longer or differs much, the line says where to look."""
    if elsewhere:
        return varies()
    if not any(groups):
        return one(texts.not_given())
    ways = [way for group in groups.values() for way in group]
    if len(ways) > len(set(ways)) or sum(map(len, filter(None, groups))) > most:
        return varies()  # one way has several: which one applies is told in full
    if len(groups) == 1:
        line = one(flat(next(iter(groups)) or ""))
    else:
        several = (texts.by_channel(_joined(ways), flat(value or texts.not_given())) for value, ways in groups.items())
        line = one(_joined(several, "; "))
    return line if len(line) <= most else varies()


def _card_papers(procedure: Procedure, room: int) -> list[str]:
    papers = papers_and_remarks(procedure)[0]
    if not papers:
        return []
    case = next((flat(paper.case) for paper in papers if not paper.case), flat(papers[0].case))
    shown = [paper for paper in papers if flat(paper.case) == case]
    rest = texts.other_cases() if len(shown) < len(papers) else ""
    lines = [texts.bring(), *([texts.case(shortened(case.rstrip(":"), _CARD_PAPER_CHARS))] if case else [])]
    room -= sum(len(line) + 1 for line in lines) + len(rest) + 1
    for number, paper in enumerate(shown, 1):
        line = texts.paper(number, shortened(paper.name.rstrip(";. \n"), _CARD_PAPER_CHARS))
        left = texts.more_papers(len(papers) - number + 1)
        keep = len(left) + 1 if number < len(shown) else 0
        if len(line) + 1 + keep > room:
            return [*lines, left] if number > 1 else [left]
        lines.append(line)
        room -= len(line) + 1
    return [*lines, rest] if rest else lines


def _first(lines: Sequence[str]) -> str:
    """The line that carries the fact: a heading is followed by it."""
    if len(lines) > 1 and lines[0].endswith(":"):
        return f"{lines[0]} {lines[1]}"
    return lines[0] if lines else ""


def _has(procedure: Procedure, aspect: str) -> bool:
    """Whether the part is worth offering; cheaper than writing it."""
    rows = procedure.submission
    has = {
        "documents": procedure.documents,
        "fee": any(row.fee or _OF_FEES.search(row.note or "") for row in rows),
        "time": any(row.time_limit or _OF_TIME.search(row.note or "") for row in rows),
        "place": procedure.agency or procedure.competent_agency or procedure.receiving_address or procedure.steps,
        "steps": procedure.steps,
        "online": rows or procedure.online_level,
        "requirement": procedure.requirements,
        "result": procedure.result,
    }
    return bool(has[aspect])


def _by_value(rows: Iterable[Submission], value: Callable[[Submission], str | None]) -> dict[str | None, list[str]]:
    """The ways to hand it in, grouped by what they cost or how long they take."""
    groups: dict[str | None, list[str]] = {}
    for row in rows:
        said = value(row) or None
        ways = groups.setdefault(said, [])
        if _way(row.channel) not in ways:
            ways.append(_way(row.channel))
    return groups


def _values(groups: dict[str | None, list[str]], one: Callable[[str], str], many: Callable[[], str]) -> list[str]:
    given = {value: ways for value, ways in groups.items() if value}
    if not given:
        return []
    if len(groups) == 1:
        return _long(one, next(iter(given)))
    lines = [many()]
    for value, ways in groups.items():
        first, *more = lines_of(value or texts.not_given())
        lines += [texts.by_channel(_joined(ways), first), *more]
    return lines


def _described(procedure: Procedure, wanted: re.Pattern[str]) -> list[str]:
    """Sentences of the portal's column "Mô tả" on the subject: often it alone holds the limit or the fee."""
    notes = dict.fromkeys(row.note for row in procedure.submission if row.note)
    found = dict.fromkeys(line for note in notes for line in sentences(note) if wanted.search(line))
    return [texts.described(), *found] if found else []


def _way(channel: str) -> str:
    known = {"truc tiep": texts.in_person, "truc tuyen": texts.online_way, "dich vu buu chinh": texts.by_post}
    wording = known.get(fold(channel))
    return wording() if wording else flat(channel)


def _joined(ways: Iterable[str], between: str = ", ") -> str:
    first, *more = list(ways)
    return between.join([first, *(way[:1].lower() + way[1:] for way in more)])


def _long(wording: Callable[[str], str], text: str | None) -> list[str]:
    """A field under its label; further lines of the field stay lines."""
    lines = lines_of(text or "")
    return [wording(lines[0]), *lines[1:]] if lines else []


def _remarks(said: Iterable[str]) -> list[str]:
    lines = [line for text in said for line in _long(texts.remark, re.sub(r"^[-*+\s]+", "", text))]
    return [texts.remarks(), *lines] if lines else []


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
