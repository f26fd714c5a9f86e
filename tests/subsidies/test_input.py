"""What is refused, and in which words: API, command and page read the same payload."""

from __future__ import annotations

import ast
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command

from subsidies.api.views import QuoteView
from subsidies.selectors import measures
from tests.api.caller import Caller
from tests.makers.law import figure

pytestmark = pytest.mark.django_db
DAY = "2021-06-30"
SPACE = "sub_incubator_space_new"


def claim(measure: str = SPACE, **facts: Any) -> dict[str, Any]:
    return {"ref": "a", "measure": measure, "facts": facts}


def refused(payload: Any) -> dict[str, dict[str, str]]:
    """Problems by field."""
    answer = Caller().post("subsidies/quote/", payload)
    assert answer.status == 422, answer
    return {error["field"]: error for error in answer.body["errors"]}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("-1", "negative"),
        (-0.5, "negative"),
        ("NaN", "bad_number"),
        ("Infinity", "bad_number"),
        ("1e3", "bad_number"),
        ("8,000", "bad_number"),
        ("八千", "bad_number"),
        ("８０００", "bad_number"),
        ("", "bad_number"),
        (True, "bad_number"),
        ([1], "bad_number"),
        ({"a": 1}, "bad_number"),
        ("1.001", "too_many_decimals"),
        (0.001, "too_many_decimals"),
        ("100000000", "absurd"),
        (10**400, "absurd"),
        (1e300, "absurd"),
        ("9" * 200, "absurd"),
        ("9" * 500, "bad_number"),
    ],
)
def test_bad_areas(value: Any, code: str) -> None:
    problem = refused({"date": DAY, "claims": [claim(area=value)]})["claims.0.facts.area"]
    assert problem["code"] == code
    assert problem["clause"] == "淄政办字〔2020〕43号 四(三)2"
    assert problem["message"].startswith("孵化用房面积：")


@pytest.mark.parametrize("value", ["8000", "8000.00", " 8000 ", 8000, 8000.0, "008000", "8000."])
def test_the_same_number_in_other_clothes(value: Any) -> None:
    answer = Caller().post("subsidies/quote/", {"date": DAY, "claims": [claim(area=value)]}).ok(200)
    assert answer["total"] == "800000.00"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"measure": "sub_moon_base"}, "claims.0.measure", "unknown_measure"),
        ({"measure": None}, "claims.0.measure", "unknown_measure"),
        ({"facts": {"area": "1", "colour": "red"}}, "claims.0.facts.colour", "unknown_fact"),
        ({"facts": {"area": "1", "grade": "good"}}, "claims.0.facts.grade", "unknown_fact"),
        ({"facts": {}}, "claims.0.facts.area", "required"),
        ({"facts": [1]}, "claims.0.facts", "invalid"),
        ({"district": "999999"}, "claims.0.district", "unknown_district"),
        ({"organisation": "123"}, "claims.0.organisation", "credit_code"),
        ({"ref": "x" * 41}, "claims.0.ref", "invalid"),
        ({"amount": "1"}, "claims.0.amount", "unknown_field"),
    ],
)
def test_bad_claims(change: dict[str, Any], field: str, code: str) -> None:
    problems = refused({"date": DAY, "claims": [{**claim(area="1"), **change}]})
    assert problems[field]["code"] == code


