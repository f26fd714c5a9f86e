"""Tables of the platforms app: the typed profile, the records of a host, what is opened, the cultivation list."""

from platforms.models.base import Record
from platforms.models.cultivation import CultivationEntry, CultivationStep
from platforms.models.incubation import Space, Tenant
from platforms.models.opening import Offer
from platforms.models.profile import PlatformProfile
from platforms.models.sharing import Instrument, Service
from platforms.models.station import Stay, Team
from platforms.models.transfer import Contract, Edition, FollowUp, ForumProject
from platforms.models.yearly import RecordsYear

__all__ = [
    "Contract",
    "CultivationEntry",
    "CultivationStep",
    "Edition",
    "FollowUp",
    "ForumProject",
    "Instrument",
    "Offer",
    "PlatformProfile",
    "Record",
    "RecordsYear",
    "Service",
    "Space",
    "Stay",
    "Team",
    "Tenant",
]
