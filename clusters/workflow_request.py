"""The way of a 一企一策 request: raised, taken up with an owner and a date, answered, settled by who raised it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.selectors import people_with_role
from clusters import permissions as may
from clusters.enums import RequestState as S
from clusters.models import SupportRequest
from core import clock
from core.actor import Actor
from core.errors import Problem
from core.workflow import Data, Transition, Workflow

LONGEST_DAYS = 366


def _owner_and_date(request: SupportRequest, actor: Actor, data: Data) -> Iterator[Problem]:
    owner, due = data.get("owner"), data.get("due_on")
    bureau = actor.organisation
    people = people_with_role(bureau, *may.HANDLERS) if bureau is not None else User.objects.none()
    if owner is None or not people.filter(pk=owner.pk).exists():
        yield Problem("owner", _("责任人应为本部门的工作人员"), "owner")
    if due is None or due < clock.today():
        yield Problem("due_on", _("办理期限不能早于今天"), "due_on")
    elif due > clock.today() + timedelta(days=LONGEST_DAYS):
        yield Problem("due_on", _("办理期限应在一年以内"), "due_on")


def _texts_right(request: SupportRequest, actor: Actor, data: Data) -> Iterable[Problem]:
    """What the service found wrong with the texts: said after whether one may at all."""
    found: Iterable[Problem] = data.get("found") or ()
    return found


T = Transition

REQUEST = Workflow(
    noun="support_request",
    transitions=(
        T(
            "assign",
            (S.RAISED,),
            S.ASSIGNED,
            may.takes_up,
            (_owner_and_date, _texts_right),
            label=gettext_lazy("受理并确定责任人"),
        ),
        T(
            "progress",
            (S.ASSIGNED,),
            S.ASSIGNED,
            may.owns_request,
            (_texts_right,),
            label=gettext_lazy("登记进展"),
        ),
        T(
            "answer",
            (S.ASSIGNED,),
            S.ANSWERED,
            may.owns_request,
            (_texts_right,),
            label=gettext_lazy("答复办理结果"),
        ),
        T("settle", (S.ANSWERED,), S.CLOSED, may.raised_it, label=gettext_lazy("已解决")),
        T(
            "reopen",
            (S.ANSWERED,),
            S.ASSIGNED,
            may.raised_it,
            (_texts_right,),
            needs_comment=True,
            label=gettext_lazy("未解决"),
        ),
        T(
            "reassign",
            (S.ASSIGNED,),
            S.ASSIGNED,
            may.takes_up,
            (_owner_and_date, _texts_right),
            needs_comment=True,
            label=gettext_lazy("改派或者改期"),
        ),
        T(
            "withdraw",
            (S.RAISED, S.ASSIGNED),
            S.WITHDRAWN,
            may.raised_it,
            (_texts_right,),
            needs_comment=True,
            label=gettext_lazy("撤回诉求"),
        ),
    ),
)
