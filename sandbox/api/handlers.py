"""What each endpoint does: read its parameters, call one service or find rows, show them."""

from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from sandbox.api import faults, shapes
from sandbox.api.lists import expanded, find, paged, render_event
from sandbox.api.params import Params
from sandbox.api.session_params import session_fields
from sandbox.errors import InvalidParameter, StripeError
from sandbox.models import (
    BalanceTransaction,
    Charge,
    ChargeStatus,
    CheckoutSession,
    Dispute,
    Event,
    PaymentIntent,
    Refund,
    SessionStatus,
)
from sandbox.services import refunds, sessions

Shape = dict[str, Any]
REASONS = {"duplicate", "fraudulent", "requested_by_customer"}


def create_session(params: Params) -> Shape:
    expand = params.texts("expand")
    fields = session_fields(params)
    ends = params.integer("expires_at")
    params.finish()
    session = sessions.open_session(fields, expires_at=_end(ends))
    return expanded(shapes.session_shape(session), expand)


def retrieve_session(params: Params, object_id: str) -> Shape:
    sessions.expire_overdue()
    expand = params.texts("expand")
    params.finish()
    return expanded(shapes.session_shape(find(CheckoutSession, object_id, param="session")), expand)


def expire_session(params: Params, object_id: str) -> Shape:
    expand = params.texts("expand")
    params.finish()
    sessions.expire_overdue()
    session = sessions.expire_session(find(CheckoutSession, object_id, param="session"))
    return expanded(shapes.session_shape(session), expand)


def list_sessions(params: Params) -> Shape:
    sessions.expire_overdue()
    rows = CheckoutSession.objects.all()
    if intent := params.text("payment_intent"):
        rows = rows.filter(intent__public_id=intent)
    if status := params.text("status", choices=SessionStatus.values):
        rows = rows.filter(status=status)
    return paged(rows, params, render=shapes.session_shape, url="/v1/checkout/sessions")


def list_line_items(params: Params, object_id: str) -> Shape:
    params.integer("limit", least=1, most=100)
    params.finish()
    return shapes.items_shape(find(CheckoutSession, object_id, param="session"))


def retrieve_intent(params: Params, object_id: str) -> Shape:
    expand = params.texts("expand")
    params.finish()
    return expanded(shapes.intent_shape(find(PaymentIntent, object_id, param="intent")), expand)


def list_intents(params: Params) -> Shape:
    rows = PaymentIntent.objects.all()
    return paged(rows, params, render=shapes.intent_shape, url="/v1/payment_intents")


def retrieve_charge(params: Params, object_id: str) -> Shape:
    expand = params.texts("expand")
    params.finish()
    return expanded(shapes.charge_shape(find(Charge, object_id, param="charge")), expand)


def list_charges(params: Params) -> Shape:
    rows = Charge.objects.all()
    if intent := params.text("payment_intent"):
        rows = rows.filter(intent__public_id=intent)
    return paged(rows, params, render=shapes.charge_shape, url="/v1/charges")


def create_refund(params: Params) -> Shape:
    expand = params.texts("expand")
    charge_id, intent_id = params.text("charge"), params.text("payment_intent")
    amount = params.integer("amount", least=1)
    reason = params.text("reason", choices=REASONS)
    metadata = params.metadata()
    params.finish()
    charge = _refundable(charge_id, intent_id)
    made = refunds.refund(
        charge,
        amount=amount,
        reason=reason,
        metadata=metadata,
        will_fail=faults.refund_shall_fail(),
    )
    return expanded(shapes.refund_shape(made), expand)


def retrieve_refund(params: Params, object_id: str) -> Shape:
    refunds.end_due_refunds()
    expand = params.texts("expand")
    params.finish()
    return expanded(shapes.refund_shape(find(Refund, object_id, param="id")), expand)


def list_refunds(params: Params) -> Shape:
    refunds.end_due_refunds()
    rows = Refund.objects.all()
    if charge := params.text("charge"):
        rows = rows.filter(charge__public_id=charge)
    if intent := params.text("payment_intent"):
        rows = rows.filter(charge__intent__public_id=intent)
    return paged(rows, params, render=shapes.refund_shape, url="/v1/refunds")


def retrieve_dispute(params: Params, object_id: str) -> Shape:
    expand = params.texts("expand")
    params.finish()
    return expanded(shapes.dispute_shape(find(Dispute, object_id, param="dispute")), expand)


def list_disputes(params: Params) -> Shape:
    rows = Dispute.objects.all()
    if charge := params.text("charge"):
        rows = rows.filter(charge__public_id=charge)
    if intent := params.text("payment_intent"):
        rows = rows.filter(charge__intent__public_id=intent)
    return paged(rows, params, render=shapes.dispute_shape, url="/v1/disputes")


def retrieve_balance_transaction(params: Params, object_id: str) -> Shape:
    expand = params.texts("expand")
    params.finish()
    return expanded(shapes.balance_shape(find(BalanceTransaction, object_id)), expand)


def list_balance_transactions(params: Params) -> Shape:
    rows = BalanceTransaction.objects.all()
    for name, column in (("source", "source"), ("type", "kind"), ("currency", "currency")):
        if value := params.text(name):
            rows = rows.filter(**{column: value})
    return paged(rows, params, render=shapes.balance_shape, url="/v1/balance_transactions")


def retrieve_event(params: Params, object_id: str) -> Shape:
    params.finish()
    return render_event(find(Event, object_id))


def list_events(params: Params) -> Shape:
    rows = Event.objects.all()
    kinds = params.texts("types")
    if kind := params.text("type"):
        kinds = [*kinds, kind]
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return paged(rows, params, render=render_event, url="/v1/events")


def unknown(params: Params, path: str = "") -> Shape:
    raise InvalidParameter(f"Unrecognized request URL (/v1/{path}).", status=404)


def _end(second: int | None) -> datetime | None:
    if second is None:
        return None
    now = timezone.now()
    earliest = (now + sessions.SHORTEST_LIFE).timestamp() - 1
    latest = (now + sessions.LONGEST_LIFE).timestamp()
    if not earliest <= second <= latest:
        raise InvalidParameter(
            "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours "
            "from Checkout Session creation.",
            param="expires_at",
        )
    return datetime.fromtimestamp(second, UTC)


def _refundable(charge_id: str, intent_id: str) -> Charge:
    if not charge_id and not intent_id:
        raise InvalidParameter(
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
    if charge_id:
        charge = find(Charge, charge_id, param="charge")
        if intent_id and charge.intent.public_id != intent_id:
            raise InvalidParameter("The charge is not of this payment_intent.", param="charge")
        return charge
    intent = find(PaymentIntent, intent_id, param="payment_intent")
    taken = intent.charges.exclude(status=ChargeStatus.FAILED).first()
    if not taken:
        raise StripeError(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
        )
    return taken
