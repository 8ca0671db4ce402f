"""Questions of a course: for those who learn in it, and for those who teach it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.http import HtmxRequest
from courses.forms.questions import HideForm, QuestionFilterForm, QuestionForm, ReplyForm
from courses.models import Course, Lesson, Question, Reply
from courses.queries import questions as queries
from courses.queries.access import Access, course_access, for_reader
from courses.services import questions as services

PAGE = 30


@dataclass(frozen=True)
class Seen:
    """A course that the reader learns in or works on."""

    course: Course
    access: Access


def _seen(request: HttpRequest, slug: str) -> Seen:
    course = get_object_or_404(for_reader(request.user), slug=slug)
    access = course_access(request.user, course, timezone.now())
    if not (access.is_staff or access.is_enrolled):
        raise Http404
    return Seen(course, access)


def _question(seen: Seen, public_id: str) -> Question:
    visible = queries.visible_questions(seen.course, seen.access)
    found = queries.with_replies(visible, is_staff=seen.access.is_staff)
    return get_object_or_404(found, public_id=public_id)


def _reply(question: Question, public_id: str) -> Reply:
    """One that this reader may see: `thread` holds no other."""
    found = next((each for each in question.thread if each.public_id == public_id), None)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, post: Question | Reply) -> None:
    if post.user_id != request.user.pk or not post.is_shown:
        raise Http404


def _staff(seen: Seen) -> None:
    if not seen.access.is_staff:
        raise Http404


@login_required
@require_safe
def question_list(request: HtmxRequest, slug: str) -> HttpResponse:
    seen = _seen(request, slug)
    form = QuestionFilterForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = queries.listed(queries.visible_questions(seen.course, seen.access), **asked)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    titles = queries.open_lessons(seen.access)
    lesson = (
        asked.get("lesson")
        and Lesson.objects.filter(
            course=seen.course, public_id=asked["lesson"], pk__in=titles
        ).first()
    )
    context = {
        "course": seen.course,
        "access": seen.access,
        "form": form,
        "page": page,
        "rows": queries.rows(list(page), titles),
        "is_narrowed": any(asked.get(name) for name in ("q", "state", "lesson")),
        "lesson": lesson,
        "lesson_title": titles.get(lesson.pk) if lesson else "",
    }
    template = "courses/question_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@login_required
@require_http_methods(["GET", "POST"])
def question_create(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    seen = _seen(request, slug)
    place = seen.access.outline.by_slug(lesson_slug) if seen.access.outline else None
    if place is None or not seen.access.verdict(place.pk).allowed:
        raise Http404
    form = QuestionForm(request.POST or None)
    if form.is_valid():
        lesson = Lesson.objects.get(pk=place.pk)
        try:
            question = services.ask(lesson=lesson, user=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Asked. You get a mail when somebody answers."))
            return redirect("courses:question-detail", slug, question.public_id)
    context = {"course": seen.course, "access": seen.access, "lesson": place, "form": form}
    return render(request, "courses/question_create.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def question_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The question and its replies; POST adds one."""
    seen = _seen(request, slug)
    question = _question(seen, public_id)
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.reply(question=question, user=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field, str(error))
        else:
            return _back(slug, question, made)
    titles = queries.open_lessons(seen.access)
    context = {
        "course": seen.course,
        "access": seen.access,
        "question": question,
        "lesson_title": titles.get(question.lesson_id, question.lesson.slug),
        "is_lesson_open": question.lesson_id in titles,
        "may_accept": seen.access.is_staff or question.user_id == request.user.pk,
        "lecturers": set(seen.course.course_lecturers.values_list("user", flat=True)),
        "form": form,
    }
    return render(request, "courses/question_detail.html", context)


def _back(slug: str, question: Question, reply: Reply | None = None) -> HttpResponse:
    answer = redirect("courses:question-detail", slug, question.public_id)
    if reply is not None:
        answer["Location"] += f"#{reply.public_id}"
    return answer


