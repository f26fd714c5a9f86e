"""Radars, meters and columns: inside their pictures, in proportion, with their figures in words."""

from __future__ import annotations

from decimal import Decimal

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from core.presentation.columns import columns
from core.presentation.meters import SIGNS, Row, meters, shortened
from core.presentation.radar import radar

SHARES = st.decimals("-0.5", "1.5", places=4)
NAMES = st.text(alphabet="研究水平与贡献队伍abc", min_size=1, max_size=40)


@given(st.lists(st.tuples(NAMES, SHARES), min_size=3, max_size=12))
def test_every_point_of_a_radar_is_inside(rows: list[tuple[str, Decimal]]) -> None:
    picture = radar("x", [(name, share, "1%") for name, share in rows], beside=[share for _n, share in rows])
    assert len(picture.axes) == len(rows)
    for points in (picture.area, picture.beside, *picture.rings):
        for pair in points.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= picture.width and 0 <= y <= picture.height
    for axis in picture.axes:
        assert 0 < axis.name_y[0] <= axis.text_y < picture.height
        assert len(axis.lines) <= 2 and all(len(line) <= 8 for line in axis.lines)


def test_a_radar_of_two_axes_is_none() -> None:
    assert radar("x", [("甲", Decimal(1), "100%"), ("乙", Decimal(0), "0%")]).axes == ()
    assert render_to_string("components/radar.html", {"radar": radar("x", [])}).strip() == ""


def test_a_full_share_ends_at_the_axis_and_nothing_at_the_middle() -> None:
    picture = radar("x", [("甲", Decimal(1), ""), ("乙", Decimal(0), ""), ("丙", Decimal(1), "")])
    full, none, _third = picture.axes
    assert (full.at_x, full.at_y) == (full.x, full.y)
    assert (none.at_x, none.at_y) == (picture.x, picture.y)


def test_a_second_area_needs_a_share_for_each_axis() -> None:
    rows = [("甲", Decimal(1), ""), ("乙", Decimal(1), ""), ("丙", Decimal(1), "")]
    assert radar("x", rows, beside=[Decimal(1)], beside_label="平均").beside_label == ""
    assert radar("x", rows, beside=[Decimal(1)] * 3, beside_label="平均").beside_label == "平均"


@given(st.lists(st.tuples(NAMES, SHARES), max_size=30))
def test_every_meter_is_inside_and_in_proportion(rows: list[tuple[str, Decimal]]) -> None:
    picture = meters("x", [Row(name, share, "1 / 2", share) for name, share in rows])
    for bar in picture.bars:
        assert 0 <= bar.width <= picture.track
        assert bar.mark is not None and picture.left <= bar.mark <= picture.left + picture.track
        assert 0 < bar.bar_y < bar.text_y < picture.height
        assert abs(bar.width - float(min(max(bar.share, Decimal(0)), Decimal(1))) * picture.track) < 0.1


@given(st.text(max_size=60))
def test_a_shortened_name_fits(text: str) -> None:
    found = shortened(text, SIGNS)
    assert found == text or found.endswith("…")
    assert sum(1 if sign.isascii() else 2 for sign in found) <= SIGNS


@given(st.lists(st.integers(0, 10**6), max_size=40))
def test_columns_stand_inside_in_proportion(values: list[int]) -> None:
    picture = columns(
        "x", [(str(place), value, str(value)) for place, value in enumerate(values)], marks=[(1.0, "线")]
    )
    most = max([*values, 1])
    for column in picture.columns:
        assert column.x >= 0 and column.x + column.width <= picture.width + 0.2
        assert 0 < column.text_y < column.y + 0.1 and round(column.y + column.height, 1) == picture.base
        assert abs(column.height / (picture.base - 30) - column.value / most) < 0.01


def test_the_pictures_say_their_figures() -> None:
    rows = [
        ("组织<b>", Decimal("0.5"), "50.0%"),
        ("协同", Decimal(1), "100.0%"),
        ("带动", Decimal(0), "0.0%"),
    ]
    html = render_to_string("components/radar.html", {"radar": radar("得分率", rows)})
    assert "组织&lt;b&gt; 50.0%；协同 100.0%" in html and "<b>" not in html
    html = render_to_string(
        "components/meters.html", {"meters": meters("计分", [Row("M1 <i>", Decimal("0.25"), "1 / 4")])}
    )
    assert "M1 &lt;i&gt; 1 / 4" in html and "<i>" not in html
    html = render_to_string(
        "components/columns.html", {"columns": columns("等次", [("优秀", 3, "3 家")], marks=[(0.5, "线")])}
    )
    assert "优秀 3 家" in html and ">线</text>" in html


def test_a_name_of_two_lines_leaves_no_single_letter_behind() -> None:
    rows = [
        (name, Decimal("0.5"), "50%")
        for name in ("组织机构建设与运行", "协同", "名称很长很长超过两行的维度名称在这里")
    ]
    lines = [axis.lines for axis in radar("x", rows).axes]
    assert lines[0] == ("组织机构建", "设与运行")
    assert lines[1] == ("协同",)
    assert len(lines[2]) == 2 and lines[2][1].endswith("…")
