"""Every page and call about an entity, asked for by everybody: strangers learn nothing, readers change nothing."""

import re

import pytest
from django.urls import reverse

from accounts.models import Message
from core import clock
from core.models import OutboxMail
from filings.models import (
    Cancellation,
    Entity,
    IssuedDocument,
    Problem,
    Rating,
    Visit,
    Waiver,
)
from tests.api.caller import Caller
from tests.makers.desk import browse
from tests.makers.world import MIN, WORDS, make_world

pytestmark = pytest.mark.django_db
STRANGERS = ("outsider", "former", "other_district", "zibo_officer", "zibo_head", "expert")
READERS = ("auditor", "finance", "district")
WHY = {"reason": "理由", "comment": "理由"}
WAIVER = ("ask", "grant", "refuse", "confirm", "end")
DECIDING = ("return_proposal", "drop", "confirm_cancellation")
HANDLING = ("assign", "answer", "withdraw")


@pytest.fixture
def world(frozen):
    return make_world(frozen)


def pages(world):
    """(name of the route, its arguments) of every page about this entity."""
    code, row = world.entity.code, world.cancellation.pk
    names = ("serve", "pause", "resume", "close_hearing", "propose_cancellation", "return_proposal")
    acts = [("cancellation_act", (row, name)) for name in (*names, "confirm_cancellation", "drop", "nothing")]
    of_problem = [
        ("problem_act", (world.problem.pk, name)) for name in ("assign", "answer", "withdraw", "close")
    ]
    starts = [
        ("entity_start", (code, name)) for name in ("change", "renew", "annual_report", "exit", "establish")
    ]
    return [
        *(
            (name, (code,))
            for name in ("entity", "entity_print", "rating_new", "cancellation_new", "entity_leave")
        ),
        *((name, (code,)) for name in ("visit_plan", "visit_held", "problem_raise")),
        *((f"rating{tail}", (code, world.pending.pk)) for tail in ("", "_confirm", "_refuse")),
        ("rating_correct", (code, world.rating.pk)),
        ("entity_exception", (code, MIN)),
        ("entity_waiver", (code, MIN)),
        ("cancellation", (row,)),
        *acts,
        *starts,
        *((name, (world.visit.pk,)) for name in ("visit", "visit_record", "visit_change", "visit_call_off")),
        ("visit_problem", (world.held.pk,)),
        ("problem", (world.problem.pk,)),
        *of_problem,
        *((f"candidate{tail}", (world.candidate.pk,)) for tail in ("", "_edit", "_advance", "_link")),
    ]


def calls(world):
    """(method, path, body) of every call about this entity."""
    code, row = world.entity.code, world.cancellation.pk
    rating = {"round": "2027", "rated_on": clock.today().isoformat(), "grade": "excellent"}
    problem = {"title": "困难", "text": "困难"}
    waiver = [("POST", f"entities/{code}/waivers/{MIN}/{name}/", WHY) for name in WAIVER]
    acts = [("POST", f"cancellations/{row}/actions/{name}/", WHY) for name in DECIDING]
    of_problem = [("POST", f"problems/{world.problem.pk}/actions/{name}/", WHY) for name in HANDLING]
    return [
        ("GET", f"entities/{code}/ratings/", None),
        ("POST", f"entities/{code}/ratings/", rating),
        ("POST", f"ratings/{world.pending.pk}/confirm/", {}),
        ("POST", f"ratings/{world.pending.pk}/refuse/", {"reason": "理由"}),
        *waiver,
        ("GET", f"entities/{code}/cancellations/", None),
        ("POST", f"entities/{code}/cancellations/", {"ground": "failed_evaluation", "reason": "理由"}),
        ("GET", f"cancellations/{row}/", None),
        *acts,
        ("POST", f"cancellations/{row}/statements/", {"text": "意见"}),
        ("POST", f"entities/{code}/leave/", {"reason": "理由"}),
        ("GET", f"entities/{code}/visits/", None),
        ("GET", f"entities/{code}/problems/", None),
        ("POST", f"entities/{code}/problems/", problem),
        ("GET", f"problems/{world.problem.pk}/", None),
        *of_problem,
        ("POST", "filings/", {"programme": "consortium", "action": "change", "entity": code}),
    ]


def state_of(world):
    """What nobody here may change."""
    return [
        [sorted(map(str, row.items())) for row in model.objects.order_by("pk").values()]
        for model in (Entity, Rating, Cancellation, Waiver, Visit, Problem)
    ]


def test_strangers_find_nothing(world):
    before, wrong = state_of(world), []
    for who in STRANGERS:
        client, caller = browse(world.people[who]), Caller(world.people[who])
        for name, args in pages(world):
            url = reverse(f"filings:{name}", args=args)
            for answer in (client.get(url), client.post(url, {"reason": "x", "comment": "x", "text": "x"})):
                if answer.status_code not in (403, 404, 405):
                    wrong.append((who, answer.wsgi_request.method, url, answer.status_code))
        for method, path, body in calls(world):
            answer = caller.call(method, path, body)
            if answer.status not in (403, 404, 422) or (answer.status == 422 and path != "filings/"):
                wrong.append((who, method, path, answer.status))
    assert wrong == []
    assert state_of(world) == before


