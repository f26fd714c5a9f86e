"""政策找企业 as an official would see it: golden cases; and whoever meets the condition named is no longer near but there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from subsidies.holdings import Held, Step, Subject, Taken
from subsidies.matching import Found, Near
from subsidies.needs import LackKind
from subsidies.selectors.finding import Rules

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
CASES = yaml.safe_load((settings.BASE_DIR / "tests/golden/finding.yaml").read_text("utf-8"))


def subject_of(row: Mapping[str, Any], number: int, place: str) -> Subject:
    given = dict(row)
    steps = tuple(Step(level, day, day, "演示1号") for level, day in given.pop("steps", ()))
    for name in ("before", "linked"):
        given[name] = frozenset(given.get(name, ()))
    for name in ("service_total", "provincial_subsidy"):
        given[name] = Decimal(given[name]) if name in given else None
    areas = {kind: Decimal(area) for kind, area in given.pop("areas", {}).items()}
    shown = {"name": f"平台{number}", "code": f"E{number}", "place": place, **given}
    return Subject(steps=steps, areas=areas, **shown)


def held_of(row: Mapping[str, Any]) -> Held:
    unit = {"place": "370303", **row["unit"]}
    taken = [
        Taken(
            one["measure"], one.get("entity", ""), one["year"], one.get("facts", {}), Decimal(one["amount"])
        )
        for one in row.get("taken", ())
    ]
    return Held(
        **unit,
        subjects=tuple(
            subject_of(one, number, unit["place"]) for number, one in enumerate(row.get("subjects", ()), 1)
        ),
        stated={name: Decimal(value) for name, value in row.get("stated", {}).items()},
        taken=tuple(taken),
    )


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["name"])
def test_golden_case(row: Mapping[str, Any]) -> None:
    found = Rules(row.get("on", ON)).match(held_of(row))
    figures = {
        one.measure: [f"{one.amount:.2f}", one.deadline] for one in found.matches if one.amount is not None
    }
    assert figures == row.get("matches", {})
    promised = {one.measure for one in found.matches if one.amount is None}
    assert set(row.get("promises", ())) <= promised
    assert {one.measure: one.lack.kind.value for one in found.near} == row.get("near", {})
    everywhere = {one.measure for one in (*found.matches, *found.near)}
    assert not set(row.get("silent", ())) & everywhere
    for one in found.matches:
        assert one.clause is not None
        assert all(fact.source for fact in one.facts if fact.name != "paid_before")
    for near in found.near:
        assert near.lack.said and near.lack.remedy and near.lack.clause is not None


KINDS = (
    "technology_innovation_centre",
    "key_laboratory",
    "incubator",
    "maker_space",
    "university_science_park",
    "instrument_sharing_unit",
    "public_tech_service_platform",
    "technology_transfer_institution",
    "industry_alliance",
    "innovation_community",
    "innovative_cluster",
    "innovation_consortium",
    "technology_forum",
    "pilot_test_base",
)
LEVELS = ("district", "municipal", "provincial", "national")
AMOUNT = st.decimals(min_value=0, max_value=30000, places=2)
PLACES = ("370303", "370322", "370212")


@st.composite
def subjects(draw: Any) -> Subject:
    days = st.dates(date(2019, 1, 1), date(2026, 4, 1))
    steps = sorted((draw(days), draw(st.sampled_from(LEVELS))) for _n in range(draw(st.integers(0, 2))))
    return Subject(
        kind=draw(st.sampled_from(KINDS)),
        name="平台",
        place=draw(st.sampled_from(PLACES)),
        leads=draw(st.booleans()),
        is_valid=draw(st.booleans()),
        level=steps[-1][1] if steps else draw(st.sampled_from(LEVELS)),
        steps=tuple(Step(level, day, day) for day, level in steps),
        before=frozenset(draw(st.lists(st.sampled_from(KINDS), max_size=1))),
        linked=frozenset(draw(st.lists(st.sampled_from(KINDS), max_size=1))),
        succeeded=draw(st.booleans()),
        areas=draw(st.dictionaries(st.sampled_from(("new", "renovation", "extension")), AMOUNT)),
        service_total=draw(st.none() | AMOUNT),
        served=draw(st.none() | st.integers(0, 3)),
        instruments=draw(st.none() | st.integers(0, 3)),
        grade=draw(st.sampled_from(("", "excellent", "good", "pass", "fail"))),
        selected=draw(st.booleans()),
        provincial_subsidy=draw(st.none() | AMOUNT),
        planned_level=draw(st.sampled_from(("", "provincial"))),
    )


@st.composite
def holdings(draw: Any) -> Held:
    rows = draw(st.lists(subjects(), max_size=3))
    return Held(
        kind=draw(
            st.sampled_from(("enterprise", "university", "research_institute", "industry_association"))
        ),
        place=draw(st.sampled_from(PLACES)),
        size_class=draw(st.sampled_from(("", "large", "small", "team"))),
        subjects=tuple(replace(one, code=f"E{n}") for n, one in enumerate(rows)),
        stated=draw(st.sampled_from(({}, {"provincial_subsidy": Decimal(5)}))),
    )


def with_condition_met(held: Held, near: Near) -> Held:
    """The same unit once the one thing it lacks is there, and nothing else."""
    kind, about = near.lack.kind, near.subject
    if kind is LackKind.ATTEST:
        return replace(held, attested=held.attested | {near.lack.key})
    if kind is LackKind.SIZE:
        return replace(held, size_class="small")
    if kind in (LackKind.PAYMENT, LackKind.COST) and about is None:
        paid = {"provincial_subsidy": Decimal(9), "actual_cost": Decimal(20)}
        return replace(held, stated={**held.stated, **paid})
    assert about is not None
    data = near.terms.data
    if kind is LackKind.BENEFICIARY and not about.leads:
        raise AssertionError("a member is only looked at where its unit is a beneficiary")
    changes: dict[LackKind, dict[str, Any]] = {
        LackKind.LEVEL: {
            "steps": (*about.steps, Step(str(data.get("level")), ON, ON)),
            "level": data.get("level"),
            "planned_level": "",
        },
        LackKind.WINDOW: {
            "steps": tuple(
                replace(one, document_date=ON) if one.level == data.get("level") else one
                for one in about.steps
            )
        },
        LackKind.VALID: {"is_valid": True},
        LackKind.UPGRADE: {"kind": "innovation_community", "before": frozenset({about.kind})},
        LackKind.ORIGIN: {"before": frozenset({"industry_alliance"})},
        LackKind.SPACE: {"areas": dict.fromkeys(("new", "renovation"), Decimal(100))},
        LackKind.SELECTED: {"selected": True},
        LackKind.PAYMENT: {"provincial_subsidy": Decimal(9)},
        LackKind.NETWORK: {"instruments": 1},
        LackKind.SERVICE: {"service_total": Decimal(9)},
        LackKind.SERVED: {"served": 1},
        LackKind.GRADE: {"grade": "excellent"},
        LackKind.BENEFICIARY: {"linked": frozenset(data.get("beneficiary", ())[:1])},
    }
    changed = replace(about, **changes[kind])
    return replace(held, subjects=tuple(changed if one is about else one for one in held.subjects))


def is_there(found: Found, near: Near) -> bool:
    code = near.subject.code if near.subject else None
    return any(
        one.measure == near.measure and (one.subject.code if one.subject else None) == code
        for one in found.matches
    )


@pytest.fixture
def rules() -> Rules:
    return Rules(ON)


def test_whoever_meets_the_condition_named_has_a_match(rules: Rules) -> None:
    @tuned(max_examples=150)
    @given(held=holdings())
    def look(held: Held) -> None:
        found = rules.match(held)
        for near in found.near:
            assert not is_there(found, near)
            assert is_there(rules.match(with_condition_met(held, near)), near), near.lack
        for one in found.matches:
            assert one.amount is None or one.amount >= 0

    look()


def test_every_condition_of_the_golden_cases_can_be_met(rules: Rules) -> None:
    seen: set[LackKind] = set()
    for row in CASES:
        held = held_of(row)
        found = rules.match(held)
        for near in found.near:
            assert is_there(rules.match(with_condition_met(held, near)), near), (row["name"], near.lack)
            seen.add(near.lack.kind)
    assert seen == set(LackKind)
