"""The pool's part in the sample: rates published long ago, and shares as old as their orders."""

from datetime import datetime, timedelta

from django.db.models import Max, OuterRef, Subquery

from checkout.services import shares
from orders.models import LineShare, Order, SaleKind, ShareRate

# kind, basis points, in force for so many days
RATES = [
    (SaleKind.ONLINE_TALK, 2000, 400),
    (SaleKind.MEETUP, 800, 400),
    (SaleKind.MEETUP, 1000, 200),
    (SaleKind.COURSE, 1500, 400),
]


def publish_rates(now: datetime) -> None:
    """Once: whoever publishes a rate in the demo finds it there next time."""
    if not ShareRate.objects.exists():
        ShareRate.objects.bulk_create(
            ShareRate(kind=kind, bps=bps, from_at=now - timedelta(days=days))
            for kind, bps, days in RATES
        )


def mature_what_is_over(now: datetime) -> None:
    """Date shares with their orders, which were told after the fact, and mature what is due."""
    told = LineShare.objects.maturing()
    paid_at = Order.objects.filter(lines=OuterRef("line")).values("paid_at")[:1]
    told.update(created_at=Subquery(paid_at))
    ends = LineShare.objects.filter(pk=OuterRef("pk"))
    end_at = ends.annotate(end=Max("line__tickets__event__end_at")).values("end")[:1]
    over = told.annotate(end=Subquery(end_at)).filter(end__lt=now - timedelta(days=7))
    for order in Order.objects.filter(pk__in=over.values("line__order")):
        shares.mature(order=order)
