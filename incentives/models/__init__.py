from incentives.models.contributions import (
    Contribution,
    ContributionShare,
    ContributionStatus,
    Decision,
    Verdict,
)
from incentives.models.helpers import HelperShift
from incentives.models.names import PublicName
from incentives.models.officers import Officer, OfficerRole
from incentives.models.points import CategoryBudget, Kind, PointsRow, PointsTable, Size

__all__ = [
    "CategoryBudget",
    "Contribution",
    "ContributionShare",
    "ContributionStatus",
    "Decision",
    "HelperShift",
    "Kind",
    "Officer",
    "OfficerRole",
    "PointsRow",
    "PointsTable",
    "PublicName",
    "Size",
    "Verdict",
]
