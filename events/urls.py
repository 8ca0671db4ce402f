from django.urls import URLPattern, path

from events.views import calendars

app_name = "events"

# What anybody reads
public: list[URLPattern] = []

# What a calendar program asks for
feeds = [
    path("events/calendar.ics", calendars.feed, name="feed"),
    path("events/<slug:slug>/calendar.ics", calendars.event_calendar, name="event-calendar"),
]

# What an organizer does
manage: list[URLPattern] = []

urlpatterns = [*feeds, *public, *manage]
