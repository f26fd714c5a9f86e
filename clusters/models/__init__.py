"""Tables."""

from clusters.models.enterprise import KeyEnterprise, RequestStep, SupportRequest
from clusters.models.firm import ClusterFirm
from clusters.models.profile import ClusterProfile, Listing, WorkRecord
from clusters.models.project import Project, ProjectInvestment, ProjectMove
from clusters.models.statistics import ClusterReturn, Period, ReturnStep, ReturnUpload, ReturnValue
from clusters.models.statistics_reports import DispatchSheet, HalfYearReport

__all__ = [
    "ClusterFirm",
    "ClusterProfile",
    "ClusterReturn",
    "DispatchSheet",
    "HalfYearReport",
    "KeyEnterprise",
    "Listing",
    "Period",
    "Project",
    "ProjectInvestment",
    "ProjectMove",
    "RequestStep",
    "ReturnStep",
    "ReturnUpload",
    "ReturnValue",
    "SupportRequest",
    "WorkRecord",
]
