"""What an approved filing does beside the profile: links to others on the register, and the duties that follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alliances.models import NetworkProfile
from alliances.network.facts import found
from core.actor import Actor
from filings.services import duties, links

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def relate(entity: Entity, filing: Filing, *, kind: str, target_kind: str) -> None:
    """The one link of a kind to the cluster that its first section names; none where it names none.

    A filing that does not ask for it (an upgrade) leaves the link as it is.
    """
    if "basic" not in filing.content:
        return
    target = found(str(filing.content["basic"].get("cluster") or ""), target_kind)
    links.relink(kind=kind, source=entity, target=target, actor=Actor.system())


def follow(entity: Entity) -> None:
    """What its chair owes follows at once."""
    profile = NetworkProfile.objects.filter(entity=entity).first()
    if profile is not None:
        duties.sync(profile)


def nothing_more(entity: Entity, filing: Filing) -> None:
    """A union is linked to nothing; its duties follow."""
    follow(entity)
