"""Every error of the API is `{code, detail, fields}`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError


def _domain_error(error: DomainError) -> Response:
    fields = {error.field: [str(error)]} if error.field else {}
    return Response(
        {"code": error.code, "detail": str(error), "fields": fields}, status=error.status
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        return _domain_error(error)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    fields = error.detail if isinstance(error.detail, dict) else {}
    detail = error.default_detail if isinstance(error.detail, dict | list) else error.detail
    headers = {"WWW-Authenticate": "Bearer"} if error.status_code == 401 else {}
    if isinstance(error, exceptions.Throttled) and error.wait:
        headers["Retry-After"] = str(int(error.wait) + 1)
    answer = {"code": error.default_code, "detail": str(detail), "fields": fields}
    return Response(answer, status=error.status_code, headers=headers)
