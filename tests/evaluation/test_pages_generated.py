"""Every page of evaluations, for every role, with what nobody would type: an answer, never a fault of ours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from core import jobs
from evaluation.services import inputs, schemes
from tests.makers import evaluation as make
from tests.makers.accounts import as_person, make_user

pytestmark = pytest.mark.django_db

TYPED = (
    "", " ", "0", "-1", "1", "3", "²", "٣", "1.5", "1e5", "1e999", "NaN", "-Infinity", "9" * 400, "99999999999",
    "a\x00b", "甲\u202e乙", "=1+1", "<script>alert(1)</script>", "'; --", "%s %(x)s {0}", "x" * 6000, "💥" * 60,
    "0001-01-01", "9999-12-31", "2026-02-30", "2026-12-31T00:00", "on", "true", "null", "[]", '{"a": 1}', "excellent",
    "M1", "S1", "midterm", "expiry", "veto:forged", "p10",
)  # fmt: skip
#: Bytes that are no text: what a browser would never send.
RAW = ("q=%ED%A0%80&tab=%FF", "page=%00", "run=%C2%B2&run=%D9%A3", "=&&=&%", "kind=" + "%26" * 500)
#: How often each page is tried in the suite; a campaign raises it.
EACH = 1


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of all pages with the names of their parameters."""
    found = resolver or next(
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and one.namespace == "evaluation"
    )
    for one in found.url_patterns:
        if isinstance(one, URLResolver):
            yield from routes(one)
        elif isinstance(one, URLPattern):
            yield (
                f"evaluation:{one.name}",
                tuple(one.pattern.converters) + tuple(one.pattern.regex.groupindex),
            )


@pytest.fixture
def world(frozen: Any) -> dict[str, Any]:
    """A draft, a round in the check and one that is confirmed; a scheme being written; people of every kind."""
    cast = make.make_cast(2)
    done = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    make.figures(done, cast)
    make.scored(done, cast)
    make.confirmed(done, cast)
    checked = make.close_reports(make.open_round(make.round_of(cast, name="专项"), cast), cast, frozen)
    make.figures(checked, cast)
    make.run_of(checked, cast)
    subject = checked.entities.first()
    mark = inputs.state_mark(actor=cast.head, subject=subject, kind="veto", key="forged", reason="查处决定")
    draft = schemes.copy(actor=cast.officer, row=make.scheme_for())
    jobs.run_pending()
    return {
        "cast": cast,
        "rounds": [make.round_of(cast, name="草稿"), checked, done],
        "subject": subject,
        "mark": mark,
        "scheme": draft,
        "people": {"officer": cast.officer.user, "auditor": make_user("auditor", cast.bureau)},
    }


def places(world: dict[str, Any], names: tuple[str, ...], chance: random.Random) -> dict[str, Any]:
    """Parameters that are mostly real."""
    row = chance.choice(world["rounds"])
    subject = world["subject"] if chance.random() < 0.7 else row.entities.first() or world["subject"]
    real = {
        "code": row.code if chance.random() < 0.5 else world["rounds"][1].code,
        "pk": chance.choice([subject.pk, world["scheme"].pk, world["cast"].entity.pk, 10**9]),
        "mark": world["mark"].pk,
        "verb": chance.choice(["confirm", "withdraw", "x"]),
        "name": chance.choice(["open", "close_reports", "accept_run", "confirm", "stop", "reopen", "zzz"]),
        "indicator": chance.choice(["S1", "H1", "zzz", "²"]),
        "into": chance.choice(["S", "Z"]),
        "group": chance.choice(["-", "S", "Z"]),
        "form": chance.choice(["csv", "xlsx"]),
    }
    return {name: real.get(name, 1) for name in names}


def of_scheme(
    world: dict[str, Any], name: str, given: dict[str, Any], chance: random.Random
) -> dict[str, Any]:
    """Pages of schemes mostly about the draft, its rows by their codes."""
    if ":scheme" in name:
        given |= {"pk": world["scheme"].pk} if chance.random() < 0.9 else {}
        if "code" in given:
            given["code"] = chance.choice(["S", "S1", "H", "Z9"])
    return given


def typed(page: Any, chance: random.Random) -> dict[str, Any]:
    """What stands in the form, good where nothing stands there, with one or two fields that nobody would fill so."""
    form = (page.context or {}).get("form") if hasattr(page, "context") else None
    held = {name: form[name].value() for name in form.fields} if hasattr(form, "fields") else {}
    given = {name: "查处决定" if value in (None, "") else value for name, value in held.items()}
    given |= {name: "查处决定" for name in ("reason", "comment") if not given.get(name)}
    for name in chance.sample([*given, "do", "trial", "undo", "form_key"], chance.choice([0, 1, 1, 2])):
        given[name] = chance.choice(TYPED) if chance.random() < 0.9 else [chance.choice(TYPED), "1"]
    return given


def tried(client: Client, url: str, chance: random.Random) -> Iterator[tuple[str, int]]:
    """The answers of a page and of what is sent to it."""
    names = ("q", "tab", "page", "run", "plan", "with", "kind", "year", "words")
    query = {name: chance.choice(TYPED) for name in names}
    page = client.get(url, query if chance.random() < 0.5 else {})
    yield f"GET {url} {query}", page.status_code
    if chance.random() < 0.2:
        raw = chance.choice(RAW)
        answer = client.post(f"{url}?{raw}", raw, content_type="application/x-www-form-urlencoded")
        yield f"POST {url} {raw}", answer.status_code
        return
    body = typed(page, chance)
    yield f"POST {url} {body}", client.post(url, body).status_code


@pytest.mark.parametrize("who", ["officer", "auditor"])
def test_no_page_breaks(world: dict[str, Any], who: str) -> None:
    chance = random.Random(f"evaluation {who}")
    client = as_person(world["people"][who])
    client.raise_request_exception = False
    known = sorted(set(routes()))
    assert len(known) > 50
    wrong, seen = [], set()
    for name, names in known:
        for _turn in range(EACH):
            given = of_scheme(world, name, places(world, names, chance), chance)
            try:
                url = reverse(name, kwargs=given)
            except NoReverseMatch:
                continue
            for told, code in tried(client, url, chance):
                seen.add(code)
                wrong += [(told[:900], code)] if code >= 500 else []
    assert not wrong, wrong
    assert {200, 403, 404} <= seen  # pages were shown, acts refused, others not found
