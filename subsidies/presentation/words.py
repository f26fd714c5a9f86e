"""A measure in words: how much, for whom, on what conditions, with which papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.book import Citation
from subsidies.enums import Kind
from subsidies.terms import COUNTIES, STACKED, Terms, money, plain, share

#: What proves the event of a measure; the documents leave it open, so it is our proposal.
EVIDENCE: dict[str, tuple[Any, ...]] = {
    "new_approval": (gettext_lazy("国家或者省的批复（认定）文件"),),
    "new_recognition": (gettext_lazy("国家或者省的认定文件"),),
    "recognition": (gettext_lazy("国家认定文件"),),
    "upgrade": (gettext_lazy("市级共同体批复文件"), gettext_lazy("原联盟备案文件")),
    "construction_completed": (
        gettext_lazy("竣工验收或者测绘报告（载明专用于孵化的面积）"),
        gettext_lazy("房屋产权或者使用权证明"),
    ),
    "annual_selection": (gettext_lazy("当年示范遴选结果"),),
    "annual_evaluation": (gettext_lazy("年度绩效评价结果"), gettext_lazy("服务台账")),
    "provincial_payment": (gettext_lazy("省级补助拨付文件和到账凭证"), gettext_lazy("服务合同和发票")),
}


def address(clause: Citation | None) -> str:
    """Where the library shows a clause."""
    return reverse("policy:clause", args=[clause.document, clause.ref]) if clause else ""


def rule(terms: Terms) -> str:
    """The amount in one sentence, every figure from the law."""
    words = {
        Kind.FIXED: _fixed,
        Kind.CAPPED: _capped,
        Kind.PER_UNIT: _per_unit,
        Kind.MATCH: _match,
        Kind.CAPPED_RATE: _capped_rate,
        Kind.FLOOR: _floor,
    }
    say = words.get(terms.kind)
    return say(terms) if say else str(terms.kind.label)


def _fixed(terms: Terms) -> str:
    name = "amount" if terms.has("amount") else "cap"
    unit = terms.data.get("unit")
    said = _("定额 %(amount)s") % {"amount": money(terms.figure(name))}
    return _("每%(unit)s%(said)s") % {"unit": unit, "said": said} if unit else said


def _capped(terms: Terms) -> str:
    return _("最高 %(cap)s") % {"cap": money(terms.figure("cap"))}


def _per_unit(terms: Terms) -> str:
    return _("每%(unit)s %(price)s 元，上限 %(cap)s") % {
        "unit": terms.data["unit"],
        "price": plain(terms.figure("unit_price")),
        "cap": money(terms.figure("cap")),
    }


def _match(terms: Terms) -> str:
    base, (_name, rate) = terms.data["base"], terms.rate
    said = _("按%(base)s的 %(rate)s") % {"base": base, "rate": share(rate)}
    for row in terms.data.get("exceptions", ()):
        other = {"base": row["base"], "rate": share(terms.figure("exception_rate"))}
        said += _("；例外地区按%(base)s的 %(rate)s") % other
    return said


def _capped_rate(terms: Terms) -> str:
    given = {"base": terms.data["base"], "most": share(terms.figure("rate_cap"))}
    return _("按%(base)s，比例最高 %(most)s") % given


def _floor(terms: Terms) -> str:
    return _("不低于 %(least)s，具体数额一事一议") % {"least": money(terms.figure("floor"))}


def row(terms: Terms) -> dict[str, Any]:
    """One line of the list of measures."""
    clause = terms.clause()
    return {
        "key": terms.key,
        "label": terms.label,
        "kind": terms.kind.label,
        "rule": rule(terms),
        "clause": clause.text if clause else "",
        "url": reverse("subsidies:measure", args=[terms.key]),
        "clause_url": address(clause),
    }


def conditions(terms: Terms, names: Mapping[str, str]) -> list[dict[str, str]]:
    """What must hold, each with its clause."""
    return [
        {
            "key": key,
            "label": names.get(key, key),
            "clause": terms.law.cite(key),
            "url": address(terms.law.clause(key)),
        }
        for key in terms.requires
    ]


def papers(terms: Terms) -> list[str]:
    """What has to be shown; our proposal."""
    return [str(paper) for paper in EVIDENCE.get(terms.data.get("event", ""), ())]


def facts(terms: Terms, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Who it is for and who pays, for components/facts.html."""

    def named(name: str) -> str:
        return "、".join(names.get(key, key) for key in terms.data.get(name, ()))

    yield {"label": _("金额"), "value": rule(terms), "clause": terms.law.cite(terms.key)}
    yield {"label": _("方式"), "value": str(terms.kind.label)}
    yield {"label": _("受益对象"), "value": named("beneficiary")}
    yield {"label": _("适用主体"), "value": named("entity")}
    for name, label in (("condition", _("条件")), ("basis", _("依据")), ("funding", _("资金来源"))):
        if terms.data.get(name):
            yield {"label": label, "value": terms.data[name]}
    yield {"label": _("责任单位"), "value": named("departments")}


def rules(terms: Terms, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Rules about stacking, exclusion, exceptions and quotas that name the measure."""
    keys = [terms.data.get("exclusive_group"), STACKED if terms.stacked else None]
    keys += [COUNTIES if terms.data.get("exceptions") else None]
    keys += ["rule_maker_quota" if terms.has("quota_max") else None]
    found = [(key, terms.rule_clause(key)) for key in keys if key]
    return [
        {"label": names.get(key, key), "clause": clause.text if clause else "", "url": address(clause)}
        for key, clause in found
    ]
