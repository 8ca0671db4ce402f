"""Failures on demand: by the header `Sandbox-Fault`, or by rows of the control page.

`500`, `429`, `409`: answered so, nothing is done. `timeout`: nothing is done and the line
is held for some seconds (`timeout=3`), then cut. `drop_after`: the work is done, then the
line is cut. `refund_fails`: the refund is taken, and fails some seconds later.
"""

import json
import socket
import time
from dataclasses import dataclass

from django.db.models import F, QuerySet, Value
from django.http import HttpRequest, HttpResponse

from sandbox.models import Fault, FaultKind

HEADER = "Sandbox-Fault"
SECONDS = 20
ERRORS = {
    FaultKind.SERVER_ERROR: (500, "api_error", "", "An unknown error occurred."),
    FaultKind.RATE_LIMIT: (429, "invalid_request_error", "rate_limit", "Too many requests."),
    FaultKind.CONFLICT: (
        409,
        "idempotency_error",
        "idempotency_key_in_use",
        "There is currently another in-progress request using this Idempotency-Key.",
    ),
}


@dataclass(frozen=True)
class Ordered:
    """A fault that was ordered for the call at hand."""

    kind: FaultKind
    seconds: int = SECONDS


def take_fault(request: HttpRequest) -> Ordered | None:
    """The fault for this call, if one was ordered; each call uses one up."""
    kind, _, seconds = request.headers.get(HEADER, "").partition("=")
    if kind in set(FaultKind.values) - {FaultKind.REFUND_FAILS}:
        return Ordered(FaultKind(kind), int(seconds) if seconds.isdigit() else SECONDS)
    for row in _rows(request.path).exclude(kind=FaultKind.REFUND_FAILS):
        if _use_up(row):
            return Ordered(FaultKind(row.kind), row.seconds)
    return None


def refund_shall_fail() -> bool:
    """Whether the refund at hand was ordered to fail; uses the order up."""
    return any(_use_up(row) for row in Fault.objects.filter(kind=FaultKind.REFUND_FAILS)[:1])


def spoil_before(fault: Ordered, request: HttpRequest) -> HttpResponse | None:
    """The answer of a call that shall not work; None when it shall."""
    if fault.kind == FaultKind.TIMEOUT:
        time.sleep(fault.seconds)
        return cut_line(request)
    if fault.kind not in ERRORS:
        return None
    status, name, code, message = ERRORS[fault.kind]
    error = {"type": name, "message": message} | ({"code": code} if code else {})
    return HttpResponse(
        json.dumps({"error": error}), status=status, content_type="application/json"
    )


def spoil_after(fault: Ordered | None, request: HttpRequest) -> HttpResponse | None:
    if fault and fault.kind == FaultKind.DROP_AFTER:
        return cut_line(request)
    return None


def cut_line(request: HttpRequest) -> HttpResponse:
    """Close the caller's connection without an answer, under gunicorn or Django's own server.

    Another server gives no access to the socket: there the caller sees the 500 returned here.
    """
    environ = getattr(request, "environ", {})
    line = environ.get("gunicorn.socket")
    reader = getattr(getattr(environ.get("wsgi.input"), "_read", None), "__self__", None)
    line = line or getattr(getattr(reader, "raw", None), "_sock", None)
    if isinstance(line, socket.socket):
        line.shutdown(socket.SHUT_RDWR)
    return HttpResponse(status=500, content_type="application/json", content="{}")


def _rows(path: str) -> QuerySet[Fault]:
    """Open orders whose path begins the path of this call."""
    called = "/v1/" + path.partition("/v1/")[2]
    rows = Fault.objects.filter(remaining__gt=0).alias(called=Value(called))
    return rows.filter(called__startswith=F("path"))


def _use_up(row: Fault) -> bool:
    still_open = Fault.objects.filter(pk=row.pk, remaining__gt=0)
    return bool(still_open.update(remaining=F("remaining") - 1))
