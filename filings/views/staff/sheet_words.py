"""What the sheets say where a filing asks for something else than a founding. Only words; the acts are the same.

`%(lead)s`, `%(act)s` and `%(renewal)s` are the programme's own (`Programme.say`).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from filings.enums import Action

Words = dict[Action, dict[str, Any]]

_UNLISTED: dict[str, Any] = {
    # no condition is judged, so there is no list to go through
    "consequence": _("您将成为本件的经办人，审查时限开始由您掌握。"),
    "goes_to": "filings:desk_case",
    "done": _("已开始审查，请核对内容。"),
}
_BY_DOCUMENT = _UNLISTED | {
    "consequence": _("您将成为本件的经办人，请对照批复文件核对级别、文号和日期；审查时限开始由您掌握。"),
    "done": _("已开始审查，请对照批复文件核对。"),
}
_DATA_CHECK = _UNLISTED | {
    "title": _("开始数据核验"),
    "consequence": _("您将成为本件的经办人，请对照佐证材料和平台掌握的数据逐项核对；核验时限开始由您掌握。"),
    "button": _("开始核验"),
    "done": _("已开始数据核验，有疑问的栏目可以退回补正。"),
}
START: Words = {
    Action.SELF_ASSESSMENT: _DATA_CHECK,
    Action.ANNUAL_REPORT: _UNLISTED,
    Action.EXIT: _UNLISTED,
    Action.UPGRADE: _BY_DOCUMENT,
    Action.RECORD_APPROVAL: _BY_DOCUMENT,
}
ACCEPT: Words = {
    Action.SELF_ASSESSMENT: {
        "title": _("核验通过，提请专家评分"),
        "consequence": _("核验通过后自评内容不再修改，由专家对定性指标评分。"),
        "button": _("核验通过"),
        "done": _("已核验通过，可以组织专家评分。"),
    },
    Action.CHANGE: {
        "consequence": _("受理后变更内容不再修改，转入拟定意见；变更%(lead)s的，先组织专家评审。"),
    },
    Action.EXIT: {"consequence": _("受理后申请内容不再修改，转入拟定意见。")},
    Action.UPGRADE: {"consequence": _("受理后批复信息不再修改，转入拟定意见。")},
    Action.RECORD_APPROVAL: {"consequence": _("受理后批复信息和登记内容不再修改，转入拟定意见。")},
    Action.CLAIM: {"consequence": _("受理后申领内容不再修改，转入拟定兑现意见。")},
}
RECORD: Words = {
    Action.SELF_ASSESSMENT: {
        "title": _("归档"),
        "consequence": _("自评归档后不再修改，核验后的数据和专家评分计入本轮评价。不产生文书。"),
        "button": _("归档"),
        "done": _("已归档，数据计入本轮评价。"),
    },
    # only a change that is the unit's own affair gets here
    Action.CHANGE: {
        "consequence": _(
            "登记内容和在册成员随即按本次变更更新并写入沿革，自单位载明的日期起生效；证书印载的内容有变化的，制发新证书。不能撤回。"
        ),
        "button": _("审核归档，变更生效"),
        "done": _("已归档，变更已记入登记名录。"),
    },
}
NOT_ACCEPT: Words = {
    Action.SELF_ASSESSMENT: {
        "consequence": _("本次自评视为未报，%(lead)s将收到通知和理由，在本轮填报期内可以重新提交。"),
    },
    Action.ANNUAL_REPORT: {
        "consequence": _("该年度的报告视为未报，%(lead)s将收到通知和理由，须重新报告。"),
    },
}
PROPOSE: Words = {
    Action.CHANGE: {"title": _("拟定变更意见")},
    Action.RENEW: {"title": _("拟定%(renewal)s意见")},
    Action.EXIT: {"title": _("拟定%(decided)s意见")},
    Action.UPGRADE: {"title": _("拟定升级意见")},
    Action.RECORD_APPROVAL: {"title": _("拟定登记意见")},
    Action.CLAIM: {
        "consequence": _(
            "提交后按现有事实测算并与此前已核定的各项合并，测算书随案固定，由另一人审定；审定前您不能再修改。"
        ),
    },
}
CONFIRM: Words = {
    Action.CHANGE: {
        "consequence": _("审定同意后可以发文，变更自发文之日起生效；所列例外同时由您复核确认。"),
        "button": _("同意变更"),
        "done": _("已审定同意，可以发文。"),
    },
    Action.RENEW: {"button": _("同意%(renewal)s")},
    Action.EXIT: {
        "consequence": _("审定同意后可以发文，该主体自发文之日起%(decided)s%(act)s。"),
        "button": _("同意%(decided)s"),
        "done": _("已审定同意，可以发文。"),
    },
    Action.UPGRADE: {
        "consequence": _("审定同意后可以发文，发文后登记新的级别，原级别保留在级别沿革中。"),
        "button": _("同意升级"),
        "done": _("已审定同意，可以发文。"),
    },
    Action.RECORD_APPROVAL: {
        "consequence": _("审定同意后可以发文，发文后按批复文件登记入册。"),
        "button": _("同意登记"),
        "done": _("已审定同意，可以发文。"),
    },
    Action.CLAIM: {
        "consequence": _("审定同意后进入公示，公示的内容包括申领单位、支持措施和拟核定金额。"),
        "button": _("同意兑现意见"),
    },
}
CONFIRM_AT_ONCE: dict[str, Any] = {
    "consequence": _("审定同意后可以发文；所列例外同时由您复核确认。"),
    "done": _("已审定同意，可以发文。"),
}
REJECT: Words = {
    Action.CHANGE: {
        "title": _("不予变更"),
        "consequence": _("申请就此办结，登记内容和在册成员不变；不予变更的理由告知%(lead)s。"),
        "button": _("不予变更"),
        "done": _("已决定不予变更，理由已告知%(lead)s。"),
    },
    Action.RENEW: {
        "title": _("不予%(renewal)s"),
        "consequence": _("申请就此办结，原有效期届满后不再在册；理由告知%(lead)s，正在进行的公示同时撤回。"),
        "button": _("不予%(renewal)s"),
        "done": _("已决定不予%(renewal)s，理由已告知%(lead)s。"),
    },
    Action.EXIT: {
        "title": _("不予%(decided)s"),
        "consequence": _("申请就此办结，该主体仍然在册；理由告知%(lead)s。"),
        "button": _("不予%(decided)s"),
        "done": _("已决定不予%(decided)s，理由已告知%(lead)s。"),
    },
    Action.UPGRADE: {
        "title": _("不予升级"),
        "consequence": _("申请就此办结，登记的级别不变；不予升级的理由告知%(lead)s。"),
        "button": _("不予升级"),
        "done": _("已决定不予升级，理由已告知%(lead)s。"),
    },
    Action.RECORD_APPROVAL: {
        "title": _("不予登记"),
        "consequence": _("申报件就此办结，不登记入册；不予登记的理由告知申报单位。"),
        "button": _("不予登记"),
        "done": _("已决定不予登记，理由已告知申报单位。"),
    },
    Action.CLAIM: {
        "title": _("不予兑现"),
        "consequence": _(
            "申领就此办结，占用的额度随即释放；不予兑现的理由告知申领单位，正在进行的公示同时撤回。"
        ),
        "button": _("不予兑现"),
        "done": _("已决定不予兑现，理由已告知申领单位。"),
    },
}
ISSUE: Words = {
    Action.CHANGE: {
        "title": _("发文，变更生效"),
        "consequence": _(
            "登记内容和在册成员随即按本次变更更新并写入沿革；证书印载的内容有变化的，制发新证书，原证书同时失效。"
        ),
        "button": _("发文，变更生效"),
        "done": _("变更已生效，登记名录已更新。"),
    },
    Action.RENEW: {
        "title": _("发文并制发新证书"),
        "consequence": _("有效期续展，登记内容和在册成员按本次申请更新；新证书编号一经发出不能撤回。"),
        "button": _("发文并制发新证书"),
        "done": _("已%(renewal)s，新证书正在生成。"),
    },
    Action.EXIT: {
        "title": _("发文，%(decided)s%(act)s"),
        "consequence": _(
            "该主体自发文日期起不再在册，证书终止，未办结的任务随之撤销；登记名录保留退出记录。不能撤回。"
        ),
        "button": _("发文，%(decided)s%(act)s"),
        "danger": True,
        "done": _("已%(decided)s%(act)s，登记名录已更新。"),
    },
    Action.UPGRADE: {
        "title": _("发文，登记新级别"),
        "consequence": _(
            "登记名录随即按批复文件记载新的级别，原级别和批复保留在级别沿革中。不制发证书，不能撤回。"
        ),
        "button": _("发文，登记新级别"),
        "done": _("新的级别已登记，登记名录已更新。"),
    },
    Action.RECORD_APPROVAL: {
        "title": _("发文，登记入册"),
        "consequence": _(
            "%(kind)s按批复文件登记入册，级别、日期和有效期以批复为准。由批复机关认定，本机关不另发证书；登记编号不再使用于其他主体，不能撤回。"
        ),
        "button": _("发文，登记入册"),
        "done": _("已登记入册。"),
    },
    Action.CLAIM: {
        "title": _("发文，核定兑现"),
        "consequence": _("按固定的测算书核定金额，决定书发送申领单位。不制发证书，不能撤回。"),
        "button": _("发文，核定兑现"),
        "done": _("已发文核定。"),
    },
}
