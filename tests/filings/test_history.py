"""Row history of the register comes from triggers: a bulk update and raw SQL are seen too."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from filings.models import Certificate, Entity, FilingVersion
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def test_bulk_updates_and_raw_sql_leave_a_trace(frozen):
    entity = make.drive(make.make_case(), "filed", frozen).entity
    events = apps.get_model("filings", "EntityEvent").objects.filter(pgh_obj_id=entity.pk)
    before = events.count()
    Entity.objects.filter(pk=entity.pk).update(industry="qd_ai2")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE filings_entity SET industry = 'x' WHERE id = %s", [entity.pk])
    assert events.count() == before + 2


def test_a_refusal_without_a_reason_cannot_be_stored(frozen):
    filing = make.drive(make.make_case(), "submitted", frozen)
    with pytest.raises(DatabaseError, match="filing_refusal_has_reason"), transaction.atomic():
        type(filing).objects.filter(pk=filing.pk).update(
            state="not_recommended", ended_at=filing.submitted_at
        )


def test_a_state_without_its_moment_cannot_be_stored(frozen):
    filing = make.drive(make.make_case(), "submitted", frozen)
    with pytest.raises(DatabaseError, match="filing_accepted_has_moment"), transaction.atomic():
        type(filing).objects.filter(pk=filing.pk).update(state="accepted")


def test_a_revocation_without_a_reason_cannot_be_stored(frozen):
    certificate = make.drive(make.make_case(), "filed", frozen).certificate
    with pytest.raises(DatabaseError, match="certificate_end_has_reason"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(standing="revoked")


def test_versions_keep_the_digest_of_what_they_hold(frozen):
    from core.canonical import digest

    filing = make.drive(make.make_case(), "submitted", frozen)
    version = FilingVersion.objects.get(filing=filing)
    assert digest(version.snapshot) == version.sha256


@pytest.mark.parametrize("change", ["update", "delete"])
def test_versions_and_timeline_are_never_rewritten(frozen, change):
    filing = make.drive(make.make_case(), "submitted", frozen)
    for rows in (filing.versions.all(), filing.events.all()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(id=0) if change == "update" else rows._raw_delete(rows.db)
