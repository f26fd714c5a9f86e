"""Menu entries of clusters, for bodies and offices that have any."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.permissions import Rule
from clusters import permissions as may
from clusters.selectors import clusters, enterprises, projects
from core.actor import Actor
from core.navigation import Entry
from core.navigation import register as add


def _has_any(actor: Actor, obj: object) -> bool:
    """An office always; a unit that manages a cluster."""
    if actor.has_role(*may.KEEPERS, Role.MUNICIPAL_DRC, Role.AUDITOR):
        return may.keeps_clusters(actor, None)
    return actor.has_role(*UNIT_ROLES) and clusters.visible_to(actor).exists()


def _asks(actor: Actor, obj: object) -> bool:
    """An office, the body of a cluster, or a firm of the library."""
    return _has_any(actor, obj) or (actor.has_role(*UNIT_ROLES) and enterprises.entries(actor).exists())


def register() -> None:
    """Called once from AppConfig.ready()."""
    group = _("产业集群")
    any_, asks = Rule(_has_any, ""), Rule(_asks, "")
    add(Entry(_("集群"), "clusters:clusters", any_, icon="squares-2x2", group=group, order=50))
    add(
        Entry(
            _("项目储备库"),
            "clusters:all_projects",
            any_,
            icon="rectangle-stack",
            group=group,
            waiting=projects.unchecked,
            order=52,
        )
    )
    add(
        Entry(
            _("重点企业库"), "clusters:all_enterprises", asks, icon="building-office", group=group, order=53
        )
    )
    add(
        Entry(
            _("一企一策"),
            "clusters:requests",
            asks,
            icon="lifebuoy",
            group=group,
            waiting=enterprises.waiting,
            order=54,
        )
    )
