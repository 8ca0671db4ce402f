"""Who learns in a course, who is invited, and exceptions for one of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.http import HtmxRequest
from courses.forms.cohorts import ExceptionForm, InviteForm, LearnerFilterForm
from courses.models import Course, Enrollment, EnrollmentSource
from courses.queries import learners as queries
from courses.services import cohorts as cohort_services, enrolling as services
from courses.views.desk.access import course_edited_by, lesson_edited_by

PAGE = 50


@login_required
@require_safe
def learner_list(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    form, seats = _filtered(request, course)
    context = {
        "course": course,
        "form": form,
        "page": Paginator(seats, PAGE).get_page(request.GET.get("page")),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "cohort", "status")),
        "invitations": list(queries.waiting_invitations(course)[:PAGE]),
        "has_runs": course.cohorts.exists(),
        "now": timezone.now(),
    }
    template = "courses/learner_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


def _filtered(
    request: HttpRequest, course: Course
) -> tuple[LearnerFilterForm, QuerySet[Enrollment]]:
    form = LearnerFilterForm(request.GET, course=course)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    return form, queries.learners(course, **asked)


@login_required
@require_safe
def learner_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The list as it is narrowed, row by row."""
    course = course_edited_by(request, slug)
    _form, seats = _filtered(request, course)
    response = StreamingHttpResponse(
        queries.csv_of(course, seats), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{course.slug}-learners.csv"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def learner_invite(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    form = InviteForm(request.POST or None, cohorts=course.cohorts.filter(closed_at=None))
    if form.is_valid():
        sent, refused = _invite(request, form)
        if sent:
            words = ngettext(
                "%(n)s invitation is on its way.", "%(n)s invitations are on their way.", sent
            )
            messages.success(request, words % {"n": sent})
        for sentence in refused:
            messages.warning(request, sentence)
        return redirect("courses:learner-list", slug)
    return render(request, "courses/learner_invite.html", {"course": course, "form": form})


def _invite(request: HttpRequest, form: InviteForm) -> tuple[int, list[str]]:
    """How many were sent, and why others were not: they have a seat already."""
    data = form.cleaned_data
    sent, refused = 0, []
    for email in data["emails"]:
        try:
            services.invite(
                cohort=data["cohort"],
                email=email,
                language=data["language"],
                by=request.user,
                note=data["note"],
            )
        except DomainError as error:
            refused.append(str(error))
        else:
            sent += 1
    return sent, refused


@login_required
@require_http_methods(["GET", "POST"])
def invitation_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    course = course_edited_by(request, slug)
    invitation = get_object_or_404(queries.waiting_invitations(course), pk=pk)
    if request.method == "POST":
        services.revoke_invitation(invitation=invitation)
        words = _("The invitation of %(email)s is taken back.")
        messages.success(request, words % {"email": invitation.email})
        return redirect("courses:learner-list", slug)
    context = {"course": course, "invitation": invitation}
    return render(request, "courses/invitation_withdraw.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def learner_end(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Take back a seat that was given. One that was paid for ends by its order."""
    course = course_edited_by(request, slug)
    given = Enrollment.objects.filter(cohort__course=course).giving_access()
    given = given.exclude(source=EnrollmentSource.ORDER).select_related("cohort__course", "user")
    seat = get_object_or_404(given, public_id=public_id)
    if request.method == "POST":
        services.end_seat(enrollment=seat, by=request.user)
        messages.success(request, _("The seat is free again. What they learned stays theirs."))
        return redirect("courses:learner-list", slug)
    return render(request, "courses/learner_end.html", {"course": course, "seat": seat})


@login_required
@require_http_methods(["GET", "POST"])
def lesson_exceptions(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Whom a lesson opens for earlier, or later than never, whatever its rule says."""
    lesson = lesson_edited_by(request, slug, public_id)
    course = lesson.course
    form = ExceptionForm(request.POST or None, course=course)
    if form.is_valid():
        data = form.cleaned_data
        user = queries.learner_by_email(course, data["email"]) if data["email"] else None
        if data["email"] and user is None:
            form.add_error("email", _("Nobody with this address learns in this course."))
        else:
            cohort_services.make_exception(
                lesson=lesson,
                user=user,
                cohort=data["cohort"],
                open_at=data["open_at"] or timezone.now(),
                by=request.user,
            )
            messages.success(request, _("The exception holds at once."))
            return redirect("courses:lesson-exceptions", slug, public_id)
    context = {
        "course": course,
        "lesson": lesson,
        "form": form,
        "exceptions": queries.exceptions_of(lesson),
    }
    return render(request, "courses/lesson_exceptions.html", context)


@login_required
@require_POST
def exception_drop(request: HttpRequest, slug: str, public_id: str, pk: int) -> HttpResponse:
    lesson = lesson_edited_by(request, slug, public_id)
    exception = get_object_or_404(queries.exceptions_of(lesson), pk=pk)
    exception.lesson = lesson
    cohort_services.drop_exception(exception=exception, by=request.user)
    messages.success(request, _("The lesson's own rule holds again."))
    return redirect("courses:lesson-exceptions", slug, public_id)
