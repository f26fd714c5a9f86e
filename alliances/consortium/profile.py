"""What an approved filing writes beside the entity: the typed profile and its tasks, and how a page shows them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from alliances.consortium import terms
from alliances.models import ConsortiumMilestone, ConsortiumProfile, ConsortiumTask

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def apply(entity: Entity, filing: Filing) -> ConsortiumProfile:
    """Write the profile, or write it anew after a change or a renewal; what stood there is in the filing's versions.

    Runs inside the transaction that applies the filing.
    """
    content = filing.content
    basic, tasks = content.get("basic", {}), content.get("tasks", {})
    values: dict[str, Any] = {
        "track": basic.get("track") or "",
        "task_areas": basic.get("task_areas") or [],
        "mechanisms": {
            key: content.get("mechanisms", {}).get(key, "")
            for key in (*terms.MECHANISMS, *terms.ENCOURAGED_MECHANISMS)
        },
        "plan": {key: content.get("plan", {}).get(key, "") for key in terms.PLAN_PARTS},
        "agreement_signed_on": datetime.date.fromisoformat(content["agreement"]["signed_on"]),
        "self_funds": Decimal(tasks.get("self_funds") or 0),
    }
    profile, made = ConsortiumProfile.objects.update_or_create(entity=entity, defaults=values)
    if not made:
        profile.tasks.all().delete()
        profile.milestones.all().delete()
    for number, row in enumerate(tasks.get("tasks") or (), start=1):
        ConsortiumTask.objects.create(
            profile=profile,
            number=number,
            name=row["name"],
            problem=row["problem"],
            goal=row["goal"],
            owner=row["owner"],
            starts_on=datetime.date.fromisoformat(row["starts_on"]),
            ends_on=datetime.date.fromisoformat(row["ends_on"]),
            funds=Decimal(row["funds"]),
        )
    for row in tasks.get("milestones") or ():
        ConsortiumMilestone.objects.create(
            profile=profile,
            task=row["task"],
            milestone=row["milestone"],
            owner=row["owner"],
            due_on=datetime.date.fromisoformat(row["due_on"]),
        )
    return profile


def shown(entity: Entity) -> list[dict[str, Any]]:
    """What the page of a consortium shows of its profile: [{"label", "rows": [{…}]} or {"label", "text"}]."""
    found = ConsortiumProfile.objects.filter(entity=entity).prefetch_related("tasks", "milestones").first()
    if found is None:
        return []
    tasks = [
        {
            _("任务"): t.name,
            _("考核指标"): t.goal,
            _("承担单位"): t.owner,
            _("起止日期"): f"{t.starts_on:%Y-%m-%d} – {t.ends_on:%Y-%m-%d}",
            _("经费（元）"): t.funds,
        }
        for t in found.tasks.all()
    ]
    milestones = [
        {_("任务"): m.task, _("里程碑"): m.milestone, _("完成时间"): m.due_on, _("责任单位"): m.owner}
        for m in found.milestones.all()
    ]
    return [
        {"label": _("细分赛道"), "text": found.track},
        {"label": _("协议签订日期"), "text": f"{found.agreement_signed_on:%Y-%m-%d}"},
        {"label": _("自筹经费（元）"), "text": f"{found.self_funds:,.2f}"},
        {"label": _("重大攻关任务"), "rows": tasks},
        {"label": _("里程碑"), "rows": milestones},
    ]
