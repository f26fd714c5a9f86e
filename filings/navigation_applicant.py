"""The units' menu."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import is_unit_member
from core.navigation import Entry, register
from filings.selectors.dashboard import to_do


def register_entries() -> None:
    """Called when the app is ready."""
    register(
        Entry(
            label=_("我的申报"),
            url_name="filings:home",
            rule=is_unit_member,
            icon="document-text",
            waiting=to_do,
            order=10,
        )
    )
