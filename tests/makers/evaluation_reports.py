"""Frozen data of reports, as issuing stores it, for tests that need no round behind it."""

from __future__ import annotations

from typing import Any

MANAGEMENT = [
    ("M1", "七项运行机制建立并运行", "7", "项"), ("M2", "决策调度会议", "4", "次/年"),
    ("M3", "协议履行与分工执行", "5", "分"), ("M4", "经费管理与统筹", "5", "分"),
    ("M5", "成员构成（企业不少于 3 家、高校院所不少于 2 家）", "4", "–"),
]  # fmt: skip
RESEARCH = [
    ("R1", "攻关任务完成率", "15", "%"), ("R2", "研发投入到位率", "10", "%"), ("R3", "联合研发投入强度", "5", "%"),
    ("R4", "承担省级以上项目", "5", "项"), ("R5", "共建共享平台", "5", "个"),
]  # fmt: skip
OUTPUT = [
    ("O1", "联合授权发明专利", "8", "件"), ("O2", "主导、参与标准", "5", "项"), ("O3", "成果转化与技术合同额", "8", "万元"),
    ("O4", "新产品销售收入增长", "8", "%"), ("O5", "人才引育", "3", "人"), ("O6", "开放应用场景", "3", "个"),
]  # fmt: skip
INDICATORS = [("M", "管理运行机制", MANAGEMENT), ("R", "科研攻关", RESEARCH), ("O", "产出", OUTPUT)]
METHODS: dict[str, dict[str, Any]] = {
    "M1": {"method": "points", "params": {"full": "7"}},
    "M2": {"method": "count", "params": {"full": "4"}},
    "M5": {"method": "levels", "params": {"table": [{"from": "0", "points": "0"}, {"from": "2", "points": "4"}], "full": "4"}},
    "R1": {"method": "target", "params": {"cap": "1"}},
    "R2": {"method": "target", "params": {"cap": "1"}},
    "R3": {"method": "efficacy", "params": {"low": "3", "high": "8", "base": "60"}},
    "O3": {"method": "target", "params": {"cap": "1"}},
    "O4": {"method": "efficacy", "params": {"low": "0", "high": "20", "base": "60", "growth": True}},
}  # fmt: skip
EXPERT = ("M3", "M4")
BANDS = [
    {"grade": "excellent", "word": "优秀", "from": "85"},
    {"grade": "good", "word": "良好", "from": "70"},
    {"grade": "pass", "word": "合格", "from": "60"},
    {"grade": "fail", "word": "不合格", "from": "0"},
]


def scheme() -> dict[str, Any]:
    """The document of the default scheme of consortia."""

    def indicator(code: str, name: str, weight: str, unit: str) -> dict[str, Any]:
        how = METHODS.get(code, {"method": "expert" if code in EXPERT else "count", "params": {"full": "5"}})
        source = "expert" if code in EXPERT else "register" if code == "M5" else "annual_report"
        return {"code": code, "name": name, "weight": weight, "unit": unit, "direction": "up", "source": source,
                "missing": "zero", "proposed": True, **how}  # fmt: skip

    return {
        "label": "创新联合体绩效评价指标体系",
        "version": 2,
        "source": "建议值",
        "dimensions": [
            {"code": code, "name": name, "indicators": [indicator(*row) for row in rows]}
            for code, name, rows in INDICATORS
        ],
        "vetoes": [
            {"key": "forged", "label": "伪造材料"},
            {"key": "accident", "label": "重大安全、环保、质量事故"},
        ],
        "bonuses": [{"key": "award", "label": "获国家级科学技术奖项", "points": "3"}],
        "deductions": [{"key": "late", "label": "填报逾期", "points": "2"}],
        "bonus_cap": "5",
        "deduction_cap": "10",
        "bands": BANDS,
    }


