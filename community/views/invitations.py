from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community import services
from community.forms import InvitationForm
from community.models import Chapter, Invitation
from core.errors import DomainError
from core.forms import add_refusal


@login_required
@require_http_methods(["GET", "POST"])
def invitation_create(request: HttpRequest, slug: str) -> HttpResponse:
    chapter = get_object_or_404(Chapter.objects.owned_by(request.user), slug=slug)
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            invitation = services.invite_member(
                chapter=chapter, by=request.user, language=get_language(), **form.cleaned_data
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            words = _("The invitation is on its way to %(email)s.")
            messages.success(request, words % {"email": invitation.email})
            return redirect("community:member-list", chapter.slug)
    return render(request, "community/invitation_create.html", {"chapter": chapter, "form": form})


@login_required
@require_POST
def invitation_resend(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    invitation = _of_chapter(request, slug, pk)
    try:
        services.resend_invitation(invitation=invitation)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        words = _("The invitation is on its way to %(email)s once more.")
        messages.success(request, words % {"email": invitation.email})
    return redirect("community:member-list", slug)


@login_required
@require_http_methods(["GET", "POST"])
def invitation_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    invitation = _of_chapter(request, slug, pk)
    if request.method == "POST":
        services.revoke_invitation(invitation=invitation)
        words = _("The invitation of %(email)s is taken back.")
        messages.success(request, words % {"email": invitation.email})
        return redirect("community:member-list", slug)
    context = {"chapter": invitation.chapter, "invitation": invitation}
    return render(request, "community/invitation_revoke.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """What a mailed link opens. Says to anybody who holds it which chapter invites, and as what."""
    invitation = get_object_or_404(
        Invitation.objects.select_related("chapter", "invited_by"), token=token
    )
    if request.method == "POST" and request.user.is_authenticated:
        try:
            chapter = services.accept_invitation(invitation=invitation, user=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("community:invitation-accept", token)
        messages.success(request, _("Welcome to %(chapter)s.") % {"chapter": chapter})
        return redirect("events:desk")
    is_open = Invitation.objects.open(timezone.now()).filter(pk=invitation.pk).exists()
    context = {
        "invitation": invitation,
        "chapter": invitation.chapter,
        "is_open": is_open,
    }
    return render(
        request, "community/invitation_accept.html", context, status=200 if is_open else 410
    )


def _of_chapter(request: HttpRequest, slug: str, pk: int) -> Invitation:
    """One that waits in a chapter of the reader's."""
    mine = Invitation.objects.filter(
        chapter__in=Chapter.objects.owned_by(request.user), accepted_at=None, revoked_at=None
    )
    return get_object_or_404(mine.select_related("chapter"), chapter__slug=slug, pk=pk)
