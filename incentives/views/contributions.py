"""A contributor's own pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from core.media_types import PDF
from core.ranges import file_response
from incentives.forms.contributions import ContributionForm, PublicNameForm, WordsForm
from incentives.models import Contribution, ContributionStatus, OfficerRole, PublicName
from incentives.models.contributions import WAITING
from incentives.models.names import new_pseudonym
from incentives.queries import contributions as queries, hours, points
from incentives.services import contributions as services, names
from incentives.views.access import is_officer

PAGE = 20
# What a browser shows without running anything; all else is saved to the disk
SHOWN = {PDF, "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}


@login_required
@require_safe
def contribution_list(request: HttpRequest) -> HttpResponse:
    context = {
        "name": _name_of(request),
        "totals": queries.totals(request.user),
        "proposals": queries.proposals(request.user),
        "page": Paginator(queries.mine(request.user), PAGE).get_page(request.GET.get("page")),
        "helped": hours.helped(user=request.user),
        "is_reviewer": is_officer(request.user, OfficerRole.REVIEWER),
    }
    return render(request, "incentives/contribution_list.html", context)


def _name_of(request: HttpRequest) -> PublicName | None:
    """Reading makes none: they get one when they save it, or with their first share."""
    return PublicName.objects.select_related("user").filter(user=request.user).first()


@login_required
@require_http_methods(["GET", "POST"])
def contribution_create(request: HttpRequest) -> HttpResponse:
    form = ContributionForm(request.POST or None, request.FILES or None, by=request.user)
    return _submit(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def contribution_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the system proposed becomes a contribution when its author says so."""
    drafts = queries.proposals(request.user)
    draft = get_object_or_404(drafts, public_id=public_id)
    form = ContributionForm(
        request.POST or None, request.FILES or None, by=request.user, work=draft
    )
    return _submit(request, form, draft)


def _submit(
    request: HttpRequest, form: ContributionForm, draft: Contribution | None = None
) -> HttpResponse:
    if form.is_valid():
        try:
            work = services.submit(by=request.user, draft=draft, **form.facts())
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Thank you. A reviewer will look at it."))
            return redirect(work)
    table = points.in_force()
    lines = points.lines(table) if table else []
    context = {"form": form, "draft": draft, "table": table, "lines": lines}
    return render(request, "incentives/contribution_form.html", context)


@login_required
@never_cache
@require_safe
def contribution_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    work = _mine(request, public_id)
    return _detail(request, work)


def _mine(request: HttpRequest, public_id: str) -> Contribution:
    mine = queries.with_authors(Contribution.objects.of(request.user))
    return get_object_or_404(mine, public_id=public_id)


def _detail(request: HttpRequest, work: Contribution, **forms: Any) -> HttpResponse:
    waits = work.status in WAITING
    context = {
        "work": work,
        "history": queries.history(work),
        "answer_form": WordsForm(prefix="answer") if waits else None,
        "appeal_form": WordsForm(prefix="appeal") if services.may_appeal(work) else None,
        "may_withdraw": waits and work.created_by_id == request.user.pk,
        "is_proposal": work.status == ContributionStatus.DRAFT,
    }
    return render(request, "incentives/contribution_detail.html", context | forms)


@login_required
@require_POST
def contribution_answer(request: HttpRequest, public_id: str) -> HttpResponse:
    return _words(request, public_id, "answer", services.answer, _("Your answer is there."))


@login_required
@require_POST
def contribution_appeal(request: HttpRequest, public_id: str) -> HttpResponse:
    told = _("Other reviewers will look at it.")
    return _words(request, public_id, "appeal", services.appeal, told)


def _words(
    request: HttpRequest, public_id: str, verb: str, service: Any, told: str
) -> HttpResponse:
    work = _mine(request, public_id)
    form = WordsForm(request.POST, prefix=verb)
    if form.is_valid():
        try:
            service(contribution=work, by=request.user, text=form.cleaned_data["text"])
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
        return redirect(work)
    return _detail(request, work, **{f"{verb}_form": form})


@login_required
@require_http_methods(["GET", "POST"])
def contribution_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    work = get_object_or_404(
        Contribution.objects.filter(created_by=request.user), public_id=public_id
    )
    if request.method == "POST":
        try:
            services.withdraw(contribution=work, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(work)
        messages.success(request, _("“%(title)s” is withdrawn.") % {"title": work.title})
        return redirect("incentives:contribution-list")
    return render(request, "incentives/contribution_withdraw.html", {"work": work})


@login_required
@require_safe
def contribution_evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The private file, for authors and reviewers."""
    seen = Contribution.objects.of(request.user)
    if is_officer(request.user, OfficerRole.REVIEWER):
        seen = seen | queries.handed_in()
    work = get_object_or_404(seen, public_id=public_id)
    if not work.evidence_file:
        raise Http404
    response = file_response(
        request,
        open_file=work.evidence_file.open,
        size=work.evidence_file.size,
        etag=f'"{work.evidence_file.name.rpartition("/")[2]}"',
        media_type=work.evidence_type,
    )
    is_shown = work.evidence_type in SHOWN
    response["Content-Disposition"] = (
        content_disposition_header(not is_shown, work.evidence_name) or "attachment"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if work.evidence_type != PDF:  # a sandbox would switch off the browser's own reader
        response["Content-Security-Policy"] = "sandbox; frame-ancestors 'none'"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def public_name_edit(request: HttpRequest) -> HttpResponse:
    name = _name_of(request) or PublicName(pseudonym=new_pseudonym())
    form = PublicNameForm(
        request.POST or None,
        initial={"shows_name": name.shows_name, "pseudonym": name.pseudonym},
    )
    if form.is_valid():
        try:
            names.choose_name(user=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Your public name is saved."))
            return redirect("incentives:contribution-list")
    context = {"form": form, "has_name": bool(request.user.name)}
    return render(request, "incentives/public_name_edit.html", context)
