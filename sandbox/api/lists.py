"""Find objects, page through them, and put whole objects where ids stand (`expand[]`)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from sandbox.api import shapes
from sandbox.api.params import Params
from sandbox.errors import InvalidParameter, NoSuchObject
from sandbox.models import (
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Dispute,
    Event,
    PaymentIntent,
    Refund,
    StripeObject,
)

DEEPEST = 4
Row = TypeVar("Row", bound=StripeObject)
Render = Callable[[Any], dict[str, Any]]
RENDERERS: dict[type[StripeObject], Render] = {
    CheckoutSession: shapes.session_shape,
    PaymentIntent: shapes.intent_shape,
    Charge: shapes.charge_shape,
    Refund: shapes.refund_shape,
    Dispute: shapes.dispute_shape,
    BalanceTransaction: shapes.balance_shape,
}
EXPANDABLE: dict[tuple[str, str], type[StripeObject]] = {
    ("checkout.session", "payment_intent"): PaymentIntent,
    ("payment_intent", "latest_charge"): Charge,
    ("charge", "balance_transaction"): BalanceTransaction,
    ("charge", "payment_intent"): PaymentIntent,
    ("refund", "balance_transaction"): BalanceTransaction,
    ("refund", "failure_balance_transaction"): BalanceTransaction,
    ("refund", "charge"): Charge,
    ("refund", "payment_intent"): PaymentIntent,
    ("dispute", "charge"): Charge,
    ("dispute", "payment_intent"): PaymentIntent,
}
SOURCES: dict[str, type[StripeObject]] = {"ch": Charge, "re": Refund, "du": Dispute}


def find(model: type[Row], public_id: str, *, param: str = "id") -> Row:
    """The object with this id; raises NoSuchObject."""
    row = model._default_manager.filter(public_id=public_id).first()
    if row is None:
        name = model.stripe_name
        raise NoSuchObject(f"No such {name}: '{public_id}'", code="resource_missing", param=param)
    return row


def expanded(shape: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    for path in paths:
        _expand(shape, path, depth=1)
    return shape


def paged(rows: QuerySet[Any], params: Params, *, render: Render, url: str) -> dict[str, Any]:
    """One page, newest first, of what `created` and the cursors leave of `rows`."""
    expand = params.texts("expand")
    limit = params.integer("limit", least=1, most=100) or 10
    after, before = params.text("starting_after"), params.text("ending_before")
    rows = _created(rows, params)
    params.finish()
    if after and before:
        raise InvalidParameter("Give starting_after or ending_before, not both.")
    if before:
        newer = rows.filter(pk__gt=find(rows.model, before, param="ending_before").pk)
        found = list(newer.order_by("pk")[: limit + 1])
    else:
        if after:
            rows = rows.filter(pk__lt=find(rows.model, after, param="starting_after").pk)
        found = list(rows.order_by("-pk")[: limit + 1])
    page = found[:limit][::-1] if before else found[:limit]
    shape = shapes.list_shape([render(row) for row in page], url=url, has_more=len(found) > limit)
    return expanded(shape, expand)


def _created(rows: QuerySet[Any], params: Params) -> QuerySet[Any]:
    if params.holds_text("created"):
        at = _instant(params.integer("created") or 0)
        return rows.filter(created_at__gte=at, created_at__lt=_instant(int(at.timestamp()) + 1))
    limits = params.group("created")
    for name in ("gt", "gte", "lt", "lte"):
        second = limits.integer(name)
        if second is not None:
            # a second ends where the next begins: `gt` and `lte` count from there
            start = second + 1 if name in {"gt", "lte"} else second
            lookup = "gte" if name in {"gt", "gte"} else "lt"
            rows = rows.filter(**{f"created_at__{lookup}": _instant(start)})
    return rows


def _instant(second: int) -> datetime:
    try:
        return datetime.fromtimestamp(second, UTC)
    except (OverflowError, ValueError):
        raise InvalidParameter(f"Invalid timestamp: {second}", param="created") from None


def _expand(shape: dict[str, Any], path: str, *, depth: int) -> None:
    field, _, rest = path.partition(".")
    if depth > DEEPEST:
        raise InvalidParameter(f"You cannot expand more than {DEEPEST} levels.", param="expand")
    if shape.get("object") == "list" and field == "data":
        for row in shape["data"]:
            _expand(row, rest, depth=depth + 1)
        return
    shape[field] = _whole(shape, field)
    if rest and isinstance(shape[field], dict):
        _expand(shape[field], rest, depth=depth + 1)


def _whole(shape: dict[str, Any], field: str) -> Any:
    """The object that `field` names; what is whole or missing stays as it is."""
    kind, value = shape.get("object"), shape.get(field)
    if (kind, field) == ("checkout.session", "line_items"):
        return shapes.items_shape(find(CheckoutSession, shape["id"]))
    if (kind, field) == ("charge", "refunds"):
        refunds = Refund.objects.filter(charge__public_id=shape["id"])
        data = [shapes.refund_shape(row) for row in refunds]
        return shapes.list_shape(data, url=f"/v1/charges/{shape['id']}/refunds")
    if (kind, field) == ("balance_transaction", "source"):
        return _source(value) if isinstance(value, str) else value
    model = EXPANDABLE.get((str(kind), field))
    if model is None:
        raise InvalidParameter(f"This property cannot be expanded ({field}).", param="expand")
    return RENDERERS[model](find(model, value)) if isinstance(value, str) else value


def _source(public_id: str) -> dict[str, Any]:
    model = SOURCES[public_id.partition("_")[0]]
    return RENDERERS[model](find(model, public_id))


def render_event(event: Event) -> dict[str, Any]:
    pending = event.deliveries.filter(due_at__isnull=False).count()
    return shapes.event_shape(event, subject=event.subject_shape, pending=pending)
