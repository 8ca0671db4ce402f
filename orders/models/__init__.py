from orders.models.inbox import GatewayEvent, InboxStatus
from orders.models.orders import Channel, Order, OrderLine, OrderQuerySet, OrderStatus
from orders.models.payments import (
    Dispute,
    DisputeStatus,
    Payment,
    PaymentQuerySet,
    PaymentStatus,
    Provider,
    Refund,
    RefundReason,
    RefundStatus,
)
from orders.models.receipts import Receipt, ReceiptCounter, ReceiptKind
from orders.models.shares import LineShare, LineTerms, SaleKind, ShareHolder, ShareRate

__all__ = [
    "Channel",
    "Dispute",
    "DisputeStatus",
    "GatewayEvent",
    "InboxStatus",
    "LineShare",
    "LineTerms",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "OrderStatus",
    "Payment",
    "PaymentQuerySet",
    "PaymentStatus",
    "Provider",
    "Receipt",
    "ReceiptCounter",
    "ReceiptKind",
    "Refund",
    "RefundReason",
    "RefundStatus",
    "SaleKind",
    "ShareHolder",
    "ShareRate",
]
