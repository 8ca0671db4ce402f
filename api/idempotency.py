"""A request that may be sent again without happening again."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from api.errors import IdempotencyAtWork, IdempotencyKeyMissing, IdempotencyMismatch
from api.models import IdempotentAnswer

KEY = re.compile(r"[!-~]{16,80}")
KEPT = timedelta(days=1)
# A request that has not answered after so long never will: its process died
GIVEN_UP_AFTER = timedelta(minutes=2)
NAMESPACE = uuid.UUID("8f0e0b43-2c9c-4d0e-9f35-5b7f6c1f0a52")

Act = Callable[[uuid.UUID], Response]


def answer_once(request: Request, act: Act) -> Response:
    """What `act` answers, and to the same key and body again the very same answer.

    `act` gets a UUID that stands for the key, so that what it makes can carry it: after a crash
    in the middle it is called again, and must find what it made. Only success is kept; after an
    error nothing has happened, and the key is free for another try. Raises
    IdempotencyKeyMissing, IdempotencyMismatch, IdempotencyAtWork.
    """
    key = _key(request)
    claim = _claim(request, key)
    if claim.status is not None:
        return Response(claim.body, status=claim.status, headers={"Idempotent-Replayed": "true"})
    try:
        response = act(_client_key(request, key))
    except Exception:
        IdempotentAnswer.objects.filter(pk=claim.pk, status=None).delete()
        raise
    claim.status, claim.body = response.status_code, _as_sent(response.data)
    claim.save(update_fields=["status", "body"])
    return response


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not KEY.fullmatch(key):
        raise IdempotencyKeyMissing
    return key


def _claim(request: Request, key: str) -> IdempotentAnswer:
    """A row of our own, or one that is answered. The constraint lets one of many in."""
    digest = _digest(request)
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(
                token=request.auth, key=key, request_digest=digest
            )
    except IntegrityError:
        found = IdempotentAnswer.objects.filter(token=request.auth, key=key).first()
    if found is None:  # the other one has just failed
        raise IdempotencyAtWork
    if found.request_digest != digest:
        raise IdempotencyMismatch
    if found.status is None:
        _take_over(found)
    return found


def _take_over(claim: IdempotentAnswer) -> None:
    now = timezone.now()
    dead = IdempotentAnswer.objects.filter(
        pk=claim.pk, status=None, created_at=claim.created_at, created_at__lt=now - GIVEN_UP_AFTER
    )
    if not dead.update(created_at=now):
        raise IdempotencyAtWork


def _digest(request: Request) -> str:
    """The same wish has the same digest, however its JSON is spaced and sorted."""
    wish = [request.method, request.path, request.data]
    return hashlib.sha256(json.dumps(wish, sort_keys=True).encode()).hexdigest()


def _client_key(request: Request, key: str) -> uuid.UUID:
    """Names the intent across tokens: a person who makes a new one is still the same person."""
    who = request.user.pk if request.auth else "anonymous"
    return uuid.uuid5(NAMESPACE, f"{who} {request.path} {key}")


def _as_sent(data: object) -> object:
    return json.loads(json.dumps(data, cls=JSONEncoder))
