"""The scanner: a page for paired devices that is whole without a network.

It says nothing of anybody, so everybody may load it; what it shows comes with a device's secret.
"""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from ticketing.queries import shell
from ticketing.views.door import with_camera

WORKER = settings.BASE_DIR / "static/js/scanner/worker.js"
INK_STONE = "#11171a"

asks_again = cache_control(no_cache=True)


@asks_again
@require_GET
def scanner(request: HttpRequest) -> HttpResponse:
    """To the page in the visitor's language; what stands behind # comes along."""
    return HttpResponseRedirect(
        reverse("ticketing:scanner-page", args=[translation.get_language()])
    )


@asks_again
@with_camera
@require_GET
def scanner_page(request: HttpRequest, language: str) -> HttpResponse:
    if language not in shell.LANGUAGES:
        raise Http404
    return HttpResponse(shell.page(language, version=shell.page_version()))


@asks_again
@require_GET
def scanner_worker(request: HttpRequest) -> HttpResponse:
    """Served here and not with the static files, so that its scope holds the page."""
    script = f"self.SHELL = {json.dumps(shell.shell())};\n{WORKER.read_text()}"
    return HttpResponse(script, content_type="text/javascript")


@asks_again
@require_GET
def scanner_manifest(request: HttpRequest, language: str) -> JsonResponse:
    if language not in shell.LANGUAGES:
        raise Http404
    with translation.override(language):
        name = _("Door scanner")
    scope = reverse("ticketing:scanner")
    manifest = {
        "id": scope,
        "start_url": reverse("ticketing:scanner-page", args=[language]),
        "scope": scope,
        "name": f"ChainONE · {name}",
        "short_name": name,
        "lang": language,
        "display": "standalone",
        "background_color": INK_STONE,
        "theme_color": INK_STONE,
        "icons": [_icon(192), _icon(512)],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


def _icon(size: int) -> dict[str, str]:
    src = static(f"img/icon-{size}.png")
    return {"src": src, "sizes": f"{size}x{size}", "type": "image/png"}
