"""A broker that is killed and comes back empty delays a round; it loses and doubles nothing."""

import pytest
from django.db import connection

from core.models import Job
from evaluation import proving_broker
from evaluation.proving_rows import make_people
from evaluation.services import plans
from tests.conftest import Frozen

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_two_rounds_end_whole_though_the_broker_was_killed_and_emptied(frozen: Frozen) -> None:
    frozen.release()
    who = make_people()
    connection.close()
    found = proving_broker.prove(who, 3, 3.0, sweep_every=2)
    assert (found.verdict.faults, found.verdict.entities, found.verdict.reports) == (0, 6, 8), found
    assert found.planned == 1
    assert Job.objects.filter(kind=plans.JOB).count() == 1
