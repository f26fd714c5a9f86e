"""A person reads what the portal told, sets the mails and leaves them by the link in one; with and without script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts import notices
from accounts.models import Message, MessageSettings
from accounts.services import notify
from core import outbox

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("script", "width"), [(True, 1366), (True, 390), (False, 1366)])
def test_bell_list_settings_and_leaving(
    people: Any, cast: Any, mailoutbox: list[Any], monkeypatch: Any, script: bool, width: int
) -> None:
    monkeypatch.setattr(notices, "_kinds", {})
    notices.register(notices.Kind("news", "办理进展"))
    notices.register(notices.Kind("clock", "法定期限", urgent=True))
    to = [cast.applicant]
    notify.tell(kind="news", to=to, title="“海洋传感”已受理", url="/accounts/profile/")
    notify.tell(kind="clock", to=to, title="“海洋传感”需补正", text="请在 3 月 9 日前补正。")
    viewport = {"width": width, "height": 768}
    person = people(cast.applicant, axe=script, java_script_enabled=script, viewport=viewport)
    person.go("messages:list").says("“海洋传感”需补正", "未读，有法定期限", "请在 3 月 9 日前补正。")
    count = person.page.locator(".bar .count")
    assert count.inner_text() == "2"
    person.follow("“海洋传感”已受理").says("个人资料")
    assert count.inner_text() == "1"
    person.go("messages:list").press("全部标为已读").says("已将 1 条消息标为已读", "没有未读消息")
    assert not Message.objects.filter(read_at=None).exists()
    person.follow("消息设置").says("不能单独关闭", "法定期限")
    person.fill({"kind-news": "now", "digest_hour": "18"}).press("保存").says("已保存")
    assert MessageSettings.objects.get().by_kind == {"news": "now"}
    notify.tell(kind="news", to=to, title="“海洋传感”已公示")
    outbox.deliver()
    link = re.search(r"http\S+/messages/unsubscribe/\S+", mailoutbox[-1].body)
    assert link
    people(None, axe=script, java_script_enabled=script, viewport=viewport).open(link[0]).press("退订").says(
        "已处理"
    )
    assert MessageSettings.objects.get().mail_off
