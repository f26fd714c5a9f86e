"""What happened to somebody else's consortium answers like one that does not exist: pages, files, API, for every address."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.services import notify
from core import clock, jobs
from core.models import StoredFile
from filings.models import Entity
from filings.services import cancellation, candidates, entity_waivers, membership, ratings
from filings.services.absence import set_absence
from tests.api.caller import Caller
from tests.e2e.test_outsider import METHODS, RANDOM, UNITS, read
from tests.e2e.years import ENTERPRISES
from tests.makers import accompany, after
from tests.makers import filings as make
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.support.consistency import routes

pytestmark = pytest.mark.django_db

# what no answer may say; the names of the entity and of its members are public
SECRETS = ("评价结论金丝雀", "陈述申辩金丝雀", "困难金丝雀", "走访金丝雀", "退出原因金丝雀", "培育金丝雀")
NOBODY = "QD-LH-2099-9999"
# below these, every number or code is somebody's
OURS = re.compile(
    r"^(filings/(entities|cancellations|visits|problems|candidates)/|duties/|assignment/|messages/)"
    r".*<(int|slug|str):"
)
# words in an address that are nobody's
WORDS = {"<slug:condition>": ENTERPRISES, "<slug:action>": "change"}
PARTS = (
    "ratings",
    "cancellations",
    "visits",
    "problems",
    "candidates",
    "duties",
    "messages",
    "absence",
    "contacts",
)
ACTS = {"cancellations": "serve", "problems": "assign", "exceptions": "grant"}
# object pages that a unit may know of one of its own: for somebody else's there is only 404
OF_UNITS = re.compile(r"^(filings/(entities|cancellations)/|filings/problems/(<|new)|duties/|messages/)")
API = (
    ("get", "entities/{entities}/ratings/"),
    ("post", "entities/{entities}/ratings/"),
    ("post", "entities/{entities}/leave/"),
    ("get", "entities/{entities}/cancellations/"),
    ("post", "entities/{entities}/cancellations/"),
    ("post", f"entities/{{entities}}/waivers/{ENTERPRISES}/grant/"),
    ("get", "entities/{entities}/visits/"),
    ("get", "entities/{entities}/problems/"),
    ("post", "entities/{entities}/problems/"),
    ("post", "ratings/{ratings}/confirm/"),
    ("post", "ratings/{ratings}/refuse/"),
    ("get", "cancellations/{cancellations}/"),
    ("get", "cancellations/{cancellations}/statements/"),
    ("post", "cancellations/{cancellations}/statements/"),
    ("post", "cancellations/{cancellations}/actions/close_hearing/"),
    ("post", "cancellations/{cancellations}/actions/confirm_cancellation/"),
    ("get", "problems/{problems}/"),
    ("post", "problems/{problems}/actions/withdraw/"),
)


@dataclass
class World:
    """Somebody else's consortium with everything that can happen to it, by the part of the address it stands in."""

    case: make.Case
    entity: Entity
    numbers: dict[str, Any]


@pytest.fixture
def world(frozen: Any) -> World:
    case, entity = after.filed(frozen)
    officer = case.actor("officer")
    membership.leave(actor=case.member(0), entity=entity, reason="退出原因金丝雀")
    entity_waivers.ask(
        actor=case.actor("applicant"), entity=entity, condition=ENTERPRISES, reason="退出原因金丝雀"
    )
    given = {"round": "2026 年度", "rated_on": clock.today(), "grade": "fail", "summary": "评价结论金丝雀"}
    report = SimpleUploadedFile("评价报告.pdf", pdf_bytes("评价报告"), "application/pdf")
    rating = ratings.record_rating(actor=officer, entity=entity, upload=report, **given)
    ratings.confirm(actor=case.actor("director"), rating=rating)
    row = cancellation.serve(actor=officer, cancellation=entity.cancellations.get())
    proof = SimpleUploadedFile("证据.pdf", pdf_bytes("证据"), "application/pdf")
    cancellation.state_views(
        actor=case.actor("applicant"), cancellation=row, text="陈述申辩金丝雀", upload=proof
    )
    visit = accompany.held(case, entity, findings="走访金丝雀")
    problem = accompany.raised(case, entity, title="困难金丝雀")
    told = notify.tell(kind="entity", to=[case.applicant], title="困难金丝雀")
    away = set_absence(
        actor=officer,
        user=case.officer,
        cover=make_user("case_officer", case.bureau),
        since=clock.today(),
        until=clock.today(),
    )
    numbers = {
        "entities": entity.code,
        "cancellations": row.pk,
        "ratings": rating.pk,
        "visits": visit.pk,
        "problems": problem.pk,
        "candidates": candidate(case),
        "duties": entity.duties.filter(standing="open").latest("pk").pk,
        "messages": told[0].pk,
        "absence": away.pk,
        "contacts": entity.pk,
    }
    return World(case, entity, numbers)


def candidate(case: make.Case) -> int:
    facts = candidates.Facts(name="培育金丝雀", officer=case.officer)
    return int(candidates.add(actor=case.actor("officer"), programme="consortium", facts=facts).pk)


