"""Vietnamese text made comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.normalise import fold, syllable, syllables


@pytest.mark.parametrize(
    ("why", "text", "expected"),
    [
        ("diacritics and đ are dropped", "Đăng ký khai sinh", "dang ky khai sinh"),
        ("capitals of official headings", "THỦ TỤC ĐĂNG KÝ", "thu tuc dang ky"),
        ("decomposed text from iPhones", unicodedata.normalize("NFD", "Tạm trú"), "tam tru"),
        ("a zero-width space inside a word", "khai\u200b sinh", "khai sinh"),
        ("a byte-order mark in front", "\ufeffkhai tử", "khai tu"),
        ("no-break spaces, tabs and line ends", "khai\u00a0\t sinh\n", "khai sinh"),
        ("punctuation stays for the reader", "phí bao nhiêu?", "phi bao nhieu?"),
        ("nothing at all", " \n", ""),
    ],
)
def test_fold(why, text, expected):
    assert fold(text) == expected, why


@pytest.mark.parametrize(
    ("why", "one", "two", "same"),
    [
        ("old and new places of the tone", "hoà", "hòa", True),
        ("the same in thủy", "thuỷ", "thủy", True),
        ("another tone is another word", "tú", "tù", False),
        ("another vowel is another word", "tư", "tu", False),
    ],
)
def test_syllables_compare_by_letters_and_tone(why, one, two, same):
    assert (syllable(one).exact == syllable(two).exact) is same, why


def test_a_syllable_typed_without_marks_is_plain():
    assert [part.is_plain for part in syllables("khai tử")] == [True, False]


@given(st.text())
def test_folding_twice_changes_nothing_and_never_fails(text):
    assert fold(fold(text)) == fold(text)
