from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.queries.home import home_of


@never_cache
@login_required
@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """What comes next in everything the reader learns."""
    now = timezone.now()
    context = {
        "home": home_of(request.user, at=now),
        "now": now,
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "courses/learn.html", context)
