"""When may what happen to a return, a dispatch sheet, a half-year report: tables a statistician can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions_statistics as may
from clusters.enums_statistics import DispatchState as D
from clusters.enums_statistics import ReportState as R
from clusters.enums_statistics import ReturnState as S
from clusters.enums_statistics import Standing
from clusters.models import ClusterReturn, DispatchSheet, HalfYearReport
from clusters.selectors.statistics import reasons_of, sheet_of
from core import clock
from core.actor import Actor
from core.errors import Problem
from core.workflow import Transition as T
from core.workflow import Workflow

Data = Mapping[str, Any]
PEOPLE = {
    "head": gettext_lazy("请填写单位负责人"),
    "statistician": gettext_lazy("请填写统计负责人"),
    "filler": gettext_lazy("请填写填表人"),
    "phone": gettext_lazy("请填写联系电话"),
}


# --- guards of a return --------------------------------------------------------------------------


def _opened(owner: ClusterReturn, actor: Actor, data: Data) -> Iterator[Problem]:
    if clock.today() < owner.period.opens_on:
        day = owner.period.opens_on.isoformat()
        yield Problem("not_open", _("本期自 %(day)s 起填报。") % {"day": day})


def _right_and_explained(owner: ClusterReturn, actor: Actor, data: Data) -> Iterator[Problem]:
    """No hard finding is left, and every soft one has its reason."""
    known = reasons_of(owner)
    for row in sheet_of(owner).rows:
        for found in row.found:
            if found.severity == "hard":
                yield Problem(found.code, found.message, row.key)
        if row.asks_reason:
            yield from reason_problems(row.key, row.indicator.label, row.reason_code, row.reason_text, known)
        sent_back = owner.state == S.RETURNED and row.standing == Standing.RETURNED
        if sent_back and not row.stored:
            yield Problem("missing", _("“%(label)s”还没有修改。") % {"label": row.indicator.label}, row.key)


def reason_problems(
    key: str, label: str, code: str, text: str, known: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """What is wrong with the reason given for a value that needs one."""
    if not code:
        words = _("请为“%(label)s”选择异常原因。")
        yield Problem("reason_missing", words % {"label": label}, f"{key}-reason_code")
    elif code not in known:
        words = _("“%(label)s”的原因代码不在清单中。")
        yield Problem("reason_unknown", words % {"label": label}, f"{key}-reason_code")
    elif known[code]["need_text"] and not text.strip():
        words = _("请写明“%(label)s”的异常原因。")
        yield Problem("reason_text", words % {"label": label}, f"{key}-reason_text")


def _signed_by_people(owner: ClusterReturn, actor: Actor, data: Data) -> Iterator[Problem]:
    for name, words in PEOPLE.items():
        if not getattr(owner, name):
            yield Problem("required", words, name)


def _declared(owner: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    if not data.get("declared"):
        yield Problem("declared", _("请确认数据真实、准确、完整。"), "declared")


def _names_values(owner: ClusterReturn, actor: Actor, data: Data) -> Iterator[Problem]:
    """A return says which values are wrong and why."""
    decisions: Mapping[str, str] = data.get("returned") or {}
    if not decisions:
        yield Problem("values", _("请至少选择一项需要修改的数据。"))
    known = {indicator.key: indicator.label for indicator in owner.period.indicators}
    for key, message in decisions.items():
        if key not in known:
            yield Problem("values", _("没有这项指标。"), f"{key}-message")
        elif not message.strip():
            words = _("请写明“%(label)s”需要怎样修改。")
            yield Problem("message", words % {"label": known[key]}, f"{key}-message")
        elif len(message) > 300:
            yield Problem("too_long", _("意见最多 300 字。"), f"{key}-message")


def _nothing_returned(owner: ClusterReturn, actor: Actor, data: Data) -> Iterator[Problem]:
    if data.get("returned"):
        yield Problem("values", _("有数据被退回，不能同时审核通过。"))


RETURN = Workflow(
    noun="return",
    transitions=(
        T(
            "submit",
            (S.DRAFT, S.RETURNED),
            S.SUBMITTED,
            may.body_signer,
            (_opened, _right_and_explained, _signed_by_people, _declared),
            label=gettext_lazy("签字报送"),
            help=gettext_lazy("报送后不能修改，由上级审核。"),
        ),
        T(
            "accept",
            (S.SUBMITTED,),
            S.ACCEPTED,
            may.reviewer,
            (_nothing_returned,),
            label=gettext_lazy("审核通过"),
        ),
        T(
            "return",
            (S.SUBMITTED,),
            S.RETURNED,
            may.reviewer,
            (_names_values,),
            needs_comment=True,
            label=gettext_lazy("退回修改"),
        ),
        T("confirm", (S.ACCEPTED,), S.CONFIRMED, may.confirmer, label=gettext_lazy("省级确认")),
        T(
            "send_back",
            (S.ACCEPTED,),
            S.RETURNED,
            may.above,
            (_names_values,),
            needs_comment=True,
            label=gettext_lazy("退回修改"),
        ),
        T("lock", (S.CONFIRMED,), S.LOCKED, may.above, label=gettext_lazy("锁定")),
        T(
            "reopen",
            (S.CONFIRMED, S.LOCKED),
            S.RETURNED,
            may.above,
            (_names_values,),
            needs_comment=True,
            label=gettext_lazy("重新开放"),
            help=gettext_lazy("已确认的数据将重新修改、报送和审核，此事记入审计日志。"),
            danger=True,
        ),
    ),
)


# --- dispatch sheets -----------------------------------------------------------------------------


def _says_something(sheet: DispatchSheet, actor: Actor, data: Data) -> Iterator[Problem]:
    for name, words in (("progress", _("请填写集群发展情况")), ("projects", _("请填写重点项目建设情况"))):
        if not getattr(sheet, name).strip():
            yield Problem("required", words, name)


DISPATCH = Workflow(
    noun="dispatch",
    transitions=(
        T(
            "submit",
            (D.DRAFT,),
            D.SUBMITTED,
            may.reviewer,
            (_says_something,),
            label=gettext_lazy("报送调度表"),
        ),
        T("receive", (D.SUBMITTED,), D.RECEIVED, may.above, label=gettext_lazy("接收")),
        T(
            "return",
            (D.SUBMITTED,),
            D.DRAFT,
            may.above,
            needs_comment=True,
            label=gettext_lazy("退回补充"),
        ),
    ),
)


# --- half-year reports ---------------------------------------------------------------------------


def _written(report: HalfYearReport, actor: Actor, data: Data) -> Iterator[Problem]:
    if not report.overview.strip():
        yield Problem("required", _("请填写总体情况"), "overview")
    for name, words in PEOPLE.items():
        if not getattr(report, name):
            yield Problem("required", words, name)


def _has_clusters(report: HalfYearReport, actor: Actor, data: Data) -> Iterable[Problem]:
    frozen: Mapping[str, Any] = (data.get("stamped") or {}).get("data") or {}
    if "stamped" in data and not frozen.get("clusters"):
        return [Problem("no_figures", _("还没有省级确认的报表，不能冻结汇总数据。"))]
    return []


REPORT = Workflow(
    noun="half_year",
    transitions=(
        T(
            "freeze",
            (R.DRAFT,),
            R.FROZEN,
            may.report_issuer,
            (_written, _has_clusters),
            label=gettext_lazy("冻结数据，送签发"),
            help=gettext_lazy("冻结后汇总使用的数据不再随报表变动，由另一人签发。"),
        ),
        T(
            "reject",
            (R.FROZEN,),
            R.DRAFT,
            may.report_issuer,
            needs_comment=True,
            label=gettext_lazy("退回编制"),
        ),
        T(
            "issue",
            (R.FROZEN,),
            R.ISSUED,
            may.report_second,
            label=gettext_lazy("签发"),
            help=gettext_lazy("签发后生成表格和报告文件，锁定所用报表，不能再修改。"),
        ),
        T("supersede", (R.ISSUED,), R.SUPERSEDED, may.report_issuer, label=gettext_lazy("由新版替换")),
    ),
)
