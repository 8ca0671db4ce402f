"""A person's own calendar: a secret address that shows all they attend and have to hand in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import CalendarFeed
from accounts.services import renew_calendar, revoke_calendar
from checkout.queries.calendars import my_calendar

CONTENT_TYPE = "text/calendar; charset=utf-8"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_edit(request: HttpRequest) -> HttpResponse:
    """The address, and how to get another one or none. POST `revoke` ends it, else it is new."""
    if request.method == "POST" and request.POST.get("do") == "revoke":
        revoke_calendar(user=request.user)
        messages.success(request, _("The address shows nothing any more."))
        return redirect("checkout:calendar-edit")
    if request.method == "POST":
        renew_calendar(user=request.user)
        messages.success(request, _("Here is your address. Put it into your calendar."))
        return redirect("checkout:calendar-edit")
    feed = CalendarFeed.objects.filter(user=request.user).first()
    return render(request, "checkout/calendar_edit.html", {"feed": feed})


@require_safe
@cache_control(private=True, max_age=300)
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs, which sign in nowhere; in the person's language."""
    feeds = CalendarFeed.objects.select_related("user").filter(user__is_active=True)
    person = get_object_or_404(feeds, token=token).user
    with translation.override(person.language or translation.get_language()):
        return HttpResponse(my_calendar(person, at=timezone.now()), CONTENT_TYPE)
