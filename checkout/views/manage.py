"""Orders of an event or a course, as its organizers look after them."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checkout.forms.managing import MarkPaidForm, OrderFilterForm
from checkout.queries import manage as queries
from checkout.services import orders as order_services, settling
from checkout.views.shops import COURSE, EVENT, Shop, shop_run_by
from core.errors import DomainError
from core.forms import add_refusal
from courses.services import sales as seats
from events.models import Event
from orders.models import Order
from ticketing.models import Ticket, TicketStatus
from ticketing.queries.attendees import read_page
from ticketing.views.access import event_run_by

PAGE_SIZE = 50


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
def seat_order_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Orders of a course."""
    shop = shop_run_by(request, slug, COURSE)
    form = OrderFilterForm(request.GET)
    chosen = form.chosen()
    found = queries.found_orders(shop.orders, **chosen)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {**shop.context, "form": form, "is_narrowed": any(chosen.values()), "page": page}
    template = "checkout/seat_order_list.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@login_required
@never_cache
@require_safe
def order_manage(
    request: HttpRequest, slug: str, reference: str, kind: str = EVENT
) -> HttpResponse:
    shop = shop_run_by(request, slug, kind)
    order = shop.order(reference)
    paid = order.payments.select_related("recorded_by")
    payments = list(paid.prefetch_related("refunds__line", "disputes"))
    log = (shop.subject.event or shop.subject.course).log
    entries = list(log.filter(target=order.reference).select_related("by"))
    tickets = list(_tickets(shop.subject.event, order))
    context = {
        **shop.context,
        "order": order,
        "lines": order.lines.all(),
        "payments": payments,
        "tickets": tickets,
        "seats": list(seats.seats_of(order)) if shop.subject.course else [],
        "has_valid_tickets": any(ticket.status == TicketStatus.VALID for ticket in tickets),
        "steps": queries.timeline(order, payments, entries),
    }
    return render(request, "checkout/order_manage.html", context)


def _tickets(event: Event | None, order: Order) -> Iterable[Ticket]:
    if event is None:
        return []
    found = event.tickets.filter(order_line__order=order).select_related("ticket_type")
    return found.order_by("pk")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_mark_paid(
    request: HttpRequest, slug: str, reference: str, kind: str = EVENT
) -> HttpResponse:
    shop = shop_run_by(request, slug, kind)
    order = shop.order(reference)
    form = MarkPaidForm(request.POST or None)
    if form.is_valid():
        try:
            settling.mark_paid(order=order, by=request.user, **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _mailed(shop, _("The order is paid.")))
            return redirect(shop.url("order-manage", order.reference))
    context = {**shop.context, "order": order, "form": form}
    return render(request, "checkout/order_mark_paid.html", context)


def _mailed(shop: Shop, before: str = "") -> str:
    text = (
        _("The tickets are on their way by mail.")
        if shop.subject.event
        else _("The mail is on its way.")
    )
    return f"{before} {text}".strip()


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def order_resend(
    request: HttpRequest, slug: str, reference: str, kind: str = EVENT
) -> HttpResponse:
    shop = shop_run_by(request, slug, kind)
    order = shop.order(reference)
    if request.method == "POST":
        order_services.resend_confirmation(order=order, by=request.user)
        messages.success(request, _mailed(shop))
        return redirect(shop.url("order-manage", order.reference))
    return render(request, "checkout/order_resend.html", {**shop.context, "order": order})
