"""One lesson on the desk: its text in both languages, its rules, what learners will see."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_refusal
from courses.errors import DraftConflict
from courses.forms.drafts import LessonTextForm, Read, Text
from courses.forms.outline import SHORT, LessonRulesForm
from courses.models import Lesson, LessonDraft
from courses.queries import teaching as queries
from courses.services import desk as services
from courses.views.desk.access import desk_context, lesson_edited_by

ENDS = {code: end for end, code in SHORT.items()}


@login_required
@require_http_methods(["GET", "POST"])
def lesson_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Write a lesson. With the header X-Autosave the answer is JSON, and nothing is deleted.

    Each language is saved for itself: what collides with a colleague's text is shown beside it
    and stays unsaved, the other language is kept.
    """
    lesson = lesson_edited_by(request, slug, public_id)
    drafts = queries.drafts_of(lesson)
    form = LessonTextForm(request.POST or None, drafts=drafts)
    is_autosave = "X-Autosave" in request.headers
    conflicts: list[dict[str, Any]] = []
    if form.is_valid():
        saved, conflicts = _save(request, lesson, form, is_autosave)
        if is_autosave:
            return _heard(request, lesson, saved, conflicts)
        if not conflicts and form.is_valid():
            messages.success(request, _("Saved. Learners see it when you publish."))
            return redirect("courses:lesson-edit", slug, public_id)
    elif is_autosave:
        return JsonResponse({"errors": form.errors}, status=422)
    context = desk_context(
        lesson,
        form=form,
        conflicts=conflicts,
        files=queries.draft_files(lesson),
        draft_name=f"lesson-{lesson.public_id}-{request.user.pk}",
        pane=_first_pane(form, drafts),
    )
    return render(request, "courses/lesson_edit.html", context)


def _save(
    request: HttpRequest, lesson: Lesson, form: LessonTextForm, is_autosave: bool
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """What was saved, as {`read_en`: what is read now}, and the collisions. The form is told what
    a service refused."""
    saved: dict[str, str] = {}
    conflicts = []
    for text in form.texts():
        end = ENDS[text.language]
        if f"theirs_{end}" in request.POST:
            continue  # the writer lets the colleague's text stand
        try:
            draft = _keep(request, lesson, text, is_autosave)
        except DraftConflict as error:
            theirs = error.theirs
            now = str(Read.of(theirs))
            conflicts.append(
                {"text": text, "theirs": theirs, "end": end, "read": now, "error": error}
            )
        except DomainError as error:
            form.add_error(f"{error.field or 'body'}_{end}", str(error))
        else:
            saved[f"read_{end}"] = str(Read.of(draft))
    return saved, conflicts


def _keep(
    request: HttpRequest, lesson: Lesson, text: Text, is_autosave: bool
) -> LessonDraft | None:
    """A text that was emptied leaves the desk, but only when its writer presses the button."""
    if not text.is_empty:
        return services.save_draft(
            lesson=lesson,
            language=text.language,
            by=request.user,
            title=text.title,
            body=text.body,
            revision=text.read.revision,
        )
    if not is_autosave:
        services.delete_draft(lesson=lesson, language=text.language, revision=text.read.revision)
    return None


def _heard(
    request: HttpRequest, lesson: Lesson, saved: dict[str, str], conflicts: list[dict[str, Any]]
) -> JsonResponse:
    """`read` holds what was saved, `html` the texts that collide, side by side."""
    if not conflicts:
        return JsonResponse({"read": saved})
    context = desk_context(lesson, conflicts=conflicts)
    html = render_to_string("courses/lesson_edit.html#versus", context, request)
    return JsonResponse({"read": saved, "html": html}, status=409)


def _first_pane(form: LessonTextForm, drafts: dict[str, LessonDraft]) -> str:
    """Which language is open where there is room for one: that of an error, else the one written."""
    for end, code in SHORT.items():
        if form.is_bound and any(name.endswith(end) for name in form.errors):
            return code[:2]
    return "" if len(drafts) != 1 else next(iter(drafts))[:2]


@login_required
@require_POST
def lesson_preview(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """What the posted text of `?language=` will look like, with the lesson's own files."""
    lesson = lesson_edited_by(request, slug, public_id)
    language = request.GET.get("language", "")
    text = request.POST.get(f"body_{ENDS.get(language, 'en')}", "")
    context = _rendered(lesson, language if language in ENDS else "en", text)
    return render(request, "courses/lesson_edit.html#preview", context)


def _rendered(lesson: Lesson, language: str, text: str) -> dict[str, Any]:
    try:
        document = queries.preview(lesson, language, text)
    except DomainError as error:
        return {"refusal": str(error)}
    return {"document": document}


@login_required
@require_http_methods(["GET", "POST"])
def lesson_rules(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    lesson = lesson_edited_by(request, slug, public_id)
    others = queries.other_lessons(lesson)
    form = LessonRulesForm(request.POST or None, lesson=lesson, others=others)
    if form.is_valid():
        try:
            services.update_lesson(lesson=lesson, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved. Learners are held to it when you publish."))
            return redirect("courses:lesson-rules", slug, public_id)
    return render(request, "courses/lesson_rules.html", desk_context(lesson, form=form))
