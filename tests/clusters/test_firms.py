"""Firms join and leave a cluster, counted once at a time; the list as a workbook, cell by cell."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.models import ClusterFirm
from clusters.presentation import workbooks
from clusters.selectors import firms as see
from clusters.services import firm_workbook, firms
from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from tests.makers import clusters as make
from tests.makers.accounts import act, make_organisation, make_user
from tests.makers.register import end_entity

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 2, 1)


def facts(**given: Any) -> firms.FirmFacts:
    return firms.FirmFacts(
        **{"name": "淄博岭舟粉体有限公司", "credit_code": make.code(), "joined_on": DAY} | given
    )


def refused(call: Any, **given: Any) -> list[str]:
    with pytest.raises(Invalid) as error:
        call(**given)
    return [problem.field for problem in error.value.problems]


def test_a_firm_joins_and_leaves(around: Any) -> None:
    unit = make_organisation(district="370303")
    row = firms.add(
        actor=around.body,
        cluster=around.cluster,
        facts=facts(credit_code=unit.credit_code, chain_link="陶瓷部件", is_key=True),
    )
    assert (row.organisation, row.chain_link, row.is_key) == (unit, "陶瓷部件", True)
    assert see.links_with_firms(around.cluster) == {"陶瓷部件": 1}
    firms.leave(actor=around.body, firm=row, left_on=clock.today(), reason="迁出本市")
    assert not see.on_list(around.cluster, "present", clock.today()).exists()
    assert see.on_list(around.cluster, "left", clock.today()).get() == row
    with pytest.raises(NotNow):
        firms.leave(actor=around.body, firm=row, left_on=clock.today(), reason="再次退出")


def test_a_firm_is_counted_once_in_a_cluster_and_shown_where_it_is_counted_elsewhere(around: Any) -> None:
    first = firms.add(actor=around.body, cluster=around.cluster, facts=facts())
    again = facts(credit_code=first.credit_code, joined_on=datetime.date(2026, 2, 20))
    assert refused(firms.add, actor=around.body, cluster=around.cluster, facts=again) == ["credit_code"]
    other = make.on_register(lead=around.case.lead, authority=around.case.bureau, name="另一集群")
    second = firms.add(actor=around.body, cluster=other, facts=facts(credit_code=first.credit_code))
    assert see.elsewhere([first]) == {first.pk: ["另一集群"]}
    firms.leave(actor=around.body, firm=second, left_on=datetime.date(2026, 2, 10), reason="调整")
    assert see.elsewhere([first]) == {first.pk: ["另一集群"]}  # it was, for nine days
    firms.leave(actor=around.body, firm=first, left_on=datetime.date(2026, 2, 20), reason="调整")
    assert firms.add(actor=around.body, cluster=around.cluster, facts=again).joined_on == again.joined_on


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"credit_code": "91370303MAXX00015X"}, ["credit_code"]),
        ({"joined_on": None}, ["joined_on"]),
        ({"joined_on": datetime.date(2026, 3, 3)}, ["joined_on"]),
        ({"chain_link": "没有的环节"}, ["chain_link"]),
        ({"products": "长" * 301}, ["products"]),
    ],
)
def test_wrong_facts_are_refused_beside_their_field(
    around: Any, changes: dict[str, Any], fields: list[str]
) -> None:
    given_facts = facts(**changes)
    assert refused(firms.add, actor=around.body, cluster=around.cluster, facts=given_facts) == fields


def test_only_the_body_keeps_the_list(around: Any) -> None:
    for actor in (around.city, around.province, around.outsider()):
        with pytest.raises(NotAllowed):
            firms.add(actor=actor, cluster=around.cluster, facts=facts())
    signer = act(make_user("filler", around.case.lead))
    assert firms.add(actor=signer, cluster=around.cluster, facts=facts()).pk


def test_an_ended_cluster_takes_no_firms(around: Any) -> None:
    end_entity(around.cluster, "exited", clock.today())
    with pytest.raises(NotNow):
        firms.add(actor=around.body, cluster=around.cluster, facts=facts())


def test_facts_are_changed_and_the_code_is_not(around: Any) -> None:
    row = firms.add(actor=around.body, cluster=around.cluster, facts=facts())
    changed = facts(credit_code=row.credit_code, products="高纯氧化铝")
    assert firms.edit(actor=around.body, firm=row, facts=changed).products == "高纯氧化铝"
    assert refused(firms.edit, actor=around.body, firm=row, facts=facts()) == ["credit_code"]


days = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 2, 28))
stays = st.lists(st.tuples(days, st.none() | days), max_size=6)


@given(stays=stays)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_the_order_no_day_counts_a_firm_twice(around: Any, stays: list[Any]) -> None:
    """The service and the database agree: what one refuses the other would refuse."""
    ClusterFirm.objects.filter(cluster=around.cluster).delete()
    code = make.code()
    for joined, left in stays:
        try:
            row = firms.add(
                actor=around.body, cluster=around.cluster, facts=facts(credit_code=code, joined_on=joined)
            )
            if left is not None and left > joined:
                firms.leave(actor=around.body, firm=row, left_on=left, reason="调整")
        except Invalid:
            continue
    kept = list(ClusterFirm.objects.filter(cluster=around.cluster))
    day = datetime.date(2026, 1, 1)
    while day <= datetime.date(2026, 3, 1):
        assert sum(r.joined_on <= day and (r.left_on is None or day < r.left_on) for r in kept) <= 1
        day += datetime.timedelta(days=1)


# --- the workbook ----------------------------------------------------------------------------


def book(*rows: list[Any], head: list[str] | None = None, formula: str = "") -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    page.append(head or [str(column.label) for column in firm_workbook.COLUMNS])
    for row in rows:
        page.append(row)
    if formula:
        page[formula] = "=1+1"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def line(**given: Any) -> list[Any]:
    values = {
        "name": "淄博岭舟粉体有限公司",
        "credit_code": make.code(),
        "joined_on": DAY,
        "is_key": "是",
        "chain_link": "陶瓷部件",
    } | given
    return [values.get(key, "") for key in firm_workbook.KEYS]


def bring(around: Any, data: bytes, **given: Any) -> firm_workbook.Imported:
    return firm_workbook.import_firms(actor=around.body, cluster=around.cluster, data=data, **given)


def test_a_list_comes_in_and_coming_again_changes_nothing(around: Any) -> None:
    data = book(line(), line(name="淄博泓砺陶瓷有限公司", joined_on="2026-02-03", is_key=""))
    assert bring(around, data, dry=True).written is False
    assert not ClusterFirm.objects.filter(cluster=around.cluster).exists()
    found = bring(around, data)
    assert (found.added, found.written) == (2, True)
    again = bring(around, data)
    assert (again.added, again.changed, again.same) == (0, 0, 2)


def test_what_was_exported_is_changed_and_read_back(around: Any) -> None:
    firms.add(actor=around.body, cluster=around.cluster, facts=facts(products="=2*3"))
    bring(around, book(line(name="淄博泓砺陶瓷有限公司")))
    rows = ClusterFirm.objects.filter(cluster=around.cluster).order_by("name_key")
    data = workbooks.firms(around.cluster, rows)
    assert bring(around, data).same == 2
    made = openpyxl.load_workbook(io.BytesIO(data))
    page = made.worksheets[0]
    heads = [cell.value for cell in page[1]]
    page.cell(2, heads.index("退出日期") + 1).value = datetime.date(2026, 2, 20)
    page.cell(2, heads.index("退出原因") + 1).value = "迁出"
    page.cell(3, heads.index("主要产品") + 1).value = "结构件"
    out = io.BytesIO()
    made.save(out)
    found = bring(around, out.getvalue())
    assert (found.left, found.changed, found.added) == (1, 1, 0)
    assert rows.get(leave_reason="迁出").left_on == datetime.date(2026, 2, 20)


def test_who_left_may_come_back_in_the_same_file(around: Any) -> None:
    code = make.code()
    bring(around, book(line(credit_code=code)))
    data = book(
        line(credit_code=code, joined_on=datetime.date(2026, 2, 20)),
        line(credit_code=code, left_on=datetime.date(2026, 2, 20), leave_reason="迁出"),
    )
    found = bring(around, data)
    assert (found.errors, found.left, found.added) == ([], 1, 1)


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        ([line(credit_code="91370303MAXX00015X")], "B2", ""),
        ([line(joined_on="三月")], "C2", "2026-01-31"),
        ([line(is_key="也许")], "G2", "是"),
        ([line(chain_link="没有")], "E2", "环节不在"),
        ([line(left_on=datetime.date(2026, 2, 3))], "I2", "退出原因"),
        ([line(left_on=datetime.date(2026, 1, 3), leave_reason="迁出")], "H2", "晚于"),
        ([line(leave_reason="迁出")], "H2", "退出日期"),
        ([line(name="")], "A2", "企业名称"),
    ],
)
def test_a_wrong_cell_is_named(around: Any, rows: list[list[Any]], place: str, says: str) -> None:
    good = line(name="淄博沐岩部件有限公司")
    found = bring(around, book(*rows, good))
    assert [error.place for error in found.errors] == [place]
    assert says in str(found.errors[0].message)
    assert not ClusterFirm.objects.filter(cluster=around.cluster).exists()


def test_the_same_firm_twice_a_formula_and_a_missing_head_are_refused(around: Any) -> None:
    row = line()
    assert [e.place for e in bring(around, book(row, row)).errors] == ["B3"]
    late = [*row]
    late[2] = datetime.date(2026, 2, 10)
    assert [e.place for e in bring(around, book(row, late)).errors] == ["B3"]
    assert "D2" in {e.place for e in bring(around, book(row, formula="D2")).errors}
    headless = bring(around, book(row, head=["甲", "乙"]))
    assert "缺少" in str(headless.errors[0].message)
    assert not ClusterFirm.objects.filter(cluster=around.cluster).exists()
