"""Menu entries of the platforms, for offices and for units."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import is_unit_member
from core.navigation import Entry
from core.navigation import register as add
from platforms.permissions import overseer, platform_host


def register() -> None:
    """Called once from AppConfig.ready()."""
    group = _("科技创新平台")
    add(Entry(_("平台总览"), "platforms:overview", overseer, icon="squares-2x2", group=group, order=46))
    add(Entry(_("业务台账"), "platforms:mine", overseer, icon="table-cells", group=group, order=47))
    add(Entry(_("平台培育库"), "platforms:cultivation", overseer, icon="sparkles", group=group, order=48))
    add(
        Entry(
            _("孵化链条"), "platforms:incubation", overseer, icon="arrow-trending-up", group=group, order=49
        )
    )
    add(Entry(_("开放共享"), "platforms:open", ~is_unit_member, icon="share", group=_("公开"), order=92))
    add(Entry(_("平台业务台账"), "platforms:mine", platform_host, icon="table-cells", order=16))
