"""The merge fields of letters: a closed list, each with its type and the letters it may stand in.

A placeholder is the Chinese name in double braces, `{{申报单位}}`. It is a key, not a word of the interface: it is
stored in templates and never translated.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from filings.models import LETTERS, PaperKind

K = PaperKind
OF_A_FILING = frozenset(
    {K.ACCEPTANCE, K.CORRECTION, K.NOT_RECOMMENDED, K.NOT_ACCEPTED, K.DECISION, K.REFUSAL}
)
OF_A_CANCELLATION = frozenset({K.HEARING, K.CANCELLATION, K.NOT_CANCELLED})
EVERY = frozenset(LETTERS)
NONE: frozenset[PaperKind] = frozenset()


class Type(Enum):
    """What a field holds: `str`, `str` with line breaks, `date`, `int`, list of `str`."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    NUMBER = "number"
    LIST = "list"

    @property
    def label(self) -> Any:
        return _LABELS[self]


_LABELS = {
    Type.TEXT: _("文字"),
    Type.LONG: _("长文字"),
    Type.DATE: _("日期"),
    Type.NUMBER: _("数字"),
    Type.LIST: _("逐条"),
}


@dataclass(frozen=True)
class MergeField:
    """One field. `optional` names the letters in which it may be empty: its whole paragraph is then left out.

    `required` names the letters that are none without it. `typed` marks what the officer writes at the act itself.
    """

    key: str
    name: str
    type: Type
    kinds: frozenset[PaperKind]
    example: Any
    hint: Any = ""
    optional: frozenset[PaperKind] = NONE
    required: frozenset[PaperKind] = NONE
    typed: bool = False

    @property
    def placeholder(self) -> str:
        return "{{" + self.name + "}}"


def _day(year: int, month: int, day: int) -> datetime.date:
    return datetime.date(year, month, day)


_NOT_RECOMMENDED = frozenset({K.NOT_RECOMMENDED})
_DECIDED = frozenset({K.DECISION})
_ON_REGISTER = OF_A_CANCELLATION | _DECIDED
_REFUSED = frozenset({K.NOT_RECOMMENDED, K.NOT_ACCEPTED, K.REFUSAL})
_AFTER_HEARING = frozenset({K.CANCELLATION, K.NOT_CANCELLED})
T = Type

