"""Wrong requests get an answer below 500, and quickly."""

from __future__ import annotations

import time

import pytest

from tests.api.caller import Caller
from tests.makers.accounts import make_organisation, make_user

JSON = "application/json"


@pytest.fixture
def caller(db) -> Caller:
    return Caller(make_user("unit_admin", make_organisation()))


BODIES = [
    (b"{", JSON, 400),
    (b"", JSON, 422),
    (b"[]", JSON, 422),
    (b'"x"', JSON, 422),
    (b"null", JSON, 422),
    (b"NaN", JSON, 400),
    (b'{"programme": Infinity}', JSON, 400),
    (b'{"programme": "a\\u0000b"}', JSON, 400),
    (b'{"programme": "\\ud800"}', JSON, 400),
    (b'{"a\\u0000": 1, "programme": "x"}', JSON, 400),
    (b"\xff\xfe", JSON, 400),
    (b'{"programme": "\xb2\xe2"}', JSON, 400),
    (b"[" * 100_000, JSON, 400),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON, 400),
    (b'{"content":' + b"[" * 40 + b"]" * 40 + b"}", JSON, 400),
    (b'{"programme": ' + b"9" * 5000 + b"}", JSON, 400),
    (b'{"programme": "x"}', JSON + "; charset=utf-16", 415),
    (b'{"programme": "x"}', JSON + "; charset=zlib", 415),
    (b'{"programme": "x"}', JSON + "; charset=rot13", 415),
    (b'{"programme": "x"}', JSON + "; charset=no-such", 415),
    (b"programme=x", "application/x-www-form-urlencoded", 415),
    (b"<x/>", "text/xml", 415),
    (b"--x\r\n", "multipart/form-data", 415),
    (b'{"programme": ["consortium"]}', JSON, 422),
    (b'{"programme": "consortium", "action": "fly"}', JSON, 422),
    (b'{"programme": "consortium", "action": "renew"}', JSON, 422),
    (b'{"programme": "consortium", "entity": "QD-LH-2026-0001"}', JSON, 422),
    (b'{"programme": {"$ne": 1}}', JSON, 422),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
def test_a_malformed_body(caller, body, kind, status) -> None:
    began = time.process_time()
    answer = caller.raw("filings/", body, kind)
    assert answer.status == status, answer
    assert set(answer.body) == {"type", "title", "status", "errors"}
    assert answer.response["Content-Type"] == "application/problem+json"
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("filings/?page_size=101", 422),
        ("filings/?page_size=0", 422),
        ("filings/?page_size=1e9", 422),
        ("filings/?page_size=９", 422),
        ("filings/?page_size=" + "9" * 5000, 422),
        ("filings/?page=0", 422),
        ("filings/?page=x", 422),
        ("filings/?page=999", 404),
        ("filings/?page=" + "9" * 100, 422),
        ("filings/?nothing=1", 422),
        ("filings/?state=flying", 422),
        ("filings/?applicant__password__startswith=x", 422),
        ("filings/?since=yesterday", 422),
        ("filings/?q=%00", 422),
        ("filings/?q=%FF%FE", 200),
        ("filings/?q=" + "x" * 61, 422),
        ("filings/?programme=x&programme=consortium", 200),
        ("filings/?format=xml", 404),
        ("entities/?status=x", 422),
        ("entities/?on=2026-02-30", 422),
        ("entities/?on=0000-00-00", 422),
        ("entities/?q=%00", 422),
        ("entities/a%00b/", 404),
        ("filings/99999999999999999999/", 404),
        ("filings/" + "9" * 5000 + "/", 404),
        ("filings/-1/", 404),
        ("filings/1/diff/", 404),
        ("public/verify/" + "a" * 3000 + "/", 404),
        ("public/verify/x/?on=x", 422),
        ("public/register/?kind=%00", 422),
        ("public/notices/?current=maybe", 422),
        ("public/notices/99999999999999999999/", 404),
        ("nowhere/", 404),
    ],
)
def test_a_wrong_address_or_filter(caller, path, status) -> None:
    answer = caller.get(path)
    assert answer.status == status, answer
    if status >= 400:
        assert answer.body["status"] == status


@pytest.mark.parametrize(
    "header", ["Token", "Token a b", "Token \xff\xfe", "Token " + "x" * 5000, "Bearer x", "Token \u6d4b"]
)
def test_a_wrong_token_is_401(db, header) -> None:
    caller = Caller()
    caller.client.defaults["HTTP_AUTHORIZATION"] = header.encode("utf-8").decode("latin-1")
    answer = caller.get("filings/")
    assert answer.status == 401
    assert caller.get("public/register/").status == 200


def test_many_accepted_types_and_a_long_header_cost_little(caller) -> None:
    began = time.process_time()
    answer = caller.get("filings/", Accept=",".join(f"a/{n};q=0.{n % 9}" for n in range(3000)))
    assert answer.status == 406
    assert answer.body["status"] == 406
    assert time.process_time() - began < 1


def test_a_large_body_is_refused_before_it_is_read(caller) -> None:
    answer = caller.raw("filings/", b'{"programme": "' + b"x" * (6 << 20) + b'"}', JSON)
    assert answer.status == 413


def test_methods_that_do_not_exist_are_405(caller) -> None:
    for path in ("filings/", "programmes/", "public/register/"):
        assert caller.call("DELETE", path).status == 405


def test_objections_are_limited_by_address(db) -> None:
    nobody = Caller()
    body = {"name": "甲", "contact": "乙", "text": "丙"}
    seen = {nobody.post("public/notices/1/objections/", body).status for _ in range(25)}
    assert seen == {404, 429}
    last = nobody.post("public/notices/1/objections/", body)
    assert int(last.response["Retry-After"]) > 0
