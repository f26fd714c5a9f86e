"""What may be asked of a consortium that is on the register: change, annual report, renewal, exit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from alliances.consortium import report_sections as report
from filings import standard_sections as standard
from filings.enums import Action, State
from filings.programmes import Procedure, Section, Variant
from filings.selectors import changing
from filings.selectors.roster import wanted_lead

if TYPE_CHECKING:
    from filings.models import Filing

REPORT = (
    Section(
        "report_summary",
        _("工作总结"),
        report.SummaryForm,
        _("本年度做了什么、机制怎样运行。"),
        clauses=("elig_cons_mechanisms", "obl_cons_lead_manage"),
    ),
    Section(
        "report_progress",
        _("任务进展"),
        report.ProgressForm,
        _("已按备案的任务和里程碑预填，请对照计划填写实际情况。"),
        clauses=("obl_cons_tasks",),
    ),
    Section(
        "report_output",
        _("年度成果"),
        report.OutputForm,
        _("只填本年度新增的数量和金额。"),
        clauses=("obl_cons_tasks", "obl_cons_open_scenario"),
    ),
    Section(
        "report_members",
        _("成员投入"),
        report.MembersReportForm,
        _("已按年末在册成员和其登记的年度数据预填，可以更正。"),
        clauses=("obl_cons_member_resources",),
    ),
    Section("report_outlook", _("困难和下一步"), report.OutlookForm, _("需要协调的困难和下一年度计划。")),
)


def _leads_anew(filing: Filing) -> bool:
    """A new lead has to be judged by experts; whatever they concluded was about the old one."""
    return bool(wanted_lead(filing))


def variants(sections: tuple[Section, ...], limits: dict[State, str]) -> dict[Action, Variant]:
    """The variants beside the founding, whose sections and limits are given."""
    clock = {str(state.value): key for state, key in limits.items()}
    return {
        Action.CHANGE: _change(sections, clock),
        Action.ANNUAL_REPORT: _annual_report(clock),
        Action.RENEW: _renewal(sections, clock),
        Action.EXIT: _exit(clock),
    }


def _change(sections: tuple[Section, ...], clock: dict[str, str]) -> Variant:
    return Variant(
        label=_("变更"),
        sections=(standard.CHANGE, *sections, standard.LEAD_CHANGE, standard.MERGER),
        procedure=Procedure(review=False, notice=False, limits=clock),
        judged=True,
        carries_content=True,
        carries_members=True,
        carries_confirmations=True,
        guards=(changing.change_guards,),
        reviewed_when=_leads_anew,
        summary=_(
            "成员加入、退出或者更换，变更牵头单位、名称、任务和协议。条件重新核验；确认过的内容有改动的，有关单位重新确认。"
        ),
        prepare=(_("变更理由"), _("变更协议的，各方重新盖章的协议（PDF）")),
    )


def _annual_report(clock: dict[str, str]) -> Variant:
    return Variant(
        label=_("年度报告"),
        sections=REPORT,
        procedure=Procedure(recommendation=False, review=False, notice=False, decision=False, limits=clock),
        prefill=report.prefill,
        prefilled=_("备案的任务、里程碑和在册成员，以及成员单位登记的年度数据"),
        summary=_("任务、里程碑和成员投入已按备案内容预填，只需填写实际完成情况。"),
        prepare=(_("各任务的实际进展和经费"), _("年度成果的数量和佐证")),
        clause="obl_qd_stb_tracking",
    )


def _renewal(sections: tuple[Section, ...], clock: dict[str, str]) -> Variant:
    return Variant(
        label=_("重新备案"),
        sections=(standard.TERM, *sections),
        procedure=Procedure(limits=clock),
        judged=True,
        carries_content=True,
        carries_members=True,
        summary=_(
            "有效期满可按程序重新申请备案。开始后带入原备案的内容和在册成员，更新后由各成员单位重新确认。"
        ),
        prepare=(
            _("本备案期总结"),
            _("下一备案期的任务、里程碑和经费"),
            _("续签或者重新签订的组建协议（PDF）"),
        ),
        clause="fil_cons_renewal",
    )


def _exit(clock: dict[str, str]) -> Variant:
    return Variant(
        label=_("退出"),
        sections=(standard.EXIT,),
        procedure=Procedure(recommendation=False, review=False, notice=False, limits=clock),
        summary=_("联合体整体退出备案。退出后不再享受备案期内的支持，登记名录保留退出记录。"),
        prepare=(_("各成员单位同意退出的文件（PDF）"),),
    )
