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
        ("papers, as the centre says it", "làm lại sổ đỏ đem theo chi hè", "documents"),
        ("papers, with a verb of carrying", "lên công an làm căn cước phải xách theo cái gì ạ", "documents"),
        ("papers, whether one is needed", "đi công chứng di chúc có phải cầm sổ đỏ gốc không", "documents"),
        ("fee, as the south says it", "photo công chứng ở xã nhiêu 1 bản z", "fee"),
        ("fee, in coins", "đăng ký xe máy mới hết bao xu", "fee"),
        ("fee, short forms", "cấp lại đăng ký xe máy hết bn", "fee"),
        ("time, as the centre says it", "làm căn cước xong chừng mô lấy", "time"),
        ("time, in meals", "giấy phép kinh doanh bao bữa thì có", "time"),
        ("place, as the centre says it", "con sinh ở Sài Gòn, khai sinh chỗ mô cho tiện", "place"),
        ("place, by whom", "hồ sơ xin vay vốn nộp cho ai", "place"),
        ("place, of two", "báo mất xe máy thì ra đồn hay ra phường", "place"),
        ("steps, as the centre says it", "bị mất giấy khai sinh làm răng chừ", "steps"),
        ("online, by not having to go", "làm hộ chiếu không cần tới công an được không", "online"),
        ("online, at home", "ngồi nhà bấm điện thoại đăng ký tạm trú được hông", "online"),
        ("how it was sent is not what is asked", "nộp qua mạng 5 ngày rồi, bình thường là mấy ngày ạ", "time"),
        ("form, which to use", "xài mẫu nào để xin tạm trú", "form"),
        ("legal, a fine", "không khai báo tạm trú có bị phạt không", "legal"),
        ("result, how long it is good for", "giấy xác nhận độc thân xài được bao lâu", "result"),
        ("requirement, an age", "16 tuổi đủ tuổi làm bằng lái chưa", "requirement"),
        ("a name alone asks for no part", "xin cấp lại bằng lái", "overview"),
        (
            "of two sentences, the one that opens with a part",
            "Trẻ dưới 6 tuổi có bắt buộc làm căn cước không? Hồ sơ gồm những gì?",
            "documents",
        ),
        (
            "a form in front gives way to another part",
            "Mẫu giấy đề nghị mới nhất ra sao? Thủ tục cấp lại thế nào?",
            "steps",
        ),
        (
            "two sentences run together without marks",
            "di chúc có cần người làm chứng không mức phí chứng thực là bao nhiêu",
            "fee",
        ),
        (
            "a letter asks last, and its story does not count",
            "Cán bộ bảo tôi tới xã xin giấy tờ gì đó rồi chờ mấy ngày. Tôi đã nghỉ việc. Vậy tôi nộp đơn ở đâu?",
            "place",
        ),
        ("nothing but marks", "???", "overview"),
        ("one endless word", "a" * 900, "overview"),
        ("none named", "đăng ký khai sinh cho con", "overview"),
        ("nothing said", "", "overview"),
    ],
)
def test_asked_aspect(why, question, expected):
    assert asked_aspect(question) == expected, why


def test_every_answer_is_a_known_aspect():
    assert asked_aspect("xin chào") in ASPECTS
