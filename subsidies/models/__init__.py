"""Tables."""

from subsidies.models.award import Award, AwardShare, Entitlement

__all__ = ["Award", "AwardShare", "Entitlement"]
