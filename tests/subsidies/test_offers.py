"""免申即享: offered from the register, taken with consent and an account, declined and taken up again, told as a duty."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import AuditEntry
from filings.enums import DutyKind, DutyStanding, State
from filings.models import Duty, Entity, Filing
from filings.services import duties
from subsidies.models import DeclinedOffer
from subsidies.selectors import offers as see
from subsidies.services import offers
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user
from tests.makers.register import make_entity, raise_level

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 11, 20)
PAPER = {"document_number": "鲁科字〔2025〕18号", "document_date": DAY, "issued_by": "山东省科学技术厅"}
MEASURE = "sub_platform_provincial"
ACCOUNT = "6222020202020202026"


@pytest.fixture
def unit(frozen: Any) -> Organisation:
    make_bureau("370300")
    return make_organisation(district="370303")


@pytest.fixture
def centre(unit: Organisation) -> Entity:
    made = make_entity("technology_innovation_centre", lead=unit, valid_from=datetime.date(2024, 1, 5))
    return raise_level(made, "provincial", DAY, **PAPER)


def payee(unit: Organisation, **changes: str) -> dict[str, str]:
    return {"account_name": unit.name, "bank": "某银行张店支行", "account_number": ACCOUNT, **changes}


def contact() -> dict[str, str]:
    return {"contact_name": "测试联系人", "contact_phone": "0533-0000000"}


def accept(unit: Organisation, centre: Entity, **changes: str) -> Filing:
    actor = act(make_user("unit_admin", unit))
    return offers.accept(
        actor=actor, code=centre.code, measure=MEASURE, payee=payee(unit, **changes), contact=contact()
    )


def measures_of(unit: Organisation) -> list[str]:
    return [one.measure for one in see.offers_of(unit, clock.today()) if one.declined is None]


# --- what is offered ---


def test_a_new_approval_with_its_document_is_offered(unit: Organisation, centre: Entity) -> None:
    assert measures_of(unit) == [MEASURE]


def test_without_the_document_it_is_only_a_match(unit: Organisation) -> None:
    make_entity("technology_innovation_centre", level="provincial", lead=unit, valid_from=DAY)
    assert measures_of(unit) == []


def test_a_ceiling_is_not_offered_nor_what_the_bureau_did_not_name(unit: Organisation) -> None:
    make_entity("incubator", level="national", lead=unit, valid_from=DAY, **PAPER)
    make_entity("incubator", level="provincial", lead=unit, valid_from=DAY, **PAPER)
    assert measures_of(unit) == []


def test_it_ends_with_the_window(unit: Organisation, centre: Entity, frozen: Any) -> None:
    frozen.at(datetime.datetime(2026, 12, 31, 10, tzinfo=clock.SHANGHAI))
    assert measures_of(unit) == [MEASURE]
    frozen.at(datetime.datetime(2027, 1, 1, 10, tzinfo=clock.SHANGHAI))
    assert measures_of(unit) == []


# --- taken ---


def test_consent_and_account_hand_in_a_whole_claim(unit: Organisation, centre: Entity) -> None:
    claim = accept(unit, centre)
    assert claim.state == State.SUBMITTED and claim.entity == centre and claim.applicant == unit
    assert claim.content["claim"]["measure"] == MEASURE and claim.content["claim"]["offered"]
    assert claim.content["facts"]["approval_date"] == "2025-11-20"
    assert claim.content["payee"]["account_number"] == ACCOUNT
    assert measures_of(unit) == []


def test_twice_is_once(unit: Organisation, centre: Entity) -> None:
    assert accept(unit, centre) == accept(unit, centre)
    assert Filing.objects.count() == 1


def test_a_bad_account_leaves_nothing(unit: Organisation, centre: Entity) -> None:
    for wrong in ({"account_number": "12"}, {"account_name": "别的单位"}):
        with pytest.raises(Invalid):
            accept(unit, centre, **wrong)
    assert not Filing.objects.exists() and measures_of(unit) == [MEASURE]


def test_the_page_takes_a_double_click_once(unit: Organisation, centre: Entity) -> None:
    person = as_person(make_user("unit_admin", unit))
    url = reverse("subsidies:offer", args=[centre.code, MEASURE])
    page = person.get(url).content.decode()
    assert "免申即享" in page and "50万元" in page and PAPER["document_number"] in page
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key is not None
    form = {**payee(unit), **contact(), "form_key": key[1]}
    refused = person.post(url, form)
    assert refused.status_code == 422 and "请确认同意后提交" in refused.content.decode()
    answers = [person.post(url, {**form, "consent": "on"}) for _n in range(2)]
    assert [one.status_code for one in answers] == [302, 302] and answers[0]["Location"] == answers[1][
        "Location"
    ]
    assert Filing.objects.count() == 1
    # another tab, opened before, leads to the same claim
    late = person.post(url, {**form, "consent": "on", "form_key": "another"})
    assert late.status_code == 302 and Filing.objects.count() == 1
    wrong = person.post(url, {**form, "consent": "on", "form_key": "third", "account_number": "12"})
    assert wrong.status_code == 302


def test_a_bad_account_is_said_beside_its_field(unit: Organisation, centre: Entity) -> None:
    person = as_person(make_user("unit_admin", unit))
    url = reverse("subsidies:offer", args=[centre.code, MEASURE])
    answer = person.post(url, {**payee(unit, account_number="12"), **contact(), "consent": "on"})
    assert answer.status_code == 422 and "银行账号" in answer.content.decode()


def test_what_a_former_lead_took_is_not_offered_to_the_next(unit: Organisation, centre: Entity) -> None:
    accept(unit, centre)
    after = make_organisation(district="370303")
    Entity.objects.filter(pk=centre.pk).update(lead=after)
    assert (measures_of(unit), measures_of(after)) == ([], [])


# --- declined ---


def test_declined_and_taken_up_again(unit: Organisation, centre: Entity) -> None:
    person = as_person(make_user("unit_admin", unit))
    given = [centre.code, MEASURE]
    answer = person.post(reverse("subsidies:offer_decline", args=given), {"reason": "本年度暂不需要"})
    assert answer.status_code == 302 and measures_of(unit) == []
    actor = act(make_user("unit_admin", unit))
    offers.decline(actor=actor, code=centre.code, measure=MEASURE)
    assert DeclinedOffer.objects.count() == 1
    page = person.get(reverse("subsidies:offer", args=given)).content.decode()
    assert "已选择暂不申领" in page and "本年度暂不需要" in page
    assert person.post(reverse("subsidies:offer_resume", args=given)).status_code == 302
    assert measures_of(unit) == [MEASURE]
    with pytest.raises(NotNow):
        offers.resume(actor=actor, code=centre.code, measure=MEASURE)


def test_a_filler_declines_nothing_for_the_unit(unit: Organisation, centre: Entity) -> None:
    filler, given = make_user("filler", unit), [centre.code, MEASURE]
    with pytest.raises(NotAllowed):
        offers.decline(actor=act(filler), code=centre.code, measure=MEASURE)
    person = as_person(filler)
    assert "offer_decline" not in person.get(reverse("subsidies:offer", args=given)).content.decode()
    for name in ("offer_decline", "offer_resume"):
        assert person.post(reverse(f"subsidies:{name}", args=given)).status_code == 403
    assert measures_of(unit) == [MEASURE]


def test_taking_what_was_declined_says_so_in_the_audit(unit: Organisation, centre: Entity) -> None:
    offers.decline(actor=act(make_user("signer", unit)), code=centre.code, measure=MEASURE)
    accept(unit, centre)
    entry = AuditEntry.objects.get(action="offer.resumed")
    assert entry.detail["measure"] == MEASURE


def test_nobody_else_sees_or_takes_it(unit: Organisation, centre: Entity) -> None:
    other = make_organisation(district="370303")
    person = as_person(make_user("unit_admin", other))
    for name in ("offer", "offer_decline", "offer_resume"):
        url = reverse(f"subsidies:{name}", args=[centre.code, MEASURE])
        answer = person.get(url) if name == "offer" else person.post(url)
        assert answer.status_code == 404
    with pytest.raises(NotVisible):
        offers.accept(
            actor=act(make_user("unit_admin", other)),
            code=centre.code,
            measure=MEASURE,
            payee=payee(other),
            contact=contact(),
        )
    unknown = reverse("subsidies:offer", args=["ZB-XX-1", MEASURE])
    assert person.get(unknown).status_code == 404
    assert Client().get(reverse("subsidies:offer", args=[centre.code, MEASURE])).status_code == 302


# --- told ---


def test_it_is_a_duty_until_it_is_taken(unit: Organisation, centre: Entity) -> None:
    person = make_user("unit_admin", unit)
    assert centre.pk in set(see.living())
    scope = f"{see.NAME}:{centre.pk}"
    (duty,) = duties.sync_scope(scope)
    assert duty.kind == DutyKind.AWARD_OFFER and "50万元" in duty.title and duty.organisation == unit
    assert clock.local(duty.due_at).date() == datetime.date(2026, 12, 31)
    home = as_person(person).get(reverse("filings:home")).content.decode()
    assert "免申即享" in home and "同意领取" in home
    led = as_person(person).get(reverse("subsidies:offers_of", args=[centre.pk]))
    assert led.url == reverse("subsidies:offer", args=[centre.code, MEASURE])
    accept(unit, centre)
    assert not Duty.objects.filter(scope=scope, standing=DutyStanding.OPEN).exists()


def test_declining_closes_the_duty_and_taking_it_up_opens_it(unit: Organisation, centre: Entity) -> None:
    actor = act(make_user("unit_admin", unit))
    scope = f"{see.NAME}:{centre.pk}"
    duties.sync_scope(scope)
    offers.decline(actor=actor, code=centre.code, measure=MEASURE)
    assert not Duty.objects.filter(scope=scope, standing=DutyStanding.OPEN).exists()
    offers.resume(actor=actor, code=centre.code, measure=MEASURE)
    assert Duty.objects.filter(scope=scope, standing=DutyStanding.OPEN).count() == 1
