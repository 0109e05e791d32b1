"""Questions of one meaning come together, whatever the typing; questions of two meanings stay apart."""

from __future__ import annotations

import random

import pytest

from knowledge.gaps import Wording, group, same, without_numbers, wordings

PAIRS = [
    ("the same words in another order", "xin phép nuôi voi trong nhà", "trong nhà nuôi voi xin phép", True),
    ("without accents", "Xin cấp phép nuôi voi trong nhà", "xin cap phep nuoi voi trong nha", True),
    ("asked politely, with more around it", "nuôi voi trong nhà", "em muốn nuôi voi trong nhà thì cần gì ạ", True),
    ("short forms", "ko biết đk tổ chức đám cưới ở nhà văn hóa thế nào", "đăng ký tổ chức đám cưới nhà văn hoá", True),
    ("another place of the tone mark", "mượn loa đài nhà văn hóa", "mượn loa đài nhà văn hoá", True),
    ("a slip of the finger", "thuê hội trường thôn", "thuê hội trươngf thôn", True),
    ("a letter left out", "xin số điện thoại trưởng thôn", "xin so dien thaoi truong thon", True),
    ("keys of the input method", "nuôi voi trong nhà", "nuooi voi trong nhaf", True),
    ("everyday words for official ones", "sổ đỏ bị mờ số tờ", "giấy chứng nhận quyền sử dụng đất bị mờ số tờ", True),
    ("the same paper lost, said twice", "mất giấy khai sinh", "em bị mất giấy khai sinh rồi làm sao ạ", True),
    ("the year when it is asked changes nothing", "lịch phun thuốc muỗi", "lịch phun thuốc muỗi năm 2026", True),
    ("a greeting before it", "lịch cúp nước thôn Đông", "chào xã, cho tôi hỏi lịch cúp nước thôn Đông", True),
    ("who asks changes nothing", "đăng ký học bơi hè cho trẻ", "em muốn đăng ký học bơi hè cho trẻ", True),
    ("capital letters and marks", "CÓ PHÁT THUỐC DIỆT CHUỘT KHÔNG???", "có phát thuốc diệt chuột không", True),
    ("an emphasis more", "phun thuốc muỗi", "khi nào thì phun thuốc muỗi vậy ạ", True),
    ("one verb for another", "đem chó đi tỉnh khác cần giấy gì", "muốn mang chó sang tỉnh khác cần giấy gì", True),
    ("a small word without accents may be the matter", "mang cho di tinh khac", "mang chó đi tỉnh khác", True),
    ("a timetable and when", "lịch tiêm phòng chó mèo", "khi nào chích ngừa chó mèo", True),
    ("two lost papers", "mất giấy khai sinh", "mất giấy kết hôn", False),
    ("two lost papers, without accents", "mat giay khai sinh", "mat giay ket hon", False),
    ("two animals", "xin cấp phép nuôi voi trong nhà", "xin cấp phép nuôi hổ trong nhà", False),
    ("lent and hired out", "mượn loa đài nhà văn hóa", "mượn bàn ghế nhà văn hóa", False),
    ("fee and time of one matter", "thuê hội trường thôn bao nhiêu tiền", "thuê hội trường thôn mất bao lâu", False),
    ("marriage and divorce", "đăng ký kết hôn", "thủ tục ly hôn", False),
    ("birth and death", "làm giấy khai sinh", "làm giấy chứng tử", False),
    ("to and from", "tách thửa đất", "gộp thửa đất", False),
    ("two villages are two answers", "lịch cúp nước thôn Đông", "lịch cúp nước thôn Tây", False),
    ("one common word", "đất nhà tôi bị lấn", "đất nghĩa trang còn chỗ không", False),
    ("the accents make the word", "xin trồng cây dừa", "xin trồng cây dứa", False),
    ("lamps and rubbish", "đèn đường thôn tôi hỏng", "xe rác thôn tôi không đến", False),
    ("temporary and permanent residence", "đăng ký tạm trú", "đăng ký thường trú", False),
    ("nothing but words of asking", "cần giấy tờ gì", "bao lâu thì xong", False),
    ("first and again", "cấp lại thẻ hội viên", "cấp mới thẻ hội viên", False),
    ("in and out", "hội người cao tuổi xin vào", "hội người cao tuổi xin ra", False),
    ("a word of its own on each side", "vay vốn nuôi bò", "vay vốn trồng chè", False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "one", "other", "together"), PAIRS, ids=[row[0] for row in PAIRS])
