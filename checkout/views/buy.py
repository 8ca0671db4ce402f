"""From chosen tickets to an order."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from checkout.errors import OrderNotOpen
from checkout.forms.buying import CheckoutForm, read_quantities
from checkout.services import payments
from checkout.services.orders import place_order
from core.addresses import suggest_email
from core.errors import DomainError
from events.models import Event
from orders.errors import GatewayError
from orders.models import Order
from ticketing.errors import NothingSelected, PassNotYours, SoldOut, UnknownTicketType
from ticketing.models import FreePass
from ticketing.queries.offers import offers
from ticketing.queries.passes import offered_passes, passes_of
from ticketing.services.sales import Selection, Wish

REDRAWS = {"update", "use_email", "use_pass", "drop_pass"}  # buttons that order nothing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Names and an e-mail for chosen tickets. `update` in the POST only draws the page anew."""
    found = Event.objects.public().select_related("chapter", "venue__city")
    event = get_object_or_404(found, slug=slug)
    if event.is_canceled or event.is_over():
        return render(request, "checkout/order_new.html", {"event": event}, status=409)
    form = _form(request, event)
    if not any(form.quantities.values()) and request.method != "POST":
        messages.info(request, NothingSelected.message)
        return redirect(event)
    if request.method != "POST" or not form.is_bound:
        _check(request, form, event)
    elif form.is_valid() and (order := _place(request, form, event)):
        return proceed(request, order)
    context = {
        "event": event,
        "form": form,
        "currency": _currency(form, event),
        "suggestion": suggest_email(str(form["email"].value() or "")),
    }
    return render(request, "checkout/order_new.html", context)


def _form(request: HttpRequest, event: Event) -> CheckoutForm:
    """Bound when the buyer wants to order; else what they typed so far is kept as initial."""
    sent = request.POST if request.method == "POST" else request.GET
    is_order = request.method == "POST" and not REDRAWS & sent.keys()
    quantities = {
        key: count for key, count in read_quantities(sent).items() if count or request.POST
    }
    now = timezone.now()
    found = offers(event, at=now, unlocked=sent.get("show", "")[:16])
    passes = offered_passes(request.user, event, now) if isinstance(request.user, User) else []
    named = _named_pass(request)
    initial = {"name": _name(request), "email": _email(request), **sent.dict()}
    if request.method != "POST":  # a link must not choose which order its reader ends up in
        initial.pop("client_key", None)
    if "use_email" in sent:
        initial["email"] = sent["use_email"]
    initial["free_pass"] = named
    return CheckoutForm(
        sent if is_order else None,
        offers=[offer for offer in found if offer.ticket_type.public_id in quantities],
        quantities=quantities,
        passes=passes,
        chosen=next((one for one in passes if one.public_id == named), None),
        initial=initial,
    )


def _named_pass(request: HttpRequest) -> str:
    """The public_id of the pass that the buyer wants to use; a link must not choose one."""
    sent = request.POST
    return "" if "drop_pass" in sent else sent.get("use_pass", sent.get("free_pass", ""))[:16]


def _wanted_pass(request: HttpRequest, form: CheckoutForm) -> FreePass | None:
    """It may be good no more: what placing the order then says is clearer than silence."""
    named = _named_pass(request)
    if not named or form.chosen:
        return form.chosen
    mine = passes_of(request.user) if isinstance(request.user, User) else FreePass.objects.none()
    found = mine.filter(public_id=named).first()
    if found is None:
        raise PassNotYours
    return found


def _name(request: HttpRequest) -> str:
    return request.user.name if isinstance(request.user, User) else ""


def _email(request: HttpRequest) -> str:
    return request.user.email if isinstance(request.user, User) else ""


def _currency(form: CheckoutForm, event: Event) -> str:
    return form.offers[0].ticket_type.currency if form.offers else event.chapter.currency


def _check(request: HttpRequest, form: CheckoutForm, event: Event) -> None:
    """Say at once what ordering this would run into."""
    wanted = [
        Selection(public_id, "")
        for public_id, count in form.quantities.items()
        for _n in range(count)
    ]
    try:
        free_pass = _wanted_pass(request, form)
        Wish(event, wanted, _unlocked(form), free_pass).quote(timezone.now())
    except DomainError as error:
        _refuse(form, error)
    _mark_scarce(form)


def _unlocked(form: CheckoutForm) -> str:
    return str(form["show"].value() or "")[:16]


def _place(request: HttpRequest, form: CheckoutForm, event: Event) -> Order | None:
    data = form.cleaned_data
    known = {offer.ticket_type.public_id for offer in form.offers}
    try:
        if any(count for key, count in form.quantities.items() if key not in known):
            raise UnknownTicketType
        return place_order(
            wishes=[Wish(event, form.selections(), data["show"], _wanted_pass(request, form))],
            email=data["email"],
            name=data["name"],
            language=get_language() or "",
            time_zone=data["time_zone"],
            client_key=data["client_key"],
            expected_total_minor=data["expected_total"],
            placed_by=request.user if isinstance(request.user, User) else None,
        )
    except DomainError as error:
        _refuse(form, error)
        if isinstance(error, SoldOut):
            form.offers = _fresh(form, event)
            _mark_scarce(form)
        return None


def _fresh(form: CheckoutForm, event: Event) -> list:
    """The same offers with the places that are left now: somebody was quicker."""
    found = offers(event, at=timezone.now(), unlocked=_unlocked(form))
    return [offer for offer in found if offer.ticket_type.public_id in form.quantities]


def _refuse(form: CheckoutForm, error: DomainError) -> None:
    """At the field of the type that the error names, else above the form."""
    named = [
        offer.ticket_type.public_id
        for offer in form.offers
        if offer.ticket_type.name == error.params.get("ticket_type")
    ]
    form.refuse(str(error), ticket_type=named[0] if named else "")


def _mark_scarce(form: CheckoutForm) -> None:
    for line in form.lines:
        left = line.offer.left
        if left is None or line.quantity <= left or line.count.errors:
            continue
        message = ngettext("Only %(left)s place is left.", "Only %(left)s places are left.", left)
        sold_out = _("No places are left.")
        form.refuse(
            message % {"left": left} if left else sold_out,
            ticket_type=line.offer.ticket_type.public_id,
        )


def proceed(request: HttpRequest, order: Order) -> HttpResponse:
    """To the gateway with an order that costs something, else to the order's own page.

    A gateway that is down costs the buyer nothing: the places are held, and the page offers
    to try again.
    """
    if not order.is_open:
        return redirect(order)
    try:
        return redirect(payments.start_payment(order=order).checkout_url)
    except GatewayError as error:
        messages.warning(request, str(error))
    except OrderNotOpen:  # paid or canceled in another tab
        pass
    return redirect(order)