@require_POST
@login_required
def reply_accept(request: HttpRequest, slug: str, public_id: str, reply_id: str) -> HttpResponse:
    """Accept the answer, or with `accepted=0` no longer: who asked, and staff."""
    seen = _seen(request, slug)
    question = _question(seen, public_id)
    reply = _reply(question, reply_id)
    if not (seen.access.is_staff or question.user_id == request.user.pk):
        raise Http404
    try:
        services.accept(reply=reply, accepted=request.POST.get("accepted") != "0")
    except DomainError as error:
        messages.error(request, str(error))
    return _back(slug, question, reply)


@login_required
@require_http_methods(["GET", "POST"])
def question_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    seen = _seen(request, slug)
    question = _question(seen, public_id)
    _own(request, question)
    initial = {"title": question.title, "text": question.text}
    form = QuestionForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.edit_question(question=question, **form.cleaned_data)
        return _back(slug, question)
    return _edit(request, seen, question, form)


@login_required
@require_http_methods(["GET", "POST"])
def reply_edit(request: HttpRequest, slug: str, public_id: str, reply_id: str) -> HttpResponse:
    seen = _seen(request, slug)
    question = _question(seen, public_id)
    reply = _reply(question, reply_id)
    _own(request, reply)
    form = ReplyForm(request.POST or None, initial={"text": reply.text})
    if form.is_valid():
        services.edit_reply(reply=reply, **form.cleaned_data)
        return _back(slug, question, reply)
    return _edit(request, seen, question, form)


def _edit(request: HttpRequest, seen: Seen, question: Question, form: Form) -> HttpResponse:
    context = {
        "course": seen.course,
        "access": seen.access,
        "question": question,
        "form": form,
    }
    return render(request, "courses/question_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def question_remove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    seen = _seen(request, slug)
    question = _question(seen, public_id)
    _own(request, question)
    if request.method == "POST":
        services.remove(post=question)
        messages.success(request, _("Your question is taken away."))
        return redirect("courses:question-list", slug)
    return _remove(request, seen, question)


@login_required
@require_http_methods(["GET", "POST"])
def reply_remove(request: HttpRequest, slug: str, public_id: str, reply_id: str) -> HttpResponse:
    seen = _seen(request, slug)
    question = _question(seen, public_id)
    reply = _reply(question, reply_id)
    _own(request, reply)
    if request.method == "POST":
        services.remove(post=reply)
        return _back(slug, question)
    return _remove(request, seen, question, reply)


def _remove(
    request: HttpRequest, seen: Seen, question: Question, reply: Reply | None = None
) -> HttpResponse:
    context = {
        "course": seen.course,
        "access": seen.access,
        "question": question,
        "reply": reply,
    }
    return render(request, "courses/question_remove.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def question_hide(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Staff take it away, or bring it back."""
    seen = _seen(request, slug)
    _staff(seen)
    question = _question(seen, public_id)
    return _hide(request, seen, question, question)


@login_required
@require_http_methods(["GET", "POST"])
def reply_hide(request: HttpRequest, slug: str, public_id: str, reply_id: str) -> HttpResponse:
    seen = _seen(request, slug)
    _staff(seen)
    question = _question(seen, public_id)
    return _hide(request, seen, question, _reply(question, reply_id))


def _hide(
    request: HttpRequest, seen: Seen, question: Question, post: Question | Reply
) -> HttpResponse:
    if request.method == "POST" and post.hidden_at:
        services.show(post=post, by=request.user)
        return _back(seen.course.slug, question)
    form = HideForm(request.POST or None)
    if form.is_valid():
        services.hide(post=post, by=request.user, **form.cleaned_data)
        return _back(seen.course.slug, question)
    context = {
        "course": seen.course,
        "access": seen.access,
        "question": question,
        "post": post,
        "form": form,
    }
    return render(request, "courses/question_hide.html", context)
