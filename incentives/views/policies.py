"""What earns a free pass: what anyone reads, and what administrators publish."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from incentives.forms.policies import PolicyForm
from incentives.models import PassPolicy
from incentives.queries.policies import due
from incentives.services import policies as services
from incentives.views.access import for_administrators

SHOWN = 50  # of those whom a rule would give passes


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    context = {
        "policies": PassPolicy.objects.in_force(),
        "former": Paginator(
            PassPolicy.objects.exclude(retired_at=None).order_by("-retired_at"), SHOWN
        ).get_page(request.GET.get("page")),
        "may_edit": request.user.is_superuser,
    }
    return render(request, "incentives/policy_list.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def policy_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@for_administrators
@require_http_methods(["GET", "POST"])
def policy_edit(request: HttpRequest, lineage: str) -> HttpResponse:
    """A new version of a rule in force."""
    return _edit(request, get_object_or_404(PassPolicy.objects.in_force(), lineage=lineage))


def _edit(request: HttpRequest, policy: PassPolicy | None) -> HttpResponse:
    """`publish` in the POST puts it in force; any other shows first whom it would give passes."""
    form = PolicyForm(request.POST or None, policy=policy)
    now = timezone.now()
    preview = None
    if form.is_valid():
        try:
            if "publish" in request.POST:
                services.publish_policy(
                    by=request.user, at=now, replaces=policy, **form.cleaned_data
                )
                messages.success(request, _("The rule is in force."))
                return redirect("incentives:policy-list")
            preview = _preview(form, policy)
        except DomainError as error:
            add_refusal(form, error)
    context = {"form": form, "policy": policy, "preview": preview}
    return render(request, "incentives/policy_edit.html", context)


def _preview(form: PolicyForm, policy: PassPolicy | None) -> dict[str, object]:
    """What publishing would give at once."""
    lineage = {"lineage": policy.lineage} if policy else {}
    draft = PassPolicy(**form.cleaned_data, **lineage)
    owed = due(draft, timezone.now())
    rows = [(one.user, services.reason_of(draft, one), one.event) for one in owed[:SHOWN]]
    return {"draft": draft, "count": len(owed), "rows": rows, "more": len(owed) - len(rows)}


@for_administrators
@require_http_methods(["GET", "POST"])
def policy_retire(request: HttpRequest, lineage: str) -> HttpResponse:
    policy = get_object_or_404(PassPolicy.objects.in_force(), lineage=lineage)
    if request.method == "POST":
        try:
            services.retire_policy(policy=policy, by=request.user, at=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The rule gives no more passes. Those given stay."))
        return redirect("incentives:policy-list")
    return render(request, "incentives/policy_retire.html", {"policy": policy})
