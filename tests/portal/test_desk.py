"""Where people land, and the pages of the administrators."""

import pytest
from django.urls import reverse

from core import clock
from tests.makers import accounts as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def login(client):
    def go(role, bureau="370200"):
        user = people.make_user(role, people.make_bureau(bureau))
        client.force_login(user)
        return user

    return go


def test_the_auditor_reads_the_log_and_the_reading_is_logged(client, login):
    from core.models import AuditEntry

    login("auditor")
    assert client.get(reverse("portal:audit_log")).status_code == 200
    assert AuditEntry.objects.filter(action="audit.read").count() == 1
    assert "审计链完整" in client.post(reverse("portal:audit_verify"), follow=True).content.decode()


def test_others_do_not(client, login):
    login("case_officer")
    assert client.get(reverse("portal:audit_log")).status_code == 403
    assert client.get(reverse("portal:jobs")).status_code == 403


def test_the_system_administrator_sees_jobs(client, login):
    login("sysadmin")
    assert client.get(reverse("portal:jobs")).status_code == 200


def test_the_demo_clock_moves(client):
    url = reverse("portal:demo_clock")
    before = clock.now()
    assert client.post(url, {"days": "x"}).status_code == 422
    assert client.post(url, {"days": "7"}).status_code == 302
    assert (clock.now() - before).days == 7


def test_large_text_is_remembered_and_never_leads_away(client):
    answer = client.post(reverse("portal:text_size"), {"size": "large", "next": "//evil.example"})
    assert answer.url == "/"
    assert answer.cookies["text_size"].value == "large"
