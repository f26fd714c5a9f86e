"""Stored keys of the spine. Labels for people live beside them; one English word per Chinese term."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """States of a filing; the label is the one staff read."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待推荐")
    RECOMMENDED = "recommended", _("待受理")
    NOT_RECOMMENDED = "not_recommended", _("不予推荐")
    IN_EXAMINATION = "in_examination", _("形式审查")
    IN_CORRECTION = "in_correction", _("补正中")
    ACCEPTED = "accepted", _("已受理")
    NOT_ACCEPTED = "not_accepted", _("不予受理")
    IN_REVIEW = "in_review", _("评审中")
    REVIEWED = "reviewed", _("已评审")
    PROPOSED = "proposed", _("待审定")
    CONFIRMED = "confirmed", _("已审定")
    REJECTED = "rejected", _("不予备案")
    ON_NOTICE = "on_notice", _("公示中")
    FILED = "filed", _("已备案")
    WITHDRAWN = "withdrawn", _("已撤回")


APPLICANT_LABELS = {
    State.DRAFT: _("填写中"),
    State.SUBMITTED: _("已提交，等待区（市）推荐"),
    State.RECOMMENDED: _("已推荐，等待形式审查"),
    State.NOT_RECOMMENDED: _("未获推荐"),
    State.IN_EXAMINATION: _("形式审查中"),
    State.IN_CORRECTION: _("需补正"),
    State.ACCEPTED: _("已受理，等待评审"),
    State.NOT_ACCEPTED: _("不予受理"),
    State.IN_REVIEW: _("专家评审中"),
    State.REVIEWED: _("评审结束，等待审定"),
    State.PROPOSED: _("审定中"),
    State.CONFIRMED: _("审定通过，等待公示"),
    State.REJECTED: _("不予备案"),
    State.ON_NOTICE: _("公示中"),
    State.FILED: _("已备案"),
    State.WITHDRAWN: _("已撤回"),
}

PUBLIC_LABELS = {
    State.ON_NOTICE: _("公示中"),
    State.FILED: _("已备案"),
}

FINAL_STATES = (
    State.NOT_RECOMMENDED,
    State.NOT_ACCEPTED,
    State.REJECTED,
    State.FILED,
    State.WITHDRAWN,
)
APPLICANT_HOLDS = (State.DRAFT, State.IN_CORRECTION)


class Action(models.TextChoices):
    """What a filing asks for. Everything but the first concerns an entity that is on the register already."""

    ESTABLISH = "establish", _("组建备案")
    CHANGE = "change", _("变更")
    RENEW = "renew", _("重新备案")
    UPGRADE = "upgrade", _("升级")
    ANNUAL_REPORT = "annual_report", _("年度报告")
    EXIT = "exit", _("退出")
    RECORD_APPROVAL = "record_approval", _("批复登记")
    CLAIM = "claim", _("补助申领")
    SELF_ASSESSMENT = "self_assessment", _("绩效自评")


# what brings a new entity onto the register: its own application, or the approval document of a higher authority
FOUNDS = (Action.ESTABLISH, Action.RECORD_APPROVAL)
# what may concern nothing that is on the register
STANDS_ALONE = (*FOUNDS, Action.CLAIM)
# a proposal that gives or renews a validity; the others leave the dates as they are
SETS_VALIDITY = (Action.ESTABLISH, Action.RENEW)
# how a filing of another kind than the founding reads where its state means something else: most of all decided
DECIDED_LABELS = {
    (Action.CHANGE, State.FILED): _("已变更"),
    (Action.ANNUAL_REPORT, State.FILED): _("已归档"),
    (Action.EXIT, State.FILED): _("已%(decided)s"),
    (Action.CHANGE, State.REJECTED): _("不予变更"),
    (Action.RENEW, State.REJECTED): _("不予%(renewal)s"),
    (Action.EXIT, State.REJECTED): _("不予%(decided)s"),
    (Action.UPGRADE, State.FILED): _("已升级"),
    (Action.UPGRADE, State.REJECTED): _("不予升级"),
    (Action.RECORD_APPROVAL, State.FILED): _("已登记"),
    (Action.RECORD_APPROVAL, State.REJECTED): _("不予登记"),
    (Action.CLAIM, State.FILED): _("已核定"),
    (Action.CLAIM, State.REJECTED): _("不予%(decided)s"),
    (Action.SELF_ASSESSMENT, State.IN_EXAMINATION): _("数据核验中"),
    (Action.SELF_ASSESSMENT, State.ACCEPTED): _("已核验，待专家评分"),
    (Action.SELF_ASSESSMENT, State.REVIEWED): _("评分结束，待归档"),
    (Action.SELF_ASSESSMENT, State.FILED): _("已归档"),
}
# what is decided on, in one word, where it is not the act of the programme or the name of its variant
DECIDED_WORDS = {
    Action.CHANGE: _("变更"),
    Action.UPGRADE: _("升级"),
    Action.RECORD_APPROVAL: _("登记"),
    Action.CLAIM: _("兑现"),
}
# acts of the workflow whose label names what is decided on
ACT_LABELS = {"propose": _("拟定%(decided)s意见"), "reject": _("不予%(decided)s")}
# and acts that are something else where something else is asked
OWN_ACT_LABELS = {
    (Action.SELF_ASSESSMENT, "submit"): _("提交自评"),
    (Action.SELF_ASSESSMENT, "withdraw"): _("撤回自评"),
    (Action.SELF_ASSESSMENT, "start_examination"): _("开始数据核验"),
    (Action.SELF_ASSESSMENT, "accept"): _("核验通过，提请专家评分"),
    (Action.SELF_ASSESSMENT, "open_review"): _("组织专家评分"),
    (Action.SELF_ASSESSMENT, "close_review"): _("结束评分"),
    (Action.SELF_ASSESSMENT, "record"): _("归档"),
}
# a state in which a filing waits for a step that its procedure leaves out: step, what staff and what the unit read
SKIPPED_LABELS = {
    State.SUBMITTED: ("recommendation", State.RECOMMENDED.label, _("已提交，等待形式审查")),
    State.ACCEPTED: ("review", State.ACCEPTED.label, _("已受理，办理中")),
    State.CONFIRMED: ("notice", State.CONFIRMED.label, _("审定通过，等待发文")),
}


