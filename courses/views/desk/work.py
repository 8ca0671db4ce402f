"""Assignments as lecturers set them, and the hand-ins that wait for them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from courses.forms.work import AssignmentForm, DueForm, FeedbackForm, HandInFilterForm
from courses.models import Assignment, Course, FeedbackVerdict, Submission, SubmissionStatus
from courses.queries import work as work_queries, work_desk as queries
from courses.services import assignments as services
from courses.views.desk.access import course_edited_by

PAGE = 50


@login_required
@require_safe
def work_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Assignments and quizzes of the course, and what waits."""
    course = course_edited_by(request, slug)
    context = {
        "course": course,
        "assignments": queries.assignment_rows(course),
        "quizzes": queries.quiz_rows(course),
        "waiting": work_queries.waiting(course).count(),
    }
    return render(request, "courses/work_desk.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def assignment_create(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit(request, course_edited_by(request, slug), None)


@login_required
@require_http_methods(["GET", "POST"])
def assignment_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    return _edit(request, course, _assignment(course, public_id))


def _edit(request: HttpRequest, course: Course, assignment: Assignment | None) -> HttpResponse:
    form = AssignmentForm(request.POST or None, instance=assignment, course=course)
    if form.is_valid():
        try:
            saved = services.save_assignment(
                course=course, by=request.user, assignment=assignment, **form.cleaned_data
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            if "publish" in request.POST:
                services.publish_assignment(assignment=saved, by=request.user)
                messages.success(request, _("Saved. Learners have it before them now."))
            else:
                messages.success(request, _("Saved."))
            return redirect("courses:assignment-edit", course.slug, saved.public_id)
    rows = queries.due_rows(assignment) if assignment else []
    context = {
        "course": course,
        "assignment": assignment,
        "form": form,
        "dues": [(row, DueForm(cohort=row.cohort, due=row.due)) for row in rows],
    }
    return render(request, "courses/assignment_edit.html", context)


@login_required
@require_POST
def assignment_turn(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Bring it before the learners, or take it away from them."""
    assignment = _assignment(course_edited_by(request, slug), public_id)
    if "archive" in request.POST:
        services.archive_assignment(assignment=assignment, by=request.user)
        messages.success(request, _("Learners do not see it any more. What was handed in stays."))
    else:
        services.publish_assignment(assignment=assignment, by=request.user)
        messages.success(request, _("Learners have it before them now."))
    return redirect("courses:assignment-edit", slug, public_id)


@login_required
@require_http_methods(["GET", "POST"])
def due_edit(request: HttpRequest, slug: str, public_id: str, run_id: str) -> HttpResponse:
    """Until when one run hands in."""
    course = course_edited_by(request, slug)
    assignment = _assignment(course, public_id)
    cohort = get_object_or_404(course.cohorts, public_id=run_id)
    due = assignment.dues.filter(cohort=cohort).first()
    form = DueForm(request.POST or None, cohort=cohort, due=due)
    if form.is_valid():
        services.set_due(assignment=assignment, cohort=cohort, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Learners see it at once."))
        return redirect("courses:assignment-edit", slug, public_id)
    context = {"course": course, "assignment": assignment, "cohort": cohort, "form": form}
    return render(request, "courses/due_edit.html", context)


def _assignment(course: Course, public_id: str) -> Assignment:
    assignment = get_object_or_404(course.assignments, public_id=public_id)
    assignment.course = course
    return assignment


@login_required
@require_safe
def hand_in_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for its reader, oldest first; `?status=` shows the others."""
    course = course_edited_by(request, slug)
    form = HandInFilterForm(
        {"status": SubmissionStatus.SUBMITTED} | request.GET.dict(), course=course
    )
    asked = form.cleaned_data if form.is_valid() else {}
    status = asked.get("status") or SubmissionStatus.SUBMITTED
    found = queries.hand_ins(
        course, assignment=asked.get("assignment"), status="" if status == "all" else status
    )
    context = {
        "course": course,
        "form": form,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "is_waiting": status == SubmissionStatus.SUBMITTED,
    }
    return render(request, "courses/hand_in_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def hand_in_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Read one hand-in, with those before it, and answer it; then comes the next that waits."""
    course = course_edited_by(request, slug)
    submission = _submission(course, public_id)
    form = FeedbackForm(request.POST or None)
    if form.is_valid():
        verdict = FeedbackVerdict.ACCEPT if "accept" in request.POST else FeedbackVerdict.REVISE
        try:
            services.give_feedback(
                submission=submission, by=request.user, verdict=verdict, **form.cleaned_data
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            return _go_on(request, course, submission, verdict)
    story = queries.story_of(submission)
    context = {
        "course": course,
        "submission": next(one for one in story if one.pk == submission.pk),
        "story": story,
        "newest": story[-1],
        "form": form,
        "time_zone": request.user.time_zone or course.chapter.time_zone,
    }
    return render(request, "courses/hand_in_detail.html", context)


def _go_on(
    request: HttpRequest, course: Course, submission: Submission, verdict: FeedbackVerdict
) -> HttpResponse:
    words = {
        FeedbackVerdict.ACCEPT: _("Accepted: %(name)s gets a mail."),
        FeedbackVerdict.REVISE: _("Sent back: %(name)s gets a mail."),
    }
    messages.success(request, words[verdict] % {"name": submission.user})
    following = work_queries.waiting(course).first()
    if following is None:
        return redirect("courses:hand-in-list", course.slug)
    return redirect("courses:hand-in-detail", course.slug, following.public_id)


def _submission(course: Course, public_id: str) -> Submission:
    handed_in = Submission.objects.handed_in().filter(assignment__course=course)
    found = handed_in.select_related("assignment", "user", "cohort")
    submission: Submission = get_object_or_404(found, public_id=public_id)
    submission.assignment.course = course
    return submission
