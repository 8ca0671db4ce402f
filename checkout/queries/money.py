"""What came in, what went, what is owed: of one event or of a whole chapter, row by row.

Each figure is the sum of the rows that its link opens; both are read through `rows`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, F, Q, QuerySet, Sum, TextChoices, When
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from checkout.queries.manage import orders_of
from community.models import Chapter
from events.models import Event
from orders.models import (
    Dispute,
    DisputeStatus,
    Order,
    Payment,
    PaymentStatus,
    Provider,
    Refund,
    RefundReason,
    RefundStatus,
)
from ticketing.models import Ticket

NEVER_EARNED = (
    RefundReason.NO_PLACES,
    RefundReason.PAID_TWICE,
    RefundReason.OVERPAID,
    RefundReason.WRONG_AMOUNT,
)
BY_HAND = (Provider.BANK, Provider.CASH)


class Figure(TextChoices):
    TAKEN = "taken", _("Taken")
    OVERPAID = "overpaid", _("Paid for nothing")
    FEES = "fees", _("Fees of the payment service")
    REFUNDED = "refunded", _("Refunded")
    DISPUTED = "disputed", _("Held back by banks")
    OWED = "owed", _("Still to be returned")


class How(TextChoices):
    ONLINE = "online", _("Online")
    HAND = "hand", pgettext_lazy("money that came", "By hand")


class Row(NamedTuple):
    """One movement, as a list or a file shows it. `kind` is its sign (components/status.html)."""

    at: datetime
    order: Order
    provider: str
    what: str
    state: str
    kind: str
    amount_minor: int
    currency: str
    reference: str
    event_slug: str = ""


@dataclass(frozen=True)
class Sheet:
    """All figures in one currency."""

    currency: str
    sums: dict[Figure, int]
    by_hand: int

    @property
    def left_minor(self) -> int:
        """What is there after everything that went."""
        gone = (Figure.FEES, Figure.REFUNDED, Figure.DISPUTED)
        return self.sums[Figure.TAKEN] - sum(self.sums[figure] for figure in gone)

    @property
    def yours_minor(self) -> int:
        return self.left_minor - self.sums[Figure.OWED]

    @property
    def online(self) -> int:
        return self.sums[Figure.TAKEN] - self.by_hand


Scope = Event | Chapter


def _orders(scope: Scope) -> QuerySet[Order]:
    return orders_of(scope) if isinstance(scope, Event) else Order.objects.filter(chapter=scope)


def payments(scope: Scope) -> QuerySet[Payment]:
    """Whatever came in, also what bought nothing."""
    found = Payment.objects.filter(order__in=_orders(scope), received_minor__gt=0)
    return found.select_related("order").order_by("-succeeded_at", "-pk")


def refunds(scope: Scope) -> QuerySet[Refund]:
    found = Refund.objects.filter(payment__order__in=_orders(scope))
    return found.select_related("payment__order", "line").order_by("-created_at", "-pk")


def disputes(scope: Scope) -> QuerySet[Dispute]:
    found = Dispute.objects.filter(payment__order__in=_orders(scope))
    return found.select_related("payment__order").order_by("-opened_at", "-pk")


def _rows_of(scope: Scope) -> dict[Figure, tuple[QuerySet[Any], str, str, Any]]:
    """Figure → its rows, the field of their currency, that of their provider, and the sum."""
    sent = (RefundStatus.SENT, RefundStatus.SUCCEEDED)
    came, back = payments(scope), refunds(scope)
    payment, refund = ("received_currency", "provider"), ("currency", "payment__provider")
    amount = F("amount_minor")
    return {
        Figure.TAKEN: (came, *payment, F("received_minor")),
        Figure.FEES: (
            came.filter(~Q(fee_minor=0), fee_minor__isnull=False),
            *payment,
            F("fee_minor"),
        ),
        Figure.REFUNDED: (back.filter(status__in=sent), *refund, amount),
        Figure.DISPUTED: (
            disputes(scope).exclude(withdrawn_minor=0, fee_minor=0),
            *refund,
            F("withdrawn_minor") + F("fee_minor"),
        ),
        Figure.OVERPAID: (back.filter(reason__in=NEVER_EARNED), *refund, amount),
        Figure.OWED: (back.exclude(status__in=sent), *refund, amount),
    }


def sheets(scope: Scope) -> list[Sheet]:
    """A sheet for each currency that any money came in. Seven queries, however many rows."""
    sums: dict[tuple[str, Figure], int] = {}
    for figure, (rows, currency, _provider, amount) in _rows_of(scope).items():
        for name, total in rows.order_by().values_list(currency).annotate(sum=Sum(amount)):
            sums[name, figure] = total
    by_hand = payments(scope).filter(provider__in=BY_HAND).order_by()
    hands = dict(by_hand.values_list("received_currency").annotate(sum=Sum("received_minor")))
    return [
        Sheet(name, {figure: sums.get((name, figure), 0) for figure in Figure}, hands.get(name, 0))
        for name in sorted({name for name, _figure in sums})
    ]


def rows(scope: Scope, *, figure: Figure, currency: str = "", how: str = "") -> QuerySet[Any]:
    """What stands behind a figure, newest first; words for it gives `worded`."""
    found, currency_field, provider, _amount = _rows_of(scope)[figure]
    if currency:
        found = found.filter(**{currency_field: currency})
    if how:
        by_hand = Q(**{f"{provider}__in": BY_HAND})
        found = found.filter(by_hand if how == How.HAND else ~by_hand)
    return found


def worded(found: Iterable[Any], figure: Figure) -> list[Row]:
    """In words, each with the event that its order is for: one query."""
    said = [_WORDS[type(row)](row, figure) for row in found]
    slugs = _event_slugs(row.order for row in said)
    return [row._replace(event_slug=slugs.get(row.order.pk, "")) for row in said]


def _event_slugs(orders: Iterable[Order]) -> dict[int, str]:
    tickets = Ticket.objects.filter(order_line__order__in={order.pk for order in orders})
    return dict(tickets.values_list("order_line__order", "event__slug").distinct())


def latest_disputes(scope: Scope, *, limit: int) -> list[tuple[Dispute, str]]:
    """Each with the slug of its event; the open ones first, by deadline."""
    ordered = disputes(scope).order_by(
        Case(When(status=DisputeStatus.OPEN, then=0), default=1), "evidence_due_at", "-pk"
    )
    found = list(ordered[:limit])
    slugs = _event_slugs(dispute.payment.order for dispute in found)
    return [(dispute, slugs.get(dispute.payment.order_id, "")) for dispute in found]


def _payment(payment: Payment, figure: Figure) -> Row:
    is_fee = figure == Figure.FEES
    earned = payment.status == PaymentStatus.SUCCEEDED
    return Row(
        at=payment.succeeded_at or payment.started_at,
        order=payment.order,
        provider=payment.get_provider_display(),
        what=str(Figure.FEES.label if is_fee else _("Payment")),
        state=payment.get_status_display(),
        kind="bad" if payment.disputed else "good" if earned else "wait",
        amount_minor=(payment.fee_minor if is_fee else payment.received_minor) or 0,
        currency=payment.received_currency,
        reference=payment.reference,
    )


REFUND_SIGNS = {
    RefundStatus.DUE: "wait",
    RefundStatus.SENT: "wait",
    RefundStatus.SUCCEEDED: "good",
    RefundStatus.FAILED: "bad",
}


def _refund(refund: Refund, _figure: Figure) -> Row:
    return Row(
        at=refund.created_at,
        order=refund.payment.order,
        provider=refund.payment.get_provider_display(),
        what=refund.get_reason_display(),
        state=refund.get_status_display(),
        kind=REFUND_SIGNS[RefundStatus(refund.status)],
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        reference=refund.gateway_id,
    )


DISPUTE_SIGNS = {
    DisputeStatus.OPEN: "wait",
    DisputeStatus.WON: "good",
    DisputeStatus.LOST: "bad",
}


def _dispute(dispute: Dispute, _figure: Figure) -> Row:
    return Row(
        at=dispute.opened_at,
        order=dispute.payment.order,
        provider=dispute.payment.get_provider_display(),
        what=str(_("Dispute")),
        state=dispute.get_status_display(),
        kind=DISPUTE_SIGNS[DisputeStatus(dispute.status)],
        amount_minor=dispute.withdrawn_minor + dispute.fee_minor,
        currency=dispute.currency,
        reference=dispute.gateway_id,
    )


_WORDS: dict[type, Any] = {Payment: _payment, Refund: _refund, Dispute: _dispute}
