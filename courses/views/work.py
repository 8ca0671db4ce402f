"""Assignments as learners have them before them: read, write, hand in."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from courses.errors import DraftMoved
from courses.forms.work import Read, WorkForm
from courses.models import Course, Submission, SubmissionFile, SubmissionStatus
from courses.queries import handing_in as queries
from courses.queries.access import Access, course_access, for_reader
from courses.queries.handing_in import Task
from courses.queries.taking import quiz_tasks
from courses.services import handing_in as services
from courses.services.handing_in import Place
from courses.views.files import send_blob


@dataclass(frozen=True)
class Learning:
    """A course that the reader learns in or teaches, and what they may see of it."""

    course: Course
    access: Access
    time_zone: str


def learning(request: HttpRequest, slug: str) -> Learning:
    """404 for everybody who neither learns in the course nor teaches it."""
    course = get_object_or_404(for_reader(request.user), slug=slug)
    access = course_access(request.user, course, timezone.now())
    if not access.may_find or not (access.is_enrolled or access.is_staff):
        raise Http404
    zone = next((grant.time_zone for grant in access.grants), course.chapter.time_zone)
    return Learning(course, access, request.user.time_zone or zone)


@never_cache
@login_required
@require_safe
def work_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the reader has to do in one course, and how far each is."""
    here = learning(request, slug)
    tasks = queries.tasks(request.user, here.course, here.access, here.access.at)
    context = {
        "course": here.course,
        "tasks": tasks,
        "quizzes": quiz_tasks(request.user, here.course, here.access),
        "time_zone": here.time_zone,
    }
    return render(request, "courses/work_list.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def assignment_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """POST keeps what was typed, adds or drops a file and, with `hand_in`, hands it in. With the
    header X-Autosave it only keeps, and the answer is JSON."""
    here = learning(request, slug)
    task = _task(request, here, public_id)
    if request.method == "GET":
        return _page(request, here, task, _form(task))
    if not here.access.is_enrolled:
        raise Http404
    form = WorkForm(request.POST, request.FILES, assignment=task.assignment)
    if "theirs" in request.POST:  # the other tab's text stands
        return _back(task)
    if not form.is_valid():
        return _refused(request, here, task, form)
    try:
        submission = _keep(request, here, task, form)
    except DraftMoved as error:
        return _collided(request, here, task, form, error)
    except DomainError as error:
        add_refusal(form, error)
        return _refused(request, here, _task(request, here, public_id), form)
    if _is_autosave(request):
        return JsonResponse({"read": {"read_draft": str(_read(submission))}})
    return _back(task)


def _is_autosave(request: HttpRequest) -> bool:
    return "X-Autosave" in request.headers


def _back(task: Task) -> HttpResponse:
    assignment = task.assignment
    return redirect("courses:assignment-detail", assignment.course.slug, assignment.public_id)


def _refused(request: HttpRequest, here: Learning, task: Task, form: WorkForm) -> HttpResponse:
    if _is_autosave(request):
        return JsonResponse({"errors": form.errors}, status=422)
    return _page(request, here, task, form)


def _task(request: HttpRequest, here: Learning, public_id: str) -> Task:
    found = queries.tasks(
        request.user, here.course, here.access, here.access.at, public_id=public_id
    )
    if not found:
        raise Http404
    return found[0]


def _form(task: Task) -> WorkForm | None:
    """What is being written, or an empty page for the first time; nothing where work waits for
    its reader, was sent back and not taken up yet, or is over."""
    draft = task.draft
    if task.is_accepted or (task.newest and draft is None):
        return None
    words = {"text": draft.text, "link": draft.link} if draft else {}
    read = _read(draft) if draft else Read(task.next_number, 0)
    return WorkForm(initial=words | {"read_draft": str(read)}, assignment=task.assignment)


def _read(submission: Submission) -> Read:
    return Read(submission.number, submission.revision)


def _keep(request: HttpRequest, here: Learning, task: Task, form: WorkForm) -> Submission:
    """Do what the button says, and say what was done."""
    user, place = request.user, Place(queries.cohort_of(here.access, task.due), task.due)
    if "begin" in request.POST:
        return services.open_draft(assignment=task.assignment, user=user, place=place)
    read = form.read
    submission = services.write(
        assignment=task.assignment,
        user=user,
        place=place,
        number=read.number,
        revision=read.revision,
        **form.words,
    )
    if _is_autosave(request):
        return submission
    if file := form.cleaned_data.get("file"):
        services.add_file(draft=submission, name=file.name, file=file)
    if drop := request.POST.get("drop"):
        services.drop_file(file=get_object_or_404(submission.files, public_id=drop))
    if "hand_in" not in request.POST:
        messages.success(request, _("Saved. It is not handed in yet."))
        return submission
    submission = services.hand_in(draft=submission, place=place)
    _say_handed_in(request, submission)
    return submission


def _say_handed_in(request: HttpRequest, submission: Submission) -> None:
    if submission.is_late:
        messages.warning(request, _("Handed in, after the due date: it is marked as late."))
    else:
        messages.success(request, _("Handed in. You will get a mail once it was read."))


def _collided(
    request: HttpRequest, here: Learning, task: Task, form: WorkForm, error: DraftMoved
) -> HttpResponse:
    """Another tab was quicker: both texts side by side, and a button for each."""
    theirs = error.theirs
    if theirs.status != SubmissionStatus.DRAFT:
        theirs = _task(request, here, task.assignment.public_id).draft or theirs
    conflict = {
        "error": error,
        "theirs": theirs,
        "mine": form.words,
        "read": str(_read(theirs)),
        "course": here.course,
        "task": task,
    }
    if _is_autosave(request):
        html = render_to_string("courses/assignment_detail.html#versus", conflict, request)
        return JsonResponse({"html": html}, status=409)
    return _page(request, here, task, form, conflict=conflict)


def _page(
    request: HttpRequest, here: Learning, task: Task, form: WorkForm | None, **more: Any
) -> HttpResponse:
    context = {
        "course": here.course,
        "access": here.access,
        "time_zone": here.time_zone,
        "task": task,
        "assignment": task.assignment,
        "form": form,
        "draft_name": f"work-{task.assignment.public_id}-{request.user.pk}",
        **more,
    }
    return render(request, "courses/assignment_detail.html", context)


@login_required
@require_safe
def work_file(request: HttpRequest, slug: str, public_id: str, name: str) -> HttpResponseBase:
    """A file of a hand-in: for who handed it in, and for the staff of the course."""
    files = SubmissionFile.objects.select_related("blob", "submission__assignment__course")
    file = get_object_or_404(
        files, submission__assignment__course__slug=slug, public_id=public_id, name=name
    )
    course = file.submission.assignment.course
    if file.submission.user_id != request.user.pk:
        get_object_or_404(Course.objects.edited_by(request.user), pk=course.pk)
        if file.submission.status == SubmissionStatus.DRAFT:
            raise Http404  # not handed in: nobody else's business yet
    return send_blob(request, file.blob, file.name)
