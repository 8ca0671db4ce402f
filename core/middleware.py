import time
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from core.logs import logger


class RequestLogMiddleware:
    """One line a request: which view, what answer, how long. Never the path: it may be a secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.view_name != "core:healthz":
            logger.info(
                "request",
                method=request.method,
                view=match.view_name or "unnamed",
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000),
            )
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if isinstance(error, Http404 | PermissionDenied):
            return  # an answer, no fault
        match = request.resolver_match
        # the class and the place, not the text: a message may quote what a person typed
        logger.error(
            "unhandled", view=match and match.view_name, error=type(error).__name__, exc_info=False
        )
