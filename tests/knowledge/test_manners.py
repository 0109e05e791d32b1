"""What is no question by itself, and what leans on the last answer."""

from __future__ import annotations

import re

import pytest

from knowledge.manners import corrected, leans_on, number_alone, place_in_list, small_talk
from knowledge.not_ours import matters, not_ours


@pytest.mark.parametrize(
    ("why", "text", "aspect"),
    [
        ("a fee without accents", "le phi bao nhieu?", "fee"),
        ("two words", "còn phí?", "fee"),
        ("a place", "vậy nộp ở đâu ạ?", "place"),
        ("papers", "thế hồ sơ gồm những gì", "documents"),
        ("a time", "bao nhiêu ngày thì có kết quả", "time"),
        ("online", "làm online được không", "online"),
        ("it names land papers", "giấy tờ đất", ""),
        ("without accents sổ đỏ looks like fillers", "khi nao co so do", ""),
        ("it names copying", "sao y giấy tờ hết bao nhiêu tiền", ""),
        ("lost papers are a matter of their own", "mất giấy tờ thì sao", ""),
        ("nothing is asked", "vậy à", ""),
        ("a Southern fee", "phí nhiêu", "fee"),
        ("for two copies", "hai bản thì bao nhiêu tiền", "fee"),
        ("in person", "trực tiếp thì bao lâu có", "time"),
        ("as people say it", "phí sao", "fee"),
        ("how much, and nothing else", "hết bao nhiêu vậy", "fee"),
        ("a long tale says what it is about", "cho " * 20 + "phí", ""),
    ],
)
def test_a_follow_up_is_told_from_a_question(why: str, text: str, aspect: str) -> None:
    assert leans_on(text) == aspect, why


@pytest.mark.parametrize(
    ("text", "kind"),
    [("alo", "hello"), ("em chào anh chị ạ", "hello"), ("cho hỏi xíu", "hello"), ("cảm ơn nhé", "thanks"),
     ("ok ạ", "agreed"), ("ừ", "agreed"), ("tạm biệt", "bye"), ("thôi khỏi", "bye"), ("đủ rồi cảm ơn nha", "thanks"),
     ("thôi được rồi cảm ơn", "thanks"), ("cảm ơn xã đã hướng dẫn tận tình", "thanks"), ("test", "hello"),
     ("hả", "puzzled"), ("gì vậy", "puzzled"), ("không hiểu gì hết", "puzzled"), ("nói rõ hơn được không", "puzzled"),
     ("cần gì", ""), ("không hiểu sao khai sinh bị trả lại", ""), ("cho em hỏi khai sinh", ""), ("con tôi", ""),
     ("chào bán chứng khoán", ""), ("", "")],
)  # fmt: skip
def test_small_talk_is_nothing_more_than_that(text: str, kind: str) -> None:
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    ("text", "meant"),
    [("à không, ý tôi là đăng ký kết hôn", "đăng ký kết hôn"), ("a khong y minh la khai tu", "khai tu"),
     ("không phải", ""), ("ko phải cái này", ""), ("không phải mấy cái đó", ""), ("ko phai may cai nay dau", ""),
     ("không đúng cái tôi cần", ""), ("không phải thủ tục đó", ""), ("không phải nộp tiền à", None),
     ("không có giấy chứng sinh thì sao", None), ("làm khai sinh", None)],
)  # fmt: skip
def test_a_correction_says_what_is_meant(text: str, meant: str | None) -> None:
    assert corrected(text) == meant


@pytest.mark.parametrize(("text", "place"), [("cái thứ hai", 2), ("số 3", 3), ("việc thứ nhất ạ", 1), ("hai con", 0),
                                                ("còn cái thứ hai thì sao", 2), ("cái cuối", -1)])  # fmt: skip
def test_a_place_in_a_list(text: str, place: int) -> None:
    assert place_in_list(text) == place


@pytest.mark.parametrize(
    ("text", "alone"), [("8", True), ("số 12 nha", True), ("2026", False), ("2 đứa con", False), ("0912345678", False)]
)
def test_a_number_alone_answers_a_list(text: str, alone: bool) -> None:
    assert number_alone(text) is alone


@pytest.mark.parametrize(
    ("why", "text", "key"),
    [
        ("divorce", "tôi muốn ly hôn", "ly-hon"),
        ("a divorce abroad is noted by us", "ghi chú ly hôn ở nước ngoài", ""),
        ("typed with accents, sở hữu is not sổ hưu", "đại diện sở hữu công nghiệp", ""),
        ("the pension for those who have none is ours", "75 tuổi không có lương hưu được trợ cấp gì", ""),
        ("fines without accents", "bi phat nguoi tra o dau", "phat-nguoi"),
        ("whom to call without power", "mất điện gọi ai", "dien"),
        ("help with the power bill is ours", "hộ nghèo được hỗ trợ tiền điện thế nào", ""),
        ("an electronic invoice is no power bill", "xử lý hóa đơn điện tử đã lập sai", ""),
        ("water", "bao giờ có nước lại", "nuoc"),
        ("vehicle inspection", "dang kiem xe o dau", "dang-kiem"),
        ("a SIM card", "mất sim thì làm lại ở đâu", "vien-thong"),
        ("a bank", "mat the atm", "ngan-hang"),
        ("the bank for the poor asks the commune", "hộ nghèo vay vốn ngân hàng chính sách", ""),
        ("a debt", "cho mượn tiền không trả thì kiện ở đâu", "thi-hanh-an"),
        ("a job", "xin việc làm ở đâu", "viec-lam"),
        ("papers for a job are ours", "sơ yếu lý lịch xin việc làm ở đâu", ""),
        ("a hospital", "xin giấy chuyển viện ở đâu", "kham-benh"),
    ],
)
def test_what_is_not_ours_is_named(why: str, text: str, key: str) -> None:
    found = not_ours(text)
    assert (found.key if found else "") == key, why


def test_every_matter_says_who_in_a_few_words() -> None:
    assert matters()
    assert all(matter.words and len(matter.who) < 300 for matter in matters())
    assert all(re.fullmatch(r"\d\.\d{6}", code) for matter in matters() for code in matter.near)
