"""Every clause as an official would work it out: golden cases, the examples of the catalogue, the officials' workbook.

Each case goes through the service and through the API, which answer alike.
"""

from __future__ import annotations

from contextlib import closing
from functools import cache
from typing import Any

import openpyxl
import pytest
import yaml
from django.conf import settings

from policy.enums import Section
from policy.models import Item
from subsidies.enums import Kind
from subsidies.facts import FACTS, Fact, FactKind
from subsidies.selectors import measures
from subsidies.selectors.quotes import quote
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db
GOLDEN = settings.BASE_DIR / "tests/golden"
DAY = "2021-06-30"
CASES = yaml.safe_load((GOLDEN / "subsidies.yaml").read_text("utf-8"))
# Worked examples handed over with the policies, as {measure, district, facts, amount}.
EXAMPLES = [
    ("sub_incubator_space_new", "", {"area": 8000}, "800000.00"),
    ("sub_incubator_space_new", "", {"area": 10000}, "1000000.00"),
    ("sub_incubator_space_new", "", {"area": 12345.67}, "1000000.00"),
    ("sub_incubator_space_renovated", "", {"area": 6000.5}, "300025.00"),
    ("sub_incubator_space_renovated", "", {"area": 15000}, "500000.00"),
    ("sub_usp_provincial", "", {"provincial_subsidy": 1000000}, "200000.00"),
    ("sub_usp_national", "", {"provincial_subsidy": 3000000}, "600000.00"),
    (
        "sub_innovation_voucher_match",
        "370303",
        {"provincial_subsidy": 40000, "actual_cost": 100000},
        "40000.00",
    ),
    (
        "sub_innovation_voucher_match",
        "370303",
        {"provincial_subsidy": 60000, "actual_cost": 100000},
        "60000.00",
    ),
    (
        "sub_innovation_voucher_match",
        "370322",
        {"provincial_subsidy": 60000, "actual_cost": 100000},
        "30000.00",
    ),
    ("sub_platform_national", "", {"level": "national"}, "2000000.00"),
    ("sub_platform_provincial", "", {"level": "provincial"}, "500000.00"),
]


def ask(claims: list[dict[str, Any]], day: str = DAY) -> list[dict[str, Any]]:
    """The results by service and by API, which are the same."""
    payload = {"date": day, "claims": claims}
    found = quote(payload).as_dict()
    assert Caller().post("subsidies/quote/", payload).ok(200) == found
    return list(found["results"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["measure"])
def test_golden_case(case: dict[str, Any]) -> None:
    claim = {"ref": "a", "measure": case["measure"], "facts": case["facts"]}
    if "district" in case:
        claim["district"] = case["district"]
    (found,) = ask([claim], case.get("date", DAY))
    assert (found["status"], found["amount"]) == (case["status"], case["amount"])
    if "lines" in case:
        assert [[line["code"], line["amount"]] for line in found["lines"]] == case["lines"]
    for name, key in (("upper", "upper_bound"), ("lower", "lower_bound"), ("assumed", "assumptions")):
        if name in case:
            assert found[key] == case[name]
    if "label" in case:
        assert found["lines"][0]["label"] == case["label"]
    if "refused_by" in case:
        assert [error["code"] for error in found["errors"]] == [case["refused_by"]]
    cited = [row["clause"] for row in (*found["lines"], *found["errors"]) if row.get("clause")]
    assert cited
    assert all(clause.endswith(case["clause"]) for clause in cited)


def test_every_measure_has_a_golden_case() -> None:
    assert {case["measure"] for case in CASES} == set(measures.known())
    assert len(measures.known()) == 46


def test_every_kind_is_computed_somewhere() -> None:
    kinds = {one.terms(one.valid_from).kind for one in measures.known().values()}
    assert kinds == set(Kind)


@pytest.mark.parametrize(("measure", "district", "facts", "amount"), EXAMPLES)
def test_examples_of_the_catalogue(measure: str, district: str, facts: dict[str, Any], amount: str) -> None:
    (found,) = ask([{"ref": "a", "measure": measure, "district": district or None, "facts": facts}])
    assert found["amount"] == amount


def test_example_of_the_exclusion_rule() -> None:
    shared = {"organisation": "91370303MAXX00015H", "district": "370303"}
    sharing, service = ask(
        [
            {
                "ref": "i",
                "measure": "sub_instrument_sharing",
                "facts": {"service_total": "1400000"},
                **shared,
            },
            {"ref": "p", "measure": "sub_ptsp_service", "facts": {"set_amount": "600000"}, **shared},
        ]
    )
    assert (sharing["status"], sharing["amount"], sharing["excluded_by"]) == ("excluded", "0.00", "p")
    assert sharing["lines"][0]["amount"] == "420000.00"
    assert sharing["lines"][-1]["clause"] == "淄政办字〔2020〕43号 四(三)3"
    assert (service["status"], service["amount"]) == ("proposed", "600000.00")


@cache
def workbook() -> tuple[dict[str, Any], ...]:
    """The rows of the officials' workbook under their Chinese heads."""
    with closing(openpyxl.load_workbook(GOLDEN / "subsidies.xlsx", read_only=True)) as book:
        head, *rows = book.worksheets[0].iter_rows(min_row=3, values_only=True)
    return tuple(dict(zip(head, row, strict=True)) for row in rows if row[0])


def facts_of(row: dict[str, Any]) -> dict[str, Any]:
    """`孵化用房面积=8000；批复级别=国家级`, as officials write it, for the calculators."""
    by_label = {str(fact.label): fact for fact in FACTS.values()}
    pairs = [part.split("=", 1) for part in str(row["事实"] or "").split("；") if part]
    return {by_label[label].name: value_of(by_label[label], text) for label, text in pairs}


def value_of(fact: Fact, text: str) -> Any:
    """A choice and a kind of platform by their names, yes and no, anything else as it stands."""
    if fact.kind is FactKind.BOOL:
        return {"是": True, "否": False}[text]
    if fact.kind is FactKind.ENTITY_TYPE:
        return Item.objects.get(section=Section.ENTITY_TYPE, label=text).key
    return {str(label): key for key, label in fact.choices}.get(text, text)


def test_the_workbook_of_worked_examples() -> None:
    cases: dict[str, list[dict[str, Any]]] = {}
    for row in workbook():
        cases.setdefault(str(row["算例"]), []).append(row)
    assert len(cases) >= 40
    for name, rows in cases.items():
        claims = [
            {
                "ref": str(row["序号"]),
                "measure": row["措施编号"],
                "district": row["地区代码"] or None,
                "organisation": row["统一社会信用代码"] or None,
                "facts": facts_of(row),
            }
            for row in rows
        ]
        for row, found in zip(rows, ask(claims, str(rows[0]["事项日期"])), strict=True):
            assert found["status_label"] == row["结论"], (name, found)
            wanted = row["应得金额（元）"]
            assert found["amount"] == (None if wanted is None else f"{wanted:.2f}"), (name, found)
            assert row["依据条款"] in str(found["lines"] + found["errors"]), name


def test_the_workbook_knows_every_measure_that_computes() -> None:
    computing = {key for key, one in measures.known().items() if one.terms(one.valid_from).data.get("facts")}
    assert {row["措施编号"] for row in workbook()} >= computing
