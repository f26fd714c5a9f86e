"""What forms about the money of one award share: whose they are, where they lead back to, what they say of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from subsidies.models import Award
from subsidies.permissions_money import award_payer_or_head
from subsidies.presentation import money as shown
from subsidies.selectors import money_lists as see
from subsidies.views.money.base import Sheet, url


def facts_of(award: Award) -> list[dict[str, str]]:
    """Whose it is, of which measure, and how much."""
    return [
        {"label": _("受益单位"), "value": award.organisation.name},
        {"label": _("支持措施"), "value": shown.names().get(award.measure, award.measure)},
        {"label": _("核定金额（元）"), "value": f"{award.amount:,.2f}"},
    ]


class OfAward(Sheet):
    """A form about the money of one award."""

    award: Award
    rule: Any = award_payer_or_head

    def prepare(self, **kwargs: Any) -> None:
        self.award = see.award_of(self.actor, kwargs["pk"])
        self.rule.require(self.actor, self.award)

    def back(self) -> str:
        return url("award_money", self.award.pk)

    def about(self, heading: Any, button: Any, **more: Any) -> dict[str, Any]:
        name = self.award.organisation.name
        given = {"facts": facts_of(self.award), "trail": [(name, self.back())], **more}
        return self.sheet(heading, name, button, **given)
