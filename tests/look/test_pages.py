"""Every kind of page in a browser: axe, no sideways scrolling, targets of 24 px, the script's manners."""

from typing import Any

import pytest

from tests.look.axe import sideways, small_targets, violations

PAGES = ["components", "forms", "tasks", "worklist", "case", "home", "print"]
ERRORS = ["error-403", "error-409", "error-422", "error-500"]
PHONE = {"width": 390, "height": 844}

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def check(page: Any, name: str) -> None:
    page.goto(f"/styleguide/{name}/")
    assert violations(page) == []
    assert sideways(page) <= 0
    assert small_targets(page) == []


def test_pages_are_accessible_on_a_desk(page: Any) -> None:
    for name in PAGES + ERRORS:
        check(page, name)


def test_pages_are_accessible_on_a_phone(new_page: Any) -> None:
    phone = new_page(viewport=PHONE)
    for name in PAGES + ERRORS:
        check(phone, name)


@pytest.mark.parametrize("cookie", [("text_size", "large"), ("contrast", "high")])
def test_pages_are_accessible_with_reading_aids(new_page: Any, site: str, cookie: tuple[str, str]) -> None:
    reader = new_page()
    reader.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": site}])
    for name in ("components", "worklist", "case", "forms"):
        check(reader, name)


def test_large_text_is_a_quarter_larger_without_script(new_page: Any) -> None:
    reader = new_page(java_script_enabled=False)
    reader.goto("/styleguide/tasks/")
    before = reader.locator("h1").bounding_box()["height"]
    reader.get_by_role("button", name="大字版").click()
    reader.wait_for_url("**/styleguide/tasks/")
    assert reader.locator("h1").bounding_box()["height"] == pytest.approx(before * 1.25, rel=0.05)
    reader.get_by_role("button", name="标准字号").click()
    assert reader.locator("h1").bounding_box()["height"] == pytest.approx(before, rel=0.05)


def test_the_keyboard_reaches_the_content_first_and_moves_through_a_list(page: Any) -> None:
    page.goto("/styleguide/worklist/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tbody tr").nth(1).get_attribute("class") == "is-here"
    page.keyboard.press("?")
    assert page.locator(".keys").is_visible()
    page.get_by_role("button", name="停用快捷键").click()
    page.keyboard.press("j")
    assert page.locator("tbody tr").nth(1).get_attribute("class") == "is-here"


def test_choosing_rows_is_counted(page: Any) -> None:
    page.goto("/styleguide/worklist/")
    page.get_by_label("全选本页").check()
    assert page.locator("[data-bulk-count]").inner_text() == "已选 4 件"


def test_text_typed_before_the_session_was_lost_is_offered_again(page: Any) -> None:
    """The server's answer is played by the test: what counts is that nothing typed is lost."""
    page.goto("/styleguide/forms/")
    field = page.get_by_label("联合体名称")
    field.fill("青岛市先进陶瓷创新联合体")
    page.evaluate(
        """() => { const form = document.querySelector('form[data-backup]');
             form.dispatchEvent(new CustomEvent('htmx:afterRequest', { bubbles: true,
               detail: { elt: form, xhr: { status: 401, responseURL: '' } } })); }"""
    )
    assert "登录已失效" in page.locator("[data-save-state]").inner_text()
    page.reload()
    page.get_by_role("button", name="恢复填写").click()
    assert page.get_by_label("联合体名称").input_value() == "青岛市先进陶瓷创新联合体"


def test_a_button_is_pressed_once(page: Any) -> None:
    seen: list[str] = []
    page.goto("/styleguide/forms/")
    page.route("**/styleguide/slow/", lambda route: seen.append(route.request.method))
    page.evaluate(
        """() => { const form = document.querySelector('main form'), button = form.querySelector('.btn--primary');
             form.action = '/styleguide/slow/'; button.click(); button.click();
             setTimeout(() => button.click(), 50); }"""
    )
    page.wait_for_timeout(300)
    assert seen == ["POST"]
