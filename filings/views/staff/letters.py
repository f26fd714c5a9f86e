"""The letters a unit will receive, as the officer sees them before sending. Plain text; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.templatetags.ui import date_cn
from filings.models import Filing


def _head(filing: Filing, title: str) -> list[str]:
    return [title, _("%(unit)s：") % {"unit": filing.applicant.name}]


def _foot(office: str) -> list[str]:
    return [office, date_cn(clock.today())]


def _facts(filing: Filing) -> dict[str, Any]:
    return {
        "title": str(filing),
        "number": filing.receipt_number or "",
        "programme": str(filing.spec.label),
    }


def not_recommended(filing: Filing, reason: str) -> str:
    """不予推荐通知."""
    text = _("你单位提交的《%(title)s》%(programme)s申报（受理编号 %(number)s），经审查不予推荐。") % _facts(
        filing
    )
    why = _("理由：%(why)s") % {"why": reason or _("（待填写）")}
    office = _("%(district)s科技主管部门") % {"district": filing.district.label}
    return "\n".join([*_head(filing, _("不予推荐通知书")), text, why, *_foot(office)])


def not_accepted(filing: Filing, reason: str) -> str:
    """不予受理通知."""
    text = _(
        "你单位提交的《%(title)s》%(programme)s申报（受理编号 %(number)s），经形式审查不予受理。"
    ) % _facts(filing)
    why = _("理由：%(why)s") % {"why": reason or _("（待填写）")}
    return "\n".join([*_head(filing, _("不予受理通知书")), text, why, *_foot(filing.authority.name)])


def rejected(filing: Filing, reason: str) -> str:
    """不予备案决定."""
    text = _("你单位提交的《%(title)s》%(programme)s申报（受理编号 %(number)s），经审定不予备案。") % _facts(
        filing
    )
    why = _("理由：%(why)s") % {"why": reason or _("（待填写）")}
    return "\n".join([*_head(filing, _("不予备案决定书")), text, why, *_foot(filing.authority.name)])


def correction(filing: Filing, items: Sequence[tuple[str, str]], comment: str, due: date) -> dict[str, Any]:
    """补正告知书: heading, opening, numbered items (place, what is wanted), closing and due date."""
    opening = _(
        "你单位提交的《%(title)s》%(programme)s申报（受理编号 %(number)s），经形式审查，需一次性补正以下 %(n)s 项："
    ) % (_facts(filing) | {"n": len(items)})
    closing = _(
        "请于%(due)s前登录本平台完成补正并重新提交。只有上述栏目可以修改；涉及成员单位确认内容的，须由有关单位重新确认。"
    ) % {"due": date_cn(due)}
    return {
        "title": _("补正告知书"),
        "to": _("%(unit)s：") % {"unit": filing.applicant.name},
        "comment": comment,
        "opening": opening,
        "items": [{"place": place, "message": message} for place, message in items],
        "closing": closing,
        "office": filing.authority.name,
        "on": date_cn(clock.today()),
    }
