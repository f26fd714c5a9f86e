"""Menu entries of this app: the public pages, and those of the administrators."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF_ROLES, Role
from accounts.permissions import anybody, has_role
from core.actor import Actor
from core.navigation import Entry
from core.navigation import register as add


def _not_staff(actor: Actor, obj: Any = None) -> bool:
    """Staff have their own menu; the public pages stay one click away in the foot of theirs."""
    return not actor.has_role(*STAFF_ROLES)


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(Entry(_("首页"), "portal:home", _not_staff, icon="home", order=1))
    add(Entry(_("公示公告"), "portal:notices", anybody, icon="megaphone", group=_("公开"), order=90))
    add(
        Entry(
            _("登记名录"),
            "portal:register",
            anybody,
            icon="clipboard-document-list",
            group=_("公开"),
            order=91,
        )
    )
    add(
        Entry(
            _("审计日志"),
            "portal:audit_log",
            has_role(Role.AUDITOR, Role.SECADMIN),
            icon="shield-check",
            group=_("管理"),
            order=72,
        )
    )
    add(
        Entry(
            _("后台任务"),
            "portal:jobs",
            has_role(Role.SYSADMIN),
            icon="cog-6-tooth",
            group=_("管理"),
            order=73,
        )
    )
