"""The words of a catalogue item for its page: which fields are shown, what they and their codes are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policy.enums import ValueKind
from policy.values import show

# In the order a reader wants them. What is missing here is machinery (facts, rounding keys) or is shown elsewhere.
FIELDS: dict[str, Any] = {
    "full": _("全称"),
    "definition": _("定义"),
    "rule": _("规则"),
    "content": _("内容"),
    "action": _("处理"),
    "when": _("情形"),
    "consequence": _("后果"),
    "kind": _("类别"),
    "type": _("方式"),
    "status": _("测算"),
    "entity": _("适用主体"),
    "applies_to": _("适用范围"),
    "applies_to_kinds": _("适用类别"),
    "applies_to_all_platforms": _("适用于各类平台"),
    "level": _("级别"),
    "levels": _("级别"),
    "subject": _("对象"),
    "operator": _("判断方式"),
    "hardness": _("强度"),
    "check": _("核验方式"),
    "waiver": _("例外"),
    "applies_at": _("适用环节"),
    "formula": _("算法"),
    "cycle": _("周期"),
    "cycle_text": _("周期表述"),
    "cycle_default": _("周期（建议）"),
    "due_default": _("期限（建议）"),
    "required": _("必备"),
    "beneficiary": _("受益对象"),
    "beneficiary_kinds": _("受益类别"),
    "beneficiary_size": _("受益规模"),
    "event": _("触发"),
    "condition": _("条件"),
    "base": _("基数"),
    "basis": _("依据"),
    "requires": _("须满足"),
    "funding": _("资金来源"),
    "payer": _("出资方"),
    "stack": _("叠加"),
    "once_per": _("次数"),
    "cap_key": _("封顶口径"),
    "rounding": _("进位"),
    "exclusive_group": _("互斥规则"),
    "target_subsidy": _("对应措施"),
    "members": _("涉及"),
    "scope": _("范围"),
    "jurisdictions": _("地区"),
    "covers": _("涵盖"),
    "cost_items": _("费用项目"),
    "instruments": _("工具"),
    "lists": _("名单"),
    "elements": _("要素"),
    "organisation_modes": _("组织方式"),
    "talent_kinds": _("人才类别"),
    "criteria": _("标准"),
    "orientation": _("导向"),
    "dimensions": _("维度"),
    "principles": _("原则"),
    "indicators": _("指标"),
    "indicator": _("指标"),
    "by_whom": _("实施方"),
    "direction": _("方向"),
    "reporter": _("报送方"),
    "collector": _("汇总方"),
    "evaluation": _("评价体系"),
    "owner": _("主管"),
    "management": _("管理方式"),
    "help_with": _("帮助事项"),
    "supports": _("支持内容"),
    "goal": _("目标"),
    "domains": _("领域"),
    "kinds": _("类型"),
    "stage_flow": _("阶段"),
    "constraints": _("制约因素"),
    "departments": _("责任单位"),
    "functions": _("功能"),
    "services": _("服务"),
    "subtypes": _("细类"),
    "flags": _("标识"),
    "categories": _("类别"),
    "aliases": _("别称"),
    "network": _("网络"),
    "chain_stage": _("所在环节"),
    "stages": _("环节"),
    "qualities": _("特征"),
    "channels": _("渠道"),
    "modes": _("方式"),
    "pairings": _("合作形式"),
    "chains": _("链条"),
    "aims": _("方向"),
    "aim": _("方向"),
    "positions": _("定位"),
    "platforms": _("平台"),
    "areas": _("方面"),
    "gains": _("争取事项"),
    "builds": _("建设内容"),
    "partners": _("合作对象"),
    "roles": _("作用"),
    "enterprise_kinds": _("企业类型"),
    "problems": _("困难"),
    "carriers": _("载体"),
    "gap_kinds": _("短板类型"),
    "directions": _("方向"),
    "cited_document": _("引用文件"),
    "backing": _("依托"),
    "group": _("分组"),
    "region": _("区域"),
    "city": _("地区"),
    "subfields": _("细分领域"),
    "key_links": _("重点环节"),
    "code": _("证书类型码"),
    "hint": _("提示"),
    "note": _("说明"),
    "source_note": _("来源说明"),
}

WORDS: dict[str, Any] = {
    "hard": _("硬性"),
    "in_principle": _("原则上"),
    "advisory": _("引导性"),
    "bonus": _("优先"),
    "auto": _("系统核验"),
    "document": _("材料核验"),
    "expert": _("专家判断"),
    "attest": _("声明并核实"),
    "expert_pass": _("专家判断"),
    "eq": _("等于"),
    "gte": _("不低于"),
    "gt": _("高于"),
    "lte": _("不超过"),
    "count_gte": _("数量不少于"),
    "in": _("属于"),
    "in_jurisdiction": _("在辖区内"),
    "covers_all": _("逐项齐备"),
    "exists": _("须有"),
    "unique": _("唯一"),
    "reason_and_officer_approval": _("书面理由并经批准"),
    "payment": _("兑付时"),
    "annual": _("每年"),
    "quarterly": _("每季度"),
    "half_yearly": _("每半年"),
    "standing": _("长期"),
    "periodic": _("定期"),
    "ad_hoc": _("适时"),
    "per_event": _("逐次"),
    "fixed": _("定额"),
    "capped": _("限额"),
    "per_unit": _("按单价"),
    "match": _("按比例配套"),
    "capped_rate": _("限比例"),
    "floor": _("保底"),
    "negotiated": _("一事一议"),
    "discretionary": _("酌情支持"),
    "priority": _("优先"),
    "tax": _("税收"),
    "computable": _("可直接测算"),
    "assessed": _("限额内评定"),
    "open": _("原文无数额"),
    "reference": _("仅作参考"),
    "planned": _("规划中"),
    "building": _("建设中"),
    "new_approval": _("新获批"),
    "upgrade": _("升级"),
    "annual_evaluation": _("年度评价"),
    "construction_completed": _("建成"),
    "new_recognition": _("新认定"),
    "annual_selection": _("年度遴选"),
    "provincial_payment": _("省级补助到账"),
    "recognition": _("认定"),
    "platform_and_level": _("每个平台每级一次"),
    "platform_and_year": _("每个平台每年一次"),
    "building_area": _("同一面积一次"),
    "site": _("每处一次"),
    "higher_of": _("就高不就低"),
    "warn_and_review": _("预警并复核"),
    "replace_formula": _("替代一般算法"),
    "annual_quota": _("年度名额"),
    "additive_to_provincial": _("在省级补助之上叠加"),
    "up": _("越高越好"),
    "flow": _("期间数"),
    "stock": _("时点数"),
    "ratio": _("比率"),
    "score": _("评分"),
    "network_kind": _("组织"),
    "cluster": _("集群"),
    "platform": _("各类平台"),
    "organisation": _("单位"),
    "carrier": _("载体"),
    "project": _("项目"),
    "register_entry": _("名录条目"),
    "person_category": _("人才类别"),
    "event_brand": _("活动品牌"),
    "network": _("合作组织"),
    "reviewer": _("评价实施方"),
    "basic_research": _("基础研究"),
    "engineering": _("工程化应用研究"),
    "public_service": _("公共服务"),
    "transformation": _("成果转化"),
    "global": _("面向全球价值链"),
    "domestic_first_class": _("国内一流"),
    "all": _("全部"),
    "district": _("区县"),
    "government": _("政府"),
    "consortium": _("联合体"),
    "lead_organisation": _("牵头单位"),
    "members": _("成员"),
    "each_member": _("每个成员"),
    "enterprise_member": _("企业成员"),
    "academic_member": _("高校院所成员"),
    "agreement": _("组建协议"),
    "plan": _("发展规划"),
    "alliance": _("联盟"),
    "community": _("共同体"),
    "host_organisation": _("依托单位"),
    "sharing_unit": _("共享单位"),
    "voucher_user": _("用券方"),
    "institution": _("机构"),
    "founder": _("设立方"),
    "workstation": _("工作站"),
    "purpose": _("宗旨"),
    "principle": _("原则"),
    "encourage": _("鼓励"),
    "support": _("支持"),
    "promote": _("推广"),
    "develop": _("发展"),
    "planning": _("规划"),
    "policy": _("政策"),
    "talent": _("人才"),
    "governance": _("治理"),
    "service": _("服务"),
    "publicity": _("宣传"),
    "finance": _("金融"),
    "coordination": _("协调"),
    "pilot": _("试点"),
    "ip": _("知识产权"),
    "task": _("任务"),
    "eligibility": _("条件"),
    "operating_model": _("运营模式"),
    "qualitative": _("定性"),
    "target": _("目标"),
    "all_members_and_lead": _("牵头单位和全部成员"),
    "national_leading": _("国内领先"),
    "all_signed_projects": _("全部签约项目"),
}
HIDDEN_KINDS = frozenset({"department", "level"})


@dataclass(frozen=True)
class Fact:
    """A line of a definition list (components/facts.html)."""

    label: str
    value: str
    clause: str = ""


def _words(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return "、".join(filter(None, (_words(entry, names) for entry in value)))
    if isinstance(value, Mapping):
        return str(value.get("label") or value.get("role") or "")
    text = str(value)
    if text in WORDS:
        return str(WORDS[text])
    return names.get(text, text)


def facts(section: str, data: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Fact]:
    """The lines of an item's page; ids become labels, codes words, machinery stays out."""
    for key, label in FIELDS.items():
        if key not in data or data[key] in (None, "", [], False):
            continue
        if key == "kind" and section in HIDDEN_KINDS:
            continue
        value = _words(data[key], names)
        if value:
            yield Fact(str(label), value)


def names_for_values(names: Mapping[str, str]) -> dict[str, str]:
    """Labels of ids and words of codes, for figures that hold an id."""
    return {**{key: str(word) for key, word in WORDS.items()}, **names}


def in_order(target: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a structured value in the order its options give; the database keeps none."""
    order = [option["value"] for option in target.options]
    return {
        key: value[key] for key in sorted(value, key=lambda key: order.index(key) if key in order else 99)
    }


def shown_value(target: Any, value: Any, names: Mapping[str, str]) -> str:
    """A value of a parameter or reading in words."""
    labels = {str(option["value"]): str(option["label"]) for option in getattr(target, "options", ()) or ()}
    if target.kind in (ValueKind.BOOL, ValueKind.CHOICE) and str(value) in labels:
        return labels[str(value)]
    if target.kind == ValueKind.JSON:
        value = in_order(target, value)
    return show(target.kind, value, target.unit, {**names, **labels})
