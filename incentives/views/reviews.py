"""The reviewers' queue, and one contribution with its evidence beside the form."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.reviews import ReviewForm
from incentives.models import Contribution, ContributionStatus, Kind, Size, Verdict
from incentives.models.contributions import FINAL, WAITING
from incentives.queries import contributions as queries, points
from incentives.services import reviews as services
from incentives.views.access import for_reviewers

PAGE = 30
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}


@for_reviewers
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    waiting = queries.queue(request.user)
    kind = request.GET.get("kind", "")
    if kind in Kind:
        waiting = waiting.filter(kind=kind)
    context = {
        "page": Paginator(waiting, PAGE).get_page(request.GET.get("page")),
        "kinds": Kind.choices,
        "kind": kind,
        "decided": queries.decided_lately(request.user),
        "table": points.in_force(),
    }
    return render(request, "incentives/review_list.html", context)


@for_reviewers
@require_http_methods(["GET", "POST"])
def review_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """What one decides oneself is not there for one's own work."""
    work = get_object_or_404(queries.reviewable(request.user), public_id=public_id)
    table = points.in_force()
    form = ReviewForm(
        request.POST or None,
        sizes=queries.sizes(work, table),
        initial={"size": work.size_asked},
    )
    if form.is_valid():
        try:
            told = _decide(request, work, form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, told)
            return _next(request)
    said = list(queries.history(work))
    context = {
        "work": work,
        "form": form,
        "table": table,
        "lines": points.lines(table) if table else [],
        "history": said,
        "may_decide": work.status in WAITING and not _has_decided(request, said),
        "may_revoke": work.status == ContributionStatus.ACCEPTED,
        "first_word": _first_of_two(work, said),
        "is_picture": work.evidence_type in PICTURES,
    }
    return render(request, "incentives/review_detail.html", context)


def _decide(request: HttpRequest, work: Contribution, said: dict[str, Any]) -> str:
    words = {"contribution": work, "by": request.user, "text": said["text"]}
    if said["verdict"] == "accept":
        done = services.accept(size=said["size"], **words)
        if done.status == ContributionStatus.ACCEPTED:
            return _("Accepted: %(points)s points.") % {"points": done.points}
        return _("Your word counts. A large one needs a second reviewer.")
    if said["verdict"] == "ask":
        services.ask(**words)
        return _("The question is asked.")
    if said["verdict"] == "revoke":
        services.revoke(**words)
        return _("The acceptance is taken back.")
    services.reject(**words)
    return _("Not accepted, and its authors read why.")


def _next(request: HttpRequest) -> HttpResponse:
    """To the one that waits longest and waits for no answer, else to the queue."""
    unasked = Q(last_word=None) | ~Q(last_word=Verdict.QUESTION)
    work = queries.queue(request.user).filter(unasked).first()
    if work:
        return redirect("incentives:review-detail", work.public_id)
    return redirect("incentives:review-list")


def _has_decided(request: HttpRequest, said: list[Any]) -> bool:
    return any(word.by_id == request.user.pk and word.verdict in FINAL for word in said)


def _first_of_two(work: Contribution, said: list[Any]) -> Any:
    """Who has found it large in this round, when a second is needed."""
    words = [w for w in said if w.verdict == Verdict.ACCEPT and w.round == work.round]
    is_open = work.status in WAITING
    return next((w for w in words if is_open and w.size == Size.LARGE), None)
