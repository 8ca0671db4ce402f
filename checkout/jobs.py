"""Started by the clock or by the inbox. Each looks at state and does what is still owed, so it
may run at any time, twice, or after a day of standstill."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from checkout import tasks
from checkout.services import class_doors, event_refunds, inbox, payments, shares
from core.errors import DomainError
from core.logs import logger
from orders.models import (
    Dispute,
    GatewayEvent,
    InboxStatus,
    LineShare,
    Order,
    OrderStatus,
    PaymentStatus,
    Provider,
    Refund,
    RefundStatus,
)
from ticketing.models import RefundRun

GRACE = timedelta(minutes=2)  # what a task in flight is given before the clock steps in
BATCH = 200
STILL_NEWS = timedelta(days=1)  # who hears so late that a hold ran out does not care any more


@shared_task
def apply_gateway_event(inbox_id: int) -> None:
    """One event, right after it came. What fails here is tried again by `apply_gateway_events`."""
    try:
        inbox.apply_event(inbox_id=inbox_id)
    except DomainError as error:
        logger.warning("gateway_event_failed", inbox=inbox_id, error=error.code)


@shared_task
def apply_gateway_events() -> None:
    """Whatever lies in the inbox unapplied, oldest first; younger failures before old ones.

    A row that breaks the program is kept and counted like one that a rule refused: those behind
    it must not wait for the mending.
    """
    due = GatewayEvent.objects.filter(
        status__in=[InboxStatus.WAITING, InboxStatus.FAILED],
        received_at__lt=timezone.now() - GRACE,
    )
    for pk in due.order_by("attempts", "received_at").values_list("pk", flat=True)[:BATCH]:
        try:
            apply_gateway_event(pk)
        except Exception as error:
            logger.error("gateway_event_broke", inbox=pk, error=type(error).__name__)
            inbox.keep_failed(inbox_id=pk, error=type(error).__name__)


@shared_task
def expire_orders() -> None:
    """Let go what is held too long, and end payment pages of orders that need none any more."""
    payments.expire_overdue(at=timezone.now(), limit=BATCH)
    leftover = Order.objects.exclude(status=OrderStatus.OPEN).filter(
        payments__status=PaymentStatus.STARTED
    )
    for order in leftover.distinct()[:BATCH]:
        try:
            payments.close_leftover_payments(order=order)
        except DomainError as error:
            logger.warning("leftover_payment", order=order.pk, error=error.code)


@shared_task
def send_owed() -> None:
    """Mails that are due and that no task has sent: tickets and the end of their hold to buyers,
    trouble to organizers."""
    owed = Order.objects.filter(
        status=OrderStatus.PAID, confirmation_sent_at=None, paid_at__lt=timezone.now() - GRACE
    )
    for pk in owed.values_list("pk", flat=True)[:BATCH]:
        tasks.send_confirmation.delay(pk)
    now = timezone.now()
    expired = Order.objects.filter(
        status=OrderStatus.EXPIRED, expiry_told_at=None, closed_at__lt=now - GRACE
    )
    for pk in expired.filter(closed_at__gte=now - STILL_NEWS).values_list("pk", flat=True)[:BATCH]:
        tasks.tell_expired.delay(pk)
    failed = Refund.objects.filter(status=RefundStatus.FAILED, failure_told_at=None)
    for pk in failed.values_list("pk", flat=True)[:BATCH]:
        tasks.tell_refund_failed.delay(pk)
    disputes = Dispute.objects.filter(organizers_told_at=None, opened_at__lt=timezone.now() - GRACE)
    for pk in disputes.values_list("pk", flat=True)[:BATCH]:
        tasks.tell_dispute.delay(pk)


@shared_task
def send_owed_refunds() -> None:
    """Refunds that are due or under way at the gateway, and buyers not yet told of theirs."""
    before = timezone.now() - GRACE
    by_gateway = Q(payment__provider=Provider.STRIPE)
    unfinished = by_gateway & Q(status__in=[RefundStatus.DUE, RefundStatus.SENT])
    untold = Q(status=RefundStatus.SUCCEEDED, buyer_told_at=None)
    owed = Refund.objects.filter(unfinished | untold, created_at__lt=before)
    # what was never sent before what a slow bank still works on
    for pk in owed.order_by("status", "created_at").values_list("pk", flat=True)[:BATCH]:
        tasks.send_refund.delay(pk)


@shared_task
def refund_events() -> None:
    """Go on refunding canceled events for which that was asked, a batch of orders a time."""
    for run in RefundRun.objects.select_related("event").order_by("requested_at"):
        if event_refunds.refund_some(event=run.event, limit=BATCH):
            return


@shared_task
def mature_shares() -> None:
    """What the pool and lecturers hold becomes theirs once the money can no longer be asked back."""
    due = LineShare.objects.maturing().filter(matures_at__lte=timezone.now())
    orders = Order.objects.filter(pk__in=due.order_by("matures_at").values("line__order")[:BATCH])
    for order in orders:
        try:
            shares.mature(order=order)
        except DomainError as error:
            logger.warning("share_not_matured", order=order.pk, error=error.code)


@shared_task
def seat_classes() -> None:
    """Tickets of classes at a venue, for who has a seat of the course and no other."""
    class_doors.seat_classes(timezone.now())


@shared_task
def note_door_attendance() -> None:
    """What the doors of classes say of who was there."""
    class_doors.note_door_attendance(timezone.now())
