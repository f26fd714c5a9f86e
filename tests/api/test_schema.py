"""The OpenAPI document is valid and true: generated calls of several roles get what it promises, and no 500."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.caller import Caller
from tests.makers.filings import drive, make_case

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "3"))
FIXED = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_document_is_valid(tmp_path) -> None:
    path = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))
    assert "/api/v1/filings/{id}/actions/{name}/" in path.read_text()


def test_document_and_pages_are_served_under_the_content_policy(client, db) -> None:
    document = client.get("/api/schema/?format=json")
    assert document.status_code == 200
    page = client.get("/api/docs/")
    policy = page["Content-Security-Policy"]
    assert page.status_code == 200
    assert "unsafe-inline" not in policy
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


def ids(filing: Any) -> dict[str, int]:
    """Numbers that exist, by the name they have in addresses."""
    return {
        "id": filing.pk,
        "pid": filing.participants.last().pk,
        "cid": filing.corrections.first().pk,
        "aid": filing.attachments.first().pk,
        "number": 1,
    }


def run(operation: Any, caller: Caller, known: dict[str, int]) -> None:
    """A few generated calls of one operation; numbers of the address are real half of the time."""
    turn = iter(range(10_000))

    @FIXED
    @hypothesis.given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        if next(turn) % 2 == 0:
            names = set(case.path_parameters or {}) & set(known)
            case.path_parameters = {**(case.path_parameters or {}), **{n: known[n] for n in names}}
        case.headers.pop("X-Organisation", None)
        case.headers.pop("Idempotency-Key", None)
        response = case.call(headers=caller.headers)
        case.validate_response(response, checks=CHECKS)

    attempt()


@contextlib.contextmanager
def one_connection() -> Iterator[None]:
    """As Django's own client does: a request ends without closing the connection of the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@pytest.mark.parametrize("who", ["applicant", "member", "officer", "nobody"])
def test_generated_calls_get_what_the_document_promises(who: str, db) -> None:
    case = make_case(experts=0)
    filing = drive(case, "in_correction")
    users = {"applicant": case.applicant, "member": case.member_users[0], "officer": case.officer}
    caller = Caller(users.get(who))
    known = ids(filing)
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", app=get_wsgi_application())
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) >= 38
        for operation in operations:
            if not operation.path.startswith("/api/v1/auth/"):
                run(operation, caller, known)
