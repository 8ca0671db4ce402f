from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import services
from community.forms import ChapterForm
from community.models import Chapter


@login_required
@require_http_methods(["GET", "POST"])
def chapter_edit(request: HttpRequest, slug: str) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.owned_by(request.user), slug=slug)
    shown = Chapter.objects.get(pk=chapter.pk)  # the form writes what was typed into its own
    form = ChapterForm(request.POST or None, instance=chapter)
    if form.is_valid():
        services.update_chapter(chapter=chapter, **form.cleaned_data)
        messages.success(request, _("The chapter is saved."))
        return redirect(chapter)
    return render(request, "community/chapter_edit.html", {"chapter": shown, "form": form})
