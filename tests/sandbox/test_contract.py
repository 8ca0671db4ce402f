"""Our objects against Stripe's own words: the SDK's types, and (opt-in) its OpenAPI file."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import stripe

from sandbox.api import shapes
from sandbox.api.lists import render_event
from sandbox.errors import StripeError
from sandbox.models import BalanceTransaction, Charge, Dispute, Event, PaymentIntent, Refund
from sandbox.services.disputes import close_dispute, open_dispute
from sandbox.services.refunds import end_refund, refund
from tests.sandbox.conftest import order, press, row

# Stripe leaves these away where they mean nothing; none of them may be null.
SOMETIMES = {
    "account", "amount_details", "authorization_code", "branding_settings", "context",
    "description", "discounts", "excluded_payment_method_types", "failure_balance_transaction",
    "failure_reason", "hooks", "instructions_email", "intended_submission_method", "line_items",
    "name_collection", "network_reason_code", "next_action", "payment_details",
    "payment_method_details", "pending_reason", "presentment_details", "refunds", "return_url",
    "tax_id_collection", "taxes", "transfer",
}  # fmt: skip
SDK_CLASSES = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "balance_transaction": stripe.BalanceTransaction,
    "event": stripe.Event,
    "item": stripe.LineItem,
}


@pytest.fixture
def objects(gateway: stripe.StripeClient) -> list[dict[str, Any]]:
    """One of everything, in every state."""
    sessions = [gateway.v1.checkout.sessions.create(order()) for _ in range(5)]
    for session, outcome, method in zip(
        sessions,
        ["pay", "pay", "decline", "slow", "fail_3ds"],
        ["card", "alipay"] * 3,
        strict=False,
    ):
        press(session.id, outcome, method=method)
    gateway.v1.checkout.sessions.expire(sessions[2].id)
    card, wallet = [row(session).intent.charges.get() for session in sessions[:2]]
    refund(card, amount=100)
    end_refund(refund(card, amount=100), status="failed")
    refund(wallet, amount=100, reason="duplicate")
    close_dispute(open_dispute(card), is_won=True)
    open_dispute(wallet)
    session_shapes = [shapes.session_shape(row(session)) for session in sessions]
    return [
        *session_shapes,
        *shapes.items_shape(row(sessions[0]))["data"],
        *map(shapes.intent_shape, PaymentIntent.objects.all()),
        *map(shapes.charge_shape, Charge.objects.all()),
        *map(shapes.refund_shape, Refund.objects.all()),
        *map(shapes.dispute_shape, Dispute.objects.all()),
        *map(shapes.balance_shape, BalanceTransaction.objects.all()),
        *map(render_event, Event.objects.all()),
    ]


def test_objects_carry_what_the_sdk_reads(objects):
    for shape in objects:
        named = SDK_CLASSES[shape["object"]].__annotations__
        read = {name for name in named if name != "OBJECT_NAME"} - SOMETIMES
        assert read - shape.keys() == set(), shape["object"]


@pytest.mark.stripe_contract
def test_objects_and_errors_are_as_published(objects):
    document = json.loads(Path(os.environ["STRIPE_OPENAPI"]).read_text())
    published = {"components": as_json_schema(document["components"])}
    error = StripeError("No.", code="x", param="y").as_body()
    wrong = []
    for shape in [*objects, error]:
        name = shape.get("object", "error")
        schema = published | {"$ref": f"#/components/schemas/{name}"}
        problems = jsonschema.Draft202012Validator(schema).iter_errors(shape)
        wrong += [f"{name}.{problem.json_path}: {problem.message[:200]}" for problem in problems]
    assert set(wrong) == set()


def as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema lists the type null."""
    if isinstance(node, list):
        return [as_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {name: as_json_schema(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain
