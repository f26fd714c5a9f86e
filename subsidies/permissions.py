"""Who sees lists of claims. One claim is read by whoever reads the filing (`filings.permissions.viewer`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import RECOMMENDERS
from accounts.permissions import has_role, is_unit_member
from filings.permissions import STAFF_READERS

reads_claims = has_role(*STAFF_READERS, *RECOMMENDERS).saying(_("申领清单供受理机关、区（市）和财务查阅。"))
"""Asked without an object: the list of a bureau, limited to what it may see."""
lists_claims = reads_claims | is_unit_member
"""The list of a bureau, or of the unit's own claims."""
