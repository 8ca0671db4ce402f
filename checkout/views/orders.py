"""The buyer's own page of an order, behind its secret link, and what can be done there.

Whoever has the link is the buyer: no account, no cookie. So its pages are never stored,
never indexed, and never named to another site.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from checkout.errors import OrderNotOpen
from checkout.forms.buying import CorrectionForm
from checkout.queries.order_page import OrderState, order_page
from checkout.queries.subjects import subject_of
from checkout.sellers import sellers_of
from checkout.services import payments
from checkout.services.orders import correct_buyer
from core.addresses import suggest_email
from core.errors import DomainError
from core.logs import logger
from events.calendars import Guest, guest_calendar
from orders.errors import GatewayError
from orders.models import Order
from ticketing.models import Ticket
from ticketing.pdf import tickets_pdf
from ticketing.services import sales
from ticketing.services.tickets import rename_holder

LOOKS = 12  # how often a waiting page asks by itself
View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def secret_page(view: View) -> View:
    @wraps(view)
    @cache_control(no_store=True, private=True)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def find_order(public_id: UUID) -> Order:
    return get_object_or_404(Order.objects.select_related("chapter"), public_id=public_id)


@require_safe
@secret_page
def order_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """State, tickets and what can be done. `?returned=1`: back from the payment page, where the
    webhook may still be under way, so the gateway is asked."""
    order = find_order(public_id)
    came_back = request.GET.get("returned")
    if came_back and order.is_open:
        _ask_gateway(order)
    if came_back and not order.is_open:
        return (
            HttpResponseClientRedirect(order.get_absolute_url())
            if request.htmx
            else redirect(order)
        )
    page = order_page(order, at=timezone.now(), returned=came_back == "1")
    if page is None:
        raise Http404
    look = int(text) if (text := request.GET.get("look", "")).isdigit() and len(text) < 4 else 1
    context = {
        "page": page,
        "order": order,
        "event": page.event,
        "course": page.subject.course,
        "came_back": came_back,
        "next_look": look + 1 if page.state == OrderState.CONFIRMING and look < LOOKS else 0,
        "suggestion": suggest_email(order.email),
    }
    template = "checkout/order_detail.html" if page.event else "checkout/course_order_detail.html"
    return render(request, f"{template}#state" if request.htmx else template, context)


def _ask_gateway(order: Order) -> None:
    try:
        payments.refresh_order(order=order)
    except DomainError as error:  # the webhook or the clock will tell
        logger.warning("refresh_failed", order=order.pk, error=error.code)


@require_POST
@secret_page
def order_pay(request: HttpRequest, public_id: UUID) -> HttpResponse:
    order = find_order(public_id)
    try:
        return redirect(payments.start_payment(order=order).checkout_url)
    except (GatewayError, OrderNotOpen) as error:
        messages.warning(request, str(error))
        return redirect(order)


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def order_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let the places of an unpaid order go. GET asks whether that is meant."""
    order = find_order(public_id)
    if not order.is_open:
        return redirect(order)
    if request.method != "POST":
        return render(request, "checkout/order_cancel.html", {"order": order})
    try:
        order = payments.cancel_open_order(order=order)
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        if order.is_paid:
            messages.info(request, _("Your payment had just arrived, so the order stands."))
    return redirect(order)


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def order_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put right a mistyped e-mail or a name; the tickets are mailed again."""
    order = find_order(public_id)
    tickets = list(sales.tickets_of(order).taking_places())
    if not any(seller.holds_places(order) for seller in sellers_of(order)) or not (
        order.is_open or order.is_paid
    ):
        return redirect(order)
    form = CorrectionForm(request.POST or None, order=order, tickets=tickets)
    if form.is_valid():
        if form.has_changed():
            _correct(order, tickets, form)
            messages.success(request, _corrected(order, tickets))
        return redirect(order)
    context = {"order": order, "subject": subject_of(order), "form": form}
    return render(request, "checkout/order_correct.html", context)


def _correct(order: Order, tickets: list[Ticket], form: CorrectionForm) -> None:
    """Names first, so that the mail has them."""
    for ticket in tickets:
        name = form.holders()[ticket.public_id]
        if name != ticket.holder_name:
            rename_holder(ticket=ticket, by=None, name=name)
    data = form.cleaned_data
    correct_buyer(order=order, email=data["email"], name=data["name"])


def _corrected(order: Order, tickets: list[Ticket]) -> str:
    if order.is_paid and not tickets:
        return _("Saved. A mail is on its way to the address again.")
    if order.is_paid:
        return _("Saved. The tickets are on their way to your e-mail again.")
    return _("Saved.")


@require_safe
@secret_page
def order_pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    order, tickets = _good_tickets(public_id)
    body = tickets_pdf(order, tickets, translation.get_language() or order.language)
    return file_answer(body, "application/pdf", f"tickets-{order.reference}.pdf")


@require_safe
@secret_page
def order_calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """To add by hand; the entry that was mailed has the same UID, so there is one."""
    order, tickets = _good_tickets(public_id)
    guest = Guest(order.email, order.name)
    body = guest_calendar(tickets[0].event, guest=guest, method="PUBLISH")
    return file_answer(body, "text/calendar; charset=utf-8", f"event-{order.reference}.ics")


def _good_tickets(public_id: UUID) -> tuple[Order, list[Ticket]]:
    order = find_order(public_id)
    tickets = list(sales.tickets_of(order).valid()) if order.is_paid else []
    if not tickets:
        raise Http404
    return order, tickets


def file_answer(body: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(body, content_type, headers={"Content-Disposition": disposition})
