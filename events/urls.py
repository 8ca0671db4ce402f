from django.urls import URLPattern, URLResolver, include, path

from events.views import agenda, calendars, manage as organize, public as views, schedules

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
manage: list[URLPattern | URLResolver] = [
    path("manage/", organize.desk, name="desk"),
    path("manage/chapters/<slug:slug>/events/new/", organize.event_create, name="event-create"),
    path("manage/chapters/<slug:slug>/venues/<int:pk>/", organize.venue_edit, name="venue-edit"),
    path("markdown/", organize.markdown_preview, name="markdown-preview"),
    path("events/<slug:slug>/edit/", organize.event_edit, name="event-edit"),
    path("events/<slug:slug>/edit/import/", schedules.schedule_import, name="schedule-import"),
    path("events/<slug:slug>/publish/", organize.event_publish, name="event-publish"),
    path("events/<slug:slug>/log/", organize.event_log, name="event-log"),
]

# An event's agenda, piece by piece
agendas: list[URLPattern] = [
    path("", agenda.agenda_edit, name="agenda-edit"),
    path("talks/new/", agenda.talk_create, name="talk-create"),
    path("talks/<slug:public_id>/", agenda.talk_edit, name="talk-edit"),
    path("talks/<slug:public_id>/delete/", agenda.talk_delete, name="talk-delete"),
    path("rooms/new/", agenda.room_create, name="room-create"),
    path("rooms/<int:pk>/", agenda.room_edit, name="room-edit"),
    path("rooms/<int:pk>/delete/", agenda.room_delete, name="room-delete"),
    path("speakers/", agenda.speaker_list, name="speaker-list"),
    path("speakers/new/", agenda.speaker_create, name="speaker-create"),
    path("speakers/<int:pk>/", agenda.speaker_edit, name="speaker-edit"),
    path("speakers/<int:pk>/delete/", agenda.speaker_delete, name="speaker-delete"),
]
manage.append(path("events/<slug:slug>/edit/agenda/", include(agendas)))

# An organizer's own words (events/new/) before any slug
urlpatterns = [*feeds, *manage, *public]
