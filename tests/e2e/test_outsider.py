"""A guessed number of somebody else's case answers like a number that does not exist, under every address."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from core import jobs
from core.actor import Actor
from core.models import StoredFile
from filings.enums import State
from filings.models import Filing, Objection
from filings.services import notice, participation
from tests.api.caller import Caller
from tests.makers import filings as make
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.support.consistency import routes

pytestmark = pytest.mark.django_db

RANDOM = 987_654_321
METHODS = ("get", "post", "head", "put", "delete")
UNITS = ("outsider", "filler of another unit", "unit that declined")
# A filing below the desk is its number too; an expert of the pool is none.
WITH_FILING = re.compile(r"^filings/(desk/|reviews/)?<int:pk>/")
WORDS = {"key": "basic", "condition": "elig_cons_min_enterprises", "name": "withdraw"}


@pytest.fixture
def foreign(frozen: Any) -> tuple[make.Case, list[Filing]]:
    """Somebody else's cases: a draft, one in correction, one on notice with an objection, one filed."""
    case = make.make_case()
    found = [
        make.drive(case, state, frozen)
        for state in (State.DRAFT, State.IN_CORRECTION, State.FILED, State.ON_NOTICE)
    ]
    notice.object_to(
        actor=Actor.public(),
        notice_id=found[-1].notices.get().pk,
        name="某单位",
        contact="0532-0000000",
        text="任务重复",
    )
    return case, found


def visitors(case: make.Case, draft: Filing) -> dict[str, Any]:
    """Who has nothing to do with these cases."""
    unit = make_organisation("enterprise")
    declined = make_user("unit_admin", make_organisation("university"))
    place = participation.invite(
        actor=case.actor("applicant"),
        filing=draft,
        code=declined.memberships.get().organisation.credit_code,
        role="academic",
    )
    actor = make.act(declined, place.organisation)
    participation.decline(actor=actor, filing=draft, participant=place, reason="不参与")
    return {
        "outsider": make_user("unit_admin", unit),
        "filler of another unit": make_user("filler", unit),
        "unit that declined": declined,
        "district of another place": make_user("district_officer", make_bureau("370211")),
        "officer of another city": make_user("case_officer", make_bureau("370300")),
        "auditor of another city": make_user("auditor", make_bureau("370300")),
        "expert who was not drawn": make_user("expert", case.bureau),
    }


def addresses() -> list[str]:
    """Every page below one filing; `{pk}` is its number, `{other}` what lies below it."""
    found = [address for address, _name, _view in routes(get_resolver().url_patterns)]
    found = [address for address in found if WITH_FILING.match(address)]
    shaped = [
        re.sub(r"<int:(?!pk>)\w+>", "{other}", address).replace("<int:pk>", "{pk}") for address in found
    ]
    for name, word in WORDS.items():
        shaped = [address.replace(f"<slug:{name}>", word) for address in shaped]
    return sorted(set(shaped))


def below(filing: Filing) -> int:
    """A number that really exists below this filing."""
    rows = (
        Objection.objects.filter(notice__filing=filing),
        filing.corrections.all(),
        filing.participants.all(),
    )
    return next(found.pk for row in rows if (found := row.last()))


def test_there_are_pages_to_try() -> None:
    assert len(addresses()) >= 30


def test_nobody_else_finds_a_page(foreign: tuple[make.Case, list[Filing]]) -> None:
    """The outsider by every method at every state, the others at one; pages and lists."""
    case, filings = foreign
    for who, user in visitors(case, filings[0]).items():
        is_outsider = who == "outsider"
        client = Client()
        client.force_login(user)
        for address in addresses():
            for method in METHODS if is_outsider else METHODS[:2]:
                tried = filings if is_outsider and method == "get" else filings[1:2]
                status = probe(client, address, method, tried, case.lead.name)
                assert status in ((404, 405) if who in UNITS else (403, 404, 405)), (
                    who,
                    method,
                    address,
                    status,
                )
        for name in ("filings:home", "filings:worklist", "filings:reviews", "portal:desk"):
            text = client.get(reverse(name), follow=True).content.decode()
            assert case.lead.name not in text and filings[1].receipt_number not in text, (who, name)


def probe(client: Client, address: str, method: str, filings: list[Filing], secret: str) -> int:
    """The status of a number that does not exist; every existing one answers the same and tells nothing."""
    call = getattr(client, method)
    random = call("/" + address.format(pk=RANDOM, other=RANDOM))
    for filing in filings:
        real = call("/" + address.format(pk=filing.pk, other=below(filing)))
        assert real.status_code == random.status_code, (method, address, filing.state)
        assert read(real) == read(random), (method, address)
        assert secret not in real.content.decode()
    return int(random.status_code)


def read(answer: Any) -> str:
    """What a person reads of an answer: no tags, no numbers (of the request, of the filing)."""
    text = re.sub(r"<[^>]*>", "", answer.content.decode())
    return re.sub(r"\s+|[0-9a-f]{32}|\d+", "", text)


def test_nobody_else_opens_a_file(foreign: tuple[make.Case, list[Filing]]) -> None:
    case, filings = foreign
    jobs.run_pending()
    stored = list(StoredFile.objects.all())
    assert {file.kind for file in stored} == {"filings.attachment", "filings.document"}
    for who, user in visitors(case, filings[0]).items():
        client = Client()
        client.force_login(user)
        random = client.get(reverse("core:file", args=[uuid.uuid4()])).status_code
        assert random == 404
        for file in stored:
            for query in ("", "?inline=1"):
                answer = client.get(reverse("core:file", args=[file.pk]) + query)
                assert answer.status_code == random, (who, file.name)
                assert file.name not in answer.content.decode()


def test_the_api_knows_no_more(foreign: tuple[make.Case, list[Filing]]) -> None:
    case, filings = foreign
    for user in visitors(case, filings[0]).values():
        caller = Caller(user)
        for filing in filings:
            for path in ("", "events/", "versions/", "participants/", "reviews/"):
                real = caller.get(f"filings/{filing.pk}/{path}")
                random = caller.get(f"filings/{RANDOM}/{path}")
                assert (real.status, real.text) == (random.status, random.text)
                assert real.status in (404, 405)
        assert caller.get("filings/").ok()["count"] == 0
