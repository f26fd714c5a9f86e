"""What a filing is called on pages, by what it asks for."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from filings.enums import FOUNDS, STANDS_ALONE, Action
from filings.models import Entity, Filing

NOUNS: dict[Action, Any] = {
    Action.ESTABLISH: _("申报"),
    Action.CHANGE: _("变更申请"),
    Action.RENEW: _("%(renewal)s申请"),
    Action.UPGRADE: _("升级申请"),
    Action.ANNUAL_REPORT: _("年度报告"),
    Action.EXIT: _("%(decided)s申请"),
    Action.RECORD_APPROVAL: _("批复登记"),
    Action.CLAIM: _("申领"),
    Action.SELF_ASSESSMENT: _("绩效自评"),
}
# how an entity stands on a day, as `Entity.status_on` says it
STATUS_LABELS = {
    "valid": _("有效"),
    "upcoming": _("尚未生效"),
    "expired": _("已到期"),
    "exited": _("已退出"),
    "merged": _("已并入"),
    "cancelled": _("已取消"),
}


def noun(filing: Filing) -> str:
    """申报, 变更申请, 年度报告 …"""
    return filing.spec.say(NOUNS[Action(filing.action)])


def matter(filing: Filing) -> str:
    """变更, 2026 年度报告, 绩效自评（PJ-2026-01） …"""
    label = filing.spec.action_label(filing.action)
    if filing.period and filing.action != Action.ANNUAL_REPORT:
        return f"{label}（{filing.period}）"
    return f"{filing.period} {label}" if filing.period else label


def headline(filing: Filing) -> str:
    """The name of what is to be founded; otherwise the matter and the entity it concerns."""
    if filing.action in STANDS_ALONE or filing.entity is None:
        return str(filing)
    return str(_("%(matter)s：%(name)s")) % {"matter": matter(filing), "name": filing.entity.name}


def entity_url(entity: Entity | None) -> str:
    """The inner page of an entity; empty where there is none."""
    if entity is None:
        return ""
    try:
        return reverse("filings:entity", args=[entity.code])
    except NoReverseMatch:
        return ""


def words(filing: Filing) -> dict[str, Any]:
    """What every page about a filing says of it."""
    return {
        "noun": noun(filing),
        "matter": matter(filing),
        "headline": headline(filing),
        "is_founding": filing.action in FOUNDS,
        "own": filing.spec.words,
        "entity_url": entity_url(filing.entity),
    }
