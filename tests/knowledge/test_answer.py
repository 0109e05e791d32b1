"""Answers hold nothing but the record and the wording file, fit a phone's screen and name their source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from domain.procedure import Document, Procedure, Submission
from domain.texts.base import LOCALES
from knowledge.answer import Office, answer
from knowledge.aspect import ASPECTS
from knowledge.load import read
from knowledge.pages import flat

ROOT = Path(__file__).parents[2]
SEED = ROOT / "knowledge/seed"
DUMP = ROOT / "../shared/data/procedures.jsonl.gz"
SINCE = date(2026, 11, 20)
OFFICE = Office("xã Hòa An", "Trung tâm Phục vụ hành chính công, 12 đường Lê Lợi")


def render(procedure: Procedure, aspect: str) -> str:
    return "\n".join(answer(procedure, aspect, since=SINCE, office=OFFICE).screens)


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


@lru_cache
def wording() -> tuple[re.Pattern[str], ...]:
    """Every sentence about procedures as a pattern: what is filled in becomes a group, as short or as long as fits."""
    section = (LOCALES / "vi.ftl").read_text(encoding="utf-8").split("## Procedure")[1].split("\n## ")[0]
    sentences = re.findall(r"^procedure-[\w-]+ = (.*)$", section, re.MULTILINE)
    parts = [[re.escape(part) for part in re.split(r"\{ \$\w+ \}", sentence)] for sentence in sentences]
    filled = [group.join(part) for part in parts for group in ("(.+?)", "(.+)")]
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in dict.fromkeys(filled) if pattern not in _TOO_WIDE)


_TOO_WIDE = {r"(.+?):", r"(.+):", r"(.+?):\ (.+?)", r"(.+):\ (.+)", r"(.+?),\ (.+?)", r"(.+),\ (.+)"}
_LABELLED = re.compile(r"(?:[-–] |\d+\. )?(.*?)(?: \((?:\d+ bản \w+(?:, )?)+\))?")
_HEADED = re.compile(r"([^:]+:) (.+)")


@lru_cache(maxsize=100_000)
def is_wording(line: str) -> tuple[tuple[str, ...], ...]:
    """What is filled in, for each sentence of the wording file that the line may be."""
    return tuple(match.groups() for pattern in wording() if (match := pattern.fullmatch(line)))


def comes_from(line: str, record: str, depth: int = 6) -> bool:
    """The line stands in the record, or is a sentence of the wording file filled with such lines, numbers and dates."""
    line = line.strip().removesuffix("…").strip()
    if re.fullmatch(r"[\d/]*", line) or plain(line) in record:
        return True
    if (match := _LABELLED.fullmatch(line)) and plain(match[1]) in record:
        return True
    if not depth:
        return False
    if any(all(comes_from(value, record, depth - 1) for value in values) for values in is_wording(line)):
        return True
    if match := _HEADED.fullmatch(line):  # "Nộp trực tiếp, gửi bưu điện: 8.000 đồng"
        return comes_from(match[1], record, depth - 1) and comes_from(match[2], record, depth - 1)
    several = re.split(r"[,;] ", line.rstrip(":"))  # ways to hand it in, counts
    return (len(several) > 1 or line.endswith(":")) and all(comes_from(one, record, depth - 1) for one in several)


def record_of(procedure: Procedure) -> str:
    parts: list[str] = [OFFICE.unit_name, OFFICE.desk]

    def gather(value: object) -> None:
        if isinstance(value, str):
            parts.append(flat(value))
        elif isinstance(value, (tuple, list)):
            for item in value:
                gather(item)
        elif isinstance(value, (Document, Submission, Procedure)):
            for item in vars(value).values():
                gather(item)

    gather(procedure)
    return " | ".join(plain(part) for part in parts)


def check(procedure: Procedure) -> Iterator[str]:
    """What is wrong with the answers of one procedure."""
    record = record_of(procedure)
    for aspect in ASPECTS:
        for screen in answer(procedure, aspect, since=SINCE, office=OFFICE).screens:
            if len(screen) > 600:
                yield f"{procedure.code} {aspect}: {len(screen)} characters"
            if procedure.code not in screen.splitlines()[-1]:
                yield f"{procedure.code} {aspect}: no source"
            for line in screen.splitlines():
                if not comes_from(line, record):
                    yield f"{procedure.code} {aspect}: invented? {line}"


def test_every_line_of_every_starter_procedure_comes_from_the_record_or_the_wording_file():
    wrong = [line for item in read(SEED) if isinstance(item, Procedure) for line in check(item)]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.skipif(not DUMP.exists(), reason="the portal's dump is not here")
def test_every_line_of_every_published_procedure_comes_from_the_record_or_the_wording_file():
    wrong = [line for item in read(DUMP) if isinstance(item, Procedure) for line in check(item)]
    assert wrong == []


def test_the_check_itself_finds_what_is_invented() -> None:
    record = record_of(BIRTH)
    assert comes_from("Lệ phí: 8.000 đồng", record)
    assert not comes_from("Lệ phí: 9.000 đồng", record)
    assert not comes_from("2. Sổ hộ khẩu (1 bản chính)", record)


BIRTH = Procedure(
    code="1.001193",
    name="Thủ tục đăng ký khai sinh",
    plain_name="Làm giấy khai sinh",
    level=("Cấp Xã",),
    decision="163/QĐ-BTP",
    agency="Ủy ban nhân dân cấp xã",
    fetched_version="2026-07-18",
    submission=(
        Submission("Trực tiếp", "1 ngày làm việc", "8.000 đồng"),
        Submission("Dịch vụ bưu chính", "1 ngày làm việc", "8.000 đồng"),
        Submission("Trực tuyến", "2 ngày làm việc", "Miễn phí (0 đồng)"),
    ),
    documents=(
        Document("Lưu ý: mang bản chính để đối chiếu", 0, 0),
        Document("Giấy chứng sinh", 1, 0),
        Document("Biên bản về việc trẻ bị bỏ rơi;", 1, 1, "Trẻ bị bỏ rơi"),
    ),
    steps=("Nộp hồ sơ tại Trung tâm Phục vụ hành chính công.", "Nhận kết quả."),
    result="Giấy khai sinh",
    legal_basis=("Luật Hộ tịch (60/2014/QH13)",),
)


@pytest.mark.parametrize(
    ("why", "aspect", "shown"),
    [
        ("papers are numbered and a remark comes after them, whatever the portal's order", "documents",
         ["1. Giấy chứng sinh (1 bản chính)", "Trẻ bị bỏ rơi:",
          "2. Biên bản về việc trẻ bị bỏ rơi (1 bản chính, 1 bản sao)",
          "Lưu ý kèm theo:", "- Lưu ý: mang bản chính để đối chiếu"]),
        ("equal fees of several ways stand together", "fee",
         ["Nộp trực tiếp, gửi bưu điện: 8.000 đồng", "Nộp qua mạng: Miễn phí (0 đồng)"]),
        ("so do equal limits", "time",
         ["Nộp trực tiếp, gửi bưu điện: 1 ngày làm việc", "Nộp qua mạng: 2 ngày làm việc"]),
        ("the agency, and the commune's own desk", "place",
         ["Nơi làm: Ủy ban nhân dân cấp xã",
          "Ở xã Hòa An: nộp tại Trung tâm Phục vụ hành chính công, 12 đường Lê Lợi."]),
        ("plain steps are numbered", "steps",
         ["1. Nộp hồ sơ tại Trung tâm Phục vụ hành chính công.", "2. Nhận kết quả."]),
        ("a way online in the record", "online", ["Thủ tục này nộp được qua mạng.", "dichvucong.gov.vn"]),
        ("the law", "legal", ["- Luật Hộ tịch (60/2014/QH13)"]),
        ("the card has papers, fee, time and place", "overview",
         ["Cần mang:", "1. Giấy chứng sinh", "Có giấy khác tùy trường hợp",
          "Lệ phí: Nộp trực tiếp, gửi bưu điện: 8.000 đồng; nộp qua mạng: Miễn phí (0 đồng)", "12 đường Lê Lợi"]),
        ("every answer names code, decision and day", "result",
         ["Nguồn: thủ tục 1.001193, QĐ 163/QĐ-BTP, bản ngày 18/07/2026, dichvucong.gov.vn"]),
        ("an unknown part is answered with the card", "mùi vị", ["Cần mang:"]),
    ],
)  # fmt: skip
def test_a_part_of_a_procedure_is_told(why: str, aspect: str, shown: list[str]) -> None:
    text, at = render(BIRTH, aspect), -1
    for line in shown:
        assert text.find(line, at + 1) > at, f"{why}: {line}\n{text}"
        at = text.find(line, at + 1)


@pytest.mark.parametrize(
    ("why", "aspect", "procedure"),
    [
        (
            "the unit of the limit was lost at the source",
            "time",
            Procedure("1.1", "A", submission=(Submission("Trực tiếp"),)),
        ),
        ("no fee in the record", "fee", Procedure("1.1", "A", submission=(Submission("Trực tiếp", "1 ngày"),))),
        ("no papers", "documents", Procedure("1.1", "A")),
        ("no place, and no step that names one", "place", Procedure("1.1", "A", steps=("Nhận kết quả.",))),
        ("no condition", "requirement", Procedure("1.1", "A", target="Công dân")),
        ("no way to hand it in", "online", Procedure("1.1", "A")),
    ],
)
def test_what_the_record_lacks_is_said_to_be_missing(why: str, aspect: str, procedure: Procedure) -> None:
    told = answer(procedure, aspect, since=SINCE)
    assert told.missing, why
    assert "tôi không trả lời đoán" in told.screens[0], why
    assert "bản ngày 20/11/2026" in told.screens[0], "without a date of its own, the version's first day is shown"


def test_a_fee_of_nothing_in_the_raw_record_comes_with_a_warning() -> None:
    raw = Procedure("1.1", "A", submission=(Submission("Trực tiếp", None, "Miễn phí (0 đồng)"),))
    assert "ông/bà hỏi lại khi nộp" in render(raw, "fee")
    assert "ông/bà hỏi lại khi nộp" in render(raw, "overview")


def test_a_fee_that_does_not_fit_the_card_is_never_cut() -> None:
    long = "8.000 đồng đối với việc " + "rất đặc biệt " * 20 + "và 50.000 đồng đối với việc khác"
    raw = Procedure("1.1", "A", submission=(Submission("Trực tiếp", None, long),))
    assert "Lệ phí: có nhiều mức, chọn Lệ phí để xem đủ." in render(raw, "overview")
    assert "50.000 đồng đối với việc khác" in " ".join(render(raw, "fee").split())


def test_a_limit_that_stands_only_in_the_description_is_quoted_as_such() -> None:
    note = "Nộp tại xã. Ngay trong ngày tiếp nhận hồ sơ; nhận sau 15 giờ thì trả ngày làm việc tiếp theo."
    told = answer(Procedure("1.1", "A", submission=(Submission("Trực tiếp", note=note),)), "time", since=SINCE)
    assert not told.missing
    assert "Phần mô tả của bản công bố ghi:\nNgay trong ngày tiếp nhận hồ sơ;" in told.screens[0]


def test_an_online_filing_abroad_is_not_offered_this_communes_desk() -> None:
    consulate = Procedure("1.1", "A", level=("Cấp Bộ",), agency="Cơ quan đại diện Việt Nam ở nước ngoài")
    assert "Lê Lợi" not in render(consulate, "place")


def test_long_answers_are_split_where_sentences_end_and_lose_nothing() -> None:
    law = tuple(f"Luật số {n} về một việc rất dài cần nhiều chữ để nói cho hết ({n}/2026/QH15)" for n in range(40))
    told = answer(Procedure("1.1", "A" * 300, legal_basis=law), "legal", since=SINCE)
    assert len(told.screens) > 5
    assert all(len(screen) <= 600 for screen in told.screens)
    assert all(f"({n}/2026/QH15)" in "".join(told.screens) for n in range(40))
    assert f"Phần 1/{len(told.screens)}" in told.screens[0]
