"""What all pages of the sandbox share: headers of their own, whatever the shop's are."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.cache import never_cache

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
TABS = {
    "sessions": _("Checkouts"),
    "payments": _("Payments"),
    "refunds": _("Refunds"),
    "disputes": _("Disputes"),
    "events": pgettext_lazy("what a gateway tells", "Events"),
}
View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Neither stored nor framed, and without script. Leaves `form-action` open: a payment
    ends with a redirect to wherever the shop is."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response

    return never_cache(answer)
