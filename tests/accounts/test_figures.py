"""Yearly figures: value, origin, note; what an officer confirmed stays."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from accounts.models import OrganisationFigure
from accounts.services import organisations
from core.audit import AuditEntry
from core.errors import Invalid, NotAllowed
from tests.makers.accounts import act, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


def given(value: str | None, origin: str = "audit_report", note: str = "") -> dict[str, Any]:
    return {"value": None if value is None else Decimal(value), "origin": origin, "note": note}


def test_each_figure_has_its_origin_and_a_trace() -> None:
    unit = make_organisation()
    filler = make_user("filler", unit)
    organisations.set_figures(
        actor=act(filler),
        organisation=unit,
        year=2025,
        values={
            "rd_expenditure": given("12000000", note="2025 年审计报告"),
            "staff": given("86", "self_reported"),
        },
    )
    figure = unit.figures.get(kind="rd_expenditure")
    assert (figure.value, figure.origin, figure.recorded_by) == (
        Decimal("12000000.00"),
        "audit_report",
        filler,
    )
    entry = AuditEntry.objects.get(action="organisation.figures")
    assert entry.detail["rd_expenditure"]["to"] == "12000000" and entry.detail["year"] == 2025


def test_saving_the_same_again_leaves_no_trace() -> None:
    unit = make_organisation()
    actor = act(make_user("filler", unit))
    for _again in range(2):
        organisations.set_figures(
            actor=actor, organisation=unit, year=2025, values={"staff": given("86"), "tax": given(None)}
        )
    assert AuditEntry.objects.filter(action="organisation.figures").count() == 1
    organisations.set_figures(actor=actor, organisation=unit, year=2025, values={"staff": given(None)})
    assert not unit.figures.exists()


@pytest.mark.parametrize(
    ("year", "values", "field"),
    [
        (2027, {"staff": given("1")}, "year"),
        (1989, {"staff": given("1")}, "year"),
        (2025, {"luck": given("1")}, "luck"),
        (2025, {"staff": given("-1")}, "staff"),
        (2025, {"staff": {"value": Decimal("NaN"), "origin": "statistics"}}, "staff"),
        (2025, {"tax": given("1e17")}, "tax"),
        (2025, {"staff": given("1", "")}, "staff_origin"),
        (2025, {"staff": given("1", "officer")}, "staff_origin"),
    ],
)
def test_bad_figures_are_refused(year: int, values: dict[str, Any], field: str) -> None:
    unit = make_organisation()
    with pytest.raises(Invalid) as refused:
        organisations.set_figures(
            actor=act(make_user("filler", unit)), organisation=unit, year=year, values=values
        )
    assert field in {problem.field for problem in refused.value.problems}
    assert not unit.figures.exists()


def test_what_an_officer_confirmed_is_not_overwritten_by_the_unit() -> None:
    unit = make_organisation(district="370212")
    officer = act(make_user("case_officer", make_bureau("370200")))
    organisations.set_figures(
        actor=officer, organisation=unit, year=2025, values={"staff": given("80", "officer")}
    )
    with pytest.raises(Invalid, match="已由主管部门核定"):
        organisations.set_figures(
            actor=act(make_user("filler", unit)),
            organisation=unit,
            year=2025,
            values={"tax": given("1"), "staff": given("90", "self_reported")},
        )
    assert unit.figures.get().value == 80


def test_strangers_and_signers_change_no_figures() -> None:
    unit = make_organisation()
    for actor in (
        act(make_user("unit_admin", make_organisation())),
        act(make_user("signer", unit)),
        act(make_user("case_officer", make_bureau("370300"))),
    ):
        with pytest.raises(NotAllowed):
            organisations.set_figures(actor=actor, organisation=unit, year=2025, values={"staff": given("1")})


def test_the_database_refuses_what_must_never_be() -> None:
    unit = make_organisation()
    with pytest.raises(IntegrityError):
        OrganisationFigure.objects.create(
            organisation=unit, year=2025, kind="staff", value=-1, origin="statistics"
        )
