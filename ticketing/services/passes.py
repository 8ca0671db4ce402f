"""The only writer of `FreePass.used` and `EventPasses.taken`.

Call inside a transaction, under the lock of the order that the tickets are of. These locks come
last: after the tickets the event's row, then the pass, each by pk, then the use.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from events.models import Event, EventStatus
from ticketing import errors
from ticketing.models import EventPasses, FreePass, PassState, PassUse, PassUseQuerySet, Ticket

WHY_NOT: dict[PassState, type[errors.PassRefused]] = {
    PassState.REVOKED: errors.PassRevoked,
    PassState.USED_UP: errors.PassUsedUp,
    PassState.EXPIRED: errors.PassExpired,
    PassState.SOON: errors.PassNotYet,
}


def check(free_pass: FreePass, event: Event, at: datetime) -> None:
    """Say early and clearly what using the pass would run into; `use` decides.

    Raises PassRevoked, PassUsedUp, PassExpired, PassNotYet, PassNotFitting, PassUsedHere.
    """
    state = free_pass.state(at)
    if state != PassState.USABLE:
        raise WHY_NOT[state]
    if not free_pass.fits(event):
        raise errors.PassNotFitting
    if free_pass.pass_uses.standing().filter(event=event).exists():
        raise errors.PassUsedHere


def use(free_pass: FreePass, ticket: Ticket, at: datetime) -> PassUse:
    """`ticket` is had for the pass. Raises what `check` raises, PassLimitReached, and PassNotYours
    when it was passed on meanwhile."""
    _take_of_event(free_pass, ticket.event_id)
    _take_of_pass(free_pass, ticket.event_id, FreePass.objects.usable(at))
    return PassUse.objects.create(
        free_pass=free_pass, ticket=ticket, event_id=ticket.event_id, used_at=at
    )


def _take_of_event(free_pass: FreePass, event_id: int) -> None:
    """The write is the check; under the row's lock the policy's own uses can be counted."""
    EventPasses.objects.get_or_create(event_id=event_id)
    room = EventPasses.objects.filter(Q(most=None) | Q(taken__lt=F("most")), event=event_id)
    if not room.update(taken=F("taken") + 1):
        raise errors.PassLimitReached
    if free_pass.per_event_limit is None:
        return
    alike = PassUse.objects.standing().filter(event=event_id, free_pass__policy=free_pass.policy)
    if alike.count() >= free_pass.per_event_limit:
        raise errors.PassLimitReached


def _take_of_pass(free_pass: FreePass, event_id: int, good: QuerySet[FreePass]) -> None:
    mine = good.filter(pk=free_pass.pk, user=free_pass.user_id, email=free_pass.email)
    if not mine.update(used=F("used") + 1):
        state = FreePass.objects.get(pk=free_pass.pk).state()
        raise WHY_NOT.get(state, errors.PassNotYours)
    if free_pass.pass_uses.standing().filter(event=event_id).exists():
        raise errors.PassUsedHere


def give_back(tickets: Iterable[int]) -> None:
    """These tickets (by pk) ended: what they took of passes comes back, once. Repeatable."""
    _return(PassUse.objects.filter(ticket__in=list(tickets)))


def give_back_in_time(tickets: Iterable[int], at: datetime) -> None:
    """As `give_back`, but only before the start of the event, or when that was canceled."""
    in_time = Q(event__start_at__gt=at) | Q(event__status=EventStatus.CANCELED)
    _return(PassUse.objects.filter(in_time, ticket__in=list(tickets)))


@transaction.atomic
def give_back_of_event(event: Event, limit: int) -> int:
    """The event was canceled: up to `limit` uses come back, whatever becomes of their tickets."""
    some = PassUse.objects.standing().filter(event=event).order_by("pk")[:limit]
    return _return(PassUse.objects.filter(pk__in=list(some.values_list("pk", flat=True))))


def _return(uses: PassUseQuerySet) -> int:
    found = list(uses.standing().values_list("event", "free_pass", "pk"))
    events, passes = {event for event, *_rest in found}, {free_pass for _e, free_pass, _u in found}
    list(EventPasses.objects.select_for_update().filter(event__in=events).order_by("pk"))
    list(FreePass.objects.select_for_update().filter(pk__in=passes).order_by("pk"))
    returned = 0
    for event_id, pass_id, pk in found:
        standing = PassUse.objects.standing().filter(pk=pk)
        if standing.update(given_back_at=timezone.now()):
            EventPasses.objects.filter(event=event_id).update(taken=F("taken") - 1)
            FreePass.objects.filter(pk=pass_id).update(used=F("used") - 1)
            returned += 1
    return returned


def use_again(tickets: Iterable[int]) -> None:
    """These tickets are good once more: what came back with them is taken again.

    That the pass has expired meanwhile is no hindrance, for it was used in time. Raises
    PassUsedUp, PassRevoked, PassUsedHere, PassLimitReached.
    """
    ended = PassUse.objects.filter(ticket__in=list(tickets), given_back_at__isnull=False)
    standing = FreePass.objects.filter(revoked_at=None, used__lt=F("uses"))
    for row in ended.select_related("free_pass").order_by("event__passes", "free_pass"):
        _take_of_event(row.free_pass, row.event_id)
        _take_of_pass(row.free_pass, row.event_id, standing)
        row.given_back_at = None
        row.save(update_fields=["given_back_at"])
