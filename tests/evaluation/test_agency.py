"""A commissioned agency: refused where its interests conflict, and what it may do where they do not."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from evaluation.models import CheckNote
from evaluation.selectors import agencies
from evaluation.services import check_notes, rounds
from filings.models import EntityMember, ExpertTie
from tests.makers import evaluation as make
from tests.makers import panels
from tests.makers.accounts import act, as_person, make_organisation, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make.make_cast(2)


@pytest.fixture
def agency():
    return make_organisation("agency", district="370303")


@pytest.fixture
def me(agency):
    return act(make_user("unit_admin", agency), agency)


def join(unit, entity, **given):
    EntityMember.objects.create(
        entity=entity, organisation=unit, role="chain_enterprise", since=datetime.date(2019, 2, 1), **given
    )


def found(cast, agency):
    return agencies.conflicts(make.round_of(cast), agency)


def test_one_that_belongs_is_refused(cast, agency):
    join(agency, cast.entity)
    with pytest.raises(Invalid) as refused:
        make.round_of(cast, agency=agency)
    assert [p.field for p in refused.value.problems] == ["agency"]
    assert cast.entity.name in str(refused.value.problems[0].message)


def test_one_that_leads_is_refused(cast):
    assert "参与单位" in found(cast, cast.entity.lead)[0]


def test_one_that_left_long_ago_is_not(cast, agency):
    today = clock.today()
    gone = today - datetime.timedelta(days=5 * 365)
    join(agency, cast.entity, until=gone, left_reason="业务调整")
    row = make.round_of(cast)
    assert agencies.conflicts(row, agency) == []
    EntityMember.objects.filter(organisation=agency).update(until=today - datetime.timedelta(days=300))
    assert len(agencies.conflicts(row, agency)) == 1


def test_one_that_shares_another_membership_is_refused(cast, agency):
    other = make_entity("innovation_consortium", members=[agency])
    join(cast.entity.lead, other)
    [text] = found(cast, agency)
    assert cast.entity.lead.name in text and other.name in text


def test_one_whose_people_declared_a_tie_is_refused(cast, agency):
    [expert] = panels.experts(cast, 1, employer=agency)
    ExpertTie.objects.create(expert=expert, organisation=cast.entity.lead, kind="paid")
    [text] = found(cast, agency)
    assert "取酬" in text and cast.entity.lead.name in text


def test_many_conflicts_are_counted(cast, agency):
    for entity in make.make_cast(7).entities:
        join(agency, entity)
        type(entity).objects.filter(pk=entity.pk).update(authority=cast.bureau)
    texts = found(cast, agency)
    assert len(texts) == agencies.SHOWN + 1 and "另有 2 个" in texts[-1]


def test_what_came_up_before_the_opening_refuses_it(cast, agency):
    row = make.round_of(cast, agency=agency)
    join(agency, cast.entity)
    with pytest.raises(Invalid) as refused:
        rounds.open_(actor=cast.officer, round=row)
    assert "agency" in [p.code for p in refused.value.problems]


def test_its_people_say_what_they_found_and_nothing_else(cast, agency, me, frozen):
    row = make.open_round(make.round_of(cast, agency=agency), cast)
    subject = row.entities.order_by("entity__code").first()
    client = as_person(me.user)
    assert row.name in client.get(reverse("evaluation:commissions")).content.decode()
    assert (
        subject.entity.name in client.get(reverse("evaluation:commission", args=[row.code])).content.decode()
    )
    url = reverse("evaluation:commissioned", args=[row.code, subject.pk])
    page = client.get(url)
    assert page.status_code == 200
    key = page.context["form_key"]
    assert client.post(url, {"text": " ", "form_key": key}).status_code == 422
    key = client.get(url).context["form_key"]
    answer = client.post(url, {"text": "S1 的证明与台账不符。", "form_key": key}, follow=True)
    assert "S1 的证明与台账不符。" in answer.content.decode()
    officer = as_person(cast.officer.user)
    shown = officer.get(reverse("evaluation:subject", args=[row.code, subject.pk])).content.decode()
    assert "受托评估机构的核验意见" in shown and "S1 的证明与台账不符。" in shown
    for name in ("rounds", "round", "subjects", "panels", "results"):
        args = [] if name == "rounds" else [row.code]
        assert client.get(reverse(f"evaluation:{name}", args=args)).status_code in (403, 404), name
    make.close_reports(row, cast, frozen)
    rounds.act(actor=cast.officer, round=row, name="stop", comment="调整评价安排")
    with pytest.raises(NotNow):
        check_notes.add(actor=me, subject=row.entities.get(pk=subject.pk), text="补充")


def test_its_commissions_stand_in_its_menu_with_what_waits(cast, agency, me, frozen):
    row = make.open_round(make.round_of(cast, agency=agency), cast)
    link = f'href="{reverse("evaluation:commissions")}"'

    def menu(user):
        return as_person(user).get(reverse("filings:home")).content.decode()

    assert link not in menu(make_user("unit_admin"))
    assert link in menu(me.user)
    assert list(agencies.waiting(me)) == [row]
    rounds.act(actor=cast.officer, round=row, name="stop", comment="调整评价安排")
    assert not agencies.waiting(me).exists() and list(agencies.commissioned(me)) == [row]


def test_a_conflict_that_came_up_later_closes_that_entity(cast, agency, me):
    row = make.open_round(make.round_of(cast, agency=agency), cast)
    first, second = row.entities.order_by("pk")
    join(agency, first.entity)
    with pytest.raises(NotAllowed):
        check_notes.add(actor=me, subject=first, text="意见")
    check_notes.add(actor=me, subject=second, text="意见")
    unit = as_person(me.user)
    for subject, status in ((first, 403), (second, 200)):
        page = unit.get(reverse("evaluation:commissioned", args=[row.code, subject.pk]))
        assert page.status_code == status
        told = unit.get(f"/api/v1/rounds/{row.code}/entities/{subject.pk}/notes/")
        assert told.status_code == status
    officer = as_person(cast.officer.user)
    assert officer.get(f"/api/v1/rounds/{row.code}/entities/{first.pk}/notes/").status_code == 200


def test_nobody_else_speaks_for_it(cast, agency, me):
    row = make.open_round(make.round_of(cast, agency=agency), cast)
    subject = row.entities.first()
    other = act(make_user("unit_admin"))
    with pytest.raises(NotAllowed):
        check_notes.add(actor=cast.officer, subject=subject, text="意见")
    with pytest.raises(NotAllowed):
        check_notes.add(actor=other, subject=subject, text="意见")
    stranger = as_person(make_user("unit_admin"))
    for name, args in (("commission", [row.code]), ("commissioned", [row.code, subject.pk])):
        assert stranger.get(reverse(f"evaluation:{name}", args=args)).status_code == 404
    made = check_notes.add(actor=me, subject=subject, text="意见")
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckNote.objects.filter(pk=made.pk).update(text="改")


def test_by_program(cast, agency, me):
    row = make.open_round(make.round_of(cast, agency=agency), cast)
    subject = row.entities.first()
    url = f"/api/v1/rounds/{row.code}/entities/{subject.pk}/notes/"
    client = as_person(me.user)
    key = {"Idempotency-Key": "n-1"}
    answer = client.post(url, {"text": "台账缺页。"}, "application/json", headers=key)
    assert answer.status_code == 201, answer.content
    assert [one["text"] for one in client.get(url).json()] == ["台账缺页。"]
    assert [one["text"] for one in as_person(cast.officer.user).get(url).json()] == ["台账缺页。"]
    officer = as_person(cast.officer.user)
    refused = officer.post(url, {"text": "x"}, "application/json", headers={"Idempotency-Key": "n-2"})
    assert refused.status_code == 403
    assert client.get(f"/api/v1/rounds/{row.code}/panels/").status_code == 403
    assert officer.get(f"/api/v1/rounds/{row.code}/panels/").json()["cases"] == []
    opened = officer.post(
        f"/api/v1/rounds/{row.code}/panels/", {}, "application/json", headers={"Idempotency-Key": "n-3"}
    )
    assert opened.status_code == 409
    assert as_person(make_user("unit_admin")).get(url).status_code == 404
