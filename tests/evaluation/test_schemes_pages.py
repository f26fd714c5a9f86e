"""Pages of schemes: read by the desk, written by a bureau's keepers, nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import Scheme
from evaluation.scheme import editing
from evaluation.services import schemes
from tests.makers.accounts import as_person, make_organisation, make_user
from tests.makers.schemes import Bureau, came_with, weight

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


@pytest.fixture
def client(bureau: Bureau) -> Client:
    return as_person(bureau.people["case_officer"])


def page(client: Client, name: str, *args: Any, status: int = 200, query: str = "") -> str:
    answer = client.get(reverse(f"evaluation:{name}", args=args) + query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def filled(client: Client, name: str, *args: Any) -> dict[str, Any]:
    """What the form of a page holds when it is opened."""
    answer = client.get(reverse(f"evaluation:{name}", args=args))
    form = answer.context["form"]
    held = {field.html_name: field.value() for field in form}
    plain = {key: value for key, value in held.items() if value not in (None, False)}
    return plain | {"form_key": answer.context["form_key"]}


def send(client: Client, address: str, /, *args: Any, **typed: Any) -> Any:
    data = filled(client, address, *args) | typed
    return client.post(reverse(f"evaluation:{address}", args=args), data)


def test_the_list_names_every_scheme_once(client: Client, bureau: Bureau) -> None:
    html = page(client, "schemes", query="?kind=innovation_consortium")
    assert "创新联合体绩效评价指标体系" in html and "建议值" in html and "随系统提供" in html
    assert "科技企业孵化器" not in re.sub(r"<select.*?</select>", "", html, flags=re.S)
    assert "本机关还没有制定指标体系" in page(client, "schemes", query="?tab=own")
    bureau.draft()
    assert "编制中" in page(client, "schemes", query="?tab=own")


def test_the_list_costs_the_same_for_few_and_many(client: Client, bureau: Bureau) -> None:
    page(client, "schemes")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, "schemes", query="?kind=incubator")
    with CaptureQueriesContext(connection) as many:
        page(client, "schemes")
    assert len(few) == len(many)


def test_a_version_reads_as_the_official_table(client: Client) -> None:
    html = page(client, "scheme", came_with("consortium").pk)
    for words in (
        "管理运行机制",
        "攻关任务完成率",
        "青科字〔2025〕5号",
        "复制为本机关草稿",
        "伪造、变造材料或者数据",
    ):
        assert words in html
    assert "达到 4 次/年得满分" in html
    assert "不允许值 3%，满意值 8%" in html
    assert ">100<" in re.sub(r"</?strong>", "", html)


def test_every_scheme_of_the_portal_can_be_shown(client: Client) -> None:
    for row in Scheme.objects.filter(authority=None):
        page(client, "scheme", row.pk)


def test_copied_and_written(client: Client, bureau: Bureau) -> None:
    origin = came_with("consortium")
    answer = client.post(reverse("evaluation:scheme_copy", args=[origin.pk]), {"form_key": "a"})
    row = Scheme.objects.get(authority=bureau.office)
    assert answer.status_code == 302 and answer["Location"].endswith(f"/{row.pk}/edit/")
    assert send(client, "scheme_edit", row.pk, w_M1="6", w_M2="5").status_code == 302
    row.refresh_from_db()
    assert (weight(row.tree, "M1"), weight(row.tree, "M2")) == ("6", "5")


def test_ninety_nine_stays_and_is_said(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    send(client, "scheme_edit", row.pk, w_M1="6")
    html = page(client, "scheme_edit", row.pk)
    assert "权重合计为 99，应为 100，还差 1" in html
    assert "提交发布" not in page(client, "scheme", row.pk)
    answer = send(client, "scheme_propose", row.pk, note="试")
    assert answer.status_code == 422 and "权重合计为 99" in answer.content.decode()


def test_what_was_typed_wrong_is_not_lost(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    answer = send(client, "scheme_edit", row.pk, w_M1="六分", w_M2="4.5")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="六分"' in html and 'value="4.5"' in html and "应填写数字" in html
    row.refresh_from_db()
    assert weight(row.tree, "M2") == "4"


def test_rows_move_and_keep_the_weights_typed(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    send(client, "scheme_edit", row.pk, do="down:M1", w_M3="4")
    row.refresh_from_db()
    assert [one["code"] for one in row.tree["dimensions"][0]["indicators"]][:2] == ["M2", "M1"]
    assert weight(row.tree, "M3") == "4"
    send(client, "scheme_edit", row.pk, do="down:M5")
    send(client, "scheme_edit", row.pk, do="part_up:R")
    row.refresh_from_db()
    assert [part["code"] for part in row.tree["dimensions"]] == ["R", "M", "O"]
    assert row.tree["dimensions"][0]["indicators"][0]["code"] == "M5"
    assert send(client, "scheme_edit", row.pk, do="up:ZZ").status_code == 422


def test_two_people_at_once(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    behind = filled(client, "scheme_edit", row.pk)
    tree = editing.with_weights(row.tree, {"M2": "3"})
    schemes.save(actor=bureau.head, row=row, tree=tree, edition=1)
    answer = client.post(reverse("evaluation:scheme_edit", args=[row.pk]), behind | {"w_M1": "8"})
    html = answer.content.decode()
    assert answer.status_code == 409 and "已由他人修改" in html and 'value="8"' in html
    assert re.search(r'name="edition" value="2"', html)


def test_a_new_indicator_with_every_method(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    methods: dict[str, dict[str, str]] = {
        "efficacy": {"low": "1", "high": "9", "base": "60", "growth": "on"},
        "minmax": {},
        "target": {"cap": "1.2"},
        "step": {"r0_from": "50", "r0_points": "5", "r0_per": "1", "r0_increment": "0.1", "full": "10"},
        "levels": {"r0_from": "0", "r0_points": "0", "r1_from": "1", "r1_points": "3", "full": "3"},
        "rank": {},
        "count": {"full": "12"},
        "boolean": {},
        "expert": {"source": "expert"},
        "points": {"full": "30"},
    }
    for n, (method, more) in enumerate(methods.items()):
        typed = {"code": f"X{n}", "name": f"新指标{n}", "weight": "1", "method": method, "source": "officer"}
        answer = send(client, "scheme_indicator_new", row.pk, "O", **(typed | more))
        assert answer.status_code == 302, (method, answer.context["form"].errors)
        row.refresh_from_db()
        made = editing.indicator(row.tree, f"X{n}")[1]
        assert made["method"] == method
        assert client.get(reverse("evaluation:scheme_indicator", args=[row.pk, f"X{n}"])).status_code == 200
    assert editing.indicator(row.tree, "X3")[1]["params"]["steps"] == [
        {"from": "50", "points": "5", "per": "1", "increment": "0.1"}
    ]
    assert "阶梯计分" in page(client, "scheme", row.pk)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"method": "efficacy", "low": "3", "high": "3"}, "上限与下限相等，无法计分"),
        ({"method": "efficacy", "low": "8", "high": "3"}, "上限应大于下限"),
        ({"method": "efficacy", "low": "p10", "high": "p90"}, "固定上下限"),
        ({"method": "efficacy", "low": "", "high": "3"}, "不能为空"),
        ({"method": "count", "full": "0"}, "满分值应大于 0"),
        ({"method": "count", "full": "多"}, "应填写数字"),
        ({"method": "levels", "full": "4"}, "至少需要一项"),
        ({"method": "levels", "full": "4", "r0_from": "2", "r0_points": "1", "r1_from": "1", "r1_points": "2"}, "起点应逐行增大"),
        ({"weight": "很多"}, "应填写数字"),
        ({"code": "1X"}, "格式不正确"),
        ({"code": "M1"}, "已经使用"),
        ({"method": "expert", "source": "officer"}, "数据来源应为专家"),
        ({"feed": "moon.phases"}, "moon.phases"),
    ],
)  # fmt: skip
def test_a_wrong_row_comes_back_with_its_reason(
    client: Client, bureau: Bureau, typed: dict[str, str], told: str
) -> None:
    row = bureau.draft()
    answer = send(client, "scheme_indicator", row.pk, "M2", **({"name": "改过的名称"} | typed))
    html = answer.content.decode()
    assert answer.status_code == 422 and told in html
    assert 'value="改过的名称"' in html
    for name, value in typed.items():
        if name not in ("method", "source", "feed"):
            assert f'value="{value}"' in html or not value


def test_dimensions_come_and_go(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    assert send(client, "scheme_dimension_new", row.pk, code="X", name="示范带动").status_code == 302
    assert "已经使用" in send(client, "scheme_dimension_new", row.pk, code="M", name="重复").content.decode()
    assert send(client, "scheme_dimension", row.pk, "X", name="示范引领").status_code == 302
    row.refresh_from_db()
    assert row.tree["dimensions"][-1]["name"] == "示范引领"
    assert "还没有指标" in page(client, "scheme", row.pk)
    assert send(client, "scheme_dimension_remove", row.pk, "X").status_code == 302
    assert send(client, "scheme_indicator_remove", row.pk, "M5").status_code == 302
    page(client, "scheme_dimension", row.pk, "X", status=404)
    page(client, "scheme_indicator", row.pk, "M5", status=404)


def test_notes_and_grades(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    typed = {"vetoes_0_label": "", "vetoes_5_label": "挪用经费", "bonuses_0_points": "2.5"}
    assert send(client, "scheme_notes", row.pk, **typed).status_code == 302
    row.refresh_from_db()
    assert [one["label"] for one in row.tree["vetoes"]][-1] == "挪用经费"
    assert row.tree["vetoes"][-1]["key"] == "veto_1" and len(row.tree["vetoes"]) == 5
    answer = send(client, "scheme_notes", row.pk, bonuses_0_points="9")
    assert answer.status_code == 422 and "分值 9 超过上限 5" in answer.content.decode()
    answer = send(client, "scheme_bands", row.pk, good_from="90")
    assert answer.status_code == 422 and "分数线应逐级降低" in answer.content.decode()
    typed = {"excellent_from": "86", "good_from": "75", "whole_points": "on", "excellent_share": "30"}
    assert send(client, "scheme_bands", row.pk, **typed).status_code == 302
    row.refresh_from_db()
    assert row.tree["whole_points"] is True and row.tree["excellent_share"] == "30"
    html = page(client, "scheme", row.pk)
    assert "总分四舍五入取整后再定等次" in html and "优秀不超过参评主体的 30%" in html


def test_grades_are_checked_while_weights_are_short(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    send(client, "scheme_edit", row.pk, w_M1="1")
    assert send(client, "scheme_bands", row.pk, fail_from="5").status_code == 422
    assert send(client, "scheme_indicator", row.pk, "R3", high="3").status_code == 422


def test_two_people_publish_on_pages(client: Client, bureau: Bureau) -> None:
    head = as_person(bureau.people["division_head"])
    row = bureau.draft()
    assert send(client, "scheme_propose", row.pk, note="首次发布").status_code == 302
    assert "撤回修改" in page(client, "scheme", row.pk)
    page(client, "scheme_publish", row.pk, status=403)
    page(client, "scheme_edit", row.pk, status=409)
    assert send(head, "scheme_send_back", row.pk).status_code == 422
    assert send(head, "scheme_send_back", row.pk, comment="再议").status_code == 302
    assert "再议" in page(client, "scheme", row.pk)
    send(client, "scheme_propose", row.pk, note="再次提交")
    assert send(head, "scheme_publish", row.pk).status_code == 302
    html = page(client, "scheme", row.pk)
    assert "已发布" in html and "建立新版本" in html and "删除草稿" not in html
    assert send(head, "scheme_withdraw", row.pk, comment="不再适用").status_code == 302
    assert "本版本已停用" in page(client, "scheme", row.pk)


def test_recalled_and_discarded(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    send(client, "scheme_propose", row.pk, note="提交")
    client.post(reverse("evaluation:scheme_recall", args=[row.pk]), {"form_key": "r"})
    assert send(client, "scheme_discard", row.pk).status_code == 302
    assert not Scheme.objects.filter(pk=row.pk).exists()


def test_versions_side_by_side_both_ways(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    send(client, "scheme_edit", row.pk, w_M1="6", w_M2="5")
    send(client, "scheme_indicator", row.pk, "R3", high="9")
    html = page(client, "scheme_difference", row.pk)
    assert "指标 · M1 七项运行机制建立并运行 · 权重" in html and "共 3 处不同" in html
    assert "下限 3；上限 9" in html
    back = page(client, "scheme_difference", row.based_on_id, query=f"?with={row.pk}")
    assert "共 3 处不同" in back
    page(client, "scheme_difference", row.pk, query="?with=999999", status=404)


def test_pairs_give_weights(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    typed = {"p0_1": "1/3", "p0_2": "1/5", "p1_2": "1/2"}
    answer = send(client, "scheme_pairs", row.pk, "-", do="compute", **typed)
    html = answer.content.decode()
    assert answer.status_code == 200 and "判断一致" in html and "采用这些权重" in html
    row.refresh_from_db()
    assert "ahp" not in row.tree
    assert send(client, "scheme_pairs", row.pk, "-", do="apply", **typed).status_code == 302
    row.refresh_from_db()
    sums = [sum(float(one["weight"]) for one in part["indicators"]) for part in row.tree["dimensions"]]
    assert [round(value, 1) for value in sums] == [10.9, 30.9, 58.2]
    assert row.tree["ahp"]["-"]["pairs"]["0_1"] == "1/3"
    assert "权重合计" not in page(client, "scheme", row.pk) and "层次分析法得出" in page(
        client, "scheme", row.pk
    )


def test_contradicting_pairs_are_not_taken(client: Client, bureau: Bureau) -> None:
    row = bureau.draft()
    typed = {"p0_1": "9", "p0_2": "1/9", "p1_2": "9"}
    assert "判断不一致" in send(client, "scheme_pairs", row.pk, "-", do="compute", **typed).content.decode()
    answer = send(client, "scheme_pairs", row.pk, "-", do="apply", **typed)
    assert answer.status_code == 422 and "不小于 0.1" in answer.content.decode()
    page(client, "scheme_pairs", row.pk, "ZZ", status=404)


def test_who_may_open(bureau: Bureau) -> None:
    row, given = bureau.draft(), came_with("consortium")
    auditor = as_person(bureau.people["auditor"])
    html = page(auditor, "scheme", row.pk)
    assert "编辑" not in html.split("</nav>")[-1] and "复制为本机关草稿" not in html
    page(auditor, "scheme_edit", row.pk, status=403)
    assert (
        auditor.post(reverse("evaluation:scheme_copy", args=[given.pk]), {"form_key": "a"}).status_code == 403
    )
    beside = as_person(bureau.people["other"])
    for name in ("scheme", "scheme_edit", "scheme_trial", "scheme_analysis", "scheme_difference"):
        page(beside, name, row.pk, status=404)
        page(beside, name, 10**9, status=404)
    page(beside, "scheme", given.pk)
    unit = as_person(make_user("unit_admin", make_organisation()))
    page(unit, "schemes", status=403)
    page(unit, "scheme", given.pk, status=403)


def test_the_menu_leads_here(client: Client) -> None:
    assert reverse("evaluation:schemes") in page(client, "schemes")
