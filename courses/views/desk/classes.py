"""Planning the classes of a run, and who was there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.errors import DomainError
from core.forms import add_refusal
from courses.forms.classes import ClassCancelForm, ClassChangeForm, ClassPlanForm, RecordingForm
from courses.models import ClassSession
from courses.queries import classes as queries
from courses.queries.people import Learner
from courses.services import attendance, classes as services, recordings
from courses.views.desk.access import course_edited_by

PAGE = 100


def _session(request: HttpRequest, slug: str, public_id: str) -> ClassSession:
    """A class of a course that the reader writes, with `cohort.course` as the desk wants it."""
    course = course_edited_by(request, slug)
    found = ClassSession.objects.filter(cohort__course=course)
    found = found.select_related("cohort", "event__venue", "series", "recording_lesson")
    session: ClassSession = get_object_or_404(found, public_id=public_id)
    session.cohort.course = course
    return session


def _siblings(session: ClassSession) -> int:
    """How many of those planned with it come later and stand."""
    if session.series is None:
        return 0
    later = session.series.sessions.standing().filter(starts_at__gt=session.starts_at)
    return later.count()


@login_required
@require_safe
def class_list(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    context = {"course": course, "runs": queries.desk_runs(course), "now": timezone.now()}
    return render(request, "courses/class_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def class_create(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    cohort = get_object_or_404(course.cohorts, public_id=public_id)
    cohort.course = course
    form = ClassPlanForm(request.POST or None, cohort=cohort, venues=course.chapter.venues.all())
    if form.is_valid():
        try:
            planned = services.plan_classes(cohort=cohort, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            count = len(planned)
            words = ngettext("%(count)s class is planned.", "%(count)s classes are planned.", count)
            messages.success(request, words % {"count": count})
            return redirect("courses:class-list", slug)
    context = {"course": course, "cohort": cohort, "form": form}
    return render(request, "courses/class_create.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def class_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    session = _session(request, slug, public_id)
    course, siblings = session.cohort.course, _siblings(session)
    venues = course.chapter.venues.all()
    form = ClassChangeForm(request.POST or None, session=session, siblings=siblings, venues=venues)
    if form.is_valid():
        data = dict(form.cleaned_data)
        following = data.pop("scope", "one") == "following"
        try:
            services.change_class(session=session, by=request.user, following=following, **data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved. Its people hear of a new time or place by mail."))
            return redirect("courses:class-list", slug)
    context = {"course": course, "session": session, "form": form, "siblings": siblings}
    return render(request, "courses/class_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def class_cancel(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    session = _session(request, slug, public_id)
    siblings = _siblings(session)
    form = ClassCancelForm(request.POST or None, siblings=siblings)
    if request.method == "POST" and form.is_valid():
        canceled = services.cancel_class(
            session=session,
            by=request.user,
            reason=form.cleaned_data["reason"],
            following=form.cleaned_data.get("scope") == "following",
        )
        count = len(canceled)
        words = ngettext(
            "%(count)s class is canceled. Its people are told.",
            "%(count)s classes are canceled. Their people are told.",
            count,
        )
        messages.success(request, words % {"count": count})
        return redirect("courses:class-list", slug)
    context = {
        "course": session.cohort.course, "session": session, "form": form, "siblings": siblings,
    }  # fmt: skip
    return render(request, "courses/class_cancel.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def class_attendance(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Everybody with a seat, how we know that they were there, and boxes to say so by hand."""
    session = _session(request, slug, public_id)
    if request.method == "POST":
        _mark(request, session)
        return redirect(request.get_full_path())
    found = queries.presences(session)
    q = request.GET.get("q", "").strip()
    shown = [one for one in found if _is_named(one.learner, q)] if q else found
    context = {
        "course": session.cohort.course,
        "session": session,
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "there": sum(one.is_there for one in found),
        "all": len(found),
        "q": q,
    }
    return render(request, "courses/class_attendance.html", context)


def _is_named(learner: Learner, q: str) -> bool:
    return q.casefold() in f"{learner.name} {learner.email}".casefold()


def _mark(request: HttpRequest, session: ClassSession) -> None:
    """`present`: a person's pk. What is not a number finds nobody."""
    asked = request.POST.get("present", "")
    user = get_object_or_404(User, pk=asked if asked.isdecimal() else 0)
    note = request.POST.get("note", "")[:240]
    try:
        attendance.mark_present(session=session, user=user, by=request.user, note=note)
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("%(name)s was there.") % {"name": user})


@login_required
@require_POST
def attendance_withdraw(request: HttpRequest, slug: str, public_id: str, pk: int) -> HttpResponse:
    session = _session(request, slug, public_id)
    row = get_object_or_404(session.attendance.select_related("user"), pk=pk)
    attendance.withdraw(row=row, by=request.user)
    words = _("Taken back for %(name)s; the line stays with a strike through it.")
    messages.success(request, words % {"name": row.user})
    return redirect("courses:class-attendance", slug, public_id)


@login_required
@require_http_methods(["GET", "POST"])
def class_recording(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """What was recorded becomes the draft of a lesson; the way leads on to it."""
    session = _session(request, slug, public_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordingForm(*sent)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lesson = recordings.make_recording_lesson(
                session=session,
                by=request.user,
                url=form.cleaned_data["url"],
                file=file,
                file_name=file.name if file else "",
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("It is a draft now. Learners see it once you publish."))
            return redirect("courses:lesson-edit", slug, lesson.public_id)
    context = {"course": session.cohort.course, "session": session, "form": form}
    return render(request, "courses/class_recording.html", context)
