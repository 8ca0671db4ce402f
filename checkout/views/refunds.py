"""How an organizer gives money back: single tickets or seats, an order, a whole canceled event."""

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
from checkout.queries.subjects import Subject
from checkout.services import event_refunds as run_services, refunds
from checkout.views.shops import EVENT, Shop, shop_run_by
from core.effects import after_commit
from core.errors import DomainError
from core.forms import add_refusal
from orders.models import Order, Refund, RefundReason
from ticketing.views.access import event_run_by


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_refund(
    request: HttpRequest, slug: str, reference: str, kind: str = EVENT
) -> HttpResponse:
    """Choose what goes back, see the sum, confirm it: three answers of one address."""
    shop = shop_run_by(request, slug, kind)
    order = shop.order(reference)
    units = refund_plan.units_to_refund(order)
    form = RefundForm(
        request.POST or None, units=units, initial={"units": _preselected(request, units)}
    )
    context = {**shop.context, "order": order, "form": form}
    context["payment"] = refund_plan.payment_behind(order)
    if not form.is_valid():
        return render(request, "checkout/order_refund.html", context)
    context["plan"] = plan = refund_plan.plan(refund_plan.units_at(units, form.percents))
    if form.is_confirmed(plan.amount_minor):
        return _refund(request, shop, order, form)
    return render(request, "checkout/order_refund_confirm.html", context)


def _preselected(request: HttpRequest, units: list[refund_plan.Unit]) -> list[str]:
    """`?unit=` one ticket, `?line=` all of a line, `?all=1` all; the only one is chosen anyway."""
    unit, line = request.GET.get("unit"), request.GET.get("line")
    everything = len(units) == 1 or "all" in request.GET
    return [
        each.public_id
        for each in units
        if everything or each.public_id == unit or str(each.line.pk) == line
    ]


def _refund(request: HttpRequest, shop: Shop, order: Order, form: RefundForm) -> HttpResponse:
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
    return redirect(shop.url("order-manage", order.reference))


@login_required
@require_POST
def refund_retry(
    request: HttpRequest, slug: str, public_id: UUID, kind: str = EVENT
) -> HttpResponse:
    shop = shop_run_by(request, slug, kind)
    refund = _find(shop, public_id)
    refunds.retry_refund(refund=refund, by=request.user)
    messages.success(request, _("The payment service is asked once more."))
    return redirect(shop.url("order-manage", refund.payment.order.reference))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def refund_returned(
    request: HttpRequest, slug: str, public_id: UUID, kind: str = EVENT
) -> HttpResponse:
    """Bank or cash money was given back by hand."""
    shop = shop_run_by(request, slug, kind)
    refund = _find(shop, public_id)
    order = refund.payment.order
    form = ReturnedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            refunds.mark_returned(refund=refund, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Noted. The buyer is told."))
            return redirect(shop.url("order-manage", order.reference))
    context = {**shop.context, "order": order, "refund": refund, "form": form}
    return render(request, "checkout/refund_returned.html", context)


def _find(shop: Shop, public_id: UUID) -> Refund:
    found = Refund.objects.filter(payment__order__in=shop.orders)
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
        "shop": Shop(Subject(event=event)),
        "run": getattr(event, "refund_run", None),
        "progress": progress_queries.progress(event),
        "owed": progress_queries.owed_minor(event),
        "stuck": progress_queries.stuck_refunds(event),
        "disputed": list(progress_queries.disputed_orders(event)),
    }
    template = "checkout/event_refunds.html"
    return render(request, f"{template}#progress" if request.htmx else template, context)
