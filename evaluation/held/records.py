"""Feeds of the platforms: the year's figures of the records they keep."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.feeds import Fact, Feed, register
from evaluation.held.figures import HUNDRED, TEN_THOUSAND, facts, year_of
from evaluation.scheme.choices import Source
from platforms import types
from platforms.selectors.figures import FIGURES

if TYPE_CHECKING:
    from filings.models import Entity

Entities = Sequence["Entity"]
ONE = Decimal(1)
# figure -> record it is worked out from, label, unit, by what it is multiplied
KEPT: tuple[tuple[str, str, Any, str, Decimal], ...] = (
    ("tenants", "tenant", gettext_lazy("年末在孵"), "家", ONE),  # data
    ("graduated", "tenant", gettext_lazy("本年毕业"), "家", ONE),  # data
    ("graduation_rate", "tenant", gettext_lazy("毕业率"), "%", HUNDRED),
    ("high_tech", "tenant", gettext_lazy("累计孵化高新技术企业"), "家", ONE),  # data
    ("area", "space", gettext_lazy("孵化面积"), "平方米", ONE),  # data
    ("instruments", "instrument", gettext_lazy("在网仪器"), "台套", ONE),  # data
    ("instruments_value", "instrument", gettext_lazy("在网仪器原值"), "万元", ONE / TEN_THOUSAND),  # data
    ("service_total", "service", gettext_lazy("年度服务总额"), "万元", ONE / TEN_THOUSAND),  # data
    ("services", "service", gettext_lazy("服务次数"), "次", ONE),  # data
    ("msme_served", "service", gettext_lazy("服务中小微企业"), "家", ONE),  # data
    ("contracts", "contract", gettext_lazy("技术合同"), "项", ONE),  # data
    ("contracts_amount", "contract", gettext_lazy("技术合同金额"), "万元", ONE / TEN_THOUSAND),  # data
    ("teams", "team", gettext_lazy("在站团队"), "个", ONE),  # data
    ("days_on_site", "stay", gettext_lazy("在站天数"), "天", ONE),  # data
    ("person_days", "stay", gettext_lazy("在站人天"), "人天", ONE),  # data
    ("editions", "edition", gettext_lazy("本年举办"), "届", ONE),  # data
    ("participants", "edition", gettext_lazy("参加人数"), "人", ONE),  # data
    ("projects", "project", gettext_lazy("本年签约项目"), "个", ONE),  # data
    ("projects_landed", "project", gettext_lazy("累计落地项目"), "个", ONE),  # data
)


def _kept(figure: str, record: str, times: Decimal) -> Callable[..., Mapping[int, Fact]]:
    """A feed that reads one figure of the last year of the period."""

    def feed(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
        found: dict[int, Decimal | int | None] = {}
        for entity in entities:
            for one in FIGURES[record](entity, last.year):
                if one.key == figure and one.value is not None:
                    found[entity.pk] = one.value * times
        return facts(found, str(_("业务台账（%(year)s）") % {"year": year_of(last)}))

    return feed


def register_feeds() -> None:
    """Called in `AppConfig.ready()`: each for the types of platform that keep the record."""
    for figure, record, label, unit, times in KEPT:
        kinds = types.keeping(record)
        read = _kept(figure, record, times)
        register(Feed(f"records.{figure}", label, unit, Source.REGISTER.value, read, kinds))
