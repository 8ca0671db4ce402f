from django.urls import URLPattern, path

from community.views import public as views

app_name = "community"

# What anybody reads
public: list[URLPattern] = [
    path("chapters/", views.chapter_list, name="chapter-list"),
    path("chapters/<slug:slug>/", views.chapter_detail, name="chapter-detail"),
]

# What an owner does
manage: list[URLPattern] = []

urlpatterns = [*public, *manage]