class ParticipantRole(models.TextChoices):
    LEAD = "lead", _("牵头单位")
    CHAIN_ENTERPRISE = "chain_enterprise", _("产业链上下游企业")
    ACADEMIC = "academic", _("高校院所")
    OTHER = "other_member", _("其他成员单位")


class ParticipantState(models.TextChoices):
    INVITED = "invited", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    VOIDED = "voided", _("需重新确认")
    DECLINED = "declined", _("已谢绝")
    REMOVED = "removed", _("已移出")


class Strength(models.TextChoices):
    """How a condition binds (catalogue `meta.conventions.hardness`)."""

    HARD = "hard", _("必须满足")
    IN_PRINCIPLE = "in_principle", _("原则上")
    ADVISORY = "advisory", _("引导性")
    BONUS = "bonus", _("优先")


class Stage(models.TextChoices):
    """Where a condition blocks: machine and document checks at submission, experts' judgement at the proposal."""

    SUBMISSION = "submission", _("提交")
    PROPOSAL = "proposal", _("拟定意见")


class Check(models.TextChoices):
    """Who establishes that a condition holds."""

    AUTO = "auto", _("系统核验")
    DOCUMENT = "document", _("材料核验")
    EXPERT = "expert", _("专家判断")
    ATTEST = "attest", _("声明核验")


class CheckValue(models.TextChoices):
    PASS = "pass", _("符合")
    FAIL = "fail", _("不符合")
    NOT_APPLICABLE = "na", _("不适用")


class CorrectionState(models.TextChoices):
    OPEN = "open", _("需补正")
    ANSWERED = "answered", _("已补正")
    CLOSED = "closed", _("已核销")


class SectionStatus(models.TextChoices):
    """What the task list says of a section, in words."""

    NOT_STARTED = "not_started", _("未开始")
    STARTED = "started", _("填写中")
    DONE = "done", _("已完成")
    TO_CORRECT = "to_correct", _("需补正")
    CORRECTED = "corrected", _("已补正")
    NOT_APPLICABLE = "not_applicable", _("不适用")


class AssignmentState(models.TextChoices):
    INVITED = "invited", _("待声明")
    CONFLICTED = "conflicted", _("已回避")
    READY = "ready", _("评分中")
    SCORED = "scored", _("已评分")


class TieKind(models.TextChoices):
    EMPLOYED = "employed", _("任职")
    PAID = "paid", _("取酬")
    SHAREHOLDING = "shareholding", _("持股")
    JOINT_PROJECT = "joint_project", _("合作项目")
    RELATIVE = "relative", _("亲属任职")
    OTHER = "other", _("其他利害关系")


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("异议成立")
    DISMISSED = "dismissed", _("异议不成立")


class CertificateState(models.TextChoices):
    VALID = "valid", _("有效")
    REPLACED = "replaced", _("已更换")
    REVOKED = "revoked", _("已取消")
    ENDED = "ended", _("已终止")


class EntityState(models.TextChoices):
    """How an entity stands on the register; whether its validity has run out is derived from the dates."""

    REGISTERED = "registered", _("在册")
    EXITED = "exited", _("已退出")
    MERGED = "merged", _("已并入")
    CANCELLED = "cancelled", _("已取消")


class Lamp(models.TextChoices):
    """The light over an entity, as it was last judged."""

    GREEN = "green", _("符合条件")
    AMBER = "amber", _("即将不符合条件")
    RED = "red", _("不符合条件")


