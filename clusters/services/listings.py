"""名单: a cluster or a project is listed by a document, and taken off for a reason; work done for standing duties."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Rule
from clusters import permissions as may
from clusters.enums import PROJECT_LISTINGS, ListingKind
from clusters.models import Listing, Project, WorkRecord
from clusters.selectors.standing import TOPICS
from clusters.services import common
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, raise_if
from filings.models import Entity
from filings.texts import taken

LIMITS = {"document": 160, "end_reason": 1000, "text": 2000}
STRATEGIC_ONLY = (ListingKind.FORMATION, ListingKind.NATIONAL_LIST)


def keeper_of(kind: str) -> Rule:
    """Who records a list: of clusters the authority, of projects also the city that puts them forward."""
    return may.reviewer if kind in PROJECT_LISTINGS else may.keeper


@transaction.atomic
def add(
    *,
    actor: Actor,
    cluster: Entity,
    kind: str,
    since: datetime.date | None,
    document: str,
    project: Project | None = None,
) -> Listing:
    """A cluster, or one of its projects, stands on a list from a day on. Raises NotAllowed, NotNow, Invalid."""
    keeper_of(kind).require(actor, cluster)
    row = common.locked(cluster)
    common.still_registered(row)
    texts, found = taken(
        {"document": document}, limits=LIMITS, required={"document": _("请填写文件名称和文号")}
    )
    found += common.day_problems(since, "since", required=_("请填写列入日期"))
    found += _kind_problems(row, kind, project)
    raise_if(found)
    values: dict[str, Any] = {"recorded_by": actor.user, "recorded_at": clock.now(), "since": since, **texts}
    try:
        with transaction.atomic():
            made = Listing.objects.create(cluster=row, project=project, kind=kind, **values)
    except IntegrityError:
        raise Invalid.one("twice", _("已在该名单中"), "kind") from None
    audit.record("listing.add", actor=actor, obj=made, detail={"cluster": row.code, "kind": kind})
    return made


def _kind_problems(cluster: Entity, kind: str, project: Project | None) -> list[Problem]:
    found = common.one_of(kind, ListingKind.values, "kind", _("请选择名单"))
    if found:
        return found
    if (kind in PROJECT_LISTINGS) != (project is not None):
        return [Problem("kind", _("项目名单只列项目，集群名单只列集群"), "kind")]
    if project is not None and project.cluster_id != cluster.pk:
        return [Problem("project", _("该项目不属于本集群"), "project")]
    if kind in STRATEGIC_ONLY and cluster.kind != may.STRATEGIC:
        return [Problem("kind", _("该名单只列战略性新兴产业集群"), "kind")]
    if kind == ListingKind.PROVINCIAL_PILOT and cluster.kind != may.INNOVATIVE:
        return [Problem("kind", _("省级集群试点只列创新型产业集群"), "kind")]
    return []


@transaction.atomic
def end(*, actor: Actor, listing: Listing, until: datetime.date | None, reason: str) -> Listing:
    """Taken off a list from a day on, with the reason. Raises NotAllowed, NotNow, Invalid."""
    keeper_of(listing.kind).require(actor, listing.cluster)
    row = Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
    if row.until is not None:
        raise NotNow.one("ended", _("已移出名单"))
    texts, found = taken({"end_reason": reason}, limits=LIMITS, required={"end_reason": _("请写明移出原因")})
    found += common.day_problems(until, "until", required=_("请填写移出日期"))
    if not found and until is not None and until < row.since:
        found.append(Problem("order", _("移出日期不能早于列入日期"), "until"))
    raise_if(found)
    row.until, row.end_reason = until, texts["end_reason"]
    row.save(update_fields=["until", "end_reason"])
    audit.record("listing.end", actor=actor, obj=row, detail={"on": str(until)})
    return row


@transaction.atomic
def record_work(
    *, actor: Actor, cluster: Entity, topic: str, done_on: datetime.date | None, text: str, part: str = ""
) -> WorkRecord:
    """What was done on a day for a standing duty or a mechanism. Raises NotAllowed, NotNow, Invalid."""
    found_topic = TOPICS.get(topic)
    if found_topic is None or cluster.kind != found_topic.kind:
        raise Invalid.one("topic", _("请选择事项"), "topic")
    found_topic.by.require(actor, cluster)
    common.still_registered(cluster)
    texts, found = taken({"text": text}, limits=LIMITS, required={"text": _("请写明做了什么")})
    found += common.day_problems(done_on, "done_on", required=_("请填写日期"))
    if found_topic.parts:
        found += common.one_of(part, found_topic.parts, "part", _("请选择分项"))
    raise_if(found)
    made = WorkRecord.objects.create(
        cluster=cluster,
        topic=topic,
        part=part if found_topic.parts else "",
        done_on=cast(datetime.date, done_on),
        organisation=actor.organisation,
        recorded_by=actor.user,
        recorded_at=clock.now(),
        **texts,
    )
    audit.record("work.record", actor=actor, obj=made, detail={"cluster": cluster.code, "topic": topic})
    return made
