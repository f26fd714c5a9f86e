"""人民币大写: golden cases of the rule, and every amount read back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.capitals import DIGITS, LIMIT, capitals

# the examples of 《正确填写票据和结算凭证的基本规定》 and every corner of it
GOLDEN = {
    "0": "人民币零元整",
    "0.01": "人民币壹分",
    "0.10": "人民币壹角",
    "0.56": "人民币伍角陆分",
    "1": "人民币壹元整",
    "1.05": "人民币壹元零伍分",
    "1409.50": "人民币壹仟肆佰零玖元伍角",
    "6007.14": "人民币陆仟零柒元壹角肆分",
    "1680.32": "人民币壹仟陆佰捌拾元叁角贰分",
    "107000.53": "人民币壹拾万柒仟元伍角叁分",
    "16409.02": "人民币壹万陆仟肆佰零玖元零贰分",
    "325.04": "人民币叁佰贰拾伍元零肆分",
    "10": "人民币壹拾元整",
    "101": "人民币壹佰零壹元整",
    "1001": "人民币壹仟零壹元整",
    "10001": "人民币壹万零壹元整",
    "100010": "人民币壹拾万零壹拾元整",
    "500000": "人民币伍拾万元整",
    "2000000": "人民币贰佰万元整",
    "2000000.00": "人民币贰佰万元整",
    "20030400": "人民币贰仟零叁万零肆佰元整",
    "100000000": "人民币壹亿元整",
    "100000001": "人民币壹亿零壹元整",
    "100010000": "人民币壹亿零壹万元整",
    "110001000": "人民币壹亿壹仟万壹仟元整",
    "1000000000000": "人民币壹万亿元整",
    "1000100000000": "人民币壹万零壹亿元整",
    "1000000000001": "人民币壹万亿零壹元整",
}
VALUE = {sign: number for number, sign in enumerate(DIGITS)}
PLACE = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(text: str) -> Decimal:
    """What a reader takes the words for; written independently of the writer."""
    whole, found, rest = text.removeprefix("人民币").removesuffix("整").partition("元")
    if not found:
        whole, rest = "", whole
    total = section = digit = 0
    for sign in whole:
        if sign in VALUE:
            digit = VALUE[sign]
        elif sign in PLACE:
            section, digit = section + digit * PLACE[sign], 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    cents = 0
    for sign in rest:
        if sign in VALUE:
            digit_after = VALUE[sign]
        else:
            cents += digit_after * (10 if sign == "角" else 1)
    return Decimal(total + section + digit) + Decimal(cents) / 100


@pytest.mark.parametrize(("amount", "words"), GOLDEN.items())
def test_golden(amount: str, words: str) -> None:
    assert capitals(amount) == words
    assert read_back(words) == Decimal(amount)


@given(some.decimals(min_value=0, max_value=LIMIT - 1, places=2, allow_nan=False))
def test_every_amount_is_read_back(amount: Decimal) -> None:
    words = capitals(amount)
    assert read_back(words) == amount
    assert "零零" not in words
    assert words.endswith("整") == (amount == amount.to_integral_value())


@pytest.mark.parametrize("wrong", ["-0.01", "0.001", "1e16", "nan", "many", 1.5])
def test_what_is_no_payment_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        capitals(wrong)  # type: ignore[arg-type]
