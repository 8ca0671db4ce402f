"""What a door helper sees beside the verdict: counts, the last scans, people by name."""

import re
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.models import User
from events.models import Event
from ticketing.models import CheckIn, Ticket

RESULTS = 20
LAST_SCANS = 10
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class Counts:
    admitted: int
    valid: int


def counts(event: Event) -> Counts:
    valid = Ticket.objects.valid().filter(event=event).order_by()
    return Counts(**valid.aggregate(admitted=Count("checked_in_at"), valid=Count("pk")))


def last_scans(event: Event, *, by: User) -> list[CheckIn]:
    """The latest admissions that `by` made here, undone ones too."""
    mine = CheckIn.objects.filter(event=event, by=by)
    return list(mine.select_related("ticket__ticket_type")[:LAST_SCANS])


def is_enough_to_search(text: str) -> bool:
    """Two characters, or one Chinese one: a surname."""
    return len(text) > 1 or bool(CHINESE.search(text))


def search(event: Event, text: str) -> list[Ticket]:
    """Tickets whose holder or label `text` is part of, or whose buyer's address it is.

    At most one more than RESULTS, so that the page can say that there are more.
    """
    if "@" in text:
        meant = Q(order_line__order__email=text.lower())
    else:
        meant = Q(holder_name__icontains=text) | Q(label__istartswith=text.replace(" ", ""))
    found = Ticket.objects.filter(meant, event=event).select_related("ticket_type")
    return list(found.order_by("holder_name", "pk")[: RESULTS + 1])