def test_readers_change_nothing(world):
    before, wrong = state_of(world), []
    for who in READERS:
        client, caller = browse(world.people[who]), Caller(world.people[who])
        for name, args in pages(world):
            url = reverse(f"filings:{name}", args=args)
            got, answer = client.get(url), client.post(url, {"reason": "x", "comment": "x", "text": "x"})
            if got.status_code not in (200, 403, 404, 409) or answer.status_code not in (403, 404, 405, 409):
                wrong.append((who, url, got.status_code, answer.status_code))
        for method, path, body in calls(world):
            answer = caller.call(method, path, body)
            # 409: there is nothing to be done in this state, whoever asks
            allowed = (
                (200, 403, 404) if method == "GET" else (403, 404, 409, 422 if path == "filings/" else 403)
            )
            if answer.status not in allowed:
                wrong.append((who, method, path, answer.status))
    assert wrong == []
    assert state_of(world) == before


def test_a_member_does_not_speak_for_the_lead(world):
    before, wrong = state_of(world), []
    for who in ("member", "filler"):
        client, caller = browse(world.people[who]), Caller(world.people[who])
        free = {"entity_leave", "problem_raise", "problem_act", "problem"}
        free |= {"entity_start"} if who == "filler" else set()
        for name, args in pages(world):
            if name in free:
                continue
            url = reverse(f"filings:{name}", args=args)
            answer = client.post(url, {"reason": "x", "comment": "x", "text": "x"})
            if answer.status_code not in (403, 404, 405):
                wrong.append((who, url, answer.status_code))
        for method, path, body in calls(world):
            if method == "GET" or "problems" in path or "leave" in path or path == "filings/":
                continue
            if caller.call(method, path, body).status not in (403, 404):
                wrong.append((who, method, path))
    assert wrong == []
    assert state_of(world) == before


# --- what is read ---------------------------------------------------------------------------


HIDDEN = {
    "member": set(WORDS) - {"problem"},
    "former": set(WORDS),
    "outsider": set(WORDS),
    "expert": set(WORDS),
    "zibo_head": set(WORDS),
    "other_district": set(WORDS),
    "lead": {"granted", "pending", "weighed", "proposal", "findings", "follow_up", "candidate"},
}


@pytest.mark.parametrize("who", list(HIDDEN))
def test_what_is_internal_stays_inside(world, who):
    user, found = world.people[who], {}
    client, caller = browse(user), Caller(user)
    urls = [reverse(f"filings:{name}", args=args) for name, args in pages(world)]
    urls += [reverse(f"filings:{name}") for name in ("entities", "home", "visits", "problems", "candidates")]
    urls += [
        reverse("duties:list") + "?whose=all",
        reverse("duties:month"),
        reverse("messages:list") + "?tab=all",
    ]
    urls += [*public(world), f"{reverse('filings:entities')}?q={WORDS['candidate']}"]
    for url in urls:
        note(found, url, client.get(url, follow=True).content.decode())
    for method, path, _body in calls(world):
        if method == "GET":
            note(found, path, caller.get(path).text)
    for path in ("duties/", f"entities/{world.entity.code}/", "messages/"):
        note(found, path, caller.get(path).text)
    assert {word: where for word, where in found.items() if word in HIDDEN[who]} == {}


def note(found, where, text):
    for name, word in WORDS.items():
        # what was searched for is said again
        if word in re.sub(r'value="[^"]*"|q=[^"&]*', "", text) and "?q=" not in where:
            found.setdefault(name, where)


def public(world):
    code = world.entity.code
    papers = IssuedDocument.objects.values_list("verification_code", flat=True)
    return [
        reverse("portal:register"),
        reverse("portal:entity", args=[code]),
        reverse("portal:notices"),
        f"/api/v1/entities/{code}/",
        "/api/v1/public/register/",
        *(f"/verify/{one}/" for one in papers),
    ]


def test_the_public_and_the_mails_hold_none_of_it(world, client):
    found = {}
    for url in public(world):
        note(found, url, client.get(url).content.decode())
    for row in Message.objects.all():
        note(found, f"message {row.pk}", row.title + row.text)
    for row in OutboxMail.objects.all():
        note(found, f"mail {row.pk}", row.subject)
    assert found == {}


def test_files_of_a_hearing_and_a_rating(world):
    statement = world.cancellation.statements.get().stored
    report = world.rating.report
    papers = [p.stored for p in world.cancellation.documents.select_related("stored") if p.stored]
    may = {"lead", "filler", "district", "officer", "director", "auditor", "finance"}
    for who, user in world.people.items():
        client = browse(user)
        for stored in (statement, report, *papers):
            answer = client.get(f"/files/{stored.pk}/")
            if answer.streaming:
                b"".join(answer.streaming_content)
            assert (answer.status_code == 200) == (who in may), (who, stored.kind, answer.status_code)
