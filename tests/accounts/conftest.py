"""A unit and its administrator, for the tests of pages."""

from decimal import Decimal

import pytest

from accounts.models import Organisation, User
from tests.makers.accounts import make_organisation, make_user


@pytest.fixture
def unit() -> Organisation:
    return make_organisation(
        name="崂山明衡科技有限公司",
        figures={2025: {"rd_expenditure": Decimal("12345678.90"), "staff": Decimal(86)}},
    )


@pytest.fixture
def admin(unit: Organisation) -> User:
    return make_user("unit_admin", unit, name="林知远")
