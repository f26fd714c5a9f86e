"""Feeds of alliances, unions and communities: what their chair keeps, the figures of their members, elements."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import FigureKind
from accounts.models import OrganisationFigure
from alliances.enums import NETWORK_KINDS, RecordKind
from alliances.models import AllianceRecord, CommunityElement
from alliances.selectors import intensity
from core import clock
from evaluation.feeds import Fact, Feed, register
from evaluation.held.figures import HUNDRED, facts, growth, per_cent, total, year_of
from evaluation.scheme.choices import Source
from filings.enums import DutyKind
from filings.models import Duty, EntityMember

if TYPE_CHECKING:
    from filings.models import Entity

Entities = Sequence["Entity"]
Read = Callable[[Entities, datetime.date, datetime.date], Mapping[int, Fact]]
# what a chair hands in; each is on time or not
REPORTS = (DutyKind.ANNUAL_REPORT, DutyKind.YEARLY_TASK)


def _held(kinds: Iterable[RecordKind], *, judged: bool) -> Read:
    """How many records of some kinds are dated in the period; of activities those an officer has found to count."""
    wanted = Q(kind__in=[kind.value for kind in kinds], withdrawn_at=None)
    wanted &= Q(counts=True) if judged else Q()

    def feed(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
        return _counted(entities, wanted & Q(held_on__range=(first, last)))

    return feed


def _standing(kind: RecordKind) -> Read:
    """How many links of a kind stood in the period."""
    wanted = Q(kind=kind, withdrawn_at=None, counts=True)

    def feed(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
        stood = Q(held_on__lte=last) & (Q(until=None) | Q(until__gte=first))
        return _counted(entities, wanted & stood)

    return feed


def _counted(entities: Entities, wanted: Q) -> Mapping[int, Fact]:
    """An alliance without such a record has none: that is known, too."""
    rows = AllianceRecord.objects.filter(wanted, entity__in=entities).order_by()
    found = dict.fromkeys((one.pk for one in entities), 0) | dict(
        rows.values_list("entity_id").annotate(n=Count("pk"))
    )
    return facts(found, str(_("联盟登记的活动和成果")))


def rd_intensity(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """As the yearly duty reads it: members of the year's end, the average the bureau has chosen."""
    found: dict[int, Decimal | int | None] = {}
    for entity in entities:
        value = intensity.of_year(entity, last.year).value
        found[entity.pk] = None if value is None else value * HUNDRED
    return facts(found, str(_("成员单位登记的%(year)s数据") % {"year": year_of(last)}))


def _members_growth(kind: FigureKind) -> Read:
    """Growth of the sum over members that gave the figure of both years."""

    def feed(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
        members = _members(entities, last)
        known = _figures({unit for units in members.values() for unit in units}, kind, last.year)
        found: dict[int, Decimal | int | None] = {}
        for pk, units in members.items():
            pairs = [known[unit] for unit in units if len(known.get(unit, ())) == 2]
            now, before = total(pair[1] for pair in pairs), total(pair[0] for pair in pairs)
            found[pk] = growth(now, before)
        return facts(found, str(_("成员单位登记的%(year)s数据") % {"year": year_of(last)}))

    return feed


def _members(entities: Entities, last: datetime.date) -> dict[int, set[int]]:
    """Units that belonged to each entity on a day. One query."""
    rows = EntityMember.objects.filter(entity__in=entities, since__lte=last)
    rows = rows.filter(Q(until=None) | Q(until__gt=last))
    found: dict[int, set[int]] = defaultdict(set)
    for entity_id, unit_id in rows.values_list("entity_id", "organisation_id"):
        found[entity_id].add(unit_id)
    return found


def _figures(units: set[int], kind: FigureKind, year: int) -> dict[int, tuple[Decimal, ...]]:
    """By unit its figures of the year before and of the year, where there are both. One query."""
    rows = OrganisationFigure.objects.filter(organisation__in=units, kind=kind, year__in=(year - 1, year))
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for unit, when, value in rows.values_list("organisation_id", "year", "value"):
        found[unit][when] = value
    return {unit: (both[year - 1], both[year]) for unit, both in found.items() if len(both) == 2}


def on_time(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """Of what the chair had to hand in within the period, the share that came in time; the target is all of it."""
    due = (clock.start_of_day(first), clock.end_of_day(last))
    rows = Duty.objects.filter(entity__in=entities, kind__in=REPORTS, due_at__range=due)
    met: dict[int, list[bool]] = defaultdict(list)
    for pk, due_at, done_at in rows.values_list("entity_id", "due_at", "done_at"):
        if done_at is not None or due_at < clock.now():
            met[pk].append(done_at is not None and done_at <= due_at)
    found: dict[int, Decimal | int | None] = {
        pk: per_cent(Decimal(sum(each)), Decimal(len(each))) for pk, each in met.items()
    }
    return facts(found, str(_("平台任务办理记录")), dict.fromkeys(found, HUNDRED))


def elements(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """How many of the seven elements somebody brings."""
    rows = CommunityElement.objects.filter(profile__entity__in=entities).order_by()
    found = dict(rows.values_list("profile__entity_id").annotate(n=Count("kind", distinct=True)))
    return facts(found, str(_("登记的要素构成")))


STANDARDS = (RecordKind.TECHNICAL_STANDARD, RecordKind.ASSOCIATION_STANDARD)
FEEDS = (
    (
        "exchanges",
        gettext_lazy("高水平行业交流活动"),
        "场",  # data
        _held((RecordKind.EXCHANGE,), judged=True),
    ),
    ("expos", gettext_lazy("行业知名展会"), "次", _held((RecordKind.EXPO,), judged=True)),  # data
    ("universities", gettext_lazy("对接知名高校院所"), "所", _standing(RecordKind.UNIVERSITY)),  # data
    ("associations", gettext_lazy("对接省级以上行业协会"), "个", _standing(RecordKind.ASSOCIATION)),  # data
    ("standards", gettext_lazy("技术标准、团体标准"), "项", _held(STANDARDS, judged=False)),  # data
    (
        "platforms",
        gettext_lazy("公共服务平台"),
        "个",  # data
        _held((RecordKind.SERVICE_PLATFORM,), judged=False),
    ),
    ("projects", gettext_lazy("联合项目"), "项", _held((RecordKind.PROJECT,), judged=False)),  # data
    ("rd_intensity", gettext_lazy("平均研发投入强度"), "%", rd_intensity),
    (
        "members_revenue_growth",
        gettext_lazy("成员营业收入增速"),
        "%",
        _members_growth(FigureKind.MAIN_REVENUE),
    ),
    ("members_tax_growth", gettext_lazy("成员税收增速"), "%", _members_growth(FigureKind.TAX)),
    ("reports_on_time", gettext_lazy("填报及时率"), "%", on_time),
)


def register_feeds() -> None:
    """Called in `AppConfig.ready()`."""
    for key, label, unit, read in FEEDS:
        register(Feed(f"alliance.{key}", label, unit, Source.ANNUAL_REPORT.value, read, NETWORK_KINDS))
    community = ("innovation_community",)
    on_register = Source.REGISTER.value
    register(
        Feed("community.elements", gettext_lazy("要素覆盖"), "个", on_register, elements, community)
    )  # data
