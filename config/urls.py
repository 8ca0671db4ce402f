from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.sitemaps import GenericSitemap
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from community.models import Chapter
from courses.models import Course
from events.models import Event

SITEMAPS = {
    "events": GenericSitemap({"queryset": Event.objects.listed().order_by("pk")}),
    "courses": GenericSitemap({"queryset": Course.objects.published().order_by("pk")}),
    "chapters": GenericSitemap({"queryset": Chapter.objects.order_by("pk")}),
}

urlpatterns = [
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("", include("community.urls")),
    path("", include("events.urls")),
    path("", include("ticketing.urls")),
    path("", include("courses.urls")),
    path("", include("checkout.urls")),
    path("", include("incentives.urls")),
    path("api/v1/", include("api.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    # a proxy's work in production; this adds nothing there
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
if settings.SANDBOX_PAYMENTS:
    urlpatterns.append(path("sandbox/", include("sandbox.urls")))
