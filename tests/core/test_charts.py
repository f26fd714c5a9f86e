"""Charts as data: where the dots stand, and that nothing is drawn through a gap."""

from __future__ import annotations

from decimal import Decimal

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from core.presentation.charts import BOTTOM, TOP, line


def test_a_gap_is_a_gap() -> None:
    chart = line(
        "收入", [("1", Decimal(1)), ("2", Decimal(2)), ("3", None), ("4", Decimal(4)), ("5", Decimal(3))]
    )
    assert len(chart.lines) == 2
    assert [dot.label for dot in chart.dots] == ["1", "2", "4", "5"]


def test_a_loss_has_a_line_at_nought() -> None:
    chart = line("利润", [("1", Decimal(-5)), ("2", Decimal(5))])
    assert chart.zero == (TOP + chart.base) / 2
    assert line("利润", [("1", Decimal(5)), ("2", Decimal(5))]).zero is None


@given(
    st.lists(
        st.one_of(st.none(), st.integers(-(10**11), 10**11).map(lambda n: Decimal(n) / 100)), max_size=40
    )
)
def test_every_dot_is_inside(values: list[Decimal | None]) -> None:
    chart = line("x", [(str(n), value) for n, value in enumerate(values)])
    assert len(chart.dots) == sum(value is not None for value in values)
    for dot in chart.dots:
        assert TOP - 0.1 <= dot.y <= chart.height - BOTTOM + 0.1
        assert 0 <= dot.x <= chart.width


def test_the_picture_has_a_name_and_its_figures_beside() -> None:
    chart = line("收入", [("2025Q1", Decimal("1.5")), ("2025Q2", Decimal(2))], unit="万元")
    html = render_to_string("components/chart.html", {"chart": chart, "table": True})
    assert 'role="img"' in html
    assert "最低 1.5，最高 2" in html
    assert "<table" in html
    assert "还没有数据" in render_to_string("components/chart.html", {"chart": line("收入", [])})
