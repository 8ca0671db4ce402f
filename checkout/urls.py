from django.urls import URLPattern

app_name = "checkout"

# How an organizer looks after orders
manage: list[URLPattern] = []

urlpatterns = [*manage]
