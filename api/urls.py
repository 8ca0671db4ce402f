from django.urls import path, re_path

from api.views import base, checkout, docs, events, ticketing

app_name = "api"
urlpatterns = [
    path("", docs.docs, name="docs"),
    path("schema/", docs.SchemaDetail.as_view(), name="schema"),
    path("events/", events.EventList.as_view(), name="event-list"),
    path("events/<slug:slug>/", events.EventDetail.as_view(), name="event-detail"),
    path("events/<slug:slug>/talks/", events.TalkList.as_view(), name="talk-list"),
    path(
        "events/<slug:slug>/ticket-types/",
        ticketing.TicketTypeList.as_view(),
        name="ticket-type-list",
    ),
    path("events/<slug:slug>/orders/", checkout.OrderCreate.as_view(), name="order-create"),
    path("orders/<uuid:order_id>/", checkout.OrderDetail.as_view(), name="order-detail"),
    path("events/<slug:slug>/check-ins/", ticketing.CheckInCreate.as_view(), name="check-in"),
    path(
        "events/<slug:slug>/check-ins/<uuid:nonce>/",
        ticketing.CheckInUndo.as_view(),
        name="check-in-undo",
    ),
    path("events/<slug:slug>/attendees/", ticketing.AttendeeList.as_view(), name="attendee-list"),
    re_path("", base.Nowhere.as_view(), name="nowhere"),
]
