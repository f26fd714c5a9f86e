"""Menu entry of the auditor's desk."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from core.navigation import register as add
from evaluation import permissions as may


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(
        Entry(
            _("审计工作台"),
            "evaluation:audit",
            may.audit_desk,
            icon="shield-check",
            group=_("绩效评价"),
            order=49,
        )
    )
