"""Case codes: read as people type them, and never mistaken."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import ALPHABET, LENGTH, find_code, new_code, read_code, show_code

seeds = st.integers(0, 2**35 - 1)
CODES = [new_code(seed * 7_919_999_983 + 11) for seed in range(60)]
CODE = new_code(0x2A5F3C19D)


def test_the_alphabet_leaves_out_letters_that_look_like_others():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_single_symbol_is_found_the_check_symbol_included(code):
    for place in range(LENGTH):
        for symbol in set(ALPHABET) - {code[place]}:
            assert read_code(code[:place] + symbol + code[place + 1 :]) is None


def test_every_swap_of_two_neighbours_is_found_for_every_pair_of_symbols():
    swaps = 0
    for place in range(LENGTH - 1):
        for first in ALPHABET:
            for second in ALPHABET:
                if first == second:
                    continue
                code = _code_with(place, first, second)
                swapped = code[:place] + second + first + code[place + 2 :]
                assert read_code(code) == code
                assert read_code(swapped) is None, (code, swapped)
                swaps += 1
    assert swaps == (LENGTH - 1) * 32 * 31


def _code_with(place: int, first: str, second: str) -> str:
    """A valid code with these symbols at `place` and the next, found by trying the last free symbols."""
    body = list("5A5A5A5A")
    body[place : place + 2] = [first, second]
    free = next(n for n in count(0) if n not in (place, place + 1))
    for symbol in ALPHABET:
        body[free] = symbol
        if read_code("".join(body)):
            return "".join(body)
    raise AssertionError("no valid code: a change of one symbol must reach every check value")


@given(seeds)
def test_a_new_code_is_read_back_in_every_way_people_write_it(seed):
    code = new_code(seed)
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert read_code(code) == read_code(show_code(code)) == code
    assert find_code(f"cho hỏi mã {show_code(code).lower()} tới đâu rồi") == code
    assert find_code(f"{code[:4].lower()} {code[4:].lower()}") == code


def test_a_code_comes_from_the_random_bits_alone():
    assert new_code(12345) == new_code(12345)
    assert new_code(lambda bits: 12345 if bits == 35 else 0) == new_code(12345)
    assert len({new_code(seed) for seed in range(0, 2**35, 2**25)}) > 1000


@pytest.mark.parametrize(
    ("why", "typed"),
    [
        ("as shown", "{a}-{b}"),
        ("lower case", "{al}-{bl}"),
        ("a space", "{a} {b}"),
        ("spaces around", "  {a} - {b}  "),
        ("dots", "{a}.{b}."),
        ("a long dash of a telephone keyboard", "{a}—{b}"),
        ("a minus sign is not needed", "{a}{b}"),
        ("a soft hyphen and a zero-width space", "{a}\u00ad\u200b{b}"),
        ("direction marks from a copied message", "\u2068{a}-{b}\u2069\u200f"),
        ("a byte order mark", "\ufeff{a}-{b}"),
        ("fullwidth", "{af}－{bf}"),
        ("a non-breaking space and a line end", "{a}\u00a0{b}\n"),
    ],
)
def test_a_code_is_read_whatever_stands_between_its_symbols(why, typed):
    a, b = CODE[:4], CODE[4:]
    wide = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in ALPHABET})
    text = typed.format(a=a, b=b, al=a.lower(), bl=b.lower(), af=a.translate(wide), bf=b.translate(wide))
    assert read_code(text) == CODE, why


def test_letters_that_look_like_digits_are_read_as_digits():
    code = next(code for code in CODES if "0" in code and "1" in code)
    assert read_code(code.replace("0", "O").replace("1", "I")) == code
    assert read_code(code.replace("0", "o").replace("1", "l")) == code


@pytest.mark.parametrize(
    "text",
    ["", "7K2M", "7K2M-9QX", "7K2M-9QXDD", "xin chào", "ÁÀẢÃ-ẠĂẮẰ", "7K2M-9Q?D", "xin chao", "20.11.2026", "①②③④⑤⑥⑦⑧⑨"],
)
def test_what_is_not_a_code_is_none(text):
    assert read_code(text) is None


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("at the end", "Xem giúp tôi mã {shown}"),
        ("with a full stop", "Mã của tôi là {shown}."),
        ("in brackets", "việc ({shown}) xong chưa"),
        ("without dash, no accents", "cho hoi ma {bare} toi dau roi"),
        ("two groups", "cho hoi ma {spaced} toi dau roi"),
        ("pairs", "mã {pairs} nhé"),
        ("read letter by letter", "mã {letters} đó"),
        ("after other numbers", "Gọi 0912 345 678 hỏi mã {shown} ngày 20/11/2026"),
        ("copied with marks", "mã \u2068{shown}\u2069 thế nào"),
    ],
)
def test_a_code_is_found_in_a_sentence(why, sentence):
    text = sentence.format(
        shown=show_code(CODE),
        bare=CODE.lower(),
        spaced=f"{CODE[:4]} {CODE[4:]}".lower(),
        pairs=" ".join(CODE[n : n + 2] for n in range(0, 8, 2)),
        letters=" ".join(CODE),
    )
    assert find_code(text) == CODE, why


@pytest.mark.parametrize(
    "sentence",
    [
        "cho toi hoi thu tuc khai sinh can giay to gi",
        "Nhà tôi ở thôn 3, xã Hòa An, số 12A đường 30/4",
        "Điện thoại 0912345678, gọi 0912 345 678 hoặc 0236.3822.114",
        "Hồ sơ H36.99-250801-0001 tới đâu rồi",
        "thủ tục 1.004222 và 2.001159 khác gì nhau",
        "Ngày 20-11-2026 lúc 15:30, từ 2025 2026",
        "choi toan hoai moi loai",
        "hoi thoi choi toan thoi hoai",
    ],
)
def test_ordinary_words_and_numbers_are_not_codes(sentence):
    assert find_code(sentence) is None


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy 01", max_size=60))
def test_text_without_a_digit_from_two_to_nine_never_holds_a_code(text):
    assert find_code(text) is None


@given(st.text(max_size=60))
def test_any_text_may_be_asked(text):
    found = find_code(text)
    assert found is None or read_code(found) == found
    assert read_code(text) is None or len(read_code(text)) == LENGTH
