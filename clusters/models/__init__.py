"""Tables."""

from clusters.models.enterprise import KeyEnterprise, RequestStep, SupportRequest
from clusters.models.firm import ClusterFirm
from clusters.models.profile import ClusterProfile, Listing, WorkRecord
from clusters.models.project import Project, ProjectInvestment, ProjectMove

__all__ = [
    "ClusterFirm",
    "ClusterProfile",
    "KeyEnterprise",
    "Listing",
    "Project",
    "ProjectInvestment",
    "ProjectMove",
    "RequestStep",
    "SupportRequest",
    "WorkRecord",
]
