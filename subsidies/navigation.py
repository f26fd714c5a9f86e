"""Menu entries of the measures."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import anybody
from core.navigation import Entry
from core.navigation import register as add


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(Entry(_("政策计算器"), "subsidies:measures", anybody, icon="calculator", group=_("政策"), order=52))
