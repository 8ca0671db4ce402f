"""Rows as Stripe shows them: every field that its SDK reads, ids where it shows ids.

Functions of a row; nothing here writes. Source of the fields: github.com/stripe/openapi.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from sandbox.models import (
    SETTLING,
    BalanceTransaction,
    Charge,
    ChargeStatus,
    CheckoutSession,
    Dispute,
    DisputeStatus,
    Event,
    IntentStatus,
    PaymentIntent,
    Refund,
    RefundStatus,
    SessionStatus,
)

API_VERSION = "2026-10-28.endive"
Shape = dict[str, Any]
CARD = {"brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2034, "funding": "credit"}
LAST4 = {ChargeStatus.FAILED: "0002"}


def stamp(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at else None


def empty(names: str) -> Shape:
    """Fields that Stripe shows and this provider never fills."""
    return dict.fromkeys(names.split())


def list_shape(data: list[Shape], *, url: str, has_more: bool = False) -> Shape:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def session_url(session: CheckoutSession) -> str:
    path = reverse("sandbox:session-pay", args=[session.public_id])
    return f"{settings.SITE_URL}{path}"


def session_shape(session: CheckoutSession) -> Shape:
    intent = PaymentIntent.objects.filter(session=session).first()
    is_open = session.status == SessionStatus.OPEN
    payer = session.payer_email or session.customer_email
    return empty(
        "after_expiration allow_promotion_codes allowed_payment_method_types "
        "billing_address_collection client_secret collected_information consent "
        "consent_collection currency_conversion customer customer_account "
        "integration_identifier invoice invoice_creation optional_items origin_context "
        "payment_link payment_method_configuration_details permissions recovered_from "
        "saved_payment_method_options setup_intent shipping_address_collection shipping_cost "
        "submit_type subscription wallet_options"
    ) | {
        "id": session.public_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": session.amount,
        "amount_total": session.amount,
        "automatic_tax": {"enabled": False} | empty("liability provider status"),
        "cancel_url": session.cancel_url or None,
        "client_reference_id": session.client_reference_id or None,
        "created": stamp(session.created_at),
        "currency": session.currency,
        "custom_fields": [],
        "custom_text": empty("after_submit shipping_address submit terms_of_service_acceptance"),
        "customer_creation": "if_required",
        "customer_details": _customer(payer) if payer else None,
        "customer_email": session.customer_email or None,
        "discounts": [],
        "expires_at": stamp(session.expires_at),
        "livemode": False,
        "locale": session.locale or None,
        "managed_payments": {"enabled": False},
        "metadata": session.metadata,
        "mode": "payment",
        "payment_intent": intent.public_id if intent else None,
        "payment_method_collection": "if_required",
        "payment_method_options": session.method_options,
        "payment_method_types": session.methods,
        "payment_status": "paid" if session.is_paid else "unpaid",
        "phone_number_collection": {"enabled": False},
        "redirect_on_completion": "always",
        "shipping_options": [],
        "status": session.status,
        "success_url": session.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": session_url(session) if is_open else None,
    }


def _customer(email: str) -> Shape:
    nothing = empty("address business_name individual_name name phone")
    return nothing | {"email": email, "tax_exempt": "none", "tax_ids": []}


def items_shape(session: CheckoutSession) -> Shape:
    data = [_item_shape(session, item) for item in session.items]
    return list_shape(data, url=f"/v1/checkout/sessions/{session.public_id}/line_items")


def _item_shape(session: CheckoutSession, item: Shape) -> Shape:
    total = item["unit_amount"] * item["quantity"]
    price = empty("custom_unit_amount lookup_key nickname recurring tiers_mode transform_quantity")
    price |= {
        "id": item["price_id"],
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": stamp(session.created_at),
        "currency": session.currency,
        "livemode": False,
        "metadata": {},
        "product": item["product_id"],
        "tax_behavior": "unspecified",
        "type": "one_time",
        "unit_amount": item["unit_amount"],
        "unit_amount_decimal": str(item["unit_amount"]),
    }
    return {
        "id": item["id"],
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": session.currency,
        "description": item["name"],
        "metadata": {},
        "price": price,
        "quantity": item["quantity"],
    }


def intent_shape(intent: PaymentIntent) -> Shape:
    session = intent.session
    charge = intent.charges.order_by("-pk").first()
    is_paid = intent.status == IntentStatus.SUCCEEDED
    was_tried = charge is not None and charge.status != ChargeStatus.FAILED
    return empty(
        "allowed_payment_method_types application application_fee_amount "
        "automatic_payment_methods customer customer_account description "
        "excluded_payment_method_types managed_payments next_action on_behalf_of "
        "payment_method_configuration_details payment_record processing receipt_email review "
        "setup_future_usage shipping source statement_descriptor statement_descriptor_suffix "
        "transfer_data transfer_group"
    ) | {
        "id": intent.public_id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": intent.amount if is_paid else 0,
        "canceled_at": stamp(intent.canceled_at),
        "cancellation_reason": "expired" if intent.canceled_at else None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent.public_id}_{intent.secret}",
        "confirmation_method": "automatic",
        "created": stamp(intent.created_at),
        "currency": intent.currency,
        "last_payment_error": intent.last_error,
        "latest_charge": charge.public_id if charge else None,
        "livemode": False,
        "metadata": intent.metadata,
        "payment_method": charge.payment_method if charge and was_tried else None,
        "payment_method_options": session.method_options,
        "payment_method_types": session.methods,
        "status": intent.status,
        **{name: session.intent_data[name] for name in ("description", "receipt_email")
           if name in session.intent_data},
    }  # fmt: skip


def charge_shape(charge: Charge) -> Shape:
    intent = charge.intent
    failure = charge.failure or {}
    is_paid = charge.status == ChargeStatus.SUCCEEDED
    address = empty("city country line1 line2 postal_code state")
    txn = charge.balance_transaction
    return empty(
        "application application_fee application_fee_amount customer description "
        "failure_balance_transaction level3 on_behalf_of receipt_email receipt_number "
        "receipt_url review shipping source source_transfer statement_descriptor "
        "statement_descriptor_suffix transfer_data transfer_group"
    ) | {
        "id": charge.public_id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount if is_paid else 0,
        "amount_refunded": charge.amount_refunded,
        "balance_transaction": txn.public_id if txn else None,
        "billing_details": empty("name phone tax_id")
        | {"address": address, "email": charge.payer_email or None},
        "calculated_statement_descriptor": "SANDBOX",
        "captured": is_paid,
        "created": stamp(charge.created_at),
        "currency": charge.currency,
        "description": intent.session.intent_data.get("description"),
        "disputed": charge.is_disputed,
        "failure_code": failure.get("code"),
        "failure_message": failure.get("message"),
        "fraud_details": {},
        "livemode": False,
        "metadata": intent.metadata,
        "outcome": _outcome(charge),
        "paid": is_paid,
        "payment_intent": intent.public_id,
        "payment_method": charge.payment_method,
        "payment_method_details": _method_details(charge),
        "radar_options": {},
        "refunded": is_paid and not charge.left,
        "status": charge.status,
    }


def _outcome(charge: Charge) -> Shape:
    is_failed = charge.status == ChargeStatus.FAILED
    return empty("advice_code network_advice_code network_decline_code") | {
        "network_status": "declined_by_network" if is_failed else "approved_by_network",
        "reason": "generic_decline" if is_failed else None,
        "risk_level": "normal",
        "seller_message": "The bank declined it." if is_failed else "Payment complete.",
        "type": "issuer_declined" if is_failed else "authorized",
    }


def _method_details(charge: Charge) -> Shape:
    details: Shape = {
        "alipay": {"fingerprint": None, "transaction_id": charge.public_id},
        "wechat_pay": {"fingerprint": None, "transaction_id": charge.public_id},
        "card": CARD
        | empty("extended_authorization fingerprint installments mandate three_d_secure wallet")
        | {
            "amount_authorized": charge.amount,
            "authorization_code": None,
            "checks": empty("address_line1_check address_postal_code_check")
            | {"cvc_check": "pass"},
            "last4": LAST4.get(ChargeStatus(charge.status), "4242"),
            "network": "visa",
            "network_transaction_id": None,
            "regulated_status": "unregulated",
        },
    }
    del details["card"]["extended_authorization"]
    return {"type": charge.method, charge.method: details[charge.method]}


def refund_shape(refund: Refund) -> Shape:
    txn, back = refund.balance_transaction, refund.failure_balance_transaction
    method = refund.charge.method
    to = {"type": "refund", "reference_status": "pending"} if method == "card" else {}
    shape = empty(
        "customer customer_account receipt_number source_transfer_reversal transfer_reversal"
    ) | {
        "id": refund.public_id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": txn.public_id if txn else None,
        "charge": refund.charge.public_id,
        "created": stamp(refund.created_at),
        "currency": refund.currency,
        "destination_details": {"type": method, method: to},
        "metadata": refund.metadata,
        "payment_intent": refund.charge.intent.public_id,
        "payment_method": refund.charge.payment_method,
        "reason": refund.reason or None,
        "status": refund.status,
    }
    if refund.status == RefundStatus.PENDING:
        shape["pending_reason"] = "processing"
    if back:
        shape["failure_reason"] = refund.failure_reason
        shape["failure_balance_transaction"] = back.public_id
    return shape


def dispute_shape(dispute: Dispute) -> Shape:
    books = BalanceTransaction.objects.filter(source=dispute.public_id).order_by("pk")
    is_open = dispute.status == DisputeStatus.NEEDS_RESPONSE
    evidence = empty(
        "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure "
        "cancellation_rebuttal customer_communication customer_email_address customer_name "
        "customer_purchase_ip customer_signature duplicate_charge_documentation "
        "duplicate_charge_explanation duplicate_charge_id product_description receipt "
        "refund_policy refund_policy_disclosure refund_refusal_explanation service_date "
        "service_documentation shipping_address shipping_carrier shipping_date "
        "shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text"
    )
    return {
        "id": dispute.public_id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": [balance_shape(entry) for entry in books],
        "charge": dispute.charge.public_id,
        "created": stamp(dispute.created_at),
        "currency": dispute.currency,
        "enhanced_eligibility_types": [],
        "evidence": evidence | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": stamp(dispute.due_at) if is_open else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": is_open and dispute.due_at < timezone.now(),
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": dispute.charge.intent.public_id,
        "reason": dispute.reason,
        "status": dispute.status,
    }


def balance_shape(entry: BalanceTransaction) -> Shape:
    is_settled = entry.created_at + SETTLING <= timezone.now()
    fee: Shape = {
        "amount": entry.fee,
        "application": None,
        "currency": entry.currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": entry.public_id,
        "object": "balance_transaction",
        "amount": entry.amount,
        "available_on": stamp(entry.created_at + SETTLING),
        "balance_type": "payments",
        "created": stamp(entry.created_at),
        "currency": entry.currency,
        "description": entry.description or None,
        "exchange_rate": None,
        "fee": entry.fee,
        "fee_details": [fee] if entry.fee else [],
        "net": entry.net,
        "reporting_category": entry.reporting_category,
        "source": entry.source,
        "status": "available" if is_settled else "pending",
        "type": entry.kind,
    }


def event_shape(event: Event, *, subject: Shape, pending: int) -> Shape:
    return {
        "id": event.public_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": stamp(event.created_at),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": pending,
        "request": {"id": None, "idempotency_key": None},
        "type": event.kind,
    }
