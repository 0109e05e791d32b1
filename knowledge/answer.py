"""The answer to one part of one procedure, built from nothing but the record's own fields and the wording file.

What the record does not say is said to be missing. Every screen fits a phone and names its source.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from domain.procedure import Procedure
from domain.texts import gaps as own_texts
from domain.texts import procedure as texts
from domain.texts.base import capital, day
from knowledge import answer_values as values
from knowledge import pages
from knowledge.answer_card import brief, card
from knowledge.answer_papers import documents, numbered, numbered_paper, papers_and_remarks, told_remarks
from knowledge.answer_values import long
from knowledge.pages import lines_of, named, sentences, shortened

MAX_CHARS = 600  # of one screen
_TITLE_CHARS = 110
_OF_ONLINE = re.compile(r"trực tuyến|qua mạng|vneid|cổng dịch vụ|điện tử|bưu", re.IGNORECASE)
_OFFICES = r"(trung tâm|bộ phận|ủy ban|uỷ ban|ubnd|chủ tịch|công an|cơ quan|văn phòng|chi nhánh|trụ sở)"
_OF_PLACE = re.compile(
    rf"\b(nộp|gửi)\b[^.;]{{0,110}}?\b({_OFFICES}|(tại|đến|cho|ở|tới|về) ((nhà )?trường|phòng|sở|ban|xã))\b",
    re.IGNORECASE,
)
_OF_FORMS = re.compile(r"\b(mẫu|tờ khai|đơn|phiếu)\b", re.IGNORECASE)
_DESK = r"((ủy ban nhân dân|uỷ ban nhân dân|ubnd)[^.;]{0,40}\bxã\b|phục vụ hành chính công|bộ phận (tiếp nhận|một cửa))"
_COMMUNE_DESK = re.compile(_DESK, re.IGNORECASE)
_TO_COMMUNE_DESK = re.compile(  # what people do, not what offices send one another later
    rf"\b(nộp|gửi|đến|tại)\b[^.;]{{0,110}}?\b{_DESK}|\bnộp\b[^.;]{{0,40}}\b(tại|cho|ở) xã\b", re.IGNORECASE
)
_ALREADY_NUMBERED = re.compile(r"^\s*(bước\b|[-+*•]|\(?\d+[.):]|[a-zđ][.)])", re.IGNORECASE)
_OTHERS = ("documents", "fee", "time", "place", "steps", "online", "requirement", "result")
_STEPS_QUOTED = 2
_STEP = re.compile(r"^[\s\-–+*•]*bước\s*\d", re.IGNORECASE)
_STEPS_SCREENS = 2  # more of them, and an outline comes first
_OUTLINE_CHARS = (160, 120, 90, 70)


@dataclass(frozen=True)
class Office:
    """Where this commune takes papers: "xã Hòa An", "Trung tâm Phục vụ hành chính công, 12 đường Lê Lợi", and when."""

    unit_name: str
    desk: str
    desk_name: str = ""  # the desk without its address, for where there is little room
    hours: str = ""


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
    title = shortened(named(procedure.title), _TITLE_CHARS)
    if procedure.answer:  # the commune's own words are the whole entry, whichever part was asked for
        return Answer("overview", pages.screens(title, lines_of(procedure.answer), source, MAX_CHARS), False, ())
    others = tuple(part for part in _OTHERS if part != aspect and _has(procedure, part))
    if aspect == "overview":
        text, cut = card(procedure, title, source, _places(procedure, office), MAX_CHARS)
        told = tuple(part for part in ("documents", "fee", "time", "place") if part not in cut)
        return Answer(
            aspect, (text,), False, (*(p for p in others if p not in told), *(p for p in others if p in told))
        )
    lines = _PARTS[aspect](procedure, office)
    missing = not lines or _lacks(procedure, aspect)
    if not lines or (aspect == "requirement" and missing):
        lines = [*lines, texts.missing(texts.part(aspect))]
    screens = pages.screens(title, lines, source, MAX_CHARS)
    if aspect == "requirement":  # "do I have to …?" is asked by people who then want to do it
        more = pages.screens(title, [*lines, *brief(procedure, _places(procedure, office)[1])], source, MAX_CHARS)
        screens = more if len(more) == 1 else screens
    if aspect == "steps" and len(screens) > _STEPS_SCREENS:
        screens = (*_outline(procedure, title, source), *screens)
    return Answer(aspect, screens, missing, others)


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
    decision = re.sub(r"^(QĐ|Quyết định)(/| số | )\s*", "", shortened(procedure.decision, 60), flags=re.IGNORECASE)
    return texts.source(procedure.code, decision, taken)


def _documents(procedure: Procedure, office: Office | None = None) -> list[str]:
    return documents(procedure, [note for note in procedure.notes if not values.OF_FEES.search(note)])


def _fee(procedure: Procedure, office: Office | None = None) -> list[str]:
    lines = values.told_by_value(values.fees(procedure), texts.fee, texts.fees)
    lines += [texts.fee_zero()] if values.zero_may_not_be_all(procedure) else []
    if said := values.described(procedure, values.OF_FEES):
        lines += [texts.described(), *said]
    return [*lines, *told_remarks(note for note in procedure.notes if values.OF_FEES.search(note))] if lines else []


def _time(procedure: Procedure, office: Office | None = None) -> list[str]:
    lines = values.told_by_value(values.times(procedure), texts.time, texts.times)
    if said := values.described(procedure, values.OF_TIME):
        lines += [texts.described(), *said]
    if not lines and (said := values.limits_in_steps(procedure)):
        lines = [texts.time_in_steps(), *said]
    return lines


def _place(procedure: Procedure, office: Office | None = None) -> list[str]:
    lines = long(texts.receiving, values.tidied(procedure.receiving_address or ""))
    lines += long(texts.place, values.agency(procedure))
    ours = office is not None and at_our_desk(procedure, office)
    if not lines and not ours:
        steps = [line for step in procedure.steps for line in sentences(step) if _OF_PLACE.search(line)]
        lines = [texts.steps_say(), *map(capital, steps[:_STEPS_QUOTED])] if steps else []
    if office and ours:
        return [texts.desk(office.unit_name, office.desk), *lines, *lines_of(office.hours)]
    return lines


def at_our_desk(procedure: Procedure, office: Office) -> bool:
    """The papers are handed in at the commune's own desk, so its hours are the ones that count."""
    agency = " ".join(filter(None, (procedure.agency or procedure.competent_agency, procedure.receiving_address)))
    if procedure.scope == "local" and not procedure.decision and not agency:
        return bool(office.desk)  # the commune's own matter
    ours = _COMMUNE_DESK.search(agency) or any(_TO_COMMUNE_DESK.search(step) for step in procedure.steps)
    return bool(office.desk and procedure.is_commune_level and ours)


