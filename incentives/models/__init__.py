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
from incentives.models.payouts import (
    RETURNED,
    UNDER_WAY,
    Payout,
    PayoutAccount,
    PayoutMethod,
    PayoutStatus,
    Purse,
)
from incentives.models.periods import (
    Period,
    PeriodStatus,
    SettledShare,
    Statement,
    StatementDispute,
    StatementLine,
)
from incentives.models.points import CategoryBudget, Kind, PointsRow, PointsTable, Size
from incentives.models.policies import PassGround, PassPolicy, PassScope

__all__ = [
    "RETURNED",
    "UNDER_WAY",
    "CategoryBudget",
    "Contribution",
    "ContributionShare",
    "ContributionStatus",
    "Decision",
    "HelperShift",
    "Kind",
    "Officer",
    "OfficerRole",
    "PassGround",
    "PassPolicy",
    "PassScope",
    "Payout",
    "PayoutAccount",
    "PayoutMethod",
    "PayoutStatus",
    "Period",
    "PeriodStatus",
    "PointsRow",
    "PointsTable",
    "PublicName",
    "Purse",
    "SettledShare",
    "Size",
    "Statement",
    "StatementDispute",
    "StatementLine",
    "Verdict",
]
