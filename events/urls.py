from django.urls import URLPattern, path

from events.views import calendars, public as views, schedules

app_name = "events"

# What anybody reads
public: list[URLPattern] = [
    path("", views.home, name="home"),
    path("events/", views.event_list, name="event-list"),
    path("events/<slug:slug>/", views.event_detail, name="event-detail"),
    path("events/<slug:slug>/agenda/", views.event_agenda, name="event-agenda"),
    path("events/<slug:slug>/speakers/", views.event_speakers, name="event-speakers"),
    path("events/<slug:slug>/talks/<slug:public_id>/", views.talk_detail, name="talk-detail"),
]

# What a calendar program asks for
feeds = [
    path("events/calendar.ics", calendars.feed, name="feed"),
    path("events/<slug:slug>/calendar.ics", calendars.event_calendar, name="event-calendar"),
]

# What an organizer does
manage: list[URLPattern] = [
    path("events/<slug:slug>/edit/import/", schedules.schedule_import, name="schedule-import"),
]

# An organizer's own words (events/new/) before any slug
urlpatterns = [*feeds, *manage, *public]
