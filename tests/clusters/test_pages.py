"""Pages of clusters: who reads what, constant queries, the whole way of a firm, a project and a request by forms."""

from __future__ import annotations

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clusters.enums import ProjectStage
from clusters.models import ClusterFirm, KeyEnterprise, Project, SupportRequest
from clusters.selectors import clusters as see
from clusters.services import enterprises, firm_workbook, listings, projects, requests
from core import clock
from filings.models import EntityLink
from tests.clusters.test_enterprises import facts as entry_facts
from tests.clusters.test_projects import facts as project_facts
from tests.makers import clusters as make
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.desk import browse, text
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 2, 2)


def url(name: str, *args: Any) -> str:
    return reverse(f"clusters:{name}", args=args)


@pytest.fixture
def full(around: Any) -> Any:
    """The cluster with something of everything."""
    make.add_firms(around.cluster, 3, around.case.applicant)
    around.project = projects.add(
        actor=around.body, cluster=around.cluster, facts=project_facts(help_asked="需要用地"), entered_on=DAY
    )
    around.entry = enterprises.enter(actor=around.body, cluster=around.cluster, facts=entry_facts())
    around.request = requests.raise_request(
        actor=around.body, enterprise=around.entry, kind="land", title="用地诉求甲", text="扩产需要用地。"
    )
    around.listing = listings.add(
        actor=around.province,
        cluster=around.cluster,
        kind="formation",
        since=DAY,
        document="鲁发改〔2026〕3号",
    )
    listings.record_work(
        actor=around.body, cluster=around.cluster, topic="obl_cluster_body", part="planning", done_on=DAY,
        text="完成规划修编",
    )  # fmt: skip
    alliance = make_entity("industry_alliance", name="新型功能材料联盟")
    EntityLink.objects.create(kind="alliance_of", source=alliance, target=around.cluster, since=DAY)
    return around


def inner(full: Any) -> list[str]:
    """Addresses of everything that stays inside."""
    code = full.cluster.code
    return [
        url("cluster", code),
        url("firms", code),
        url("firms_export", code),
        url("projects", code),
        url("projects", code) + "?view=board",
        url("projects_export", code),
        url("enterprises", code),
        url("enterprises_export", code),
        url("records", code),
        url("project", full.project.pk),
        url("enterprise", full.entry.pk),
        url("request", full.request.pk),
    ]


WRITING = ("firm_new", "firms_import", "project_new", "enterprise_new")


def test_the_body_the_city_and_the_province_read_and_nobody_else(full: Any) -> None:
    case = full.case
    other_city = make.make_drc("370200", "青岛市发展和改革委员会")
    readers = [case.applicant, case.passing, case.officer, case.director, make_user("auditor", case.bureau)]
    strangers = [
        make_user("unit_admin", make_organisation(district="370303")),
        make_user("municipal_drc", other_city),
        make_user("case_officer", make_bureau("370300")),
        make_user("district_officer", make_bureau("370303")),
        make_user("expert", case.bureau),
    ]
    for address in inner(full):
        for user in readers:
            assert browse(user).get(address).status_code == 200, (address, user)
        for user in strangers:
            assert browse(user).get(address).status_code == 404, (address, user)
        assert Client().get(address).status_code == 302


def test_the_province_with_its_own_role_reads_and_keeps(full: Any) -> None:
    user = make_user("provincial_drc", full.case.bureau)
    page = text(browse(user).get(url("cluster", full.cluster.code)))
    assert "登记列入名单" in page


def test_writing_pages_are_the_bodys(full: Any) -> None:
    for name in WRITING:
        address = url(name, full.cluster.code)
        assert browse(full.case.applicant).get(address).status_code == 200
        assert browse(full.case.passing).get(address).status_code == 403
        assert browse(full.outsider().user).get(address).status_code == 404


def test_lists_hold_only_ones_own(full: Any) -> None:
    stranger = browse(full.outsider().user)
    for name, word in (
        ("clusters", full.cluster.name),
        ("all_projects", full.project.name),
        ("all_enterprises", full.entry.name),
        ("requests", full.request.title),
    ):
        assert word in text(browse(full.case.passing).get(url(name)))
        page = stranger.get(url(name))
        assert page.status_code == 200
        assert word not in text(page)


def test_selector_and_rule_agree(full: Any, innovative: Any) -> None:
    from clusters import permissions as may

    actors = [full.body, full.city, full.province, innovative.body, innovative.city, innovative.province]
    for actor in actors:
        seen = set(see.visible_to(actor))
        assert seen == {c for c in (full.cluster, innovative.cluster) if may.viewer(actor, c)}
        assert len(seen) == 1


