from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("community.urls")),
    path("", include("events.urls")),
    path("", include("ticketing.urls")),
    path("", include("checkout.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
if settings.SANDBOX_PAYMENTS:
    urlpatterns.append(path("sandbox/", include("sandbox.urls")))
