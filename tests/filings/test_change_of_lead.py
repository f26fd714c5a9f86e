"""Another unit takes over the lead, another consortium merges: who has to agree, and what is left on the register."""

import pytest

from core import clock
from core.errors import Invalid, NotNow
from filings.models import EntityLink
from filings.services import (
    confirming,
    decision,
    drafting,
    examination,
    issue,
    participation,
    recommendation,
    review,
)
from tests.makers import after
from tests.makers import filings as make
from tests.makers.accounts import act

pytestmark = pytest.mark.django_db


def test_another_unit_takes_over_the_lead_after_experts_have_judged_it(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    heir = case.members[0]
    heir.district = case.lead.district
    heir.save()
    after.join(case, filing)
    data = {"new_lead": heir.credit_code, "old_lead_role": "chain_enterprise", "handover": "三个月内移交。"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="lead_change", data=data, strict=True
    )
    after.describe(case, filing, "lead")
    for index, unit in enumerate(case.members):
        place = filing.participants.get(organisation=unit)
        assert place.standing == "voided"
        confirming.confirm(actor=case.member(index), filing=filing, participant=place)
    for place in filing.participants.filter(standing="voided").exclude(organisation__in=case.members):
        user = place.organisation.memberships.get().user
        confirming.confirm(actor=act(user, place.organisation), filing=filing, participant=place)
    filing = after.submit(case, filing)
    officer = case.actor("officer")
    recommendation.recommend(actor=case.actor("district"), filing=filing)
    examination.start(actor=officer, filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.accept(actor=officer, filing=make.fresh(filing))
    with pytest.raises(NotNow):  # experts first
        decision.propose(actor=officer, filing=make.fresh(filing), months="")
    review.open_review(actor=officer, filing=make.fresh(filing), seed="2026")
    make.score_everything(case, make.fresh(filing))
    review.close_review(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months="")
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    entity = after.again(entity)
    assert entity.lead == heir and entity.members.get(organisation=heir).role == "lead"
    assert entity.members.get(organisation=case.lead).role == "chain_enterprise"
    assert entity.history.get(kind="lead_changed").data["to"] == heir.name


def test_another_consortium_merges_into_this_one_when_its_lead_agrees(frozen):
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    filing = after.start(case, entity, "change")
    after.describe(case, filing, "merger", "合并攻关力量")
    drafting.save_section(
        actor=case.actor("applicant"),
        filing=filing,
        section="merger",
        data={"absorbs": other.code},
        strict=True,
    )
    with pytest.raises(Invalid) as refused:
        after.submit(case, filing)
    assert {p.code for p in refused.value.problems} == {"absorbs", "unconfirmed_member"}
    make.confirm_all(case, filing)
    place = participation.invite(
        actor=case.actor("applicant"),
        filing=filing,
        code=other_case.lead.credit_code,
        role="chain_enterprise",
    )
    heir = other_case.actor("applicant")
    drafting.save_section(actor=heir, filing=filing, section="member", data=make.MEMBER, strict=True)
    place.refresh_from_db()
    confirming.confirm(actor=heir, filing=filing, participant=place)
    after.approve(case, after.submit(case, filing))
    other = after.again(other)
    assert (other.standing, other.ended_on) == ("merged", clock.today())
    link = EntityLink.objects.get()
    assert (link.kind, link.source_id, link.target_id) == ("predecessor", entity.pk, other.pk)
    assert other.status_on(clock.today()) == "merged"
    assert other.certificates.get().status_on(clock.today()) == "ended"