def test_one_page_holds_alliance_firms_projects_and_duties(full: Any) -> None:
    page = text(browse(full.case.applicant).get(url("cluster", full.cluster.code)))
    for word in (
        "新型功能材料联盟",
        "尚未建立共同体",
        "淄博测试企业0000有限公司",
        full.entry.name,
        "省“十强”产业“雁阵形”集群库",
        "完成规划修编",
        "产业园区+创新孵化器+产业基金+产业联盟一体化推进模式",
        "先建后评、滚动支持、持续监测、动态调整",
        "每个集群 20 个左右",
        "全省入库规模 50 家左右",
    ):
        assert word in page, word


def test_the_public_reads_the_facts_and_no_money_and_no_requests(full: Any) -> None:
    page = text(Client().get(url("public", full.cluster.code)))
    for word in ("新型功能材料联盟", "淄博测试企业0001有限公司", "半导体装备", "鲁发改〔2026〕3号"):
        assert word in page, word
    for word in (full.request.title, full.entry.name, "万元", "完成规划修编", full.project.name):
        assert word not in page, word
    assert Client().get(url("public", "NOTHING-1")).status_code == 404
    assert Client().get(url("public", make_entity("incubator").code)).status_code == 404


def queries(user: Any, address: str) -> int:
    client = browse(user) if user else Client()
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_pages_cost_the_same_for_1_firm_and_200(full: Any) -> None:
    user = full.case.passing
    code = full.cluster.code
    addresses = [url("cluster", code), url("firms", code), url("projects", code), url("enterprises", code)]
    addresses += [url("projects", code) + "?view=board", url("clusters"), url("all_projects")]
    before = {address: queries(user, address) for address in addresses}
    public = queries(None, url("public", code))
    make.add_firms(full.cluster, 200, full.case.applicant, is_key=True, chain_link="陶瓷部件")
    for number in range(12):
        projects.add(
            actor=full.body, cluster=full.cluster, facts=project_facts(name=f"项目{number}"), entered_on=DAY
        )
        enterprises.enter(actor=full.body, cluster=full.cluster, facts=entry_facts())
    assert {address: queries(user, address) for address in addresses} == before
    assert queries(None, url("public", code)) == public


def post(user: Any, address: str, **given: Any) -> Any:
    return browse(user).post(address, given)


def test_a_firm_by_forms(full: Any) -> None:
    user, code = full.case.applicant, full.cluster.code
    good = {"name": "淄博沐岩部件有限公司", "credit_code": make.code(), "joined_on": "2026-02-03"}
    wrong = post(user, url("firm_new", code), **good | {"credit_code": "123"})
    assert wrong.status_code == 422
    assert "淄博沐岩部件有限公司" in text(wrong)
    assert post(user, url("firm_new", code), **good).status_code == 302
    row = ClusterFirm.objects.get(name=good["name"])
    assert post(user, url("firm_edit", row.pk), **good | {"products": "部件"}).status_code == 302
    assert post(user, url("firm_leave", row.pk), left_on="2026-02-20", reason="迁出").status_code == 302
    page = text(browse(user).get(url("firms", code) + "?tab=left"))
    assert "迁出" in page


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    made = openpyxl.Workbook()
    made.active.append([str(column.label) for column in firm_workbook.COLUMNS])
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


def test_a_workbook_comes_back_marked_or_comes_in(full: Any) -> None:
    user, address = full.case.applicant, url("firms_import", full.cluster.code)
    bad = post(user, address, workbook=workbook(["甲公司", "123", "2026-02-03"]))
    assert bad.status_code == 422
    page = text(bad)
    assert "B2" in page
    link = page.split('href="/files/')[1].split('"')[0]
    marked = browse(user).get(f"/files/{link}")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(marked.streaming_content)))
    assert book.worksheets[0]["B2"].comment is not None
    assert browse(full.case.passing).get(f"/files/{link}").status_code == 404
    good = post(user, address, workbook=workbook(["淄博沐岩部件有限公司", make.code(), "2026-02-03"]))
    assert good.status_code == 200
    assert "新纳入 1 家" in text(good)
    other = post(user, address, workbook=SimpleUploadedFile("a.csv", b"x"))
    assert other.status_code == 422


