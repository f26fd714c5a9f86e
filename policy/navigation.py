"""Menu entries of the policy library."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from core.navigation import register as add
from policy.permissions import may_read, may_see_changes
from policy.selectors import changes


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(Entry(_("政策库"), "policy:library", may_read, icon="book-open", group=_("政策"), order=50))
    add(
        Entry(
            _("变更与复核"),
            "policy:changes",
            may_see_changes,
            icon="scale",
            group=_("政策"),
            waiting=lambda actor: changes.waiting(),
            order=51,
        )
    )
