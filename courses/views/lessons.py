"""A lesson as learners read it, locked ones included, and as its lecturers see it before that."""

from dataclasses import dataclass
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from core.markdown import VIDEO_FRAMES, Document, TextTooLong
from courses.forms.lessons import ProgressForm
from courses.models import Course, Lesson, LessonVersion
from courses.queries import reading
from courses.queries.access import Access, Reason, Verdict, course_access, for_reader
from courses.queries.desk import desk_outline
from courses.queries.outline import Outline, OutlineLesson
from courses.services import learning, reading as reading_services

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Asked:
    """A published lesson that somebody asked for, and whether they may see it."""

    course: Course
    access: Access
    outline: Outline
    lesson: OutlineLesson
    verdict: Verdict


def _asked(request: HttpRequest, slug: str, lesson_slug: str) -> Asked:
    course = get_object_or_404(for_reader(request.user), slug=slug)
    access = course_access(request.user, course, timezone.now())
    lesson = access.outline.by_slug(lesson_slug) if access.outline else None
    if lesson is None:
        raise Http404
    verdict = access.verdict(lesson.pk)
    if verdict.reason == Reason.HIDDEN:
        raise Http404
    return Asked(course, access, access.outline, lesson, verdict)


@never_cache
@csp_update({"frame-src": VIDEO_FRAMES})
@require_safe
def lesson_detail(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    asked = _asked(request, slug, lesson_slug)
    frame = _frame(request, asked.course, asked.outline, asked.lesson, asked.access)
    if not asked.verdict.allowed:
        context = frame | {"verdict": asked.verdict, "reason": asked.verdict.code}
        return render(request, "courses/lesson_locked.html", context, status=403)
    language, version = asked.lesson.version_for(_wanted_language(request))
    text = reading.published_text(version, request.user)
    if asked.access.is_enrolled:
        reading_services.note_opened(user=request.user, lesson=text.lesson)
    context = frame | _page(request, text, reading.document_of(text, asked.course, asked.outline))
    context |= {
        "can_complete": asked.access.is_enrolled,
        "is_completed": asked.lesson.pk in asked.access.completed,
        "is_preview": asked.verdict.reason == Reason.PREVIEW,
        "languages": _languages(request, list(asked.lesson.texts), language),
    }
    return render(request, "courses/lesson_detail.html", context)


@never_cache
@csp_update({"frame-src": VIDEO_FRAMES})
@login_required
@require_safe
def lesson_draft(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """What learners will see once this is published; for those who write the course."""
    courses = Course.objects.edited_by(request.user).select_related("chapter", "publication")
    course = get_object_or_404(courses, slug=slug)
    lesson = get_object_or_404(Lesson.objects.live(), course=course, slug=lesson_slug)
    outline = desk_outline(course)
    place = outline.by_pk(lesson.pk)
    text = reading.draft_text(lesson, _wanted_language(request))
    if text is None or place is None:
        raise Http404
    access = course_access(request.user, course, timezone.now())
    context = _frame(request, course, outline, place, access)
    try:
        document = reading.document_of(text, course, outline)
    except TextTooLong as error:
        context["problem"] = str(error)
        document = None
    context |= _page(request, text, document)
    context["languages"] = _languages(request, list(place.texts), text.language)
    context |= {"is_draft": True, "lesson_url": "courses:lesson-draft"}
    return render(request, "courses/lesson_detail.html", context)


@require_POST
@login_required
def lesson_complete(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """Complete the lesson and go on to the next one."""
    asked = _asked(request, slug, lesson_slug)
    if not (asked.verdict.allowed and asked.access.is_enrolled):
        raise Http404
    _language, pk = asked.lesson.version_for(_wanted_language(request))
    version = LessonVersion.objects.select_related("lesson__course").get(pk=pk)
    try:
        learning.complete_lesson(user=request.user, lesson=version.lesson, version=version)
    except DomainError as error:  # the seat ended between the two looks
        raise Http404 from error
    following = asked.outline.next(asked.lesson) or asked.lesson
    return redirect(_address(request, slug, following))


@require_POST
@login_required
def lesson_progress(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """A small word from the page: so far it was read, so far its video was seen."""
    asked = _asked(request, slug, lesson_slug)
    form = ProgressForm(request.POST)
    if not (asked.verdict.allowed and asked.access.is_enrolled):
        raise Http404
    if not form.is_valid():
        return HttpResponse(status=400)
    lesson = Lesson.objects.get(pk=asked.lesson.pk)
    learning.save_position(user=request.user, lesson=lesson, **form.cleaned_data)
    return HttpResponse(status=204)


def _wanted_language(request: HttpRequest) -> str:
    """The language that the address asks for, else that of the page."""
    asked = request.GET.get("language") or request.POST.get("language")
    return asked if asked in LANGUAGES else translation.get_language() or ""


def _kept_query(request: HttpRequest) -> str:
    """What the links to other lessons keep: a language chosen for the text alone."""
    asked = request.GET.get("language") or request.POST.get("language")
    return f"?language={asked}" if asked in LANGUAGES else ""


def _address(request: HttpRequest, slug: str, lesson: OutlineLesson) -> str:
    page = reverse("courses:lesson-detail", args=[slug, lesson.slug])
    return f"{page}{_kept_query(request)}"


def _frame(
    request: HttpRequest, course: Course, outline: Outline, lesson: OutlineLesson, access: Access
) -> dict[str, Any]:
    """What stands around every lesson, locked or open: the outline, the way on and back."""
    return {
        "course": course,
        "outline": outline,
        "lesson": lesson,
        "access": access,
        "place": reading.neighbors_of(outline, lesson),
        "parts": reading.outline_parts(outline, access, lesson),
        "lesson_url": "courses:lesson-detail",
        "course_url": course.get_absolute_url(),
        "time_zone": _time_zone(request, access),
        "kept_query": _kept_query(request),
    }


def _time_zone(request: HttpRequest, access: Access) -> str:
    """The reader's own, else that of the cohort they are in."""
    own = request.user.time_zone if request.user.is_authenticated else ""
    return own or next((grant.time_zone for grant in access.grants), "UTC")


def _page(
    request: HttpRequest, text: reading.LessonText, document: Document | None
) -> dict[str, Any]:
    wanted = _wanted_language(request)
    return {
        "text": text,
        "document": document,
        "is_fallback": text.language != wanted,
        "wanted_language": translation.get_language_info(_wanted_language(request))[
            "name_translated"
        ],
    }


def _languages(request: HttpRequest, available: list[str], shown: str) -> list[dict[str, Any]]:
    """The languages of this lesson, each under its own name."""
    return [
        {
            "code": code,
            "name": reading.OWN_NAMES[code],
            "is_shown": code == shown,
        }
        for code in LANGUAGES
        if code in available
    ]
