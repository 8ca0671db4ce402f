from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import queries, services
from community.forms import RolesForm
from community.models import Chapter, Invitation
from core.errors import DomainError
from core.forms import add_refusal

PAGE = 50


@login_required
@require_safe
def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.owned_by(request.user), slug=slug)
    page = Paginator(queries.members(chapter), PAGE).get_page(request.GET.get("page"))
    waiting = Invitation.objects.filter(chapter=chapter, accepted_at=None, revoked_at=None)
    context = {
        "chapter": chapter,
        "page": page,
        "invitations": waiting.select_related("invited_by").order_by("-created_at"),
        "now": timezone.now(),
    }
    return render(request, "community/member_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def member_update(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.owned_by(request.user), slug=slug)
    member = get_object_or_404(queries.members(chapter), pk=pk)
    roles = [membership.role for membership in member.chapter_roles]
    typed = request.POST if request.method == "POST" else None
    form = RolesForm(typed, initial={"roles": roles})
    if form.is_valid():
        try:
            services.set_roles(chapter=chapter, user=member, roles=form.cleaned_data["roles"])
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The roles of %(name)s are saved.") % {"name": member})
            return _back(request, chapter)
    context = {"chapter": chapter, "member": member, "form": form}
    return render(request, "community/member_update.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.owned_by(request.user), slug=slug)
    member = get_object_or_404(queries.members(chapter), pk=pk)
    if request.method == "POST":
        try:
            services.set_roles(chapter=chapter, user=member, roles=[])
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(name)s is no longer a member.") % {"name": member})
        return _back(request, chapter)
    context = {"chapter": chapter, "member": member}
    return render(request, "community/member_remove.html", context)


def _back(request: HttpRequest, chapter: Chapter) -> HttpResponse:
    """To the members, unless the reader has just given their own part away."""
    if Chapter.objects.owned_by(request.user).filter(pk=chapter.pk).exists():
        return redirect("community:member-list", chapter.slug)
    return redirect(chapter)
