"""Every error of the API is `{code, detail, fields}`, and `params` where there is more to know."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError
from core.logs import logger
from ticketing.errors import AlreadyCheckedIn, TicketAmbiguous, TicketRefused
from ticketing.models import Ticket

# What is worth sending again as it is, and after how many seconds
RETRY_AFTER = {"idempotency_at_work": 1, "try_again": 1, "scan_again": 1, "gateway_unavailable": 5}


class InsufficientScope(exceptions.PermissionDenied):
    default_code = "insufficient_scope"
    default_detail = _("This token lacks the scope “%(scope)s”.")

    def __init__(self, scope: str) -> None:
        self.scope = str(scope)
        super().__init__(self.default_detail % {"scope": self.scope})


class InsufficientRole(exceptions.PermissionDenied):
    default_code = "insufficient_role"
    default_detail = _("Only people who run this event may do that.")


class NothingHere(exceptions.NotFound):
    default_detail = _("There is nothing at this address. Addresses end with a slash.")


class IdempotencyKeyMissing(DomainError):
    code = "idempotency_key_missing"
    message = _("Send an Idempotency-Key of 16 to 80 visible characters, such as a UUID.")
    status = 400
    field = "Idempotency-Key"


class IdempotencyMismatch(DomainError):
    code = "idempotency_mismatch"
    message = _("This Idempotency-Key was used for another request. Use a new one.")
    status = 422
    field = "Idempotency-Key"


class IdempotencyAtWork(DomainError):
    code = "idempotency_at_work"
    message = _("A request with this Idempotency-Key is still at work. Ask again in a moment.")


class ScanUndone(DomainError):
    """The nonce of an admission that was taken back since: it must not read as a welcome."""

    code = "scan_undone"
    message = _("This check-in was undone. Scan the ticket anew, with a new nonce.")


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Anything that a view raises. What nobody foresaw is logged without its text, which may
    quote what a person sent."""
    set_rollback()
    if isinstance(error, DomainError):
        return _refused(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _problem(error)
    return _fault(error, context)


def _answer(
    status: int,
    code: str,
    detail: object,
    fields: dict[str, list[str]] | None = None,
    params: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body = {"code": code, "detail": str(detail), "fields": fields or {}}
    if params:
        body["params"] = params
    headers = dict(headers or {})
    if code in RETRY_AFTER:
        headers["Retry-After"] = str(RETRY_AFTER[code])
    return Response(body, status=status, headers=headers)


def _refused(error: DomainError) -> Response:
    fields = {error.field: [str(error)]} if error.field else {}
    params = dict(error.params)
    if isinstance(error, TicketRefused):
        params |= _whom(error)
    return _answer(error.status, error.code, error, fields, params)


def _whom(error: TicketRefused) -> dict[str, Any]:
    """What the helper at the door needs beside the reason."""
    found: dict[str, Any] = {}
    if error.ticket:
        found["ticket"] = _named(error.ticket)
    if isinstance(error, TicketAmbiguous):
        found["tickets"] = [_named(ticket) for ticket in error.tickets]
    if isinstance(error, AlreadyCheckedIn):
        found["at"] = error.at
    return found


def _named(ticket: Ticket) -> dict[str, str]:
    return {
        "label": ticket.label,
        "holder_name": ticket.holder_name,
        "ticket_type": ticket.ticket_type.name,
    }


def _problem(error: exceptions.APIException) -> Response:
    headers, params = {}, {}
    if isinstance(error, InsufficientScope):
        params = {"scope": error.scope}
        headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{error.scope}"'
    elif error.status_code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(int(error.wait) + 1)
    if isinstance(error, exceptions.ValidationError):
        fields = dict(_by_path(error.detail))
        return _answer(400, "invalid", _("Please look at the fields named."), fields)
    return _answer(error.status_code, error.default_code, error.detail, None, params, headers)


def _by_path(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """`{"tickets": [{}, {"holder_name": ["…"]}]}` → `("tickets.1.holder_name", ["…"])`."""
    if isinstance(detail, dict):
        entries = [(str(name), inner) for name, inner in detail.items()]
    elif isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        entries = [(str(number), inner) for number, inner in enumerate(detail)]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        yield path or "non_field_errors", [str(text) for text in texts]
        return
    for name, inner in entries:
        if inner:
            yield from _by_path(inner, f"{path}.{name}" if path else name)


def _fault(error: Exception, context: dict[str, Any]) -> Response:
    request = context["request"]._request
    match = request.resolver_match
    logger.error(
        "unhandled", view=match and match.view_name, error=type(error).__name__, exc_info=False
    )
    got_request_exception.send(sender=type(context["view"]), request=request)
    return _answer(500, "error", _("Something went wrong on our side. Please try again later."))
