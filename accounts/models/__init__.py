from accounts.models.messages import Message, MessageSettings
from accounts.models.organisations import Organisation, OrganisationFigure
from accounts.models.people import Invitation, Membership, PasswordRecord, RoleChange, User
from accounts.models.reference import District, Industry

__all__ = [
    "District",
    "Industry",
    "Invitation",
    "Membership",
    "Message",
    "MessageSettings",
    "Organisation",
    "OrganisationFigure",
    "PasswordRecord",
    "RoleChange",
    "User",
]
