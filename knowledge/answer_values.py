"""Fees, time limits and places of a record made readable: the same words, without the portal's own clutter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from domain.procedure import Procedure, Submission
from domain.texts import procedure as texts
from knowledge.normalise import fold
from knowledge.pages import flat, lines_of, sentences

FREE = "Miễn phí (0 đồng)"  # how the import writes the portal's "0 VNĐ" without a text
OF_FEES = re.compile(r"\b(phí|tiền)\b|\d đồng\b|không thu\b", re.IGNORECASE)
OF_TIME = re.compile(
    r"\d\)?\s*(\w+ )?(ngày|giờ|tháng|tuần|phút)\b|trong ngày|thời hạn|thời gian giải quyết|ngay sau khi"
    r"|\b(khóa|mở|trả|cấp|giải quyết|làm|xong) ngay\b",
    re.IGNORECASE,
)
_PROVINCE_SETS_FEES = "85/2019/TT-BTC"  # fees and charges within the power of provincial people's councils
_STEP_WITH_LIMIT = re.compile(
    r"(trong( thời hạn)?|không quá|chậm nhất|sau)\s[^.;]{0,25}\d+\s(\w+\s)?(ngày|giờ|tháng)\b|trong ngày\b",
    re.IGNORECASE,
)
_STEP_OF_THE_OFFICE = re.compile(  # what the office does within it; the citizen's own deadlines are no time limit
    r"\b(cấp|trả|giải quyết|ghi|cập nhật|xem xét|thông báo|báo|quyết định|xác nhận|thẩm định|trình|chi)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = {"", "theo mo ta", "khong", "-"}  # a time limit "Không", or one that only points elsewhere
_AMOUNT_TWICE = re.compile(
    r"(?<![\d.])(\d[\d.]*) đồng \(([^()]*(?<![\d.])\1\s?(?:đồng|đ|vnđ|vnd)\b[^()]*?)\.?\)", re.IGNORECASE
)
_UNIT_LOST = re.compile(
    r"\d+ \(đơn vị tiền không rõ; nguồn ghi \"VNĐ\"\) \(([^()]*\d\s?(?:đồng|đ|vnđ|vnd)\b[^()]*?)\.?\)", re.IGNORECASE
)
_ORDER = ("truc tiep", "truc tuyen", "dich vu buu chinh")  # at the desk first: most people come in person
_STEPS_QUOTED = 3

Groups = dict[str | None, list[str]]  # what it costs, or how long it takes -> the ways to hand it in


def fees(procedure: Procedure) -> Groups:
    """The fees with the ways they hold for; None = the record does not say."""
    return _by_value((row, _fee(row)) for row in procedure.submission)


def times(procedure: Procedure) -> Groups:
    """The time limits with the ways they hold for; None = the record does not say."""
    return _by_value((row, _time(row)) for row in procedure.submission)


def zero_may_not_be_all(procedure: Procedure) -> bool:
    """The record says 0 dong where the province may ask for more, or where nobody has reviewed the zero."""
    zero = any(row.fee == FREE for row in procedure.submission)
    return zero and (not procedure.plain_name or any(_PROVINCE_SETS_FEES in law for law in procedure.legal_basis))


def described(procedure: Procedure, wanted: re.Pattern[str]) -> list[str]:
    """Sentences of the portal's column "Mô tả" on the subject: often it alone holds the limit or the fee."""
    notes = dict.fromkeys(row.note for row in procedure.submission if row.note)
    return list(dict.fromkeys(line for note in notes for line in sentences(note) if wanted.search(line)))


def limits_in_steps(procedure: Procedure) -> list[str]:
    """What the steps say about how long the office takes; only worth telling where the record has no limit."""
    lines = [line for step in procedure.steps for line in sentences(step)]
    found = (line for line in lines if _STEP_WITH_LIMIT.search(line) and _STEP_OF_THE_OFFICE.search(line))
    return list(dict.fromkeys(found))[:_STEPS_QUOTED]


def way(channel: str) -> str:
    known = {"truc tiep": texts.in_person, "truc tuyen": texts.online_way, "dich vu buu chinh": texts.by_post}
    wording = known.get(fold(channel))
    return wording() if wording else flat(channel)


def ways(procedure: Procedure) -> list[str]:
    """Every way to hand it in, once."""
    return list(dict.fromkeys(way(row.channel) for row in _in_order(procedure.submission)))


def joined(parts: Iterable[str], between: str = ", ") -> str:
    first, *more = list(parts)
    return between.join([first, *(part[:1].lower() + part[1:] for part in more)])


def agency(procedure: Procedure) -> str:
    """Who handles it. The portal's tags "cấp Xã", "cấp Tỉnh" become ordinary words."""
    said = procedure.agency or procedure.competent_agency or ""
    return re.sub(r"\bcấp (Xã|Huyện|Tỉnh|Bộ)\b", lambda found: found[0].lower(), tidied(said))


def tidied(text: str) -> str:
    """A field without the quotation marks and the punctuation left over around it."""
    return text.strip().strip('"').strip().rstrip(";., ")


def online_row(procedure: Procedure) -> Submission | None:
    return next((row for row in procedure.submission if fold(row.channel) == "truc tuyen"), None)


def fee_of(row: Submission) -> str:
    return _fee(row) or ""


def time_of(row: Submission) -> str:
    return _time(row) or ""


def _fee(row: Submission) -> str | None:
    return _once(_UNIT_LOST.sub(r"\1", _AMOUNT_TWICE.sub(r"\2", row.fee or ""))) or None


def _time(row: Submission) -> str | None:
    text = re.sub(r"(\d)\.(\d) (ngày|giờ)", r"\1,\2 \3", row.time_limit or "")
    return None if fold(text).strip(" .") in _SAYS_NOTHING else _once(text)


def _once(text: str) -> str:
    """The portal repeats a value for every case: "A | A | B" is "A; B"."""
    if "|" not in text:
        return text.strip().rstrip(" .;")
    parts: dict[str, str] = {}
    for part in filter(str.strip, text.split("|")):
        parts.setdefault(fold(part).strip(" .;"), part.strip(" .;"))
    return "; ".join(parts.values())


def _by_value(rows: Iterable[tuple[Submission, str | None]]) -> Groups:
    groups: Groups = {}
    for row, value in sorted(rows, key=lambda found: _place_in_order(found[0])):
        named = groups.setdefault(value, [])
        if way(row.channel) not in named:
            named.append(way(row.channel))
    return groups


def _in_order(rows: Sequence[Submission]) -> list[Submission]:
    return sorted(rows, key=_place_in_order)


def _place_in_order(row: Submission) -> int:
    channel = fold(row.channel)
    return _ORDER.index(channel) if channel in _ORDER else len(_ORDER)


def told_by_value(groups: Groups, one: Callable[[str], str], many: Callable[[], str]) -> list[str]:
    """A field under its label: in one line, or one line for each value with its ways."""
    given = [value for value in groups if value]
    if not given:
        return []
    if len(groups) == 1:
        return long(one, given[0])
    lines = [many()]
    for value, named in groups.items():
        lines += long(partial(texts.by_channel, joined(named)), value or texts.not_given())
    return lines


def long(wording: Callable[[str], str], text: str | None) -> list[str]:
    """A field under its label; further lines of the field stay lines."""
    lines = lines_of(text or "")
    return [wording(lines[0]), *lines[1:]] if lines else []
