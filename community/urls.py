from django.urls import URLPattern

app_name = "community"

# What anybody reads
public: list[URLPattern] = []

# What an owner does
manage: list[URLPattern] = []

urlpatterns = [*public, *manage]
