"""Pages: who sees them, what a refusal says, that nothing typed is lost, and how many queries they cost."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import credit_code
from accounts.models import Invitation, Membership, Organisation, User
from accounts.services import memberships, roles
from core.audit import AuditEntry
from tests.makers.accounts import (
    PASSWORD,
    act,
    give_role,
    make_bureau,
    make_district_tree,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return make_organisation(
        name="崂山明衡科技有限公司",
        figures={2025: {"rd_expenditure": Decimal("12345678.90"), "staff": Decimal(86)}},
    )


@pytest.fixture
def admin(unit: Organisation) -> User:
    return make_user("unit_admin", unit, name="林知远")


def as_person(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


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
    invitation = Invitation.objects.get(pk=_invite(admin).pk)
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


# --- the unit ---


def test_an_industry_code_gets_the_letter_of_its_section(unit: Organisation, admin: User) -> None:
    client, page = as_person(admin), f"/accounts/organisations/{unit.pk}/edit/"
    assert client.post(page, form(version=1, industry_code="3985")).status_code == 302
    unit.refresh_from_db()
    assert unit.industry_code == "C3985"
    assert "计算机、通信和其他电子设备制造业" in client.get("/accounts/unit/").content.decode()


def test_leaving_a_unit(unit: Organisation, admin: User) -> None:
    colleague = as_person(make_user("filler", unit))
    assert unit.name in colleague.get("/accounts/unit/leave/").content.decode()
    assert colleague.post("/accounts/unit/leave/").status_code == 302
    assert "还没有加入任何单位" in colleague.get("/accounts/unit/").content.decode()
    last = as_person(admin).post("/accounts/unit/leave/")
    assert last.status_code == 422 and "至少要保留一名管理员" in last.content.decode()


def test_a_stale_page_keeps_what_was_typed(unit: Organisation, admin: User) -> None:
    client, page = as_person(admin), f"/accounts/organisations/{unit.pk}/edit/"
    assert client.post(page, form(version=1, address="一号")).status_code == 302
    answer = client.post(page, form(version=1, address="二号"))
    assert answer.status_code == 409 and "二号" in answer.content.decode()
    unit.refresh_from_db()
    assert unit.address == "一号" and unit.name == "崂山明衡科技有限公司"


def test_figures_are_typed_in_wan_and_stored_in_yuan(unit: Organisation, admin: User) -> None:
    page = f"/accounts/organisations/{unit.pk}/figures/2024/"
    typed = {
        "main_revenue": "1234.5678",
        "main_revenue_origin": "audit_report",
        "main_revenue_note": "审计报告",
    }
    assert as_person(admin).post(page, typed).status_code == 302
    figure = unit.figures.get(year=2024)
    assert figure.value == Decimal("12345678.00") and figure.note == "审计报告"
    bad = as_person(admin).post(page, {"main_revenue": "12x", "tax": "5"})
    text = bad.content.decode()
    assert bad.status_code == 422 and "请选择数据来源" in text and 'value="12x"' in text
    assert as_person(admin).get(f"/accounts/organisations/{unit.pk}/figures/2031/").status_code == 404


def _invite(admin: User) -> Invitation:
    actor = act(admin)
    return memberships.invite_colleague(
        actor=actor, organisation=actor.organisation, email="shen@example.cn", role="filler"
    )[0]


def test_inviting_and_accepting(unit: Organisation, admin: User) -> None:
    sent = as_person(admin).post("/accounts/unit/invite/", {"email": "shen@example.cn", "role": "filler"})
    link = sent.context["link"]
    path = "/accounts" + link.split("/accounts", 1)[1]
    guest = Client()
    text = guest.get(path).content.decode()
    assert unit.name in text and "sh***@example.cn" in text
    weak = guest.post(path, {"person_name": "沈若溪", "password": "12345678", "password_again": "12345678"})
    assert weak.status_code == 422 and 'value="沈若溪"' in weak.content.decode()
    account = {"person_name": "沈若溪", "password": "tide-window-42", "password_again": "tide-window-42"}
    assert guest.post(path, account).status_code == 302
    assert Membership.objects.get(user__email="shen@example.cn").role == "filler"
    assert guest.get(path).status_code == 404
    assert guest.get("/accounts/invitations/nonsense/").status_code == 404


def test_somebody_else_is_told_so(admin: User) -> None:
    link = (
        as_person(admin)
        .post("/accounts/unit/invite/", {"email": "shen@example.cn", "role": "filler"})
        .context["link"]
    )
    path = "/accounts" + link.split("/accounts", 1)[1]
    other = as_person(make_user("filler", make_organisation()))
    assert "不是发给当前账号" in other.get(path).content.decode()
    assert other.post(path).status_code == 403


def test_switching_units(unit: Organisation, admin: User) -> None:
    second = make_organisation()
    give_role(admin, "filler", second)
    client = as_person(admin)
    here = client.get("/accounts/unit/").context["unit"]
    other = second if here == unit else unit
    assert (
        client.post("/accounts/switch/", {"organisation": other.pk, "next": "/accounts/unit/"}).url
        == "/accounts/unit/"
    )
    assert client.get("/accounts/unit/").context["unit"] == other
    assert client.post("/accounts/switch/", {"organisation": here.pk, "next": "//evil.example"}).url == "/"
    assert client.get("/accounts/switch/").status_code == 405


def test_a_role_taken_away_bites_at_the_next_request(unit: Organisation, admin: User) -> None:
    colleague = make_user("unit_admin", unit)
    client = as_person(colleague)
    assert client.get("/accounts/unit/invite/").status_code == 200
    answer = as_person(admin).post(f"/accounts/unit/people/{colleague.pk}/", {"roles": ["filler"]})
    assert answer.status_code == 302
    assert client.get("/accounts/unit/invite/").status_code == 403


# --- staff roles ---


def test_proposing_and_publishing_in_the_browser() -> None:
    bureau, person = make_bureau(), make_user()
    first = as_person(make_user("sysadmin", bureau))
    second = as_person(make_user("secadmin", bureau))
    proposal = {
        "act": "grant",
        "user": person.pk,
        "organisation": bureau.pk,
        "role": "finance",
        "reason": "岗位调整",
    }
    empty = first.post("/accounts/roles/propose/", {**proposal, "reason": ""})
    assert empty.status_code == 422
    assert first.post("/accounts/roles/propose/", proposal).status_code == 302
    change = person.role_changes.get()
    page = f"/accounts/roles/{change.pk}/"
    assert "发布" not in first.get(page).context["available"]
    assert first.post(page, {"decision": "publish", "version": 1}).status_code == 403
    stale = second.post(page, {"decision": "publish", "version": 9, "comment": "同意"})
    assert stale.status_code == 409 and "同意" in stale.content.decode()
    assert second.post(page, {"decision": "refuse", "version": 1, "comment": ""}).status_code == 422
    assert second.post(page, {"decision": "nonsense"}).status_code == 422
    assert second.post(page, {"decision": "publish", "version": 1}).status_code == 302
    assert act(person).roles == {"finance"}
    assert second.post(page, {"decision": "publish", "version": 2}).status_code == 409


def test_making_and_closing_accounts() -> None:
    bureau = make_bureau()
    client = as_person(make_user("sysadmin", bureau))
    new = {"name": "新人", "username": "newcomer", "email": "newcomer@example.cn", "phone": ""}
    assert "role_propose" not in client.post("/accounts/people/new/", new).url
    taken = client.post("/accounts/people/new/", new)
    assert taken.status_code == 422 and "已被使用" in taken.content.decode()
    officer = make_user("case_officer", bureau)
    page = f"/accounts/people/{officer.pk}/"
    assert client.post(page, {"act": "close", "reason": ""}).status_code == 422
    assert client.post(page, {"act": "close", "reason": "离职"}).status_code == 302
    assert (
        Client().post("/accounts/login/", {"login": officer.username, "password": PASSWORD}).status_code
        == 200
    )
    assert client.post(page, {"act": "open", "reason": "返岗"}).status_code == 302


# --- costs ---


def queries(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def test_lists_cost_the_same_with_one_and_with_25_rows() -> None:
    bureau = make_bureau()
    officer, sysadmin = as_person(make_user("case_officer", bureau)), make_user("sysadmin", bureau)
    admin_client = as_person(sysadmin)

    def add() -> None:
        make_organisation(approved=False)
        newcomer = make_user("finance", bureau)
        roles.propose_role_change(
            actor=act(sysadmin), user=newcomer, organisation=bureau, role="expert", act="grant", reason="x"
        )

    add()
    pages = [
        (officer, "/accounts/registrations/"),
        (admin_client, "/accounts/people/"),
        (admin_client, "/accounts/roles/"),
    ]
    before = [queries(client, page) for client, page in pages]
    for _n in range(24):
        add()
    assert [queries(client, page) for client, page in pages] == before
    assert max(before) <= 14, before


def test_my_unit_costs_the_same_with_many_colleagues(unit: Organisation, admin: User) -> None:
    client = as_person(admin)
    before = queries(client, "/accounts/unit/")
    for _n in range(12):
        make_user("filler", unit)
    assert queries(client, "/accounts/unit/") == before


def test_create_api_token(capsys: Any) -> None:
    user = make_user("unit_admin", make_organisation())
    call_command("create_api_token", user.username)
    token = capsys.readouterr().out.strip()
    from knox.models import AuthToken

    assert len(token) == 64 and AuthToken.objects.get(user=user).digest != token
    with pytest.raises(CommandError):
        call_command("create_api_token", "nobody")


def test_setting_up_an_office(capsys: Any) -> None:
    make_district_tree()
    code = credit_code.make("11", "370200", "MAYY", 1)
    call_command("create_bureau", code, "青岛市科学技术局", "370200")
    call_command("create_administrator", "first", "顾言", "first@example.cn", "sysadmin", code)
    first = User.objects.get(username="first")
    assert act(first).roles == {"sysadmin"} and not first.has_usable_password()
    refused = (
        ("create_bureau", code[:-1] + "0", "某局", "370200"),
        ("create_bureau", credit_code.make("11", "370200", "MAYY", 2), "某局", "999999"),
        ("create_administrator", "second", "宋知微", "second@example.cn", "sysadmin", code),
        ("create_administrator", "second", "宋知微", "second@example.cn", "secadmin", "nonsense"),
        ("create_administrator", "first", "宋知微", "second@example.cn", "secadmin", code),
    )
    for command in refused:
        with pytest.raises(CommandError):
            call_command(*command)
    assert not User.objects.filter(username="second").exists()
