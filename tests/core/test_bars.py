"""Bars to both sides of nought: inside the picture, in proportion, named, with their figures."""

from __future__ import annotations

from decimal import Decimal

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from core.presentation.bars import ROW, bars

AMOUNTS = st.integers(-(10**11), 10**11).map(lambda n: Decimal(n) / 100)


@given(st.lists(AMOUNTS, max_size=30))
def test_every_bar_is_inside(values: list[Decimal]) -> None:
    picture = bars("x", [(str(n), value) for n, value in enumerate(values)])
    assert len(picture.bars) == len(values)
    for bar in picture.bars:
        assert bar.x >= -0.2 and bar.x + bar.width <= picture.width + 0.2
        assert 0 <= bar.name_y < bar.bar_y < bar.text_y < picture.height
        assert (
            bar.x + bar.width == picture.zero
            or bar.x == picture.zero
            or abs(bar.x - picture.zero) < 0.2
            or bar.end
        )


def test_more_stands_right_and_less_left_in_proportion() -> None:
    up, down = bars("差额", [("甲", Decimal(300)), ("乙", Decimal(-150))]).bars
    assert (up.end, down.end) == (False, True)
    assert up.width == 2 * down.width
    assert round(down.x + down.width, 1) == up.x
    assert down.name_y - up.name_y == ROW


def test_the_picture_says_its_figures() -> None:
    html = render_to_string(
        "components/bars.html", {"bars": bars("差额", [("甲", Decimal("1.5"))], unit="万元")}
    )
    assert 'role="img"' in html and "差额：甲 1.50万元" in html and "+1.50" in html
    assert "还没有数据" in render_to_string("components/bars.html", {"bars": bars("差额", [])})
