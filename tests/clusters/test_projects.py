"""The project reserve: stages in order, back with a reason, each move checked; lists and work records."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from clusters.enums import STAGES, ProjectStage
from clusters.models import Project
from clusters.presentation import workbooks
from clusters.selectors import projects as see
from clusters.services import listings, projects
from core import clock
from core.errors import Invalid, NotAllowed, NotNow, Stale
from tests.core.threads import together
from tests.makers.accounts import act, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 2, 2)


def facts(**given: Any) -> projects.ProjectFacts:
    values = {
        "name": "高纯氧化铝扩产",
        "kind": "demonstration",
        "domain": "leaders",
        "owner_name": "淄博岭舟粉体有限公司",
        "investment": Decimal("350000000.00"),
        "constraints": ("land", "energy"),
        "reserve_by": datetime.date(2026, 2, 20),
    }
    return projects.ProjectFacts(**values | given)


def added(around: Any, **given: Any) -> Project:
    return projects.add(actor=around.body, cluster=around.cluster, facts=facts(**given), entered_on=DAY)


def move(around: Any, project: Project, target: str, day: datetime.date | None = None, **given: Any) -> Any:
    actor = given.pop("actor", around.body)
    return projects.move(actor=actor, project=project, target=target, moved_on=day or clock.today(), **given)


def test_a_project_goes_from_stage_to_stage(around: Any) -> None:
    row = added(around)
    assert (row.state, row.entered_on) == ("planned", DAY)
    for stage, day in (("reserved", 10), ("started", 20), ("completed", 28)):
        row = move(around, row, stage, datetime.date(2026, 2, day))
    assert (row.reserved_on.day, row.started_on.day, row.completed_on.day) == (10, 20, 28)
    moves = [(m.source, m.target) for m in row.moves.order_by("id")]
    assert moves == [
        ("", "planned"),
        ("planned", "reserved"),
        ("reserved", "started"),
        ("started", "completed"),
    ]


def test_no_stage_is_skipped_and_days_run_forward(around: Any) -> None:
    row = added(around)
    with pytest.raises(NotNow):
        move(around, row, "started")
    for day in (datetime.date(2026, 2, 1), datetime.date(2026, 3, 3)):
        with pytest.raises(Invalid) as refused:
            move(around, row, "reserved", day)
        assert refused.value.problems[0].field == "moved_on"


def test_back_and_out_need_a_reason_and_empty_the_days_left(around: Any) -> None:
    row = move(around, move(around, added(around), "reserved"), "started")
    for target in ("reserved", "planned", "dropped"):
        with pytest.raises(Invalid) as refused:
            move(around, row, target)
        assert refused.value.problems[0].code == "comment_required"
    row = move(around, row, "reserved", comment="用地指标未落实")
    assert (row.reserved_on, row.started_on) == (clock.today(), None)
    row = move(around, row, "dropped", comment="业主放弃")
    assert see.by_stage(see.projects(around.body).exclude(state="dropped")) == {}
    row = move(around, row, "planned", comment="重新谋划")
    assert (row.state, row.reserved_on) == ("planned", None)


def test_moves_are_checked_by_the_city_or_the_province(around: Any) -> None:
    row = move(around, added(around), "reserved")
    assert see.unchecked(around.city).count() == see.unchecked(around.province).count() == 2
    last = row.moves.first()
    for actor in (around.body, around.outsider()):
        with pytest.raises(NotAllowed):
            projects.check(actor=actor, move=last, result="confirmed")
    with pytest.raises(Invalid):
        projects.check(actor=around.city, move=last, result="questioned")
    projects.check(actor=around.city, move=last, result="questioned", note="请补充用地证明")
    done = projects.check(actor=around.province, move=last, result="confirmed")
    assert done.check_result == "confirmed"
    with pytest.raises(NotNow):
        projects.check(actor=around.city, move=last, result="confirmed")
    by_city = move(around, row, "started", actor=around.city)
    assert by_city.moves.first().check_result == "confirmed"


def test_a_stale_page_moves_nothing(around: Any) -> None:
    row = added(around)
    move(around, row, "reserved")
    with pytest.raises((Stale, NotNow)):
        move(around, row, "reserved")
    fresh = Project.objects.get(pk=row.pk)
    with pytest.raises(Stale):
        projects.edit(actor=around.body, project=fresh, facts=facts(), version=row.version)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_move_it_once(around: Any) -> None:
    row = added(around)
    both = [Project.objects.get(pk=row.pk) for _number in range(2)]
    results = together(*(lambda seen=seen: move(around, seen, "reserved") for seen in both))
    assert sum(isinstance(result, Project) for result in results) == 1
    assert row.moves.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "other"}, "kind"),
        ({"domain": ""}, "domain"),
        ({"investment": None}, "investment"),
        ({"investment": Decimal("-1")}, "investment"),
        ({"investment": Decimal("NaN")}, "investment"),
        ({"owner_code": "123"}, "owner_code"),
        ({"constraints": ("water",)}, "constraints"),
        ({"start_by": datetime.date(2026, 2, 1)}, "start_by"),
    ],
)
def test_wrong_facts_are_refused_beside_their_field(around: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        added(around, **changes)
    assert field in [problem.field for problem in refused.value.problems]


def test_the_same_name_twice_is_refused(around: Any) -> None:
    added(around)
    with pytest.raises(Invalid):
        added(around)


def test_years_replace_each_other_and_add_up(around: Any) -> None:
    row = added(around)
    figures = projects.YearFigures
    years = [figures(2026, Decimal(100), Decimal(90)), figures(2027, Decimal(200))]
    projects.set_investments(actor=around.body, project=row, years=years)
    projects.set_investments(actor=around.body, project=row, years=years[1:])
    assert [(y.year, y.planned, y.made) for y in row.investments.all()] == [(2027, Decimal(200), None)]
    for wrong in ([figures(1890, Decimal(1))], [years[0], years[0]], [figures(2026, Decimal(-1))]):
        with pytest.raises(Invalid):
            projects.set_investments(actor=around.body, project=row, years=wrong)


def test_filters_and_lateness(around: Any) -> None:
    late = added(around)
    added(around, name="检测平台", kind="service", reserve_by=None, constraints=(), help_asked="需要场地")
    rows = see.projects(around.province)
    assert see.narrowed(rows, {"late": True}).get() == late
    assert see.narrowed(rows, {"kind": "service"}).get().name == "检测平台"
    assert see.narrowed(rows, {"constraint": "land"}).get() == late
    assert see.narrowed(rows, {"blocked": True}).get().name == "检测平台"
    assert see.narrowed(rows, {"q": "岭舟 氧化铝"}).get() == late
    assert see.narrowed(rows, {"stage": "started"}).count() == 0


def test_twenty_are_shown_and_no_limit(around: Any) -> None:
    """amb_project_20: the size of the reserve is shown beside the count."""
    for number in range(21):
        added(around, name=f"项目{number}")
    size = see.size(around.cluster, 21)
    assert (size["count"], size["target"]) == (21, 20)
    assert size["clause"] == "鲁发改高技〔2020〕194号 三(二)"
    assert size["reading"] == "show_only"


def test_the_workbook_says_what_the_register_says(around: Any) -> None:
    row = added(around, blocker="=cmd|' /C calc'!A0")
    projects.set_investments(
        actor=around.body, project=row, years=[projects.YearFigures(2026, Decimal("120000000.50"))]
    )
    data = workbooks.projects(see.projects(around.province).prefetch_related("investments"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    heads = [cell.value for cell in book.worksheets[0][1]]
    cells = dict(zip(heads, [cell.value for cell in book.worksheets[0][2]], strict=True))
    assert cells["总投资（元）"] == 350000000
    assert cells["要素制约"] == "土地、能耗（煤耗）指标"
    assert not str(cells["存在问题"]).startswith("=")
    assert book.worksheets[1].cell(2, 4).value == 120000000.5


def test_the_stages_kinds_and_constraints_are_those_of_the_register() -> None:
    """reg_project_reserve of the policy library and the words here are the same."""
    from clusters.enums import Constraint, ProjectDomain, ProjectKind
    from policy.models import Item

    data = Item.objects.get(key="reg_project_reserve").data
    assert data["kinds"] == [str(k.label) for k in ProjectKind]
    assert data["domains"] == [str(d.label) for d in ProjectDomain]
    assert data["constraints"] == [str(c.label) for c in Constraint]
    assert data["stage_flow"] == " -> ".join(str(stage.label) for stage in STAGES)


# --- lists and work --------------------------------------------------------------------------


def test_a_cluster_stands_on_the_lists_of_the_province(around: Any) -> None:
    """reg_ten_strong_formation, fil_sec_recognition: recorded with date and document by the province alone."""
    given = {"since": DAY, "document": "鲁发改〔2026〕3号"}
    for kind in ("formation", "national_list"):
        row = listings.add(actor=around.province, cluster=around.cluster, kind=kind, **given)
        assert row.document == "鲁发改〔2026〕3号"
        with pytest.raises(Invalid):
            listings.add(actor=around.province, cluster=around.cluster, kind=kind, **given)
    for actor in (around.city, around.body):
        with pytest.raises(NotAllowed):
            listings.add(actor=actor, cluster=around.cluster, kind="formation", **given)
    with pytest.raises(Invalid):
        listings.add(actor=around.province, cluster=around.cluster, kind="provincial_pilot", **given)
    with pytest.raises(Invalid):
        listings.end(actor=around.province, listing=row, until=datetime.date(2026, 1, 1), reason="调整")
    ended = listings.end(actor=around.province, listing=row, until=clock.today(), reason="动态调整")
    assert ended.until == clock.today()
    assert listings.add(actor=around.province, cluster=around.cluster, kind="national_list", **given).pk


@pytest.mark.parametrize("kind", ["provincial_major", "conversion", "national_reserve", "finance_whitelist"])
def test_a_project_stands_on_the_lists_of_projects(around: Any, kind: str) -> None:
    """reg_project_lists, reg_finance_whitelist."""
    row = added(around)
    given = {"cluster": around.cluster, "kind": kind, "since": DAY, "document": "通知"}
    with pytest.raises(Invalid):
        listings.add(actor=around.city, **given)
    made = listings.add(actor=around.city, project=row, **given)
    assert list(row.listings.all()) == [made]
    with pytest.raises(Invalid):
        listings.add(actor=around.city, project=row, **given)


def test_a_pilot_of_the_province_is_an_innovative_cluster(innovative: Any) -> None:
    """fil_prov_pilot."""
    officer = innovative.case.actor("officer")
    row = listings.add(
        actor=officer,
        cluster=innovative.cluster,
        kind="provincial_pilot",
        since=DAY,
        document="鲁科字〔2026〕2号",
    )
    assert row.get_kind_display() == "省级集群试点"


@pytest.mark.parametrize(
    ("topic", "who", "part"),
    [
        ("obl_cluster_body", "body", "planning"),
        ("obl_city_gov_pilot", "city", ""),
        ("obl_sd_drc_coordinate", "province", ""),
    ],
)
def test_work_is_recorded_by_whom_the_duty_names(around: Any, topic: str, who: str, part: str) -> None:
    given = {"cluster": around.cluster, "topic": topic, "done_on": DAY, "text": "完成规划修编", "part": part}
    row = listings.record_work(actor=getattr(around, who), **given)
    assert (row.topic, row.part) == (topic, part)
    with pytest.raises(NotAllowed):
        listings.record_work(actor=around.outsider(), **given)


def test_a_body_records_its_three_duties_by_part(around: Any) -> None:
    given = {"cluster": around.cluster, "topic": "obl_cluster_body", "done_on": DAY, "text": "核实数据"}
    with pytest.raises(Invalid):
        listings.record_work(actor=around.body, part="", **given)


def test_publicity_is_recorded_by_the_science_bureau(innovative: Any) -> None:
    """obl_gov_publicity."""
    officer = innovative.case.actor("officer")
    given = {"cluster": innovative.cluster, "done_on": DAY, "text": "集群专版报道"}
    assert listings.record_work(actor=officer, topic="obl_gov_publicity", **given).pk
    with pytest.raises(Invalid):
        listings.record_work(actor=officer, topic="obl_cluster_body", **given)


def test_an_official_who_serves_in_the_body_does_not_check_it(around: Any) -> None:
    from tests.makers.accounts import give_role

    row = move(around, added(around), "reserved")
    user = make_user("municipal_drc", around.case.passing_bureau)
    give_role(user, "filler", around.case.lead)
    with pytest.raises(NotAllowed):
        projects.check(
            actor=act(user, around.case.passing_bureau), move=row.moves.first(), result="confirmed"
        )
    assert ProjectStage(row.state) == ProjectStage.RESERVED
