from django.urls import URLPattern

app_name = "ticketing"

# What an organizer sells and looks after: ticket types, the desk, attendees
manage: list[URLPattern] = []

urlpatterns = [*manage]
