"""Menu entries of this app."""

from django.utils.translation import gettext_lazy as _

from accounts import permissions as may
from accounts import selectors
from accounts.enums import REGISTRANT, UNIT_ROLES, Role
from core.navigation import Entry
from core.navigation import register as add

OFFICERS = may.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.DISTRICT_OFFICER)
MEMBERS = may.has_role(*sorted(UNIT_ROLES), REGISTRANT)


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(Entry(_("我的单位"), "accounts:unit", MEMBERS, icon="building-office-2", order=80))
    add(
        Entry(
            _("单位登记"),
            "accounts:registrations",
            OFFICERS,
            icon="building-office-2",
            group=_("单位"),
            waiting=selectors.waiting_registrations,
            order=60,
        )
    )
    add(
        Entry(_("人员与角色"), "accounts:people", may.may_see_people, icon="users", group=_("管理"), order=70)
    )
    add(
        Entry(
            _("角色变更"),
            "accounts:role_changes",
            may.may_see_roles,
            icon="key",
            group=_("管理"),
            waiting=selectors.waiting_role_changes,
            order=71,
        )
    )
