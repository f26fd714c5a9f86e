"""Pages of a unit and of staff roles; what lists cost; the commands that set up an office."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import credit_code
from accounts.models import Membership, Organisation, User
from accounts.services import roles
from tests.makers.accounts import (
    PASSWORD,
    act,
    as_person,
    give_role,
    make_bureau,
    make_district_tree,
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
