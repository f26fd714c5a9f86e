"""What the declarations of alliances, communities and unions have in common."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from filings.enums import ParticipantRole

K, R = OrganisationKind, ParticipantRole

ROLES = (R.CHAIN_ENTERPRISE, R.ACADEMIC, R.OTHER)
ROLE_LABELS: dict[str, Any] = {
    R.CHAIN_ENTERPRISE: _("企业成员"),
    R.ACADEMIC: _("高校院所成员"),
    R.OTHER: _("其他成员"),
}
ROLE_KINDS: dict[str, tuple[str, ...]] = {
    R.CHAIN_ENTERPRISE: (K.ENTERPRISE,),
    R.ACADEMIC: (K.UNIVERSITY, K.INSTITUTE),
    R.OTHER: (K.ENTERPRISE, K.UNIVERSITY, K.INSTITUTE, K.ASSOCIATION, K.AGENCY, K.OTHER),
}
# founded by those who want it: whoever may lead, a government department may not (四(一) s2)
LEAD_KINDS = (K.ENTERPRISE, K.UNIVERSITY, K.INSTITUTE, K.ASSOCIATION)
MONTHS = "procedure.network_months"
