"""The unit's own report in a round: asked, prefilled, explained, checked, judged by experts, gathered."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from core import jobs
from core.errors import Invalid, NotNow
from core.models import Job
from evaluation.models import RoundEntity
from evaluation.scheme import parse
from evaluation.selectors import owed
from evaluation.self_assessment import sections
from evaluation.services import inputs, rounds
from filings import programmes
from filings.models import Duty, Filing
from filings.owed import scope_of
from filings.services import drafting, examination, submission
from tests.makers import evaluation as make
from tests.makers import filings as people
from tests.makers import panels
from tests.makers.accounts import act, as_person, make_user
from tests.makers.self_assessment import ACTION, begin, fill, hand_in

pytestmark = pytest.mark.django_db

KIND = "innovation_consortium"


@pytest.fixture
def cast():
    return make.make_cast(1, kind=KIND)


@pytest.fixture
def row(cast):
    return make.open_round(make.round_of(cast), cast)


@pytest.fixture
def me(cast):
    return act(make_user("unit_admin", cast.entity.lead), cast.entity.lead)


def test_every_programme_that_registers_something_offers_it():
    kinds = [p for p in programmes.declared() if p.registers]
    assert kinds and all(ACTION in p.variants for p in kinds)
    assert all(ACTION not in p.foundings for p in programmes.declared())


def test_it_is_asked_while_the_round_is_open(cast, row, me, frozen):
    filing = begin(me, cast)
    assert filing.period == row.code
    assert [s.key for s in filing.spec.sections] == [
        "dimension_m", "dimension_r", "dimension_o", "self_summary", "self_declaration",
    ]  # fmt: skip
    submission.withdraw(actor=me, filing=filing, comment="改日再报")
    make.close_reports(row, cast, frozen)
    with pytest.raises(Invalid) as refused:
        begin(me, cast)
    assert [p.code for p in refused.value.problems] == ["no_occasion"]


def test_who_was_left_out_is_not_asked(cast, me):
    draft = make.round_of(cast)
    rounds.leave_out(actor=cast.officer, round=draft, entity_id=cast.entity.pk, reason="涉诉，本次不纳入")
    with pytest.raises(Invalid):
        begin(me, cast)


def test_what_the_portal_holds_stands_in_the_answers_with_its_origin(cast, row, me):
    filing = begin(me, cast)
    assert filing.content["round"]["held"]["M5"] == {"value": "0", "origin": "登记名录（2025-12-31）"}
    assert filing.content["dimension_m"]["m5_value"] == "0"
    field = filing.spec.section("dimension_m").form.base_fields["m5_value"]
    assert "平台数据：0，来自登记名录（2025-12-31）。" in str(field.help_text)
    assert "m3_value" not in filing.spec.section("dimension_m").form.base_fields
    assert "专家评分" in str(filing.spec.section("dimension_m").form.base_fields["m3_text"].help_text)


def test_what_departs_or_is_missing_is_explained(cast, row, me):
    filing = fill(me, begin(me, cast))
    answers = filing.content["dimension_m"] | {"m5_value": "2", "m2_value": None}
    drafting.save_section(actor=me, filing=filing, section="dimension_m", data=answers, strict=True)
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=me, filing=people.fresh(filing))
    assert {(p.code, p.field) for p in refused.value.problems} == {
        ("differs", "dimension_m.m5_note"),
        ("no_figure", "dimension_m.m2_note"),
    }
    notes = {"m5_note": "本年新增两家成员。", "m2_note": "会议尚未召开。"}
    drafting.save_section(actor=me, filing=filing, section="dimension_m", data=answers | notes, strict=True)
    submission.submit(actor=me, filing=people.fresh(filing))


def test_the_figures_of_the_round_follow_what_was_handed_in(cast, row, me):
    filing = hand_in(me, cast)
    subject = row.entities.get()
    assert subject.filing == filing
    assert subject.inputs["values"]["O1"] == {"value": "3", "source": "self", "note": ""}
    assert subject.inputs["values"]["R1"] == {"value": "3", "target": "4", "source": "self", "note": ""}
    assert "missing" in subject.inputs["values"]["M3"]
    submission.withdraw(actor=me, filing=filing, comment="数据有误")
    subject.refresh_from_db()
    assert subject.filing is None
    assert "missing" in subject.inputs["values"]["O1"]


def test_officers_check_and_experts_judge(cast, row, me):
    panels.experts(cast, 5)
    filing = hand_in(me, cast)
    examination.start(actor=cast.officer, filing=filing)
    examination.accept(actor=cast.officer, filing=people.fresh(filing))
    subject = row.entities.get()
    assert (subject.checked_by, subject.checked_at is not None) == (cast.officer.user, True)
    panels.judged(cast, people.fresh(filing), "80")
    subject.refresh_from_db()
    assert subject.inputs["values"]["M3"] == {"value": "80.0000", "source": "expert", "note": ""}
    examination.record(actor=cast.officer, filing=people.fresh(filing))
    assert people.fresh(filing).state == "filed"


def test_a_scheme_without_experts_is_recorded_after_the_check():
    """An incubator's table has no expert row: what was checked is filed away."""
    doc = parse(make.scheme_for("incubator").tree)
    assert sections.criteria_of(doc) == ()


