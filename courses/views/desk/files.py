"""The files of a lesson: what lies on the desk, what each is called, and where captions belong."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.http import HtmxRequest
from courses.forms.drafts import FileForm
from courses.models import Lesson, Material, MaterialKind
from courses.queries import teaching as queries
from courses.services import files as services
from courses.views.desk.access import desk_context, lesson_edited_by


@login_required
@require_safe
def lesson_files(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    """The upload itself is `courses:upload-create`; with htmx the list alone."""
    lesson = lesson_edited_by(request, slug, public_id)
    files = queries.draft_files(lesson)
    context = desk_context(
        lesson, files=files, videos=[file for file in files if file.kind == MaterialKind.VIDEO]
    )
    template = "courses/lesson_files.html"
    return render(request, f"{template}#files" if request.htmx else template, context)


@login_required
@require_http_methods(["GET", "POST"])
def file_edit(request: HttpRequest, slug: str, public_id: str, file_id: str) -> HttpResponse:
    lesson = lesson_edited_by(request, slug, public_id)
    file = _file(lesson, file_id)
    form = FileForm(request.POST or None, initial={"title": file.title})
    if form.is_valid():
        services.update_material(material=file, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("courses:lesson-files", slug, public_id)
    return render(request, "courses/file_edit.html", desk_context(lesson, file=file, form=form))


@login_required
@require_http_methods(["GET", "POST"])
def file_delete(request: HttpRequest, slug: str, public_id: str, file_id: str) -> HttpResponse:
    """Off the desk; learners have it until the next publication."""
    lesson = lesson_edited_by(request, slug, public_id)
    file = _file(lesson, file_id)
    if request.method == "POST":
        services.delete_material(material=file)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": file.name})
        return redirect("courses:lesson-files", slug, public_id)
    return render(request, "courses/file_delete.html", desk_context(lesson, file=file))


def _file(lesson: Lesson, file_id: str) -> Material:
    return get_object_or_404(lesson.materials.drafts(), public_id=file_id)
