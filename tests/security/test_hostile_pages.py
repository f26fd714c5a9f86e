"""Pages under hostile input: a clear answer below 500, and nothing half-written."""

import json
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.actor import Actor
from filings.models import SectionDraft
from filings.services import drafting
from tests.makers import accounts as people
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db
LONG = "9" * 5000
BAD = (
    "\x00",
    "a\x00b",
    LONG,
    "-1",
    "1e9",
    "１２",
    "²",
    "\ud800",
    "%00",
    "'\"><script>",
    "\r\nX: y",
    "9" * 25,
)


def browse(user=None):
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def escaped(text):
    return quote(text.encode("utf-8", "surrogatepass"))


def walk(client, url, names):
    wrong = []
    for name in names:
        for value in BAD:
            answer = client.get(f"{url}?{name}={escaped(value)}")
            if answer.status_code >= 500:
                wrong.append((url, name, value[:20]))
    return wrong


def test_public_pages_take_any_query():
    client, wrong = browse(), []
    wrong += walk(
        client, reverse("portal:register"), ["q", "page", "kind", "district", "industry", "status", "on"]
    )
    wrong += walk(client, reverse("portal:notices"), ["page"])
    wrong += walk(client, reverse("portal:verify_form"), ["code"])
    wrong += walk(client, "/accounts/login/", ["next"])
    for root in ("/verify/", "/register/", "/notices/", "/files/", "/filings/programmes/", "/policy/"):
        for value in BAD:
            answer = client.get(f"{root}{escaped(value[:60])}/")
            if answer.status_code >= 500:
                wrong.append((root, value[:20]))
    for day in ("0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30"):
        for url in (reverse("portal:register"), reverse("portal:verify", args=["x" * 40])):
            if client.get(f"{url}?on={day}").status_code >= 500:
                wrong.append((url, day))
    assert wrong == []


def test_dates_at_the_ends_of_time(frozen):
    case = make.make_case()
    filing = make.drive(case, "filed", frozen)
    paper, client = filing.certificate.document, browse()
    urls = [
        reverse("portal:verify", args=[paper.verification_code]),
        reverse("portal:entity", args=[filing.entity.code]),
    ]
    api = [
        f"/api/v1/public/verify/{paper.verification_code}/",
        f"/api/v1/entities/{filing.entity.code}/",
        "/api/v1/public/register/",
    ]
    wrong = [
        (url, day)
        for url in (*urls, reverse("portal:register"), *api)
        for day in ("0001-01-01", "9999-12-31", "\x00")
        if client.get(f"{url}?on={escaped(day)}").status_code >= 500
    ]
    assert wrong == []


def test_the_desk_takes_any_query():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    client, wrong = browse(case.officer), []
    wrong += walk(
        client,
        reverse("filings:worklist"),
        ["q", "page", "tab", "programme", "district", "industry", "mine", "late", "since", "until", "state"],
    )
    wrong += walk(client, reverse("filings:experts"), ["q", "page"])
    wrong += walk(client, reverse("filings:desk_diff", args=[filing.pk]), ["from", "to"])
    wrong += walk(client, reverse("filings:desk_act", args=[filing.pk, "return_for_correction"]), ["at"])
    auditor = browse(people.make_user("auditor", case.bureau))
    wrong += walk(auditor, reverse("portal:audit_log"), ["action", "who", "object", "result", "page"])
    assert wrong == []


def sheet(filing, section="basic", **changed):
    return {**make.contents()[section], **changed}


def test_a_unit_s_pages_take_any_form():
    case = make.make_case()
    filing = make.start(case)
    make.invite_all(case, filing)
    client, wrong = browse(case.applicant), []
    for value in BAD:
        given = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        posts = [
            ("filings:section", [filing.pk, "basic"], sheet(filing, background=given, track=given)),
            ("filings:section", [filing.pk, "basic"], sheet(filing) | {"rows_add": given}),
            ("filings:section", [filing.pk, "basic"], sheet(filing) | {given: "x"}),
            (
                "filings:section",
                [filing.pk, "tasks"],
                {"tasks-0-name": given, "tasks-rows": given, "rows_add": given},
            ),
            (
                "filings:section",
                [filing.pk, "basic"],
                sheet(filing) | {"remove_file": given, "base": given, "version": given},
            ),
            ("filings:submit", [filing.pk], {"agreed": "on", "version": given}),
            ("filings:members", [filing.pk], {"code": given, "role": given}),
            ("filings:reason", [filing.pk, "elig_cons_min_academia"], {"reason": given}),
            ("filings:withdraw", [filing.pk], {"comment": ""}),
        ]
        for name, args, data in posts:
            answer = client.post(reverse(name, args=args), data)
            if answer.status_code >= 500:
                wrong.append((name, args[1:], sorted(data)[:3], value[:12]))
    assert wrong == []
    assert make.fresh(filing).state == "draft"


@pytest.mark.parametrize("name", ["months", "task_areas", "industry"])
def test_a_row_is_asked_for_in_a_field_that_has_none(name):
    case = make.make_case()
    filing = make.start(case)
    answer = browse(case.applicant).post(
        reverse("filings:section", args=[filing.pk, "basic"]), sheet(filing) | {"rows_add": name}
    )
    assert answer.status_code < 500