def outcome(
    tree: dict[str, Any], share: float = 0.8
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(inputs, outcome, reach) with shares around `share`: figures to look at, not to check the arithmetic with."""
    values: dict[str, Any] = {}
    came: dict[str, Any] = {}
    could: dict[str, Any] = {}
    rows = [row for dimension in tree["dimensions"] for row in dimension["indicators"]]
    for place, row in enumerate(rows):
        score = round(min(100.0, 100 * share * (0.82 + 0.09 * (place % 5))), 4)
        values[row["code"]] = {"value": str(place + 2), "source": row["source"]}
        if row["method"] == "target":
            values[row["code"]]["target"] = str(place + 4)
        if place == 9:
            values[row["code"]], score = {"missing": "年度报告没有填报，催报两次未补"}, 0.0
        if place == 13:
            values[row["code"]]["note"] = "按 2025 年度审计报告核减 12.5 万元，经牵头单位确认"
        points = round(score * float(row["weight"]) / 100, 6)
        lost = float(row["weight"]) - points
        came[row["code"]] = {"value": values[row["code"]].get("value"), "score": f"{score:.4f}", "weight": row["weight"],
                             "points": f"{points:.6f}", "lost": f"{lost:.6f}"}  # fmt: skip
        could[row["code"]] = {"value": str(place + 5) if lost > 1.5 else None, "gain": f"{lost:.2f}"}
    base = sum(float(row["points"]) for row in came.values())
    total = base + 3 - 2
    grade = next(band for band in tree["bands"] if total >= float(band["from"]))
    better = tree["bands"].index(grade) - 1
    inputs = {"values": values, "vetoes": [], "bonuses": ["award"], "deductions": ["late"], "group": ""}
    result = {"indicators": came, "base": f"{base:.2f}", "bonus": "3.00", "deduction": "2.00", "total": f"{total:.2f}",
              "grade": grade["grade"], "word": grade["word"], "rank": 3, "of": 12, "veto": []}  # fmt: skip
    following = tree["bands"][better] if better >= 0 else None
    reach = {"next": following["grade"] if following else None,
             "needed": f"{float(following['from']) - total:.2f}" if following else "0", "indicators": could}  # fmt: skip
    return inputs, result, reach


def round_facts() -> dict[str, Any]:
    """What a report says of its round."""
    return {
        "name": "2026 年度创新联合体绩效评价",
        "occasion": "年度评价",
        "period_from": "2025-01-01",
        "period_until": "2025-12-31",
        "rated_on": "2026-03-02",
        "document_number": "青科创〔2026〕8号",
        "calendar": [
            {"label": "启动", "on": "2026-01-05"},
            {"label": "自评截止", "on": "2026-02-02"},
            {"label": "核验截止", "on": "2026-02-13"},
            {"label": "评审截止", "on": "2026-02-27"},
        ],
    }


CLAUSES = [
    {"rule": "绩效评价", "text": "适时组织专家或者委托第三方机构开展绩效评价，以质量、绩效、贡献为导向",
     "citation": "《青岛市创新联合体组建工作指引》备案制度5"},
    {"rule": "评价优秀的", "text": "可适当加大支持力度", "citation": "《青岛市创新联合体组建工作指引》备案制度5"},
    {"rule": "评价不合格的", "text": "取消备案资格", "citation": "《青岛市创新联合体组建工作指引》备案制度5"},
]  # fmt: skip
RUN = {"number": 2, "engine": "1", "inputs_sha256": "3f" * 32, "outcome_sha256": "a7" * 32}


def entity_data(**change: Any) -> dict[str, Any]:
    """The frozen data of one entity's report."""
    tree = scheme()
    inputs, result, reach = outcome(tree)
    rows = [row["code"] for dimension in tree["dimensions"] for row in dimension["indicators"]]
    return {
        "office": "青岛市科学技术局",
        "number": "评〔2026〕3号",
        "issued_on": "2026-03-02",
        "is_sample": True,
        "round": round_facts(),
        "entity": {
            "name": "青岛市智能传感与高端装备数字孪生协同创新联合体",
            "code": "QD-LH-2024-0003",
            "kind": "创新联合体",
            "lead": "青岛明衡智能传感科技股份有限公司",
            "lead_label": "牵头单位",
            "level": "市级",
            "district": "青岛市崂山区",
            "industry": "新一代信息技术",
        },
        "scheme": tree,
        "inputs": inputs,
        "outcome": result,
        "reach": reach,
        "means": {
            "label": "全部参评主体平均",
            "dimensions": {"M": "81.20", "R": "74.05", "O": "69.30"},
            "indicators": {code: f"{60 + 2.5 * place:.2f}" for place, code in enumerate(rows)},
        },
        "marks": [
            {"kind": "bonus", "key": "award", "reason": "参与完成的项目获 2025 年度国家技术发明奖二等奖"},
            {"kind": "deduction", "key": "late", "reason": "年度报告晚于截止日 6 个工作日报送"},
        ],
        "history": [
            {
                "round": "2025 年度创新联合体绩效评价",
                "rated_on": "2025-03-10",
                "word": "合格",
                "score": "68.40",
            },
            {
                "round": "2024 年度创新联合体绩效评价",
                "rated_on": "2024-03-18",
                "word": "合格",
                "score": "64.15",
            },
        ],
        "remarks": [
            "任务分工清楚，牵头单位统筹有力；共性技术攻关进展符合计划，建议尽快补齐中试验证环节。",
            "成果转化的合同数量偏少，跨单位知识产权归属约定还不够具体。\n建议在下一年度协议中写明收益分配。",
        ],
        "clauses": CLAUSES,
        "run": RUN,
        **change,
    }


def round_data(count: int = 24, **change: Any) -> dict[str, Any]:
    """The frozen data of a round's report over `count` entities."""
    places = ["青岛市崂山区", "青岛市黄岛区", "青岛市城阳区", "青岛市胶州市"]
    fields = ["智能传感", "人工智能", "生物医药", "绿色能源", "智能装备", "低空经济"]
    rows = []
    for place in range(count):
        total = round(93.4 - 38 * place / max(count - 1, 1) + (place % 3) * 0.37, 2)
        grade = next(band for band in BANDS if total >= float(band["from"]))
        row: dict[str, Any] = {
            "name": f"青岛市{fields[place % 6]}与高端装备协同创新联合体{place + 1}",
            "code": f"QD-LH-2024-{place + 1:04d}",
            "lead": "青岛明衡智能传感科技股份有限公司",
            "district": places[place % 4],
            "level": "市级",
            "group": "",
            "base": f"{total - 1:.2f}",
            "bonus": "1.00",
            "deduction": "0.00",
            "total": f"{total:.2f}",
            "grade": grade["grade"],
            "word": grade["word"],
            "rank": place + 1,
            "veto": [],
            "number": f"评〔2026〕{place + 2}号",
        }
        if place % 3:
            before = BANDS[min(max(BANDS.index(grade) + (place % 4) - 1, 0), 3)]
            row["former"] = {"grade": before["grade"], "word": before["word"], "total": f"{total - 1.5:.2f}"}
        rows.append(row)
    return {
        "office": "青岛市科学技术局",
        "number": "评〔2026〕1号",
        "issued_on": "2026-03-02",
        "is_sample": True,
        "round": {**round_facts(), "opinion": "本轮评价程序完备，数据经核验，同意按得分确定等次。"},
        "scheme": scheme(),
        "rows": rows,
        "excluded": [
            {
                "name": "青岛市海洋电子信息协同创新联合体",
                "code": "QD-LH-2025-0011",
                "reason": "登记不满最短期限：2025 年 11 月 20 日备案",
            },
            {
                "name": "青岛市轨道交通装备协同创新联合体",
                "code": "QD-LH-2023-0002",
                "reason": "评价期内不在有效期",
            },
        ],
        "sensitivity": [
            {
                "grade": grade,
                "from": line,
                "moves": [
                    {"by": step, "from": f"{int(line) + int(step)}.00", "changed": changed}
                    for step, changed in (("-2", "2"), ("-1", "1"), ("1", "0"), ("2", "1"))
                ],
            }
            for grade, line in (("excellent", "85"), ("good", "70"), ("pass", "60"))
        ],
        "exceptions": [
            {"label": "数据修正", "text": "QD-LH-2024-0005 的 O3：由 820 万元改为 640 万元，依据审计报告"}
        ],
        "clauses": CLAUSES,
        "run": RUN,
        **change,
    }