def test_the_panel_judges_by_the_weights_of_the_scheme():
    """5 and 5 of the scheme are 50 and 50 of the panel; three equal ones 34, 33 and 33."""
    doc = parse(make.scheme_for(KIND).tree)
    assert [(c.key, c.weight) for c in sections.criteria_of(doc)] == [("M3", 50), ("M4", 50)]
    tree = make.scheme_for(KIND).tree
    rows = tree["dimensions"][0]["indicators"]
    rows[0] |= {"method": "expert", "source": "expert", "params": {}, "feed": "", "weight": "5"}
    weights = [c.weight for c in sections.criteria_of(parse(tree))]
    assert weights == [34, 33, 33] and sum(weights) == 100


def test_a_report_is_taken_back_only_while_reports_are_taken(cast, row, me, frozen):
    """Later its figures are checked, scored and graded: what they rest on stays in the case."""
    filing = hand_in(me, cast)
    make.close_reports(row, cast, frozen)
    with pytest.raises(NotNow, match="自评已经结束，不能撤回"):
        submission.withdraw(actor=me, filing=people.fresh(filing), comment="数据有误")
    assert row.entities.get().filing == filing
    assert people.fresh(filing).state != "withdrawn"
    unit = as_person(me.user)
    page = unit.post(reverse("filings:withdraw", args=[filing.pk]), {"comment": "数据有误"})
    assert page.status_code == 409 and "自评已经结束" in page.content.decode()


def test_nobody_is_scored_before_the_experts_were_heard(cast, row, me, frozen):
    panels.experts(cast, 5)
    filing = hand_in(me, cast)
    make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    with pytest.raises(Invalid, match="还有 1 个主体的自评没有完成核验和专家评分"):
        make.scored(row, cast)
    examination.start(actor=cast.officer, filing=people.fresh(filing))
    examination.accept(actor=cast.officer, filing=people.fresh(filing))
    panels.judged(cast, people.fresh(filing), "80")
    examination.record(actor=cast.officer, filing=people.fresh(filing))
    run = make.scored(row, cast)
    assert run.rows.get().outcome["indicators"]["M3"]["score"] == "80.0000"


def test_an_indicator_set_aside_needs_no_expert(cast, row, me, frozen):
    hand_in(me, cast)
    make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    for code in ("M3", "M4"):
        inputs.correct(
            actor=cast.officer, subject=row.entities.get(), code=code, not_applicable=True, reason="本期不评"
        )
    assert make.scored(row, cast).rows.get().outcome["indicators"]["M3"]["weight"] == "0.0000"


# --- duties and messages ---


def test_the_lead_owes_it_until_the_deadline(cast, row, me):
    subject = row.entities.get()
    duty = Duty.objects.get(scope=scope_of(subject), standing="open")
    assert (duty.kind, duty.organisation) == ("self_assessment", cast.entity.lead)
    assert duty.due_at.astimezone(datetime.UTC).date() == row.reports_until
    hand_in(me, cast)
    duty.refresh_from_db()
    assert duty.standing == "done"
    assert owed.of_subject(subject.pk) == []


def test_a_withdrawn_report_is_owed_again(cast, row, me):
    subject = row.entities.get()
    filing = hand_in(me, cast)
    submission.withdraw(actor=me, filing=filing, comment="数据有误")
    assert [o.kind for o in owed.of_subject(subject.pk)] == ["self_assessment"]
    assert Duty.objects.filter(scope=scope_of(subject), standing="open").count() == 1


