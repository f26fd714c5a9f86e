"""Menu entries of the measures."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import anybody, is_authenticated, is_unit_member
from core.navigation import Entry
from core.navigation import register as add
from subsidies import permissions_finding as may
from subsidies.permissions import lists_claims


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(
        Entry(
            _("可申领的支持"),
            "subsidies:matches",
            is_unit_member,
            icon="check-circle",
            group=_("政策"),
            order=51,
        )
    )
    add(
        Entry(
            _("政策找企业"),
            "subsidies:find",
            ~is_authenticated,
            icon="magnifying-glass",
            group=_("政策"),
            order=51,
        )
    )
    add(Entry(_("应享未享"), "subsidies:unclaimed", may.overseer, icon="users", group=_("政策"), order=53))
    add(Entry(_("补助申领"), "subsidies:claims", lists_claims, icon="banknotes", group=_("申报"), order=23))
    add(Entry(_("政策计算器"), "subsidies:measures", anybody, icon="calculator", group=_("政策"), order=52))
