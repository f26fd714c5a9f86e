"""Every platform type, driven through the services: to the register, changed, reported on, ended."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from core import clock
from core.errors import Invalid
from filings import programmes
from filings.enums import Action, EntityState, State
from filings.models import Entity, EntityLevel
from filings.services import aftercare, drafting, examination, submission
from platforms.models import PlatformProfile
from platforms.types import of, stages, types
from tests.makers import after
from tests.makers import filings as make
from tests.makers import platforms as plat

pytestmark = pytest.mark.django_db
REPORT = {"summary": "按计划运行。", "results": "服务企业 40 家。", "next_year": "扩大开放。"}
EXIT = {"reason": "并入集团统一平台。", "aftermath": "设备移交，任务已完成。"}


def test_the_catalogue_names_thirty_eight_platforms_and_the_forum() -> None:
    assert len(types()) == 39
    assert {kind.stage.key for kind in types().values()} == set(stages())
    for key, kind in types().items():
        spec = programmes.get(key)
        assert spec.family == "platform"
        assert spec.levels == kind.levels
        assert spec.applied_for == bool(kind.own_levels)
        assert (Action.RECORD_APPROVAL in spec.variants) == bool(kind.recorded_levels), key
        assert (Action.UPGRADE in spec.variants) == (len(kind.levels) > 1)


@pytest.mark.parametrize("key", list(types()))
def test_the_whole_life_of_a(key: str, frozen: Any) -> None:
    case, entity = plat.registered(key, frozen)
    kind = of(key)
    assert entity.level == (kind.own_levels or kind.recorded_levels)[0]
    assert entity.code.startswith(f"{kind.city_code}-{kind.code}-")
    assert entity.valid_until is None
    assert PlatformProfile.objects.get(entity=entity).staff == 60
    assert EntityLevel.objects.get(entity=entity).level == entity.level
    _change(case, entity)
    _report(case, entity, frozen)
    _exit(case, entity)


def _change(case: make.Case, entity: Entity) -> None:
    filing = after.start(case, entity, Action.CHANGE)
    me = case.actor("applicant")
    after.describe(case, filing, "other", "设备增加")
    values = {"equipment_value": "30000000.00"}
    drafting.save_section(actor=me, filing=filing, section="capability", data=values, strict=True)
    after.approve(case, after.submit(case, filing))
    assert str(PlatformProfile.objects.get(entity=entity).equipment_value) == "30000000.00"


def _report(case: make.Case, entity: Entity, frozen: Any) -> None:
    after.later(frozen, datetime.date(clock.today().year + 1, 1, 12))
    year = str(clock.today().year - 1)
    filing = after.start(case, entity, Action.ANNUAL_REPORT, period=year)
    keeps = bool(of(entity.kind).traits.records)
    assert ("report_figures" in filing.content) == keeps
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="report", data=REPORT, strict=True)
    submission.submit(actor=me, filing=make.fresh(filing))
    examination.start(actor=case.actor("officer"), filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.record(actor=case.actor("officer"), filing=make.fresh(filing))
    assert make.fresh(filing).state == State.FILED


def _exit(case: make.Case, entity: Entity) -> None:
    filing = after.start(case, entity, Action.EXIT)
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="exit", data=EXIT, strict=True)
    plat.attach(case, filing, "exit", "resolution")
    after.approve(case, after.submit(case, filing))
    assert after.again(entity).standing == EntityState.EXITED


def _step_up(case: make.Case, entity: Entity, **approval: Any) -> Any:
    filing = aftercare.start(actor=case.actor("applicant"), entity=after.again(entity), action=Action.UPGRADE)
    return plat.fill(case, filing, entity.kind, entity.name, **approval)


def test_a_laboratory_climbs_by_the_document_of_the_province(frozen: Any) -> None:
    case, entity = plat.registered("key_laboratory", frozen)
    day = clock.today().isoformat()
    filing = _step_up(case, entity, dated=day)
    after.approve(case, after.submit(case, filing))
    entity = after.again(entity)
    assert entity.level == "provincial"
    steps = list(EntityLevel.objects.filter(entity=entity).order_by("since", "pk"))
    assert [step.level for step in steps] == ["municipal", "provincial"]
    assert steps[1].document_number == plat.APPROVAL["number"]


def test_a_step_that_is_left_out_needs_the_document(frozen: Any) -> None:
    case, entity = plat.registered("incubator", frozen)
    filing = _step_up(case, entity, level="national", dated=clock.today().isoformat())
    paper = filing.attachments.get(section="approval")
    drafting.detach(actor=case.actor("applicant"), filing=filing, attachment_id=paper.pk)
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    skipped = next(p for p in refused.value.problems if p.code == "skips_level")
    assert "淄政办字〔2020〕43号" in skipped.clause


def test_a_level_that_the_kind_does_not_have_is_refused(frozen: Any) -> None:
    case = plat.make_platform_case("key_laboratory")
    filing = plat.start(case, "key_laboratory", level="national")
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=case.actor("applicant"), filing=filing)
    assert "level" in {problem.code for problem in refused.value.problems}


def test_a_unit_of_another_kind_may_not_apply(frozen: Any) -> None:
    case = plat.make_platform_case("enterprise_rd_institution", kind="university")
    with pytest.raises(Invalid) as refused:
        drafting.start(actor=case.actor("applicant"), programme="enterprise_rd_institution")
    assert refused.value.problems[0].code == "lead_kind"
    assert "依托单位" in str(refused.value.problems[0].message)


def test_a_provincial_laboratory_can_only_be_recorded() -> None:
    case = plat.make_platform_case("provincial_laboratory")
    with pytest.raises(Invalid):
        drafting.start(actor=case.actor("applicant"), programme="provincial_laboratory")


def test_two_platforms_of_one_host_become_one(frozen: Any) -> None:
    case, entity = plat.registered("key_laboratory", frozen)
    other = plat.drive(case, plat.start(case, "key_laboratory", "第二实验室"), frozen=frozen).subject
    filing = after.start(case, entity, Action.CHANGE)
    me = case.actor("applicant")
    after.describe(case, filing, "merger", "合并运行")
    drafting.save_section(
        actor=me, filing=filing, section="merger", data={"absorbs": other.code}, strict=True
    )
    after.approve(case, after.submit(case, filing))
    assert after.again(other).standing == EntityState.MERGED
