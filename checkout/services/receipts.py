"""Receipts: numbered without a gap, written once, put right only by a further one.

Every function locks the Order first, then the counter of its chapter and year: the last lock
of all, held until the commit, so that a number is given out exactly when its receipt is there.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from checkout.errors import NoReceiptYet, ReceiptUnchanged
from checkout.services.locks import lock_order
from community.models import Chapter
from core.money import contained
from orders.models import (
    Order,
    Payment,
    PaymentStatus,
    Receipt,
    ReceiptCounter,
    ReceiptKind,
    Refund,
    RefundStatus,
)

WHOLE = 10_000  # basis points


@transaction.atomic
def issue_receipt(*, order: Order) -> Receipt:
    """The order's receipt, written now if there is none, and the corrections that are missing.

    Repeatable. Raises NoReceiptYet for an order that nothing was paid for.
    """
    order = lock_order(order.pk)
    found = order.receipts.filter(kind=ReceiptKind.RECEIPT).first()
    if found is None:
        payment = order.payments.filter(status=PaymentStatus.SUCCEEDED).first()
        if payment is None:
            raise NoReceiptYet
        snapshot = _whole(order, payment)
        found = _write(order, ReceiptKind.RECEIPT, snapshot)
    correct(order)
    return found


@transaction.atomic
def change_buyer(*, order: Order, company: str, tax_id: str) -> Receipt | None:
    """Keep what the buyer's company wants on the receipt. After one was issued, a correction
    repeats it with the new buyer; the newest one counts. Raises ReceiptUnchanged.
    """
    order = lock_order(order.pk)
    order.company, order.tax_id = company.strip(), tax_id.strip()
    order.save(update_fields=["company", "tax_id"])
    first = order.receipts.filter(kind=ReceiptKind.RECEIPT).first()
    if first is None:
        return None
    latest = order.receipts.filter(refund=None).last() or first
    if latest.snapshot["buyer"] == _buyer(order):
        raise ReceiptUnchanged
    snapshot = {**first.snapshot, "buyer": _buyer(order), "corrects": latest.number}
    return _write(order, ReceiptKind.CORRECTION, snapshot)


def correct(order: Order) -> list[Receipt]:
    """Under the Order's lock: a correction for each returned refund that lacks one, if the order
    has a receipt at all. Money that never paid for anything stands on none."""
    first = order.receipts.filter(kind=ReceiptKind.RECEIPT).first()
    if first is None:
        return []
    returned = Refund.objects.filter(
        payment__order=order,
        payment__status=PaymentStatus.SUCCEEDED,
        status=RefundStatus.SUCCEEDED,
        receipt=None,
    ).exclude(reason="overpaid")
    return [_correction(order, first, refund) for refund in returned.select_related("line")]


def _correction(order: Order, first: Receipt, refund: Refund) -> Receipt:
    """The refund's share of the tax is what the tax of the rest shrinks by, so that nothing is
    lost to rounding however often something goes back."""
    earlier = order.receipts.filter(refund__isnull=False)
    left = first.snapshot["total_minor"] + sum(row.snapshot["total_minor"] for row in earlier)
    latest = order.receipts.filter(refund=None).last() or first
    snapshot = {
        **first.snapshot,
        "buyer": latest.snapshot["buyer"],
        "corrects": latest.number,
        "lines": [_refunded_line(refund)],
        "total_minor": -refund.amount_minor,
        "paid_on": "",
    }
    if tax := first.snapshot["tax"]:
        now, then = (contained(sum_, tax["bps"]) for sum_ in (left, left - refund.amount_minor))
        snapshot["tax"] = {**tax, "amount_minor": then - now}
    return _write(order, ReceiptKind.CORRECTION, snapshot, refund=refund)


def _write(
    order: Order, kind: ReceiptKind, snapshot: dict[str, Any], refund: Refund | None = None
) -> Receipt:
    now = timezone.now()
    chapter = order.chapter
    local = now.astimezone(ZoneInfo(chapter.time_zone))
    serial = _next(chapter, local.year)
    number = f"{chapter.slug.upper()}-{local.year}-{serial:05d}"
    return Receipt.objects.create(
        chapter=chapter,
        year=local.year,
        serial=serial,
        number=number,
        order=order,
        kind=kind,
        refund=refund,
        issued_at=now,
        snapshot={**snapshot, "issued_on": local.date().isoformat()},
    )


def _next(chapter: Chapter, year: int) -> int:
    counters = ReceiptCounter.objects.select_for_update()
    counter, _new = counters.get_or_create(chapter=chapter, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _whole(order: Order, payment: Payment) -> dict[str, Any]:
    chapter = order.chapter
    zone = ZoneInfo(chapter.time_zone)
    paid_at = payment.succeeded_at or timezone.now()
    return {
        "order": order.reference,
        "paid_on": paid_at.astimezone(zone).date().isoformat(),
        "paid_by": payment.provider,
        "seller": {
            "name": _both(chapter, "name"),
            "seal": chapter.seal_text,
            "legal_name": chapter.legal_name,
            "address": chapter.legal_address,
            "tax_id": chapter.legal_tax_id,
            "email": chapter.contact_email,
        },
        "buyer": _buyer(order),
        "lines": [
            {
                "title": _both(line, "title"),
                "quantity": line.quantity,
                "unit_minor": line.unit_price_minor,
                "total_minor": line.total_minor,
            }
            for line in order.lines.all()
        ],
        "currency": order.currency,
        "total_minor": order.total_minor,
        "tax": _tax(chapter, order.total_minor),
        "corrects": "",
    }


def _tax(chapter: Chapter, total_minor: int) -> dict[str, Any] | None:
    if not chapter.tax_bps:
        return None
    return {
        "name": _both(chapter, "tax_name"),
        "bps": chapter.tax_bps,
        "amount_minor": contained(total_minor, chapter.tax_bps),
    }


def _buyer(order: Order) -> dict[str, str]:
    return {"name": order.name, "company": order.company, "tax_id": order.tax_id}


def _refunded_line(refund: Refund) -> dict[str, Any]:
    title = _both(refund.line, "title") if refund.line else {}
    amount = -refund.amount_minor
    return {"title": title, "quantity": None, "unit_minor": None, "total_minor": amount}


def _both(row: Any, field: str) -> dict[str, str]:
    """A translated field in every language, with fallback to one that is there."""
    texts = {
        language: getattr(row, f"{field}_{language.replace('-', '_')}") or ""
        for language, _name in settings.LANGUAGES
    }
    fallback = next(filter(None, texts.values()), "")
    return {language: text or fallback for language, text in texts.items()}
