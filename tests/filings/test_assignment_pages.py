"""Assignment and absence as a browser and a program use them; what they cost, and who finds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from core import clock
from core.models import AuditEntry
from filings.models import Absence, DistrictOfficer, Entity, Filing
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import filings as make
from tests.makers.desk import browse, case_url, text

pytestmark = pytest.mark.django_db
CASES = "assignment:reassign"


@pytest.fixture
def case() -> make.Case:
    return make.make_case(experts=0)


@pytest.fixture
def second(case):
    return people.make_user("case_officer", case.bureau)


def copies(filing, count):
    made = []
    for number in range(count):
        row = make.fresh(filing)
        row.pk, row.receipt_number = None, f"QD-SL-2026-7{number:03d}"
        row.save(force_insert=True)
        made.append(row)
    return made


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def officer_url(filing) -> str:
    return reverse("filings:desk_officer", args=[filing.pk])


# --- the worklist ----------------------------------------------------------------------------


def test_the_list_is_filtered_by_officer(case, second):
    filing = make.drive(case, "in_examination")
    lone, gone = copies(filing, 2)
    Filing.objects.filter(pk=lone.pk).update(assigned_to=None)
    Filing.objects.filter(pk=gone.pk).update(assigned_to=case.district)
    client, url = browse(case.officer), reverse("filings:worklist") + "?tab=all&officer="
    for key, expected in (
        (case.officer.pk, filing),
        ("none", lone),
        ("left", gone),
    ):
        page = client.get(f"{url}{key}")
        assert [line.pk for line in page.context["lines"]] == [expected.pk]
        assert page.context["chips"]
    for bad in ("x", "-1", "987654", second.username):
        assert "以下条件无法识别" in text(client.get(f"{url}{bad}"))
    # the district's desk has no officers of its own to choose from
    assert not browse(case.district).get(reverse("filings:worklist")).context["by_officer"]


def test_covered_cases_are_marked(case, second):
    filing = make.drive(case, "in_examination")
    today = clock.today()
    Absence.objects.create(
        organisation=case.bureau,
        user=case.officer,
        cover=second,
        since=today,
        until=today,
        created_by=case.officer,
        created_at=clock.now(),
    )
    page = browse(second).get(reverse("filings:worklist"))
    assert [line.pk for line in page.context["lines"]] == [filing.pk]
    assert f"代 {case.officer} 办理" in text(page)
    assert "代办" in text(browse(second).get(case_url(filing)))


def test_the_worklist_costs_the_same_with_the_bar_for_1_and_25_rows(case):
    filing = make.drive(case, "in_examination")
    for user in (case.director, case.officer):
        client, url = browse(user), f"{reverse('filings:worklist')}?tab=all"
        Filing.objects.exclude(pk=filing.pk).delete()
        one = queries(client, url)
        copies(filing, 24)
        assert queries(client, url) == one


def test_only_heads_have_the_bar(case, second):
    make.drive(case, "in_examination")
    url = f"{reverse('filings:worklist')}?tab=all"
    assert 'name="ids"' in text(browse(case.director).get(url))
    for user in (case.officer, case.district, people.make_user("auditor", case.bureau)):
        assert 'name="ids"' not in text(browse(user).get(url))


# --- many cases ------------------------------------------------------------------------------


def posted(page, **more):
    lines = page.context["lines"]
    return {
        "ids": [line["filing"].pk for line in lines],
        "seen": [line["seen"] for line in lines],
        "form_key": page.context["form_key"],
        **more,
    }


def test_choose_preview_confirm_result(case, second):
    filing = make.drive(case, "in_examination")
    copies(filing, 2)
    client, url = browse(case.director), reverse(CASES)
    page = client.get(f"{url}?all=1&tab=examination&q=")
    assert len(page.context["lines"]) == 3
    trial = client.post(url, posted(page, officer=second.pk, reason="均衡在办件", preview="1"))
    assert trial.status_code == 200 and trial.context["ready"] == 3
    assert not Filing.objects.filter(assigned_to=second).exists()
    given = posted(trial, officer=second.pk, reason="均衡在办件", confirm="1")
    done = client.post(url, given)
    assert done.status_code == 302
    assert Filing.objects.filter(assigned_to=second).count() == 3
    # the second press gives the same answer and does nothing
    assert client.post(url, given)["Location"] == done["Location"]
    assert AuditEntry.objects.filter(action="filing.reassigned_many").count() == 1
    result = client.get(done["Location"])
    assert text(result).count("已转办") >= 3 and "均衡在办件" in text(result)
    # another head does not read it, nor does an unknown number exist
    other = browse(people.make_user("division_head", case.bureau))
    assert other.get(done["Location"]).status_code == 404
    assert client.get(reverse("assignment:reassigned", args=[987654])).status_code == 404


def test_what_somebody_else_handed_on_meanwhile_is_left_alone(case, second):
    filing = make.drive(case, "in_examination")
    third = people.make_user("case_officer", case.bureau)
    client, url = browse(case.director), reverse(CASES)
    page = client.get(f"{url}?ids={filing.pk}")
    Filing.objects.filter(pk=filing.pk).update(assigned_to=third)
    done = client.post(url, posted(page, officer=second.pk, reason="原因", confirm="1"), follow=True)
    assert "已改由" in text(done)
    assert make.fresh(filing).assigned_to == third


def test_bad_input_keeps_what_was_typed(case, second):
    filing = make.drive(case, "in_examination")
    client, url = browse(case.director), reverse(CASES)
    for wrong in (
        {"officer": "", "reason": "留着的原因"},
        {"officer": "987654", "reason": "留着的原因"},
        {"officer": case.district.pk, "reason": "留着的原因"},
        {"officer": second.pk, "reason": "长" * 501},
    ):
        answer = client.post(url, {"ids": [filing.pk], "confirm": "1", **wrong})
        assert answer.status_code == 422
        assert wrong["reason"][:5] in text(answer) and str(filing) in text(answer)
    for ids in ([], ["x"], ["-1"], ["9" * 30], ["987654"]):
        answer = client.post(url, {"ids": ids, "officer": second.pk, "reason": "原因", "confirm": "1"})
        assert answer.status_code == 422
    nonsense = {"ids": [filing.pk], "seen": ["x", "1:y", ":", "9" * 50], "officer": second.pk, "reason": "好"}
    assert client.post(url, nonsense).status_code == 200
    for query in ("", "?ids=x&ids=", "?all=1&tab=zz&officer=x&since=gestern", "?all=1&q=%E2%80%8F"):
        assert client.get(url + query).status_code == 200
    assert make.fresh(filing).assigned_to == case.officer


def test_cases_one_may_not_see_are_not_in_the_list(case):
    filing = make.drive(case, "in_examination")
    zibo = browse(people.make_user("division_head", people.make_bureau("370300")))
    assert not zibo.get(f"{reverse(CASES)}?ids={filing.pk}").context["lines"]
    for user in (case.officer, case.applicant, case.district):
        assert browse(user).get(reverse(CASES)).status_code == 403


# --- one case --------------------------------------------------------------------------------


def test_hand_over_and_take_over_from_the_case(case, second):
    filing = make.drive(case, "in_examination")
    head, url = browse(case.director), officer_url(filing)
    assert url in text(head.get(case_url(filing)))
    page = head.get(url)
    assert page.context["hand_form"] and page.context["take_form"]
    wrong = head.post(url, {"officer": second.pk, "reason": ""})
    assert wrong.status_code == 422 and "请写明转办的原因" in text(wrong)
    seen = page.context["seen"]
    given = {"officer": second.pk, "reason": "原因", "seen": seen, "form_key": page.context["form_key"]}
    assert head.post(url, given).status_code == 302
    assert make.fresh(filing).assigned_to == second
    assert head.post(url, {**given, "form_key": ""}).status_code == 409
    # an officer takes over; the page offers no other
    officer = browse(case.officer)
    assert officer.get(url).context["hand_form"] is None
    assert officer.post(url, {"officer": case.director.pk, "reason": "原因"}).status_code == 403
    assert officer.post(url, {"take": "1", "take_reason": ""}).status_code == 422
    assert officer.post(url, {"take": "1", "take_reason": "我熟悉"}).status_code == 302
    assert make.fresh(filing).assigned_to == case.officer
    assert "接办" in text(officer.get(case_url(filing)))


def test_strangers_find_no_officer_page(case):
    filing = make.drive(case, "in_examination")
    for user in (
        people.make_user("unit_admin", people.make_organisation()),
        case.applicant,
        people.make_user("case_officer", people.make_bureau("370300")),
        people.make_user("district_officer", people.make_bureau("370202")),
    ):
        assert browse(user).get(officer_url(filing)).status_code == 404
        assert browse(user).post(officer_url(filing), {"take": "1"}).status_code == 404
    for user in (case.district, people.make_user("auditor", case.bureau)):
        assert browse(user).get(officer_url(filing)).status_code == 403


# --- districts, contacts, absences -----------------------------------------------------------


def test_the_overview_is_written_by_heads_and_read_by_the_others(case, second):
    filing = make.drive(case, "in_examination")
    url = reverse("assignment:overview")
    set_url = reverse("assignment:district", args=["370212"])
    head = browse(case.director)
    assert head.post(set_url, {"officer": second.pk}).status_code == 302
    assert DistrictOfficer.objects.get().officer == second
    page = head.get(url)
    assert page.context["may_write"] and str(second) in text(page)
    assert [(row.user, row.load) for row in page.context["people"] if row.load] == [(case.officer, 1)]
    line = next(row["line"] for row in page.context["districts"] if row["line"].district.code == "370212")
    assert (line.officer, line.fits, line.cases) == (second, True, 1)
    for bad in ("x", case.director.pk, case.district.pk):
        answer = head.post(set_url, {"officer": bad})
        assert answer.status_code == 422
    for place in ("370303", "zz", "370000"):
        outside = reverse("assignment:district", args=[place])
        assert head.post(outside, {"officer": second.pk}).status_code == 404
    assert head.post(set_url, {"officer": ""}).status_code == 302
    assert not DistrictOfficer.objects.exists()
    for user in (case.officer, people.make_user("auditor", case.bureau)):
        assert browse(user).get(url).status_code == 200
        assert browse(user).post(set_url, {"officer": ""}).status_code == 403
    for user in (case.applicant, case.district):
        assert browse(user).get(url).status_code == 403
    # who left with cases in hand is shown, so that somebody hands them on
    Membership.objects.filter(user=case.officer).delete()
    left = [row for row in head.get(url).context["people"] if row.left]
    assert [(row.user, row.load) for row in left] == [(case.officer, 1)]
    assert "officer=left" in text(head.get(url)) and filing.pk


def test_the_overview_costs_the_same_for_1_and_25_people(case):
    make.drive(case, "in_examination")
    client, url = browse(case.director), reverse("assignment:overview")
    one = queries(client, url)
    for _number in range(25):
        people.make_user("case_officer", case.bureau)
    assert queries(client, url) == one


def test_contacts(frozen):
    case = make.make_case()
    entity = make.drive(case, "filed", frozen).entity
    head, url = browse(case.director), reverse("assignment:contacts")
    post = reverse("assignment:contact", args=[entity.pk])
    assert entity.name in text(head.get(url)) and entity.name in text(head.get(f"{url}?q={entity.name[:4]}"))
    assert "没有符合条件" in text(head.get(f"{url}?q=海水淡化"))
    assert head.post(f"{post}?page=1", {"officer": case.officer.pk}).status_code == 302
    assert Entity.objects.get(pk=entity.pk).officer == case.officer
    assert head.post(post, {"officer": "x"}).status_code == 422
    assert head.post(reverse("assignment:contact", args=[987654]), {"officer": ""}).status_code == 404
    assert browse(case.officer).post(post, {"officer": ""}).status_code == 403
    zibo = browse(people.make_user("division_head", people.make_bureau("370300")))
    assert zibo.post(post, {"officer": ""}).status_code == 404
    one = queries(head, url)
    for number in range(24):
        row = Entity.objects.get(pk=entity.pk)
        row.pk, row.code = None, f"QD-LH-2026-9{number:03d}"
        row.save(force_insert=True)
    assert queries(head, url) == one


def test_everybody_has_an_own_page_of_absences(case, second):
    url, today = reverse("assignment:absence"), clock.today()
    client = browse(case.officer)
    assert url in text(client.get(reverse("filings:worklist")))
    page = client.get(url)
    assert "user" not in page.context["form"].fields
    given = {"since": today.isoformat(), "until": (today + timedelta(days=2)).isoformat(), "cover": second.pk}
    given |= {"reason": "年休假", "form_key": page.context["form_key"]}
    assert client.post(url, given).status_code == 302 == client.post(url, given).status_code
    row = Absence.objects.get()
    assert (row.user, row.cover, row.reason) == (case.officer, second, "年休假")
    # again, without the key: the overlap is told and what was typed stands there
    again = client.post(url, {**given, "form_key": "", "reason": "第二次"})
    assert again.status_code == 422 and "已有一次休假" in text(again) and "第二次" in text(again)
    assert str(case.officer) in text(browse(second).get(url))
    end = reverse("assignment:absence_end", args=[row.pk])
    assert browse(second).post(end).status_code == 403
    zibo = browse(people.make_user("division_head", people.make_bureau("370300")))
    assert zibo.post(end).status_code == 404
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409


def test_bad_absences(case, second):
    client, url = browse(case.officer), reverse("assignment:absence")
    good = {"since": "2026-03-03", "until": "2026-03-04", "cover": second.pk}
    for wrong in (
        {"since": ""},
        {"since": "gestern"},
        {"since": "2026-02-30"},
        {"until": "2026-03-01"},
        {"since": "2026-03-01"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"cover": ""},
        {"cover": "987654"},
        {"cover": case.officer.pk},
        {"reason": "长" * 101},
    ):
        answer = client.post(url, {**good, **wrong})
        assert answer.status_code == 422, wrong
    # a user named by who is no head is not read
    assert client.post(url, {**good, "user": second.pk}).status_code == 302
    assert Absence.objects.get().user == case.officer
    for user in (case.applicant, people.make_user("auditor", case.bureau)):
        assert browse(user).get(url).status_code == 403


def test_a_head_says_it_for_others(case, second):
    client, url = browse(case.director), reverse("assignment:absence")
    page = client.get(f"{url}?user={case.officer.pk}")
    assert page.context["form"]["user"].value() == str(case.officer.pk)
    given = {"since": "2026-03-03", "until": "2026-03-04", "cover": second.pk, "user": case.officer.pk}
    assert client.post(url, given).status_code == 302
    assert str(case.officer) in text(client.get(url))
    assert client.get(f"{url}?user=x").status_code == 200


# --- the API ---------------------------------------------------------------------------------


def test_assign_by_the_api(case, second):
    filing = make.drive(case, "in_examination")
    path, head = f"filings/{filing.pk}/assign/", Caller(case.director)
    body = {"officer": second.username, "reason": "均衡在办件"}
    assert Caller(case.applicant).post(path, body).status == 403
    assert Caller(case.district).post(path, body).status == 403
    assert (
        Caller(people.make_user("case_officer", people.make_bureau("370300"))).post(path, body).status == 404
    )
    assert Caller(case.officer).post(path, body).status == 403
    for wrong, field in (
        ({}, "officer"),
        ({"officer": second.username}, "reason"),
        ({"officer": "nobody", "reason": "原因"}, "officer"),
        ({"officer": case.district.username, "reason": "原因"}, "officer"),
        ({"officer": 7, "reason": []}, "reason"),
    ):
        answer = head.post(path, wrong)
        assert answer.status == 422 and field in answer.fields, (wrong, answer)
    done = head.post(path, body, **{"Idempotency-Key": "a1"}).ok(200)
    assert done["officer"] == second.username and done["since"].startswith("2026-03-02")
    assert head.post(path, body, **{"Idempotency-Key": "a1"}).ok(200) == done
    assert head.post(path, body).status == 409
    mine = {"officer": case.officer.username, "reason": "接回"}
    assert Caller(case.officer).post(path, mine).ok(200)["officer"] == case.officer.username
    found = head.get(f"filings/?officer={case.officer.pk}").ok()
    assert [row["id"] for row in found["results"]] == [filing.pk]
    assert head.get("filings/?officer=zz").status == 422
