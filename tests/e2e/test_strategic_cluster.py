"""A strategic emerging cluster in a browser: the city recommends, the province decides, projects and firms follow, one change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clusters.models import Project, SupportRequest
from core import clock
from filings.enums import State
from filings.models import Filing
from tests.e2e.browsing import Person
from tests.e2e.test_alliance import act, examined, final, hand_in
from tests.e2e.years import DemoClock, begin, section
from tests.makers import clusters as made
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PDF = {"name": "文件.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("文件")}
FILES = {"body": {"proof": PDF}, "plan": {"plan_file": PDF}}


@pytest.fixture
def cast(transactional_db: None) -> made.ClusterCase:
    return made.make_strategic_case()


def one_row(answers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """A page shows one blank row of a table; more are a matter of another test."""
    return {
        key: {
            name: value[:1] if isinstance(value, list) and value and isinstance(value[0], dict) else value
            for name, value in values.items()
        }
        for key, values in answers.items()
    }


def applied(me: Person, case: made.ClusterCase) -> Filing:
    """The body fills in every section and submits."""
    me.go("filings:programme", case.programme).press("建立草稿（集群认定）")
    filing = Filing.objects.get()
    answers = one_row(made.strategic_contents())
    me.go("filings:section", filing.pk, "basic")
    for key, values in answers.items():
        me.fill(values | FILES.get(key, {}))
        me.press("保存并返回" if key == list(answers)[-1] else "保存并继续")
    return hand_in(me, filing)


def decided(officer: Person, director: Person, filing: Filing, demo: DemoClock, *, notice: bool) -> Filing:
    """Examined and proposed by one, confirmed by another, on notice if it has one, issued."""
    examined(officer, filing)
    act(officer, filing, "accept")
    act(officer, filing, "propose", comment="建议同意。")
    assert act(director, filing, "confirm").state == State.CONFIRMED
    if notice:
        act(officer, filing, "publish_notice")
        make.run_out_notice(filing, demo)
        act(officer, filing, "close_notice")
    found = act(officer, filing, "issue")
    assert found.state == State.FILED
    return found


def kept(me: Person, city: Person, code: str) -> None:
    """The body keeps firms, a project and a request; the city checks the move and answers."""
    today = clock.today().isoformat()
    me.go("clusters:cluster", code).says("尚未建立联盟", "氧化铝粉体", "每个集群 20 个左右")
    me.go("clusters:firm_new", code).fill({"name": "淄博沐岩部件有限公司", "credit_code": made.code()})
    me.fill({"joined_on": today, "chain_link": "氧化铝粉体"}).press("纳入").says("淄博沐岩部件有限公司")
    me.go("clusters:project_new", code)
    me.fill({"name": "检测平台", "kind": "service", "domain": "public_service", "entered_on": today})
    me.fill({"owner_name": "淄博检测中心", "investment": "80000000"}).press("列入")
    project = Project.objects.get()
    me.open(me.page.url + "?view=board").follow("转到储备", exact=False)
    me.fill({"moved_on": today}).press("登记变动").says("阶段已变动")
    city.go("clusters:all_projects").says("待核对的阶段变动", "检测平台")
    city.go("clusters:move_check", project.moves.first().pk).press("登记核对结果").says("已核对")
    me.go("clusters:enterprise_new", code)
    me.fill({"name": "淄博岭舟粉体有限公司", "credit_code": made.code(), "role": "leader"})
    me.fill({"since": today, "reason": "细分市场国内第一"}).press("列入")
    me.follow("淄博岭舟粉体有限公司").follow("提出诉求")
    me.fill({"kind": "land", "title": "新增用地 80 亩", "text": "扩产需要用地。"}).press("提交")
    row = SupportRequest.objects.get()
    city.go("clusters:requests").says("新增用地 80 亩").follow("新增用地 80 亩").follow("受理并确定责任人")
    city.fill({"department": "市自然资源和规划局", "due_on": today}).press("受理并确定责任人")
    city.go("clusters:request_act", row.pk, "answer").fill({"outcome": "已落实。"}).press("答复办理结果")
    me.go("clusters:request_act", row.pk, "settle").press("已解决").says("已落实。", "已办结")


def test_a_strategic_cluster_from_application_to_a_change(
    worker: Any, demo: DemoClock, cast: made.ClusterCase, people: Callable[..., Person]
) -> None:
    me, city = people(cast.applicant, axe=True), people(cast.passing, axe=True)
    officer, director = people(cast.officer, axe=True), people(cast.director, axe=True)
    filing = applied(me, cast)
    officer.go("filings:desk_act", filing.pk, "recommend")
    assert officer.status in (403, 409)
    city.go("filings:worklist").says(filing.title)
    act(city, filing, "recommend", comment="情况属实。")
    code = decided(officer, director, filing, demo, notice=True).subject.code
    kept(me, city, code)

    filing = begin(me, Filing.objects.get(pk=filing.pk).subject, "change")
    section(me, filing, "change", {"what": ["name"], "reason": "名称规范"})
    section(me, filing, "basic", {"name": "淄博市新型功能材料集群"})
    filing = hand_in(me, filing)
    act(city, filing, "recommend", comment="情况属实。")
    decided(officer, director, filing, demo, notice=False)

    stranger = people(axe=True).go("clusters:public", code)
    stranger.says("淄博市新型功能材料集群", "淄博沐岩部件有限公司", "先建后评")
    assert "新增用地" not in stranger.text()
    officer.go("clusters:named").says("淄博新型功能材料", "已登记 1 个")
    final(officer.go("clusters:listing_new", code).fill(
        {"kind": "national_list", "since": clock.today().isoformat(), "document": "鲁发改〔2026〕8号"}
    ))  # fmt: skip
    officer.says("推荐列入国家级集群名单")
