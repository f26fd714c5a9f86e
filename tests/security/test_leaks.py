"""What reaches whom: canaries in every corner, looked for in what others read."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import files
from core.actor import Actor
from filings.enums import State
from filings.services import (
    confirming,
    decision,
    drafting,
    examination,
    participation,
    recommendation,
    review,
    submission,
)
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db

PATHS = (
    "",
    "events/",
    "versions/",
    "versions/1/",
    "participants/",
    "attachments/",
    "reviews/",
    "notes/",
    "checks/",
    "objections/",
)


def browse(user):
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def fetch(user, stored):
    """The status of a download."""
    answer = browse(user).get(f"/files/{stored.pk}/")
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def all_of(caller, filing, paths=PATHS):
    return "\n".join(caller.get(f"filings/{filing.pk}/{path}").text for path in paths)


def test_the_office_s_own_words_stay_in_the_office():
    """Opinions, notes and what one officer wrote to another; the reasons owed to the applicant do arrive."""
    case = make.make_case()
    filing = make.drive(case, "recommended")
    officer, director = case.actor("officer"), case.actor("director")
    examination.start(actor=officer, filing=filing, comment="内部金丝雀一")
    examination.add_note(actor=officer, filing=filing, text="内部金丝雀二")
    make.check_everything(case, filing)
    examination.accept(actor=officer, filing=filing, comment="内部金丝雀三")
    review.open_review(actor=officer, filing=filing, seed="2026", comment="内部金丝雀四")
    make.score_everything(case, make.fresh(filing))
    reader = make.fresh(filing).panel.assignments.select_related("expert__user").first().expert.user
    expert = Caller(reader)
    during = all_of(expert, filing)
    review.close_review(actor=officer, filing=make.fresh(filing), comment="内部金丝雀五")
    decision.propose(actor=officer, filing=filing, months=36, comment="内部金丝雀六")
    decision.send_back(actor=director, filing=filing, comment="内部金丝雀七")
    decision.propose(actor=officer, filing=filing, months=24, comment="内部金丝雀八")
    decision.reject(actor=director, filing=filing, comment="应当告知的理由")
    outside = [Caller(case.applicant), Caller(case.member_users[0]), expert]
    for caller in outside:
        assert "内部金丝雀" not in all_of(caller, filing)
    assert "内部金丝雀" not in during
    assert "应当告知的理由" in all_of(outside[0], filing, ["", "events/"])
    # control: the office reads them where they belong
    assert all(f"内部金丝雀{n}" in all_of(Caller(case.officer), filing) for n in "一二三六七八")


def test_a_member_does_not_read_what_another_was_asked_to_correct():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    other = filing.participants.get(organisation=case.members[1])
    items = [
        {"section": "member", "field": "capability", "message": "他人金丝雀", "participant": other.pk},
        {"section": "lead", "field": "strength", "message": "牵头金丝雀"},
    ]
    examination.return_for_correction(actor=case.actor("officer"), filing=filing, items=items)
    seen = all_of(Caller(case.member_users[0]), filing)
    assert "他人金丝雀" not in seen and "牵头金丝雀" not in seen
    assert "他人金丝雀" in all_of(Caller(case.applicant), filing)
    assert "他人金丝雀" in Caller(case.member_users[1]).get(f"filings/{filing.pk}/").text


def test_a_member_reads_no_other_member_s_section_anywhere():
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    me = case.member(1)
    mine = make.MEMBER | {"capability": "成员金丝雀"}
    drafting.save_section(actor=me, filing=filing, section="member", data=mine, strict=True)
    proof = SimpleUploadedFile("成员金丝雀证明.pdf", pdf_bytes(), "application/pdf")
    drafting.attach(actor=me, filing=filing, section="member", field="proof", upload=proof)
    make.confirm_all(case, filing)
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    caller = Caller(case.member_users[0])
    assert "成员金丝雀" not in all_of(caller, filing)
    assert caller.get(f"filings/{filing.pk}/versions/").status == 403
    assert caller.get(f"filings/{filing.pk}/diff/?from=1&to=1").status == 403
    stored = filing.attachments.get(field="proof").stored
    client = browse(case.member_users[0])
    assert fetch(case.member_users[0], stored) == 404
    for name in ("member", "confirm", "correction", "progress", "versions", "print", "members"):
        answer = client.get(reverse(f"filings:{name}", args=[filing.pk]), follow=True)
        assert "成员金丝雀" not in answer.content.decode(), name
    assert fetch(case.member_users[1], stored) == 200


def test_what_a_unit_that_left_had_written_is_nobody_s():
    """Declined or removed, it never was part of what was submitted."""
    case = make.make_case(enterprises=5)
    filing = make.start(case)
    places = make.invite_all(case, filing)
    for index in (0, 1):
        me = case.member(index)
        mine = make.MEMBER | {"capability": "离开金丝雀"}
        drafting.save_section(actor=me, filing=filing, section="member", data=mine, strict=True)
        proof = SimpleUploadedFile("离开金丝雀.pdf", pdf_bytes(), "application/pdf")
        drafting.attach(actor=me, filing=filing, section="member", field="proof", upload=proof)
    participation.decline(actor=case.member(0), filing=filing, participant=places[0])
    participation.remove(actor=case.actor("applicant"), filing=filing, participant=places[1])
    stored = [a.stored for a in filing.attachments.filter(field="proof")]
    for index in range(2, len(case.members)):
        place, me = filing.participants.get(organisation=case.members[index]), case.member(index)
        drafting.save_section(actor=me, filing=filing, section="member", data=make.MEMBER, strict=True)
        place.refresh_from_db()
        confirming.confirm(actor=me, filing=filing, participant=place)
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    filing = make.drive(case, "in_review", filing=make.fresh(filing))
    expert = filing.panel.assignments.select_related("expert__user").first().expert.user
    review.declare(actor=people.act(expert, case.bureau), filing=filing, conflict=False)
    for user in (
        case.applicant,
        case.officer,
        case.district,
        expert,
        case.member_users[0],
        case.member_users[2],
    ):
        assert "离开金丝雀" not in all_of(Caller(user), filing), user
        for file in stored:
            assert fetch(user, file) == 404, user
    for index in (0, 1):
        assert Caller(case.member_users[index]).get(f"filings/{filing.pk}/").status == 404
    for user, name in (
        (case.applicant, "filings:progress"),
        (case.officer, "filings:desk_case"),
        (case.officer, "filings:desk_print"),
    ):
        assert "离开金丝雀" not in browse(user).get(reverse(name, args=[filing.pk])).content.decode()


def test_a_file_taken_out_before_submission_was_never_handed_in(frozen):
    case = make.make_case()
    filing = make.start(case)
    me = case.actor("applicant")
    first = filing.attachments.get(field="agreement").stored
    paper = SimpleUploadedFile("组建协议二.pdf", pdf_bytes("二"), "application/pdf")
    frozen.move(minutes=1)
    drafting.attach(actor=me, filing=filing, section="agreement", field="agreement", upload=paper)
    frozen.move(minutes=1)
    filing = make.drive(case, "submitted", filing=make.fresh(filing))
    second = filing.attachments.get(field="agreement", removed_at=None).stored
    district = case.actor("district")
    assert not files.may_read(district, first)
    assert files.may_read(district, second)
    assert files.may_read(me, first)


def test_a_file_replaced_in_correction_stays_readable_with_the_version_it_was_in():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    old = filing.attachments.get(field="agreement").stored
    item = {"section": "agreement", "field": "agreement", "message": "请重新扫描"}
    examination.return_for_correction(actor=case.actor("officer"), filing=filing, items=[item])
    paper = SimpleUploadedFile("组建协议二.pdf", pdf_bytes("二"), "application/pdf")
    me, filing = case.actor("applicant"), make.fresh(filing)
    drafting.attach(actor=me, filing=filing, section="agreement", field="agreement", upload=paper)
    assert files.may_read(case.actor("officer"), old)


def test_experts_read_the_material_while_the_review_runs_and_not_after():
    case = make.make_case()
    filing = make.drive(case, "in_review")
    rows = list(filing.panel.assignments.select_related("expert__user"))
    user = rows[0].expert.user
    caller, client = Caller(user), browse(user)
    filing_file = filing.attachments.get(field="agreement").stored
    make.score_everything(case, filing)
    assert caller.get(f"filings/{filing.pk}/").ok()["content"]
    assert fetch(user, filing_file) == 200
    review.close_review(actor=case.actor("officer"), filing=make.fresh(filing))
    after = caller.get(f"filings/{filing.pk}/").ok()
    assert after["content"] is None and after["attachments"] == []
    assert fetch(user, filing_file) == 404
    assert caller.get(f"filings/{filing.pk}/versions/1/").status == 403
    page = client.get(reverse("filings:review", args=[filing.pk])).content.decode()
    assert "评审已经结束" in page and "主持国家重点研发任务" not in page
    assert "材料充分，依据明确。" in page  # the own marks stay


def test_a_withdrawal_in_review_closes_the_material_too():
    case = make.make_case()
    filing = make.drive(case, "in_review")
    user = filing.panel.assignments.select_related("expert__user").first().expert.user
    review.declare(actor=people.act(user, case.bureau), filing=filing, conflict=False)
    submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="改期")
    assert Caller(user).get(f"filings/{filing.pk}/").ok()["content"] is None


def test_what_the_panel_said_is_for_the_deciding_office():
    """The district, the treasury: the API refuses, so do the pages."""
    case = make.make_case()
    filing = make.drive(case, "reviewed")
    finance = people.make_user("finance", case.bureau)
    for user in (case.district, finance):
        assert Caller(user).get(f"filings/{filing.pk}/reviews/").status == 403
        client = browse(user)
        assert client.get(reverse("filings:desk_board", args=[filing.pk])).status_code == 403
        for name in ("desk_case", "desk_print"):
            assert (
                "材料充分，依据明确。"
                not in client.get(reverse(f"filings:{name}", args=[filing.pk])).content.decode()
            )
    page = browse(case.officer).get(reverse("filings:desk_board", args=[filing.pk]))
    assert "材料充分，依据明确。" in page.content.decode()


def test_experts_are_shown_the_exceptions_asked_for():
    """amb_cons_in_principle: a shortfall with its reason is shown to the experts."""
    case = make.make_case(enterprises=2)
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    make.ask_waiver(case, filing, "elig_cons_min_enterprises", "专家应知的理由")
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    filing = make.drive(case, "in_review", filing=make.fresh(filing))
    user = filing.panel.assignments.select_related("expert__user").first().expert.user
    client = browse(user)
    url = reverse("filings:review", args=[filing.pk])
    assert "专家应知的理由" not in client.get(url).content.decode()
    review.declare(actor=people.act(user, case.bureau), filing=filing, conflict=False)
    assert "专家应知的理由" in client.get(url).content.decode()


def test_a_draft_is_the_units_own():
    case = make.make_case()
    filing = make.start(case)
    stored = filing.attachments.get().stored
    for user in (case.officer, case.director, case.district, people.make_user("auditor", case.bureau)):
        assert Caller(user).get(f"filings/{filing.pk}/").status == 404
        assert fetch(user, stored) == 404
    submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="不报了")
    assert Caller(case.officer).get(f"filings/{filing.pk}/").status == 404
    assert filing.events.filter(target=State.WITHDRAWN).exists()


def test_districts_and_cities_keep_to_their_own():
    case = make.make_case()
    filing = make.drive(case, "submitted")
    huangdao = people.make_user("district_officer", people.make_bureau("370211"))
    zibo = people.make_bureau("370300")
    strangers = [
        huangdao,
        *(
            people.make_user(r, zibo)
            for r in ("district_officer", "case_officer", "division_head", "auditor")
        ),
    ]
    for user in strangers:
        caller = Caller(user)
        assert caller.get("filings/").ok()["count"] == 0
        for path in PATHS:
            assert caller.get(f"filings/{filing.pk}/{path}").status == 404
        assert caller.post(f"filings/{filing.pk}/actions/recommend/").status == 404
        foreign = {"X_Organisation": case.bureau.credit_code}
        assert caller.get(f"filings/{filing.pk}/", **foreign).status == 403
    with pytest.raises(Exception, match="推荐区"):
        recommendation.recommend(actor=people.act(huangdao), filing=filing)
    recommendation.recommend(actor=case.actor("district"), filing=filing)


def test_the_public_reads_no_contact_and_no_objector():
    case = make.make_case()
    filing = make.drive(case, "on_notice")
    from filings.services import notice

    notice.object_to(
        actor=Actor.public(),
        notice_id=filing.notices.get().pk,
        name="异议金丝雀",
        contact="金丝雀电话",
        text="金丝雀内容",
    )
    answers = [
        Client().get(reverse("portal:notice", args=[filing.notices.get().pk])).content.decode(),
        Caller().get("public/notices/").text,
        Client().get(reverse("portal:home")).content.decode(),
    ]
    for answer in answers:
        assert "金丝雀" not in answer and "测试联系人" not in answer and case.applicant.email not in answer