class HistoryKind(models.TextChoices):
    """沿革: what has happened to an entity since it came onto the register."""

    REGISTERED = "registered", _("备案登记")
    RENEWED = "renewed", _("重新备案")
    RENAMED = "renamed", _("更名")
    LEAD_CHANGED = "lead_changed", _("变更牵头单位")
    PLAN_CHANGED = "plan_changed", _("变更内容")
    JOINED = "joined", _("成员加入")
    LEFT = "left", _("成员退出")
    REPORTED = "reported", _("年度报告")
    RATED = "rated", _("绩效评价")
    WAIVED = "waived", _("同意例外")
    ABSORBED = "absorbed", _("并入其他主体")
    MERGED = "merged", _("并入")
    EXITED = "exited", _("退出")
    CANCELLED = "cancelled", _("取消备案资格")
    UPGRADED = "upgraded", _("级别变化")
    RECORDED = "recorded", _("批复登记")
    LOADED = "loaded", _("名录导入")
    LINKED = "linked", _("建立关系")


class EntityOrigin(models.TextChoices):
    """How an entity came onto the register."""

    FILING = "filing", _("申报办理")
    LOAD = "load", _("名录导入")


class Grade(models.TextChoices):
    """What an evaluation concluded, in the canonical words; a scheme may have words of its own beside."""

    EXCELLENT = "excellent", _("优秀")
    GOOD = "good", _("良好")
    PASS = "pass", _("合格")
    FAIL = "fail", _("不合格")


class CancellationState(models.TextChoices):
    """取消备案资格: notice with reasons, hearing, proposal, a second person."""

    OPENED = "opened", _("待告知")
    HEARING = "hearing", _("陈述申辩期")
    PAUSED = "paused", _("计时暂停")
    HEARD = "heard", _("听取意见完毕")
    PROPOSED = "proposed", _("待审定")
    CONFIRMED = "confirmed", _("已取消")
    DROPPED = "dropped", _("不予取消")


OPEN_CANCELLATION = (
    CancellationState.OPENED,
    CancellationState.HEARING,
    CancellationState.PAUSED,
    CancellationState.HEARD,
    CancellationState.PROPOSED,
)


class DutyKind(models.TextChoices):
    """任务: what somebody owes by a date."""

    RECOMMEND = "recommend", _("推荐意见")
    EXAMINE = "examine", _("形式审查")
    CORRECT = "correct", _("补正")
    REVIEW = "review", _("组织评审")
    SCORE = "score", _("专家评分")
    DECIDE = "decide", _("拟定与审定")
    PUBLISH = "publish", _("公示与发文")
    OBJECTION = "objection", _("答复异议")
    ANNUAL_REPORT = "annual_report", _("年度报告")
    RENEWAL = "renewal", _("重新备案")
    RECTIFY = "rectify", _("整改")
    HEARING = "hearing", _("陈述申辩")
    CANCELLATION = "cancellation", _("办理取消")
    VISIT = "visit", _("走访跟踪")
    PROBLEM = "problem", _("协调困难")
    WAIVER = "waiver", _("办理例外")
    RATING = "rating", _("复核评价结果")
    YEARLY_TASK = "yearly_task", _("年度任务")
    STATISTICS = "statistics", _("统计填报")
    STATISTICS_AUDIT = "statistics_audit", _("统计审核")
    HALF_YEAR_REPORT = "half_year_report", _("半年汇总")
    DISPATCH = "dispatch", _("项目调度")
    SUPPORT_REQUEST = "support_request", _("一企一策")
    RECORDS = "records", _("业务台账")
    FOLLOW_UP = "follow_up", _("签约跟踪")
    CONFIRM_ENTRY = "confirm_entry", _("核对登记信息")
    AWARD_OFFER = "award_offer", _("免申即享")
    PAYMENT = "payment", _("拨付资金")
    ACCOUNT = "account", _("更正收款账户")
    REFUND = "refund", _("退回资金")
    SELF_ASSESSMENT = "self_assessment", _("绩效自评")


class DutyStanding(models.TextChoices):
    OPEN = "open", _("待办")
    DONE = "done", _("已完成")


class VisitKind(models.TextChoices):
    ON_SITE = "on_site", _("现场走访")
    MEETING = "meeting", _("座谈")
    CALL = "call", _("电话回访")


class ProblemState(models.TextChoices):
    """困难: raised by a consortium, taken up by an owner, answered, closed by who raised it."""

    RAISED = "raised", _("待受理")
    ASSIGNED = "assigned", _("协调中")
    ANSWERED = "answered", _("已答复")
    CLOSED = "closed", _("已办结")


class CandidateStage(models.TextChoices):
    """培育: 成熟一个、支持一个."""

    FOUND = "found", _("线索")
    CULTIVATED = "cultivated", _("培育中")
    MATURE = "mature", _("条件成熟")
    APPLIED = "applied", _("已申报")
    DROPPED = "dropped", _("已移出")
