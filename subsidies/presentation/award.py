"""A claim's amount in words: tables beside the answers, rows of the notice, the sentence of the decision, the API."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from core.templatetags.ui import yuan
from filings.enums import Grade
from filings.fields import Computed
from filings.models import Filing
from subsidies.enums import Kind, Status
from subsidies.models import Award
from subsidies.selectors import claims as read
from subsidies.selectors import computing

COLUMNS = ("col-no", "", "law", "num")


def amount(value: Any) -> str:
    """`800,000.00`, a dash for nothing."""
    return "—" if value is None else str(yuan(Decimal(value)))


def tables(filing: Filing, staff: bool = False) -> list[Computed]:
    """测算书: the lines with their clauses, as kept with the award or as things stand now; then what it stacks with."""
    found = read.standing(filing, staff=staff)
    beside = _rivals(filing) if staff else []
    if found is None:
        return beside
    result, claim = found.result, found.asked["claim"]
    heading = _("测算书") if found.award else _("测算书（按现有事实预估）")
    rows = tuple(
        (str(n), line["label"], line["clause"] or "—", amount(line["amount"]))
        for n, line in enumerate(result["lines"], start=1)
    )
    total = ("", _("核定金额") if found.award else _("预估金额"), "", amount(result["amount"]))
    heads = (_("步"), _("计算"), _("依据"), _("金额（元）"))
    link = (
        (_("下载测算书（PDF）"), reverse("subsidies:award_paper", args=[filing.pk])) if found.award else None
    )
    columns = tuple(zip(heads, COLUMNS, strict=True))
    made = [Computed(heading, columns, rows, total, _note(result, claim), link)]
    before = found.asked["earlier"]
    if before:
        made.append(_earlier(before, set(result["tied"])))
    return [*made, *beside]


def _rivals(filing: Filing) -> list[Computed]:
    """For officers: other units that claim for the same square metres."""
    rows = tuple(
        (other.receipt_number or "", other.applicant.name, other.staff_label) for other in read.rivals(filing)
    )
    columns = tuple(zip((_("申领"), _("单位"), _("状态")), ("code", "", ""), strict=True))
    note = _("同一面积只支持一次，请核实用房归属后再拟定。")
    return [Computed(_("填写同一处用房的其他申领"), columns, rows, note=note)] if rows else []


def _note(result: Mapping[str, Any], claim: Mapping[str, Any]) -> str:
    """The day, the bound, what was taken as met, the readings."""
    said = [
        _("按 %(day)s有效的政策测算，%(status)s。") % {"day": claim["date"], "status": result["status_label"]}
    ]
    for name, label in (("upper_bound", _("最高")), ("lower_bound", _("不低于"))):
        if result[name] is not None:
            said.append(f"{label} {amount(result[name])} {_('元。')}")
    said += [f"{problem['message']} {problem.get('clause', '')}" for problem in result["errors"]]
    if result["readings"]:
        said.append(_("采用的口径：") + "；".join(f"{r['label']}——{r['text']}" for r in result["readings"]))
    return " ".join(said)


def _earlier(rows: list[dict[str, Any]], tied: set[str]) -> Computed:
    heads = (_("申领"), _("支持措施"), _("事项日期"), _("已核定（元）"), _("关系"))
    lines = tuple(
        (
            row["claim"]["ref"],
            next(
                (i["label"] for i in row["claim"]["law"]["items"] if i["key"] == row["claim"]["measure"]), ""
            ),
            row["claim"]["date"],
            amount(row["paid"]),
            _("合并计算") if row["claim"]["ref"] in tied else _("提示"),
        )
        for row in rows
    )
    columns = tuple(zip(heads, ("code", "", "", "num", ""), strict=True))
    return Computed(_("此前已核定、与本次有关的申领"), columns, lines)


def asks(filing: Filing) -> dict[str, forms.Field]:
    """What an officer states at the proposal, by the kind of the measure; the bound stands in the help."""
    claim, _on = read.read(filing)
    terms = claim.terms
    found: dict[str, forms.Field] = {}
    if "grade" in terms.facts:
        options = [("", _("不按等次")), *Grade.choices]
        found["grade"] = forms.ChoiceField(label=_("评价等次"), choices=options, required=False)
    if "rate" in terms.facts:
        found["rate"] = _number(_("本轮比例"), _("写作小数，不高于条款的比例；不填按条款的最高比例。"))
    if "set_amount" in terms.facts or terms.kind in computing.RECORDED:
        hint = (
            _("上限 %(cap)s 元，超过不能提交。") % {"cap": amount(terms.figure("cap"))}
            if terms.has("cap")
            else ""
        )
        found["set_amount"] = _number(_("拟定金额"), hint, unit=_("元"))
        found["reason"] = _text(_("拟定金额的理由"))
    if terms.kind in (*computing.RECORDED, Kind.PRIORITY):
        found["support"] = _text(_("支持内容"))
    return found


def _number(label: str, hint: str, unit: str = "") -> forms.Field:
    attrs = {"inputmode": "decimal", "class": "w-num", "autocomplete": "off"}
    made: Any = forms.CharField(
        label=label, help_text=hint, required=False, max_length=40, widget=forms.TextInput(attrs=attrs)
    )
    made.unit = unit
    return made


def _text(label: str) -> forms.Field:
    return forms.CharField(
        label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


def mark(filing: Filing) -> str:
    """Whether the portal offered it: its facts come from the register, no papers were asked for."""
    return _("免申即享 · 主动推送") if read.matter(filing).get("offered") else ""


def told(filing: Filing) -> list[dict[str, str]]:
    """What the public reads before the decision."""
    award = read.award_of(filing)
    if award is None:
        return []
    rows = [{"label": _("支持措施"), "value": award.result["label"]}]
    if award.result["amount"] is not None:
        rows.append(
            {"label": _("拟核定金额"), "value": _("%(amount)s 元") % {"amount": amount(award.amount)}}
        )
    if award.support:
        rows.append({"label": _("支持内容"), "value": award.support})
    return rows


def decides(filing: Filing) -> str:
    """The sentence of the decision letter."""
    award = read.award_of(filing)
    if award is None:
        return _("（发出时确定）")
    names = {"measure": award.result["label"], "amount": amount(award.amount), "support": award.support}
    if award.result["amount"] is None:
        return _("同意对“%(measure)s”给予支持：%(support)s。") % names
    said = _("同意兑现“%(measure)s”，核定金额%(amount)s元，算法和依据见测算书。") % names
    return said + (_("另：%(support)s。") % names if award.support else "")


def api(filing: Filing, staff: bool = False) -> dict[str, Any] | None:
    """The award, or before a proposal the estimate (`state` null)."""
    found = read.standing(filing, staff=staff)
    if found is None:
        return None
    award = found.award
    return {
        "state": award.state if award else None,
        "measure": found.asked["claim"]["measure"],
        "date": found.asked["claim"]["date"],
        "amount": None if found.result["amount"] is None else f"{found.amount:.2f}",
        "result": dict(found.result),
        "sha256": award.sha256 if award else None,
        "document_number": award.document_number if award else "",
        "decided_on": award.decided_on.isoformat() if award and award.decided_on else None,
        "support": award.support if award else "",
    }


def cap_hit(award: Award) -> bool:
    """Whether a ceiling took something away."""
    codes = {line["code"] for line in award.result["lines"]}
    return not codes.isdisjoint({"cap", "shared_cap", "paid"})


def excluded(award: Award) -> bool:
    """Whether another claim pays instead."""
    return bool(award.result["status"] == Status.EXCLUDED)
