"""What somebody may start for an entity, each with its address or with every reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from filings.enums import FOUNDS, OPEN_CANCELLATION, Action, EntityState
from filings.models import Entity
from filings.permissions import may_arrange
from filings.presentation.aftercare import open_occasions
from filings.presentation.entity import url
from filings.selectors.entity_page import Sight
from filings.selectors.lifecycle import obstacles, out_of_question, report_years


def of_unit(sight: Sight) -> list[dict[str, Any]]:
    """What the unit may start here, each with its address or with every reason why not."""
    entity, code = sight.entity, sight.entity.code
    if entity.standing != EntityState.REGISTERED:
        return []
    found = list(_starts(sight)) if sight.is_lead else []
    if not sight.is_lead:
        found.append(
            _step(
                _("退出%(thing)s") % {"thing": entity.spec.words.thing},
                url("entity_leave", code),
                _("本单位退出，不须他人同意"),
            )
        )
    found.append(_step(_("提出困难"), url("problem_raise", code), _("请科技主管部门协调")))
    return [one for one in found if one["url"] or one["problems"]]


def _starts(sight: Sight) -> Iterator[dict[str, Any]]:
    entity = sight.entity
    for action, variant in entity.spec.variants.items():
        if action in FOUNDS or out_of_question(entity, action):
            continue
        period = _year_to_report(entity) if action == Action.ANNUAL_REPORT else _occasion(entity, action)
        problems = obstacles(entity, action, period=period)
        hint = _("%(year)s 年度") % {"year": period} if action == Action.ANNUAL_REPORT and period else ""
        yield _step(str(variant.label), url("entity_start", entity.code, action), hint, problems)


def _year_to_report(entity: Entity) -> str:
    """The earliest year that has no report yet, else the latest."""
    years = [str(year) for year in report_years(entity, clock.today())]
    given = set(
        entity.filings.filter(action=Action.ANNUAL_REPORT, submitted_at__isnull=False).values_list(
            "period", flat=True
        )
    )
    left = [year for year in years if year not in given]
    return (left or years or [""])[0 if left else -1]


def _occasion(entity: Entity, action: Action) -> str:
    """The first occasion nothing has been filed for."""
    return next(iter(open_occasions(entity, action)), "")


def _step(label: str, address: str, hint: str = "", problems: Iterable[Any] = ()) -> dict[str, Any]:
    return {"label": label, "url": address, "hint": hint, "problems": list(problems)}


def of_staff(sight: Sight, *, cancelling: bool) -> list[dict[str, Any]]:
    """What the bureau may do with the entity as a whole."""
    entity, code = sight.entity, sight.entity.code
    found = []
    if sight.is_officer:
        found.append(_step(_("登记评价结果"), url("rating_new", code)))
        if entity.standing == EntityState.REGISTERED:
            found.append(_step(_("安排走访"), url("visit_plan", code)))
            if not cancelling:
                found.append(
                    _step(
                        _("启动取消%(act)s程序") % {"act": entity.spec.words.act},
                        url("cancellation_new", code),
                    )
                )
    if sight.is_head and may_arrange(sight.actor):
        address = f"{reverse('assignment:contacts')}?q={code}"
        found.append(_step(_("指定联系人"), address))
    return found


def is_cancelling(rows: Iterable[Any]) -> bool:
    return any(row.state in OPEN_CANCELLATION for row in rows)