def place_line(procedure: Procedure, office: Office | None = None) -> str:
    """Where to hand it in, in one line; "" when the record does not say."""
    lines = _place(procedure, office)
    return next((line for line in lines if line != texts.steps_say()), "")


def _places(procedure: Procedure, office: Office | None) -> tuple[str, str]:
    """Where to hand it in, with the desk's address and without."""
    full = place_line(procedure, office)
    ours = office and office.desk_name and at_our_desk(procedure, office)
    return full, texts.desk_short(office.desk_name) if office and ours else full


def _steps(procedure: Procedure, office: Office | None = None) -> list[str]:
    steps = [step for step in procedure.steps if step.strip()]
    if not steps:
        return []
    if any(_ALREADY_NUMBERED.match(step) for step in steps):
        return [texts.steps(), *(line for step in steps for line in lines_of(step))]
    return [texts.steps(), *(line for n, step in enumerate(steps, 1) for line in numbered(n, step))]


def _outline(procedure: Procedure, title: str, source: str) -> tuple[str, ...]:
    """Long published steps by the beginning of each "Bước …" on one screen; nothing where they are not written so."""
    steps = [line for step in procedure.steps for line in lines_of(step) if _STEP.match(line)]
    for chars in _OUTLINE_CHARS if len(steps) > 1 else ():
        text = "\n".join((title, texts.outline(), *(shortened(step, chars) for step in steps), source))
        if len(text) <= MAX_CHARS:
            return (text,)
    return ()


