"""The menu entry of duties: one page, in the units' menu and in that of the offices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.permissions import has_role, is_unit_member
from core.navigation import Entry
from core.navigation import register as add
from filings.selectors.duties import STAFF_WITH_DUTIES, soon


def register() -> None:
    """Called once from AppConfig.ready()."""
    offices = has_role(*STAFF_WITH_DUTIES)
    for rule, group, order in ((is_unit_member, "", 12), (offices, _("申报"), 22)):
        add(
            Entry(
                _("任务"),
                "duties:list",
                rule,
                icon="calendar-days",
                group=group,
                waiting=soon,
                order=order,
            )
        )
