"""What a course's page says of it, who teaches it, and its end."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.errors import DomainError
from core.forms import add_refusal
from courses.errors import CourseConflict
from courses.forms.courses import CourseForm, LecturerRatesForm, LecturersForm
from courses.models import Course, CourseStatus, LecturerRate
from courses.services import courses as services
from courses.services.courses import LecturerFields
from courses.services.rates import set_lecturer_rates
from courses.views.desk.access import course_edited_by
from orders.models import SaleKind, ShareRate


@login_required
@require_http_methods(["GET", "POST"])
def course_edit(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    mine = Course.objects.get(pk=course.pk)  # the form writes what was typed into its own
    form = CourseForm(request.POST or None, request.FILES or None, instance=mine)
    context: dict[str, Any] = {"course": course, "form": form, "preview": "preview" in request.POST}
    if form.is_bound and form.is_valid() and not context["preview"]:
        try:
            saved = services.update_course(
                course=course, by=request.user, version=_version(request, course), **form.values()
            )
        except CourseConflict as error:
            context |= {"conflict": error, "differences": form.differences(course)}
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved. The course's page says so at once."))
            return redirect("courses:course-edit", saved.slug)
    context["version"] = course.version if "conflict" in context else _version(request, course)
    return render(request, "courses/course_edit.html", context)


def _version(request: HttpRequest, course: Course) -> int:
    """The version that the reader's page was made from."""
    typed = request.POST.get("version", "")
    return int(typed[:9]) if typed.isdecimal() else course.version


@login_required
@require_http_methods(["GET", "POST"])
def lecturer_list(request: HttpRequest, slug: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    lecturers = course.course_lecturers.select_related("user")
    form = LecturersForm(request.POST or None, lecturers=lecturers)
    if form.is_valid() and (people := _people(form)) is not None:
        services.set_lecturers(course=course, by=request.user, lecturers=people)
        messages.success(request, _("Saved."))
        if not Course.objects.edited_by(request.user).filter(pk=course.pk).exists():
            return redirect("courses:teach")  # they took themselves out
        return redirect("courses:lecturer-list", slug)
    return render(request, "courses/lecturer_list.html", {"course": course, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def lecturer_rates(request: HttpRequest, slug: str) -> HttpResponse:
    """Who runs the chapter decides who gets how much; who teaches reads it."""
    course = course_edited_by(request, slug)
    if request.method == "POST" and not course.is_run:
        raise Http404
    lecturers = list(course.course_lecturers.select_related("user"))
    now = timezone.now()
    bps = LecturerRate.objects.in_force([course.pk], now)[course.pk]
    form = LecturerRatesForm(request.POST or None, lecturers=lecturers, bps=bps)
    if form.is_valid():
        try:
            set_lecturer_rates(course=course, by=request.user, bps=form.bps())
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved. What was paid before keeps its share."))
            return redirect("courses:lecturer-rates", slug)
    context = {
        "course": course,
        "form": form,
        "shares": [(lecturer.user, bps.get(lecturer.user_id, 0)) for lecturer in lecturers],
        "pool_bps": ShareRate.objects.in_force(now).get(SaleKind.COURSE, 0),
        "history": course.lecturer_rates.select_related("user", "set_by")[:20],
    }
    return render(request, "courses/lecturer_rates.html", context)


def _people(form: LecturersForm) -> list[LecturerFields] | None:
    """Who shall teach the course; None when the person to add is not to be found."""
    people = [LecturerFields(user, **fields) for user, fields in form.kept()]
    email = form.cleaned_data["email"]
    if not email:
        return people
    found = User.objects.filter(email__iexact=email, is_active=True).first()
    if found is None:
        form.add_error(
            "email", _("Nobody here has this address. Ask them to sign in once, then add them.")
        )
        return None
    if all(person.user != found for person in people):
        people.append(LecturerFields(found, is_lead=not people))
    return people


@login_required
@require_http_methods(["GET", "POST"])
def course_end(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft is deleted; what was published is archived, and offered again."""
    course = course_edited_by(request, slug)
    if request.method == "GET":
        return render(request, "courses/course_end.html", {"course": course})
    try:
        sentence = _end(course, request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("courses:desk-outline", slug)
    messages.success(request, sentence)
    return redirect("courses:teach")


def _end(course: Course, by: User) -> str:
    if not course.published_at:
        services.delete_course(course=course)
        return _("“%(title)s” is deleted.") % {"title": course.title}
    if course.status == CourseStatus.ARCHIVED:
        services.restore_course(course=course, by=by)
        return _("“%(title)s” is in the catalog again.") % {"title": course.title}
    services.archive_course(course=course, by=by)
    return _("“%(title)s” is archived. Those who learn keep it.") % {"title": course.title}
