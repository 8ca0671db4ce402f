"""From the desk to the learners, and what was published before."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from courses.errors import DeskMoved
from courses.forms.drafts import PublishForm
from courses.models import Course, CoursePublication
from courses.queries import changes as queries
from courses.services import publishing as services
from courses.views.desk.access import course_edited_by

PAGE = 30


@login_required
@require_http_methods(["GET", "POST"])
def course_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at what changes, then publish. Whoever looked at something else by then looks again."""
    course = course_edited_by(request, slug)
    form = PublishForm(request.POST or None)
    moved = None
    if form.is_valid():
        try:
            services.publish_course(course=course, by=request.user, **form.cleaned_data)
        except DeskMoved as error:
            moved = error
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("courses:course-publish", slug)
        else:
            messages.success(request, _("Published. Learners read it now."))
            return redirect("courses:publication-list", slug)
    context = {
        "course": course,
        "form": form,
        "changes": queries.unpublished(course),
        "moved": moved,
    }
    return render(request, "courses/course_publish.html", context)


@login_required
@require_safe
def publication_list(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    rows = course.publications.select_related("by").defer("structure")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "courses/publication_list.html", {"course": course, "page": page})


@login_required
@require_safe
def publication_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What publication `number` changed: since the one before it, or since `?since=`."""
    course = course_edited_by(request, slug)
    publication = _publication(course, number)
    old = _since(request, course, number)
    numbers = course.publications.values_list("number", flat=True)
    context: dict[str, Any] = {
        "course": course,
        "publication": publication,
        "old": old,
        "numbers": [each for each in numbers if each != number],
        "changes": queries.between(course, old, publication),
        "is_current": course.publication_id == publication.pk,
    }
    return render(request, "courses/publication_detail.html", context)


def _since(request: HttpRequest, course: Course, number: int) -> CoursePublication | None:
    typed = request.GET.get("since", "")
    if typed.isdecimal() and len(typed) < 9:
        return get_object_or_404(course.publications, number=int(typed))
    return course.publications.filter(number__lt=number).first()


@login_required
@require_http_methods(["GET", "POST"])
def publication_restore(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Lay an old publication on the desk, where its lecturer looks at it and publishes it."""
    course = course_edited_by(request, slug)
    publication = _publication(course, number)
    if request.method == "POST":
        try:
            services.take_back(course=course, by=request.user, number=number)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("courses:publication-detail", slug, number)
        words = _("Publication %(number)s lies on the desk. Look at it, then publish.")
        messages.success(request, words % {"number": number})
        return redirect("courses:course-publish", slug)
    context = {"course": course, "publication": publication}
    return render(request, "courses/publication_restore.html", context)


def _publication(course: Course, number: int) -> CoursePublication:
    return get_object_or_404(course.publications.select_related("by"), number=number)