FIELDS: tuple[MergeField, ...] = (
    MergeField("unit", "申报单位", T.TEXT, EVERY, "青岛明衡智能科技有限公司", _("牵头单位，也是收文单位")),  # data
    MergeField("credit_code", "统一社会信用代码", T.TEXT, EVERY, "91370212MAXX00012K"),  # data
    MergeField("matter", "申报事项", T.TEXT, OF_A_FILING, "创新联合体组建备案"),  # data
    MergeField("action", "事项名称", T.TEXT, OF_A_FILING, "备案", _("备案、认定、重新备案、变更、升级、登记或者退出")),  # data
    MergeField("act", "登记方式", T.TEXT, EVERY, "备案", _("备案、认定，随类别")),  # data
    MergeField("lead_as", "单位身份", T.TEXT, EVERY, "牵头", _("牵头、作为依托单位，随类别")),  # data
    MergeField("members", "成员称谓", T.TEXT, EVERY, "成员单位", _("成员单位、共建单位，随类别")),  # data
    MergeField("title", "申报件名称", T.TEXT, OF_A_FILING, "青岛市智能传感创新联合体"),  # data
    MergeField("receipt", "受理编号", T.TEXT, OF_A_FILING, "QD-SL-2026-0001"),  # data
    MergeField("programme", "类别", T.TEXT, EVERY, "创新联合体"),  # data
    MergeField("submitted_on", "提交日期", T.DATE, OF_A_FILING, _day(2026, 3, 2)),  # data
    MergeField(
        "accepted_on", "受理日期", T.DATE, frozenset({K.ACCEPTANCE, K.DECISION, K.REFUSAL}), _day(2026, 3, 9),  # data
        optional=frozenset({K.REFUSAL, K.DECISION}),
    ),
    MergeField(
        "items", "补正项", T.LIST, frozenset({K.CORRECTION}),  # data
        [
            "“基本信息”的“组建背景”：请补充市场需求数据。",  # data
            "“组建协议”的“盖章协议”：扫描件未加盖公章，请重新上传盖章件。",  # data
        ],
        _("逐条编号，单独成段"), required=frozenset({K.CORRECTION}), typed=True,
    ),
    MergeField("count", "补正项数", T.NUMBER, frozenset({K.CORRECTION}), 2, typed=True),  # data
    MergeField(
        "explanation", "补正说明", T.LONG, frozenset({K.CORRECTION}),  # data
        "前次告知后提交的协议与任务书不一致，故再次告知。",  # data
        _("再次退回时写明理由"), optional=frozenset({K.CORRECTION}), typed=True,
    ),
    MergeField(
        "due", "补正期限", T.DATE, frozenset({K.CORRECTION}), _day(2026, 3, 30),  # data
        required=frozenset({K.CORRECTION}),
    ),
    MergeField(
        "reason", "理由", T.LONG, _REFUSED | {K.NOT_CANCELLED},  # data
        "攻关任务与已备案的联合体重复，且未说明分工。",  # data
        _("办理人填写的理由"), required=_REFUSED | {K.NOT_CANCELLED}, typed=True,
    ),
    MergeField(
        "basis", "依据", T.TEXT, EVERY, "《青岛市创新联合体备案指引》第五条",  # data
        _("政策条款"), optional=OF_A_FILING, required=OF_A_CANCELLATION - {K.NOT_CANCELLED},
    ),
    MergeField(
        "decision", "决定内容", T.LONG, _DECIDED,  # data
        "准予“青岛市智能传感创新联合体”备案，备案编号QD-LH-2026-0001，有效期自2026年4月20日至2029年4月19日。",  # data
        _("随事项写成的一句话"), required=_DECIDED,
    ),
    MergeField(
        "follow_up", "后续要求", T.TEXT, _DECIDED,  # data
        "请你单位会同各成员单位按照申报内容做好后续工作；有关情况发生变化的，及时通过本平台报告。",  # data
        _("有成员的类别写明会同成员单位"),
    ),
    MergeField("entity", "备案主体名称", T.TEXT, _ON_REGISTER, "青岛市智能传感创新联合体"),  # data
    MergeField("registration", "备案编号", T.TEXT, _ON_REGISTER, "QD-LH-2026-0001", _("登记名录上的编号")),  # data
    MergeField("certificate", "证书编号", T.TEXT, _ON_REGISTER, "QD-LH-2026-0001"),  # data
    MergeField("number", "发文字号", T.TEXT, EVERY, "青科创受〔2026〕1号", _("发出时编号")),  # data
    MergeField("valid_from", "有效期起", T.DATE, _ON_REGISTER, _day(2026, 4, 20)),  # data
    MergeField("valid_until", "有效期止", T.DATE, _ON_REGISTER, _day(2029, 4, 19)),  # data
    MergeField(
        "validity", "有效期", T.TEXT, OF_A_CANCELLATION, "有效期至2029年4月19日",  # data
        _("没有截止日期的写作长期有效"),
    ),
    MergeField("authority", "受理机关", T.TEXT, EVERY, "青岛市科学技术局"),  # data
    MergeField(
        "recommender", "推荐机关", T.TEXT, OF_A_FILING, "青岛市崂山区科学技术局",  # data
        optional=OF_A_FILING - _NOT_RECOMMENDED,
    ),
    MergeField("signed_on", "落款日期", T.DATE, EVERY, _day(2026, 4, 20)),  # data
    MergeField(
        "phone", "联系电话", T.TEXT, EVERY, "0532-0000000",  # data
        _("发文机关登记的电话"), optional=EVERY,
    ),
    MergeField("cause", "取消事由", T.TEXT, OF_A_CANCELLATION, "绩效评价不合格"),  # data
    MergeField(
        "facts", "事实和理由", T.LONG, OF_A_CANCELLATION,  # data
        "2026年度绩效评价得分52分，等次为不合格，且未在规定期限内整改。",  # data
        required=OF_A_CANCELLATION - {K.NOT_CANCELLED},
    ),
    MergeField("hearing_days", "陈述申辩期限", T.NUMBER, frozenset({K.HEARING}), 5, _("工作日数")),  # data
    MergeField(
        "hearing_until", "陈述申辩截止日期", T.DATE, OF_A_CANCELLATION, _day(2026, 9, 21),  # data
        optional=frozenset({K.NOT_CANCELLED}), required=frozenset({K.HEARING}),
    ),
    MergeField(
        "weighed", "陈述申辩意见处理", T.LONG, _AFTER_HEARING,  # data
        "你单位在期限内未提出陈述、申辩意见。",  # data
        optional=_AFTER_HEARING,
    ),
    MergeField(
        "cancelled_on", "取消日期", T.DATE, frozenset({K.CANCELLATION}), _day(2026, 9, 30),  # data
        required=frozenset({K.CANCELLATION}),
    ),
    MergeField(
        "cancelling", "取消决定", T.TEXT, frozenset({K.CANCELLATION}),  # data
        "取消“青岛市智能传感创新联合体”的备案资格，备案证书（证书编号：QD-LH-2026-0001）同时失效。",  # data
        _("对象和证书写成的半句话；没有证书的只写资格"),
    ),
)  # fmt: skip

BY_NAME = {field.name: field for field in FIELDS}
BY_KEY = {field.key: field for field in FIELDS}


def fields_of(kind: str) -> list[MergeField]:
    """The fields a letter of this kind may use, in the order of the list."""
    return [field for field in FIELDS if kind in field.kinds]


def examples(kind: str) -> dict[str, Any]:
    """An invented value for every field of a kind, by key."""
    return {field.key: field.example for field in fields_of(kind)}
