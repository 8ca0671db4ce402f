from django.urls import URLPattern

app_name = "courses"

# Finding a course
catalog: list[URLPattern] = []

# Reading one
lessons: list[URLPattern] = []

# Writing one
desk: list[URLPattern] = []

# Bringing one in, and taking it elsewhere
imports: list[URLPattern] = []

urlpatterns = [*imports, *desk, *catalog, *lessons]
