"""What an approved filing writes beside the entity: the typed profile and its tasks."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from alliances.consortium import terms
from alliances.models import ConsortiumMilestone, ConsortiumProfile, ConsortiumTask

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def apply(entity: Entity, filing: Filing) -> ConsortiumProfile:
    """Write the profile of a newly filed consortium. Runs inside the transaction that registers the entity."""
    content = filing.content
    basic, tasks = content.get("basic", {}), content.get("tasks", {})
    profile = ConsortiumProfile.objects.create(
        entity=entity,
        track=basic.get("track") or "",
        task_areas=basic.get("task_areas") or [],
        mechanisms={
            key: content.get("mechanisms", {}).get(key, "")
            for key in (*terms.MECHANISMS, *terms.ENCOURAGED_MECHANISMS)
        },
        plan={key: content.get("plan", {}).get(key, "") for key in terms.PLAN_PARTS},
        agreement_signed_on=datetime.date.fromisoformat(content["agreement"]["signed_on"]),
        self_funds=Decimal(tasks.get("self_funds") or 0),
    )
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
