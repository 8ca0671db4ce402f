from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.queries.home import Home, home_of


@never_cache
@login_required
@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """What comes next in everything the reader learns."""
    now = timezone.now()
    home = home_of(request.user, at=now)
    context = {"home": home, "now": now, "zone": _zone(request, home)}
    return render(request, "courses/learn.html", context)


def _zone(request: HttpRequest, home: Home) -> str:
    """The reader's own; who has not chosen one reads times as their first course's chapter does."""
    if request.user.time_zone or not home.learnings:
        return timezone.get_current_timezone_name()
    return home.learnings[0].course.chapter.time_zone
