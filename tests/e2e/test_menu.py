"""The staff menu: groups fold, and stay as a person left them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from filings.enums import State
from tests.e2e.browsing import Person
from tests.makers import filings as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def _folds(me: Person) -> dict[str, bool]:
    found = me.page.locator(".side details").evaluate_all(
        "all => all.map(one => [one.querySelector('summary span').textContent, one.open])"
    )
    return dict(found)


def test_groups_stay_as_they_were_left(people: Callable[..., Person], cast: make.Case) -> None:
    me = people(cast.officer, axe=True).go("filings:worklist")
    assert _folds(me)["申报"]
    assert not _folds(me)["公开"]
    heading = me.page.locator("summary.side__group", has_text="公开")
    heading.focus()
    me.page.keyboard.press("Enter")
    me.look("unfolded")
    me.follow("公示公告").go("filings:worklist")
    assert _folds(me)["公开"]
    me.page.locator("summary.side__group", has_text="公开").click()
    assert not _folds(me.go("filings:worklist"))["公开"]


def test_every_page_of_the_menu_is_reached_without_scripts(
    people: Callable[..., Person], cast: make.Case
) -> None:
    me = people(cast.officer, java_script_enabled=False).go("filings:worklist")
    me.page.locator("summary.side__group", has_text="公开").click()
    me.follow("公示公告")
    assert me.page.url.endswith(reverse("portal:notices"))


def test_on_a_phone_the_menu_is_two_lines(people: Callable[..., Person], cast: make.Case) -> None:
    me = people(cast.officer, axe=True, viewport={"width": 390, "height": 844}).go("filings:worklist")
    assert not any(_folds(me).values())
    assert me.page.locator(".side").bounding_box()["height"] < 150
    for label in ("申报", "公开"):
        me.page.locator("summary.side__group", has_text=label).click()
        assert [one for one, open_ in _folds(me).items() if open_] == [label]
    me.look("unfolded")


def test_on_a_case_the_lists_drop_and_close(people: Callable[..., Person], cast: make.Case) -> None:
    filing = make.drive(cast, State.SUBMITTED)
    me = people(cast.officer, axe=True).go("filings:desk_case", filing.pk)
    assert not any(_folds(me).values())
    heading = me.page.locator("summary.side__group", has_text="申报")
    heading.click()
    me.look("unfolded")
    me.page.keyboard.press("Escape")
    assert not any(_folds(me).values())
    assert heading.evaluate("place => place === document.activeElement")
