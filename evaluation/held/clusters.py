"""Feeds of the clusters: their statistics, firms, projects and the grade of their alliance."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import FigureKind
from accounts.models import OrganisationFigure
from clusters.enums_statistics import INNOVATIVE, REPORTED, STRATEGIC
from clusters.models import ClusterFirm, ClusterProfile, ClusterReturn, Project
from clusters.models.firm import firms_on
from clusters.models.project import PLANNED_FOR, REACHED
from evaluation.feeds import Fact, Feed, register
from evaluation.held.figures import HUNDRED, TEN_THOUSAND, facts, four, growth, per_cent, year_of
from evaluation.scheme.choices import Source
from filings.enums import Grade
from filings.models import EntityLink, Rating

if TYPE_CHECKING:
    from filings.models import Entity

KINDS = (STRATEGIC, INNOVATIVE)
GIANT = Decimal(10) ** 10  # 百亿, in yuan
GRADES = {Grade.EXCELLENT: 3, Grade.GOOD: 2, Grade.PASS: 1}

Entities = Sequence["Entity"]
Values = Mapping[str, tuple[Decimal | None, Decimal | None]]  # indicator -> value, the same a year before
Reading = Callable[[Values], Decimal | None]


def _of_statistics(read: Reading) -> Callable[[Entities, datetime.date, datetime.date], Mapping[int, Fact]]:
    """A feed that works one figure out of the last return of the period; flows in it run from the year's beginning."""

    def feed(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
        found = {}
        for owner in _last_returns(entities, first, last):
            values = {row.indicator: (row.value, row.same) for row in owner.values.all()}
            value = read(values)
            if value is not None:
                found[owner.entity_id] = Fact(
                    four(value), None, _("统计报表（%(p)s）") % {"p": owner.period.label}
                )
        return found

    return feed


def _last_returns(entities: Entities, first: datetime.date, last: datetime.date) -> list[ClusterReturn]:
    """The last reported return of each cluster within the period. Two queries."""
    rows = ClusterReturn.objects.filter(
        entity__in=entities, state__in=REPORTED, period__ends_on__range=(first, last)
    )
    rows = rows.order_by("entity_id", "-period__ends_on").distinct("entity_id")
    return list(rows.select_related("period").prefetch_related("values"))


def _value(key: str) -> Reading:
    return lambda values: values.get(key, (None, None))[0]


def _growth(key: str) -> Reading:
    return lambda values: growth(*values.get(key, (None, None)))


def _share(part: str, whole: str) -> Reading:
    return lambda values: per_cent(_value(part)(values), _value(whole)(values))


def _revenue(values: Values) -> Decimal | None:
    """In 亿元; the form asks for 万元."""
    found = _value("ind_main_revenue")(values)
    return None if found is None else found / TEN_THOUSAND


def chain_links(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """The share of the chain's links that have a local firm on the last day."""
    have: dict[int, set[str]] = defaultdict(set)
    firms = ClusterFirm.objects.filter(firms_on(last), cluster__in=entities).exclude(chain_link="")
    for pk, link in firms.values_list("cluster_id", "chain_link"):
        have[pk].add(link)
    found: dict[int, Decimal | int | None] = {}
    for profile in ClusterProfile.objects.filter(entity__in=entities):
        links = set(profile.link_names)
        found[profile.entity_id] = per_cent(
            Decimal(len(links & have[profile.entity_id])), Decimal(len(links))
        )
    return facts(found, str(_("产业链环节和集群企业名单（%(day)s）") % {"day": last.isoformat()}))


def giants(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """Firms of the cluster whose main revenue of the year reaches ten milliards."""
    rows = ClusterFirm.objects.filter(firms_on(last), cluster__in=entities, organisation__isnull=False)
    large = OrganisationFigure.objects.filter(
        kind=FigureKind.MAIN_REVENUE, year=last.year, value__gte=GIANT
    ).values("organisation")
    counted = rows.filter(organisation__in=large).order_by().values_list("cluster_id")
    found = dict.fromkeys((one.pk for one in entities), 0) | dict(
        counted.annotate(n=Count("organisation", distinct=True))
    )
    return facts(found, str(_("集群企业登记的%(year)s主营业务收入") % {"year": year_of(last)}))


def projects_on_time(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """Of the stages that projects were to reach within the period, the share reached by their day."""
    met: dict[int, list[bool]] = defaultdict(list)
    for project in Project.objects.filter(cluster__in=entities):
        for stage, planned in PLANNED_FOR.items():
            by, reached = getattr(project, planned), getattr(project, REACHED[stage])
            if by is not None and first <= by <= last:
                met[project.cluster_id].append(reached is not None and reached <= by)
    found: dict[int, Decimal | int | None] = {
        pk: per_cent(Decimal(sum(each)), Decimal(len(each))) for pk, each in met.items()
    }
    return facts(found, str(_("集群项目库")), dict.fromkeys(found, HUNDRED))


def alliance_grade(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """The latest grade of the cluster's alliance: 优秀 3, 良好 2, 合格 1, else 0; nothing for one never rated."""
    links = EntityLink.objects.filter(
        Q(until=None) | Q(until__gt=last),
        kind=EntityLink.Kind.ALLIANCE_OF,
        target__in=entities,
        since__lte=last,
    )
    of = defaultdict(list)
    for cluster, alliance in links.values_list("target_id", "source_id"):
        of[cluster].append(alliance)
    ratings = Rating.objects.filter(
        entity__in={pk for each in of.values() for pk in each},
        confirmed_at__isnull=False,
        superseded_by=None,
        rated_on__lte=last,
    )
    latest = {row.entity_id: GRADES.get(Grade(row.grade), 0) for row in ratings.order_by("rated_on", "pk")}
    found: dict[int, Decimal | int | None] = {
        cluster: max((latest[pk] for pk in each if pk in latest), default=None)
        for cluster, each in of.items()
    }
    return facts(found, str(_("集群联盟的评价等次")))


STATISTICS: tuple[tuple[str, Any, str, Reading], ...] = (
    ("main_revenue", gettext_lazy("主营业务收入"), "亿元", _revenue),  # data
    ("main_revenue_growth", gettext_lazy("主营业务收入增速"), "%", _growth("ind_main_revenue")),
    ("profit_rate", gettext_lazy("利润率"), "%", _share("ind_profit", "ind_main_revenue")),
    ("new_enterprises", gettext_lazy("新增企业数"), "家", _value("ind_new_enterprises")),  # data
    ("employment_growth", gettext_lazy("就业人数增速"), "%", _growth("ind_employment")),
    ("researcher_share", gettext_lazy("科研人员占比"), "%", _share("ind_researchers", "ind_employment")),
    ("rd_intensity", gettext_lazy("研发投入强度"), "%", _share("ind_rd_expenditure", "ind_main_revenue")),
    ("platform_count", gettext_lazy("科技平台数量"), "个", _value("ind_platform_count")),  # data
    ("localisation_rate", gettext_lazy("本地化配套率"), "%", _value("ind_localisation_rate")),
)


def register_feeds() -> None:
    """Called in `AppConfig.ready()`."""
    kept = Source.STATISTICS.value
    for key, label, unit, read in STATISTICS:
        register(Feed(f"statistics.{key}", label, unit, kept, _of_statistics(read), KINDS))
    register(Feed("cluster.chain_links", gettext_lazy("产业链环节完整度"), "%", kept, chain_links, KINDS))
    register(Feed("cluster.giants", gettext_lazy("百亿级以上企业"), "家", kept, giants, KINDS))  # data
    register(
        Feed("cluster.projects_on_time", gettext_lazy("项目按期推进率"), "%", kept, projects_on_time, KINDS)
    )
    register(
        Feed("cluster.alliance_grade", gettext_lazy("集群联盟评价等次"), "", kept, alliance_grade, KINDS)
    )