@pytest.mark.parametrize(
    ("measure", "facts", "field", "code"),
    [
        ("sub_platform_national", {"level": "galactic"}, "level", "unknown_choice"),
        ("sub_platform_national", {"platform_type": "castle"}, "platform_type", "unknown_choice"),
        ("sub_platform_national", {"approval_date": "2021-02-30"}, "approval_date", "bad_date"),
        ("sub_platform_national", {"approval_date": "20210203"}, "approval_date", "bad_date"),
        ("sub_ptsp_service", {"grade": "A"}, "grade", "unknown_choice"),
        ("sub_ptsp_service", {"set_amount": "0.001"}, "set_amount", "too_many_decimals"),
        ("sub_maker_demonstration", {"selected": "yes"}, "selected", "invalid"),
        ("sub_instrument_sharing", {"service_total": "1", "rate": "30"}, "rate", "bad_rate"),
        ("sub_alliance_activities", {"area": "1"}, "area", "unknown_fact"),
    ],
)
def test_bad_facts(measure: str, facts: dict[str, Any], field: str, code: str) -> None:
    problems = refused({"date": DAY, "claims": [claim(measure, **facts)]})
    assert problems[f"claims.0.facts.{field}"]["code"] == code


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"claims": [claim(area="1")]}, "date"),
        ({"date": "30.6.2021", "claims": [claim(area="1")]}, "date"),
        ({"date": DAY}, "claims"),
        ({"date": DAY, "claims": []}, "claims"),
        ({"date": DAY, "claims": {}}, "claims"),
        ({"date": DAY, "claims": ["x"]}, "claims.0"),
        ({"date": DAY, "claims": [claim(area="1")] * 201}, "claims"),
        ({"date": DAY, "claims": [claim(area="1")] * 2}, "claims.1.ref"),
        ({"date": DAY, "claims": [claim(area="1")], "extra": 1}, "extra"),
        ([], ""),
    ],
)
def test_bad_payloads(payload: Any, field: str) -> None:
    assert field in refused(payload)


def test_every_problem_is_named_at_once() -> None:
    payload = {"date": DAY, "claims": [claim(area="-1", colour="red"), {"ref": "b", "measure": "nothing"}]}
    assert set(refused(payload)) == {"claims.0.facts.area", "claims.0.facts.colour", "claims.1.measure"}


def test_costs_are_needed_in_the_two_counties_only() -> None:
    voucher = claim("sub_innovation_voucher_match", provincial_subsidy="1")
    for county in ("370322", "370323"):
        problems = refused({"date": DAY, "claims": [{**voucher, "district": county}]})
        assert problems["claims.0.facts.actual_cost"]["code"] == "required"
    payload = {"date": DAY, "claims": [{**voucher, "district": "370303"}]}
    assert Caller().post("subsidies/quote/", payload).status == 200


@pytest.mark.parametrize(
    ("measure", "day", "clause"),
    [
        (SPACE, "2020-04-09", "淄政办字〔2020〕43号 四(三)2"),
        ("sub_sd15_funds", "2015-01-22", "鲁政办发〔2015〕4号 保障措施(二)"),
        ("sub_qd_talent", "2025-03-05", "《青岛市创新联合体组建工作指引》（据青岛日报报道）备案制度3"),
    ],
)
def test_a_day_before_the_policy(measure: str, day: str, clause: str) -> None:
    facts = {"area": "1"} if measure == SPACE else {}
    problem = refused({"date": day, "claims": [claim(measure, **facts)]})["claims.0.measure"]
    assert (problem["code"], problem["clause"]) == ("not_in_force", clause)
    assert "起施行" in problem["message"]


def test_the_figure_of_the_day_counts() -> None:
    from datetime import date

    figure(f"{SPACE}.unit_price", "80", date(2026, 7, 1))
    totals = [
        Caller().post("subsidies/quote/", {"date": day, "claims": [claim(area="1000")]}).ok(200)["total"]
        for day in ("2026-06-30", "2026-07-01")
    ]
    assert totals == ["100000.00", "80000.00"]


def test_nothing_is_stored_and_many_are_too_many(monkeypatch: Any) -> None:
    monkeypatch.setattr(QuoteView, "hourly", {"POST": 2})
    cache.clear()
    payload = {"date": DAY, "claims": [claim(area="1")]}
    assert [Caller().post("subsidies/quote/", payload).status for _n in range(3)] == [200, 200, 429]


