"""What lecturers told all learners."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.queries.announcements import all_announcements, announcements_for
from courses.views.catalog import find_course

PAGE = 20


@never_cache
@login_required
@require_safe
def announcement_list(request: HttpRequest, slug: str) -> HttpResponse:
    course, access = find_course(request, slug)
    if not access.is_enrolled and not access.is_staff:
        raise Http404
    if access.is_staff:
        found = all_announcements(course)
    else:
        found = announcements_for(request.user, course, access.at)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"course": course, "page": page, "may_write": access.is_staff}
    return render(request, "courses/announcement_list.html", context)
