"""The only writer of `Quota.taken`.

Lock order: ticket types without a quota, then quotas, each by pk. A ticket holds a place in
every quota that its type draws on while it is held or valid. Call inside a transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import Count, F, Q

from events.models import Event
from ticketing.errors import QuotaExceeded, SoldOut, StockMoved
from ticketing.models import TAKES_PLACE, Quota, TicketType

Counts = Mapping[int, int]  # ticket type pk → places


def _draws(type_ids: Iterable[int]) -> set[tuple[int, int]]:
    links = TicketType.quotas.through.objects.filter(tickettype_id__in=type_ids)
    return set(links.values_list("tickettype_id", "quota_id"))


def _needs(counts: Counts, draws: set[tuple[int, int]]) -> list[tuple[int, int]]:
    needs: Counter[int] = Counter()
    for type_id, quota_id in draws:
        needs[quota_id] += counts[type_id]
    return sorted(needs.items())


def _lock_unlimited(counts: Counts, draws: set[tuple[int, int]]) -> None:
    """A type that draws on nothing has no quota row to meet `draw_on` at; its own row serves."""
    unlimited = set(counts) - {type_id for type_id, _quota in draws}
    if unlimited and len(_lock_types(unlimited)) < len(unlimited):
        raise StockMoved  # deleted meanwhile


def _lock_types(type_ids: Iterable[int]) -> list[tuple[int]]:
    """`no_key`: a sale that already holds a quota refers to the type's row, and must not wait."""
    types = TicketType.objects.select_for_update(no_key=True).filter(pk__in=type_ids)
    return list(types.order_by("pk").values_list("pk"))


def take(counts: Counts) -> None:
    """Take places for all of `counts` or raise SoldOut; never more than a quota's size.

    The write itself is the check: no count is read before it. What a type draws on is read
    once more under the rows' locks, for an organizer may have changed it: StockMoved.
    """
    draws = _draws(counts)
    _lock_unlimited(counts, draws)
    for quota_id, places in _needs(counts, draws):
        free = Quota.objects.filter(pk=quota_id, taken__lte=F("size") - places)
        if not free.update(taken=F("taken") + places):
            raise SoldOut(left=Quota.objects.get(pk=quota_id).left)
    if _draws(counts) != draws:
        raise StockMoved


def give_back(counts: Counts) -> None:
    """Return places. The caller has just ended exactly these tickets, under their order's lock."""
    draws = _draws(counts)
    _lock_unlimited(counts, draws)
    for quota_id, places in _needs(counts, draws):
        Quota.objects.filter(pk=quota_id).update(taken=F("taken") - places)
    if _draws(counts) != draws:
        raise StockMoved


def lock(*, ticket_type: TicketType, quotas: Iterable[int] = ()) -> set[int]:
    """Wait for every sale of the type that is under way; return the quotas now locked."""
    _lock_types([ticket_type.pk])
    touched = set(quotas) | {quota_id for _type, quota_id in _draws([ticket_type.pk])}
    list(Quota.objects.select_for_update().filter(pk__in=touched).order_by("pk"))
    return touched


def lock_event(event: Event) -> None:
    """Wait for every sale of the event that is under way; none begins until the transaction ends."""
    _lock_types(event.ticket_types.values_list("pk", flat=True))
    list(event.quotas.select_for_update().order_by("pk"))


def draw_on(*, ticket_type: TicketType, quotas: Iterable[Quota]) -> None:
    """Change what a type draws on and recount. Raises QuotaExceeded when one would be exceeded."""
    wanted = {quota.pk for quota in quotas}
    touched = lock(ticket_type=ticket_type, quotas=wanted)
    ticket_type.quotas.set(wanted)
    for quota_id, count in counted(touched).items():
        if not Quota.objects.filter(pk=quota_id, size__gte=count).update(taken=count):
            quota = Quota.objects.get(pk=quota_id)
            raise QuotaExceeded(quota=quota.name, size=quota.size, taken=count)


def counted(quota_ids: Iterable[int]) -> dict[int, int]:
    """What `taken` has to be, from the tickets themselves. Reads every ticket of these quotas."""
    holding = Q(ticket_types__tickets__status__in=TAKES_PLACE)
    quotas = Quota.objects.filter(pk__in=quota_ids).order_by()
    found = quotas.annotate(count=Count("ticket_types__tickets", filter=holding))
    return dict(found.values_list("pk", "count"))
