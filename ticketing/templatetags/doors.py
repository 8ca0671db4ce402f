"""What an organizer's pages about the door draw and say."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from core.plots import Series, bars
from core.templatetags.plots import plot
from events.models import Event

register = template.Library()

# Why the door said no, in a table's few words
REASONS = {
    "already_checked_in": gettext_lazy("Already in"),
    "unknown_ticket": gettext_lazy("No ticket of ours"),
    "not_synced": gettext_lazy("Not known to the phone"),
    "other_event": gettext_lazy("For another event"),
    "ticket_unpaid": gettext_lazy("Not paid"),
    "ticket_canceled": gettext_lazy("Canceled ticket"),
    "ticket_replaced": gettext_lazy("Replaced by a newer ticket"),
    "wrong_list": gettext_lazy("Not admitted at that gate"),
    "too_early": gettext_lazy("Too early"),
    "too_late": gettext_lazy("Too late"),
    "event_not_open": gettext_lazy("Event not open"),
    "ticket_ambiguous": gettext_lazy("Several tickets"),
}


@register.filter
def reason_label(code: str) -> str:
    """A code that nobody knows is shown as it is."""
    return str(REASONS.get(code, code.replace("_", " ")))


@register.simple_tag
def minute_plot(minutes: Sequence[tuple[datetime, int]], event: Event) -> SafeString:
    zone = ZoneInfo(event.time_zone)
    drawing = bars(
        "minutes",
        _("Admitted by minute"),
        [date_format(at.astimezone(zone), "H:i") for at, _count in minutes],
        Series(_("Admitted"), [count for _at, count in minutes]),
        head=_("Minute"),
        empty=_("Nobody is in yet. The plot begins with the first scan."),
    )
    return plot(drawing)
