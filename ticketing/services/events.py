"""What an organizer does to an event as a whole, as far as its tickets are concerned."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from core.ids import public_id
from events.models import Event
from events.services import copies, events as event_services
from ticketing.errors import PlacesTaken
from ticketing.models import Quota, RefundRule, Ticket, TicketType
from ticketing.services import stock


@transaction.atomic
def duplicate_event(*, event: Event, by: User, start_at: datetime) -> Event:
    """A draft copy beginning at `start_at`, with fresh places and the same refund rules. Retired
    types stay behind, and sales windows move along with the event."""
    copy = event_services.duplicate_event(event=event, by=by, start_at=start_at)
    quotas = _copy_quotas(event, copy)
    shift = event_services.wall_clock_shift(event, start_at)
    for ticket_type in TicketType.objects.filter(event=event, retired_at=None):
        draws_on = [quotas[pk] for pk in ticket_type.quotas.values_list("pk", flat=True)]
        _copy_type(ticket_type, copy, shift)
        ticket_type.quotas.set(draws_on)
    rules = event.refund_rules.values("hours_before", "percent")
    RefundRule.objects.bulk_create(RefundRule(event=copy, **rule) for rule in rules)
    return copy


@transaction.atomic
def cancel_event(*, event: Event, by: User, reason: str) -> Event:
    """Close the event for good; tickets stay as they are, so that their holders can be told.

    Who is owed a mail follows from the state: see ticketing.jobs.send_event_mail.
    """
    return event_services.cancel_event(event=event, by=by, reason=reason)


@transaction.atomic
def unpublish_event(*, event: Event, by: User) -> Event:
    """Raises PlacesTaken when somebody holds a place, paid for or not yet.

    Sales that are under way end first: they hold the rows that are locked here.
    """
    stock.lock_event(event)
    if Ticket.objects.filter(event=event).taking_places().exists():
        raise PlacesTaken
    return event_services.unpublish_event(event=event, by=by)


def _copy_quotas(event: Event, copy: Event) -> dict[int, Quota]:
    """The new quotas by the old ones' pk: the same size, nothing taken."""
    quotas = {quota.pk: quota for quota in Quota.objects.filter(event=event)}
    for quota in quotas.values():
        quota.pk, quota.event, quota.taken = None, copy, 0
        quota._state.adding = True
    Quota.objects.bulk_create(quotas.values())
    return quotas


def _copy_type(ticket_type: TicketType, copy: Event, shift: timedelta) -> None:
    zone = ZoneInfo(copy.time_zone)
    ticket_type.pk, ticket_type.public_id, ticket_type.event = None, public_id(), copy
    ticket_type._state.adding = True
    for name in ("sales_start_at", "sales_end_at"):
        if at := getattr(ticket_type, name):
            setattr(ticket_type, name, copies.moved(at, zone, shift))
    ticket_type.save()
