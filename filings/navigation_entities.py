"""Menu entries of the register as staff and units see it from the inside."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import has_role, is_unit_member
from core.navigation import Entry
from core.navigation import register as add
from filings.selectors.worklist import DESK_ROLES


def register() -> None:
    """Called once from AppConfig.ready()."""
    staff = has_role(*DESK_ROLES)
    add(Entry(_("登记主体"), "filings:entities", staff, icon="building-library", group=_("申报"), order=23))
    add(Entry(_("登记主体"), "filings:entities", is_unit_member, icon="building-library", order=11))
