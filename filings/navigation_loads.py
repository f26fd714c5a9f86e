"""Menu entries of loading a register: the officers' page, and a unit's own entries to look at."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from core.navigation import register as add
from filings.permissions_load import loader
from filings.selectors.loads import to_confirm


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(
        Entry(
            _("名录导入"),
            "filings:loads",
            loader,
            icon="arrow-up-tray",
            group=_("申报"),
            waiting=to_confirm,
            order=24,
        )
    )
