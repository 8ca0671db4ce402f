"""The control page: the provider's dashboard, and levers for what can go wrong."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sandbox.errors import StripeError
from sandbox.forms import FaultForm, PolicyForm, RefundForm
from sandbox.models import (
    Charge,
    CheckoutSession,
    Delivery,
    DeliveryPolicy,
    Dispute,
    Event,
    Fault,
    Refund,
    RefundStatus,
)
from sandbox.services import clock, disputes, events, payments, refunds, sessions
from sandbox.services.pump import pump
from sandbox.views.pages import TABS, page

PER_PAGE = 25


def _rows(tab: str) -> QuerySet[Any]:
    rows: dict[str, QuerySet[Any]] = {
        "sessions": CheckoutSession.objects.select_related("intent"),
        "payments": Charge.objects.select_related("intent__session", "balance_transaction"),
        "refunds": Refund.objects.select_related("charge"),
        "disputes": Dispute.objects.select_related("charge"),
        "events": Event.objects.prefetch_related("deliveries"),
    }
    if tab not in rows:
        raise Http404
    return rows[tab].order_by("-pk")


def _page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


@page
@require_GET
def control(request: HttpRequest, tab: str = "sessions") -> HttpResponse:
    sessions.expire_overdue()
    refunds.end_due_refunds()
    pump.wake()
    context = {
        "tab": tab,
        "tabs": TABS,
        "page": _page_of(request, _rows(tab)),
        "waiting": Delivery.objects.filter(due_at__isnull=False).count(),
        "template": f"sandbox/control_{tab}.html",
    }
    return render(request, "sandbox/control.html", context)


@page
@require_http_methods(["GET", "POST"])
def trouble(request: HttpRequest) -> HttpResponse:
    """Order failures, and how events travel."""
    policy = DeliveryPolicy.objects.first() or DeliveryPolicy()
    which = request.POST.get("form", "")
    fault_form = FaultForm(request.POST if which == "fault" else None)
    policy_form = PolicyForm(request.POST if which == "policy" else None, instance=policy)
    for form in (fault_form, policy_form):
        if form.is_bound and form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("sandbox:trouble")
    context = {
        "tab": "trouble",
        "tabs": TABS,
        "faults": Fault.objects.filter(remaining__gt=0),
        "fault_form": fault_form,
        "policy_form": policy_form,
        "policy": policy,
    }
    status = 422 if fault_form.errors or policy_form.errors else 200
    return render(request, "sandbox/trouble.html", context, status=status)


@require_POST
def fault_remove(request: HttpRequest, pk: int) -> HttpResponse:
    Fault.objects.filter(pk=pk).delete()
    return redirect("sandbox:trouble")


@require_POST
def deliver_now(request: HttpRequest) -> HttpResponse:
    """Send at once whatever waits, however late it was meant to be."""
    events.hurry()
    clock.tick()
    return _back(request, "events")


@require_POST
def event_redeliver(request: HttpRequest, public_id: str) -> HttpResponse:
    events.redeliver(get_object_or_404(Event, public_id=public_id))
    messages.success(request, _("The event is on its way again."))
    return _back(request, "events")


@require_POST
def session_expire(request: HttpRequest, public_id: str) -> HttpResponse:
    session = get_object_or_404(CheckoutSession, public_id=public_id)
    return _try(request, "sessions", lambda: sessions.expire_session(session))


@require_POST
def charge_refund(request: HttpRequest, public_id: str) -> HttpResponse:
    """A refund made here, of which the shop learns by event only."""
    charge = get_object_or_404(Charge, public_id=public_id)
    form = RefundForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the sum in the smallest unit, or nothing for all."))
        return _back(request, "payments")
    amount = form.cleaned_data["amount"]
    return _try(request, "refunds", lambda: refunds.refund(charge, amount=amount))


@require_POST
def charge_dispute(request: HttpRequest, public_id: str) -> HttpResponse:
    charge = get_object_or_404(Charge, public_id=public_id)
    return _try(request, "disputes", lambda: disputes.open_dispute(charge))


@require_POST
def charge_settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """The slow bank decides: `answer` is yes or no."""
    charge = get_object_or_404(Charge, public_id=public_id)
    decide = payments.settle if request.POST.get("answer") == "yes" else payments.fail
    return _try(request, "payments", lambda: decide(charge))


@require_POST
def refund_end(request: HttpRequest, public_id: str) -> HttpResponse:
    refund = get_object_or_404(Refund, public_id=public_id)
    wish = request.POST.get("status", "")
    if wish not in {RefundStatus.SUCCEEDED, RefundStatus.FAILED}:
        raise Http404
    return _try(request, "refunds", lambda: refunds.end_refund(refund, status=wish))


@require_POST
def dispute_close(request: HttpRequest, public_id: str) -> HttpResponse:
    dispute = get_object_or_404(Dispute, public_id=public_id)
    is_won = request.POST.get("answer") == "won"
    return _try(request, "disputes", lambda: disputes.close_dispute(dispute, is_won=is_won))


def _try(request: HttpRequest, tab: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except StripeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return _back(request, tab)


def _back(request: HttpRequest, tab: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("sandbox:control-tab", args=[tab]))
