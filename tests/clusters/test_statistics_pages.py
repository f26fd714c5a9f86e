"""The pages: a body fills in and signs, the city returns a value, the province confirms; lists and what others find."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clusters.enums_statistics import ReturnState
from clusters.models import ClusterReturn, Period, ReturnUpload
from clusters.selectors import statistics_summary as summary
from clusters.services import statistics_returns as returns
from clusters.services.statistics_workbook import template_of
from filings.models import Duty
from tests.clusters.test_statistics_workbook import filled
from tests.makers import accounts as people
from tests.makers.desk import browse, text
from tests.makers.statistics import PEOPLE, Case, another, figures, fresh, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    made = make_case()
    made.reported(2024, 4)
    made.reported(2025, 3)
    return made


def url(name: str, *args: Any) -> str:
    return reverse(f"clusters:{name}", args=args)


def test_the_way_by_pages(case: Case) -> None:
    owner = case.opened(2025, 4)
    filler, signer = browse(case.people["filler"]), browse(case.people["signer"])
    city, province = browse(case.people["city"]), browse(case.people["province"])
    page = text(filler.get(url("statistics")))
    assert "2025年第4季度" in page
    assert "逾期未报" in page
    # saved with an outlier: the page asks for a reason
    typed = figures(4, ind_main_revenue="900000") | PEOPLE
    answer = filler.post(url("return_fill", owner.pk), {**typed, "check": "1"}, follow=True)
    assert "请为“主营业务收入”选择异常原因" in text(answer)
    page = text(filler.get(url("return_fill", owner.pk)))
    assert "比上年同期增长 87.5%" in page
    assert 'name="ind_main_revenue-reason_code"' in page
    typed |= {"ind_main_revenue-reason_code": "market", "ind_main_revenue-reason_text": "订单集中交付"}
    filler.post(url("return_fill", owner.pk), typed)
    assert "此事由集群管理机构的管理员或者签字人办理" in text(filler.get(url("return_submit", owner.pk)))
    answer = signer.post(url("return_submit", owner.pk), {"declared": "on"}, follow=True)
    assert "TJ-2026-" in text(answer)
    # the city returns one value
    page = text(city.get(url("return_review", owner.pk)))
    assert page.index("主营业务收入") < page.index("利润")
    answer = city.post(url("return_review", owner.pk), {"return": "1", "ind_profit-back": "on"})
    assert answer.status_code == 422
    assert "需要怎样修改" in text(answer)
    given = {"return": "1", "ind_profit-back": "on", "ind_profit-message": "与快报不一致"}
    city.post(url("return_review", owner.pk), given)
    page = text(filler.get(url("return_fill", owner.pk)))
    assert "与快报不一致" in page
    assert 'name="ind_employment"' not in page
    filler.post(url("return_fill", owner.pk), {"ind_profit": "35000"} | PEOPLE)
    signer.post(url("return_submit", owner.pk), {"declared": "on"})
    city.post(url("return_review", owner.pk), {"accept": "1"})
    assert fresh(owner).state == ReturnState.ACCEPTED
    province.post(url("return_act", owner.pk, "confirm"))
    province.post(url("return_act", owner.pk, "lock"))
    assert fresh(owner).state == ReturnState.LOCKED
    page = text(province.get(url("return", owner.pk)))
    assert "重新开放" in page
    answer = province.post(
        url("return_reopen", owner.pk), {"ind_profit-back": "on", "ind_profit-message": "重报"}
    )
    assert answer.status_code == 422
    given = {"ind_profit-back": "on", "ind_profit-message": "重报", "comment": "审计发现差错"}
    province.post(url("return_reopen", owner.pk), given)
    assert fresh(owner).state == ReturnState.RETURNED


def test_what_was_typed_wrong_stays_as_it_was(case: Case) -> None:
    owner = case.opened(2025, 4)
    answer = browse(case.people["filler"]).post(
        url("return_fill", owner.pk), {"ind_profit": "八千", "ind_employment": "8600"}
    )
    assert answer.status_code == 422
    assert 'value="八千"' in text(answer)
    assert "应填写数字" in text(answer)


def test_the_workbook_by_pages(case: Case) -> None:
    owner = case.opened(2025, 4)
    filler = browse(case.people["filler"])
    answer = filler.get(url("return_template", owner.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    data = b"".join(answer.streaming_content)
    file = SimpleUploadedFile("季报.xlsx", filled(data, D2=-5))
    page = text(filler.post(url("return_upload", owner.pk), {"file": file}, follow=True))
    assert "下载标注错误的文件" in page
    assert "不能为负数" in page
    made = ReturnUpload.objects.get()
    marked = filler.get(url("return_marked", owner.pk, made.pk))
    assert b"".join(marked.streaming_content).startswith(b"PK")
    assert filler.post(url("return_preview", owner.pk, made.pk)).status_code == 409
    file = SimpleUploadedFile("季报.xlsx", filled(template_of(fresh(owner)), D2=900000))
    page = text(filler.post(url("return_upload", owner.pk), {"file": file}, follow=True))
    assert "导入后还需要说明原因" in page
    made = ReturnUpload.objects.latest("pk")
    answer = filler.post(url("return_preview", owner.pk, made.pk), follow=True)
    assert "核对和报送" in text(answer)
    assert fresh(owner).values.count() == 8
    assert filler.post(url("return_upload", owner.pk), {}).status_code == 422


def test_a_period_shows_who_has_not_reported_and_takes_many_at_once(case: Case) -> None:
    others = [another(case, f"集群{n}") for n in range(3)]
    case.reported(2025, 4)
    others[0].reported(2025, 4)
    period = Period.objects.get(year=2025, number=4)
    city, province = browse(case.people["city"]), browse(case.people["province"])
    page = text(city.get(url("period", period.pk)))
    assert "逾期未报" in page
    assert "集群2" in page
    city.post(url("period", period.pk), {"action": "remind", "all": "1"})
    answer = city.post(url("period", period.pk), {"action": "accept", "all": "1"}, follow=True)
    assert "已办理 2 份" in text(answer)
    answer = province.post(url("period", period.pk), {"action": "confirm", "all": "1"}, follow=True)
    assert "已办理 2 份" in text(answer)
    page = text(province.get(url("statistics")))
    assert "已逾期" in page
    page = text(province.get(url("statistics_overview")))
    assert "polyline" in page or "circle" in page
    assert "2025年第4季度" in page


def test_a_period_is_opened_by_a_page(case: Case) -> None:
    province = browse(case.people["province"])
    given = {"entity_kind": "strategic_emerging_cluster", "cadence": "month", "year": 2026, "number": 1}
    answer = province.post(url("period_open"), given, follow=True)
    assert "2026年1月" in text(answer)
    assert province.post(url("period_open"), {**given, "number": 12}).status_code == 422
    assert browse(case.people["city"]).get(url("period_open")).status_code == 403


def test_others_find_nothing(case: Case) -> None:
    owner = case.reported(2025, 4)
    stranger = browse(people.make_user("unit_admin", people.make_organisation()))
    for name in (
        "return",
        "return_fill",
        "return_submit",
        "return_print",
        "return_template",
        "return_upload",
        "return_review",
    ):
        assert stranger.get(url(name, owner.pk)).status_code == 404, name
        assert stranger.get(url(name, 987654)).status_code == 404, name
    assert stranger.get(url("period", owner.period_id)).status_code == 404
    assert browse(case.people["filler"]).get(url("return_review", owner.pk)).status_code == 403
    assert browse(case.people["city"]).get(url("return_fill", owner.pk)).status_code == 403
    auditor = browse(people.make_user("auditor", case.city))
    assert auditor.get(url("return", owner.pk)).status_code == 200
    assert auditor.get(url("return_review", owner.pk)).status_code == 403


def test_a_duty_leads_to_the_return(case: Case) -> None:
    owner = case.reported(2025, 4)
    duty = Duty.objects.get(scope=f"clusterreturn:{owner.pk}", standing="open")
    answer = browse(case.people["city"]).get(reverse("duties:go", args=[duty.pk]))
    assert answer["Location"] == url("return", owner.pk)
    for name in ("city", "province"):
        assert browse(case.people[name]).get(reverse("duties:list")).status_code == 200


def test_print_and_menu(case: Case) -> None:
    owner = case.reported(2025, 4)
    page = text(browse(case.people["filler"]).get(url("return_print", owner.pk)))
    assert owner.digest in page
    assert PEOPLE["statistician"] in page
    assert "集群统计" in text(browse(case.people["filler"]).get("/"))


def test_lists_cost_the_same_for_one_and_for_many(case: Case, django_assert_max_num_queries: Any) -> None:
    others = [another(case, f"集群{n}") for n in range(6)]
    for each in (case, *others):
        each.reported(2025, 4)
    period = Period.objects.get(year=2025, number=4)
    province = browse(case.people["province"])
    province.get(url("period", period.pk))
    with django_assert_max_num_queries(30):
        province.get(url("period", period.pk))
    with django_assert_max_num_queries(30):
        province.get(url("statistics_overview"))


def test_the_summary_for_the_cluster_page(case: Case, django_assert_num_queries: Any) -> None:
    case.confirmed(2025, 4)
    with django_assert_num_queries(2):
        found = summary.latest(case.entity)
    assert [row.indicator.key for row in found][:2] == ["ind_main_revenue", "ind_profit"]
    assert found[0].period == "2025年第4季度"
    with django_assert_num_queries(2):
        lines = summary.series(case.entity)
    assert [label for label, _value in lines["ind_employment"]] == ["2024Q4", "2025Q3", "2025Q4"]
    told = summary.newest_statistics(case.entity, public=True)
    assert told[0]["value"] == 480002
    assert summary.standing(case.entity)["missing"] == 0
    assert ClusterReturn.objects.filter(entity=case.entity).count() == 3


def test_a_stale_page_is_refused(case: Case) -> None:
    owner = case.opened(2025, 4)
    version = owner.version
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "1"})
    answer = browse(case.people["filler"]).post(
        url("return_fill", owner.pk), {"ind_profit": "2", "version": version}
    )
    assert answer.status_code == 409
