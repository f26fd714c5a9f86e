"""The menu entry of what-if."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from core.navigation import register as add
from subsidies.permissions_scenario import may_try


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(Entry(_("政策推演"), "subsidies:scenarios", may_try, icon="scale", group=_("政策"), order=53))
