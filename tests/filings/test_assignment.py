"""Who gets a case: by district and load; handed over by heads, taken over by officers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Membership, Message
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import AuditEntry
from filings.models import DistrictOfficer, Filing
from filings.selectors import assignment as seen_as
from filings.services import absence, recommendation
from filings.services.assignment import (
    assign,
    assign_automatically,
    reassign,
    set_district_officer,
    set_entity_officer,
    still_assigned,
    take,
)
from tests.makers import accounts as people
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> make.Case:
    return make.make_case(experts=0)


def copies(filing: Filing, count: int, **changes: object) -> list[Filing]:
    """More cases of the same kind, without driving each."""
    made = []
    for number in range(count):
        row = make.fresh(filing)
        row.pk, row.receipt_number = None, f"QD-SL-2026-8{number:03d}{changes.get('assigned_to_id', '')}"
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        made.append(row)
    return made


def unassigned(case: make.Case, state: str = "recommended") -> Filing:
    filing = make.drive(case, state)
    Filing.objects.filter(pk=filing.pk).update(assigned_to=None)
    return make.fresh(filing)


def give(filing: Filing, user: object) -> Filing:
    Filing.objects.filter(pk=filing.pk).update(assigned_to=user)
    return make.fresh(filing)


def away(case: make.Case, user: object, cover: object, since: int = 0, days: int = 3) -> object:
    start = clock.today() + timedelta(days=since)
    return absence.set_absence(
        actor=case.actor("director"), user=user, cover=cover, since=start, until=start + timedelta(days=days)
    )


# --- whose turn it is ------------------------------------------------------------------------

# (district set for, absent, load of Jia and Yi) -> who; Jia stands before Yi by name, Bing is the head
TABLE = [
    # nobody set: the least in hand, ties by name
    ("", "", (0, 0), "jia"),
    ("", "", (2, 0), "yi"),
    ("", "", (1, 1), "jia"),
    ("", "jia", (0, 5), "yi"),
    ("", "jia yi", (0, 0), None),
    # set: whatever the load
    ("yi", "", (0, 9), "yi"),
    ("jia", "", (9, 0), "jia"),
    # set and away: the cover, even one who has more in hand
    ("yi", "yi", (0, 0), "jia"),
    ("jia", "jia", (0, 9), "yi"),
    # set and away, covered by the head: who may do the work
    ("jia", "jia>bing", (0, 0), "bing"),
    # another one away changes nothing
    ("yi", "jia>bing", (0, 9), "yi"),
    # set for somebody who lost the role: as if nobody was set
    ("gone", "", (1, 0), "yi"),
]


@pytest.mark.parametrize(("keeper", "absent", "load", "expected"), TABLE)
def test_who_gets_a_case(case, keeper, absent, load, expected):
    bureau, filing = case.bureau, unassigned(case)
    Membership.objects.filter(user=case.officer).delete()
    who = {
        "jia": people.make_user("case_officer", bureau, name="甲一"),
        "yi": people.make_user("case_officer", bureau, name="乙一"),
        "gone": people.make_user("case_officer", bureau, name="丁一"),
        "bing": case.director,
    }
    order = sorted(["jia", "yi"], key=lambda key: who[key].sort_key)
    assert order == ["jia", "yi"]
    if keeper:
        set_district_officer(actor=case.actor("director"), district=filing.district, officer=who[keeper])
    Membership.objects.filter(user=who["gone"]).delete()
    for one, n in zip(("jia", "yi"), load, strict=True):
        copies(filing, n, assigned_to_id=who[one].pk)
    if absent == "jia yi":
        away(case, who["jia"], case.director)
        away(case, who["yi"], case.director)
    elif absent:
        name, _sign, cover = absent.partition(">")
        other = {"jia": "yi", "yi": "jia"}[name]
        away(case, who[name], who[cover or other])
    found = seen_as.officer_for(bureau, filing.district, filing=filing)
    assert found == (who[expected] if expected else None)


def test_nobody_with_a_stake_gets_a_case(case):
    filing = unassigned(case)
    second = people.make_user("case_officer", case.bureau)
    set_district_officer(actor=case.actor("director"), district=filing.district, officer=case.officer)
    assert seen_as.officer_for(case.bureau, filing.district, filing=filing) == case.officer
    people.give_role(case.officer, "filler", case.members[0])
    assert seen_as.officer_for(case.bureau, filing.district, filing=filing) == second
    people.give_role(second, "filler", case.lead)
    assert seen_as.officer_for(case.bureau, filing.district, filing=filing) is None
    assert seen_as.officer_for(case.bureau, filing.district) == case.officer
    assert seen_as.officer_for(case.bureau, filing.district, exclude=[case.officer.pk]) == second


def test_a_zone_follows_the_district_it_maps_to(case):
    places = people.make_district_tree()
    zone, home = places["3702XH"], places["370211"]
    people.make_user("case_officer", case.bureau)
    head = case.actor("director")
    set_district_officer(actor=head, district=home, officer=case.officer)
    assert seen_as.officer_for(case.bureau, zone) == case.officer
    other = people.make_user("case_officer", case.bureau)
    set_district_officer(actor=head, district=zone, officer=other)
    assert seen_as.officer_for(case.bureau, zone) == other


# --- arriving --------------------------------------------------------------------------------


def test_a_case_that_arrives_is_given_to_somebody_who_is_told(case):
    filing = make.drive(case, "submitted")
    assert filing.assigned_to is None
    recommendation.recommend(actor=case.actor("district"), filing=filing)
    filing = make.fresh(filing)
    assert filing.assigned_to == case.officer
    event = filing.events.get(name="assigned")
    assert event.staff_only and event.actor is None and event.detail == {"from": None, "to": case.officer.pk}
    entry = AuditEntry.objects.get(action="filing.assigned", object_id=str(filing.pk))
    assert entry.user_id == case.district.pk and entry.detail["automatic"] is True
    told = Message.objects.get(kind="assigned", user=case.officer)
    assert told.url.endswith(f"/{filing.pk}/") and str(filing) in told.title


def test_a_case_that_has_an_officer_is_left_alone(case):
    filing = make.drive(case, "recommended")
    before = filing.events.count()
    people.make_user("case_officer", case.bureau)
    assert assign_automatically(filing=filing, actor=Actor.system()) is None
    assert make.fresh(filing).assigned_to == case.officer and filing.events.count() == before


def test_without_anybody_a_case_waits_unassigned(case):
    filing = make.drive(case, "submitted")
    Membership.objects.filter(user=case.officer).delete()
    recommendation.recommend(actor=case.actor("district"), filing=filing)
    assert make.fresh(filing).assigned_to is None and make.fresh(filing).state == "recommended"


# --- one case --------------------------------------------------------------------------------


def test_a_head_hands_over_with_a_reason(case):
    filing = make.drive(case, "in_examination")
    second = people.make_user("case_officer", case.bureau)
    head = case.actor("director")
    with pytest.raises(Invalid) as refused:
        assign(actor=head, filing=filing, to=second, reason="  ")
    assert refused.value.problems[0].field == "reason"
    Message.objects.all().delete()
    assign(actor=head, filing=filing, to=second, reason="均衡在办件")
    assert make.fresh(filing).assigned_to == second
    event = filing.events.get(name="assigned", actor=case.director)
    assert event.staff_only and "均衡在办件" in event.comment and str(case.officer) in event.comment
    assert {m.user_id for m in Message.objects.filter(kind="assigned")} == {second.pk, case.officer.pk}
    # the same again says so, and changes nothing
    with pytest.raises(NotNow):
        assign(actor=head, filing=filing, to=second, reason="均衡在办件")


def test_the_reason_stays_in_the_office(case):
    filing = make.drive(case, "in_examination")
    second = people.make_user("case_officer", case.bureau)
    assign(actor=case.actor("director"), filing=filing, to=second, reason="内部原因")
    from filings.selectors.audience import Audience

    seen = Audience(case.actor("applicant"), make.fresh(filing)).events()
    assert "assigned" not in {row.name for row in seen}
    assert not any("内部原因" in row.comment for row in seen)


def test_an_officer_takes_over_but_hands_on_to_nobody(case):
    filing = make.drive(case, "in_examination")
    second = people.make_user("case_officer", case.bureau)
    me = people.act(second, case.bureau)
    with pytest.raises(NotAllowed):
        assign(actor=me, filing=filing, to=people.make_user("case_officer", case.bureau), reason="原因")
    take(actor=me, filing=filing, reason="熟悉该领域")
    assert make.fresh(filing).assigned_to == second
    with pytest.raises(NotNow):
        take(actor=me, filing=filing, reason="熟悉该领域")


@pytest.mark.parametrize("role", ["auditor", "finance", "expert", "district_officer"])
def test_others_of_the_bureau_neither_hand_nor_take(case, role):
    filing = make.drive(case, "in_examination")
    me = people.act(people.make_user(role, case.bureau), case.bureau)
    for call in (
        lambda: take(actor=me, filing=filing, reason="原因"),
        lambda: assign(actor=me, filing=filing, to=case.director, reason="原因"),
        lambda: reassign(actor=me, filings=[filing], to=case.director, reason="原因"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_who_may_not_have_a_case_does_not_get_it(case):
    filing = make.drive(case, "in_examination")
    head = case.actor("director")
    partner = people.give_role(people.make_user("case_officer", case.bureau), "filler", case.members[0])
    recommender = people.give_role(case.district, "case_officer", case.bureau)
    stranger = people.make_user("case_officer", people.make_bureau("370300"))
    for person, words in ((partner, "回避"), (recommender, "推荐本件"), (stranger, "不是受理机关的经办人")):
        with pytest.raises(Invalid) as refused:
            assign(actor=head, filing=filing, to=person, reason="原因")
        assert words in refused.value.problems[0].message
        assert refused.value.problems[0].field == "officer"
    assert make.fresh(filing).assigned_to == case.officer


def test_a_head_with_a_stake_hands_nothing_over(case):
    filing = make.drive(case, "in_examination")
    second = people.make_user("case_officer", case.bureau)
    people.give_role(case.director, "filler", case.members[0])
    with pytest.raises(NotAllowed) as refused:
        assign(actor=case.actor("director"), filing=filing, to=second, reason="原因")
    assert "回避" in refused.value.problems[0].message


@pytest.mark.parametrize(("state", "words"), [("submitted", "尚未到达"), ("filed", "已经办结")])
def test_only_what_is_with_the_bureau_is_handed_over(case, state, words, frozen):
    case = make.make_case()
    filing = make.drive(case, state, frozen)
    with pytest.raises(NotNow) as refused:
        assign(actor=case.actor("director"), filing=filing, to=case.director, reason="原因")
    assert words in refused.value.problems[0].message


# --- districts and contacts ------------------------------------------------------------------


def test_a_district_is_set_and_cleared_by_heads(case):
    places = people.make_district_tree()
    head = case.actor("director")
    with pytest.raises(NotAllowed):
        set_district_officer(actor=case.actor("officer"), district=places["370212"], officer=case.officer)
    with pytest.raises(Invalid):
        set_district_officer(actor=head, district=places["370212"], officer=case.director)
    with pytest.raises(NotVisible):
        set_district_officer(actor=head, district=places["370303"], officer=case.officer)
    set_district_officer(actor=head, district=places["370212"], officer=case.officer)
    set_district_officer(actor=head, district=places["370212"], officer=case.officer)
    assert DistrictOfficer.objects.get().officer == case.officer
    set_district_officer(actor=head, district=places["370212"], officer=None)
    assert not DistrictOfficer.objects.exists()
    assert AuditEntry.objects.filter(action="assignment.district").count() == 3


def test_an_entity_has_a_contact(frozen):
    case = make.make_case()
    entity = make.drive(case, "filed", frozen).entity
    head = case.actor("director")
    with pytest.raises(NotAllowed):
        set_entity_officer(actor=case.actor("officer"), entity=entity, officer=case.officer)
    with pytest.raises(Invalid):
        set_entity_officer(actor=head, entity=entity, officer=case.applicant)
    zibo = people.make_bureau("370300")
    with pytest.raises(NotVisible):
        stranger = people.act(people.make_user("division_head", zibo), zibo)
        set_entity_officer(actor=stranger, entity=entity, officer=None)
    set_entity_officer(actor=head, entity=entity, officer=case.officer)
    entity.refresh_from_db()
    assert entity.officer == case.officer


def test_a_mail_about_a_case_that_went_on_is_not_sent(case):
    filing = make.drive(case, "recommended")
    told = Message.objects.get(kind="assigned", user=case.officer)
    assert still_assigned(told)
    second = people.make_user("case_officer", case.bureau)
    assign(actor=case.actor("director"), filing=filing, to=second, reason="原因")
    assert not still_assigned(told)
    assert still_assigned(Message.objects.get(kind="assigned", user=second))
