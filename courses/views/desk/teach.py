"""All courses of one lecturer, and a new one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.models import Chapter
from core.errors import DomainError
from core.forms import add_refusal
from courses.forms.courses import CourseCreateForm
from courses.models import WRITERS, Course
from courses.queries import teaching as queries
from courses.services import courses as services

PAGE = 20


@login_required
@require_safe
def teach(request: HttpRequest) -> HttpResponse:
    """The courses that the reader may write, the one touched last first."""
    mine = Course.objects.edited_by(request.user).search(request.GET.get("q", ""))
    shown = queries.with_figures(mine).select_related("chapter")
    context = {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "chapters": Chapter.objects.with_role(request.user, WRITERS),
        "q": request.GET.get("q", ""),
    }
    return render(request, "courses/teach.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def course_create(request: HttpRequest) -> HttpResponse:
    """For those who have a part in a chapter that lets them write; others may only ask for one."""
    chapters = Chapter.objects.with_role(request.user, WRITERS)
    form = CourseCreateForm(request.POST or None, chapters=chapters)
    if chapters and form.is_valid():
        try:
            course = services.create_course(by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The draft is saved. Only its lecturers see it."))
            return redirect("courses:desk-outline", course.slug)
    context = {"form": form, "may_create": bool(chapters)}
    return render(request, "courses/course_create.html", context)
