"""A typed answer means the choice its writer meant, or none."""

import pytest

from domain.choosing import chosen
from domain.messages import Choice, Outgoing

MENU = Outgoing(
    "Ông/bà cần gì?",
    (Choice("a", "Hỏi thủ tục, giấy tờ"), Choice("b", "Gửi phản ánh, góp ý"), Choice("c", "Xem việc đã gửi")),
).numbered()
RATING = (
    *(Choice(f"/rate 1 {n}", label, str(n)) for n, label in ((5, "Rất hài lòng"), (4, "Hài lòng"), (1, "Rất tệ"))),
    Choice("/rate 1 0", "Chưa giải quyết xong", "0"),
)


@pytest.mark.parametrize(
    ("why", "typed", "choices", "expected"),
    [
        ("a digit", "2", MENU, "b"),
        ("with a full stop", "2.", MENU, "b"),
        ("in brackets", "(3)", MENU, "c"),
        ("with a leading zero", "02", MENU, "b"),
        ("in words", "hai", MENU, "b"),
        ("in words, capitals", "BA", MENU, "c"),
        ("số hai", "số hai", MENU, "b"),
        ("cái thứ hai", "cái thứ hai", MENU, "b"),
        ("without accents", "cai thu 2", MENU, "b"),
        ("politely", "chọn 1 nhé ạ", MENU, "a"),
        ("a keycap emoji", "2\ufe0f\u20e3", MENU, "b"),
        ("full-width digits", "３", MENU, "c"),
        ("the label", "Gửi phản ánh, góp ý", MENU, "b"),
        ("the label without accents", "gui phan anh, gop y", MENU, "b"),
        ("the beginning of one label", "xem viec", MENU, "c"),
        ("a rating by its own key", "5", RATING, "/rate 1 5"),
        ("zero", "0", RATING, "/rate 1 0"),
        ("the shorter of two labels, exactly", "hài lòng", RATING, "/rate 1 4"),
        ("a number that is not offered", "7", MENU, None),
        ("a number inside a sentence", "nhà tôi có 2 người", MENU, None),
        ("a beginning that two labels share", "rat", RATING, None),
        ("an empty answer", "  ", MENU, None),
        ("an ordinary question", "làm khai sinh cần gì", MENU, None),
        ("no choices", "1", (), None),
    ],
)
def test_a_typed_answer_is_read_as_its_choice(why, typed, choices, expected):
    found = chosen(typed, choices)
    assert (found.data if found else None) == expected, why
