from django.urls import path

from sandbox.api import handlers
from sandbox.api.endpoint import endpoint
from sandbox.views import pay

app_name = "sandbox"

SESSIONS = "stripe/v1/checkout/sessions"

urlpatterns = [
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