def test_a_project_by_forms_and_the_board_moves_it_without_scripts(full: Any) -> None:
    user, code = full.case.applicant, full.cluster.code
    given = {
        "name": "检测平台",
        "kind": "service",
        "domain": "public_service",
        "owner_name": "淄博检测中心",
        "investment": "80000000",
        "entered_on": "2026-02-03",
    }
    assert post(user, url("project_new", code), **given).status_code == 302
    row = Project.objects.get(name="检测平台")
    board = text(browse(user).get(url("projects", code) + "?view=board"))
    address = url("project_move", row.pk, ProjectStage.RESERVED)
    assert address in board
    assert post(user, address, moved_on="2026-02-20", version=row.version).status_code == 302
    row.refresh_from_db()
    assert row.state == "reserved"
    assert post(user, address, moved_on="2026-02-20").status_code == 409
    edited = given | {"content": "建设检测平台", "version": row.version}
    assert post(user, url("project_edit", row.pk), **edited).status_code == 302
    years = {"years.0.year": "2026", "years.0.planned": "1000000", "years.1.planned": "5"}
    assert post(user, url("project_years", row.pk), **years).status_code == 422
    assert post(user, url("project_years", row.pk), **years | {"years.1.planned": ""}).status_code == 302
    check = url("move_check", row.moves.first().pk)
    assert browse(user).get(check).status_code == 403
    assert check in text(browse(full.case.passing).get(url("all_projects")))
    assert post(full.case.passing, check, result="confirmed").status_code == 302
    listed = {"kind": "provincial_major", "since": "2026-02-10", "document": "鲁政办字〔2026〕1号"}
    assert post(full.case.passing, url("project_list", row.pk), **listed).status_code == 302
    page = text(browse(user).get(url("project", row.pk)))
    assert "省重大项目" in page


def test_a_request_by_forms(full: Any) -> None:
    user, city = full.case.applicant, full.case.passing
    asked = {"kind": "talent", "title": "人才公寓", "text": "需要 20 套"}
    assert post(user, url("enterprise_ask", full.entry.pk), **asked).status_code == 302
    row = SupportRequest.objects.get(title="人才公寓")
    desk = text(browse(city).get(url("requests")))
    assert "人才公寓" in desk
    due = (clock.today() + datetime.timedelta(days=5)).isoformat()
    taken = {"owner": city.pk, "department": "市人社局", "due_on": due}
    assert post(user, url("request_act", row.pk, "assign"), **taken).status_code == 403
    assert post(city, url("request_act", row.pk, "assign"), **taken).status_code == 302
    assert post(city, url("request_act", row.pk, "progress"), text="已对接").status_code == 302
    assert post(city, url("request_act", row.pk, "answer"), outcome="已安排").status_code == 302
    assert post(user, url("request_act", row.pk, "settle")).status_code == 302
    assert post(user, url("request_act", row.pk, "settle")).status_code == 409
    page = text(browse(user).get(url("request", row.pk)))
    assert "已安排" in page
    assert browse(user).get(url("request_act", row.pk, "nothing")).status_code == 404


def test_an_entry_by_forms(full: Any) -> None:
    user = full.case.applicant
    given = {
        "name": "淄博泓砺陶瓷有限公司",
        "credit_code": make.code(),
        "role": "backbone",
        "since": "2026-02-10",
        "reason": "骨干",
    }
    assert post(user, url("enterprise_new", full.cluster.code), **given).status_code == 302
    row = KeyEnterprise.objects.get(name=given["name"])
    assert post(user, url("enterprise_edit", row.pk), **given | {"products": "陶瓷"}).status_code == 302
    assert post(user, url("enterprise_leave", row.pk), until="2026-02-20", reason="搬迁").status_code == 302
    assert given["name"] in text(browse(user).get(url("enterprises", full.cluster.code) + "?tab=left"))


def test_lists_and_work_by_forms(full: Any) -> None:
    province, code = full.case.officer, full.cluster.code
    given = {"kind": "national_list", "since": "2026-02-10", "document": "鲁发改〔2026〕8号"}
    assert post(province, url("listing_new", code), **given).status_code == 302
    assert post(full.case.passing, url("listing_new", code), **given).status_code == 403
    end = url("listing_end", full.listing.pk)
    assert post(province, end, until="2026-02-20", reason="动态调整").status_code == 302
    assert browse(full.outsider().user).get(end).status_code == 404
    work = url("work", code, "obl_city_gov_pilot")
    assert post(full.case.passing, work, done_on="2026-02-20", text="出台管理办法").status_code == 302
    assert browse(full.case.applicant).get(work).status_code == 403
    assert browse(full.case.applicant).get(url("work", code, "nothing")).status_code == 404


def test_names_of_the_policies_are_compared_with_the_register(around: Any) -> None:
    """named_clusters: three groups with their clauses; a name of another city does not match."""
    around.cluster.name = "淄博市新型功能材料产业集群"
    around.cluster.save()
    page = text(browse(around.case.passing).get(url("named")))
    for word in ("半导体发光", "青岛轨道交通装备", "日照市高品质特种钢铁材料", "未登记"):
        assert word in page, word
    assert page.count(around.cluster.name) == 1
    assert "工作重点(一)" in page
    assert browse(around.case.applicant).get(url("named")).status_code == 403


def test_the_menu_counts_what_waits(full: Any) -> None:
    page = text(browse(full.case.passing).get(url("clusters")))
    assert "项目储备库" in page
    assert "一企一策" in page
    from clusters.selectors import enterprises as library
    from clusters.selectors import projects as reserve

    assert (library.waiting(full.city).count(), reserve.unchecked(full.city).count()) == (1, 1)
