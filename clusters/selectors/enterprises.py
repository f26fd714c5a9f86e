"""The key enterprise library and its requests as each role reads them, and what is owed in them. No writes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Organisation, User
from accounts.selectors import bureaus_covering, people_with_role
from clusters import permissions as may
from clusters.enums import RequestState
from clusters.models import KeyEnterprise, SupportRequest
from clusters.selectors.clusters import OPEN_REQUESTS, visible_to
from core import clock, workdays
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import DutyKind
from filings.models import Entity
from filings.owed import Owed
from policy.law import law_on

RULE, SIZE = "reg_key_enterprises", "reg_key_enterprises.size"


def entries(actor: Actor) -> QuerySet[KeyEnterprise]:
    """Entries of the clusters this actor reads, and those of its own unit."""
    reach = Q(cluster__in=visible_to(actor))
    if actor.organisation is not None and actor.has_role(*UNIT_ROLES):
        reach |= Q(organisation_id=actor.organisation_id)
    return KeyEnterprise.objects.filter(reach).select_related("cluster")


def with_requests(rows: QuerySet[KeyEnterprise]) -> QuerySet[KeyEnterprise]:
    """With `open_requests` of each. One query."""
    opened = Count("requests", filter=Q(requests__state__in=OPEN_REQUESTS))
    return rows.annotate(open_requests=opened).order_by("name_key", "id")


def get_entry(actor: Actor, pk: int) -> KeyEnterprise:
    """An entry this actor reads; the same NotVisible for everybody else."""
    rows = entries(actor).select_related("cluster__lead", "cluster__district__parent", "organisation")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("enterprise", _("没有找到这家入库企业，或您无权查看。"))
    return found


def requests_of(actor: Actor) -> QuerySet[SupportRequest]:
    """Requests of the clusters this actor reads, and those of or for its own unit."""
    reach = Q(enterprise__cluster__in=visible_to(actor))
    if actor.organisation is not None and actor.has_role(*UNIT_ROLES):
        unit = actor.organisation_id
        reach |= Q(raised_for_id=unit) | Q(enterprise__organisation_id=unit)
    rows = SupportRequest.objects.filter(reach)
    return rows.select_related("enterprise__cluster", "raised_for", "owner")


def request_tab(rows: QuerySet[SupportRequest], tab: str, actor: Actor) -> QuerySet[SupportRequest]:
    """`open`, `mine`, `overdue` or a state; what is due first stands first."""
    narrowed = {
        "open": Q(state__in=OPEN_REQUESTS),
        "mine": Q(owner_id=actor.user_id, state=RequestState.ASSIGNED),
        "overdue": Q(state=RequestState.ASSIGNED, due_on__lt=clock.today()),
    }
    rows = rows.filter(narrowed.get(tab, Q(state=tab)))
    return rows.order_by(F("due_on").asc(nulls_first=True), "raised_at", "id")


def get_request(actor: Actor, pk: int) -> SupportRequest:
    """A request this actor reads; the same NotVisible for everybody else."""
    found = (
        SupportRequest.objects.select_related(
            "enterprise__cluster__authority__jurisdiction",
            "enterprise__cluster__lead",
            "enterprise__cluster__district__parent",
            "enterprise__organisation",
            "raised_for",
            "raised_by",
            "owner",
            "bureau",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not may.request_viewer(actor, found):
        raise NotVisible.one("request", _("没有找到这项诉求，或您无权查看。"))
    return found


def waiting(actor: Actor) -> QuerySet[SupportRequest]:
    """Requests that wait for this actor: to be taken up, to be answered, to be settled."""
    if actor.user is None or actor.organisation is None:
        return SupportRequest.objects.none()
    mine = Q(state=RequestState.ASSIGNED, owner_id=actor.user_id)
    if actor.has_role(*UNIT_ROLES):
        mine |= Q(state=RequestState.ANSWERED, raised_for_id=actor.organisation_id)
    if actor.has_role(*may.HANDLERS):
        mine |= Q(state=RequestState.RAISED, enterprise__cluster__in=visible_to(actor))
    return requests_of(actor).filter(mine).distinct()


def handlers(bureau: Organisation) -> QuerySet[User]:
    """Who of a bureau may own a request."""
    return people_with_role(bureau, *may.HANDLERS)


def size(cluster: Entity) -> dict[str, Any]:
    """How large the library is to be, about: {target, clause}. Not a limit."""
    law = law_on(clock.today(), cluster.spec.place)
    return {"target": law.value(SIZE), "clause": law.cite(RULE)}


def intake_days(cluster: Entity) -> int:
    """Working days in which a request is taken up."""
    return int(law_on(clock.today(), cluster.spec.place).value("procedure.problem_intake"))


def intake_until(row: SupportRequest) -> datetime.date:
    """The last day for taking a request up."""
    days = intake_days(row.enterprise.cluster)
    return workdays.add_workdays(clock.local(row.raised_at).date(), days)


def taker(cluster: Entity) -> int:
    """The bureau that takes requests up: the city's DRC for a strategic cluster where there is one."""
    if cluster.kind == may.STRATEGIC:
        bureaus = bureaus_covering(cluster.district).filter(department=cluster.spec.department)
        city = bureaus.filter(level="municipal").order_by("pk").first()
        if city is not None:
            return city.pk
    return cluster.authority_id


def owed(pk: int) -> list[Owed]:
    """Somebody takes a request up in a few days; its owner sees to it by the date set."""
    rows = SupportRequest.objects.select_related("enterprise__cluster__district__parent")
    row = rows.filter(pk=pk).first()
    if row is None or row.state not in (RequestState.RAISED, RequestState.ASSIGNED):
        return []
    taken = row.state == RequestState.ASSIGNED
    cluster = row.enterprise.cluster
    words = _("办理“%(name)s”的诉求") if taken else _("受理“%(name)s”的诉求")
    day = row.due_on if taken and row.due_on else intake_until(row)
    return [
        Owed(
            key="answer" if taken else "intake",
            kind=DutyKind.SUPPORT_REQUEST,
            title=words % {"name": row.enterprise.name},
            due_at=clock.end_of_day(day),
            organisation_id=row.bureau_id if taken and row.bureau_id else taker(cluster),
            person_id=row.owner_id if taken else None,
            opens_on=clock.local(row.raised_at).date(),
            entity_id=cluster.pk,
            clause=law_on(clock.today(), cluster.spec.place).cite(RULE),
        )
    ]
