"""What an organizer promises to buyers who return their tickets."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from events.models import Event
from ticketing.forms.refunds import RefundRules, initial_rows
from ticketing.queries.refund_rules import promises
from ticketing.services.refund_rules import save_refund_rules


@login_required
@require_http_methods(["GET", "POST"])
def refund_rules(request: HttpRequest, slug: str) -> HttpResponse:
    mine = Event.objects.run_by(request.user).select_related("chapter")
    event = get_object_or_404(mine.prefetch_related("refund_rules"), slug=slug)
    rows = initial_rows(event.refund_rules.all())
    formset = RefundRules(request.POST or None, initial=rows, prefix="rule")
    refusal = ""
    if formset.is_bound and formset.is_valid():
        try:
            save_refund_rules(event=event, by=request.user, rules=formset.rules)
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Saved. Buyers see it on the event's page."))
            return redirect("ticketing:refund-rules", event.slug)
    context = {
        "event": event,
        "formset": formset,
        "refusal": refusal,
        "promises": promises(event),
    }
    return render(request, "ticketing/refund_rules.html", context)
