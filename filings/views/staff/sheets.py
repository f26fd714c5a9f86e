"""Each act of staff as its page declares it: form, words, consequence, clause, and what else is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from filings import forms_decision
from filings import forms_staff as forms
from filings.enums import Action
from filings.models import Filing
from filings.views.staff import contexts
from filings.views.staff import sheet_words as words
from filings.workflow import asks_experts

SPOKEN = ("title", "consequence", "button", "done")
Extra = Callable[[Filing, Actor], dict[str, Any]]


def _nothing(filing: Filing, actor: Actor) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Sheet:
    """One act. `page` names the sheet whose page is shown when several acts share one."""

    title: Any
    consequence: Any
    button: Any
    form: type[forms.DeskForm] = forms.PlainForm
    template: str = "filings/staff/act.html"
    danger: bool = False
    clause: str = ""  # catalogue id cited under the consequence
    page: str = ""
    beside: Extra = _nothing
    initial: Callable[[Filing], dict[str, Any]] = lambda filing: {}
    goes_to: str = "filings:desk_case"
    done: Any = ""
    by_action: Mapping[Action, Mapping[str, Any]] = field(default_factory=dict)  # words of other matters
    without_notice: Mapping[str, Any] = field(default_factory=dict)  # words where nothing is published before

    def of(self, filing: Filing) -> Sheet:
        """The same in the words of the programme that fit what the filing asks for."""
        unseen = {} if filing.spec.procedure.notice else self.without_notice
        fits = replace(self, **{**unseen, **self.by_action.get(Action(filing.action), {})})
        following = _("专家评审") if asks_experts(filing) else _("拟定意见")
        said: dict[str, Any] = {name: filing.spec.say(getattr(fits, name), next=following) for name in SPOKEN}
        return replace(fits, **said)

    def label_for(self, filing: Filing, plain: str) -> str:
        """The link to the act: its title where this matter has one of its own."""
        own = self.by_action.get(Action(filing.action), {}).get("title")
        return filing.spec.say(own) if own else plain

    def next_url(self, filing: Filing) -> str:
        return reverse(self.goes_to, args=[filing.pk])


def _month_wish(filing: Filing) -> dict[str, Any]:
    wish = filing.content.get("basic", {}).get("months")
    longest = contexts.longest_months(filing)
    return {"months": min(int(wish), longest) if str(wish or "").isdecimal() else longest}


SHEETS: dict[str, Sheet] = {
    "recommend": Sheet(
        _("推荐意见"),
        _("推荐后，申报件转受理机关进行形式审查，区（市）不再修改推荐意见。"),
        _("同意推荐"),
        form=forms.OpinionForm,
        template="filings/staff/recommend.html",
        beside=contexts.recommendation,
        done=_("已推荐，申报件转受理机关形式审查。"),
    ),
    "not_recommend": Sheet(
        _("不予推荐"),
        _("申报件就此办结，申报单位将收到不予推荐的通知和理由；如需申报须重新提交。"),
        _("不予推荐"),
        form=forms.ReasonForm,
        template="filings/staff/recommend.html",
        danger=True,
        page="recommend",
        beside=contexts.recommendation,
        done=_("已作出不予推荐，理由已告知申报单位。"),
    ),
    "start_examination": Sheet(
        _("开始形式审查"),
        _("您将成为本件的经办人，系统按条件清单预填核验结果，审查时限开始由您掌握。"),
        _("开始审查"),
        goes_to="filings:desk_examination",
        done=_("已开始形式审查，请逐项核验。"),
        by_action=words.START,
    ),
    "return_for_correction": Sheet(
        _("退回补正"),
        _("申报单位将收到补正告知书；只有告知书列明的栏目可以修改，受理时限暂停，交回后继续计算。"),
        _("发出告知书并退回"),
        form=forms.ReturnForm,
        template="filings/staff/return.html",
        beside=contexts.correction,
        done=_("已退回补正，办理时限暂停。"),
    ),
    "accept": Sheet(
        _("受理"),
        _("受理后申报内容不再修改，转入%(next)s。"),
        _("确认受理"),
        beside=contexts.examined,
        done=_("已受理。"),
        by_action=words.ACCEPT,
    ),
    "record": Sheet(
        _("审核归档"),
        _("报告归档后不再修改，该年度的报告任务随之办结，并写入登记主体的沿革。不产生文书。"),
        _("审核归档"),
        beside=contexts.examined,
        done=_("已归档。"),
        by_action=words.RECORD,
    ),
    "not_accept": Sheet(
        _("不予受理"),
        _("申报件就此办结，申报单位将收到不予受理的通知和理由；如需申报须重新提交。"),
        _("不予受理"),
        form=forms.ReasonForm,
        danger=True,
        done=_("已作出不予受理，理由已告知申报单位。"),
        by_action=words.NOT_ACCEPT,
    ),
    "open_review": Sheet(
        _("组织专家评审"),
        _("评审组确定后，专家收到评审任务；抽取所用的种子和候选名单随案保存，可以复核。"),
        _("确定评审组"),
        form=forms.PanelForm,
        template="filings/staff/panel.html",
        beside=contexts.panel_setup,
        goes_to="filings:desk_board",
        done=_("评审组已确定，专家可以登录声明和评分。"),
    ),
    "close_review": Sheet(
        _("结束评审"),
        _("结束后专家不能再修改评分，系统按规则汇总得分并给出各项专家条件的结论。"),
        _("结束评审并汇总"),
        beside=contexts.board,
        goes_to="filings:desk_board",
        done=_("评审已结束，结果见下。"),
    ),
    "propose": Sheet(
        _("拟定%(decided)s意见"),
        _("意见提交后由另一人审定；审定前您不能再修改。"),
        _("提交审定"),
        form=forms_decision.ProposalForm,
        template="filings/staff/propose.html",
        beside=contexts.proposal,
        initial=_month_wish,
        done=_("意见已拟定，等待另一人审定。"),
        by_action=words.PROPOSE,
    ),
    "confirm": Sheet(
        _("审定"),
        _("审定同意后进入公示；所列例外同时由您复核确认并随公示公开。"),
        _("同意%(act)s意见"),
        template="filings/staff/decide.html",
        beside=contexts.decision,
        done=_("已审定同意，可以发布公示。"),
        by_action=words.CONFIRM,
        without_notice=words.CONFIRM_AT_ONCE,
    ),
    "send_back": Sheet(
        _("退回重拟"),
        _("意见退回拟定人，本次意见保留在案。"),
        _("退回重拟"),
        form=forms.InnerReasonForm,
        template="filings/staff/decide.html",
        page="confirm",
        beside=contexts.decision,
        done=_("已退回拟定人重拟。"),
    ),
    "reject": Sheet(
        _("不予%(act)s"),
        _("申报件就此办结，不予%(act)s的理由告知申报单位；正在进行的公示同时撤回。"),
        _("不予%(act)s"),
        form=forms.ReasonForm,
        danger=True,
        done=_("已决定不予%(act)s，理由已告知申报单位。"),
        by_action=words.REJECT,
    ),
    "publish_notice": Sheet(
        _("发布公示"),
        _("公示内容立即对社会公开，期间任何单位和个人可以提出异议；发布后内容不能修改。"),
        _("发布公示"),
        template="filings/staff/publish.html",
        beside=contexts.publication,
        goes_to="filings:desk_notice",
        done=_("公示已发布。"),
    ),
    "close_notice": Sheet(
        _("结束公示"),
        _("公示期满且异议均已答复的，结束公示后可以发文。"),
        _("结束公示"),
        beside=contexts.on_notice,
        goes_to="filings:desk_notice",
        done=_("公示已结束，可以发文。"),
    ),
    "issue": Sheet(
        _("发文并制发证书"),
        _(
            "%(kind)s登记入册，生成%(act)s证书和查验码；证书编号一经发出不再使用于其他主体，不能撤回，只能更换或取消。"
        ),
        _("发文并制发证书"),
        form=forms_decision.IssueForm,
        template="filings/staff/issue.html",
        beside=contexts.issuance,
        initial=lambda filing: {"document_date": forms.today_iso()},
        goes_to="filings:desk_result",
        done=_("已登记入册，证书正在生成。"),
        by_action=words.ISSUE,
    ),
}
