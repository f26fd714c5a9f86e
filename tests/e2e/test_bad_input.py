"""What goes wrong in an office, one test each: a clear Chinese sentence, the clause where law is the reason,
nothing typed lost, nothing half-written."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts import sessions
from core import clock
from core.models import StoredFile
from filings.enums import ParticipantState, State
from filings.models import Filing
from filings.services import drafting
from tests.e2e.browsing import Person
from tests.makers import filings as make
from tests.makers.accounts import make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

GUIDELINE = "《青岛市创新联合体组建工作指引》"
People = Callable[..., Person]


@pytest.fixture
def ready(cast: make.Case) -> Filing:
    """A draft that could be submitted."""
    filing = make.start(cast)
    make.invite_all(cast, filing)
    make.confirm_all(cast, filing)
    return make.fresh(filing)


def value_of(me: Person, name: str) -> str:
    return str(me.page.locator(f'[name="{name}"]').input_value())


def test_a_wrong_credit_code(people: People, cast: make.Case) -> None:
    filing = make.start(cast)
    code = cast.members[0].credit_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    me = people(cast.applicant).go("filings:members", filing.pk)
    me.fill({"code": wrong, "role": "chain_enterprise"})
    me.page.get_by_role("button", name="邀请", exact=True).click()
    expect(me.page.locator("#id_code_error")).to_contain_text("校验")
    assert value_of(me, "code") == wrong
    assert me.page.locator("[name=role][value=chain_enterprise]").is_checked()
    assert filing.participants.count() == 1


def test_a_lead_from_another_city(people: People, transactional_db: None) -> None:
    case = make.make_case(district="370303", experts=0, enterprises=0, academics=0)
    me = people(case.applicant).go("filings:programme", "consortium")
    me.says("登记地为", "须为青岛市独立注册的法人", GUIDELINE, "不能开始申报")
    assert me.page.get_by_role("button", name="建立草稿").count() == 0
    # begun by another door, it ends at the same condition
    filing = make.start(case)
    me.go("filings:check", filing.pk).says("提交前还需要完成", "须为青岛市独立注册的法人", GUIDELINE)
    me.go("filings:submit", filing.pk)
    assert me.page.get_by_role("button", name="提交申报").count() == 0


def test_two_enterprises_without_a_reason(people: People, transactional_db: None) -> None:
    case = make.make_case(enterprises=2, experts=0)
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    me = people(case.applicant).go("filings:check", filing.pk)
    me.says("提交前还需要完成", "2 家", GUIDELINE)
    me.go("filings:submit", filing.pk)
    assert me.page.get_by_role("button", name="提交申报").count() == 0
    me.go("filings:members", filing.pk).fill({"reason": "本市该领域仅有两家配套企业。"}).press("保存理由")
    me.go("filings:check", filing.pk).says("没有发现问题，可以提交", "本市该领域仅有两家配套企业。")


def test_a_member_that_no_longer_confirms(people: People, cast: make.Case, ready: Filing) -> None:
    """The page of submission was opened before; meanwhile a colleague changed what the members confirmed."""
    me = people(cast.applicant).go("filings:submit", ready.pk).fill({"agreed": True})
    changed = {"funding_note": "改由牵头单位承担七成。"}
    actor = cast.actor("applicant")
    drafting.save_section(actor=actor, filing=ready, section="tasks", data=changed, strict=True)
    me.press("提交申报")
    assert me.status == 409
    me.says("内容已被他人更新").press("提交申报")
    assert me.status == 422
    me.says(f"“{cast.members[0].name}”确认的内容已被修改，需重新确认", GUIDELINE)
    now = make.fresh(ready)
    assert (now.state, now.receipt_number, now.versions.count()) == (State.DRAFT, None, 0)
    others = now.participants.exclude(role="lead")
    assert set(others.values_list("standing", flat=True)) == {ParticipantState.VOIDED}


def test_thirty_seven_months_asked_for(people: People, cast: make.Case) -> None:
    filing = make.start(cast)
    me = people(cast.applicant).go("filings:section", filing.pk, "basic")
    me.fill({"months": 37, "track": "柔性传感"}).press("保存")
    assert me.status == 422
    me.says("36 个月", GUIDELINE)
    assert value_of(me, "months") == "37"
    stored = make.fresh(filing).content["basic"]
    assert (stored["months"], stored["track"]) == (36, "柔性传感")
    assert value_of(me.go("filings:section", filing.pk, "basic"), "months") == "37"


def test_thirty_seven_months_proposed(people: People, cast: make.Case) -> None:
    filing = make.drive(cast, State.REVIEWED)
    me = people(cast.officer).go("filings:desk_act", filing.pk, "propose")
    me.fill({"months": 37, "comment": "建议备案三十七个月。"}).press("提交审定")
    assert me.status == 422
    me.says("36 个月", GUIDELINE)
    assert (value_of(me, "months"), value_of(me, "comment")) == ("37", "建议备案三十七个月。")
    assert make.fresh(filing).state == State.REVIEWED
    assert not filing.decisions.exists()


@pytest.mark.parametrize("script", [True, False])
def test_an_expired_session(people: People, cast: make.Case, monkeypatch: Any, script: bool) -> None:
    filing = make.start(cast)
    me = people(cast.applicant, java_script_enabled=script).go("filings:section", filing.pk, "basic")
    me.fill({"background": "登录失效前写下的背景。", "track": "柔性传感"})
    later = int(clock.wall().timestamp()) + 3600
    monkeypatch.setattr(sessions, "_now", lambda: later)
    me.press("保存").says("登录", "保留")
    assert make.fresh(filing).content["basic"]["track"] != "柔性传感" or script
    me.login(cast.applicant.username).says("已恢复登录失效前填写的内容")
    assert value_of(me, "background") == "登录失效前写下的背景。"
    me.press("保存").says("已保存")
    assert make.fresh(filing).content["basic"]["background"] == "登录失效前写下的背景。"


def test_a_stale_page_in_two_tabs(people: People, cast: make.Case) -> None:
    filing = make.start(cast)
    one = people(cast.applicant).go("filings:section", filing.pk, "basic")
    two = Person(one.page.context.new_page()).go("filings:section", filing.pk, "basic")
    two.fill({"background": "第二个窗口写的背景。", "track": "柔性传感"}).press("保存").says("已保存")
    one.fill({"background": "第一个窗口写的背景。"}).press("保存")
    assert one.status == 409
    one.says("已被他人更新", "第二个窗口写的背景。", "第一个窗口写的背景。")
    assert make.fresh(filing).content["basic"]["background"] == "第二个窗口写的背景。"
    one.press("保存").says("已保存")
    stored = make.fresh(filing).content["basic"]
    assert (stored["background"], stored["track"]) == ("第一个窗口写的背景。", "柔性传感")


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_on_submit(people: People, cast: make.Case, ready: Filing, script: bool) -> None:
    me = people(cast.applicant, java_script_enabled=script).go("filings:submit", ready.pk)
    me.fill({"agreed": True})
    me.page.get_by_role("button", name="提交申报").dblclick(no_wait_after=True)
    # Not expect_navigation: without JavaScript the second click aborts the first click's navigation.
    expect(me.page).to_have_url(re.compile(r"/receipt/$"))
    now = make.fresh(ready)
    me.says("申报已提交", now.receipt_number)
    assert (now.state, now.versions.count(), now.documents.count()) == (State.SUBMITTED, 1, 1)
    assert now.events.filter(source=State.DRAFT, target=State.SUBMITTED).count() == 1


def test_two_officers_deciding_at_once(people: People, cast: make.Case) -> None:
    filing = make.drive(cast, State.PROPOSED)
    other = make_user("division_head", cast.bureau)
    one = people(cast.director).go("filings:desk_act", filing.pk, "confirm")
    two = people(other).go("filings:desk_act", filing.pk, "reject").fill({"comment": "任务与已有项目重复。"})
    one.press("同意备案意见")
    two.press("不予备案")
    assert two.status == 409
    two.says("您这次的操作没有生效", cast.director.name, "任务与已有项目重复。")
    now = make.fresh(filing)
    assert now.state == State.CONFIRMED
    assert now.decisions.exclude(result="open").count() == 1


def test_a_file_that_is_not_what_its_name_says(people: People, cast: make.Case) -> None:
    filing = make.start(cast)
    kept = StoredFile.objects.count()
    program = {"name": "组建协议.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + bytes(400)}
    me = people(cast.applicant).go("filings:section", filing.pk, "agreement")
    me.fill({"division": "补充的分工说明。", "agreement": program}).press("上传")
    assert me.status == 422
    me.says("文件内容与扩展名不符")
    assert value_of(me, "division") == "补充的分工说明。"
    assert make.fresh(filing).content["agreement"]["division"] == "补充的分工说明。"
    assert (StoredFile.objects.count(), filing.attachments.filter(removed_at=None).count()) == (kept, 1)


def test_an_attachment_of_a_gigabyte(people: People, cast: make.Case, tmp_path: Path) -> None:
    """A file with a hole of that size: the browser really sends it, the server throws it away unread."""
    filing = make.start(cast)
    big = tmp_path / "组建协议.pdf"
    with big.open("wb") as file:
        file.truncate(1 << 30)
    before, held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, occupied()
    me = people(cast.applicant).go("filings:section", filing.pk, "agreement")
    me.fill({"division": "上传前写下的分工。", "agreement": str(big)}).press("上传")
    assert me.status == 413
    me.says("单个文件不能超过 20 MB")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (grown < 100_000, occupied()) == (True, held)
    me.page.go_back()
    assert value_of(me, "division") == "上传前写下的分工。"
    assert filing.attachments.filter(removed_at=None).count() == 1


def occupied() -> int:
    """Bytes in the folder of files."""
    return sum(file.stat().st_size for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file())
