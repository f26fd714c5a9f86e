"""The days of the demonstration keep their order on whatever day it is loaded, holidays of a week and more included."""

from __future__ import annotations

import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
import yaml
from django.conf import settings

from core import workdays
from portal.demo import walk

pytestmark = pytest.mark.django_db

FILE = settings.BASE_DIR / "fixtures" / "demo" / "evaluation.yaml"
ROUNDS = yaml.safe_load(FILE.read_text())["rounds"]
#: Each on a later day than the one before, since a round moves only once the deadline has passed.
APART = ("reports_until", "closed")
ORDER = ("opened", "reported", "submitted", "reports_until", "closed", "checks_until", "reviews_until")
#: Working days from the beginning of a self-assessment to its submission (`walk.Road`): nobody is late unless meant.
TO_SUBMIT = 2
ENDS = ("closed", "scored", "confirmed")


@pytest.mark.parametrize("row", ROUNDS, ids=lambda row: row["name"])
def test_a_round_fits_every_day_of_a_year(row: dict[str, Any]) -> None:
    up_to = lru_cache(maxsize=None)(walk.up_to)
    broken = []
    for number in range(366):
        today = datetime.date(2026, 3, 1) + datetime.timedelta(days=number)
        days = {name: up_to(today - datetime.timedelta(days=ago)) for name, ago in row["days"].items()}
        days["submitted"] = workdays.add_workdays(days["reported"], TO_SUBMIT)
        for names in (ORDER, ENDS):
            known = [name for name in names if name in days]
            broken += [
                (today, one, two)
                for one, two in pairwise(known)
                if days[one] > days[two] or ((one, two) == APART and days[one] == days[two])
            ]
    assert not broken
