"""Confirmations are bound to content: what voids one, and what does not."""

import pytest

from core.errors import Invalid, NotAllowed, Stale
from filings.content import changes, fingerprint
from filings.enums import ParticipantState
from filings.selectors.reading import part_to_confirm
from filings.services import confirming, drafting, participation, submission
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def prepared():
    case = make.make_case(enterprises=2, academics=1)
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    return case, make.fresh(filing)


def standing(filing, unit):
    return filing.participants.get(organisation=unit).standing


def test_anothers_own_section_keeps_my_confirmation(frozen):
    case, filing = prepared()
    data = {**make.MEMBER, "capability": "新增一条中试线。"}
    drafting.save_section(actor=case.member(0), filing=filing, section="member", data=data)
    assert standing(filing, case.members[0]) == ParticipantState.VOIDED
    assert standing(filing, case.members[1]) == ParticipantState.CONFIRMED
    assert standing(filing, case.members[2]) == ParticipantState.CONFIRMED


def test_a_plain_section_voids_nothing(frozen):
    case, filing = prepared()
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="basic", data={"track": "其他赛道"}
    )
    assert {standing(filing, u) for u in case.members} == {ParticipantState.CONFIRMED}


def test_the_shared_task_split_voids_everybody_and_shows_the_difference(frozen):
    case, filing = prepared()
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="tasks", data={"self_funds": "18000000"})
    assert {standing(filing, u) for u in case.members} == {ParticipantState.VOIDED}
    filing = make.fresh(filing)
    place = filing.participants.get(organisation=case.members[0])
    old = place.confirmations.latest("pk")
    lines = changes(filing.spec, old.seen, part_to_confirm(place))
    assert [(c["field"], c["old"], c["new"]) for c in lines] == [("self_funds", "15000000.00", "18000000")]
    assert old.voided_because


def test_the_agreement_file_is_part_of_what_is_confirmed(frozen):
    from django.core.files.uploadedfile import SimpleUploadedFile

    case, filing = prepared()
    paper = SimpleUploadedFile("协议二.pdf", make.pdf_bytes("第二稿"), "application/pdf")
    drafting.attach(
        actor=case.actor("applicant"), filing=filing, section="agreement", field="agreement", upload=paper
    )
    assert {standing(filing, u) for u in case.members} == {ParticipantState.VOIDED}
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    assert sum(p.code == "unconfirmed_member" for p in refused.value.problems) == 3


def test_what_was_seen_is_what_is_confirmed(frozen):
    case = make.make_case(enterprises=1, academics=0)
    filing = make.start(case)
    make.invite_all(case, filing)
    drafting.save_section(actor=case.member(0), filing=filing, section="member", data=make.MEMBER)
    place = filing.participants.get(organisation=case.members[0])
    seen = fingerprint(part_to_confirm(place))
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="tasks", data={"funding_note": "改为各半。"}
    )
    with pytest.raises(Stale):
        confirming.confirm(actor=case.member(0), filing=filing, participant=place, sha256=seen)
    assert place.confirmations.count() == 0


def test_only_the_unit_itself_confirms(frozen):
    case = make.make_case(enterprises=2, academics=0)
    filing = make.start(case)
    places = make.invite_all(case, filing)
    for actor in (case.actor("applicant"), case.member(1)):
        with pytest.raises(NotAllowed):
            confirming.confirm(actor=actor, filing=filing, participant=places[0])


def test_a_wrong_credit_code_says_what_is_wrong(frozen):
    case = make.make_case(enterprises=1, academics=0)
    filing = make.start(case)
    code = case.members[0].credit_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(Invalid) as refused:
        participation.invite(
            actor=case.actor("applicant"), filing=filing, code=wrong, role="chain_enterprise"
        )
    assert refused.value.problems[0].field == "organisation"
    assert "校验" in str(refused.value)


def test_a_university_is_not_a_chain_enterprise(frozen):
    case = make.make_case(enterprises=0, academics=1)
    filing = make.start(case)
    with pytest.raises(Invalid) as refused:
        participation.invite(
            actor=case.actor("applicant"),
            filing=filing,
            code=case.members[0].credit_code,
            role="chain_enterprise",
        )
    assert refused.value.problems[0].field == "role"
