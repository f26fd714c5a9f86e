"""GB 32100-2015 with both check digits, and words that say which position is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import credit_code

# code, both digits good. The first is a real public code whose inner digit passes too.
GOOD = (
    "91110000600037341L",
    "91370303MAXX00015H",
    "91370303MAXX00023C",
)


@pytest.mark.parametrize("code", GOOD)
def test_good_codes_pass(code: str) -> None:
    assert credit_code.problems(code) == []


def test_letters_in_the_first_eight_positions_are_legal() -> None:
    """Codes of village collectives start with N (domain.md §5); python-stdnum refuses them."""
    code = credit_code.make("N2", "370303", "MAXX", 7)
    assert code.startswith("N2") and credit_code.is_valid(code)


@pytest.mark.parametrize(
    ("code", "codes", "words"),
    [
        ("", ["required"], ["请填写"]),
        ("9137", ["length"], ["18 位", "4 位"]),
        ("91370303MAXX00015HH", ["length"], ["19 位"]),
        ("91370303MAXX00015G", ["check_digit"], ["第 18 位", "应为“H”", "现在是“G”"]),
        # The inner digit is wrong and the outer one was made to fit: python-stdnum accepts this.
        ("91370303MAXX00016L", ["organisation_digit"], ["第 17 位", "应为“5”", "现在是“6”"]),
        ("91370303MAXX00016H", ["organisation_digit", "check_digit"], ["第 17 位", "第 18 位"]),
        ("9137O303MAXX00015H", ["character"], ["第 5 位是字母“O”", "可能应为“0”"]),
        ("91370303MAXX000I5S", ["character", "character"], ["第 16 位", "第 18 位", "“5”"]),
        ("91370303MAXX0001?H", ["character"], ["第 17 位是“?”"]),
    ],
)
def test_problems_name_the_position(code: str, codes: list[str], words: list[str]) -> None:
    found = credit_code.problems(code)
    text = " ".join(str(problem.message) for problem in found)
    assert [problem.code for problem in found] == codes
    assert all(word in text for word in words), text
    assert {problem.field for problem in found} == {"credit_code"}


@pytest.mark.parametrize(
    "typed",
    [
        " 91370303maxx00015h ",
        "91 370303 MAXX00015 H",
        "９１３７０３０３ＭＡＸＸ０００１５Ｈ",
        "91-370303-MAXX00015-H",
    ],
)
def test_what_people_paste_is_taken_as_meant(typed: str) -> None:
    assert credit_code.normalise(typed) == "91370303MAXX00015H"
    assert credit_code.is_valid(typed)


def test_ten_is_x_and_eleven_is_zero() -> None:
    digits = {credit_code.organisation_digit(f"MAXX{n:04d}") for n in range(60)}
    assert digits == set("0123456789X")


def test_codes_are_shown_in_groups() -> None:
    assert credit_code.grouped("91370303MAXX00015H") == "91 370303 MAXX00015 H"
    assert credit_code.grouped("91") == "91"


def test_make_refuses_parts_that_do_not_fill_the_code() -> None:
    with pytest.raises(ValueError, match="16 positions"):
        credit_code.make("91", "3703", "MAXX", 1)


@given(n=st.integers(0, 9999), position=st.integers(0, 17), char=st.sampled_from(credit_code.ALPHABET))
def test_one_wrong_character_is_always_seen(n: int, position: int, char: str) -> None:
    good = credit_code.make("91", "370212", "MAXX", n)
    typed = good[:position] + char + good[position + 1 :]
    assert credit_code.is_valid(typed) == (typed == good)


@given(st.text(max_size=40))
def test_no_input_raises(typed: str) -> None:
    assert isinstance(credit_code.problems(typed), list)
