"""Writing to all learners of a course or a run."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.forms.announcements import AnnouncementForm
from courses.models import Announcement, Course
from courses.queries.announcements import all_announcements
from courses.services import announcements as services
from courses.views.desk.access import course_edited_by


@login_required
@require_http_methods(["GET", "POST"])
def announcement_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What was announced, and a form for the next."""
    course = course_edited_by(request, slug)
    form = AnnouncementForm(request.POST or None, course=course)
    if form.is_valid():
        services.announce(course=course, by=request.user, **form.cleaned_data)
        messages.success(request, _("Published. Every learner gets it by mail once."))
        return redirect("courses:announcement-desk", slug)
    context = {"course": course, "form": form, "announcements": all_announcements(course)}
    return render(request, "courses/announcement_desk.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def announcement_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    announcement = _shown(course, public_id)
    form = AnnouncementForm(request.POST or None, course=course, announcement=announcement)
    if form.is_valid():
        services.edit_announcement(announcement=announcement, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. It is not mailed again."))
        return redirect("courses:announcement-desk", slug)
    context = {"course": course, "announcement": announcement, "form": form}
    return render(request, "courses/announcement_edit.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def announcement_remove(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    course = course_edited_by(request, slug)
    announcement = _shown(course, public_id)
    if request.method == "POST":
        services.remove_announcement(announcement=announcement, by=request.user)
        messages.success(request, _("It is off the page."))
        return redirect("courses:announcement-desk", slug)
    context = {"course": course, "announcement": announcement}
    return render(request, "courses/announcement_remove.html", context)


def _shown(course: Course, public_id: str) -> Announcement:
    found = Announcement.objects.published().filter(course=course)
    return get_object_or_404(found, public_id=public_id)
