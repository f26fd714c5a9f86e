"""Generated calls about rounds and reports get what the OpenAPI document promises."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application

from tests.api.caller import Caller
from tests.api.test_schema import one_connection, run
from tests.makers import audit as papers
from tests.makers import evaluation as make

OWN = ("/api/v1/rounds", "/api/v1/reports")


@pytest.mark.django_db
def test_generated_calls_get_what_the_document_promises(frozen: Any) -> None:
    cast = make.make_cast(2)
    row = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    make.figures(row, cast)
    papers.issued(make.run_of(row, cast), cast.entity)
    subject = row.entities.get(entity=cast.entity)
    caller = Caller(cast.officer.user)
    known: dict[str, Any] = {"code": row.code, "id": subject.pk}
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", app=get_wsgi_application())
        own = [
            found for found in (one.ok() for one in schema.get_all_operations()) if found.path.startswith(OWN)
        ]
        assert len(own) >= 18
        for operation in own:
            run(operation, caller, known)
