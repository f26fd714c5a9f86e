"""Health and the form of API errors."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions

from config import health
from config.api import problem_details
from core.errors import Invalid, NotNow, Problem

PROBLEM_KEYS = {"type", "title", "status", "errors"}


def test_healthz_needs_nobody(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_readyz_names_what_does_not_answer_and_nothing_else(client, db, monkeypatch):
    def broken() -> None:
        raise RuntimeError("the password of the database is x")

    monkeypatch.setitem(health.CHECKS, "worker", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {"database": True, "broker": True, "worker": False, "storage": True}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (exceptions.ParseError(), 400),
        (exceptions.NotAuthenticated(), 401),
        (PermissionDenied(), 403),
        (Http404(), 404),
        (exceptions.MethodNotAllowed("PUT"), 405),
        (NotNow.one("late", "x"), 409),
        (exceptions.ValidationError({"months": ["x"]}), 422),
        (exceptions.Throttled(), 429),
    ],
    ids=lambda value: value if isinstance(value, int) else type(value).__name__,
)
def test_every_error_is_a_problem_document(error, status):
    answer = problem_details(error, {})
    assert answer.status_code == status
    assert set(answer.data) == PROBLEM_KEYS
    assert answer.data["status"] == status
    assert answer.content_type == "application/problem+json"


def test_all_problems_with_field_and_clause():
    error = Invalid([Problem("a", "甲", "months", "条款1"), Problem("b", "乙")])
    assert problem_details(error, {}).data["errors"] == [
        {"field": "months", "code": "a", "message": "甲", "clause": "条款1"},
        {"field": "", "code": "b", "message": "乙"},
    ]


def test_nested_fields_have_a_path():
    error = exceptions.ValidationError({"items": [{}, {"field": ["x", "y"]}]})
    fields = [entry["field"] for entry in problem_details(error, {}).data["errors"]]
    assert fields == ["items.1.field", "items.1.field"]


def test_an_unknown_error_is_not_hidden():
    assert problem_details(RuntimeError("x"), {}) is None
