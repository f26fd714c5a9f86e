"""Where people land, and the pages of the administrators."""

import pytest
from django.urls import reverse

from accounts.services import memberships
from core import clock
from core.actor import Actor
from portal.views import desk
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


def test_who_serves_several_offices_sees_all_of_them_first(client):
    first, second = people.make_bureau("370303"), people.make_bureau("370305")
    user = people.make_user("district_officer", first)
    memberships.grant(actor=Actor.system(), user=user, organisation=second, role="district_officer")
    client.force_login(user)
    page = client.get(reverse("portal:desk"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("portal:offices")
    body = page.content.decode()
    assert first.name in body and second.name in body and body.count("没有待办") == 2
    going = {"organisation": second.pk, "next": reverse("portal:desk")}
    page = client.post(reverse("accounts:switch"), going, follow=True)
    assert page.redirect_chain[-1][0] == reverse("filings:worklist")
    assert page.wsgi_request.actor.organisation == second
    assert "各机关待办" in page.content.decode()


def test_who_serves_one_office_goes_to_work(client, login):
    login("district_officer", "370303")
    assert client.get(reverse("portal:desk")).headers["Location"] == reverse("filings:worklist")
    login("secadmin")
    assert client.get(reverse("portal:desk")).headers["Location"] == reverse("accounts:people")


def test_what_waits_in_each_office_is_told(client, monkeypatch):
    first, second = people.make_bureau("370303"), people.make_bureau("370305")
    user = people.make_user("district_officer", first)
    memberships.grant(actor=Actor.system(), user=user, organisation=second, role="district_officer")
    client.force_login(user)
    monkeypatch.setattr(
        desk, "numbers", lambda shown, actor: [int(actor.organisation == second) * 7] * len(shown)
    )
    body = client.get(reverse("portal:offices")).content.decode()
    assert body.count("没有待办") == 1
    assert "<b>7</b>" in body.split(f"<b>{second.name}</b>")[1].split("<li>")[0]
