"""Typed profiles that hang on an entity of the register, and what is kept beside them."""

from alliances.models.community import CommunityElement, CommunityProfile
from alliances.models.consortium import ConsortiumMilestone, ConsortiumProfile, ConsortiumTask
from alliances.models.gaps import ChainGap
from alliances.models.network import NetworkProfile
from alliances.models.records import AllianceRecord
from alliances.models.scenarios import Scenario

__all__ = [
    "AllianceRecord",
    "ChainGap",
    "CommunityElement",
    "CommunityProfile",
    "ConsortiumMilestone",
    "ConsortiumProfile",
    "ConsortiumTask",
    "NetworkProfile",
    "Scenario",
]
