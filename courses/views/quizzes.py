"""A quiz as a learner takes it: every answer is kept at once, with a script and without."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from courses.errors import AttemptOver, TimeUp
from courses.models import QuizAttempt
from courses.queries import taking as queries
from courses.queries.handing_in import cohort_of
from courses.queries.taking import QuizTask
from courses.quizzes import read
from courses.services import taking as services
from courses.views.work import Learning, learning


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def quiz_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """What the quiz asks of its taker, and their attempts. POST begins one, or goes on."""
    here = learning(request, slug)
    task = _task(request, here, public_id)
    if request.method == "POST":
        if not here.access.is_enrolled:
            raise Http404
        try:
            attempt = services.start_attempt(
                quiz=task.quiz, user=request.user, cohort=cohort_of(here.access, None)
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("courses:quiz-detail", slug, public_id)
        return redirect("courses:quiz-attempt", slug, public_id, attempt.number)
    items = read(task.quiz.version.content) if task.quiz.version else ()
    context = {
        "course": here.course,
        "access": here.access,
        "time_zone": here.time_zone,
        "task": task,
        "quiz": task.quiz,
        "question_count": len(items),
    }
    return render(request, "courses/quiz_detail.html", context)


def _task(request: HttpRequest, here: Learning, public_id: str) -> QuizTask:
    found = queries.quiz_tasks(request.user, here.course, here.access, public_id=public_id)
    if not found:
        raise Http404
    return found[0]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def quiz_attempt(request: HttpRequest, slug: str, public_id: str, number: int) -> HttpResponse:
    """The questions while it goes on, the result once it is over. POST keeps the whole page and,
    with `finish`, ends the attempt; sent twice it is the same end."""
    here = learning(request, slug)
    task = _task(request, here, public_id)
    attempt = _attempt(request, task, number)
    if request.method == "POST":
        return _save_page(request, here, attempt)
    rows = queries.sheet(attempt)
    context = {
        "course": here.course,
        "time_zone": here.time_zone,
        "task": task,
        "quiz": task.quiz,
        "attempt": attempt,
        "rows": rows,
        "now": timezone.now(),
        "shows_solution": queries.shows_solution(task),
    }
    template = "courses/quiz_attempt.html" if attempt.is_open else "courses/quiz_result.html"
    return render(request, template, context)


def _attempt(request: HttpRequest, task: QuizTask, number: int) -> QuizAttempt:
    """One of the reader's own; one whose time is up is over."""
    own = QuizAttempt.objects.filter(quiz=task.quiz, user=request.user)
    attempt = get_object_or_404(own.select_related("version"), number=number)
    is_late = attempt.is_open and own.over(timezone.now()).filter(pk=attempt.pk).exists()
    return services.finish_attempt(attempt=attempt) if is_late else attempt


def _save_page(request: HttpRequest, here: Learning, attempt: QuizAttempt) -> HttpResponse:
    try:
        services.save_sheet(attempt=attempt, typed=_typed(request))
    except AttemptOver as error:
        if "finish" not in request.POST:
            messages.warning(request, str(error))
    except TimeUp as error:
        messages.warning(request, str(error))
    if "finish" in request.POST:
        services.finish_attempt(attempt=attempt)
    elif attempt.is_open:
        messages.success(request, _("Your answers are saved. Go on when you like."))
    return redirect(request.path)


def _typed(request: HttpRequest) -> dict[str, tuple[list[str], int]]:
    """`base-<question>` stands on the page for each question, answered or not."""
    found = {}
    for name, base in request.POST.items():
        key = name.removeprefix("base-")
        if key != name:
            found[key] = (request.POST.getlist(f"q-{key}"), _number(str(base)))
    return found


def _number(typed: str) -> int:
    return int(typed[:9]) if typed.isdecimal() else 0


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def quiz_answer(request: HttpRequest, slug: str, public_id: str, number: int) -> JsonResponse:
    """For the script of the page. POST keeps one answer (`question`, `value` …, `base`). GET says
    what is kept, for a tab that was asleep. 409: it is over."""
    here = learning(request, slug)
    attempt = _attempt(request, _task(request, here, public_id), number)
    if request.method == "GET":
        return JsonResponse({"is_open": attempt.is_open, "answers": _kept(attempt)})
    question = request.POST.get("question", "")
    try:
        saved = services.save_answer(
            attempt=attempt,
            question=question,
            typed=request.POST.getlist("value"),
            base=_number(request.POST.get("base", "")),
        )
    except DomainError as error:
        state = {"code": error.code, "message": str(error)}
        return JsonResponse(state, status=error.status)
    return JsonResponse({"revision": saved.revision, "was": _words(attempt, question, saved.was)})


def _kept(attempt: QuizAttempt) -> dict[str, Any]:
    return {
        row.item.key: {"value": row.value, "revision": row.revision}
        for row in queries.sheet(attempt)
    }


def _words(attempt: QuizAttempt, question: str, value: Any) -> str:
    """An answer that was replaced unseen, as a person reads it."""
    if value is None:
        return ""
    items = {item.key: item for item in read(attempt.version.content)}
    return items[question].words(value) or _("no answer")
