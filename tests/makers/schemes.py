"""A bureau that writes schemes: one who writes, one who publishes, one who audits."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from evaluation.models import Scheme
from evaluation.scheme.editing import indicators
from evaluation.services import schemes
from tests.makers.accounts import act, make_bureau, make_user


class Bureau:
    """`officer` writes, `head` publishes, `auditor` reads; `other` heads a division in another city."""

    def __init__(self, place: str = "370200") -> None:
        self.office: Organisation = make_bureau(place)
        self.people: dict[str, Any] = {
            role: make_user(role, self.office) for role in ("case_officer", "division_head", "auditor")
        }
        beside = make_bureau("370300" if place != "370300" else "370200")
        self.people["other"] = make_user("division_head", beside)
        self.officer, self.head, self.auditor, self.other = (act(one) for one in self.people.values())

    def draft(self, key: str = "consortium") -> Scheme:
        return schemes.copy(actor=self.officer, row=came_with(key))

    def published(self, key: str = "consortium") -> Scheme:
        row = self.draft(key)
        schemes.propose(actor=self.officer, row=row, edition=None)
        return schemes.publish(actor=self.head, row=row)


def came_with(key: str) -> Scheme:
    """The published scheme of this key that came with the portal."""
    return Scheme.objects.filter(key=key, authority=None, standing="published").latest("version")


def weight(tree: dict[str, Any], code: str) -> str:
    return str(next(row["weight"] for row in indicators(tree) if row["code"] == code))
