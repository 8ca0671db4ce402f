"""A learner's classes: when they are, and the way in."""

import secrets
from datetime import timedelta

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.errors import DomainError
from courses.models import ClassSession, Course, Enrollment
from courses.queries import classes as queries
from courses.queries.links import read_join_token
from courses.queries.people import owner_of
from courses.services.attendance import check_open, record_join
from courses.views.catalog import find_course

DEVICE_COOKIE, DEVICE_LIFE = "class_device", timedelta(days=1)
# A form's redirect counts for the policy too: joining leaves for whatever meeting it is
ANY_MEETING = {"form-action": ["https:"]}


@never_cache
@login_required
@require_safe
def my_classes(request: HttpRequest, slug: str) -> HttpResponse:
    """Classes of the reader's runs of one course; lecturers are sent to their desk."""
    course, access = find_course(request, slug)
    runs = queries.learner_runs(request.user, course, timezone.now())
    if not runs and access.is_staff:
        return redirect("courses:class-list", slug)
    if not runs:
        raise Http404
    return render(request, "courses/my_classes.html", {"course": course, "runs": runs})


@never_cache
@login_required
@require_safe
def class_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    session = _readable(request, public_id)
    return render(request, "courses/class_detail.html", _page(session, request.user))


def _readable(request: HttpRequest, public_id: str) -> ClassSession:
    """A class that the reader may know of, with `was_there`; else 404."""
    found = queries.readable_classes(request.user, timezone.now())
    found = queries.with_own(found, request.user)
    related = ("cohort__course__chapter", "event__venue__city", "recording_lesson")
    return get_object_or_404(found.select_related(*related), public_id=public_id)


def _page(session: ClassSession, person: User) -> dict[str, object]:
    now, course = timezone.now(), session.cohort.course
    return {
        "session": session,
        "course": course,
        "is_open": session.is_open(now),
        "is_over": session.ends_at <= now,
        "may_write": Course.objects.edited_by(person).filter(pk=course.pk).exists(),
    }


@never_cache
@login_required
@require_safe
def class_join(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the meeting, if the class is open; who has a seat was there by that."""
    session = _readable(request, public_id)
    try:
        check_open(session, timezone.now())
        if queries.has_seat(request.user, session.cohort, timezone.now()):
            return _to_meeting(request, session, request.user)
    except DomainError as error:
        context = _page(session, request.user) | {"refusal": str(error)}
        return render(request, "courses/class_detail.html", context, status=409)
    return redirect(session.join_url)


@never_cache
@csp_update(ANY_MEETING)
@require_http_methods(["GET", "HEAD", "POST"])
def class_link(request: HttpRequest, public_id: str, token: str) -> HttpResponse:
    """A learner's own link from a mail, good without signing in while they have the seat.

    GET asks: programs that look through mails follow links, and must not be counted as people.
    """
    sessions = ClassSession.objects.select_related("cohort__course__chapter")
    session: ClassSession = get_object_or_404(sessions, public_id=public_id)
    seat = _seat_of(session, token)
    person = owner_of(seat)
    if person is None:  # whose attendance would it be?
        return redirect_to_login(session.get_absolute_url())
    now, refusal = timezone.now(), ""
    try:
        check_open(session, now)
        if request.method == "POST":
            return _to_meeting(request, session, person)
    except DomainError as error:
        refusal = str(error)
    context = {
        "session": session, "course": session.cohort.course, "person": person, "refusal": refusal,
        "is_open": session.is_open(now),
    }  # fmt: skip
    return render(request, "courses/class_link.html", context, status=409 if refusal else 200)


def _seat_of(session: ClassSession, token: str) -> Enrollment:
    """404 for a forged link, one of another class, and a seat that has ended."""
    try:
        public_id = read_join_token(session, token)
    except signing.BadSignature as error:
        raise Http404 from error
    seats = Enrollment.objects.giving_access().select_related("user")
    return get_object_or_404(seats, public_id=public_id, cohort=session.cohort)


def _to_meeting(request: HttpRequest, session: ClassSession, person: User) -> HttpResponse:
    device = request.COOKIES.get(DEVICE_COOKIE, "")[:16] or secrets.token_hex(8)
    record_join(session=session, user=person, device=device, at=timezone.now())
    response = redirect(session.join_url)
    response.set_cookie(
        DEVICE_COOKIE,
        device,
        max_age=DEVICE_LIFE,
        path="/classes/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response
