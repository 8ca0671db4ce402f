"""Who may open a page of the pool. Everybody else finds nothing there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.models import User
from incentives.models import Officer, OfficerRole

View = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def is_officer(user: User, role: OfficerRole) -> bool:
    return Officer.objects.filter(user=user.pk, role=role).exists()


def _guarded(view: View, may: Callable[[User], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))


def for_administrators(view: View) -> View:
    return _guarded(view, lambda user: user.is_superuser)


def for_reviewers(view: View) -> View:
    return _guarded(view, lambda user: is_officer(user, OfficerRole.REVIEWER))


def for_treasurers(view: View) -> View:
    return _guarded(view, lambda user: is_officer(user, OfficerRole.TREASURER))


def for_officers(view: View) -> View:
    """Of either office, and administrators, who appoint them."""
    return _guarded(view, lambda user: user.is_superuser or user.offices.exists())
