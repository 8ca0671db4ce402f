from django.urls import path

from checkout.views import (
    buy,
    calendars,
    manage as managing,
    mine,
    money,
    operations as operating,
    orders,
    passes,
    receipts,
    refunds,
    returns,
    seats,
    webhook,
)
from checkout.views.shops import COURSE

app_name = "checkout"

# What a buyer does; whoever has an order's link is its buyer
buyer = [
    path("calendar/", calendars.calendar_edit, name="calendar-edit"),
    path("calendar/<str:token>/my.ics", calendars.calendar_feed, name="calendar-feed"),
    path("events/<slug:slug>/checkout/", buy.order_new, name="order-new"),
    path("courses/<slug:slug>/checkout/", seats.seat_order_new, name="seat-order-new"),
    path("orders/<uuid:public_id>/", orders.order_detail, name="order-detail"),
    path("orders/<uuid:public_id>/pay/", orders.order_pay, name="order-pay"),
    path("orders/<uuid:public_id>/cancel/", orders.order_cancel, name="order-cancel"),
    path("orders/<uuid:public_id>/correct/", orders.order_correct, name="order-correct"),
    path("orders/<uuid:public_id>/return/", returns.order_return, name="order-return"),
    path("orders/<uuid:public_id>/receipts/", receipts.order_receipts, name="order-receipts"),
    path("orders/<uuid:public_id>/receipt.pdf", receipts.order_receipt, name="order-receipt"),
    path("orders/<uuid:public_id>/tickets.pdf", orders.order_pdf, name="order-pdf"),
    path("orders/<uuid:public_id>/calendar.ics", orders.order_calendar, name="order-calendar"),
    path("my/tickets/", mine.my_tickets, name="my-tickets"),
    path(
        "my/passes/<str:public_id>/exchange/<str:ticket_id>/",
        passes.pass_exchange,
        name="pass-exchange",
    ),
]

# How an organizer looks after orders
ORDERS = "events/<slug:slug>/orders/"
ORDER = f"{ORDERS}<str:reference>/"
manage = [
    path(ORDERS, managing.order_list, name="order-list"),
    path(ORDER, managing.order_manage, name="order-manage"),
    path(f"{ORDER}mark-paid/", managing.order_mark_paid, name="order-mark-paid"),
    path(f"{ORDER}resend/", managing.order_resend, name="order-resend"),
    path(f"{ORDER}refund/", refunds.order_refund, name="order-refund"),
]

# The same for a course's seats
SEAT_ORDERS = "courses/<slug:slug>/orders/"
SEAT_ORDER = f"{SEAT_ORDERS}<str:reference>/"
SEAT_REFUND = "courses/<slug:slug>/refunds/<uuid:public_id>/"
OF_COURSE = {"kind": COURSE}
manage_seats = [
    path(SEAT_ORDERS, managing.seat_order_list, name="seat-order-list"),
    path(SEAT_ORDER, managing.order_manage, OF_COURSE, name="seat-order-manage"),
    path(
        f"{SEAT_ORDER}mark-paid/", managing.order_mark_paid, OF_COURSE, name="seat-order-mark-paid"
    ),
    path(f"{SEAT_ORDER}resend/", managing.order_resend, OF_COURSE, name="seat-order-resend"),
    path(f"{SEAT_ORDER}refund/", refunds.order_refund, OF_COURSE, name="seat-order-refund"),
    path(f"{SEAT_REFUND}retry/", refunds.refund_retry, OF_COURSE, name="seat-refund-retry"),
    path(
        f"{SEAT_REFUND}returned/", refunds.refund_returned, OF_COURSE, name="seat-refund-returned"
    ),
]

# Where the money is, and how it goes back
EVENT, CHAPTER = "events/<slug:slug>/", "chapters/<slug:slug>/"
REFUND = f"{EVENT}refunds/<uuid:public_id>/"
of_money = [
    path(f"{EVENT}money/", money.event_money, name="event-money"),
    path(f"{EVENT}money.csv", money.event_money_csv, name="event-money-csv"),
    path(f"{CHAPTER}money/", money.chapter_money, name="chapter-money"),
    path(f"{CHAPTER}money.csv", money.chapter_money_csv, name="chapter-money-csv"),
    path(f"{EVENT}refunds/", refunds.event_refunds, name="event-refunds"),
    path(f"{REFUND}retry/", refunds.refund_retry, name="refund-retry"),
    path(f"{REFUND}returned/", refunds.refund_returned, name="refund-returned"),
]

# What an operator of the whole site looks after
OPERATIONS = "operations/"
operations = [
    path(f"{OPERATIONS}inbox/", operating.inbox_list, name="inbox-list"),
    path(f"{OPERATIONS}inbox/<int:pk>/", operating.inbox_detail, name="inbox-detail"),
    path(f"{OPERATIONS}inbox/<int:pk>/again/", operating.inbox_again, name="inbox-again"),
    path(f"{OPERATIONS}reconcile/", operating.reconcile, name="reconcile"),
]

# What the payment service calls
gateway = [path("webhooks/stripe/", webhook.stripe_webhook, name="stripe-webhook")]

urlpatterns = [*buyer, *manage, *manage_seats, *of_money, *operations, *gateway]
