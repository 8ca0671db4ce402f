from django.urls import URLPattern, path

from ticketing.views import door, events

app_name = "ticketing"

# What an organizer does to an event as a whole
whole = [
    path("events/<slug:slug>/duplicate/", events.event_duplicate, name="event-duplicate"),
    path("events/<slug:slug>/unpublish/", events.event_unpublish, name="event-unpublish"),
    path("events/<slug:slug>/cancel/", events.event_cancel, name="event-cancel"),
]

# What an organizer sells and looks after: ticket types, the desk, attendees
manage: list[URLPattern] = []

# What a door helper's page asks for
AT_DOOR = "events/<slug:slug>/check-in/"
at_door = [
    path(AT_DOOR, door.check_in, name="check-in"),
    path(f"{AT_DOOR}search/", door.door_search, name="door-search"),
    path(f"{AT_DOOR}counts/", door.door_counts, name="door-counts"),
    path(f"{AT_DOOR}<path:nonce>/undo/", door.check_in_undo, name="check-in-undo"),
]

urlpatterns = [*whole, *manage, *at_door]
