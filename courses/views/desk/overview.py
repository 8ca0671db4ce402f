"""A run and a course at a glance: who is how far, and what waits for the lecturers."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.http import HtmxRequest
from courses.forms.overview import RosterForm
from courses.models import Cohort
from courses.queries import dashboard as dashboards, roster as rosters
from courses.queries.dashboard import Scope
from courses.queries.work import quiz_results
from courses.views.desk.access import course_edited_by

PAGE = 50


def cohort_edited_by(request: HttpRequest, slug: str, public_id: str) -> Cohort:
    course = course_edited_by(request, slug)
    cohort = get_object_or_404(course.cohorts, public_id=public_id)
    cohort.course = course
    return cohort


@login_required
@require_safe
def cohort_roster(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    cohort = cohort_edited_by(request, slug, public_id)
    now, form = timezone.now(), RosterForm(request.GET)
    asked = form.asked()
    people = rosters.roster(cohort, now)
    found = rosters.narrowed(people, cohort, q=asked["q"], who=asked["who"], at=now)
    rows = rosters.ordered(found, asked["sort"])
    context: dict[str, Any] = {
        "course": cohort.course,
        "cohort": cohort,
        "form": form,
        "sort": asked["sort"],
        "out_of": rosters.wholes(cohort, now),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "is_narrowed": bool(asked["q"] or asked["who"]),
    }
    template = "courses/cohort_roster.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@login_required
@require_safe
def cohort_roster_csv(request: HttpRequest, slug: str, public_id: str) -> StreamingHttpResponse:
    """The roster as it is narrowed and sorted, row by row."""
    cohort = cohort_edited_by(request, slug, public_id)
    now, asked = timezone.now(), RosterForm(request.GET).asked()
    people = rosters.roster(cohort, now)
    found = rosters.narrowed(people, cohort, q=asked["q"], who=asked["who"], at=now)
    lines = rosters.csv_of(
        cohort, rosters.ordered(found, asked["sort"]), rosters.wholes(cohort, now)
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{cohort.course.slug}-{cohort.public_id}-roster.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_safe
def course_dashboard(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    return _dashboard(request, Scope(course), list(course.cohorts.all()))


@login_required
@require_safe
def cohort_dashboard(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    cohorts = list(course.cohorts.all())
    cohort = next((each for each in cohorts if each.public_id == public_id), None)
    if cohort is None:
        raise Http404
    return _dashboard(request, Scope(course, cohort), cohorts)


def _dashboard(request: HttpRequest, scope: Scope, cohorts: list[Cohort]) -> HttpResponse:
    now = timezone.now()
    work, questions = dashboards.waits(scope)
    context = {
        "course": scope.course,
        "cohort": scope.cohort,
        "cohorts": cohorts,
        "counts": dashboards.counts(scope, now),
        "classes": dashboards.classes(scope, now),
        "work": work,
        "questions": questions,
        "quizzes": quiz_results(scope.course, cohort=scope.cohort),
    }
    return render(request, "courses/course_dashboard.html", context)
