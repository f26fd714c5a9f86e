"""Menu entries of officers and experts."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import has_role
from core.navigation import Entry
from core.navigation import register as add
from filings.permissions import may_propose_template, may_see_assignment
from filings.selectors.experts import open_reviews
from filings.selectors.worklist import DESK_ROLES, mine


def register() -> None:
    """Called once from AppConfig.ready()."""
    group = _("申报")
    add(
        Entry(
            _("申报办理"),
            "filings:worklist",
            has_role(*DESK_ROLES),
            icon="inbox-stack",
            group=group,
            waiting=mine,
            order=20,
        )
    )
    add(
        Entry(
            _("我的评审"),
            "filings:reviews",
            has_role(Role.EXPERT),
            icon="clipboard-document-check",
            group=group,
            waiting=open_reviews,
            order=21,
        )
    )
    add(
        Entry(
            _("专家库"),
            "filings:experts",
            has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD),
            icon="academic-cap",
            group=group,
            order=25,
        )
    )
    add(
        Entry(
            _("分派与代办"),
            "assignment:overview",
            may_see_assignment,
            icon="user-group",
            group=group,
            order=24,
        )
    )


def register_letters() -> None:
    """The words of letters, beside the cases they are sent in."""
    pages, group = "filings:letter_templates", _("申报")
    add(Entry(_("文书模板"), pages, may_propose_template, icon="envelope", group=group, order=26))


def register_calendar() -> None:
    """The working-day calendar: beside the cases for officers, among the administrators' pages for theirs."""
    for rule, group, order in (
        (has_role(*DESK_ROLES), _("申报"), 28),
        (has_role(Role.SYSADMIN), _("管理"), 74),
    ):
        add(Entry(_("工作日历"), "calendar:home", rule, icon="calendar", group=group, order=order))
