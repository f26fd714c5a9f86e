"""A change of the law: proposed by one person, published or rejected by another.

proposed → published | rejected (reason) | withdrawn (by its author)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Problem
from core.workflow import Transition, Workflow
from policy.enums import ChangeState, Subject
from policy.models import Change
from policy.permissions import may_decide, may_withdraw
from policy.selectors import changes

P = ChangeState


def fits_between(change: Change, actor: Actor, data: Any) -> Iterable[Problem]:
    """The new value starts after the one in force started, and nothing else starts that day."""
    if change.subject == Subject.DOCUMENT:
        return
    for row in changes.periods(change):
        if row.valid_from == change.valid_from:
            yield Problem("same_start", _("该地区自这一天起已有一个取值，请另选起始日期。"), "valid_from")


def still_based(change: Change, actor: Actor, data: Any) -> Iterable[Problem]:
    """What the author saw in force is still what is in force."""
    if changes.snapshot(change) != change.before:
        yield Problem("based_on_old", _("提出之后该取值已有新的发布，请退回后按最新取值重新提出。"), "value")


CHANGES = Workflow(
    (
        Transition(
            "publish",
            (P.PROPOSED,),
            P.PUBLISHED,
            may_decide,
            guards=(still_based, fits_between),
            label=gettext_lazy("发布"),
            help=gettext_lazy("发布后新取值自起始日生效，原取值止于前一日；已作出的决定不受影响。"),
        ),
        Transition(
            "reject",
            (P.PROPOSED,),
            P.REJECTED,
            may_decide,
            needs_comment=True,
            label=gettext_lazy("退回"),
            help=gettext_lazy("退回须写明理由，原取值保持不变。"),
            danger=True,
        ),
        Transition(
            "withdraw",
            (P.PROPOSED,),
            P.WITHDRAWN,
            may_withdraw,
            label=gettext_lazy("撤回"),
            help=gettext_lazy("撤回后不再提交复核，原取值保持不变。"),
        ),
    ),
    noun="policy_change",
)
