"""Criteria of the expert review. The opinions give no weights: these are proposed defaults (建议值)."""

from django.utils.translation import gettext_lazy as _

from filings.programmes import Criterion

CRITERIA = (
    Criterion(
        "layout", _("规划布局和优势特色"), 15, _("符合产业规划布局，突出本地优势特色"), ("planning_fit",)
    ),
    Criterion("industry", _("产业基础"), 20, _("企业规模、龙头企业和市场地位"), ("industry_base",)),
    Criterion("chain", _("产业链完善程度"), 20, _("环节齐备、本地配套，短板清楚"), ("chain_completeness",)),
    Criterion(
        "innovation", _("创新基础和创新能力"), 20, _("研发投入、平台、专利和标准"), ("innovation_base",)
    ),
    Criterion("elements", _("创新要素"), 10, _("人才、平台、服务机构和资金"), ("innovation_elements",)),
    Criterion("potential", _("发展潜力和建设方案"), 15, _("可持续发展，目标和措施可行"), ("potential",)),
)
