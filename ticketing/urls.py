from django.urls import URLPattern, path

from ticketing.views import events

app_name = "ticketing"

# What an organizer does to an event as a whole
whole = [
    path("events/<slug:slug>/duplicate/", events.event_duplicate, name="event-duplicate"),
    path("events/<slug:slug>/unpublish/", events.event_unpublish, name="event-unpublish"),
    path("events/<slug:slug>/cancel/", events.event_cancel, name="event-cancel"),
]

# What an organizer sells and looks after: ticket types, the desk, attendees
manage: list[URLPattern] = []

urlpatterns = [*whole, *manage]
