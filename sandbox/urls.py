from django.urls import path

from sandbox.api import handlers
from sandbox.api.endpoint import endpoint
from sandbox.views import control, mailbox, pay

app_name = "sandbox"

SESSIONS = "stripe/v1/checkout/sessions"

urlpatterns = [
    path("", control.control, name="control"),
    path("trouble/", control.trouble, name="trouble"),
    path("trouble/<int:pk>/remove/", control.fault_remove, name="fault-remove"),
    path("deliver/", control.deliver_now, name="deliver-now"),
    path("show/<str:tab>/", control.control, name="control-tab"),
    path("events/<str:public_id>/redeliver/", control.event_redeliver, name="event-redeliver"),
    path("sessions/<str:public_id>/expire/", control.session_expire, name="session-expire"),
    path("charges/<str:public_id>/refund/", control.charge_refund, name="charge-refund"),
    path("charges/<str:public_id>/dispute/", control.charge_dispute, name="charge-dispute"),
    path("charges/<str:public_id>/settle/", control.charge_settle, name="charge-settle"),
    path("refunds/<str:public_id>/end/", control.refund_end, name="refund-end"),
    path("disputes/<str:public_id>/close/", control.dispute_close, name="dispute-close"),
    path("mailbox/", mailbox.mail_list, name="mail-list"),
    path("mailbox/<str:mail_id>/", mailbox.mail_detail, name="mail-detail"),
    path("mailbox/<str:mail_id>/html/", mailbox.mail_html, name="mail-html"),
    path("mailbox/<str:mail_id>/parts/<int:number>/", mailbox.mail_part, name="mail-part"),
    path("pay/<str:public_id>/", pay.session_pay, name="session-pay"),
    path(SESSIONS, endpoint(GET=handlers.list_sessions, POST=handlers.create_session)),
    path(f"{SESSIONS}/<str:object_id>", endpoint(GET=handlers.retrieve_session)),
    path(f"{SESSIONS}/<str:object_id>/expire", endpoint(POST=handlers.expire_session)),
    path(f"{SESSIONS}/<str:object_id>/line_items", endpoint(GET=handlers.list_line_items)),
    path("stripe/v1/payment_intents", endpoint(GET=handlers.list_intents)),
    path("stripe/v1/payment_intents/<str:object_id>", endpoint(GET=handlers.retrieve_intent)),
    path("stripe/v1/charges", endpoint(GET=handlers.list_charges)),
    path("stripe/v1/charges/<str:object_id>", endpoint(GET=handlers.retrieve_charge)),
    path("stripe/v1/refunds", endpoint(GET=handlers.list_refunds, POST=handlers.create_refund)),
    path("stripe/v1/refunds/<str:object_id>", endpoint(GET=handlers.retrieve_refund)),
    path("stripe/v1/disputes", endpoint(GET=handlers.list_disputes)),
    path("stripe/v1/disputes/<str:object_id>", endpoint(GET=handlers.retrieve_dispute)),
    path("stripe/v1/balance_transactions", endpoint(GET=handlers.list_balance_transactions)),
    path(
        "stripe/v1/balance_transactions/<str:object_id>",
        endpoint(GET=handlers.retrieve_balance_transaction),
    ),
    path("stripe/v1/events", endpoint(GET=handlers.list_events)),
    path("stripe/v1/events/<str:object_id>", endpoint(GET=handlers.retrieve_event)),
    path("stripe/<path:path>", endpoint(GET=handlers.unknown, POST=handlers.unknown)),
]
