"""The library in the browser: everybody reads, two members of staff change."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from policy.law import law_on
from policy.models import Change, Clause, Document, EditableList, Item, Parameter, Reading
from policy.registry import Feed, _feeds, register_feed
from tests.makers.accounts import make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


def page(client: Client, name: str, *args: Any, status: int = 200, **query: Any) -> str:
    answer = client.get(reverse(f"policy:{name}", args=args), query)
    assert answer.status_code == status, name
    return answer.content.decode()


@pytest.fixture
def staff(client: Client, director: Any) -> Client:
    client.force_login(director)
    return client


def test_everybody_reads_the_library(client: Client) -> None:
    text = page(client, "library")
    for title in Document.objects.values_list("title", flat=True):
        assert title in text
    assert "变更与复核" not in text
    for name in ("parameters", "readings", "lists", "search"):
        page(client, name)


def test_every_document_clause_item_figure_has_its_page(client: Client) -> None:
    for key in Document.objects.values_list("key", flat=True):
        page(client, "document", key)
    for key, ref in Clause.objects.values_list("document__key", "ref"):
        page(client, "clause", key, ref)
    # One item of each section, and each kind of parameter and reading.
    for key in Item.objects.order_by("section", "order").distinct("section").values_list("key", flat=True):
        page(client, "item", key)
    for key in Parameter.objects.order_by("kind", "order").distinct("kind").values_list("key", flat=True):
        page(client, "parameter", key)
    for key in Reading.objects.order_by("kind", "order").distinct("kind").values_list("key", flat=True):
        page(client, "reading", key)
    for key in EditableList.objects.values_list("key", flat=True):
        page(client, "list", key)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("document", ["nothing"]),
        ("clause", ["qd2025_5", "备案制度9"]),
        ("item", ["elig_nothing"]),
        ("parameter", ["procedure.nothing"]),
        ("reading", ["amb_nothing"]),
        ("list", ["nothing"]),
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, name: str, args: list[str]) -> None:
    page(client, name, *args, status=404)


def test_a_clause_shows_what_it_feeds_from_when_and_where(client: Client) -> None:
    text = page(client, "clause", "qd2025_5", "备案制度2")
    for words in (
        "备案有效期一般不超过3年",
        "36个月",
        "2025-03-06",
        "青岛市",
        "重新备案有效期衔接",
        "据青岛日报报道",
    ):
        assert words in text
    assert "青科字" not in text
    assert "200万元" in page(client, "clause", "zb2020_43", "四(二)2")


def test_the_number_of_the_guideline_is_printed_nowhere(client: Client) -> None:
    for address in ("policy:library", "policy:parameters", "policy:readings", "policy:changes"):
        assert "〔2025〕5号" not in client.get(reverse(address)).content.decode()
    text = page(client, "document", "qd2025_5")
    assert "〔2025〕5号" not in text
    assert "待主管部门确认后印出" in text
    assert "淄政办字〔2020〕43号" in page(client, "document", "zb2020_43")


def test_old_documents_carry_a_warning(client: Client, frozen: Any) -> None:
    assert "已满 5 年" in page(client, "document", "zb2020_43")
    assert "已满 5 年" not in page(client, "document", "qd2025_5")


def test_search_wants_every_word(client: Client) -> None:
    text = page(client, "search", q="孵化器 100元")
    assert "四(三)2" in text and "四(三)1 " not in text
    assert "没有找到" in page(client, "search", q="不存在的词语组合")
    assert "&lt;script&gt;" in page(client, "search", q="<script>")


def test_other_apps_tell_what_a_clause_feeds(client: Client) -> None:
    register_feed(
        "test", lambda keys: [Feed("fil_cons_validity", "联合体备案程序", url="/x/")], label="备案程序"
    )
    try:
        assert "联合体备案程序" in page(client, "clause", "qd2025_5", "备案制度2")
    finally:
        _feeds.pop("test")


def test_only_staff_change(client: Client, bureau: Any) -> None:
    address = reverse("policy:propose", args=["parameters", "fil_cons_validity"])
    assert client.get(address).status_code == 302
    client.force_login(make_user("unit_admin", make_organisation()))
    assert client.get(address).status_code == 403
    assert client.get(reverse("policy:changes")).status_code == 403
    assert "提出新取值" not in page(client, "parameter", "fil_cons_validity")
    client.force_login(make_user("auditor", bureau))
    assert client.get(address).status_code == 403
    assert client.get(reverse("policy:changes")).status_code == 200


def proposal(client: Client, kind: str, key: str, **data: Any) -> Any:
    fields = {"place": data.pop("place", ""), "valid_from": "2026-07-01", "reason": "市里新的规定", **data}
    return client.post(reverse("policy:propose", args=[kind, key]), fields)


def test_a_parameter_is_changed_by_two_people_in_the_browser(
    client: Client, officer: Any, director: Any, bureau: Any
) -> None:
    client.force_login(officer)
    assert "现行取值" in page(client, "propose", "parameters", "fil_cons_validity")
    answer = proposal(client, "parameters", "fil_cons_validity", value="48", place=bureau.jurisdiction_id)
    assert answer.status_code == 302
    change = Change.objects.get()
    assert "有待复核的变更" in page(client, "parameter", "fil_cons_validity")
    text = page(client, "change", change.pk)
    assert "36个月" in text and "48个月" in text and "您不能发布这项变更" in text
    client.force_login(director)
    done = client.post(
        reverse("policy:change", args=[change.pk]), {"decision": "publish", "version": change.version}
    )
    assert done.status_code == 302
    assert law_on(JULY, "370212").value("fil_cons_validity") == 48
    text = page(client, "parameter", "fil_cons_validity")
    assert "待生效" in text and "2026-06-30" in text and "市里新的规定" in text
    again = client.post(reverse("policy:change", args=[change.pk]), {"decision": "publish"})
    assert again.status_code == 409


def test_the_author_sees_why_not(staff: Client, director: Any, propose: Any) -> None:
    change = propose(by=director)
    answer = staff.post(reverse("policy:change", args=[change.pk]), {"decision": "publish"})
    assert answer.status_code == 403
    assert "另一人" in answer.content.decode()
    assert staff.post(reverse("policy:change", args=[change.pk]), {"decision": "withdraw"}).status_code == 302


def test_a_rejection_without_a_reason_comes_back(staff: Client, propose: Any) -> None:
    change = propose()
    answer = staff.post(reverse("policy:change", args=[change.pk]), {"decision": "reject", "comment": " "})
    assert answer.status_code == 422 and "请写明理由" in answer.content.decode()
    assert staff.post(reverse("policy:change", args=[change.pk]), {"decision": "sideways"}).status_code == 422


@pytest.mark.parametrize(
    "data",
    [
        {"value": "四十八"},
        {"value": ""},
        {"value": "48", "valid_from": "2026-13-45"},
        {"value": "48", "reason": ""},
        {"value": "48", "valid_from": "2025-03-06"},
        {"value": "-3"},
        {"value": "9" * 40},
    ],
)
def test_bad_input_comes_back_with_what_was_typed(staff: Client, bureau: Any, data: dict[str, str]) -> None:
    answer = proposal(staff, "parameters", "fil_cons_validity", place=bureau.jurisdiction_id, **data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Change.objects.exists()


def test_a_place_outside_the_jurisdiction_is_no_choice(staff: Client, db: None) -> None:
    zibo = make_bureau("370300").jurisdiction_id
    answer = proposal(staff, "parameters", "procedure.notice", value="7", place=zibo)
    assert answer.status_code == 422 and "管辖范围" in answer.content.decode()


def test_a_double_click_proposes_once(staff: Client, bureau: Any) -> None:
    data = {"value": "48", "place": bureau.jurisdiction_id, "form_key": "k" * 20}
    first = proposal(staff, "parameters", "fil_cons_validity", **data)
    second = proposal(staff, "parameters", "fil_cons_validity", **data)
    assert first.status_code == second.status_code == 302
    assert Change.objects.count() == 1


def test_readings_of_every_kind_can_be_proposed(staff: Client, bureau: Any) -> None:
    place = bureau.jurisdiction_id
    for key, data in {
        "amb_cons_lead_counted": {"value": "True"},
        "amb_validity_start": {"value": "certificate_date"},
        "amb_sme_dominated": {"value": "0.6"},
        "amb_elements_complete": {"value": "5"},
        "amb_refile_window": {"value_open_months_before": "4", "value_close_months_after": "1"},
        "amb_cap_decision": {
            "value_excellent": "1",
            "value_good": "0.8",
            "value_pass": "0.5",
            "value_fail": "0",
        },
        "amb_newly": {"value_after_document_valid_from": "False", "value_years_back": "2"},
        "amb_platform_award_scope": {"value": "technology_innovation_centre\nindustrial_innovation_centre"},
    }.items():
        page(staff, "propose", "readings", key)
        answer = proposal(staff, "readings", key, place=place, **data)
        assert answer.status_code == 302, (key, answer.content.decode())
        page(staff, "change", Change.objects.latest("pk").pk)
        page(staff, "reading", key)
    values = dict(Change.objects.values_list("reading__key", "value"))
    assert values["amb_refile_window"] == {"open_months_before": 4, "close_months_after": 1}
    assert values["amb_cap_decision"]["good"] == "0.8"
    assert values["amb_newly"] == {"after_document_valid_from": False, "years_back": 2}


def lines(*rows: dict[str, str]) -> dict[str, str]:
    data = {"lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        data |= {f"lines-{index}-{name}": value for name, value in row.items()}
    return data


def test_a_list_is_edited_without_javascript(staff: Client, bureau: Any) -> None:
    text = page(staff, "propose", "lists", "qingdao_10_1")
    assert "新一代信息技术" in text
    rows = lines(
        {"id": "qd_ai", "label": "人工智能", "subfields": "大模型、机器人"}, {"id": "qd_x", "label": "新条目"}
    )
    place = bureau.jurisdiction_id
    more = proposal(staff, "lists", "qingdao_10_1", place=place, rows_add="lines", **rows)
    assert more.status_code == 200 and "lines-2-label" in more.content.decode()
    done = proposal(staff, "lists", "qingdao_10_1", place=place, confirmed="on", **rows)
    assert done.status_code == 302
    value = Change.objects.get().value
    assert value["confirmed"] and value["items"][0]["subfields"] == ["大模型", "机器人"]
    assert "新条目" in page(staff, "change", Change.objects.get().pk)
    bad = proposal(staff, "lists", "qingdao_10_1", place=place, **lines({"id": "qd_ai", "label": ""}))
    assert bad.status_code == 422


def test_a_document_gets_an_end(staff: Client, officer: Any, director: Any) -> None:
    page(staff, "propose", "documents", "qd2025_5")
    data = {"valid_from": "2025-03-06", "valid_until": "2024-01-01", "reason": "试试"}
    address = reverse("policy:propose", args=["documents", "qd2025_5"])
    assert staff.post(address, data).status_code == 422
    assert staff.post(address, {**data, "valid_until": "2030-03-05"}).status_code == 302
    change = Change.objects.get()
    assert "2030-03-05" in page(staff, "change", change.pk)
    assert "2030-03-05" not in page(staff, "document", "qd2025_5")


def test_pages_cost_the_same_for_one_and_for_many(client: Client, staff: Client, propose: Any) -> None:
    def cost(name: str, *args: Any) -> int:
        page(client, name, *args)
        with CaptureQueriesContext(connection) as queries:
            page(client, name, *args)
        return len(queries)

    few, many = ("zb2020_43", "四(二)2"), ("zb2020_43", "四(三)2")
    assert cost("clause", *few) == cost("clause", *many)
    assert cost("document", "qd2025_5") == cost("document", "zb2020_43")
    propose("procedure.notice", value=6)
    one = cost("changes")
    for days in range(7, 30):
        propose("procedure.notice", value=days)
    assert cost("changes") == one
    for name in ("library", "parameters", "readings", "lists"):
        assert cost(name) < 40
