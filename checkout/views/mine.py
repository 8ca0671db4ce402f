from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.queries import proven_emails
from checkout.queries.my_orders import orders_to_pay, orders_with_tickets
from events.models import Event
from orders.models import Order
from ticketing.models import Ticket

PAGE_SIZE = 20


class Entry(NamedTuple):
    """An order in the list: its event and its good tickets."""

    order: Order
    event: Event
    tickets: list[Ticket]


def _entry(order: Order) -> Entry:
    tickets = [ticket for line in order.lines.all() for ticket in line.tickets.all()]
    return Entry(order, tickets[0].event, tickets)


@login_required
@require_safe
@cache_control(no_store=True, private=True)
def my_tickets(request: HttpRequest) -> HttpResponse:
    """Coming tickets, or past ones with `?when=past`; on top what waits to be paid."""
    user, now = request.user, timezone.now()
    past = request.GET.get("when") == "past"
    found = orders_with_tickets(user, past=past, at=now)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "past": past,
        "page": page,
        "entries": [_entry(order) for order in page],
        "to_pay": [] if past else list(orders_to_pay(user, at=now)),
        "emails": proven_emails(user),
    }
    return render(request, "checkout/my_tickets.html", context)
