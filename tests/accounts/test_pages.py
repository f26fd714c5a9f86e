"""Pages: who sees them, what a refusal says, registering, and that nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from accounts import credit_code
from accounts.models import Invitation, Organisation, User
from accounts.services import roles
from core.audit import AuditEntry
from tests.makers.accounts import (
    act,
    as_person,
    make_bureau,
    make_district_tree,
    make_invitation,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


def form(**changed: Any) -> dict[str, Any]:
    return {
        "credit_code": credit_code.make("91", "370212", "MATT", 9001),
        "name": "崂山泓砺科技有限公司",
        "kind": "enterprise",
        "size_class": "small",
        "district": make_district_tree()["370212"].pk,
        "titles": ["high_tech", "champion"],
        "contact_name": "沈若溪",
        "contact_phone": "0532-0000000",
        "person_name": "沈若溪",
        "person_email": "shen@example.cn",
        "password": "tide-window-42",
        "password_again": "tide-window-42",
        **changed,
    }


def test_every_page_of_the_unit_opens(unit: Organisation, admin: User) -> None:
    colleague = make_user("filler", unit)
    client = as_person(admin)
    pages = (
        "/accounts/profile/",
        "/accounts/unit/",
        "/accounts/unit/invite/",
        f"/accounts/unit/people/{colleague.pk}/",
        f"/accounts/organisations/{unit.pk}/",
        f"/accounts/organisations/{unit.pk}/edit/",
        f"/accounts/organisations/{unit.pk}/figures/2025/",
        "/accounts/register/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/accounts/logout/",
    )
    for page in pages:
        assert client.get(page).status_code == 200, page
    text = client.get("/accounts/unit/").content.decode()
    assert "1,234.57" in text and "86" in text and "单位填报" in text and "林知远" in text


def test_every_page_of_staff_opens(unit: Organisation) -> None:
    bureau = make_bureau()
    waiting = make_organisation(approved=False)
    people = {role: make_user(role, bureau) for role in ("case_officer", "sysadmin", "secadmin", "auditor")}
    change = roles.propose_role_change(
        actor=act(people["sysadmin"]),
        user=make_user(),
        organisation=bureau,
        role="finance",
        act="grant",
        reason="x",
    )
    officer = as_person(people["case_officer"])
    for page in (
        "/accounts/registrations/",
        f"/accounts/registrations/{waiting.pk}/",
        f"/accounts/organisations/{unit.pk}/",
    ):
        assert officer.get(page).status_code == 200, page
    for role in ("sysadmin", "secadmin", "auditor"):
        client = as_person(people[role])
        person = people["case_officer"].pk
        for page in (
            "/accounts/people/",
            f"/accounts/people/{person}/",
            "/accounts/roles/",
            f"/accounts/roles/{change.pk}/",
        ):
            assert client.get(page).status_code == 200, (role, page)
        assert client.get("/accounts/roles/propose/").status_code == (200 if role == "sysadmin" else 403)
        assert officer.get("/accounts/people/").status_code == 403


def test_a_refusal_says_who_may_and_is_audited(admin: User) -> None:
    refused = as_person(admin).get("/accounts/people/")
    assert refused.status_code == 403
    assert (
        "系统管理员、安全管理员、审计管理员" in refused.content.decode()
        or "审计管理员" in refused.content.decode()
    )
    assert AuditEntry.objects.filter(user_id=admin.pk, result="refused").exists()


def test_an_outsider_finds_nothing_of_another_unit(unit: Organisation, admin: User) -> None:
    outsider = as_person(make_user("unit_admin", make_organisation()))
    invitation = Invitation.objects.get(pk=make_invitation(admin).pk)
    for page in (
        f"/accounts/organisations/{unit.pk}/",
        f"/accounts/organisations/{unit.pk}/edit/",
        f"/accounts/organisations/{unit.pk}/figures/2025/",
        f"/accounts/unit/people/{admin.pk}/",
    ):
        foreign, unknown = outsider.get(page), outsider.get(page.replace(str(unit.pk), "999999"))
        assert (foreign.status_code, unknown.status_code) == (404, 404), page
        assert unit.name not in foreign.content.decode()
        assert outsider.post(page, {"name": "x", "roles": []}).status_code in (404, 405), page
    assert outsider.post(f"/accounts/unit/invitations/{invitation.pk}/revoke/").status_code == 404
    assert outsider.post("/accounts/switch/", {"organisation": unit.pk}).status_code == 404
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_officers_of_another_city_find_nothing(unit: Organisation) -> None:
    officer = as_person(make_user("case_officer", make_bureau("370300")))
    assert officer.get(f"/accounts/organisations/{unit.pk}/").status_code == 404
    waiting = make_organisation(approved=False)
    assert officer.get(f"/accounts/registrations/{waiting.pk}/").status_code == 404
    assert (
        officer.post(
            f"/accounts/registrations/{waiting.pk}/", {"decision": "approve", "version": 1}
        ).status_code
        == 404
    )


@pytest.mark.parametrize("role", ["filler", "signer"])
def test_colleagues_look_but_do_not_administer(unit: Organisation, role: str) -> None:
    client = as_person(make_user(role, unit))
    assert client.get("/accounts/unit/").status_code == 200
    assert client.get("/accounts/unit/invite/").status_code == 403
    assert client.get(f"/accounts/organisations/{unit.pk}/edit/").status_code == 403
    figures = client.get(f"/accounts/organisations/{unit.pk}/figures/2025/")
    assert figures.status_code == (200 if role == "filler" else 403)


def test_experts_do_not_browse_units(unit: Organisation) -> None:
    assert (
        as_person(make_user("expert", make_bureau())).get(f"/accounts/organisations/{unit.pk}/").status_code
        == 404
    )


@pytest.mark.parametrize(
    "page",
    [
        "/accounts/unit/",
        "/accounts/profile/",
        "/accounts/registrations/",
        "/accounts/people/",
        "/accounts/resume/",
    ],
)
def test_strangers_are_sent_to_the_login(page: str) -> None:
    answer = Client().get(page)
    assert answer.status_code == 302 and answer.url == f"/accounts/login/?next={page.replace('/', '%2F')}"


@pytest.mark.parametrize("page", ["/accounts/signup/", "/accounts/email/", "/accounts/password/set/"])
def test_pages_of_the_package_that_we_do_not_offer(page: str, admin: User) -> None:
    assert Client().get(page).status_code == 404
    assert as_person(admin).get(page).status_code == 404


# --- registering ---


def test_a_guest_registers_and_is_approved() -> None:
    guest = Client()
    assert guest.get("/accounts/register/").status_code == 200
    sent = guest.post(
        "/accounts/register/", form(credit_code=" 91 370212 " + form()["credit_code"][8:].lower())
    )
    assert sent.url == "/accounts/register/done/"
    assert "崂山区科技主管部门审核" in guest.get(sent.url).content.decode()
    unit = Organisation.objects.get(name="崂山泓砺科技有限公司")
    assert unit.titles == ["high_tech", "champion"]
    assert (
        guest.post("/accounts/login/", {"login": "shen@example.cn", "password": "tide-window-42"}).status_code
        == 302
    )
    assert "登记待审核" in guest.get("/accounts/unit/").content.decode()
    officer = as_person(make_user("district_officer", make_bureau("370212")))
    listed = officer.get("/accounts/registrations/").content.decode()
    assert "崂山泓砺科技有限公司" in listed
    page = f"/accounts/registrations/{unit.pk}/"
    refused = officer.post(page, {"decision": "reject", "comment": "", "version": unit.version})
    assert refused.status_code == 422 and "请写明理由" in refused.content.decode()
    done = officer.post(page, {"decision": "approve", "comment": "", "version": unit.version})
    assert done.status_code == 302
    late = officer.post(page, {"decision": "reject", "comment": "重复", "version": unit.version})
    assert late.status_code == 409 and "重复" in late.content.decode()


def test_a_wrong_code_says_which_digit_and_keeps_what_was_typed() -> None:
    wrong = form()["credit_code"][:-1] + ("0" if form()["credit_code"][-1] != "0" else "1")
    answer = Client().post("/accounts/register/", form(credit_code=wrong))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "第 18 位" in text and wrong in text and 'value="崂山泓砺科技有限公司"' in text
    assert "tide-window-42" not in text
    assert not Organisation.objects.filter(name="崂山泓砺科技有限公司").exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "123", "password_again": "123"}, "密码至少 8 位"),
        ({"password_again": "other"}, "两次输入的密码不一致"),
        ({"district": "999999"}, "注册地"),
        ({"size_class": ""}, "请选择企业规模"),
        ({"industry_code": "39 85"}, "2—4 位行业代码"),
        ({"industry_code": "9985"}, "没有以 99 开头"),
        ({"person_email": "nonsense"}, "邮箱"),
        ({"name": "坏\x00字节"}, "单位名称"),
        ({"titles": ["king"]}, "资质称号"),
    ],
)
def test_bad_input_comes_back_filled(changed: dict[str, Any], words: str) -> None:
    answer = Client().post("/accounts/register/", form(**changed))
    text = answer.content.decode()
    assert answer.status_code == 422 and words in text and 'value="0532-0000000"' in text


def test_registering_tells_nobody_who_has_an_account() -> None:
    make_user(email="shen@example.cn")
    known = Client().post("/accounts/register/", form())
    unknown = Client().post(
        "/accounts/register/",
        form(person_email="new@example.cn", credit_code=credit_code.make("91", "370212", "MATT", 9002)),
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_a_refused_unit_corrects_and_asks_again() -> None:
    unit = make_organisation(approved=False)
    owner = make_user("unit_admin", unit)
    officer = as_person(make_user("district_officer", make_bureau("370212")))
    officer.post(
        f"/accounts/registrations/{unit.pk}/", {"decision": "reject", "comment": "名称不符", "version": 1}
    )
    client = as_person(owner)
    assert "名称不符" in client.get("/accounts/unit/").content.decode()
    unit.refresh_from_db()
    page = f"/accounts/organisations/{unit.pk}/edit/"
    answer = client.post(page, form(name="改正后的名称", version=unit.version))
    assert answer.status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.state) == ("改正后的名称", "pending")
