from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.context_processors import THEMES
from core.styleguide import SampleForm, sample_rows


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; the proxy and the orchestrator ask it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of light or dark for a year; anything else means the system's."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    choice = request.POST.get("theme", "")
    if choice in THEMES:
        response.set_cookie(
            "theme", choice, max_age=31_536_000, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in use; for developers and staff only."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    form = SampleForm(request.GET if "email" in request.GET else None)
    return render(request, "core/styleguide.html", {"form": form, **sample_rows()})
