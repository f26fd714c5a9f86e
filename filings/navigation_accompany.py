"""Menu entries of the accompaniment, for officers and for units."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import has_role, is_unit_member
from core.navigation import Entry
from core.navigation import register as add
from filings.permissions_accompany import accompanist
from filings.selectors.accompany import waiting_for_officer, waiting_for_unit
from filings.selectors.worklist import DESK_ROLES


def register() -> None:
    """Called once from AppConfig.ready()."""
    group, staff = _("跟踪服务"), has_role(*DESK_ROLES)
    add(Entry(_("走访跟踪"), "filings:visits", staff, icon="map-pin", group=group, order=30))
    add(
        Entry(
            _("困难诉求"),
            "filings:problems",
            staff,
            icon="chat-bubble-left-right",
            group=group,
            waiting=waiting_for_officer,
            order=31,
        )
    )
    add(Entry(_("培育对象"), "filings:candidates", accompanist, icon="sparkles", group=group, order=32))
    add(
        Entry(
            _("困难诉求"),
            "filings:problems",
            is_unit_member,
            icon="chat-bubble-left-right",
            waiting=waiting_for_unit,
            order=14,
        )
    )
