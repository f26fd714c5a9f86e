"""Workers killed at moments of chance lose, double and tear nothing; and the count would see it if they did."""

import random

import pytest
from django.db import connection

from core import files, jobs
from evaluation import proving
from evaluation.models import Report
from evaluation.proving_rows import make_people, make_round
from filings.models import Rating
from tests.conftest import Frozen

KILLS = 5


@pytest.mark.django_db(transaction=True)
def test_five_killed_workers_leave_every_report_once_and_whole(frozen: Frozen) -> None:
    frozen.release()
    row = make_round(make_people(), 1, 5)
    connection.close()
    proving.harass(KILLS, random.Random(5), proving.start_worker)
    found = proving.judge(row)
    assert (found.faults, found.entities, found.reports) == (0, 5, 6), found


@pytest.mark.django_db
def test_the_count_sees_what_is_missing_double_torn_or_different() -> None:
    row = make_round(make_people(), 1, 3)
    jobs.run_pending()
    assert proving.judge(row).faults == 0
    report = Report.objects.filter(round=row, entity__isnull=False).select_related("stored").first()
    assert report is not None and report.stored is not None
    rating = Rating.objects.filter(round=row.name).first()
    assert rating is not None
    Rating.objects.filter(pk=rating.pk).update(round="another")
    assert proving.judge(row).lost == 1
    place = files.path_of(report.stored.sha256)
    whole = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(whole[: len(whole) // 2])
    try:
        with pytest.raises(Exception, match="文件"):
            files.read_checked(report.stored)
        assert proving.judge(row).torn == 1
    finally:
        place.write_bytes(whole)
