"""Every new form and call under hostile input: an answer below 500, in bounded time, and nothing half-written."""

import json
import re
import time

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import MessageSettings
from accounts.services import mail as letters
from core.models import CalendarDay
from filings.models import Cancellation, Rating
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers.world import MIN, make_world

pytestmark = pytest.mark.django_db
TEXTS = ("\x00", "甲" * 20_000, "\r\nBcc: x@example.cn", "<script>", "{{7*7}}", "%s%n")
DATES = ("0001-01-01", "9999-12-31", "2026-02-30", "2026-W10-1", "20260302", "²026-01-01", "10000-01-01")
NUMBERS = ("-1", "9" * 30, "1e400", "NaN", "Infinity", "１２", "0x10", " ", "1_000")
JSON_BAD = (
    None,
    True,
    [],
    {},
    [["x"]],
    {"$ne": 1},
    10**30,
    -1,
    1.5,
    "\x00",
    "9999-12-31",
    "0001-01-01",
    "甲" * 20_000,
)


@pytest.fixture
def world(frozen):
    return make_world(frozen)


def bad_for(value):
    """What is wrong for a field that holds such a value: a date, a number, or words."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (*DATES, "\x00")
    return (*NUMBERS, "\x00") if value.isdigit() else TEXTS


def queries_for(name):
    """What is wrong for a filter of that name."""
    if name in ("on", "due_after", "due_before", "month"):
        return (*DATES, "\x00", "0001-01", "9999-12", "0000-00")
    if name in ("page", "officer", "from", "owner", "visitor", "district"):
        return (*NUMBERS, "\x00")
    return tuple(text[:3000] for text in TEXTS)


def browse(user):
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def forms(world):
    """(who, address, fields) of every form that this world can show."""
    code, row = world.entity.code, world.cancellation.pk
    url = lambda name, *args: reverse(f"filings:{name}", args=args)  # noqa: E731
    rating = {"round": "2027", "rated_on": "2026-03-20", "grade": "good", "word": "", "score": "90"}
    rating |= {"by_whom": "甲", "summary": "乙"}
    visit = {
        "planned_on": "2026-04-01",
        "kind": "on_site",
        "visitor": str(world.case.officer.pk),
        "purpose": "了解",
    }
    held = {"held_on": "2026-03-10", "present": "甲", "findings": "乙", "follow_up": "丙"}
    candidate = {
        "name": "新联合体",
        "officer": str(world.case.officer.pk),
        "organisation": "",
        "district": "",
    }
    candidate |= {"industry": "qd_ai", "idea": "x", "next_step": "y", "next_on": "2026-05-01"}
    assign = {
        "owner": str(world.case.officer.pk),
        "due_on": "2026-05-01",
        "department": "甲",
        "comment": "乙",
    }
    advance = {"stage": "x", "text": "y", "next_on": "2026-05-01"}
    absence = {"user": "1", "cover": "2", "since": "2026-05-01", "until": "2026-05-02", "reason": "甲"}
    day = {"day": "2026-05-06", "last": "2026-05-07", "kind": "holiday", "note": "放假"}
    return [
        ("officer", url("rating_new", code), rating),
        ("officer", url("rating_correct", code, world.rating.pk), rating),
        ("director", url("rating_refuse", code, world.pending.pk), {"reason": "理由"}),
        ("officer", url("visit_plan", code), visit),
        ("officer", url("visit_held", code), {**visit, **held}),
        ("officer", url("visit_record", world.visit.pk), held),
        ("officer", url("visit_change", world.visit.pk), visit),
        ("officer", url("visit_call_off", world.visit.pk), {"reason": "理由"}),
        ("officer", url("visit_problem", world.held.pk), {"raised_for": "1", "title": "甲", "text": "乙"}),
        ("officer", url("problem_act", world.problem.pk, "assign"), assign),
        ("officer", url("candidate_new"), candidate),
        ("officer", url("candidate_edit", world.candidate.pk), candidate),
        ("officer", url("candidate_advance", world.candidate.pk), advance),
        ("officer", url("candidate_link", world.candidate.pk), {"filing": "1"}),
        ("director", url("cancellation_act", row, "return_proposal"), {"comment": "理由", "version": "1"}),
        ("lead", url("cancellation", row), {"text": "意见"}),
        ("lead", url("entity_start", code, "change"), {"period": "2026"}),
        ("lead", url("entity_start", code, "annual_report"), {"period": "2026"}),
        ("lead", url("entity_waiver", code, MIN), {"reason": "理由"}),
        ("lead", url("problem_raise", code), {"title": "甲", "text": "乙"}),
        ("member", url("entity_leave", code), {"reason": "理由", "on": "2026-05-01", "handover": "甲"}),
        ("director", reverse("assignment:absence"), absence),
        ("director", reverse("assignment:district", args=["370212"]), {"officer": "1"}),
        ("director", reverse("assignment:contact", args=[world.entity.pk]), {"officer": "1"}),
        (
            "director",
            reverse("assignment:reassign"),
            {"officer": "1", "reason": "甲", "filing": "1", "pk": "1"},
        ),
        ("director", reverse("calendar:day", args=[2027]), day),
        (
            "director",
            reverse("calendar:enter", args=[2027]),
            {"text": "2027-01-01 放假", "source": "甲", "complete": "on"},
        ),
        (
            "director",
            reverse("calendar:apply", args=[2027]),
            {"text": "2027-01-01 放假", "source": "甲", "seen": "x"},
        ),
        ("member", reverse("messages:settings"), {"digest_hour": "8", "mail_off": "", "case": "now"}),
        ("member", reverse("messages:read_all"), {"tab": "case"}),
        ("member", reverse("duties:calendar"), {"do": "revoke"}),
    ]


def test_every_form_takes_anything(world):
    wrong, slow = [], []
    clients = {who: browse(user) for who, user in world.people.items()}
    for who, url, fields in forms(world):
        for name in fields:
            for value in bad_for(fields[name]):
                began = time.process_time()
                answer = clients[who].post(url, {**fields, name: value} | {"form_key": ""})
                if answer.status_code >= 500:
                    wrong.append((who, url, name, value[:20]))
                if time.process_time() - began > 5:
                    slow.append((url, name, value[:20]))
        if clients[who].post(url, {}).status_code >= 500:
            wrong.append((who, url, "nothing", ""))
    assert (wrong, slow) == ([], [])
    assert not CalendarDay.objects.filter(day__year__gt=2030).exists()


def test_every_list_takes_any_query(world):
    lists = {
        reverse("filings:entities"): ("tab", "district", "industry", "officer", "q", "page"),
        reverse("filings:entity", args=[world.entity.code]): ("on",),
        reverse("filings:visits"): ("tab", "q", "page", "entity", "visitor", "district"),
        reverse("filings:visit_new"): ("q", "page"),
        reverse("filings:problems"): ("tab", "q", "page", "owner"),
        reverse("filings:problem_new"): ("q", "page"),
        reverse("filings:candidates"): ("tab", "stage", "q", "page", "officer"),
        reverse("duties:list"): ("tab", "kind", "unit", "whose", "due_after", "due_before", "page"),
        reverse("duties:month"): ("month", "kind", "unit", "whose"),
        reverse("messages:list"): ("tab", "page"),
        reverse("assignment:overview"): ("q", "page"),
        reverse("assignment:contacts"): ("q", "page"),
        reverse("assignment:reassign"): ("officer", "q", "page", "from"),
    }
    client, wrong = browse(world.people["director"]), []
    for url, names in lists.items():
        for name in names:
            for value in queries_for(name):
                if client.get(url, {name: value}).status_code >= 500:
                    wrong.append((url, name, value[:20]))
    assert wrong == []
    for year in (0, 1, 1999, 2031, 9998, 9999, 10000, 10**30):
        for path in (f"/calendar/{year}/", f"/calendar/{year}/enter/", f"/api/v1/calendar/{year}/"):
            assert client.get(path).status_code < 500, path


def test_every_call_takes_any_json(world):
    code, row = world.entity.code, world.cancellation.pk
    rating = {
        "round": "2027",
        "rated_on": "2026-03-20",
        "grade": "good",
        "score": "90",
        "corrects": world.rating.pk,
    }
    calls = [
        ("officer", f"entities/{code}/ratings/", rating),
        ("director", f"ratings/{world.pending.pk}/refuse/", {"reason": "x"}),
        ("officer", f"entities/{code}/waivers/{MIN}/grant/", {"reason": "x"}),
        (
            "officer",
            f"entities/{code}/cancellations/",
            {"ground": "failed_evaluation", "condition": "", "reason": "x"},
        ),
        ("director", f"cancellations/{row}/actions/drop/", {"comment": "x", "weighed": "y", "version": 1}),
        ("lead", f"cancellations/{row}/statements/", {"text": "x"}),
        ("member", f"entities/{code}/leave/", {"reason": "x", "on": "2026-04-01", "handover": "x"}),
        ("lead", f"entities/{code}/problems/", {"title": "x", "text": "y"}),
        (
            "officer",
            f"problems/{world.problem.pk}/actions/assign/",
            {"owner": "x", "due_on": "2026-05-01", "department": "y"},
        ),
        ("lead", "filings/", {"programme": "consortium", "action": "change", "entity": code, "period": ""}),
    ]
    wrong = []
    for who, path, body in calls:
        caller = Caller(world.people[who])
        caller.client.raise_request_exception = False
        for name in body:
            for value in JSON_BAD:
                if isinstance(value, str) and path.endswith(("drop/", "leave/")) and len(value) > 100:
                    continue
                answer = caller.post(
                    path, {**body, name: value} | ({"version": 1} if "version" in body else {})
                )
                if answer.status >= 500:
                    wrong.append((path, name, str(value)[:20]))
        doubled = json.dumps(body)[:-1] + ',"reason":"a","reason":"b"}'
        answer = caller.raw(path, doubled.encode(), "application/json")
        if answer.status >= 500:
            wrong.append((path, "doubled", ""))
    assert wrong == []


def test_what_is_stored_is_bounded(world):
    """A megabyte of text lands nowhere, in none of the fields."""
    long = "甲" * 1_000_000
    clients = {who: browse(user) for who, user in world.people.items()}
    for who, url, fields in forms(world):
        for name in fields:
            assert clients[who].post(url, {**fields, name: long}).status_code < 500
    for model in (Rating, Cancellation):
        for row in model.objects.values():
            assert all(len(str(value)) < 10_000 for value in row.values())


def test_the_link_of_another_ends_only_that_persons_mail(world):
    mine, other = world.people["member"], people.make_user("unit_admin", people.make_organisation())
    token = letters.unsubscribe_url(mine).rstrip("/").rpartition("/")[2]
    client = Client(raise_request_exception=False)
    for bad in (token[:-1], token + "x", f"{other.pk}:{token.partition(':')[2]}", "x", "\x00", "a" * 5000):
        answer = client.post(f"/messages/unsubscribe/{bad}/")
        assert answer.status_code in (200, 400, 404)
    assert not MessageSettings.objects.filter(mail_off=True).exists()
    client.get(f"/messages/unsubscribe/{token}/")
    assert not MessageSettings.objects.filter(mail_off=True).exists()
    client.post(f"/messages/unsubscribe/{token}/")
    assert list(MessageSettings.objects.filter(mail_off=True).values_list("user", flat=True)) == [mine.pk]
