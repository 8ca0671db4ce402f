"""How an organizer gives money back: single tickets, an order, a whole canceled event."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checkout import jobs
from checkout.forms.money import RefundForm, ReturnedForm
from checkout.queries import event_refunds as progress_queries, refund_plan
from checkout.queries.manage import orders_of
from checkout.services import event_refunds as run_services, refunds
from core.effects import after_commit
from core.errors import DomainError
from core.forms import add_refusal
from events.models import Event
from orders.models import Order, Refund, RefundReason
from ticketing.models import Ticket
from ticketing.views.access import event_run_by


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_refund(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Choose tickets, see the sum, confirm it: three answers of one address."""
    event = event_run_by(request, slug)
    order = get_object_or_404(orders_of(event), reference=reference)
    tickets = refund_plan.valid_tickets(order) if order.is_paid else []
    form = RefundForm(
        request.POST or None, tickets=tickets, initial={"units": _preselected(request, tickets)}
    )
    context = {"event": event, "order": order, "form": form}
    context["payment"] = refund_plan.payment_behind(order)
    if not form.is_valid():
        return render(request, "checkout/order_refund.html", context)
    context["plan"] = plan = refund_plan.plan(refund_plan.units_at(tickets, form.percents))
    if form.is_confirmed(plan.amount_minor):
        return _refund(request, event, order, form)
    return render(request, "checkout/order_refund_confirm.html", context)


def _preselected(request: HttpRequest, tickets: list[Ticket]) -> list[str]:
    """`?unit=` one ticket, `?line=` all of a line, `?all=1` all; the only one is chosen anyway."""
    unit, line = request.GET.get("unit"), request.GET.get("line")
    everything = len(tickets) == 1 or "all" in request.GET
    return [
        ticket.public_id
        for ticket in tickets
        if everything or ticket.public_id == unit or str(ticket.order_line_id) == line
    ]


def _refund(request: HttpRequest, event: Event, order: Order, form: RefundForm) -> HttpResponse:
    try:
        refunds.refund_units(
            order=order,
            units=form.percents,
            by=request.user,
            reason=RefundReason.ORGANIZER,
            percents=form.percents,
            note=form.cleaned_data["note"],
        )
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Refunded. How far the money is stands at each payment."))
    return redirect("checkout:order-manage", event.slug, order.reference)


@login_required
@require_POST
def refund_retry(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    event = event_run_by(request, slug)
    refund = _find(event, public_id)
    refunds.retry_refund(refund=refund, by=request.user)
    messages.success(request, _("The payment service is asked once more."))
    return redirect("checkout:order-manage", event.slug, refund.payment.order.reference)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def refund_returned(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Bank or cash money was given back by hand."""
    event = event_run_by(request, slug)
    refund = _find(event, public_id)
    order = refund.payment.order
    form = ReturnedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            refunds.mark_returned(refund=refund, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Noted. The buyer is told."))
            return redirect("checkout:order-manage", event.slug, order.reference)
    context = {"event": event, "order": order, "refund": refund, "form": form}
    return render(request, "checkout/refund_returned.html", context)


def _find(event: Event, public_id: UUID) -> Refund:
    found = Refund.objects.filter(payment__order__in=orders_of(event))
    return get_object_or_404(found.select_related("payment__order"), public_id=public_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def event_refunds(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks, then shows how far it is. The clock goes on where the first step ends."""
    event = event_run_by(request, slug)
    if request.method == "POST":
        try:
            run_services.request_refunds(event=event, by=request.user)
        except DomainError as error:
            messages.warning(request, str(error))
        else:
            after_commit(jobs.refund_events.delay)
        return redirect("checkout:event-refunds", event.slug)
    context = {
        "event": event,
        "run": getattr(event, "refund_run", None),
        "progress": progress_queries.progress(event),
        "owed": progress_queries.owed_minor(event),
        "stuck": progress_queries.stuck_refunds(event),
        "disputed": list(progress_queries.disputed_orders(event)),
    }
    template = "checkout/event_refunds.html"
    return render(request, f"{template}#progress" if request.htmx else template, context)
