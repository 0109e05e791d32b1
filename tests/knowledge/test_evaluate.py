"""`danhoi evaluate`: what outsiders script against."""

from __future__ import annotations

import gzip
import json

import pytest

from knowledge.evaluate import evaluate, figures

PROCEDURES = [
    {"code": "1.000656", "name": "Thủ tục đăng ký khai tử", "level": "Cấp Xã", "field": "Hộ tịch"},
    {"code": "1.000894", "name": "Thủ tục đăng ký kết hôn", "level": "Cấp Xã", "field": "Hộ tịch"},
    {"code": "1.004194", "name": "Đăng ký tạm trú", "level": "Cấp Xã", "field": "Đăng ký, quản lý cư trú"},
]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "procedures.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in PROCEDURES)
    return path


def write_lines(path, *rows):
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def test_each_readable_question_gets_one_line_of_the_published_shape(tmp_path, corpus):
    rows = {"id": "a", "question": "khai tử cần giấy tờ gì"}, {"id": 7, "question": "đk tạm trú ở đâu"}
    questions = write_lines(tmp_path / "q.jsonl", *rows)
    out = tmp_path / "out.jsonl"
    evaluate(questions, corpus, out=out, say=lambda line: None)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["a", "7"]
    assert [line["codes"][0] for line in lines] == ["1.000656", "1.004194"]
    assert [line["aspect"] for line in lines] == ["documents", "place"]
    assert all(set(line) == {"id", "action", "codes", "aspect", "ms"} for line in lines)
    assert all(line["action"] in ("answer", "clarify", "handoff") and line["ms"] >= 0 for line in lines)


@pytest.mark.parametrize(
    ("why", "bad"),
    [
        ("not JSON", "{"),
        ("not an object", "[1]"),
        ("no question", '{"id": "x"}'),
        ("a question that is not a text", '{"id": "x", "question": 3}'),
        ("no id", '{"question": "khai tử"}'),
    ],
)
def test_a_malformed_line_is_said_with_its_number_and_the_rest_goes_on(tmp_path, corpus, why, bad):
    around = {"id": "a", "question": "kết hôn"}, {"id": "b", "question": "tạm trú"}
    questions = write_lines(tmp_path / "q.jsonl", around[0], bad, around[1])
    said: list[str] = []
    outcomes = evaluate(questions, corpus, say=said.append)
    assert [outcome.id for outcome in outcomes] == ["a", "b"], why
    assert any("q.jsonl:2:" in line for line in said), why


def test_bytes_that_are_not_text_are_a_malformed_line(tmp_path, corpus):
    questions = tmp_path / "q.jsonl"
    questions.write_bytes(b'\xff\xfe\n{"id": "a", "question": "khai t\xe1\xbb\xad"}\n')
    said: list[str] = []
    assert [outcome.id for outcome in evaluate(questions, corpus, say=said.append)] == ["a"]
    assert any("q.jsonl:1:" in line for line in said)


def test_a_bad_procedure_is_said_and_the_others_are_searched(tmp_path):
    corpus = write_lines(tmp_path / "p.jsonl", {"code": "1.1"}, PROCEDURES[0])
    questions = write_lines(tmp_path / "q.jsonl", {"id": "a", "question": "khai tử"})
    said: list[str] = []
    assert evaluate(questions, corpus, say=said.append)[0].codes == ("1.000656",)
    assert any("p.jsonl:1:" in line for line in said)


def test_labelled_lines_are_scored_as_a_grader_would(tmp_path, corpus):
    questions = write_lines(
        tmp_path / "q.jsonl",
        {"id": "a", "question": "khai tử mất bao lâu", "codes": ["1.000656"], "aspect": "time", "origin": "citizen"},
        {"id": "b", "question": "đăng ký tạm trú", "codes": ["9.999999"], "aspect": "overview", "origin": "citizen"},
        {"id": "c", "question": "vượt đèn đỏ bị phạt bao nhiêu tiền", "codes": [], "aspect": "out_of_scope"},
    )
    said: list[str] = []
    measured = figures(evaluate(questions, corpus, say=said.append))
    assert measured["top1"] == (0.5, 2)
    assert measured["handed off, out of scope"] == (1.0, 1)
    assert measured["aspect"] == (1.0, 1)
    assert any("citizen" in line for line in said)
    assert said[-1].startswith("latency: p50")


def test_without_labels_only_latency_is_said(tmp_path, corpus):
    questions = write_lines(tmp_path / "q.jsonl", {"id": "a", "question": "kết hôn"})
    said: list[str] = []
    evaluate(questions, corpus, say=said.append)
    assert not any("top-1" in line for line in said)


def test_an_empty_file_is_said_not_an_error(tmp_path, corpus):
    said: list[str] = []
    assert evaluate(write_lines(tmp_path / "q.jsonl"), corpus, say=said.append) == []
    assert said[-1] == "no readable question"


def test_a_corpus_or_an_index_is_needed(tmp_path):
    with pytest.raises(ValueError, match="corpus"):
        evaluate(write_lines(tmp_path / "q.jsonl"))
