"""The way of a call: key, fault, idempotency, handler, answer."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from sandbox.api import faults
from sandbox.api.params import Params, nest
from sandbox.errors import IdempotencyMismatch, InvalidParameter, StripeError, Unauthorized
from sandbox.ids import new_id
from sandbox.models import IdempotentCall
from sandbox.services.pump import pump

Handler = Callable[..., dict[str, Any]]
View = Callable[..., HttpResponse]
KEY_PREFIXES = ("sk_sandbox_", "sk_test_")
KEPT_FOR = timedelta(hours=24)


def endpoint(**handlers: Handler) -> View:
    """The view for `GET=` and `POST=` handlers, which take Params and ids and return a shape."""

    @csrf_exempt
    def view(request: HttpRequest, **ids: str) -> HttpResponse:
        try:
            answer = _answer(request, handlers, ids)
        except StripeError as error:
            answer = _respond(error.status, json.dumps(error.as_body()))
        pump.wake()
        return answer

    return view


def _answer(
    request: HttpRequest, handlers: dict[str, Handler], ids: dict[str, str]
) -> HttpResponse:
    account = _account(request)
    fault = faults.take_fault(request)
    if fault and (spoiled := faults.spoil_before(fault, request)):
        return spoiled
    handler = handlers.get(request.method or "")
    if not handler:
        raise InvalidParameter(
            f"Unrecognized request URL ({request.method}: {request.path}).", status=404
        )
    if request.method == "POST":
        answer = _post(request, handler, ids, account)
    else:
        params = Params(nest(_pairs(request.GET)))
        answer = _respond(200, json.dumps(handler(params, **ids)))
    return faults.spoil_after(fault, request) or answer


def _post(
    request: HttpRequest, handler: Handler, ids: dict[str, str], account: str
) -> HttpResponse:
    sent = QueryDict(request.body, encoding="utf-8")
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        with transaction.atomic():
            return _respond(200, json.dumps(handler(Params(nest(_pairs(sent))), **ids)))
    if len(key) > 255:
        raise InvalidParameter("Idempotency keys are at most 255 characters.")
    fingerprint = hashlib.sha256(f"{request.path}?{sorted(_pairs(sent))}".encode()).hexdigest()
    with transaction.atomic():
        return _once(account, key, fingerprint, lambda: handler(Params(nest(_pairs(sent))), **ids))


def _once(
    account: str, key: str, fingerprint: str, work: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """Work, or repeat the stored answer. A second call with the key waits for the first's commit.

    A parameter that is wrong raises, which takes the claim on the key back with it.
    """
    calls = IdempotentCall.objects.filter(account=account, key=key)
    calls.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    call, is_new = IdempotentCall.objects.get_or_create(
        account=account, key=key, defaults={"fingerprint": fingerprint}
    )
    if call.fingerprint != fingerprint:
        raise IdempotencyMismatch(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request."
        )
    if is_new:
        call.status, call.body = _work(work)
        call.save(update_fields=["status", "body"])
    answer = _respond(call.status, call.body)
    answer["Idempotency-Key"] = key
    if not is_new:
        answer["Idempotent-Replayed"] = "true"
    return answer


def _work(work: Callable[[], dict[str, Any]]) -> tuple[int, str]:
    try:
        with transaction.atomic():
            return 200, json.dumps(work())
    except StripeError as error:
        if not error.stored:
            raise
        return error.status, json.dumps(error.as_body())


def _pairs(sent: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in sent.lists() for value in values]


def _account(request: HttpRequest) -> str:
    """A hash of the secret key, from `Bearer KEY` or `Basic KEY:`."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            value = ""
    if not value:
        raise Unauthorized("You did not provide an API key.")
    if not value.startswith(KEY_PREFIXES):
        raise Unauthorized("Invalid API Key provided: the sandbox takes test keys only.")
    return hashlib.sha256(value.encode()).hexdigest()


def _respond(status: int, body: str) -> HttpResponse:
    answer = HttpResponse(body, status=status, content_type="application/json")
    answer["Request-Id"] = new_id("req", 14)
    answer["Cache-Control"] = "no-store"
    return answer
