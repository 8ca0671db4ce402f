"""Finding a course, and getting into it."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from core.errors import DomainError
from core.http import HtmxRequest
from courses.forms.catalog import CourseFilterForm
from courses.models import Course, CourseInvitation, CourseStatus
from courses.queries import catalog
from courses.queries.access import Access, course_access, for_reader
from courses.queries.desk import desk_outline
from courses.queries.offers import seat_offers
from courses.services.enrolling import accept_invitation

PAGE_SIZE = 20


@require_safe
@vary_on_headers("HX-Request")
def course_list(request: HtmxRequest) -> HttpResponse:
    form = CourseFilterForm(request.GET, chapters=catalog.chapters_with_courses())
    courses = catalog.listed_courses(at=timezone.now(), **form.chosen)
    page = Paginator(courses, PAGE_SIZE).get_page(request.GET.get("page"))
    template = "courses/course_list.html"
    context = {"form": form, "page": page}
    return render(request, f"{template}#results" if request.htmx else template, context)


@require_safe
@never_cache
def course_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What it teaches, who teaches it, its outline with what is open, and how to get in."""
    course, access = find_course(request, slug)
    unlocked = request.GET.get("show", "")[:16]
    offers = []
    if course.status == CourseStatus.PUBLISHED:
        offers = seat_offers(course, at=access.at, unlocked=unlocked)
    context = {
        "course": course,
        "access": access,
        "outline": access.outline or desk_outline(course),
        "lecturers": catalog.lecturers_of(course),
        "offers": offers,
        "can_order": any(offer.is_on_sale for offer in offers),
        "is_priced": any(offer.offer.price_minor for offer in offers),
        "unlocked": unlocked,
        "next_lesson": access.resume if access.is_enrolled else None,
    }
    return render(request, "courses/course_detail.html", context)


def find_course(request: HttpRequest, slug: str) -> tuple[Course, Access]:
    """A course that the person may know of, and what they may see of it; else 404. Three queries."""
    course = get_object_or_404(for_reader(request.user), slug=slug)
    access = course_access(request.user, course, timezone.now())
    if not access.may_find:
        raise Http404
    return course, access


@require_safe
@cache_control(no_store=True, private=True)
def course_start(request: HttpRequest, slug: str) -> HttpResponse:
    """To the lesson where the person goes on; who has no seat yet gets to the course's page."""
    course, access = find_course(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    lesson = access.resume or access.first_open
    if not access.is_enrolled and not access.is_staff:
        messages.info(
            request,
            _("No seat of this course belongs to an e-mail address that you have confirmed."),
        )
        return redirect(course)
    if lesson is None:
        messages.info(request, _("No lesson is open yet. Below you see when each one opens."))
        return redirect(course)
    return redirect("courses:lesson-detail", course.slug, lesson.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link may take the seat, once. GET asks whether that is meant."""
    found = CourseInvitation.objects.select_related("cohort__course__chapter", "invited_by")
    invitation = get_object_or_404(found, token=token)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    course, now = invitation.cohort.course, timezone.now()
    is_open = CourseInvitation.objects.open(now).filter(pk=invitation.pk).exists()
    if request.method == "POST":
        try:
            accept_invitation(invitation=invitation, user=request.user, at=now)
        except DomainError as error:
            messages.warning(request, str(error))
            return redirect("courses:invitation-accept", token)
        messages.success(request, _("The seat is yours. Have fun learning."))
        return redirect("courses:course-start", course.slug)
    context = {"invitation": invitation, "course": course, "is_open": is_open}
    status = 200 if is_open else 410
    return render(request, "courses/invitation_accept.html", context, status=status)
