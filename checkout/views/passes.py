from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from checkout.services.pass_exchange import exchange_ticket
from core.errors import DomainError
from ticketing.queries.passes import my_pass


@login_required
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True, private=True)
def pass_exchange(request: HttpRequest, public_id: str, ticket_id: str) -> HttpResponse:
    """A bought ticket for the pass that came later. 404 unless both are the reader's and fit."""
    mine = my_pass(request.user, public_id, timezone.now())
    bought = {ticket.public_id: ticket for ticket in mine.bought} if mine else {}
    if mine is None or ticket_id not in bought:
        raise Http404
    ticket = bought[ticket_id]
    if request.method == "POST":
        try:
            order = exchange_ticket(ticket=ticket, free_pass=mine.free_pass, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("ticketing:my-passes")
        messages.success(request, _("Your money is on its way back. This is your new ticket."))
        return redirect(order)
    context = {"ticket": ticket, "free_pass": mine.free_pass}
    return render(request, "checkout/pass_exchange.html", context)
