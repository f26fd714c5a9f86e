"""R&D intensity of an alliance: golden cases of an official, the readings, and what must hold of any figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliances.alliance.intensity import Intensity, Line, as_line, measure, shown
from policy.law import Law, law_on
from tests.alliances.test_alliance_conditions import GOLDEN
from tests.alliances.test_conditions import Otherwise


@pytest.fixture
def law(db: None) -> Law:
    return law_on(GOLDEN["day"], GOLDEN["place"])


def money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)) * 10000


def lines(case: dict[str, Any]) -> list[Line]:
    return [
        as_line(name, kind, size, {"rd_expenditure": money(rd), "main_revenue": money(revenue)})
        for name, kind, size, rd, revenue in case["lines"]
    ]


@pytest.mark.parametrize("case", GOLDEN["intensity"], ids=lambda case: case["name"])
def test_case(case: dict[str, Any], law: Law) -> None:
    found = measure(lines(case), law)
    wanted = [None if case[key] is None else Decimal(case[key]) for key in ("weighted", "simple")]
    assert [found.weighted, found.simple] == wanted
    assert (found.rule, found.met) == (case["rule"], case["met"])
    assert {line.name: line.why_left_out for line in found.left_out} == case.get("left_out", {})
    assert found.threshold == Decimal("0.05" if found.is_sme else "0.03")
    assert "二(四)" in found.clause
    assert shown(found.value) == case.get("shown", shown(found.value))


def test_which_average_counts_is_a_reading(law: Law) -> None:
    case = next(c for c in GOLDEN["intensity"] if c["name"].startswith("weighted and simple differ"))
    assert measure(lines(case), law).met is False
    simple = measure(lines(case), Otherwise(law, alliance_rd_average="simple"))
    assert (simple.met, simple.value) == (True, Decimal("0.05"))


def test_from_which_share_on_small_firms_dominate_is_a_reading(law: Law) -> None:
    case = next(c for c in GOLDEN["intensity"] if c["name"].startswith("half small"))
    assert measure(lines(case), Otherwise(law, alliance_sme_share="0.4")).is_sme
    assert measure(lines(case), Otherwise(law, alliance_rd_hardness="hard")).strength == "hard"


class Flat:
    """A law without a database."""

    def value(self, key: str, default: Any = None) -> Any:
        return {"obl_all_rd_intensity": "0.03", "obl_all_rd_intensity_sme": "0.05"}[key]

    def cite(self, key: str) -> str:
        return key

    def reading(self, setting: str) -> Any:
        return {"alliance.sme_share": "0.5", "alliance.rd_average": "weighted"}.get(setting, "advisory")

    def list(self, key: str) -> Any:
        return ()


amounts = st.none() | st.integers(0, 10**14).map(lambda fen: Decimal(fen) / 100)
members = st.lists(
    st.builds(
        as_line,
        name=st.just("某公司"),
        kind=st.sampled_from(["enterprise", "university"]),
        size=st.sampled_from(["", "large", "medium", "small", "micro"]),
        figures=st.fixed_dictionaries({"rd_expenditure": amounts, "main_revenue": amounts}),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(members)
def test_both_averages_lie_between_the_least_and_the_greatest(rows: list[Line]) -> None:
    found: Intensity = measure(rows, Flat())
    ratios = [line.ratio for line in rows if line.ratio is not None]
    assert len(found.counted) + len(found.left_out) == len(rows)
    if not ratios:
        assert found.value is found.met is None
        return
    slack = Decimal("1e-9") * (max(ratios) + 1)
    for average in (found.weighted, found.simple):
        assert average is not None
        assert min(ratios) - slack <= average <= max(ratios) + slack
