"""Menu entries of evaluations."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from core.navigation import register as add
from evaluation import permissions as may
from evaluation.selectors import agencies
from evaluation.selectors import rounds as see


def register() -> None:
    """Called once from AppConfig.ready()."""
    group = _("绩效评价")
    add(
        Entry(
            _("受托评估"), "evaluation:commissions", may.agency_people, icon="clipboard-document-check",
            waiting=agencies.waiting, order=20,
        )
    )  # fmt: skip
    add(
        Entry(
            _("评价轮次"), "evaluation:rounds", may.evaluation_desk, icon="chart-bar", group=group,
            waiting=see.waiting, order=50,
        )
    )  # fmt: skip
    add(
        Entry(
            _("定期安排"), "evaluation:plans", may.evaluation_keeper, icon="calendar", group=group, order=52
        )
    )
    add(
        Entry(
            _("运行监控"), "evaluation:monitor", may.evaluation_desk, icon="cpu-chip", group=group, order=53
        )
    )
