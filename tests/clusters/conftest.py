"""A cluster of either kind with everybody around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from filings.models import Entity
from tests.makers import clusters as make
from tests.makers.accounts import act, make_organisation, make_user


@dataclass
class Around:
    """A strategic cluster on the register, with actors of everybody."""

    case: make.ClusterCase
    cluster: Entity

    @property
    def body(self) -> Any:
        return self.case.actor("applicant")

    @property
    def city(self) -> Any:
        return self.case.actor("passing")

    @property
    def province(self) -> Any:
        return self.case.actor("officer")

    def outsider(self, role: str = "unit_admin") -> Any:
        return act(make_user(role, make_organisation(district="370303")))


@pytest.fixture
def around(db: None) -> Around:
    case = make.make_strategic_case()
    return Around(case, make.on_register(case=case))


@pytest.fixture
def innovative(db: None) -> Around:
    case = make.make_innovative_case(experts=0)
    return Around(case, make.on_register("innovative_cluster", case=case))
