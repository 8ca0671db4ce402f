"""Orders of an event, as its organizers look after them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checkout.forms.managing import MarkPaidForm, OrderFilterForm
from checkout.queries import manage as queries
from checkout.services import orders as order_services, settling
from core.errors import DomainError
from core.forms import add_refusal
from events.models import Event
from orders.models import Order
from ticketing.models import TicketStatus
from ticketing.queries.attendees import read_page
from ticketing.views.access import event_run_by


@login_required
@never_cache
@require_safe
def order_list(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    form = OrderFilterForm(request.GET)
    chosen = form.chosen()
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    context = {
        "event": event,
        "form": form,
        "is_narrowed": any(chosen.values()),
        "page": read_page(queries.first_tickets(event, **chosen), after=after, before=before),
    }
    template = "checkout/order_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@login_required
@never_cache
@require_safe
def order_manage(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    event = event_run_by(request, slug)
    order = _order(event, reference)
    paid = order.payments.select_related("recorded_by")
    payments = list(paid.prefetch_related("refunds__line", "disputes"))
    entries = list(event.log.filter(target=order.reference).select_related("by"))
    found = event.tickets.filter(order_line__order=order).select_related("ticket_type")
    tickets = list(found.order_by("pk"))
    context = {
        "event": event,
        "order": order,
        "lines": order.lines.all(),
        "payments": payments,
        "tickets": tickets,
        "has_valid_tickets": any(ticket.status == TicketStatus.VALID for ticket in tickets),
        "steps": queries.timeline(order, payments, entries),
    }
    return render(request, "checkout/order_manage.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_mark_paid(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    event = event_run_by(request, slug)
    order = _order(event, reference)
    form = MarkPaidForm(request.POST or None)
    if form.is_valid():
        try:
            settling.mark_paid(order=order, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The order is paid. The tickets are on their way by mail."))
            return redirect("checkout:order-manage", event.slug, order.reference)
    context = {"event": event, "order": order, "form": form}
    return render(request, "checkout/order_mark_paid.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_resend(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    event = event_run_by(request, slug)
    order = _order(event, reference)
    if request.method == "POST":
        order_services.resend_confirmation(order=order, by=request.user)
        messages.success(request, _("The tickets are on their way by mail."))
        return redirect("checkout:order-manage", event.slug, order.reference)
    return render(request, "checkout/order_resend.html", {"event": event, "order": order})


def _order(event: Event, reference: str) -> Order:
    return get_object_or_404(queries.orders_of(event), reference=reference)
