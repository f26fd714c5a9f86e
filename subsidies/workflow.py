"""How an award moves: with its claim, never by itself. `core.workflow` performs it; state moves nowhere else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.permissions import anybody
from core.workflow import Transition, Workflow
from subsidies.enums import AwardState as S

T = Transition

# who may is asked of the claim, whose own act moves the award in the same transaction
WORKFLOW = Workflow(
    noun="award",
    transitions=(
        T("propose_again", (S.RELEASED,), S.PROPOSED, anybody, label=_("重新拟定")),
        T("release", (S.PROPOSED,), S.RELEASED, anybody, label=_("撤销拟定")),
        T("decide", (S.PROPOSED,), S.DECIDED, anybody, label=_("决定")),
        T("revoke", (S.DECIDED,), S.REVOKED, anybody, needs_comment=True, label=_("撤销"), danger=True),
    ),
)
