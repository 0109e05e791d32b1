"""The papers of a record: told apart from remarks, in order, each once, and as lines to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from domain.procedure import Document, Procedure
from domain.texts import procedure as texts
from knowledge.normalise import fold
from knowledge.pages import flat, lines_of

_BULLET = re.compile(r"^[\s\-–+*•]+(?=\S)")
_ORDINAL = re.compile(r"^\(?(?:(\d{1,2}(?:\.\d{1,2})*)|([a-zđ]))\s?[.):]\s*(?=[^\s\d])", re.IGNORECASE)
_REFERS = re.compile(r"\b(điểm|mục|khoản) \(?(\d|[a-zđ]\b)", re.IGNORECASE)  # to a number or letter of this very list
_LETTERS = "abcdđeghiklmnopqrstuvxy"  # as Vietnamese law counts
_NO_CASE = re.compile(
    r"((thanh phan|bo) )?ho so( gom| bao gom| gom co| phai nop)?( cac (giay to|tai lieu))?( sau)?( day)?"
    r"|(bao )?gom( co)?|giay to phai nop"
)
_TO_BE_SHOWN = re.compile(r"(giay to )?(phai )?xuat trinh\b.*")
_REMARKS = ("luu y", "ghi chu", "so luong ho so", "so bo ho so")


def papers_and_remarks(procedure: Procedure) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """The portal mixes papers with remarks ("Lưu ý…", or zero originals and zero copies): told apart here.

    Where every row has zero counts, the counts say nothing and all of them are papers. Its order is scrambled: what is
    always asked for comes first, and rows and cases that bear numbers or letters stand by these.
    """
    rows = _each_once(_tidied(paper) for paper in procedure.documents)
    papers = [paper for paper in rows if not _is_remark(paper)]
    remarks = [paper for paper in rows if _is_remark(paper)]
    papers, remarks = (papers, remarks) if papers else (rows, [])
    keep_numbers = any(_REFERS.search(paper.name) for paper in rows)
    ordered: list[Document] = []
    for case in _by_ordinal(list(dict.fromkeys(paper.case for paper in papers)), str):
        group = _by_ordinal([paper for paper in papers if paper.case == case], lambda paper: paper.name)
        if not keep_numbers and all(_ORDINAL.match(paper.name) for paper in group):
            group = [replace(paper, name=_ORDINAL.sub("", paper.name)) for paper in group]
        ordered += group
    if not keep_numbers and all(_ORDINAL.match(paper.case) for paper in ordered if paper.case):
        ordered = [replace(paper, case=_ORDINAL.sub("", paper.case)) for paper in ordered]
    return tuple(sorted(ordered, key=lambda paper: (paper.case != "", is_condition(paper.case)))), tuple(remarks)


def is_condition(case: str) -> bool:
    """Whether papers under this heading are asked for only in some situation; "giấy tờ phải xuất trình" always are."""
    return bool(case) and not _TO_BE_SHOWN.fullmatch(fold(case))


def documents(procedure: Procedure, notes: Iterable[str] = ()) -> list[str]:
    """The numbered list with its cases, then remarks."""
    papers, remarks = papers_and_remarks(procedure)
    counts = {_counts(paper) for paper in papers}
    same = counts.pop() if len(counts) == 1 and len(papers) > 1 else ""  # said once instead of on every line
    lines = [texts.papers_each(same) if same else texts.papers()] if papers else []
    case = ""
    for number, paper in enumerate(papers, 1):
        if paper.case != case:
            *before, last = lines_of(paper.case)
            lines += [*before, last if last.endswith(":") else texts.case(last)]
            case = paper.case
        lines += numbered_paper(number, paper, counted=not same)
    said = [line for remark in remarks for line in lines_of(remark.name)] if lines else []
    return [*lines, *told_remarks([*said, *(notes if lines else ())])]


def paper_line(paper: Document) -> str:
    """A paper with its counts in one line, without a number."""
    counts = _counts(paper)
    name = flat(paper.name)
    return f"{name} ({counts})" if counts else name


def numbered_paper(number: int, paper: Document, *, counted: bool = True) -> list[str]:
    return numbered(number, paper.name, _counts(paper) if counted else "")


def numbered(number: int, text: str, counts: str = "") -> list[str]:
    first, *more = lines_of(text) or [""]
    if counts and not more:
        return [texts.paper_counted(number, first, counts)]
    return [texts.paper(number, first), *more, *([texts.paper_counts(counts)] if counts else [])]


def told_remarks(said: Iterable[str]) -> list[str]:
    lines = []
    for text in dict.fromkeys(said):
        first, *more = lines_of(_BULLET.sub("", text)) or [""]
        lines += [texts.remark(first), *more] if first else []
    return [texts.remarks(), *lines] if lines else []


def _tidied(paper: Document) -> Document:
    case = flat(_BULLET.sub("", paper.case)).rstrip(":;. ")
    return replace(
        paper,
        name=_BULLET.sub("", paper.name).rstrip(";.! \n"),
        case="" if _NO_CASE.fullmatch(fold(case)) else case,
    )


T = TypeVar("T")


def _by_ordinal(items: list[T], text: Callable[[T], str]) -> list[T]:
    """In the order of the numbers or letters they bear, where every one bears its own; else as they stand."""
    keys = [_ordinal(text(item)) for item in items]
    told_apart = all(keys) and len(set(keys)) == len(keys) and len({type(key[0]) for key in keys}) == 1
    return [items[at] for at in sorted(range(len(items)), key=keys.__getitem__)] if told_apart else items


def _ordinal(text: str) -> tuple[Any, ...]:
    """(1, 14) of "1.14. Đối với…", ("", 1) of "b) …"; () when there is none."""
    match = _ORDINAL.match(text)
    if not match:
        return ()
    if match[1]:
        return tuple(int(part) for part in match[1].split("."))
    letter = match[2].lower()
    return ("", _LETTERS.find(letter)) if letter in _LETTERS else ()


def _each_once(papers: Iterable[Document]) -> list[Document]:
    """The portal repeats rows; of two that differ in their counts alone the greater counts hold."""
    found: dict[tuple[str, str], Document] = {}
    for paper in papers:
        key = fold(paper.name), paper.case
        before = found.get(key)
        if before is None:
            found[key] = paper
            continue
        most = (max(filter(None, pair), default=pair[0]) for pair in (
            (before.original_count, paper.original_count), (before.copy_count, paper.copy_count)
        ))  # fmt: skip
        found[key] = replace(before, original_count=next(most), copy_count=next(most), form=before.form or paper.form)
    return list(found.values())


def _is_remark(paper: Document) -> bool:
    none_asked = paper.original_count == 0 and paper.copy_count == 0
    return none_asked or fold(paper.name).lstrip("( ").startswith(_REMARKS) or fold(paper.case).startswith(_REMARKS)


def _counts(paper: Document) -> str:
    said = [texts.originals(paper.original_count)] if paper.original_count else []
    said += [texts.copies(paper.copy_count)] if paper.copy_count else []
    return texts.counts(*said) if len(said) == 2 else "".join(said)
