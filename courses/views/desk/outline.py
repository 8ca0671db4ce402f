"""The outline of a course: modules and lessons, made, named, ordered and taken away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from core.http import HtmxRequest
from courses.forms.outline import LessonCreateForm, ModuleForm, MoveForm
from courses.models import Course, Lesson, Module
from courses.queries import teaching as queries
from courses.services import desk as services
from courses.views.desk.access import (
    course_edited_by,
    desk_context,
    lesson_edited_by,
    module_of,
)


@login_required
@require_safe
def desk_outline(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    return _outline(request, course)


def _outline(
    request: HtmxRequest,
    course: Course,
    *,
    module_form: ModuleForm | None = None,
    lesson_form: LessonCreateForm | None = None,
    into: Module | None = None,
    focus: str = "",
) -> HttpResponse:
    """The page, or with htmx the list alone. `into` is the module whose form was refused."""
    changes = queries.changes_of(course)
    context = {
        "course": course,
        "parts": queries.outline_parts(queries.modules(course), changes),
        "has_changes": bool(changes),
        "deleted": queries.deleted_lessons(course),
        "module_form": module_form or ModuleForm(prefix="module"),
        "lesson_form": lesson_form,
        "into": into,
        "focus": focus,
    }
    template = "courses/desk_outline.html"
    return render(request, f"{template}#outline" if request.htmx else template, context)


@login_required
@require_POST
def module_create(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    form = ModuleForm(request.POST, prefix="module")
    if not form.is_valid():
        return _outline(request, course, module_form=form)
    services.add_module(course=course, **form.cleaned_data)
    messages.success(request, _("The module is added."))
    return redirect("courses:desk-outline", slug)


@login_required
@require_http_methods(["GET", "POST"])
def module_edit(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    module = module_of(course, public_id)
    form = ModuleForm(request.POST or None, module=module)
    if form.is_valid():
        services.update_module(module=module, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("courses:desk-outline", slug)
    context = {"course": course, "module": module, "form": form}
    return render(request, "courses/module_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def module_delete(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    """With its lessons. Each of them can be brought back for as long as the course lives."""
    course = course_edited_by(request, slug)
    module = module_of(course, public_id)
    if request.method == "POST":
        services.delete_module(module=module)
        messages.success(
            request, _("Deleted. Its lessons are listed below and can be brought back.")
        )
        return redirect("courses:desk-outline", slug)
    lessons = Lesson.objects.live().filter(module=module)
    context = {"course": course, "module": module, "count": lessons.count()}
    return render(request, "courses/module_delete.html", context)


@login_required
@require_POST
def lesson_create(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    """In the module of that name; the reader goes on to write it."""
    course = course_edited_by(request, slug)
    module = module_of(course, public_id)
    form = LessonCreateForm(request.POST, auto_id=f"id_{public_id}_%s")
    if not form.is_valid():
        return _outline(request, course, lesson_form=form, into=module)
    try:
        lesson = services.add_lesson(module=module, titles=form.titles(), by=request.user)
    except DomainError as error:
        add_refusal(form, error)
        return _outline(request, course, lesson_form=form, into=module)
    return redirect("courses:lesson-edit", slug, lesson.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def lesson_delete(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    """Off the desk, and with the next publication away from learners. Completions are kept."""
    lesson = lesson_edited_by(request, slug, public_id)
    if request.method == "POST":
        services.delete_lesson(lesson=lesson)
        messages.success(request, _("Deleted. It is listed below and can be brought back."))
        return redirect("courses:desk-outline", slug)
    counts = Lesson.objects.filter(pk=lesson.pk).aggregate(
        completed=Count("completions", distinct=True),
        needed=Count("prerequisite_of", distinct=True),
    )
    context = desk_context(lesson, title=queries.title_of(lesson), **counts)
    return render(request, "courses/lesson_delete.html", context)


@login_required
@require_POST
def lesson_restore(request: HtmxRequest, slug: str, public_id: str) -> HttpResponse:
    """A deleted lesson comes back, to the module it was in or to the last one there is."""
    course = course_edited_by(request, slug)
    gone = Lesson.objects.filter(course=course, deleted_at__isnull=False)
    lesson = get_object_or_404(gone, public_id=public_id)
    module = lesson.module or course.modules.last()
    if module is None:
        messages.error(request, _("Add a module first: every lesson stands in one."))
        return redirect("courses:desk-outline", slug)
    try:
        services.restore_lesson(lesson=lesson, module=module)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The lesson is back."))
    return redirect("courses:desk-outline", slug)


@login_required
@require_POST
def item_move(request: HtmxRequest, slug: str) -> HttpResponse:
    """A module or lesson to another place. With htmx the new list, else the page again."""
    course = course_edited_by(request, slug)
    form = MoveForm(request.POST)
    if form.is_valid():
        order = queries.moved(queries.modules(course), **form.cleaned_data)
        try:
            services.arrange(course=course, order=order)
        except DomainError as error:
            messages.error(request, str(error))
    if request.htmx:
        return _outline(request, course, focus=form.data.get("item", ""))
    return redirect("courses:desk-outline", slug)
