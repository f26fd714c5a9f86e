"""Criteria of the expert review. The guideline gives no weights: these are proposed defaults (建议值).

Each expert condition hangs on one criterion: it counts as met when the panel's mean reaches the pass mark.
"""

from django.utils.translation import gettext_lazy as _

from filings.programmes import Criterion

CRITERIA = (
    Criterion(
        "standing",
        _("牵头单位的行业地位"),
        20,
        _("创新领军企业、技术国内领先、经济实力和市场影响力"),
        ("is_innovation_leading_enterprise", "technology_position", "economic_strength"),
    ),
    Criterion(
        "research",
        _("牵头单位的研发能力"),
        20,
        _("科技研发能力、研发队伍稳定性、攻关和转化优势"),
        ("rd_capability", "rd_team_stability", "core_tech_or_transformation_advantage"),
    ),
    Criterion(
        "convening",
        _("资源集聚与组织能力"),
        15,
        _("集聚上下游和高校院所、组织研发活动、促进三链融合"),
        ("convening_capability", "can_organise_rd", "chain_integration"),
    ),
    Criterion(
        "members",
        _("成员单位的能力与互补"),
        20,
        _("企业配套能力、高校院所团队和条件、相互支撑"),
        ("complementarity", "rd_and_supply_capability", "academic_capability"),
    ),
    Criterion(
        "tasks", _("攻关任务的价值与可行性"), 15, _("聚焦关键核心技术和市场需求，指标、进度和经费合理")
    ),
    Criterion(
        "mechanisms", _("协议、机制与规划"), 10, _("责任清晰、权利公平、利益共享，机制可运行，规划明晰")
    ),
)
