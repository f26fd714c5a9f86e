"""Pages that belong to no app, in a real browser under the real content policy."""

import pytest

pytestmark = pytest.mark.e2e


def test_api_pages_show_the_schema_without_breaking_the_policy(page):
    page.goto("/api/docs/")
    page.locator(".swagger-ui .info .title").wait_for()
    assert page.title() == "接口说明"


def test_the_browser_of_the_tests_reaches_nothing_else(page):
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://portal.example/")