def visitors(case: make.Case) -> dict[str, Any]:
    """Who has nothing to do with it."""
    unit = make_organisation("enterprise")
    return {
        "outsider": make_user("unit_admin", unit),
        "filler of another unit": make_user("filler", unit),
        "district of another place": make_user("district_officer", make_bureau("370211")),
        "officer of another city": make_user("case_officer", make_bureau("370300")),
        "head of another city": make_user("division_head", make_bureau("370300")),
        "expert": make_user("expert", case.bureau),
    }


def addresses() -> list[str]:
    """Every page with somebody's number or code in it."""
    found = [address for address, _name, _view in routes(get_resolver().url_patterns)]
    return sorted({address for address in found if OURS.match(address) and "<str:token>" not in address})


def aimed(address: str, numbers: dict[str, Any]) -> str:
    """The address with these numbers, or with such as nobody has."""
    parts = re.findall(r"[a-z]+(?=/)", address)
    kind = next((part for part in reversed(parts) if part in PARTS), "")
    for place, word in {
        **WORDS,
        "<slug:name>": ACTS.get(next(filter(ACTS.get, parts[::-1]), ""), ""),
    }.items():
        address = address.replace(place, word)
    address = re.sub(r"<(slug|str):code>", str(numbers.get("entities", NOBODY)), address)
    return "/" + re.sub(r"<int:pk>", str(numbers.get(kind, RANDOM)), address)


def same(real: Any, random: Any, where: Any) -> int:
    """Both answers say the same, and nothing of what is known inside."""
    assert real.status_code == random.status_code, where
    text = real.content.decode()
    assert read(real).replace("QDLH", "") == read(random).replace("QDLH", ""), where
    assert not [secret for secret in SECRETS if secret in text], where
    return int(real.status_code)


def test_there_are_addresses_to_try(world: World) -> None:
    assert len(addresses()) >= 35
    mine = Client()
    mine.force_login(world.case.officer)
    ok = [a for a in addresses() if mine.get(aimed(a, world.numbers)).status_code == 200]
    # whoever may read them does find something there
    assert len(ok) >= 15, ok
    assert not [a for a in ok if "assignment" not in a and mine.get(aimed(a, {})).status_code == 200]


def test_nobody_else_finds_a_page(world: World) -> None:
    for who, user in visitors(world.case).items():
        client = Client()
        client.force_login(user)
        for address in addresses():
            for method in METHODS if who == "outsider" else METHODS[:2]:
                call = getattr(client, method)
                real, random = call(aimed(address, world.numbers)), call(aimed(address, {}))
                status = same(real, random, (who, method, address))
                strict = who in UNITS and OF_UNITS.match(address)
                assert status in ((404, 405) if strict else (403, 404, 405)), (who, method, address, status)


def test_lists_do_not_name_it(world: World) -> None:
    names = ("filings:entities", "filings:problems", "filings:visits", "filings:candidates", "duties:list")
    for who, user in visitors(world.case).items():
        client = Client()
        client.force_login(user)
        for name in (*names, "duties:month", "messages:list", "filings:home", "assignment:contacts"):
            text = client.get(reverse(name), follow=True).content.decode()
            assert not [s for s in (*SECRETS, world.entity.code) if s in text], (who, name)


def test_nobody_else_opens_a_file(world: World) -> None:
    jobs.run_pending()
    stored = StoredFile.objects.exclude(kind="filings.attachment")
    assert {file.kind for file in stored} == {"filings.document", "filings.rating", "filings.statement"}
    members = {"member": world.case.member_users[1], "member that left": world.case.member_users[0]}
    for who, user in (visitors(world.case) | members).items():
        client = Client()
        client.force_login(user)
        for file in stored:
            if who in members and file.owner_id and not is_of_hearing(file, world):
                continue
            for query in ("", "?inline=1"):
                answer = client.get(reverse("core:file", args=[file.pk]) + query)
                assert answer.status_code == 404, (who, file.name)
                random = client.get(reverse("core:file", args=[uuid.uuid4()]) + query)
                same(answer, random, (who, file.name))


def is_of_hearing(file: StoredFile, world: World) -> bool:
    """What a member may not read although it belongs: the hearing is between bureau and lead."""
    papers = world.entity.cancellations.get().documents.values_list("stored", flat=True)
    return file.kind == "filings.statement" or file.pk in papers


def test_the_api_knows_no_more(world: World) -> None:
    for who, user in visitors(world.case).items():
        caller = Caller(user)
        for method, path in API:
            real, random = (
                caller.call(method.upper(), path.format(**numbers), {} if method == "post" else None)
                for numbers in (world.numbers, dict.fromkeys(world.numbers, RANDOM) | {"entities": NOBODY})
            )
            assert (real.status, real.text) == (random.status, random.text), (who, method, path)
            assert real.status in (403, 404, 405), (who, method, path)
            assert not [secret for secret in SECRETS if secret in real.text]
        for path in ("duties/", "filings/"):
            assert not [s for s in SECRETS if s in caller.get(path).text]
