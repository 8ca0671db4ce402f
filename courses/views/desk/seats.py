"""Runs of a course and what their seats cost."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from courses.forms.cohorts import CohortForm, OfferForm
from courses.models import Cohort, Course, CourseOffer
from courses.queries import learners as queries
from courses.services import cohorts as services
from courses.views.desk.access import course_edited_by


@login_required
@require_safe
def cohort_list(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    context = {"course": course, "rows": queries.cohort_rows(course)}
    return render(request, "courses/cohort_list.html", context)


@login_required
@require_POST
def cohort_start(request: HttpRequest, slug: str) -> HttpResponse:
    """The quick start: one free seat at one's own pace. A course that has runs keeps them."""
    course = course_edited_by(request, slug)
    if not course.cohorts.exists():
        cohort = services.create_cohort(course=course, by=request.user)
        services.create_free_offer(cohort=cohort, by=request.user)
        messages.success(request, _("Done. People can enroll as soon as the course is published."))
    return redirect("courses:cohort-list", slug)


@login_required
@require_http_methods(["GET", "POST"])
def cohort_create(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit_cohort(request, course_edited_by(request, slug), None)


@login_required
@require_http_methods(["GET", "POST"])
def cohort_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    return _edit_cohort(request, course, _cohort(course, public_id))


def _edit_cohort(request: HttpRequest, course: Course, cohort: Cohort | None) -> HttpResponse:
    form = CohortForm(request.POST or None, course=course, cohort=cohort)
    if form.is_valid():
        try:
            if cohort:
                services.update_cohort(cohort=cohort, by=request.user, **form.cleaned_data)
            else:
                services.create_cohort(course=course, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:cohort-list", course.slug)
    context = {"course": course, "cohort": cohort, "form": form}
    return render(request, "courses/cohort_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cohort_close(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Stop taking people in; one that is closed opens again."""
    course = course_edited_by(request, slug)
    cohort = _cohort(course, public_id)
    if request.method == "GET":
        context = {"course": course, "cohort": cohort}
        return render(request, "courses/cohort_close.html", context)
    if cohort.closed_at:
        services.reopen_cohort(cohort=cohort, by=request.user)
        messages.success(request, _("This run takes people in again."))
    else:
        services.close_cohort(cohort=cohort, by=request.user)
        messages.success(request, _("This run takes nobody in any more."))
    return redirect("courses:cohort-list", slug)


@login_required
@require_http_methods(["GET", "POST"])
def offer_create(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    return _edit_offer(request, course, _cohort(course, public_id), None)


@login_required
@require_http_methods(["GET", "POST"])
def offer_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    offer = _offer(course, public_id)
    return _edit_offer(request, course, offer.cohort, offer)


def _edit_offer(
    request: HttpRequest, course: Course, cohort: Cohort, offer: CourseOffer | None
) -> HttpResponse:
    form = OfferForm(request.POST or None, cohort=cohort, offer=offer)
    if form.is_valid():
        try:
            services.save_offer(cohort=cohort, offer=offer, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("courses:cohort-list", course.slug)
    context = {"course": course, "cohort": cohort, "offer": offer, "form": form}
    return render(request, "courses/offer_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def offer_retire(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    offer = _offer(course, public_id)
    if request.method == "POST":
        services.retire_offer(offer=offer, by=request.user)
        messages.success(request, _("“%(name)s” is no longer on sale.") % {"name": offer.name})
        return redirect("courses:cohort-list", slug)
    context = {"course": course, "offer": offer, "is_sold": offer.enrollments.exists()}
    return render(request, "courses/offer_retire.html", context)


def _cohort(course: Course, public_id: str) -> Cohort:
    cohort = get_object_or_404(course.cohorts, public_id=public_id)
    cohort.course = course
    return cohort


def _offer(course: Course, public_id: str) -> CourseOffer:
    """One that is on offer."""
    offers = CourseOffer.objects.filter(cohort__course=course, retired_at=None)
    offer: CourseOffer = get_object_or_404(offers.select_related("cohort"), public_id=public_id)
    offer.cohort.course = course
    return offer
