"""A pool with money in it, and work that shares in it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from incentives.models import Period, PointsTable
from incentives.services import periods
from ledger.models import AccountKind
from ledger.services import Move, post
from orders.models import LineShare, SaleKind, ShareHolder
from tests.factories.accounts import UserFactory
from tests.factories.incentives import ContributionFactory, PointsTableFactory
from tests.factories.orders import OrderFactory, OrderLineFactory

MONTH = (date(2026, 5, 1), date(2026, 5, 31))


def table() -> PointsTable:
    """The one in force: 1500 basis points for each of the six kinds."""
    return PointsTable.objects.in_force() or PointsTableFactory()


def fill(amount_minor: int, *, currency: str = "CNY", orders: int = 5) -> None:
    """So much of that many orders has matured and is available."""
    now = timezone.now()
    shares = [amount_minor // orders] * (orders - 1)
    for share in [*shares, amount_minor - sum(shares)]:
        line = OrderLineFactory(order=OrderFactory(paid=True, currency=currency))
        LineShare.objects.create(
            line=line,
            holder=ShareHolder.POOL,
            kind=SaleKind.MEETUP,
            bps=1000,
            held_minor=share,
            created_at=now - timedelta(days=60),
            matures_at=now,
            matured_at=now,
        )
    post(
        key=f"filled:{line.pk}",
        kind="share_matured",
        currency=currency,
        moves=[
            Move(AccountKind.REVENUE, "chapter:1", amount_minor),
            Move(AccountKind.POOL_AVAILABLE, "", -amount_minor),
        ],
    )


def take(amount_minor: int, currency: str = "CNY") -> None:
    """A refund comes after the money matured."""
    post(
        key=f"taken:{amount_minor}:{timezone.now().timestamp()}",
        kind="share",
        currency=currency,
        moves=[
            Move(AccountKind.POOL_AVAILABLE, "", amount_minor),
            Move(AccountKind.REVENUE, "chapter:1", -amount_minor),
        ],
    )


def work(**fields) -> object:
    with transaction.atomic():  # its points are those of its shares at the commit
        return ContributionFactory(accepted=True, table=table(), **fields)


def may() -> Period:
    start_on, end_on = MONTH
    return periods.open_period(start_on=start_on, end_on=end_on, by=None)


def published(days: int = 0) -> Period:
    """May with a draft that everybody may read, and whose time for objections has passed."""
    by = UserFactory()
    period = periods.freeze(period=may(), by=by)
    return periods.publish(period=period, by=by, days=days)