def test_what_belongs_together(why: str, one: str, other: str, together: bool) -> None:
    assert same(one, other) is together, why
    assert same(other, one) is together, "it does not matter who asked first"
    found = group([Wording(1, one, who="a"), Wording(2, other, who="b")])
    assert len(found) == (1 if together else 2), why


def test_groups_are_ranked_by_people_not_by_messages() -> None:
    asked = [Wording(n, "xin cấp phép nuôi voi trong nhà", who="one and the same") for n in range(1, 6)]
    asked += [Wording(10, "mượn loa đài nhà văn hóa", who="a"), Wording(11, "muon loa dai nha van hoa", who="b")]
    found = group(asked)
    assert [(one.headline, one.people, len(one.ids)) for one in found] == [
        ("mượn loa đài nhà văn hóa", 2, 2),
        ("xin cấp phép nuôi voi trong nhà", 1, 5),
    ]


def test_the_order_in_which_questions_come_changes_nothing() -> None:
    asked = [Wording(n, text, who=str(n)) for n, row in enumerate(PAIRS) for text in row[1:3]]
    asked = [Wording(n, one.text, who=one.who) for n, one in enumerate(asked)]
    first = group(asked)
    for seed in range(3):
        random.Random(seed).shuffle(asked)
        assert group(asked) == first


def test_a_question_answered_from_one_procedure_in_vain_keeps_to_its_part() -> None:
    """The same code says little by itself: the words and the part that is asked must fit too."""
    asked = [
        Wording(1, "cấp lại thẻ xe lăn", "1.000001", "a"),
        Wording(2, "cấp lại thẻ xe lăn cho ông nội tôi năm nay tám mươi tuổi", "1.000001", "b"),
        Wording(3, "cấp lại thẻ xe lăn bao nhiêu tiền", "1.000001", "c"),
        Wording(4, "cấp lại thẻ xe lăn mất bao lâu", "1.000001", "d"),
        Wording(5, "đỗ xe tải trước chợ", "1.000001", "e"),
    ]
    assert same(asked[0].text, asked[1].text, same_procedure=True)
    assert not same(asked[2].text, asked[3].text, same_procedure=True)
    assert not same(asked[0].text, asked[4].text, same_procedure=True)


def test_people_who_are_no_longer_known_count_once_and_headlines_not_at_all() -> None:
    asked = [Wording(n, "mượn loa đài nhà văn hóa", who=who) for n, who in enumerate(["", "", "a"])]
    asked.append(Wording(-7, "mượn loa đài nhà văn hóa", who=None))
    (found,) = group(asked)
    assert (found.people, found.ids) == (2, (-7, 0, 1, 2))


def test_wordings_are_shown_once_each_without_numbers() -> None:
    asked = [
        Wording(1, "Mượn loa đài, gọi tôi số 0912 345 678"),
        Wording(2, "mượn loa đài"),
        Wording(3, "Mượn  loa đài?"),
        Wording(4, "cho mượn loa đài nhà văn hóa với"),
    ]
    assert wordings(asked, 5) == [
        "mượn loa đài",
        "Mượn loa đài, gọi tôi số …",
        "cho mượn loa đài nhà văn hóa với",
    ]
    assert without_numbers("căn cước 036 092 001 234 phí 8.000") == "căn cước … phí 8.000"


@pytest.mark.parametrize("text", ["", "???", "🙂", "a" * 5000, "thôn " * 900])
def test_any_text_is_accepted(text: str) -> None:
    assert len(group([Wording(1, text), Wording(2, "mượn loa đài")])) == 2
