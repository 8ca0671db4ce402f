"""A buyer gives tickets or seats back by the organizer's published rule."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checkout.forms.money import ReturnForm
from checkout.queries import refund_plan
from checkout.services.returns import return_units
from checkout.views.orders import find_order, secret_page
from core.errors import DomainError
from orders.models import Order


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def order_return(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose tickets, see the sum, confirm it: three answers of one address."""
    order = find_order(public_id)
    units = refund_plan.units_by_rule(order, at=timezone.now())
    if not units:
        return redirect(order)
    form = ReturnForm(request.POST or None, units=units)
    context = {"order": order, "subject": units[0].subject, "units": units, "form": form}
    if not form.is_valid():
        return render(request, "checkout/order_return.html", context)
    context["plan"] = chosen = refund_plan.plan(form.chosen)
    if form.is_confirmed(chosen.amount_minor):
        return _return(request, order, chosen)
    return render(request, "checkout/order_return_confirm.html", context)


def _return(request: HttpRequest, order: Order, chosen: refund_plan.Plan) -> HttpResponse:
    try:
        return_units(order=order, units=chosen.percents, at=timezone.now())
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Returned. Their places are free again."))
    return redirect(order)
