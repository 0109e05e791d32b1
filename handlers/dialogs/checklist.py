"""The papers of a procedure as a list to tick: which case, what is in hand, what is still missing and where to go.

Every button is a standing command that says what it sets, so two quick presses, an old screen or a restart do no harm.
What was ticked stands in the conversation's memory.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.fold import fold
from domain.messages import Choice, Incoming, Outgoing
from domain.procedure import Document
from domain.texts import checklist as texts
from domain.texts import procedure as procedure_texts
from handlers.context import Context, Turn
from handlers.dialogs import procedure
from handlers.dialogs.procedure_told import links_of, office_of
from handlers.registry import STEPS, command, said, step
from knowledge.answer import MAX_CHARS, at_our_desk, place_line, source_line
from knowledge.answer_papers import is_condition, paper_line, papers_and_remarks
from knowledge.library import Known
from knowledge.pages import lines_of, named, shortened

KEPT = timedelta(days=30)  # so long a half-ticked list is found again
_CASES, _PAPERS = 4, 6  # shown at once
_TITLE_CHARS, _CASE_CHARS = 70, 80
_PAPER_CHARS = (200, 140, 100, 80, 62)
_NUMBERS = re.compile(r"(\d{1,3})\s*(?:-|–|den|toi)\s*(\d{1,3})|(\d{1,3})")
_ONLY_NUMBERS = re.compile(
    r"(?:\d{1,3}|den|toi|va|voi|so|giay|cac|da|co|roi|bo|chua|khong|thieu|dau|them|nua|a|nhe|thi|[\s,.;+&/–-])+"
)
_NOT = re.compile(r"\b(bo|chua|khong|thieu)\b")
_DONE = re.compile(
    r"(?:da |toi |minh )?(?:du|xong|het|thoi|done|xem con thieu gi|con thieu gi)(?: roi| het)?(?: a| nhe| do| day)?"
)
_EVERY = re.compile(
    r"(?:da )?(?:co |du )?(?:tat ca|du ca|du het|co het|het ca|toan bo)(?: cac)?(?: giay)?(?: roi)?(?: a)?"
)
_FORTH, _BACK = {"tiep", "xem tiep", "trang sau", "tiep theo"}, {"truoc", "trang truoc", "quay lai", "lui"}

said("đánh dấu giấy đã có", "đánh dấu giấy tờ", "giấy đã có", data="papers")


@dataclass(frozen=True)
class Ticks:
    """What a person has done with one list. `cases`: numbers of the cases that apply; None = not asked yet."""

    code: str
    mark: str  # of the papers as they were shown
    cases: tuple[int, ...] | None = None
    have: tuple[int, ...] = ()  # numbers of papers within the chosen cases
    page: int = 1


@command("papers")
def papers(ctx: Context, message: Incoming, argument: str) -> Turn:
    """ "/papers <code>" begins or goes on; then "+ 3", "- 3", "page 2", "case 2", "cases 2", "all", "none", "done"."""
    code, verb, number = (*argument.split(), "", "", "")[:3]
    code = code or procedure.recall(ctx).code
    known = ctx.tools.library.procedure(ctx.session, ctx.tenant.id, code, ctx.today)
    if known is None:
        return procedure.show(ctx, code, "documents", texts.begin())
    every = papers_and_remarks(known.procedure)[0]
    if not every:
        return Turn((Outgoing(texts.nothing()),))
    ticks, changed = _ticks(ctx, code, every)
    n = int(number) if number.isdecimal() and len(number) <= 3 else 0
    if changed:
        return _noted(texts.changed(), _show(ctx, known, every, ticks))
    match verb:
        case "case" | "all" | "none":
            ticks = _with_cases(ticks, every, {"case": [n], "none": []}.get(verb))
        case "cases":
            return _ask_case(ctx, known, every, n)
        case "again":
            ticks = replace(ticks, cases=None, have=(), page=1)
        case "+" | "-":
            ticks = _ticked(ticks, [n], verb == "+", len(_chosen(every, ticks)))
        case "page":
            ticks = replace(ticks, page=n)
        case "done":
            return _finish(ctx, known, every, ticks)
    return _show(ctx, known, every, ticks)


@step("papers")
def typed(ctx: Context, message: Incoming) -> Turn:
    """Numbers, a name, "đủ rồi"; anything else is a new subject and leaves the list, which is kept."""
    raw = ctx.memory.get("papers") or {}
    code = str(raw.get("code", ""))
    known = ctx.tools.library.procedure(ctx.session, ctx.tenant.id, code, ctx.today) if code else None
    every = papers_and_remarks(known.procedure)[0] if known else []
    words = fold(message.text).strip(" .!?")
    if known is None or not every or not words or message.media or message.location:
        return STEPS["idle"](ctx, message)
    ticks, changed = _ticks(ctx, code, every)
    if changed:
        return _noted(texts.changed(), _show(ctx, known, every, ticks))
    if ticks.cases is None:
        return _typed_case(ctx, known, every, ticks, words) or STEPS["idle"](ctx, message)
    listed = _chosen(every, ticks)
    if _EVERY.fullmatch(words):
        return _show(ctx, known, every, _ticked(ticks, range(1, len(listed) + 1), True, len(listed)))
    if _DONE.fullmatch(words):
        return _finish(ctx, known, every, ticks)
    if words in _FORTH | _BACK:
        return _show(ctx, known, every, replace(ticks, page=ticks.page + (1 if words in _FORTH else -1)))
    numbers = _numbers(words) or _by_name(words, listed)
    if not numbers:
        return STEPS["idle"](ctx, message)
    if not any(1 <= n <= len(listed) for n in numbers):
        return _noted(texts.not_there(len(listed)), _show(ctx, known, every, ticks))
    if _NOT.search(words) and not _by_name(words, listed):
        return _show(ctx, known, every, _ticked(ticks, numbers, False, len(listed)))
    new = [n for n in numbers if n not in ticks.have]
    ticks = _ticked(ticks, numbers, bool(new), len(listed))  # all of them ticked already: this takes the ticks back
    first = next(n for n in numbers if 1 <= n <= len(listed))
    return _show(ctx, known, every, replace(ticks, page=(first - 1) // _PAPERS + 1))


def _ticks(ctx: Context, code: str, every: Sequence[Document]) -> tuple[Ticks, bool]:
    """What is remembered of this list; True when the papers have changed since."""
    names = "\n".join(f"{paper.case}\t{paper.name}" for paper in every)
    mark = hashlib.sha256(names.encode()).hexdigest()[:12]
    raw = ctx.memory.get("papers") or {}
    if raw.get("code") != code or ctx.now - datetime.fromisoformat(raw["at"]) > KEPT:
        return Ticks(code, mark), False
    if raw["mark"] != mark:
        return Ticks(code, mark), True
    cases = raw.get("cases")
    return Ticks(code, mark, None if cases is None else tuple(cases), tuple(raw["have"]), raw["page"]), False


def _cases(every: Sequence[Document]) -> list[str]:
    return [case for case in dict.fromkeys(paper.case for paper in every) if is_condition(case)]


def _chosen(every: Sequence[Document], ticks: Ticks) -> list[Document]:
    """The papers that are always asked for, and those of the cases that apply."""
    names = _cases(every)
    wanted = {names[n - 1] for n in ticks.cases or () if n <= len(names)}
    return [paper for paper in every if paper.case in wanted or not is_condition(paper.case)]


def _with_cases(ticks: Ticks, every: Sequence[Document], numbers: Sequence[int] | None) -> Ticks:
    """With these cases; None = all of them. Ticks are dropped where the list becomes another one."""
    last = len(_cases(every))
    cases = tuple(range(1, last + 1)) if numbers is None else tuple(sorted({n for n in numbers if 1 <= n <= last}))
    if not _chosen(every, replace(ticks, cases=cases)):
        cases = tuple(range(1, last + 1))
    return replace(ticks, cases=cases, have=ticks.have if cases == ticks.cases else (), page=1)


def _ticked(ticks: Ticks, numbers: Sequence[int] | range, have: bool, last: int) -> Ticks:
    held = set(ticks.have)
    held = held | set(numbers) if have else held - set(numbers)
    page = (numbers[0] - 1) // _PAPERS + 1 if len(numbers) == 1 else ticks.page
    return replace(ticks, have=tuple(sorted(n for n in held if 1 <= n <= last)), page=page)


def _show(ctx: Context, known: Known, every: Sequence[Document], ticks: Ticks) -> Turn:
    if ticks.cases is None:
        if _cases(every):
            return _ask_case(ctx, known, every, 1, ticks)
        ticks = replace(ticks, cases=())
    listed, code = _chosen(every, ticks), ticks.code
    pages = -(-len(listed) // _PAPERS)
    page = min(max(ticks.page, 1), pages)
    ticks = replace(ticks, page=page)
    shown = list(enumerate(listed, 1))[(page - 1) * _PAPERS : page * _PAPERS]
    head = [_title(known), *([procedure_texts.page(page, pages)] if pages > 1 else [])]
    tail = [texts.how(len(ticks.have), len(listed))]
    lines = [*head, *_as_wide_as_fits([(n, paper, n in ticks.have) for n, paper in shown], (*head, *tail)), *tail]
    choices = [
        Choice(f"/papers {code} {'-' if n in ticks.have else '+'} {n}", texts.toggle(n, n in ticks.have), key=str(n))
        for n, _ in shown
    ]
    key = len(listed)
    if page < pages:
        choices.append(Choice(f"/papers {code} page {page + 1}", texts.next_papers(), key=str(key := key + 1)))
    if page > 1:
        choices.append(Choice(f"/papers {code} page {page - 1}", texts.papers_before(), key=str(key + 1)))
    choices.append(Choice(f"/papers {code} done", texts.done(), key="0"))
    return Turn((Outgoing("\n".join(lines), tuple(choices)),), state="papers", remember=_remembered(ctx, ticks))


def _ask_case(ctx: Context, known: Known, every: Sequence[Document], page: int, ticks: Ticks | None = None) -> Turn:
    names, code = _cases(every), known.procedure.code
    ticks = replace(ticks or _ticks(ctx, code, every)[0], cases=None, have=())
    pages = -(-len(names) // _CASES)
    page = min(max(page, 1), pages)
    shown = list(enumerate(names, 1))[(page - 1) * _CASES : page * _CASES]
    choices = [Choice(f"/papers {code} case {n}", shortened(name, _CASE_CHARS), key=str(n)) for n, name in shown]
    key = len(names)
    if pages > 1:
        following = page % pages + 1
        choices.append(Choice(f"/papers {code} cases {following}", texts.more_cases(), key=str(key := key + 1)))
    if any(not is_condition(paper.case) for paper in every):
        choices.append(Choice(f"/papers {code} none", texts.none_of_them(), key=str(key + 1)))
    choices.append(Choice(f"/papers {code} all", texts.all_cases(), key="0"))
    text = texts.cases(_title(known))
    return Turn((Outgoing(text, tuple(choices)),), state="papers", remember=_remembered(ctx, ticks))


def _typed_case(ctx: Context, known: Known, every: Sequence[Document], ticks: Ticks, words: str) -> Turn | None:
    """ "1 3", a case in its own words, "tất cả". None when the words are about something else."""
    names = _cases(every)
    if _EVERY.fullmatch(words):
        return _show(ctx, known, every, _with_cases(ticks, every, None))
    numbers = [n for n in _numbers(words) if n <= len(names)]
    if not numbers and len(words) >= 6:
        numbers = [n for n, name in enumerate(names, 1) if words in fold(name)]
    if numbers:
        return _show(ctx, known, every, _with_cases(ticks, every, numbers))
    return _ask_case(ctx, known, every, 1) if _numbers(words) else None


def _finish(ctx: Context, known: Known, every: Sequence[Document], ticks: Ticks) -> Turn:
    """What is still missing, and where and when to hand it in. The list can be taken up again."""
    if ticks.cases is None:
        ticks = _with_cases(ticks, every, None)
    listed, office, code = _chosen(every, ticks), office_of(ctx), ticks.code
    missing = [(n, paper, False) for n, paper in enumerate(listed, 1) if n not in ticks.have]
    head = [_title(known), texts.missing(len(ticks.have), len(listed)) if missing else texts.complete(len(listed))]
    source = source_line(known.procedure, known.valid_from_on, office)
    where = [shortened(place_line(known.procedure, office), 200)]
    hours = lines_of(office.hours) if at_our_desk(known.procedure, office) else []
    shown = missing
    while True:  # the papers first: the week's hours are one question away, the status stays longest
        tail = [*filter(None, (*where, *hours)), source]
        papers = _as_wide_as_fits(shown, (*head, *tail))
        rest = [texts.missing_more(len(missing) - len(shown))] if len(shown) < len(missing) else []
        if sum(len(line) + 1 for line in (*head, *papers, *rest, *tail)) <= MAX_CHARS + 1 or not shown:
            break
        if hours:
            hours = hours[:1] if len(hours) > 1 else []
        else:
            shown = shown[:-1]
    lines = [*head, *papers, *rest, *tail]
    choices = [Choice(f"/papers {code}", texts.again())] if missing else []
    choices += [Choice(f"/papers {code} again", texts.other_case())] if _cases(every) else []
    choices += [Choice(f"/p {code} {part}", procedure_texts.choice(part)) for part in ("place", "fee", "online")]
    message = Outgoing("\n".join(lines), tuple(choices), links=links_of(known.procedure))
    return Turn((message,), remember=_remembered(ctx, ticks))


def _as_wide_as_fits(papers: Sequence[tuple[int, Document, bool]], others: Sequence[str]) -> list[str]:
    """The papers with their names as long as one screen allows beside the other lines."""
    room = MAX_CHARS + 1 - sum(len(line) + 1 for line in others)
    for chars in _PAPER_CHARS:
        lines = [texts.paper(n, shortened(paper_line(paper), chars), have) for n, paper, have in papers]
        if sum(len(line) + 1 for line in lines) <= room:
            break
    return lines


def _title(known: Known) -> str:
    return shortened(named(known.procedure.title), _TITLE_CHARS)


def _numbers(words: str) -> list[int]:
    """ "1 3", "1,3", "1-3", "có 1 và 3", "bỏ 2"; [] when other words stand with them."""
    if not _ONLY_NUMBERS.fullmatch(words):
        return []
    found: list[int] = []
    for first, last, one in _NUMBERS.findall(words):
        found += range(int(first), min(int(last), int(first) + 99) + 1) if first else [int(one)]
    return list(dict.fromkeys(found))


def _by_name(words: str, listed: Sequence[Document]) -> list[int]:
    """A paper called by its name, when only one has it."""
    name = re.sub(r"^(?:toi |minh |em |da |co |roi )+", "", words)
    found = [n for n, paper in enumerate(listed, 1) if len(name) >= 6 and name in fold(paper.name)]
    return found if len(found) == 1 else []


def _remembered(ctx: Context, ticks: Ticks) -> dict[str, object]:
    cases = None if ticks.cases is None else list(ticks.cases)
    raw = {"code": ticks.code, "mark": ticks.mark, "cases": cases, "have": list(ticks.have), "page": ticks.page}
    spoken = {**(ctx.memory.get("procedure") or {}), "code": ticks.code, "choices": [], "at": ctx.now.isoformat()}
    return {"papers": {**raw, "at": ctx.now.isoformat()}, "procedure": spoken}


def _noted(note: str, turn: Turn) -> Turn:
    first, *more = turn.say
    return replace(turn, say=(replace(first, text=_above(note, first.text)), *more))


def _above(note: str, text: str) -> str:
    """A line above the list; where it does not fit, the last line (how it works) gives way."""
    whole = f"{note}\n{text}"
    return whole if len(whole) <= MAX_CHARS else whole.rpartition("\n")[0]
