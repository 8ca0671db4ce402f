from django.urls import URLPattern

app_name = "events"

# What anybody reads
public: list[URLPattern] = []

# What an organizer does
manage: list[URLPattern] = []

urlpatterns = [*public, *manage]
