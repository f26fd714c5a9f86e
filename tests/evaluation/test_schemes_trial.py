"""A draft tried on the figures of a finished round: shown beside the grades of then, nothing stored."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from evaluation import feeds
from evaluation.models import InputChange, Run, RunRow, Scheme
from evaluation.scheme import editing
from evaluation.selectors import scheme_trial as trial
from evaluation.services import schemes
from filings.models import Entity
from tests.makers.accounts import act, as_person, make_bureau, make_user
from tests.makers.evaluation import Cast, close_reports, figures, make_cast, open_round, round_of, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(frozen: Any) -> Cast:
    """Three incubators in a scored round: the first reached everything, the second half of it, the third nothing."""
    made = make_cast(3)
    row = open_round(round_of(made), made)
    figures(row, made)
    second, third = list(row.entities.order_by("pk"))[1:]
    for subject, value in ((second, "2.5"), (third, "0")):
        for change in InputChange.objects.filter(subject=subject):
            InputChange.objects.create(
                subject=subject,
                code=change.code,
                after=change.after | {"value": value},
                reason="核对台账",
                made_by=made.officer.user,
                made_at=change.made_at,
            )
    row = close_reports(row, made, frozen)
    scored(row, made)
    return made


def draft(cast: Cast) -> Scheme:
    origin = Scheme.objects.filter(key="incubator", authority=None).latest("version")
    return schemes.copy(actor=cast.officer, row=origin)


def written(cast: Cast, row: Scheme, tree: Any) -> Scheme:
    return schemes.save(actor=cast.officer, row=row, tree=tree, edition=None)


def test_the_same_scheme_gives_the_same_result(cast: Cast) -> None:
    row, run = draft(cast), Run.objects.get()
    assert trial.sources(cast.officer, row) == [run]
    found = trial.tried(row, run)
    held = {one.entity_id: one for one in RunRow.objects.filter(run=run)}
    for line in found.lines:
        assert line.total == held[line.entity.pk].total == line.total_then
        assert (line.rank, line.moved, line.difference) == (line.rank_then, 0, Decimal(0))
    assert found.moved == 0 and found.absent == ()
    assert all(before == after for _word, before, after in found.distribution)


def test_other_lines_move_grades_and_store_nothing(cast: Cast) -> None:
    row, run = draft(cast), Run.objects.get()
    tree = deepcopy(row.tree)
    tree["bands"][0]["from"], tree["bands"][1]["from"] = "99.9", "99.8"
    row = written(cast, row, tree)
    before = list(RunRow.objects.order_by("pk").values())
    found = trial.tried(row, run)
    first = next(line for line in found.lines if line.entity == cast.entities[0])
    assert first.moved <= 0 and first.total == first.total_then
    assert sum(after for _word, _before, after in found.distribution) == 3
    assert Run.objects.count() == 1 and list(RunRow.objects.order_by("pk").values()) == before


def test_a_new_indicator_counts_as_missing_and_is_named(cast: Cast) -> None:
    row, run = draft(cast), Run.objects.get()
    tree = editing.with_weights(row.tree, {"H1": "2"})
    new = {"code": "N1", "name": "新增指标", "weight": "10", "method": "count", "params": {"full": "5"}}
    row = written(cast, row, editing.with_indicator(tree, "H", new))
    found = trial.tried(row, run)
    assert found.absent == ("N1",)
    first = next(line for line in found.lines if line.entity == cast.entities[0])
    assert first.difference < 0


def test_a_new_indicator_is_tried_on_what_the_portal_holds(cast: Cast) -> None:
    row, run = draft(cast), Run.objects.get()
    tree = editing.with_weights(row.tree, {"H1": "2"})
    new = {"code": "N1", "name": "新增指标", "weight": "10", "method": "count", "params": {"full": "1"}}
    new |= {"source": "register", "feed": "tests.years"}

    def read(entities: Sequence[Entity], first: date, last: date) -> dict[int, feeds.Fact]:
        assert (first, last) == (run.round.period_from, run.round.period_until)
        return {one.pk: feeds.Fact(Decimal(1)) for one in entities if one.pk != cast.entities[2].pk}

    feeds.register(feeds.Feed("tests.years", "试验", "年", "register", read))
    try:
        row = written(cast, row, editing.with_indicator(tree, "H", new))
        found = trial.tried(row, run)
    finally:
        feeds._feeds.pop("tests.years")
    assert (found.absent, found.fetched) == ((), ("N1",))
    differences = {line.entity: line.difference for line in found.lines}
    assert differences[cast.entities[0]] == 0  # ten points less of the old indicator, ten more of the new one
    assert trial.tried(row, run).absent == ("N1",)  # the control: nothing is held
    without = {line.entity: line.difference for line in trial.tried(row, run).lines}
    assert without[cast.entities[0]] == -10


def test_marks_that_are_no_longer_named_are_left_out(cast: Cast) -> None:
    row, run = draft(cast), Run.objects.get()
    tree = deepcopy(row.tree) | {"bonuses": [], "bonus_cap": "0", "vetoes": [], "deductions": []}
    row = written(cast, row, tree)
    assert len(trial.tried(row, run).lines) == 3


def test_pages_show_the_trial_and_the_analysis(cast: Cast) -> None:
    row = draft(cast)
    client = as_person(cast.officer.user)
    html = client.get(reverse("evaluation:scheme_trial", args=[row.pk])).content.decode()
    assert (
        cast.entities[0].name in html and "3 个主体，0 个等次有变化" in html and "不改变任何评价结论" in html
    )
    html = client.get(reverse("evaluation:scheme_analysis", args=[row.pk])).content.decode()
    assert "熵权" in html and "不用于评定等次" in html and cast.entities[2].name in html
    for name in ("scheme_trial", "scheme_analysis"):
        assert client.get(reverse(f"evaluation:{name}", args=[row.pk]) + "?run=99999").status_code == 404
    written(cast, row, editing.with_weights(row.tree, {"H1": "2"}))
    html = client.get(reverse("evaluation:scheme_trial", args=[row.pk])).content.decode()
    assert "权重合计为 90" in html and cast.entities[0].name not in html


def test_entropy_and_topsis_follow_the_scores(cast: Cast) -> None:
    row, run = draft(cast), Run.objects.get()
    found = trial.analysed(row, run)
    assert found is not None and found.entities == 3
    assert abs(sum(one.entropy for one in found.weights) - 100) < Decimal("0.2")
    assert found.ranking[0].entity == cast.entities[0]
    assert found.ranking[0].closeness > found.ranking[-1].closeness


def test_figures_of_another_bureau_are_not_offered(cast: Cast) -> None:
    row = draft(cast)
    beside = act(make_user("case_officer", office := make_bureau("370100")), office)
    assert trial.sources(beside, row) == []
    client = as_person(beside.user)
    origin = row.based_on_id
    html = client.get(reverse("evaluation:scheme_trial", args=[origin])).content.decode()
    assert "还没有可以使用的数据" in html
    run = Run.objects.get().pk
    address = reverse("evaluation:scheme_trial", args=[origin])
    assert client.get(f"{address}?run={run}").status_code == 404


def test_the_version_says_how_often_it_was_applied(cast: Cast) -> None:
    origin = Scheme.objects.filter(key="incubator", authority=None).latest("version")
    client = as_person(cast.officer.user)
    html = client.get(reverse("evaluation:scheme", args=[origin.pk])).content.decode()
    assert "已用于 1 个轮次，不能修改" in html
