"""cluster: the page of a cluster, its public page and its list of firms, with 1,000 firms and 40 periods of statistics.

They have to cost as many queries as with one firm and one period, and show no more rows than a page has.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import credit_code
from accounts.enums import Level, Role
from accounts.models import Membership, User
from bench.measure import Result, pairs
from bench.site import Site, Size, meter
from bench.worklist import BARE
from clusters.enums_statistics import INNOVATIVE, Cadence
from clusters.models import ClusterFirm, ClusterProfile, Period
from clusters.services import statistics_history
from clusters.services.statistics_periods import scheme_on
from clusters.statistics_calendar import Span, ended_before
from core import clock
from core.actor import Actor
from filings.models import Entity, EntityLevel
from policy.law import law_on
from portal.scale import seeding, units

FIRMS, PERIODS = 1_000, 40
ROWS = 100
CITY, CODE = "370300", "CX-2020-900001"
LINKS = ("氧化铝粉体", "陶瓷部件", "半导体装备", "检验检测")  # data
NAME, FIRM = "先进陶瓷创新型产业集群", "先进陶瓷集群企业{:04d}有限公司"  # data


class Keeper(Site):
    """An officer of the bureau that keeps the cluster."""

    def __init__(self) -> None:
        super().__init__()
        self.user = User.objects.create(
            username="bench-keeper", name="bench-keeper", is_sample=True, password_changed_at=clock.wall()
        )
        bureau = units.bureau_of(CITY)
        Membership.objects.create(
            user=self.user, organisation=bureau, role=Role.CASE_OFFICER, since=units.SINCE
        )
        client = Client()
        client.force_login(self.user)
        self.cookies = "; ".join(f"{k}={v.value}" for k, v in client.cookies.items())


def make() -> Entity:
    """A cluster of one firm and one period of statistics."""
    seeding.fill(organisations=40, filings=1, entities=0, say=lambda text: None)
    lead = units.units()[0]
    since = Span(Cadence.MONTH, 2021, 1).starts_on
    cluster = Entity.objects.create(
        code=CODE, kind=INNOVATIVE, name=NAME, name_key=CODE.lower(), level=Level.MUNICIPAL, lead_id=lead.pk,
        district_id=lead.district_id, authority=units.bureau_of(CITY), valid_from=since,
        registered_at=clock.start_of_day(since), is_sample=True,
    )  # fmt: skip
    EntityLevel.objects.create(entity=cluster, level=Level.MUNICIPAL, since=since)
    chain = [{"name": name, "position": "midstream", "firms": [], "gap": ""} for name in LINKS]
    ClusterProfile.objects.create(entity=cluster, chain=chain, regions=[CITY])
    grow(cluster, 1, 1)
    return cluster


def grow(cluster: Entity, firms: int, periods: int) -> None:
    """Up to so many firms and periods."""
    keeper = User.objects.filter(is_sample=True).earliest("pk")
    have = ClusterFirm.objects.filter(cluster=cluster).count()
    ClusterFirm.objects.bulk_create(
        ClusterFirm(
            cluster=cluster,
            credit_code=credit_code.make("91", "370303", "MD", number),
            name=FIRM.format(number),
            name_key=f"{number:04d}",
            joined_on=cluster.valid_from,
            chain_link=LINKS[number % len(LINKS)],
            is_key=number % 20 == 0,
            recorded_by=keeper,
            recorded_at=clock.now(),
        )
        for number in range(have, firms)
    )
    for span in _months(periods):
        if not Period.objects.filter(entity_kind=INNOVATIVE, year=span.year, number=span.number).exists():
            _report(cluster, span)


def _months(count: int) -> list[Span]:
    """The last months that are over, oldest first."""
    spans = [ended_before(clock.today(), Cadence.MONTH)]
    while len(spans) < count:
        spans.insert(0, ended_before(spans[0].starts_on, Cadence.MONTH))
    return spans


def _report(cluster: Entity, span: Span) -> None:
    scheme = scheme_on(law_on(span.ends_on, CITY))
    figures = {row["key"]: Decimal(1000 + 10 * span.number) for row in scheme["indicators"]}
    statistics_history.take_over(
        actor=Actor.system(),
        entity_kind=INNOVATIVE,
        cadence=span.cadence,
        year=span.year,
        number=span.number,
        figures={cluster: figures},
    )


def pages() -> dict[str, str]:
    """What is asked for."""
    names = {"page": "clusters:cluster", "public page": "clusters:public", "list of firms": "clusters:firms"}
    return {label: reverse(name, args=[CODE]) for label, name in names.items()}


def rows(body: bytes) -> int:
    """Rows of tables and lists in a page."""
    return len(re.findall(rb"<(?:tr|li)[ >]", body))


def run(size: Size, firms: int = FIRMS, periods: int = PERIODS) -> list[Result]:
    cluster = make()
    site, clock_ = Keeper(), meter()
    before = {label: site.queries(path) for label, path in pages().items()}
    grow(cluster, firms, periods)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [_measured(site, clock_, size, label, path, before[label]) for label, path in pages().items()]


def _measured(site: Keeper, clock_: Any, size: Size, label: str, path: str, before: int) -> Result:
    both = pairs(
        clock_, site.get(path), site.get(BARE), calls=size.calls, peer_calls=size.calls * 4, count=size.pairs
    )
    queries, shown = site.queries(path), rows(site.fetch(path))
    firms, periods = ClusterFirm.objects.count(), Period.objects.count()
    return Result(
        "cluster",
        f"{label}: {firms:,} firms, {periods} periods",
        "a bare page with session and user",
        sum(both.ours),
        sum(both.peer),
        both.ratio,
        f"{before} queries, ≤ {ROWS} rows",
        queries == before and shown <= ROWS,
        size.pairs,
        {"queries": queries, "rows": shown, "database ms": round(both.ours[1] * 1000, 1)},
    )
