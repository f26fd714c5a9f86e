"""The list of claims: computed, proposed, set, what bit, where it stands. The same rows for page, export and API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.xlsx import Column
from filings.models import Filing
from filings.selectors.filings import visible_to
from subsidies.enums import AwardState
from subsidies.models import Award
from subsidies.selectors.claims import PROGRAMME, matter
from subsidies.selectors.measures import known

#: Lines that come before anything is stacked or set.
COMPUTED = frozenset({"base", "rounding", "exception", "grade", "guard", "cap", "paid"})
CUTS = frozenset({"cap", "shared_cap", "paid"})
LESS = {
    "shared_cap": _("累计上限"),
    "cap": _("上限"),
    "paid": _("上限余额"),
    "higher_of": _("就高不就低"),
    "once": _("只享受一次"),
    "overlap": _("避免交叉重复"),
    "level": _("扣减低一级"),
    "difference": _("补差额"),
}
COLUMNS = (
    Column("number", _("受理编号"), width=20),
    Column("unit", _("申领单位"), width=28),
    Column("credit_code", _("统一社会信用代码"), width=22),
    Column("district", _("区（市）"), width=12),
    Column("measure", _("支持措施"), width=32),
    Column("entity", _("登记主体"), width=24),
    Column("on", _("事项日期"), width=12),
    Column("computed", _("测算金额（元）"), kind="decimal", width=16),
    Column("set", _("拟定金额（元）"), kind="decimal", width=16),
    Column("amount", _("核定金额（元）"), kind="decimal", width=16),
    Column("less", _("限制"), width=20),
    Column("state", _("状态"), width=12),
    Column("award", _("核定"), width=12),
    Column("document", _("发文字号"), width=20),
)


def listed(actor: Actor, wanted: Mapping[str, str]) -> QuerySet[Filing]:
    """Claims this actor may see, narrowed by `measure`, `year`, `district` and `state`; newest first."""
    rows = visible_to(actor).filter(programme=PROGRAMME)
    if wanted.get("measure"):
        rows = rows.filter(content__claim__measure=wanted["measure"])
    if wanted.get("year"):
        rows = rows.filter(content__claim__on__startswith=f"{wanted['year']}-")
    if wanted.get("district"):
        rows = rows.filter(district__code=wanted["district"])
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    return rows.select_related("applicant", "district", "entity", "award").order_by("-pk")


def lines(filings: Iterable[Filing], *, staff: bool) -> list[dict[str, Any]]:
    """Rows with a value for each column, and `pk` and `tone` for the page. One query besides the filings'."""
    names = {key: one.label for key, one in known().items()}
    return [_line(filing, names, staff=staff) for filing in filings]


def _line(filing: Filing, names: Mapping[str, str], *, staff: bool) -> dict[str, Any]:
    said, award = matter(filing), _shown(filing, staff=staff)
    key = str(said.get("measure", ""))
    return {
        "pk": filing.pk,
        "key": key,
        "offered": bool(said.get("offered")),
        "tone": filing.state,
        "number": filing.receipt_number or "",
        "unit": filing.applicant.name,
        "credit_code": filing.applicant.credit_code,
        "district": filing.district.label,
        "measure": names.get(key, key),
        "entity": filing.entity.name if filing.entity else "",
        "on": str(said.get("on") or ""),
        "state": filing.staff_label if staff else filing.applicant_label,
        "document": award.document_number if award else "",
        "award": str(award.get_state_display()) if award else "",
        "money": award.pk if award and award.state == AwardState.DECIDED and award.amount else None,
        **_amounts(award, staff=staff),
    }


def _shown(filing: Filing, *, staff: bool) -> Award | None:
    """The award as far as the reader may know of it: a unit from the public notice on."""
    award: Award | None = getattr(filing, "award", None)
    if award is None or award.state == AwardState.RELEASED:
        return None
    return award if staff or filing.noticed_at is not None else None


def _amounts(award: Award | None, *, staff: bool) -> dict[str, Any]:
    """What is proposed is set only once it is decided; a unit reads one figure, with the state beside it."""
    if award is None:
        return {"computed": None, "set": None, "amount": None, "less": "", "cap_hit": False}
    steps = award.result["lines"]
    codes = [line["code"] for line in steps]
    amount = award.amount if award.result["amount"] is not None else None
    decided = award.state in (AwardState.DECIDED, AwardState.REVOKED)
    return {
        "computed": _sum(line for line in steps if line["code"] in COMPUTED),
        "set": amount,
        "amount": amount if decided or not staff else None,
        "less": "、".join(str(word) for code, word in LESS.items() if code in codes and _bites(steps, code)),
        "cap_hit": not CUTS.isdisjoint(codes),
    }


def _bites(steps: Iterable[Mapping[str, Any]], code: str) -> bool:
    """Whether a line took something; notes of the same code take nothing."""
    return any(line["code"] == code and line["amount"] not in (None, "0.00") for line in steps)


def _sum(steps: Iterable[Mapping[str, Any]]) -> Decimal | None:
    amounts = [Decimal(line["amount"]) for line in steps if line["amount"] is not None]
    return sum(amounts, Decimal("0.00")) if amounts else None