def test_measures_by_api() -> None:
    caller = Caller()
    page = caller.get("subsidies/measures/?page_size=100").ok(200)
    assert page["count"] == 46
    assert {row["id"] for row in page["results"]} == set(measures.known())
    assert all(row["clause"] and row["in_force"] for row in page["results"])
    assert caller.get("subsidies/measures/?topic=sharing").ok(200)["count"] == 2
    assert caller.get("subsidies/measures/?kind=floor").ok(200)["count"] == 1
    assert 0 < caller.get("subsidies/measures/?place=370212&page_size=100").ok(200)["count"] < 20
    assert caller.get("subsidies/measures/?topic=moon").status == 422
    assert caller.get("subsidies/measures/?on=tomorrow").status == 422
    early = caller.get("subsidies/measures/?on=2014-01-01").ok(200)["results"]
    assert not any(row["in_force"] for row in early)
    one = caller.get(f"subsidies/measures/{SPACE}/").ok(200)
    assert one["rule"] == "每平方米 100 元，上限 100万元"
    assert [(fact["name"], fact["need"]) for fact in one["facts"]] == [
        ("area", "required"),
        ("paid_before", "optional"),
    ]
    assert {row["name"]: row["value"] for row in one["figures"]}["cap"] == "1000000"
    assert caller.get("subsidies/measures/sub_moon/").status == 404


def test_the_command_reads_and_prints_the_same(tmp_path: Path) -> None:
    payload = {"date": DAY, "claims": [claim(area="8000")]}
    file, out = tmp_path / "quote.json", io.StringIO()
    file.write_text(json.dumps(payload), "utf-8")
    call_command("quote", str(file), stdout=out)
    assert json.loads(out.getvalue()) == Caller().post("subsidies/quote/", payload).ok(200)
    file.write_text(json.dumps({"date": DAY, "claims": [claim(area="-1")]}), "utf-8")
    with pytest.raises(CommandError, match="negative"):
        call_command("quote", str(file))
    file.write_text('{"date": NaN', "utf-8")
    with pytest.raises(CommandError, match="无法读取"):
        call_command("quote", str(file))


# --- no figure of a policy in code ----------------------------------------------------------------

NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([万亿%]?)")
SIZES = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000), "%": Decimal("0.01")}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
INNOCENT = {Decimal(0), Decimal(1)}


#: Small numbers that pages, lists and lengths are full of; where amounts are computed they are figures all the same.
COUNTS = {Decimal(3), Decimal(5), Decimal(100)}
COMPUTES = {"calculators", "claim", "conditions.py", "entitlement.py", "stacking.py", "terms.py", "whatif.py"}


def _computes(file: Path) -> bool:
    return file.parts[0] in COMPUTES


def policy_figures() -> set[Decimal]:
    rows = yaml.safe_load((settings.BASE_DIR / "fixtures/policy/parameters.yaml").read_text("utf-8"))
    return {
        Decimal(str(value["value"]))
        for row in rows["parameters"]
        if row["key"].startswith("sub_")
        for value in row["values"]
    }


def figures_in_words(text: str) -> set[Decimal]:
    """30% is 0.3 and 200万 is 2000000; an example of a date is no figure."""
    return {Decimal(number) * SIZES[size] for number, size in NUMBER.findall(DATE.sub("", text))}


def figures_in(source: str) -> set[Decimal]:
    """Numbers of a module: literals, and those inside texts that are no docstrings."""
    tree, found = ast.parse(source), set()
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told and not isinstance(node.value, bool):
            if isinstance(node.value, (int, float)):
                found.add(Decimal(str(node.value)))
            elif isinstance(node.value, str):
                found |= figures_in_words(node.value)
    return found


def test_no_figure_of_a_policy_stands_in_code() -> None:
    forbidden = policy_figures() - INNOCENT
    assert len(forbidden) > 10
    folder = settings.BASE_DIR / "subsidies"
    for file in folder.rglob("*.py"):
        found = figures_in(file.read_text("utf-8")) & forbidden
        assert not (found if _computes(file.relative_to(folder)) else found - COUNTS), file
    for file in (settings.BASE_DIR / "templates/subsidies").rglob("*.html"):
        texts = re.sub(r"<[^>]*>|{%[^%]*%}", "", file.read_text("utf-8"))
        assert not figures_in_words(texts) & forbidden, file


@pytest.mark.parametrize(
    "source", ["CAP = 2000000", 'RATE = Decimal("0.30")', 'x = _("最高30%")', "n = 500_000"]
)
def test_a_figure_in_code_is_seen(source: str) -> None:
    assert figures_in(source) & policy_figures()
