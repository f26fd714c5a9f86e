"""Menus and errors: small things every page relies on."""

from typing import Any

import pytest
from django import forms

from core import counts, navigation
from core.actor import Actor, register_resolver
from core.errors import Invalid, NotNow, PortalError, Problem, from_form, one, raise_if
from core.navigation import Entry
from policy.models import Clause


@pytest.mark.django_db
def test_a_menu_shows_what_the_same_rule_lets_in(monkeypatch: Any) -> None:
    monkeypatch.setattr(navigation, "_entries", {})

    def officers(actor: Actor, obj: Any) -> bool:
        return actor.has_role("case_officer")

    def everybody(actor: Actor, obj: Any) -> bool:
        return True

    navigation.register(
        Entry("受理", "filings:worklist", officers, waiting=lambda actor: Clause.objects.all()[:3], order=20)
    )
    navigation.register(Entry("名录", "portal:register", everybody, order=10))
    navigation.register(Entry("名录", "portal:register", everybody, order=10))
    officer = Actor(roles=frozenset({"case_officer"}))
    assert [entry.label for entry in navigation.entries_for(officer)] == ["名录", "受理"]
    assert navigation.numbers(navigation.entries_for(officer), officer) == [0, 3]
    assert [entry.label for entry in navigation.entries_for(Actor())] == ["名录"]


@pytest.mark.django_db
def test_all_numbers_of_a_menu_cost_one_query(django_assert_num_queries: Any) -> None:
    some = Clause.objects.order_by("pk").values_list("pk", flat=True)[:5]
    asked = [
        Clause.objects.filter(pk__in=list(some)),
        Clause.objects.none(),
        Clause.objects.order_by("-pk")[:2],
        Clause.objects.filter(pk__in=list(some)[:1]).union(Clause.objects.filter(pk=some[1]), all=True),
    ]
    with django_assert_num_queries(1):
        assert counts.together(asked) == [5, 0, 2, 2]
    with django_assert_num_queries(0):
        assert counts.together([Clause.objects.none()]) == [0]


def _rows(*found: tuple[str, int, bool]) -> list[dict[str, Any]]:
    return [
        {"label": f"{group}{n}", "url": "/", "group": group, "count": count, "current": here}
        for n, (group, count, here) in enumerate(found)
    ]


def test_a_long_menu_folds_what_nobody_needs_now() -> None:
    rows = _rows(
        ("", 0, False),
        ("甲", 0, False),
        ("乙", 2, False),
        ("乙", 3, False),
        ("丙", 0, True),
        *[("丁", 0, False)] * 9,
    )
    groups = navigation.folded(rows)
    assert [(group.label, group.open, group.count) for group in groups] == [
        ("", True, 0),
        ("甲", False, 0),
        ("乙", True, 5),
        ("丙", True, 0),
        ("丁", False, 0),
    ]
    assert [group.current for group in groups] == [False, False, False, True, False]
    first, second, third = (group.key for group in groups[1:4])
    chosen = f"1{first}.0{second}.0{third}.zz..1"
    assert [group.open for group in navigation.folded(rows, chosen)] == [True, True, False, True, False]
    # A short one fits as it is, unless somebody folds it.
    short = navigation.folded(rows[:4])
    assert all(group.open for group in short)
    assert [group.open for group in navigation.folded(rows[:4], f"0{first}")] == [True, False, True]


def test_an_error_carries_every_reason() -> None:
    problems = [Problem("a", "甲。", "x", "《指引》二"), Problem("b", "乙。")]
    error = Invalid(problems)
    assert str(error) == "甲。；乙。"
    assert error.has("b")
    assert error.problems[0].as_dict() == {
        "field": "x",
        "code": "a",
        "message": "甲。",
        "clause": "《指引》二",
    }
    assert isinstance(one(NotNow, "c", "丙。"), NotNow)
    assert str(PortalError()) == str(PortalError.title)
    assert PortalError("字").problems[0].message == "字"
    raise_if([])
    with pytest.raises(Invalid):
        raise_if(problems)


def test_problems_of_a_form_keep_their_fields() -> None:
    class Form(forms.Form):
        name = forms.CharField(error_messages={"required": "请填写名称。"})

        def clean(self) -> None:
            raise forms.ValidationError("整体不符。", code="whole")

    problems = {(problem.field, problem.code, problem.message) for problem in from_form(Form({}).errors)}
    assert problems == {("name", "required", "请填写名称。"), ("", "whole", "整体不符。")}


def test_an_actor_changes_organisation_through_memberships(monkeypatch: Any) -> None:
    monkeypatch.setattr("core.actor._resolver", None)
    actor = Actor(organisation="甲")
    assert actor.acting_in("乙") is actor
    register_resolver(lambda current, organisation: Actor(organisation=organisation))
    assert actor.acting_in("甲") is actor
    assert actor.acting_in("乙").organisation == "乙"
    assert Actor.system().is_system
    assert not Actor.public("1.1.1.1").is_authenticated
