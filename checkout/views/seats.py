"""From a chosen seat in a course to an order."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from checkout.forms.seats import MOST, SeatForm
from checkout.queries.subjects import Subject
from checkout.services.orders import place_order
from checkout.views.buy import proceed
from core.addresses import suggest_email
from core.errors import DomainError
from courses.errors import NoSeatSelected
from courses.models import Course
from courses.queries.offers import SeatOffer, seat_offers
from courses.services.sales import SeatSelection, Wish
from orders.models import Order


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seat_order_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A name and an e-mail for a chosen offer. `update` in the POST only draws the page anew."""
    courses = Course.objects.published().select_related("chapter")
    course = get_object_or_404(courses, slug=slug)
    sent = request.POST if request.method == "POST" else request.GET
    offer = _chosen(course, sent.get("offer", "")[:16], sent.get("show", "")[:16])
    if offer is None:
        messages.info(request, NoSeatSelected.message)
        return redirect(course)
    form = _form(request, offer)
    if not form.is_bound:
        _check(form, course)
    elif form.is_valid() and (order := _place(request, form, course)):
        return proceed(request, order)
    context = {
        "course": course,
        "subject": Subject(course=course),
        "form": form,
        "offer": offer.offer,
        "suggestion": suggest_email(str(form["email"].value() or "")),
    }
    return render(request, "checkout/seat_order_new.html", context)


def _chosen(course: Course, public_id: str, unlocked: str) -> SeatOffer | None:
    """The offer that was named, or the only one."""
    offers = seat_offers(course, at=timezone.now(), unlocked=unlocked)
    named = [offer for offer in offers if offer.offer.public_id == public_id]
    if named or public_id:
        return named[0] if named else None
    return offers[0] if len(offers) == 1 else None


def _form(request: HttpRequest, offer: SeatOffer) -> SeatForm:
    """Bound when the buyer wants to order; else what they typed so far is kept as initial."""
    sent = request.POST if request.method == "POST" else request.GET
    is_order = request.method == "POST" and not {"update", "use_email"} & sent.keys()
    person = request.user if isinstance(request.user, User) else None
    initial = {"name": person.name, "email": person.email} if person else {}
    initial = {**initial, **sent.dict()}
    if request.method != "POST":  # a link must not choose which order its reader ends up in
        initial.pop("client_key", None)
    if "use_email" in sent:
        initial["email"] = sent["use_email"]
    quantity = _quantity(sent.get("quantity", ""), offer)
    initial["quantity"] = str(quantity)
    return SeatForm(sent if is_order else None, offer=offer, quantity=quantity, initial=initial)


def _quantity(text: str, offer: SeatOffer) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return min(number, MOST) or offer.offer.min_per_order


def _wish(form: SeatForm, course: Course, selections: list[SeatSelection]) -> Wish:
    return Wish(course, selections, str(form["show"].value() or "")[:16])


def _check(form: SeatForm, course: Course) -> None:
    """Say at once what ordering this would run into."""
    wanted = [SeatSelection(form.offer.offer.public_id)] * form.learner_count
    try:
        _wish(form, course, wanted).quote(timezone.now())
    except DomainError as error:
        form.refuse(str(error))


def _place(request: HttpRequest, form: SeatForm, course: Course) -> Order | None:
    data = form.cleaned_data
    try:
        return place_order(
            wishes=[_wish(form, course, form.selections())],
            email=data["email"],
            name=data["name"],
            language=get_language() or "",
            time_zone=data["time_zone"],
            client_key=data["client_key"],
            expected_total_minor=data["expected_total"],
            placed_by=request.user if isinstance(request.user, User) else None,
        )
    except DomainError as error:
        form.refuse(str(error))
        return None
