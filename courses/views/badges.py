"""Open Badges: the holder's credential, and what anybody needs to verify one."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from community.models import Chapter
from courses import badges
from courses.models import BadgeKey
from courses.queries import certificates as queries
from courses.services.badge_keys import load_signer

MOST_LISTS = 1_000_000  # more than a primary key ever needs


@never_cache
@login_required
@require_safe
def certificate_badge(request: HttpRequest, number: str) -> HttpResponse:
    """The signed credential, for its holder and for those who work on the course."""
    found = queries.by_number(number)
    kept = queries.kept_by(request.user).valid().select_related("course__chapter", "rule", "user")
    certificate = get_object_or_404(kept, pk=found and found.pk)
    signer = load_signer(chapter=certificate.course.chapter)
    response = HttpResponse(
        badges.credential(certificate, signer), content_type="application/vc+jwt"
    )
    name = f"open-badge-{certificate.label}.jwt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def badge_issuer(_request: HttpRequest, slug: str) -> HttpResponse:
    """The chapter's DID document, once it has signed something."""
    key = get_object_or_404(BadgeKey.objects.select_related("chapter"), chapter__slug=slug)
    document = badges.issuer_document(
        key.chapter, key_id=key.key_id, public_key=bytes(key.public_key)
    )
    response = JsonResponse(document, content_type="application/did+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache_control(public=True, max_age=300)
def badge_status(_request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Which of the chapter's badges were revoked, signed."""
    if number > MOST_LISTS:
        raise Http404
    chapter = get_object_or_404(Chapter, slug=slug, badge_key__isnull=False)
    revoked = queries.revoked_places(chapter, number)
    signer = load_signer(chapter=chapter)
    text = badges.status_list(chapter, number, revoked, signer, at=timezone.now())
    response = HttpResponse(text, content_type="application/vc+jwt")
    response["Access-Control-Allow-Origin"] = "*"
    return response