def test_what_did_not_pass_is_kept_without_what_the_database_cannot_hold():
    case = make.make_case()
    filing = make.start(case)
    client = browse(case.applicant)
    url = reverse("filings:section", args=[filing.pk, "basic"])
    answer = client.post(url, sheet(filing, background="正文\x00正文", months="很多", track="新赛道"))
    assert answer.status_code == 422
    assert make.fresh(filing).content["basic"]["track"] == "新赛道"
    assert "\\u0000" not in json.dumps(list(SectionDraft.objects.values_list("raw", flat=True)))
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("base", ["[", "null", "[[[[", '{"a":{"b":' * 500, "1", '"x"', "NaN"])
def test_the_mark_of_a_page_may_be_rubbish(base):
    case = make.make_case()
    filing = make.start(case)
    answer = browse(case.applicant).post(
        reverse("filings:section", args=[filing.pk, "basic"]), sheet(filing) | {"base": base}
    )
    assert answer.status_code < 500


def test_a_key_that_is_none_is_as_good_as_no_key():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    for key in ("\x00", "a\x00b", LONG):
        answer = browse(case.officer).post(
            reverse("filings:desk_note", args=[filing.pk]), {"text": "备注", "form_key": key}
        )
        assert answer.status_code == 302
    line = reverse("filings:desk_examination", args=[filing.pk])
    answer = browse(case.officer).post(line, {"only": "\x00"}, headers={"HX-Request": "true"})
    assert answer.status_code < 500


def test_the_desk_takes_any_form():
    case = make.make_case()
    filing = make.drive(case, "in_examination")
    client, wrong = browse(case.officer), []
    for value in BAD:
        given = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        posts = [
            ("desk_note", [filing.pk], {"text": ""}),
            ("desk_note", [filing.pk], {"text": given}),
            ("desk_waiver", [filing.pk], {"condition": given, "reason": given}),
            (
                "desk_examination",
                [filing.pk],
                {"result-elig_cons_plan": given, "note-elig_cons_plan": given, "only": given},
            ),
            (
                "desk_act",
                [filing.pk, "return_for_correction"],
                {"target-0": given, "message-0": given, "rows": given, "version": given},
            ),
            ("desk_act", [filing.pk, "accept"], {"comment": given, "version": given}),
            ("desk_act", [filing.pk, "propose"], {"months": given}),
            ("expert_new", [], {"username": given, "employer": given, "fields_text": given}),
        ]
        for name, args, data in posts:
            answer = client.post(reverse(f"filings:{name}", args=args), data)
            if answer.status_code >= 500:
                wrong.append((name, args[1:], sorted(data), value[:12]))
    assert wrong == []
    assert make.fresh(filing).state == "in_examination"


@pytest.mark.parametrize(
    "name",
    [
        "协议\r\nSet-Cookie: a=b.pdf",
        "组建协议（盖章）.pdf",
        "..\\..\\etc\\passwd.pdf",
        "\u202efdp.exe.pdf",
        "长" * 300 + ".pdf",
        '"; x="y.pdf',
        ".pdf",
    ],
)
def test_a_download_carries_a_clean_name(name):
    case = make.make_case()
    filing = make.start(case)
    upload = SimpleUploadedFile("x.pdf", pdf_bytes(), "application/pdf")
    upload._name = name
    made = drafting.attach(
        actor=case.actor("applicant"), filing=filing, section="agreement", field="agreement", upload=upload
    )
    answer = browse(case.applicant).get(f"/files/{made.stored_id}/")
    assert answer.status_code == 200
    shown = answer["Content-Disposition"]
    b"".join(answer.streaming_content)
    assert shown.startswith("attachment") and "\r" not in shown and "\n" not in shown
    assert "Set-Cookie" not in answer.headers or "a=b" not in str(answer.headers["Set-Cookie"])
    assert "/" not in made.stored.name and "\u202e" not in made.stored.name and len(made.stored.name) <= 120


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "javascript:alert(1)",
        "///evil.example",
    ],
)
def test_no_way_leads_out(target):
    user = people.make_user("unit_admin", people.make_organisation())
    client = browse(user)
    posts = [
        ("/text-size/", {"size": "large", "next": target}),
        ("/accounts/switch/", {"organisation": str(user.memberships.get().organisation_id), "next": target}),
    ]
    for url, data in posts:
        answer = client.post(url, data)
        assert answer.status_code == 302
        where = answer["Location"]
        assert where.startswith("/") and not where.startswith(("//", "/\\", "/\t")), (url, where)
    fresh = browse()
    done = fresh.post(
        f"/accounts/login/?next={escaped(target)}",
        {"login": user.username, "password": people.PASSWORD, "next": target},
    )
    assert done.status_code == 302
    assert "evil" not in done["Location"].split("?")[0] and "javascript" not in done["Location"]


def test_names_in_papers_are_text():
    """A hostile name is printed, never run; the renderer reaches nothing."""
    from core import pdf

    case = make.make_case()
    case.lead.name = "<img src=file:///etc/passwd><script>alert(1)</script>公司"
    case.lead.save()
    filing = make.drive(case, "submitted")
    from filings.services.documents import TEMPLATES, verification_url

    made = filing.documents.get()
    context = {
        "document": made,
        "data": made.data,
        "verification_url": verification_url("x"),
        "qr": pdf.qr_svg("x"),
    }
    from django.template.loader import render_to_string

    html = render_to_string(TEMPLATES["receipt"], context)
    assert "<script>alert" not in html and "<img src=file" not in html
    assert Actor.public().user is None
