"""An auditor reads and changes nothing: every address of evaluations and filings that takes a form refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from core.models import AuditEntry, Job
from evaluation.models import Round, RoundEntity
from filings.models import Entity
from tests.makers import audit as papers
from tests.makers import evaluation as make
from tests.makers.accounts import as_person, make_user

pytestmark = pytest.mark.django_db

SPACES = ("evaluation", "filings")
#: An auditor may have these made: they gather what is there and stand in the log.
MADE = {"evaluation:audit_archive", "evaluation:audit_pack"}
REFUSED = (403, 404, 405)


def addresses(found: Any, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named address below the two apps."""
    for one in found.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, one.namespace or space)
        elif space in SPACES and one.name:
            yield f"{space}:{one.name}", one


def takes_forms(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", None)
    return view is None or (hasattr(view, "post") and "post" in view.http_method_names)


def filled(name: str, pattern: URLPattern, known: dict[str, Any]) -> str:
    """The address with what is really there."""
    converters = pattern.pattern.converters  # type: ignore[union-attr]
    given = {
        key: known.get(key, known["pk"] if "Int" in type(kind).__name__ else "x")
        for key, kind in converters.items()
    }
    return reverse(name, kwargs=given)


def state() -> tuple[Any, ...]:
    """What an act would change."""
    return (
        list(Round.objects.order_by("pk").values()),
        list(RoundEntity.objects.order_by("pk").values()),
        list(Entity.objects.order_by("pk").values()),
        Job.objects.count(),
        AuditEntry.objects.filter(result="ok").count(),
    )


def test_no_form_of_evaluations_or_filings_takes_anything_from_an_auditor(frozen: Any) -> None:
    cast = make.make_cast(2)
    row = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    row.refresh_from_db()
    papers.issued(row.run, cast.entity)
    subject = row.entities.get(entity=cast.entity)
    person = as_person(make_user("auditor", cast.bureau))
    person.get(reverse("evaluation:audit"))
    before, tried = state(), 0
    for name, pattern in addresses(get_resolver()):
        if name in MADE or not takes_forms(pattern):
            continue
        own = cast.entity.code if name.startswith("filings:") else row.code
        known = {"code": own, "pk": subject.pk, "name": "reopen", "verb": "confirm", "indicator": "S1"}
        try:
            address = filled(name, pattern, known)
        except NoReverseMatch:
            continue
        answer = person.post(address, {"reason": "理由", "comment": "理由", "value": "1"})
        assert answer.status_code in REFUSED, (name, address, answer.status_code)
        tried += 1
    assert tried > 60, tried
    assert state() == before
