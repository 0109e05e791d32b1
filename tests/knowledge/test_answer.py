"""Answers hold nothing but the record and the wording file, fit a phone's screen and name their source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from domain.procedure import Document, Procedure, Submission
from domain.texts.base import LOCALES
from knowledge.answer import Office, answer
from knowledge.answer_papers import is_condition, papers_and_remarks
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
    match = _HEADED.fullmatch(line)  # "Nộp trực tiếp, gửi bưu điện: 8.000 đồng"
    if match and comes_from(match[1], record, depth - 1) and comes_from(match[2], record, depth - 1):
        return True
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
        ("the commune's own desk before the agency", "place",
         ["Ở xã Hòa An: nộp tại Trung tâm Phục vụ hành chính công, 12 đường Lê Lợi.",
          "Nơi làm: Ủy ban nhân dân cấp xã"]),
        ("plain steps are numbered", "steps",
         ["1. Nộp hồ sơ tại Trung tâm Phục vụ hành chính công.", "2. Nhận kết quả."]),
        ("a way online in the record", "online", ["Thủ tục này nộp được qua mạng.", "dichvucong.gov.vn"]),
        ("the law", "legal", ["- Luật Hộ tịch (60/2014/QH13)"]),
        ("the card has papers, fee, time and place", "overview",
         ["Cần mang:", "1. Giấy chứng sinh", "Trẻ bị bỏ rơi:", "2. Biên bản về việc trẻ bị bỏ rơi",
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


def test_whoever_asks_whether_it_must_be_done_is_told_fee_time_and_place_too() -> None:
    way = Submission("Trực tiếp", "5 ngày làm việc", "50.000 đồng")
    short = Procedure("1.1", "A", requirements="Đáp ứng Điều 21.", submission=(way,), agency="Ủy ban nhân dân cấp xã")
    told = render(short, "requirement")
    shown = ["Đáp ứng Điều 21.", "Lệ phí: 50.000 đồng", "Thời hạn: 5 ngày làm việc", "Ủy ban nhân dân cấp xã"]
    places = [told.find(line) for line in shown]
    assert -1 not in places, told
    assert places == sorted(places), told
    long = replace(short, requirements="Có đất hợp pháp, không tranh chấp. " * 30)
    assert "50.000 đồng" not in render(long, "requirement"), "long conditions fill their screens alone"


def test_a_fee_that_does_not_fit_the_card_is_never_cut() -> None:
    long = "8.000 đồng đối với việc " + "rất đặc biệt " * 20 + "và 50.000 đồng đối với việc khác"
    raw = Procedure("1.1", "A", submission=(Submission("Trực tiếp", None, long),))
    assert "Lệ phí: tùy trường hợp, chọn Lệ phí để xem đủ." in render(raw, "overview")
    assert "50.000 đồng đối với việc khác" in " ".join(render(raw, "fee").split())


def test_a_long_fee_is_told_up_to_the_end_of_a_sentence_and_where_the_rest_is() -> None:
    long = "Do Hội đồng nhân dân tỉnh quy định. " + "Miễn cho người thuộc diện đặc biệt. " * 12
    raw = Procedure("1.1", "A", submission=(Submission("Trực tiếp", None, long.strip()),))
    told = answer(raw, "overview", since=SINCE)
    line = next(line for line in told.screens[0].splitlines() if line.startswith("Lệ phí: "))
    assert line.startswith("Lệ phí: Do Hội đồng nhân dân tỉnh quy định. Miễn cho")
    assert line.endswith("đặc biệt. (còn nữa, chọn Lệ phí)")
    assert told.others[0] == "fee", "the choice stands first"


def test_a_card_of_many_papers_names_the_main_ones_and_cuts_no_fact() -> None:
    always = tuple(Document(f"Giấy chứng nhận thứ {n} do nơi làm việc cấp, còn thời hạn sử dụng", 1) for n in range(5))
    some = tuple(Document(f"Giấy xác nhận loại {n} " + "rất dài " * 20, 1, case=f"Trường hợp {n}") for n in range(9))
    record = Procedure(
        "1.1", "A", level=("Cấp Xã",), agency="Ủy ban nhân dân xã", documents=(*some, *always),
        submission=(Submission("Trực tiếp", "3 ngày làm việc", "8.000 đồng"),),
    )  # fmt: skip
    told = answer(record, "overview", since=SINCE, office=OFFICE)
    text = told.screens[0]
    assert all(f"{n + 1}. Giấy chứng nhận thứ {n}" in text for n in range(5)), "what everybody needs comes first"
    assert "Có giấy khác tùy trường hợp" in text
    assert "Lệ phí: 8.000 đồng\nThời hạn: 3 ngày làm việc\nỞ xã Hòa An" in text
    assert told.others[0] == "documents"


@pytest.mark.parametrize(
    ("why", "names", "shown"),
    [
        ("letters as Vietnamese law counts", ["c) Hóa đơn", "đ) Hợp đồng", "a) Tờ khai", "d) Giấy phép"],
         ["1. Tờ khai", "2. Hóa đơn", "3. Giấy phép", "4. Hợp đồng"]),
        ("numbers, not text", ["10. Ảnh", "2. Đơn", "1. Tờ khai"], ["1. Tờ khai", "2. Đơn", "3. Ảnh"]),
        ("a row refers to a letter, so the letters stay", ["b) Bản sao giấy nêu tại điểm a", "a) Giấy gốc"],
         ["1. a) Giấy gốc", "2. b) Bản sao giấy nêu tại điểm a"]),
        ("not every row has one", ["2. Đơn", "Ảnh", "1. Tờ khai"], ["1. 2. Đơn", "2. Ảnh", "3. 1. Tờ khai"]),
        ("the portal repeats a row", ["- Đơn;", "Đơn", "+ Ảnh."], ["1. Đơn", "2. Ảnh"]),
    ],
)  # fmt: skip
def test_papers_stand_in_the_order_that_they_bear(why: str, names: list[str], shown: list[str]) -> None:
    text = render(Procedure("1.1", "A", documents=tuple(Document(name) for name in names)), "documents")
    assert [line for line in text.splitlines() if re.match(r"\d+\. ", line)] == shown, why


def test_headings_that_are_no_condition_do_not_make_a_paper_optional() -> None:
    papers = (
        Document("Sổ tiết kiệm", 1, case="Trường hợp ủy quyền"),
        Document("Căn cước", 1, case="Giấy tờ phải xuất trình"),
        Document("Tờ khai", 1, case="Giấy tờ phải nộp"), Document("Đơn", 1, case="Thành phần hồ sơ bao gồm:"),
    )  # fmt: skip
    text = render(Procedure("1.1", "A", documents=papers), "documents")
    assert "1. Tờ khai\n2. Đơn\nGiấy tờ phải xuất trình:\n3. Căn cước\nTrường hợp ủy quyền:\n4. Sổ tiết kiệm" in text
    assert [paper.name for paper in papers_and_remarks(Procedure("1.1", "A", documents=papers))[0]
            if not is_condition(paper.case)] == ["Tờ khai", "Đơn", "Căn cước"]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "fee", "shown"),
    [
        ("the same for every case", "Do tỉnh quy định. | Do tỉnh quy định. | Do tỉnh quy định",
         "Lệ phí: Do tỉnh quy định"),
        ("the amount stands in its own explanation", "70.000 đồng (70.000 đồng/Giấy chứng nhận.)",
         "Lệ phí: 70.000 đồng/Giấy chứng nhận"),
        ("so does what it is for", "100.000 đồng (Phí Thẩm tra: 100.000 đồng/lần)",
         "Lệ phí: Phí Thẩm tra: 100.000 đồng/lần"),
        ("another amount is another fee", "70.000 đồng (10.000 đồng nếu qua mạng)",
         "Lệ phí: 70.000 đồng (10.000 đồng nếu qua mạng)"),
        ("the unit was lost, the explanation has it", '20 (đơn vị tiền không rõ; nguồn ghi "VNĐ") (20.000 đ/tờ khai)',
         "Lệ phí: 20.000 đ/tờ khai"),
        ("the unit was lost", '20 (đơn vị tiền không rõ; nguồn ghi "VNĐ")',
         'Lệ phí: 20 (đơn vị tiền không rõ; nguồn ghi "VNĐ")'),
    ],
)  # fmt: skip
def test_a_published_fee_is_told_without_the_portals_clutter(why: str, fee: str, shown: str) -> None:
    raw = Procedure("1.1", "A", plain_name="A", submission=(Submission("Trực tiếp", None, fee),))
    assert shown in render(raw, "fee").splitlines(), why


def test_the_desk_comes_before_the_screen_and_the_post() -> None:
    rows = (
        Submission("Dịch vụ bưu chính", "4 ngày"),
        Submission("Trực tuyến", "2 ngày"),
        Submission("Trực tiếp", "3 ngày"),
    )
    text = render(Procedure("1.1", "A", submission=rows), "time")
    assert "Nộp trực tiếp: 3 ngày\nNộp qua mạng: 2 ngày\nGửi bưu điện: 4 ngày" in text


def test_a_limit_that_stands_only_in_the_steps_is_quoted_and_a_person_is_offered() -> None:
    steps = (
        "Trong 10 ngày từ ngày có thay đổi, chủ hộ đến xã.",
        "Trong 3 ngày làm việc, xã cấp giấy mới.",
        "Nhận giấy.",
    )
    told = answer(Procedure("1.1", "A", steps=steps, submission=(Submission("Trực tiếp"),)), "time", since=SINCE)
    assert (
        "để trống mục thời hạn. Phần các bước ghi:\nTrong 3 ngày làm việc, xã cấp giấy mới.\nNguồn" in told.screens[0]
    )
    assert told.missing


def test_long_published_steps_begin_with_an_outline() -> None:
    steps = tuple(f"Bước {n}: Cơ quan tiếp nhận làm việc thứ {n}. " + "Chi tiết nội bộ. " * 40 for n in range(1, 5))
    told = answer(Procedure("1.1", "A", steps=steps), "steps", since=SINCE)
    assert all(f"Bước {n}: Cơ quan tiếp nhận làm việc thứ {n}." in told.screens[0] for n in range(1, 5))
    assert "Phần 1/" in told.screens[1]


@pytest.mark.parametrize(
    ("published", "told"),
    [
        ("Thủ tục đăng ký giám hộ", "Đăng ký giám hộ"),
        (
            "THỦ TỤC ĐĂNG KÝ HOẠT ĐỘNG TÍN NGƯỠNG TẠI VIỆT NAM (CẤP XÃ)",
            "Đăng ký hoạt động tín ngưỡng tại Việt Nam (cấp xã)",
        ),
        ("HƯỞNG CHẾ ĐỘ BHXH", "Hưởng chế độ BHXH"),
        ("Cấp lại Giấy chứng nhận.", "Cấp lại Giấy chứng nhận"),
    ],
)
def test_a_published_name_reads_like_a_heading(published: str, told: str) -> None:
    assert render(Procedure("1.1", published), "result").splitlines()[0] == told


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
