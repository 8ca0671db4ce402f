from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from community.models import Chapter


@require_safe
def chapter_list(request: HttpRequest) -> HttpResponse:
    chapters = Chapter.objects.select_related("city")
    return render(request, "community/chapter_list.html", {"chapters": chapters})


@require_safe
def chapter_detail(request: HttpRequest, slug: str) -> HttpResponse:
    chapter: Chapter = get_object_or_404(Chapter.objects.select_related("city"), slug=slug)
    return render(request, "community/chapter_detail.html", {"chapter": chapter})
