from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """What a view gets behind HtmxMiddleware. For annotations: no instance is ever made."""

    htmx: HtmxDetails
