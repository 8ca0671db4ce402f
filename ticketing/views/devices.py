"""The phones of an event's doors: pairing, looking after, taking off."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.models import Event
from ticketing import qr
from ticketing.forms.doors import DeviceForm, PairingForm
from ticketing.models import Device
from ticketing.queries.sync import newest_version
from ticketing.services import devices as services, doors
from ticketing.views.access import event_run_by

LIST = "ticketing/device_list.html"
PAIRING = "ticketing/pairing_detail.html"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def device_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The phones, and a form that lets one more pair. htmx asks for the phones alone."""
    event = event_run_by(request, slug)
    gates = doors.gates_of(event)
    form = PairingForm(request.POST or None, event=event, initial={"gate": gates[0]})
    if request.method == "POST" and form.is_valid():
        pairing = services.start_pairing(
            event=event,
            gate=form.cleaned_data["gate"],
            device_name=form.cleaned_data["name"],
            by=request.user,
        )
        return redirect("ticketing:pairing-detail", event.slug, pairing.public_id)
    found = list(event.devices.select_related("gate").order_by("revoked_at", "-pk"))
    context = {
        "event": event,
        "form": form,
        "devices": [device for device in found if not device.revoked_at],
        "revoked": [device for device in found if device.revoked_at],
        "version": newest_version(),
        "now": timezone.now(),
    }
    return render(request, f"{LIST}#phones" if request.htmx else LIST, context)


@login_required
@never_cache
@require_safe
def pairing_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The QR code as long as it is good; htmx asks whether somebody used it."""
    event = event_run_by(request, slug)
    pairings = event.pairings.select_related("gate", "device")
    pairing = get_object_or_404(pairings, public_id=public_id)
    is_open = pairing.used_at is None and pairing.expires_at > timezone.now()
    token = services.token_of(pairing) if is_open else ""
    link = f"{settings.SITE_URL}{reverse('ticketing:scanner')}#pair={token}"
    context = {
        "event": event,
        "pairing": pairing,
        "is_open": is_open,
        "link": link,
        "token": "-".join(token[start : start + 5] for start in range(0, len(token), 5)),
        "qr": qr.svg(link) if is_open else "",
    }
    return render(request, f"{PAIRING}#pairing" if request.htmx else PAIRING, context)


@login_required
@require_http_methods(["GET", "POST"])
def device_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    device = _device(event, public_id)
    name = device.name
    form = DeviceForm(request.POST or None, instance=device, event=event)
    if form.is_valid():
        services.change_device(device=device, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("ticketing:device-list", event.slug)
    lede = _("The phone shows its new name and gate at its next contact.")
    context = {"event": event, "form": form, "title": name, "lede": lede, "back": "device-list"}
    return render(request, "ticketing/door_form.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def device_revoke(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    device = _device(event, public_id)
    if request.method == "POST":
        services.revoke_device(device=device, by=request.user)
        messages.success(request, _("“%(name)s” opens no door any more.") % {"name": device.name})
        return redirect("ticketing:device-list", event.slug)
    context = {
        "event": event,
        "title": _("Take “%(name)s” off the door?") % {"name": device.name},
        "text": _revoke_text(device),
        "label": _("Take it off"),
        "back": "device-list",
    }
    return render(request, "ticketing/door_confirm.html", context)


def _revoke_text(device: Device) -> str:
    text = _("At its next contact the phone forgets everything it holds about this event.")
    if not device.waiting:
        return text
    waiting = ngettext(
        "%(count)s scan is still on it and would be lost: let it go online first if you can.",
        "%(count)s scans are still on it and would be lost: let it go online first if you can.",
        device.waiting,
    )
    return f"{text} {waiting % {'count': device.waiting}}"


def _device(event: Event, public_id: str) -> Device:
    return get_object_or_404(event.devices.live(), public_id=public_id)
