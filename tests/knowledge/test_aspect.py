"""Which part of a procedure a question asks about."""

from __future__ import annotations

import pytest

from knowledge.aspect import ASPECTS, asked_aspect


@pytest.mark.parametrize(
    ("why", "question", "expected"),
    [
        ("papers", "Đăng ký khai sinh cần giấy tờ gì?", "documents"),
        ("papers, by what to bring", "đi làm căn cước thì mang theo gì", "documents"),
        ("papers, no accents", "ho so dang ky ket hon gom nhung gi", "documents"),
        ("fee", "làm lại căn cước hết bao nhiêu tiền", "fee"),
        ("fee, short follow-up", "còn phí?", "fee"),
        ("fee, no accents", "le phi bao nhieu", "fee"),
        ("a fee in the name of a benefit is not asked", "xin mai táng phí", "overview"),
        ("time", "bao lâu thì có kết quả", "time"),
        ("time, short follow-up", "mất mấy ngày vậy", "time"),
        ("place", "nộp hồ sơ ở đâu", "place"),
        ("place, follow-up", "vậy nộp chỗ nào?", "place"),
        ("place, whether the commune does it", "làm hộ chiếu ở phường được không", "place"),
        ("steps", "thủ tục tách hộ làm như thế nào", "steps"),
        ("steps, by a headline", "Trình tự, thủ tục cấp lại thẻ căn cước ra sao?", "steps"),
        ("online", "đăng ký tạm trú online được không", "online"),
        ("online, by the ways to hand in", "Các hình thức nộp hồ sơ đăng ký kết hôn", "online"),
        ("form", "tải mẫu đơn ở đâu", "form"),
        ("a seal's pattern is not a form", "đăng ký mẫu con dấu", "overview"),
        ("legal basis", "theo thông tư nào vậy", "legal"),
        ("requirement", "điều kiện để được tách hộ là gì", "requirement"),
        ("requirement, who may", "ai được đăng ký giám hộ", "requirement"),
        ("a condition in a certificate's name is not asked", "cấp giấy chứng nhận đủ điều kiện kinh doanh", "overview"),
        ("result", "kết quả là gì", "result"),
        ("several: the first definite one", "cần giấy tờ gì, phí bao nhiêu, bao lâu xong", "documents"),
        ("none named", "đăng ký khai sinh cho con", "overview"),
        ("nothing said", "", "overview"),
    ],
)
def test_asked_aspect(why, question, expected):
    assert asked_aspect(question) == expected, why


def test_every_answer_is_a_known_aspect():
    assert asked_aspect("xin chào") in ASPECTS
