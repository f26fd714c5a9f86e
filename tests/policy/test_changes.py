"""Two persons change the law: a new dated value begins, the old one ends the day before."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import District
from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from core.models import AuditEntry
from policy import registry
from policy.law import law_on
from policy.models import (
    Change,
    Document,
    EditableList,
    LawRevision,
    Parameter,
    ParameterValue,
    Reading,
)
from policy.services.changes import propose_change, publish_change, reject_change, withdraw_change
from tests.makers.accounts import act, make_bureau, make_user

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


def months(on: date, place: str = "370212") -> Any:
    return law_on(on, place).value("fil_cons_validity")


def test_nothing_moves_until_a_second_person_publishes(propose: Any, director: Any) -> None:
    change = propose()
    assert change.state == "proposed" and change.before["value"] == 36
    assert months(JULY) == 36
    done = publish_change(actor=act(director), change=change)
    assert done.state == "published" and done.decided_at and done.state_changed_by == director
    assert (months(date(2026, 6, 30)), months(JULY)) == (36, 48)
    old, new = ParameterValue.objects.filter(parameter__key="fil_cons_validity").order_by("valid_from")
    assert (old.valid_until, new.valid_until) == (date(2026, 6, 30), None)
    assert (new.proposed_by_id, new.published_by) == (change.proposed_by_id, director)
    # The clause goes over from the value it follows.
    assert new.clause_id == old.clause_id
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"policy_change.propose", "policy_change.publish"} <= actions


def test_the_author_does_not_publish(propose: Any, director: Any) -> None:
    change = propose(by=director)
    with pytest.raises(NotAllowed, match="另一人"):
        publish_change(actor=act(director), change=change)
    with pytest.raises(NotAllowed, match="另一人"):
        reject_change(actor=act(director), change=change, comment="不妥")
    assert months(JULY) == 36


def test_only_a_division_head_publishes(propose: Any, bureau: Any) -> None:
    change = propose()
    with pytest.raises(NotAllowed, match="处室负责人"):
        publish_change(actor=act(make_user("case_officer", bureau)), change=change)


def test_another_bureau_has_no_say(propose: Any) -> None:
    zibo = make_bureau("370300")
    with pytest.raises(NotAllowed, match="管辖范围"):
        propose(by=make_user("case_officer", zibo))
    change = propose()
    with pytest.raises(NotAllowed, match="管辖范围"):
        publish_change(actor=act(make_user("division_head", zibo)), change=change)


def test_outsiders_do_not_propose(propose: Any, bureau: Any) -> None:
    for role in ("auditor", "expert", "finance", "sysadmin"):
        with pytest.raises(NotAllowed):
            propose(by=make_user(role, bureau))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": "  "}, "reason_required"),
        ({"value": 36}, "no_difference"),
        ({"value": -1}, "bad_value"),
        ({"value": "四十八"}, "bad_value"),
        ({"valid_from": date(2025, 3, 6)}, "same_start"),
    ],
)
def test_what_is_refused_at_once(propose: Any, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(**given)
    assert refused.value.has(code)
    assert not Change.objects.exists()


def test_rejection_needs_a_reason_and_moves_nothing(propose: Any, director: Any) -> None:
    change = propose()
    with pytest.raises(Invalid):
        reject_change(actor=act(director), change=change, comment=" ")
    token = LawRevision.objects.get().token
    done = reject_change(actor=act(director), change=change, comment="依据不足")
    assert (done.state, done.decision_comment) == ("rejected", "依据不足")
    assert LawRevision.objects.get().token == token and months(JULY) == 36
    with pytest.raises(NotNow):
        publish_change(actor=act(director), change=change)


def test_its_author_may_withdraw_it(propose: Any, officer: Any, director: Any) -> None:
    change = propose()
    with pytest.raises(NotAllowed):
        withdraw_change(actor=act(director), change=change)
    assert withdraw_change(actor=act(officer), change=change).state == "withdrawn"


def test_a_proposal_on_top_of_an_old_value_is_not_published(propose: Any, director: Any) -> None:
    first, second = propose(), propose(value=24, valid_from=date(2026, 8, 1))
    publish_change(actor=act(director), change=first)
    with pytest.raises(Invalid) as refused:
        publish_change(actor=act(director), change=second)
    assert refused.value.has("based_on_old")
    assert months(date(2026, 8, 1)) == 48


def test_a_value_between_two_others(propose: Any, director: Any) -> None:
    publish_change(actor=act(director), change=propose(valid_from=date(2027, 1, 1)))
    publish_change(actor=act(director), change=propose(value=24, valid_from=JULY))
    assert [months(day) for day in (date(2026, 6, 30), JULY, date(2026, 12, 31), date(2027, 1, 1))] == [
        36,
        24,
        24,
        48,
    ]


def test_a_city_reads_a_clause_its_own_way(officer: Any, director: Any) -> None:
    reading = Reading.objects.get(key="amb_cons_lead_counted")
    change = propose_change(
        actor=act(officer),
        target=reading,
        place=District.objects.get(code="370200"),
        valid_from=JULY,
        value=True,
        reason="市科技局口径",
    )
    assert change.text == "计入"
    publish_change(actor=act(director), change=change)
    setting = "consortium.lead_counts_as_enterprise"
    assert law_on(JULY, "370212").reading(setting) is True
    assert law_on(date(2026, 6, 30), "370212").reading(setting) is False
    # The province-wide default goes on elsewhere.
    assert law_on(JULY, "370303").reading(setting) is False


def test_a_choice_outside_its_options(officer: Any) -> None:
    with pytest.raises(Invalid, match="所列选项"):
        propose_change(
            actor=act(officer),
            target=Reading.objects.get(key="amb_validity_start"),
            place=District.objects.get(code="370200"),
            valid_from=JULY,
            value="whenever",
            reason="试试",
        )


def test_a_new_version_of_a_list(officer: Any, director: Any) -> None:
    listed = EditableList.objects.get(key="qingdao_10_1")
    entries = [{"id": "qd_ai", "label": "人工智能"}, {"id": "qd_rail_transit", "label": "轨道交通装备"}]
    given = {"actor": act(officer), "target": listed, "place": District.objects.get(code="370200")}
    for bad in ([], [{"id": "", "label": "x"}], [{"id": "a", "label": "x"}, {"id": "a", "label": "y"}]):
        with pytest.raises(Invalid):
            propose_change(
                **given, valid_from=JULY, value={"items": bad, "confirmed": True}, reason="确认清单"
            )
    change = propose_change(
        **given, valid_from=JULY, value={"items": entries, "confirmed": True}, reason="确认清单"
    )
    publish_change(actor=act(director), change=change)
    assert law_on(JULY, "370200").list("qingdao_10_1").confirmed
    assert law_on(JULY, "370200").list("qingdao_10_1").ids == {"qd_ai", "qd_rail_transit"}
    assert len(law_on(date(2026, 6, 30), "370200").list("qingdao_10_1")) == 11


def test_the_number_is_printed_once_it_is_confirmed(officer: Any, director: Any) -> None:
    document = Document.objects.get(key="qd2025_5")
    change = propose_change(
        actor=act(officer),
        target=document,
        place=document.place,
        valid_from=clock.today(),
        value={"valid_from": "2025-03-06", "valid_until": "2030-03-05", "number_confirmed": True},
        reason="核对原件",
    )
    assert "5号" not in law_on(JULY, "370200").cite("fil_cons_validity")
    publish_change(actor=act(director), change=change)
    assert "青科字〔2025〕5号" in law_on(JULY, "370200").cite("fil_cons_validity")
    assert "fil_cons_validity" not in law_on(date(2030, 3, 6), "370200")


def test_open_cases_are_counted_and_kept_with_the_change(propose: Any, director: Any) -> None:
    row = registry.Affected("审查中的联合体", 2, (("样例联合体", "/filings/1/"),))
    registry.register_affected(lambda change: row, kind="test")
    try:
        done = publish_change(actor=act(director), change=propose())
    finally:
        registry._affected.pop("test")
    done.refresh_from_db()
    assert done.affected == [
        {"kind": "审查中的联合体", "count": 2, "examples": [{"label": "样例联合体", "url": "/filings/1/"}]}
    ]


def test_a_change_survives_a_reload(propose: Any, director: Any) -> None:
    from django.core.management import call_command

    publish_change(actor=act(director), change=propose())
    token = LawRevision.objects.get().token
    call_command("load_policy", verbosity=0)
    assert LawRevision.objects.get().token == token
    assert months(JULY) == 48


# --- what the database itself refuses ---------------------------------------------------------


def value_row(**given: Any) -> ParameterValue:
    fields = {
        "parameter": Parameter.objects.get(key="fil_cons_validity"),
        "place_id": "370200",
        "valid_from": JULY,
        "value": 48,
        "published_at": clock.now(),
    }
    return ParameterValue(**{**fields, **given})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"valid_until": date(2026, 12, 31)},
        {"valid_from": date(2024, 1, 1), "valid_until": date(2025, 3, 6)},
        {"valid_from": date(2025, 3, 6), "valid_until": date(2025, 3, 6)},
    ],
)
def test_overlapping_periods_are_impossible(given: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=r"overlap|policy_parameter"), transaction.atomic():
        value_row(**given).save()


def test_neighbouring_periods_and_other_places_are_fine() -> None:
    value_row(valid_from=date(2024, 1, 1), valid_until=date(2025, 3, 5)).save()
    value_row(place_id="370300").save()


def test_a_value_is_never_rewritten_or_deleted() -> None:
    held = ParameterValue.objects.get(parameter__key="fil_cons_validity")
    with pytest.raises(DatabaseError), transaction.atomic():
        ParameterValue.objects.filter(pk=held.pk).update(value=48)
    with pytest.raises(DatabaseError), transaction.atomic():
        held.delete()


def test_one_person_cannot_stand_behind_a_value(propose: Any, officer: Any) -> None:
    change = propose()
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        value_row(
            place_id="370300", change=change, proposed_by=officer, published_by=officer, reason="自己批自己"
        ).save()


def test_history_is_kept_by_triggers(propose: Any, director: Any) -> None:
    publish_change(actor=act(director), change=propose())
    events = ParameterValue.pgh_event_model.objects.filter(parameter__key="fil_cons_validity")
    assert [(event.value, event.valid_until) for event in events.order_by("pgh_id")] == [
        (36, None),
        (36, date(2026, 6, 30)),
        (48, None),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        events.delete()


def test_a_state_needs_its_second_person_in_the_database(propose: Any, officer: Any) -> None:
    change = propose()
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(state="published", decided_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(reason="")
    assert Parameter.objects.get(key="fil_cons_validity").values.count() == 1
