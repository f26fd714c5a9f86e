"""What the database itself refuses."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from clusters.models import ClusterFirm
from core import clock
from tests.makers.accounts import make_user
from tests.makers.duties import make_entity

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 1, 1)


def firm(cluster, code="91370303MAXX00015H", joined=DAY, left=None):
    return ClusterFirm.objects.create(
        cluster=cluster,
        credit_code=code,
        name="淄博岭舟新材料有限公司",
        name_key="zi bo",
        joined_on=joined,
        left_on=left,
        leave_reason="迁出" if left else "",
        recorded_by=make_user("case_officer"),
        recorded_at=clock.now(),
    )


def test_a_firm_is_counted_once_at_a_time():
    cluster, other = make_entity(), make_entity()
    firm(cluster, left=datetime.date(2026, 2, 1))
    firm(cluster, joined=datetime.date(2026, 2, 1))  # back on the very day it had left
    firm(other)
    firm(cluster, code="91370303MAXX00023C")
    for days in ((datetime.date(2026, 1, 15), datetime.date(2026, 1, 20)), (datetime.date(2026, 5, 1), None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            firm(cluster, joined=days[0], left=days[1])


def test_nobody_leaves_before_joining():
    with pytest.raises(IntegrityError), transaction.atomic():
        firm(make_entity(), left=DAY)
