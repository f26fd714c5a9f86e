"""Feeds of the innovation consortia: their annual report, their plan and who belongs to them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.consortium import terms
from alliances.models import ConsortiumProfile
from evaluation.feeds import Fact, Feed, register
from evaluation.held import reports
from evaluation.held.figures import TEN_THOUSAND, facts, number, per_cent, total
from evaluation.scheme.choices import Source
from filings.selectors.lifecycle import standing_judgements, stands_in_the_way

if TYPE_CHECKING:
    from filings.models import Entity

KINDS = ("innovation_consortium",)
HALF = Decimal("0.5")

Entities = Sequence["Entity"]
Reading = Callable[[reports.Content], Decimal | None]


def _reported(read: Reading) -> Callable[[Entities, datetime.date, datetime.date], Mapping[int, Fact]]:
    """A feed that reads one figure of the year's report."""

    def feed(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
        found = reports.handed(entities, first, last)
        return facts({pk: read(one.content) for pk, one in found.items()}, _origins(found))

    return feed


def _origins(found: Mapping[int, reports.Handed]) -> dict[int, str]:
    return {pk: one.origin for pk, one in found.items()}


def _output(name: str) -> Reading:
    return lambda content: number(reports.answers(content, "report_output").get(name))


def _meetings(content: reports.Content) -> Decimal | None:
    return number(reports.answers(content, "report_summary").get("meetings"))


def _standards(content: reports.Content) -> Decimal | None:
    """Led ones count whole, others half."""
    led, joined = _output("standards_led")(content), _output("standards_joined")(content)
    return total((led, None if joined is None else joined * HALF))


def _contracts(content: reports.Content) -> Decimal | None:
    """In 万元."""
    found = _output("contracts")(content)
    return None if found is None else found / TEN_THOUSAND


def _intensity(content: reports.Content) -> Decimal | None:
    """R&D over main revenue of the units that gave both."""
    rows = reports.rows(content, "report_members", "members")
    pairs = [(number(row.get("rd")), number(row.get("revenue"))) for row in rows]
    both = [(rd, revenue) for rd, revenue in pairs if rd is not None and revenue]
    return per_cent(total(rd for rd, _r in both), total(revenue for _rd, revenue in both))


def milestones(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """How many of the milestones due in the period were reached by its end; the target is how many were due."""
    done: dict[int, Decimal | int | None] = {}
    due: dict[int, Decimal | None] = {}
    found = reports.handed(entities, first, last)
    for pk, one in found.items():
        rows = reports.rows(one.content, "report_progress", "milestones")
        mine = [row for row in rows if first.isoformat() <= str(row.get("due_on") or "") <= last.isoformat()]
        if mine:
            due[pk] = Decimal(len(mine))
            done[pk] = sum(1 for row in mine if "" < str(row.get("done_on") or "") <= last.isoformat())
    return facts(done, _origins(found), due)


def funding(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """What has arrived of the money planned for the tasks, in 万元; the target is what was planned."""
    spent: dict[int, Decimal | int | None] = {}
    planned: dict[int, Decimal | None] = {}
    found = reports.handed(entities, first, last)
    for pk, one in found.items():
        rows = reports.rows(one.content, "report_progress", "tasks")
        plan, real = (
            total(number(r.get("planned")) for r in rows),
            total(number(r.get("spent")) for r in rows),
        )
        if plan is not None and real is not None:
            planned[pk], spent[pk] = plan / TEN_THOUSAND, real / TEN_THOUSAND
    return facts(spent, _origins(found), planned)


def mechanisms(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """How many of the seven required mechanisms the filing on record has written down; encouraged ones do not count."""
    rows = ConsortiumProfile.objects.filter(entity__in=entities).values_list("entity_id", "mechanisms")
    return facts(
        {pk: sum(1 for key in terms.MECHANISMS if said.get(key)) for pk, said in rows}, str(_("备案登记"))
    )


def composition(entities: Entities, first: datetime.date, last: datetime.date) -> Mapping[int, Fact]:
    """2: every condition of the members is met on the last day; 1: one is excused; 0: one is not met."""
    found: dict[int, Decimal | int | None] = {}
    for entity in entities:
        unmet = [one for one in standing_judgements(entity, last) if one.met is False]
        found[entity.pk] = 0 if any(stands_in_the_way(one) for one in unmet) else 1 if unmet else 2
    return facts(found, str(_("登记名录（%(day)s）") % {"day": last.isoformat()}))


REPORTED: tuple[tuple[str, Any, str, Reading], ...] = (
    ("meetings", gettext_lazy("决策调度会议"), "次", _meetings),  # data
    ("rd_intensity", gettext_lazy("联合研发投入强度"), "%", _intensity),
    ("provincial_projects", gettext_lazy("承担省级以上项目"), "项", _output("provincial_projects")),  # data
    ("platforms", gettext_lazy("共建共享平台"), "个", _output("platforms")),  # data
    ("joint_patents", gettext_lazy("联合授权发明专利"), "件", _output("joint_patents")),  # data
    ("standards", gettext_lazy("主导和参与制定标准"), "项", _standards),  # data
    ("contracts", gettext_lazy("成果转化与技术合同额"), "万元", _contracts),  # data
    ("talents", gettext_lazy("引进和培养人才"), "人", _output("talents")),  # data
    ("scenarios", gettext_lazy("开放应用场景"), "个", _output("scenarios")),  # data
)


def register_feeds() -> None:
    """Called in `AppConfig.ready()`."""
    report, on_register = Source.ANNUAL_REPORT.value, Source.REGISTER.value
    for key, label, unit, read in REPORTED:
        register(Feed(f"consortium.{key}", label, unit, report, _reported(read), KINDS))
    register(
        Feed("consortium.milestones", gettext_lazy("里程碑完成数"), "项", report, milestones, KINDS)
    )  # data
    register(
        Feed("consortium.funding", gettext_lazy("任务经费到位额"), "万元", report, funding, KINDS)
    )  # data
    register(
        Feed("consortium.mechanisms", gettext_lazy("建立的机制"), "项", report, mechanisms, KINDS)
    )  # data
    register(Feed("consortium.composition", gettext_lazy("成员构成"), "", on_register, composition, KINDS))
