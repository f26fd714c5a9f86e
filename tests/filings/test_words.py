"""Every page and letter speaks the words of its programme: a recognised platform beside the consortium."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from accounts.enums import Level
from core import clock
from core.errors import Invalid
from filings import programmes
from filings import standard_variants as standard
from filings.enums import Action, State
from filings.fields import SectionForm
from filings.models import Cancellation, Entity, Filing, IssuedDocument, PaperKind
from filings.presentation.aftercare import next_steps
from filings.programmes import Ground, Procedure, Programme, Section, Words
from filings.selectors.lifecycle import law_of, obstacles
from filings.services import (
    aftercare,
    cancellation,
    decision,
    drafting,
    examination,
    issue,
    letters,
    notice,
    submission,
)
from tests.api.caller import Caller
from tests.makers import after
from tests.makers import filings as make
from tests.makers.desk import act_url, browse, case_url, text
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
K = PaperKind
FOREIGN = ("备案", "牵头", "联合体", "成员单位", "%(")
NAME = "青岛市示例材料重点实验室"
LEVELS = (Level.MUNICIPAL, Level.PROVINCIAL, Level.NATIONAL)
APPROVAL = {
    "level": "provincial",
    "number": "鲁科字〔2026〕7号",
    "dated": "2026-02-02",
    "issued_by": "山东省科学技术厅",
}


class BasicForm(SectionForm):
    name = forms.CharField(label="名称", max_length=100)
    field = forms.CharField(label="研究方向", max_length=100)


BASIC = Section("basic", "基本信息", BasicForm)
LAB = Programme(
    key="test_lab",
    label="重点实验室",
    title_label="重点实验室",
    entity_kind="test_lab",
    type_code="SY",
    place="370200",
    city_code="QD",
    sections=(BASIC,),
    conditions=(),
    procedure=Procedure(recommendation=False, review=False, limits=standard.LIMITS),
    criteria=(),
    facts=lambda filing: {},
    profile=lambda entity, filing: None,
    name_of=lambda content: str(content.get("basic", {}).get("name", "")),
    industry_of=lambda content: "",
    variants=standard.every_action(
        change=standard.change((BASIC,)),
        renew=standard.renewal((BASIC,), review=False),
        upgrade=standard.upgrade(),
        annual_report=standard.annual_report(),
        exit=standard.exit_(),
        record_approval=standard.record_approval((BASIC,)),
    ),
    grounds=(Ground("dishonest", "提供虚假材料", "mea_sd15_purpose"),),
    words=Words(lead="依托单位", members="共建单位", act="认定", founding="平台认定", thing="平台"),
    levels=LEVELS,
)


@pytest.fixture
def lab(monkeypatch: Any) -> Iterator[Programme]:
    """A programme of ours that recognises, without members, experts, district and end."""
    monkeypatch.setattr(programmes, "_registry", dict(programmes._registry))
    programmes.register(LAB)
    yield programmes.get("test_lab")
    programmes._declared.cache_clear()


@pytest.fixture
def case(lab: Programme) -> make.Case:
    return make.make_case(enterprises=0, academics=0, experts=0)


# --- helpers -----------------------------------------------------------------------------------


def spoken(html: str) -> str:
    """The words of a page without its frame: menus and the foot speak of the whole portal."""
    found = re.search(r"<main.*?</main>", html, re.S)
    return re.sub(r"<[^>]+>", " ", found[0] if found else html)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return spoken(text(response))


def foreign(words: str) -> list[str]:
    """Words of another programme, with what stands around them."""
    return [
        words[max(0, m.start() - 12) : m.end() + 12]
        for one in FOREIGN
        for m in re.finditer(re.escape(one), words)
    ]


def reads(client: Client, *addresses: str) -> str:
    """All pages together; none of them says a word of another programme."""
    found = ""
    for address in addresses:
        words = page(client, address)
        assert foreign(words) == [], address
        found += words
    return found


def unit(case: make.Case) -> Client:
    return browse(case.applicant)


def at(name: str, filing: Filing, *more: Any) -> str:
    return reverse(f"filings:{name}", args=[filing.pk, *more])


def document(filing: Filing, me: Any) -> None:
    paper = SimpleUploadedFile("批复.pdf", pdf_bytes("批复"), "application/pdf")
    drafting.attach(actor=me, filing=filing, section="approval", field="document", upload=paper)


def begun(case: make.Case, action: str = Action.ESTABLISH, **given: Any) -> Filing:
    """A complete draft of a founding."""
    me = case.actor("applicant")
    filing = drafting.start(actor=me, programme="test_lab", action=action)
    basic = {"name": NAME, "field": "先进材料"}
    drafting.save_section(actor=me, filing=filing, section="basic", data=basic, strict=True)
    if action == Action.RECORD_APPROVAL:
        data = APPROVAL | given
        drafting.save_section(actor=me, filing=filing, section="approval", data=data, strict=True)
        document(filing, me)
    return make.fresh(filing)


def examined(case: make.Case, filing: Filing) -> Filing:
    officer = case.actor("officer")
    submission.submit(actor=case.actor("applicant"), filing=filing)
    examination.start(actor=officer, filing=make.fresh(filing))
    examination.accept(actor=officer, filing=make.fresh(filing))
    return make.fresh(filing)


def decided(case: make.Case, filing: Filing) -> Filing:
    decision.propose(actor=case.actor("officer"), filing=filing, months=None, comment="拟同意")
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    return make.fresh(filing)


def established(case: make.Case, frozen: Any) -> Entity:
    officer = case.actor("officer")
    filing = decided(case, examined(case, begun(case)))
    notice.publish(actor=officer, filing=filing)
    make.run_out_notice(filing, frozen)
    notice.close(actor=officer, filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    return after.again(make.fresh(filing).subject)


def climbing(case: make.Case, entity: Entity, **given: Any) -> Filing:
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=entity, action=Action.UPGRADE)
    data = APPROVAL | given
    drafting.save_section(actor=me, filing=filing, section="approval", data=data, strict=True)
    return make.fresh(filing)


def letter(filing: Filing, kind: str) -> IssuedDocument:
    return filing.documents.get(kind=kind)


def body(paper: IssuedDocument) -> str:
    return "\n".join([paper.data["title"], *paper.data["paragraphs"]])


def certificate(paper: IssuedDocument) -> str:
    context = {"document": paper, "data": paper.data, "verification_url": "https://x", "qr": ""}
    return " ".join(
        re.sub(r"<[^>]+>", " ", render_to_string("filings/pdf/certificate.html", context)).split()
    )


# --- a founding that recognises ----------------------------------------------------------------


def test_a_recognition_from_the_draft_to_the_register(case: make.Case, frozen: Any) -> None:
    mine, desk, head = unit(case), browse(case.officer), browse(case.director)
    officer = case.actor("officer")
    reads(mine, reverse("filings:programme", args=["test_lab"]))
    filing = begun(case)
    shown = [at(name, filing) for name in ("tasks", "check", "submit", "print")]
    reads(mine, *shown, at("section", filing, "basic"))
    submission.submit(actor=case.actor("applicant"), filing=filing)
    reads(mine, at("receipt", filing), at("progress", filing))
    assert "认定发证" in reads(mine, at("progress", filing))
    reads(desk, case_url(filing), act_url(filing, "start_examination"))
    examination.start(actor=officer, filing=make.fresh(filing))
    assert "转入拟定意见" in reads(desk, act_url(filing, "accept"))
    reads(desk, act_url(filing, "not_accept"), act_url(filing, "return_for_correction"))
    examination.accept(actor=officer, filing=make.fresh(filing))
    asked = reads(desk, case_url(filing), act_url(filing, "propose"))
    assert "拟定认定意见" in asked and "个月" not in asked
    decision.propose(actor=officer, filing=make.fresh(filing), months=None, comment="拟同意")
    assert "同意认定意见" in reads(head, act_url(filing, "confirm"))
    assert "不予认定" in reads(head, act_url(filing, "reject"))
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    assert "市级" in reads(desk, act_url(filing, "publish_notice"))
    notice.publish(actor=officer, filing=make.fresh(filing))
    published = filing.notices.get()
    assert published.title == f"关于拟认定“{NAME}”的公示"
    public = reads(Client(), reverse("portal:notice", args=[published.pk]))
    assert "依托单位" in public and "长期" in public
    make.run_out_notice(filing, frozen)
    notice.close(actor=officer, filing=make.fresh(filing))
    assert "生成认定证书" in reads(desk, act_url(filing, "issue"))
    issue.issue(actor=officer, filing=make.fresh(filing))
    filing = make.fresh(filing)
    assert (filing.staff_label, filing.applicant_label) == ("已认定", "已认定")
    assert "认定证书编号" in reads(desk, at("desk_result", filing))
    reads(mine, at("progress", filing))
    assert filing.subject.valid_until is None
    words = [event.label for event in filing.events.all()]
    assert "拟定认定意见" in words and foreign("".join(words)) == []


def test_its_papers_say_what_it_was_recognised_as(case: make.Case, frozen: Any) -> None:
    entity = established(case, frozen)
    filing = entity.filings.get()
    paper = letter(filing, K.DECISION)
    assert paper.data["title"] == "认定决定书"
    assert f"准予“{NAME}”认定为市级重点实验室，证书编号{entity.code}，自" in body(paper)
    assert "起长期有效。" in body(paper) and foreign(body(paper)) == []
    assert "请你单位按照申报内容做好后续工作" in body(paper)
    assert paper.number.startswith("青科认〔") and str(paper).startswith("认定决定书 ")
    made = letter(filing, K.CERTIFICATE)
    printed = certificate(made)
    assert "认定证书" in printed and "依托单位" in printed and "长期有效" in printed
    assert "准予认定为市级重点实验室" in printed and foreign(printed) == []
    assert made.kind_label == "认定证书"
    assert foreign(body(letter(filing, K.ACCEPTANCE))) == []
    verified = reads(Client(), reverse("portal:verify", args=[made.verification_code]))
    assert "认定证书" in verified and "依托单位" in verified


def test_what_has_no_end_is_not_renewed(case: make.Case, frozen: Any) -> None:
    entity = established(case, frozen)
    assert [p.code for p in obstacles(entity, Action.RENEW)] == ["no_end"]
    offered = {step["action"] for step in next_steps(entity, [], law_of(entity))}
    assert Action.RENEW not in offered and {Action.CHANGE, Action.UPGRADE, Action.EXIT} <= offered
    inside = reads(unit(case), reverse("filings:entity", args=[entity.code]))
    assert "到期延续" not in inside and "升级登记" in inside and "长期" in inside
    reads(browse(case.officer), reverse("filings:entity", args=[entity.code]))
    for action in (Action.CHANGE, Action.EXIT, Action.ANNUAL_REPORT, Action.UPGRADE):
        reads(unit(case), reverse("filings:entity_start", args=[entity.code, action]))


def test_an_exit_asks_a_unit_that_stands_alone_for_its_own_decision(case: make.Case, frozen: Any) -> None:
    entity, me = established(case, frozen), case.actor("applicant")
    filing = aftercare.start(actor=me, entity=entity, action=Action.EXIT)
    assert "本单位决定退出的文件" in reads(unit(case), at("section", filing, "exit"))
    labels = [
        str(f.label) for f in programmes.get("consortium", "exit").sections[0].form.base_fields.values()
    ]
    assert labels[-1] == "各成员单位同意退出的文件"


def test_a_change_names_what_can_change(lab: Programme) -> None:
    alone = dict(programmes.get("test_lab", "change").sections[0].form.base_fields["what"].choices)
    whole = dict(programmes.get("consortium", "change").sections[0].form.base_fields["what"].choices)
    assert set(whole) - set(alone) == {"members", "lead"}
    assert str(whole["members"]) == "成员单位加入、退出或者更换" and str(whole["lead"]) == "变更牵头单位"
    assert str(alone["plan"]) == "变更主要内容、规划或者经费"
    assert str(alone["agreement"]) == "变更协议、章程或者运行机制"


def test_a_cancellation_speaks_of_what_is_cancelled(case: make.Case, frozen: Any) -> None:
    entity, officer = established(case, frozen), case.actor("officer")
    desk = browse(case.officer)
    opening = reads(desk, reverse("filings:cancellation_new", args=[entity.code]))
    assert "启动取消认定程序" in opening
    row = cancellation.open_(actor=officer, entity=entity, ground="dishonest", reason="数据不实。")
    told = letters.preview(kind=K.HEARING, actor=officer, cancellation=row, extra={"hearing_days": 5})
    assert told.title == "取消认定事先告知书" and "有效期" not in told.missing
    assert f"你单位作为依托单位的“{NAME}”（认定编号：{entity.code}，长期有效）" in told.paragraphs[0]
    reads(desk, reverse("filings:cancellation", args=[row.pk]))
    reads(desk, reverse("filings:cancellation_act", args=[row.pk, "serve"]))
    cancellation.act(actor=officer, cancellation=row, name="serve", payload={})
    row = Cancellation.objects.get(pk=row.pk)
    assert foreign(body(row.documents.get(kind=K.HEARING))) == []
    mine = reads(unit(case), reverse("filings:cancellation", args=[row.pk]))
    assert "拟取消认定资格的告知与陈述申辩" in mine
    done = letters.preview(kind=K.CANCELLATION, actor=officer, cancellation=row)
    assert f"取消“{NAME}”的认定资格，认定证书（证书编号：{entity.code}）同时失效" in "".join(done.paragraphs)


# --- the consortium keeps its words ------------------------------------------------------------


def test_the_consortium_says_what_it_always_said(frozen: Any) -> None:
    case, entity = after.filed(frozen)
    filing, desk = entity.filings.get(), browse(case.officer)
    assert filing.staff_label == "已备案"
    assert {"拟定备案意见", "审定同意"} <= {event.label for event in filing.events.all()}
    paper = letter(filing, K.DECISION)
    assert paper.data["title"] == "备案决定书" and paper.number.startswith("青科备〔")
    assert f"准予“{entity.name}”备案，证书编号{entity.code}，有效期自" in body(paper)
    assert "请你单位会同各成员单位按照申报内容做好后续工作；有关情况发生变化的" in body(paper)
    printed = certificate(letter(filing, K.CERTIFICATE))
    assert "创新联合体 备案证书" in printed and "（牵头单位：" in printed
    assert "经审核、公示，准予备案。" in printed and "备案有效期" in printed and "级别" not in printed
    assert filing.notices.get().title == f"关于拟备案“{entity.name}”的公示"
    opening = page(desk, reverse("filings:cancellation_new", args=[entity.code]))
    assert "启动取消备案程序" in opening and "备案继续有效" in opening
    inside = page(desk, reverse("filings:entity", args=[entity.code]))
    assert "成员单位" in inside and "备案登记" in inside
    change = after.start(case, entity, Action.CHANGE)
    assert change.spec.act_label("reject", "") == "不予变更"
    assert programmes.get("consortium").act_label("reject", "") == "不予备案"


def test_papers_frozen_before_programmes_had_words_read_as_before(frozen: Any) -> None:
    _case, entity = after.filed(frozen)
    paper = letter(entity.filings.get(), K.CERTIFICATE)
    before = certificate(paper)
    for name in ("act", "lead_label", "members_label", "level", "level_line", "steps"):
        del paper.data[name]
    assert certificate(paper) == before and paper.kind_label == "备案证书"


# --- a level that somebody else gave -----------------------------------------------------------


def test_an_upgrade_from_start_to_register(case: make.Case, frozen: Any) -> None:
    entity, officer = established(case, frozen), case.actor("officer")
    mine, desk, head = unit(case), browse(case.officer), browse(case.director)
    filing = climbing(case, entity)
    with pytest.raises(Invalid, match="批复文件"):
        submission.submit(actor=case.actor("applicant"), filing=filing)
    document(filing, case.actor("applicant"))
    reads(
        mine, *(at(name, filing) for name in ("tasks", "check", "submit")), at("section", filing, "approval")
    )
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    assert "升级生效" in reads(mine, at("receipt", filing), at("progress", filing))
    assert "对照批复文件" in reads(desk, case_url(filing), act_url(filing, "start_examination"))
    examination.start(actor=officer, filing=make.fresh(filing))
    assert "批复信息不再修改" in reads(desk, act_url(filing, "accept"))
    examination.accept(actor=officer, filing=make.fresh(filing))
    asked = reads(desk, act_url(filing, "propose"))
    assert "拟定升级意见" in asked and "个月" not in asked
    decision.propose(actor=officer, filing=make.fresh(filing), months=None, comment="批复属实")
    assert "同意升级" in reads(head, act_url(filing, "confirm"))
    assert "不予升级" in reads(head, act_url(filing, "reject"))
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    effect = " ".join(reads(desk, act_url(filing, "issue")).split())
    assert "市级 → 省级" in effect and "鲁科字〔2026〕7号" in effect and "不制发证书" in effect
    before = IssuedDocument.objects.filter(kind=K.CERTIFICATE).count()
    issue.issue(actor=officer, filing=make.fresh(filing))
    filing, entity = make.fresh(filing), after.again(entity)
    assert IssuedDocument.objects.filter(kind=K.CERTIFICATE).count() == before
    assert filing.staff_label == "已升级" and entity.level == Level.PROVINCIAL
    steps = list(entity.level_steps.values_list("level", "document_number", "until"))
    assert [step[0] for step in steps] == ["municipal", "provincial"]
    assert steps[1][1:] == ("鲁科字〔2026〕7号", None)
    assert steps[0][2] == entity.level_steps.last().since
    paper = letter(filing, K.DECISION)
    assert paper.data["title"] == "升级决定书"
    assert "依据山东省科学技术厅鲁科字〔2026〕7号，同意" in body(paper)
    assert "的级别由市级登记为省级" in body(paper) and foreign(body(paper)) == []
    assert "市级 → 省级" in " ".join(reads(desk, at("desk_result", filing)).split())
    reads(mine, at("progress", filing), reverse("filings:entity", args=[entity.code]))


def test_what_has_the_highest_level_climbs_no_further(lab: Programme, frozen: Any) -> None:
    entity = make_entity("test_lab", level=Level.NATIONAL)
    assert [p.code for p in obstacles(entity, Action.UPGRADE)] == ["top_level"]
    assert Action.UPGRADE not in {s["action"] for s in next_steps(entity, [], law_of(entity))}


def test_a_step_down_or_sideways_is_none(case: make.Case, frozen: Any) -> None:
    entity, me = established(case, frozen), case.actor("applicant")
    filing = climbing(case, entity, level="municipal")
    document(filing, me)
    with pytest.raises(Invalid, match="现级别为市级，升级须高于现级别"):
        submission.submit(actor=me, filing=make.fresh(filing))


def test_a_step_that_is_left_out_needs_its_document(case: make.Case, frozen: Any) -> None:
    entity, me = established(case, frozen), case.actor("applicant")
    filing = climbing(case, entity, level="national")
    with pytest.raises(Invalid, match="由市级直接到国家级属于越级"):
        submission.submit(actor=me, filing=filing)
    document(filing, me)
    assert submission.submit(actor=me, filing=make.fresh(filing)).state == State.SUBMITTED


def test_a_first_level_above_the_lowest_needs_its_document(case: make.Case, monkeypatch: Any) -> None:
    above = replace(LAB, level_of=lambda content: "provincial")
    programmes.register(above)
    with pytest.raises(Invalid, match="由未登记直接到省级属于越级"):
        submission.submit(actor=case.actor("applicant"), filing=begun(case))


def test_an_approval_on_record_from_start_to_register(case: make.Case, frozen: Any) -> None:
    officer = case.actor("officer")
    mine, desk, head = unit(case), browse(case.officer), browse(case.director)
    filing = begun(case, Action.RECORD_APPROVAL, valid_until="2029-02-01")
    pages = [at(name, filing) for name in ("tasks", "check", "submit")]
    assert "批复登记" in reads(mine, *pages, at("section", filing, "approval"))
    submission.submit(actor=case.actor("applicant"), filing=filing)
    assert "登记入册" in reads(mine, at("receipt", filing), at("progress", filing))
    reads(desk, case_url(filing), act_url(filing, "start_examination"))
    examination.start(actor=officer, filing=make.fresh(filing))
    reads(desk, act_url(filing, "accept"), act_url(filing, "not_accept"))
    examination.accept(actor=officer, filing=make.fresh(filing))
    asked = reads(desk, act_url(filing, "propose"))
    assert "拟定登记意见" in asked and "个月" not in asked
    decision.propose(actor=officer, filing=make.fresh(filing), months=None, comment="批复属实")
    assert "同意登记" in reads(head, act_url(filing, "confirm"))
    assert "不予登记" in reads(head, act_url(filing, "reject"))
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    effect = " ".join(reads(desk, act_url(filing, "issue")).split())
    assert "省级" in effect and "2026年2月2日至2029年2月1日" in effect and "不制发证书" in effect
    issue.issue(actor=officer, filing=make.fresh(filing))
    filing = make.fresh(filing)
    entity = filing.subject
    assert filing.staff_label == "已登记" and not entity.certificates.exists()
    day = datetime.date
    assert (entity.valid_from, entity.valid_until) == (day(2026, 2, 2), day(2029, 2, 1))
    assert [s.level for s in entity.level_steps.all()] == ["provincial"] and entity.level == "provincial"
    paper = letter(filing, K.DECISION)
    assert paper.data["title"] == "登记决定书"
    assert f"同意“{NAME}”作为省级重点实验室登记入册，登记编号{entity.code}，" in body(paper)
    assert "有效期自2026年2月2日至2029年2月1日。" in body(paper) and foreign(body(paper)) == []
    result = " ".join(reads(desk, at("desk_result", filing)).split())
    assert "省级" in result and "鲁科字〔2026〕7号" in result
    reads(mine, at("progress", filing), reverse("filings:entity", args=[entity.code]))


def test_what_is_on_record_without_end_or_certificate_can_be_left_and_cancelled(
    case: make.Case, frozen: Any
) -> None:
    officer = case.actor("officer")
    filing = decided(case, examined(case, begun(case, Action.RECORD_APPROVAL)))
    issue.issue(actor=officer, filing=filing)
    filing = make.fresh(filing)
    entity = filing.subject
    assert "自2026年2月2日起长期有效。" in body(letter(filing, K.DECISION))
    row = cancellation.open_(actor=officer, entity=entity, ground="dishonest", reason="批复已被撤销。")
    done = letters.preview(
        kind=K.CANCELLATION, actor=officer, cancellation=row, extra={"cancelled_on": clock.today()}
    )
    assert f"取消“{NAME}”的认定资格。" in "".join(done.paragraphs)
    assert "证书" not in "".join(done.paragraphs)
    cancellation.act(actor=officer, cancellation=row, name="serve", payload={})


def test_every_registered_programme_has_its_words_put_in() -> None:
    for programme in programmes.all_programmes():
        for action in programme.actions:
            for section in programmes.get(programme.key, action).sections:
                said = [section.title, section.lead]
                for one in section.form.base_fields.values():
                    said += [one.label, one.help_text]
                assert "%(" not in "".join(map(str, said)), (programme.key, action, section.key)


def test_the_interface_gives_the_words_and_the_ways_in(case: make.Case) -> None:
    shown = Caller(case.applicant).get("programmes/test_lab/").ok()
    assert shown["words"] == {
        "lead": "依托单位",
        "members": "共建单位",
        "act": "认定",
        "founding": "平台认定",
        "renewal": "到期延续",
        "thing": "平台",
    }
    assert [way["action"] for way in shown["foundings"]] == ["establish", "record_approval"]
    labels = {step["name"]: step["label"] for step in shown["procedure"]["steps"]}
    assert (labels["propose"], labels["reject"]) == ("拟定认定意见", "不予认定")
    recorded = next(one for one in shown["variants"] if one["action"] == "record_approval")
    assert recorded["label"] == "批复登记" and recorded["applies"] is False
    filing = examined(case, begun(case))
    found = Caller(case.officer).get(f"filings/{filing.pk}/").ok()
    assert {act["label"] for act in found["available_actions"]} == {"拟定认定意见"}
