"""The line between the Stripe SDK and the sandbox: its real endpoints, in this thread and in this
database transaction, so that a history can be rolled back as one."""

from typing import Any
from urllib.parse import urlsplit

import stripe
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve


class Line(stripe.HTTPClient):
    """Carries calls without a socket. What the house never does is refused: to wait for the
    network with a transaction open (`depth` are the test's own)."""

    name = "line"

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None, **options: Any
    ) -> tuple[str, int, dict[str, str]]:
        assert len(connection.atomic_blocks) == self.depth, "the network is asked in a transaction"
        answer = call(method, url, post_data or "", headers)
        if "Request-Id" not in answer and answer.content == b"{}":  # sandbox.api.faults.cut_line
            raise stripe.APIConnectionError("The line was cut.", should_retry=True)
        return answer.text, answer.status_code, dict(answer.headers)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0  # the SDK tries again as ever, only without a pause


def call(method: str, url: str, body: str, headers: Any) -> HttpResponse:
    """What the view behind an address answers; no middleware stands before a machine's calls."""
    address = urlsplit(url)
    request = RequestFactory().generic(
        method.upper(),
        f"{address.path}?{address.query}",
        body,
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )
    view, args, kwargs = resolve(address.path)
    return view(request, *args, **kwargs)