def _online(procedure: Procedure, office: Office | None = None) -> list[str]:
    if not procedure.submission and not procedure.online_level:
        return []
    online, ways = values.online_row(procedure), values.ways(procedure)
    if not online and not procedure.online_level:
        return [texts.online_no(), texts.channels(values.joined(ways))]
    lines = [texts.online_full(procedure.online_level) if procedure.online_level else texts.online_yes()]
    lines.append(texts.online_at())
    if online:
        lines += long(texts.fee, values.fee_of(online)) + long(texts.time, values.time_of(online))
    if len(ways) > 1:
        lines.append(texts.channels(values.joined(ways)))
    return [*lines, *told_remarks(note for note in procedure.notes if _OF_ONLINE.search(note))]


def _result(procedure: Procedure, office: Office | None = None) -> list[str]:
    return long(texts.result, procedure.result)


def _form(procedure: Procedure, office: Office | None = None) -> list[str]:
    papers = papers_and_remarks(procedure)[0]
    lines: list[str] = []
    for paper in papers:
        if paper.form:
            lines += [pages.flat(paper.name), texts.form(pages.flat(paper.form))]
    if not lines:
        with_form = [paper for paper in papers if _OF_FORMS.search(paper.name)]
        lines = [line for n, paper in enumerate(with_form, 1) for line in numbered_paper(n, paper)]
        lines = [*([texts.forms()] if lines else []), *lines, texts.forms_missing()]
    return lines


def _legal(procedure: Procedure, office: Office | None = None) -> list[str]:
    laws = [line for law in procedure.legal_basis for line in long(texts.remark, law)]
    return [texts.legal(), *laws] if laws else []


def _requirement(procedure: Procedure, office: Office | None = None) -> list[str]:
    """The condition, which is what was asked, before for whom it is."""
    lines = long(texts.target, procedure.target)
    asked = lines_of(procedure.requirements or "")
    return [texts.requirement(), *asked, *lines] if asked else lines


_PARTS: dict[str, Callable[[Procedure, Office | None], list[str]]] = {
    "documents": _documents, "fee": _fee, "time": _time, "place": _place, "steps": _steps, "online": _online,
    "result": _result, "form": _form, "legal": _legal, "requirement": _requirement, "overview": _documents,
}  # fmt: skip


def _lacks(procedure: Procedure, aspect: str) -> bool:
    """There is something to show, but not what was asked for."""
    match aspect:
        case "form":
            return not any(document.form for document in procedure.documents)
        case "requirement":
            return not lines_of(procedure.requirements or "")
        case "time":
            return not any(values.times(procedure)) and not values.described(procedure, values.OF_TIME)
    return False


def _has(procedure: Procedure, aspect: str) -> bool:
    """Whether the part is worth offering; cheaper than writing it."""
    rows = procedure.submission
    has = {
        "documents": procedure.documents,
        "fee": any(row.fee or values.OF_FEES.search(row.note or "") for row in rows),
        "time": any(row.time_limit or values.OF_TIME.search(row.note or "") for row in rows)
        or values.limits_in_steps(procedure),
        "place": procedure.agency or procedure.competent_agency or procedure.receiving_address or procedure.steps,
        "steps": procedure.steps,
        "online": values.online_row(procedure) or procedure.online_level,
        "requirement": procedure.requirements,
        "result": procedure.result,
    }
    return bool(has[aspect])


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