def test_the_bureau_owes_the_check_by_its_day(cast, row, frozen):
    make.close_reports(row, cast, frozen)
    assert owed.of_subject(row.entities.get().pk) == []
    found = owed.of_round(row.pk)
    assert [(o.kind, o.person_id) for o in found] == [("examine", cast.officer.user_id)]
    rounds.act(actor=cast.officer, round=row, name="start_reviews")
    assert [o.kind for o in owed.of_round(row.pk)] == ["review"]


def test_a_duty_leads_to_the_report(cast, row, me):
    subject = row.entities.get()
    url = reverse("evaluation:assessment", args=[subject.pk])
    unit = as_person(me.user)
    start = reverse("filings:entity_start", args=[cast.entity.code, ACTION])
    assert unit.get(url).url == start
    page = unit.get(start).content.decode()
    assert row.name in page and "截止" in page
    filing = begin(me, cast)
    assert unit.get(url).url == reverse("filings:open", args=[filing.pk])
    officer = as_person(cast.officer.user)
    assert officer.get(url).url == reverse("evaluation:subject", args=[row.code, subject.pk])
    assert officer.get(reverse("evaluation:round_of", args=[row.pk])).url.endswith(f"{row.code}/")
    stranger = as_person(make_user("unit_admin"))
    assert stranger.get(url).status_code == 404
    assert stranger.get(reverse("evaluation:round_of", args=[row.pk])).status_code == 404
    assert stranger.get(reverse("evaluation:assessment", args=[987654321])).status_code == 404


def test_the_pages_of_a_unit_open_without_scripts(cast, row, me):
    filing = begin(me, cast)
    unit = as_person(me.user)
    for section in filing.spec.applicant_sections:
        answer = unit.get(reverse("filings:section", args=[filing.pk, section.key]))
        assert answer.status_code == 200
    assert unit.get(reverse("filings:tasks", args=[filing.pk])).status_code == 200


def states_of(client, filing):
    """The words on the task list, in the order of the sections."""
    page = client.get(reverse("filings:tasks", args=[filing.pk])).content.decode().split("<main")[-1]
    return re.findall(r"未开始|填写中|已完成|不适用", page.split("填写内容", 1)[1])


def test_indicators_are_never_called_not_applicable_and_done_only_when_answered(cast, row, me):
    """No figure is required by itself: there may be none, and then a sentence says why."""
    unit = as_person(me.user)
    filing = begin(me, cast)
    assert "不适用" not in states_of(unit, filing)
    part = next(one for one in filing.spec.sections if one.form.either and one.key != "dimension_m")
    first, *others = part.form.either
    answers = {first[0]: "1"}
    drafting.save_section(actor=me, filing=filing, section=part.key, data=answers, strict=True)
    assert "填写中" in states_of(unit, filing)
    answers |= {note: "本期没有开展。" for _value, note in others}
    drafting.save_section(actor=me, filing=people.fresh(filing), section=part.key, data=answers, strict=True)
    assert "已完成" in states_of(unit, filing)


def test_who_handed_it_in_waits_for_the_bureau_and_no_recommendation(cast, row, me):
    filing = hand_in(me, cast)
    page = as_person(me.user).get(reverse("filings:progress", args=[filing.pk])).content.decode()
    assert "由受理机关办理" in page
    assert "推荐。" not in page


def test_a_program_hands_it_in(cast, row, me):
    client = as_person(me.user)
    body = {"programme": "consortium", "action": "self_assessment", "entity": cast.entity.code}
    answer = client.post("/api/v1/filings/", body, "application/json", headers={"Idempotency-Key": "a-1"})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["period"] == row.code
    url = f"/api/v1/filings/{made['id']}/"
    content = {"content": {"dimension_o": {"o1_value": "6"}}, "version": made["version"]}
    answer = client.patch(url, content, "application/json")
    assert answer.status_code == 200, answer.content
    assert Filing.objects.get(pk=made["id"]).content["dimension_o"]["o1_value"] == "6"


def test_a_round_of_many_is_told_by_a_job(cast, row):
    job = Job.objects.get(kind="evaluation.collect", scope=f"round:{row.pk}")
    assert job.state == "done"
    assert Decimal(job.result["entities"]) == 1
    jobs.run_pending()
    assert RoundEntity.objects.filter(round=row).count() == 1
