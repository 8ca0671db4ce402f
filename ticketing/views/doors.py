"""An event's doors, as an organizer keeps them: the live board, gates and lists, the keys."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_refusal
from events.models import Event
from ticketing.forms.doors import CheckInListForm, DoorSettingsForm, GateForm
from ticketing.models import CheckInList, Gate
from ticketing.queries import board as queries
from ticketing.services import doors as services, keys
from ticketing.views.access import event_run_by

BOARD = "ticketing/door_board.html"


@login_required
@never_cache
@require_safe
def door_board(request: HttpRequest, slug: str) -> HttpResponse:
    """The board alone for htmx, which asks every few seconds."""
    event = event_run_by(request, slug)
    context = {
        "event": event,
        "board": queries.board(event),
        "reasons": queries.refusals_by_reason(event),
        "refusals": queries.last_refusals(event),
        "conflicts": queries.conflicts(event),
        "conflict_count": queries.count_conflicts(event),
        "remarkable": queries.remarkable(event),
        "lost": queries.lost(event),
    }
    return render(request, f"{BOARD}#board" if request.htmx else BOARD, context)


@login_required
@require_http_methods(["GET", "POST"])
def door_setup(request: HttpRequest, slug: str) -> HttpResponse:
    """Gates and lists, what phones may do, and the keys; a POST saves what phones may do."""
    event = event_run_by(request, slug)
    chosen = services.settings_of(event)
    form = DoorSettingsForm(request.POST or None, instance=chosen)
    if request.method == "POST" and form.is_valid():
        services.change_settings(event=event, by=request.user, **form.cleaned_data)
        return _saved(request, event)
    context = {
        "event": event,
        "form": form,
        "lists": services.lists_of(event),
        "gates": services.gates_of(event),
        "key_list": event.signing_keys.order_by("-pk"),
        "days": len(services.days_of(event)),
    }
    return render(request, "ticketing/door_setup.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def door_list_create(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    return _edit_list(request, event, CheckInList(event=event))


@login_required
@require_http_methods(["GET", "POST"])
def door_list_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    return _edit_list(request, event, _list(event, public_id))


def _edit_list(request: HttpRequest, event: Event, check_in_list: CheckInList) -> HttpResponse:
    title = str(check_in_list) if check_in_list.pk else _("New list")
    form = CheckInListForm(request.POST or None, instance=check_in_list, event=event)
    if form.is_valid():
        try:
            services.save_list(
                check_in_list=form.instance,
                ticket_types=form.cleaned_data["ticket_types"],
                by=request.user,
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            return _saved(request, event)
    lede = _("Whom a gate admits and when. A ticket is admitted once on each list.")
    return _form(request, event, form, title=title, lede=lede)


@login_required
@require_http_methods(["GET", "POST"])
def door_list_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    check_in_list = _list(event, public_id)
    if request.method == "POST":
        try:
            services.delete_list(check_in_list=check_in_list, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("ticketing:door-setup", event.slug)
        return _saved(request, event)
    title = _("Delete the list “%(name)s”?") % {"name": check_in_list}
    text = _("Its gates work through whichever list is open from then on.")
    return _confirm(request, event, title=title, text=text, label=_("Delete"))


@login_required
@require_POST
def door_list_daily(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    made = len(services.make_daily_lists(event=event, by=request.user))
    text = ngettext("%(count)s list was made.", "%(count)s lists were made.", made)
    messages.success(request, text % {"count": made})
    return redirect("ticketing:door-setup", event.slug)


@login_required
@require_http_methods(["GET", "POST"])
def door_gate_create(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    return _edit_gate(request, event, Gate(event=event))


@login_required
@require_http_methods(["GET", "POST"])
def door_gate_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    return _edit_gate(request, event, get_object_or_404(event.gates, public_id=public_id))


def _edit_gate(request: HttpRequest, event: Event, gate: Gate) -> HttpResponse:
    title = str(gate) if gate.pk else _("New gate")
    form = GateForm(request.POST or None, instance=gate, event=event)
    if form.is_valid():
        try:
            services.save_gate(gate=form.instance, by=request.user)
        except DomainError as error:
            add_refusal(form, error)
        else:
            return _saved(request, event)
    lede = _("Where helpers stand. Its phones follow a change at their next contact.")
    return _form(request, event, form, title=title, lede=lede)


@login_required
@require_http_methods(["GET", "POST"])
def door_gate_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    event = event_run_by(request, slug)
    gate = get_object_or_404(event.gates, public_id=public_id)
    if request.method == "POST":
        services.delete_gate(gate=gate, by=request.user)
        return _saved(request, event)
    title = _("Delete the gate “%(name)s”?") % {"name": gate}
    text = _("What happened there stays. Its phones stand at no gate until you move them.")
    return _confirm(request, event, title=title, text=text, label=_("Delete"))


@login_required
@require_http_methods(["GET", "POST"])
def door_key_rotate(request: HttpRequest, slug: str) -> HttpResponse:
    event = event_run_by(request, slug)
    if request.method == "POST":
        keys.rotate_key(event=event, by=request.user)
        messages.success(request, _("A new key signs from now on."))
        return redirect("ticketing:door-setup", event.slug)
    title = _("Make a new signing key?")
    text = _(
        "Tickets that are out stay good. Do this when somebody may have copied the server's data. "
        "Phones learn the new key at their next contact."
    )
    return _confirm(request, event, title=title, text=text, label=_("Make a new key"))


def _list(event: Event, public_id: str) -> CheckInList:
    return get_object_or_404(event.check_in_lists, public_id=public_id)


def _form(
    request: HttpRequest, event: Event, form: ModelForm, *, title: str, lede: str
) -> HttpResponse:
    context = {"event": event, "form": form, "title": title, "lede": lede}
    return render(request, "ticketing/door_form.html", context)


def _confirm(
    request: HttpRequest, event: Event, *, title: str, text: str, label: str
) -> HttpResponse:
    context = {"event": event, "title": title, "text": text, "label": label}
    return render(request, "ticketing/door_confirm.html", context)


def _saved(request: HttpRequest, event: Event) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("ticketing:door-setup", event.slug)
