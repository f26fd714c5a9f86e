"""What the sheets say where a filing asks for something else than a founding. Only words; the acts are the same."""

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
START: Words = {Action.ANNUAL_REPORT: _UNLISTED, Action.EXIT: _UNLISTED}
ACCEPT: Words = {
    Action.CHANGE: {
        "consequence": _("受理后变更内容不再修改，转入拟定意见；变更牵头单位的，先组织专家评审。"),
    },
    Action.EXIT: {"consequence": _("受理后申请内容不再修改，转入拟定意见。")},
}
NOT_ACCEPT: Words = {
    Action.ANNUAL_REPORT: {
        "consequence": _("该年度的报告视为未报，牵头单位将收到通知和理由，须重新报告。"),
    },
}
PROPOSE: Words = {
    Action.CHANGE: {"title": _("拟定变更意见")},
    Action.RENEW: {"title": _("拟定重新备案意见")},
    Action.EXIT: {"title": _("拟定退出意见")},
}
CONFIRM: Words = {
    Action.CHANGE: {
        "consequence": _("审定同意后可以发文，变更自发文之日起生效；所列例外同时由您复核确认。"),
        "button": _("同意变更"),
        "done": _("已审定同意，可以发文。"),
    },
    Action.RENEW: {"button": _("同意重新备案")},
    Action.EXIT: {
        "consequence": _("审定同意后可以发文，该主体自发文之日起退出备案。"),
        "button": _("同意退出"),
        "done": _("已审定同意，可以发文。"),
    },
}
REJECT: Words = {
    Action.CHANGE: {
        "title": _("不予变更"),
        "consequence": _("申请就此办结，登记内容和在册成员不变；不予变更的理由告知牵头单位。"),
        "button": _("不予变更"),
        "done": _("已决定不予变更，理由已告知牵头单位。"),
    },
    Action.RENEW: {
        "title": _("不予重新备案"),
        "consequence": _("申请就此办结，原有效期届满后不再在册；理由告知牵头单位，正在进行的公示同时撤回。"),
        "button": _("不予重新备案"),
        "done": _("已决定不予重新备案，理由已告知牵头单位。"),
    },
    Action.EXIT: {
        "title": _("不予退出"),
        "consequence": _("申请就此办结，该主体仍然在册；理由告知牵头单位。"),
        "button": _("不予退出"),
        "done": _("已决定不予退出，理由已告知牵头单位。"),
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
        "done": _("已重新备案，新证书正在生成。"),
    },
    Action.EXIT: {
        "title": _("发文，退出备案"),
        "consequence": _(
            "该主体自发文日期起不再在册，证书终止，未办结的任务随之撤销；登记名录保留退出记录。不能撤回。"
        ),
        "button": _("发文，退出备案"),
        "danger": True,
        "done": _("已退出备案，登记名录已更新。"),
    },
}
