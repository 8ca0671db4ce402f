"""A lecturer brings a course in, looks first and then applies; and takes one elsewhere."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from community.models import Chapter
from core.errors import DomainError
from courses.exchange import CourseUnreadable
from courses.forms.imports import ArchiveForm
from courses.models import WRITERS, Course
from courses.services.archives import drop_archive, opened_archive
from courses.services.exports import zip_chunks
from courses.services.importing.changes import Comparison
from courses.services.imports import compare_course, import_course, read_source


@login_required
@require_http_methods(["GET", "POST"])
def course_import_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes a draft of the chapter, or brings the course up to date that came from this source."""
    mine = Chapter.objects.with_role(request.user, WRITERS)
    return _import(request, chapter=get_object_or_404(mine, slug=slug), course=None)


@login_required
@require_http_methods(["GET", "POST"])
def course_import(request: HttpRequest, slug: str) -> HttpResponse:
    mine = Course.objects.edited_by(request.user).select_related("chapter")
    course = get_object_or_404(mine, slug=slug)
    return _import(request, chapter=course.chapter, course=course)


def _import(request: HttpRequest, *, chapter: Chapter, course: Course | None) -> HttpResponse:
    form = ArchiveForm(request.POST or None, request.FILES or None, place=request.path)
    context: dict[str, Any] = {"chapter": chapter, "course": course, "form": form}
    if form.is_valid():
        try:
            comparison = _read(request, form, chapter, course)
        except DomainError as error:
            drop_archive(form.cleaned_data["token"])
            form.add_error("file", str(error))
            context["skipped"] = error.skipped if isinstance(error, CourseUnreadable) else ()
        else:
            if "apply" in request.POST:
                drop_archive(form.cleaned_data["token"])
                messages.success(request, _("The course is on your desk."))
                return redirect("courses:desk-outline", comparison.course.slug)
            context |= {
                "comparison": comparison,
                "skipped": comparison.skipped,
                "spoken": [
                    name for code, name in settings.LANGUAGES if code in comparison.languages
                ],
                "kept": form.signed() if comparison.changes else "",
            }
    return render(request, "courses/course_import.html", context)


def _read(
    request: HttpRequest, form: ArchiveForm, chapter: Chapter, course: Course | None
) -> Comparison:
    data = form.cleaned_data
    do = import_course if "apply" in request.POST else compare_course
    with opened_archive(data["token"], name=data["name"]) as source:
        by = cast(User, request.user)
        return do(read_source(source), chapter=chapter, course=course, by=by)


@login_required
@require_GET
def course_export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    course = get_object_or_404(Course.objects.edited_by(request.user), slug=slug)
    return StreamingHttpResponse(
        zip_chunks(course),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{course.slug}.zip"'},
    )
