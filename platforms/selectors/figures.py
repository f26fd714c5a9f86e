"""The year's figures of a platform, worked out from its records under the law of that year. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from core import clock
from platforms import arithmetic as sums
from platforms.enums import MSME, ChainStep, Construction, ProjectStanding, TalentCategory, TransferMode
from platforms.models import Contract, FollowUp, ForumProject, Instrument, Service, Space, Stay, Team, Tenant
from platforms.types import of
from policy.law import Law, law_on

if TYPE_CHECKING:
    from filings.models import Entity

SPACE_BASIS = "subsidy.space_area_basis"
SERVICE_BASIS = "subsidy.instrument_base"


@dataclass(frozen=True)
class Figure:
    """One figure of a year: `value` as it is counted, `text` as people read it; None where there is nothing."""

    key: str
    label: str
    value: Decimal | int | None
    unit: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        if self.value is None:
            return "—"
        if self.unit == "%":
            return f"{self.value * 100:.1f}%"
        return f"{self.value:,.2f}" if isinstance(self.value, Decimal) else f"{self.value:,}"

    @property
    def plain(self) -> str:
        """For a stored answer: without separators."""
        return "" if self.value is None else str(self.value)


def _law(entity: Entity, year: int) -> tuple[Law, datetime.date]:
    day = min(datetime.date(year, 12, 31), clock.today())
    return law_on(day, of(entity.kind).place), day


def _space(entity: Entity, year: int) -> list[Figure]:
    law, day = _law(entity, year)
    basis = str(law.reading(SPACE_BASIS) or "dedicated")
    rows = Space.objects.filter(entity=entity, struck_at__isnull=True)
    fields = ("construction", "built_area", "usable_area", "dedicated_area", "accepted_on")
    found = sums.areas([sums.Area(*row) for row in rows.values_list(*fields)], basis, day)
    note = str(law.reading_of(SPACE_BASIS).text)
    made = [
        Figure(f"area_{key}", _("%(kind)s孵化面积") % {"kind": label}, found.get(key, sums.ZERO), "㎡", note)
        for key, label in Construction.choices
    ]
    return [Figure("area", _("孵化面积合计"), sum(found.values(), sums.ZERO), "㎡", note), *made]


def tenants_of(entity: Entity) -> list[sums.Stayed]:
    """All tenants that count."""
    rows = Tenant.objects.filter(entity=entity, struck_at__isnull=True)
    fields = ("entered_on", "left_on", "graduated_on", "high_tech_on", "came_from")
    return [sums.Stayed(*row) for row in rows.values_list(*fields)]


def _tenant(entity: Entity, year: int) -> list[Figure]:
    found = sums.incubation(tenants_of(entity), year)
    words = dict(ChainStep.choices)
    steps = [
        Figure(f"from_{key}", _("本年由%(step)s转入") % {"step": words[key]}, n, _("家"))
        for key, n in found.from_steps.items()
    ]
    return [
        Figure("tenants", _("年末在孵"), found.tenants, _("家")),
        Figure("entered", _("本年入驻"), found.entered, _("家")),
        Figure("left", _("本年迁出"), found.left, _("家")),
        Figure("graduated", _("本年毕业"), found.graduated, _("家")),
        Figure("graduated_ever", _("累计毕业"), found.graduated_ever, _("家")),
        Figure("graduation_rate", _("毕业率"), found.rate, "%", _("累计毕业除以累计入驻")),
        Figure("high_tech", _("累计孵化高新技术企业"), found.high_tech, _("家")),
        *steps,
    ]


def _instrument(entity: Entity, year: int) -> list[Figure]:
    _unused, day = _law(entity, year)
    rows = Instrument.objects.filter(entity=entity, struck_at__isnull=True, joined_on__lte=day).exclude(
        left_on__lte=day
    )
    found = rows.aggregate(n=Count("pk"), value=Sum("original_value"))
    return [
        Figure("instruments", _("在网仪器"), found["n"], _("台套")),
        Figure("instruments_value", _("在网仪器原值"), found["value"] or sums.ZERO, _("元")),
    ]


def served(entity: Entity) -> list[sums.Served]:
    """All services that count, in whatever year."""
    rows = Service.objects.filter(entity=entity, struck_at__isnull=True)
    return [
        sums.Served(
            row.amount,
            row.served_on,
            row.paid_on,
            row.same_group,
            row.through_network,
            row.client_code or row.client,
            row.client_size,
        )
        for row in rows.only(
            "amount",
            "served_on",
            "paid_on",
            "same_group",
            "through_network",
            "client_code",
            "client",
            "client_size",
        )
    ]


def _service(entity: Entity, year: int) -> list[Figure]:
    law, _day = _law(entity, year)
    rows, basis = served(entity), str(law.reading(SERVICE_BASIS) or sums.PAID_NET_EXTERNAL)
    note = str(law.reading_of(SERVICE_BASIS).text)
    return [
        Figure("service_total", _("年度服务总额"), sums.service_total(rows, year, basis), _("元"), note),
        Figure("services", _("服务次数"), sum(row.served_on.year == year for row in rows), _("次")),
        Figure("msme_served", _("服务中小微企业"), sums.clients(rows, year, MSME), _("家")),
    ]


def _contract(entity: Entity, year: int) -> list[Figure]:
    rows = Contract.objects.filter(entity=entity, struck_at__isnull=True, signed_on__year=year)
    found = {
        row["mode"]: row for row in rows.values("mode").annotate(n=Count("pk"), sum=Sum("amount")).order_by()
    }
    made = [
        Figure("contracts", _("技术合同"), sum(row["n"] for row in found.values()), _("项")),
        Figure(
            "contracts_amount",
            _("技术合同金额"),
            sum((row["sum"] for row in found.values()), sums.ZERO),
            _("元"),
        ),
    ]
    for key, label in TransferMode.choices:
        if key in found:
            words = _("其中%(mode)s") % {"mode": label}
            made.append(Figure(f"contracts_{key}", words, found[key]["sum"], _("元")))
    return made


def _team(entity: Entity, year: int) -> list[Figure]:
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    rows = Team.objects.filter(entity=entity, struck_at__isnull=True, started_on__lte=last).exclude(
        ended_on__lt=first
    )
    found = {
        row["category"]: row["n"] for row in rows.values("category").annotate(n=Sum("talents")).order_by()
    }
    words = dict(TalentCategory.choices)
    made = [Figure(f"talents_{key}", str(words[key]), n, _("人")) for key, n in found.items()]
    return [Figure("teams", _("在站团队"), rows.count(), _("个")), *made]


def _stay(entity: Entity, year: int) -> list[Figure]:
    rows = Stay.objects.filter(entity=entity, struck_at__isnull=True, starts_on__year=year)
    found = rows.aggregate(on_site=Sum("days"), worked=Sum(F("days") * F("people")))
    return [
        Figure("days_on_site", _("在站天数"), found["on_site"] or 0, _("天")),
        Figure("person_days", _("在站人天"), found["worked"] or 0, _("人天")),
    ]


def _edition(entity: Entity, year: int) -> list[Figure]:
    rows = entity.edition_records.filter(struck_at__isnull=True, held_on__year=year)
    found = rows.aggregate(n=Count("pk"), people=Sum("participants"))
    return [
        Figure("editions", _("本年举办"), found["n"], _("届")),
        Figure("participants", _("参加人数"), found["people"] or 0, _("人")),
    ]


def _project(entity: Entity, year: int) -> list[Figure]:
    rows = ForumProject.objects.filter(
        entity=entity, struck_at__isnull=True, signed_on__lte=datetime.date(year, 12, 31)
    )
    found = rows.aggregate(
        signed=Count("pk", filter=Q(signed_on__year=year)),
        landed=Count("pk", filter=Q(standing=ProjectStanding.LANDED)),
        all=Count("pk"),
    )
    followed = rows.filter(Exists(FollowUp.objects.filter(project=OuterRef("pk")))).count()
    return [
        Figure("projects", _("本年签约项目"), found["signed"], _("个")),
        Figure("projects_ever", _("累计签约项目"), found["all"], _("个")),
        Figure("projects_landed", _("累计落地"), found["landed"], _("个")),
        Figure("projects_followed", _("已有跟踪记录"), followed, _("个")),
    ]


FIGURES: dict[str, Callable[[Any, int], list[Figure]]] = {
    "space": _space,
    "tenant": _tenant,
    "instrument": _instrument,
    "service": _service,
    "contract": _contract,
    "team": _team,
    "stay": _stay,
    "edition": _edition,
    "project": _project,
}


def of_year(entity: Entity, year: int) -> list[Figure]:
    """Every figure of the records this platform keeps."""
    return [found for key in of(entity.kind).traits.records for found in FIGURES[key](entity, year)]


def as_stored(entity: Entity, year: int) -> dict[str, str]:
    """{key: value} for the confirmation of a year and for the annual report."""
    return {figure.key: figure.plain for figure in of_year(entity, year)}
