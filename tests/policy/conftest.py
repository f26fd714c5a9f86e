"""Two people of a bureau, and a change between them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import District
from policy.models import Change, Parameter
from policy.services.changes import propose_change
from tests.makers.accounts import act, make_bureau, make_user


@pytest.fixture
def bureau(db: None) -> Any:
    return make_bureau("370200")


@pytest.fixture
def officer(bureau: Any) -> Any:
    return make_user("case_officer", bureau)


@pytest.fixture
def director(bureau: Any) -> Any:
    return make_user("division_head", bureau)


@pytest.fixture
def propose(officer: Any) -> Callable[..., Change]:
    """A proposal for a parameter: by default 48 months from July in Qingdao."""

    def make(
        key: str = "fil_cons_validity", *, by: Any = None, place: str = "370200", **given: Any
    ) -> Change:
        values = {"value": 48, "valid_from": date(2026, 7, 1), "reason": "市里新的规定", **given}
        return propose_change(
            actor=act(by or officer),
            target=Parameter.objects.get(key=key),
            place=District.objects.get(code=place),
            **values,
        )

    return make
