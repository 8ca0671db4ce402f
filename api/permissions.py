from typing import Any

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import TokenScope
from api.errors import InsufficientScope
from ticketing.models import Device


def has_scope(request: Request, scope: TokenScope) -> bool:
    return request.auth is not None and scope in request.auth.scopes


class HasScope(BasePermission):
    """The token holds the view's `scope`. Raises, so that the answer can name the scope."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            raise NotAuthenticated
        if not has_scope(request, view.scope):
            raise InsufficientScope(view.scope)
        return True


class IsDevice(BasePermission):
    """A paired phone; each view of the door names it, and no other view does."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, Device):
            raise NotAuthenticated
        return True


class AnonymousOrHasScope(HasScope):
    """Anybody without a token; a program that shows one acts for a person, within its scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.auth is None or super().has_permission(request, view)
