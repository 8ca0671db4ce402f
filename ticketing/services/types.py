"""What an organizer sells: ticket types, and the quotas that they draw on. All changes are logged.

Each service locks the event's row first, then what `stock` locks. Sales do not lock the event.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.money import to_decimal
from events.models import Event
from events.services import log
from ticketing import errors
from ticketing.models import Quota, TicketType
from ticketing.services import stock

FREE_NAME = _("Free ticket")
FREE_QUOTA = _("Places")


def _lock(event: Event) -> Event:
    """What holds for all types of an event is decided by one person at a time."""
    return Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)


@transaction.atomic
def save_ticket_type(
    *,
    event: Event,
    by: User | None,
    quotas: Iterable[Quota],
    ticket_type: TicketType | None = None,
    **fields: Any,
) -> TicketType:
    """Create a type (last in the list) or change one; `fields` are the model's.

    A change of `quotas` recounts them. Raises OneCurrency, CurrencyFixed, QuotaExceeded.
    """
    event = _lock(event)
    kind = _locked(ticket_type) if ticket_type else TicketType(event=event, position=_last(event))
    before = _price(kind) if ticket_type else ""
    _check_currency(kind, fields.get("currency", kind.currency))
    changes = log.assign(kind, fields)
    kind.save(update_fields=list(fields) if ticket_type else None)
    changes |= _change_quotas(kind, quotas)
    _word_price(changes, before, _price(kind))
    if changes:
        action = "ticket_type_changed" if ticket_type else "ticket_type_added"
        log.record(event=event, by=by, action=action, target=kind.name, changes=changes)
    return kind


def _locked(ticket_type: TicketType) -> TicketType:
    return TicketType.objects.select_for_update(no_key=True).get(pk=ticket_type.pk)


def _last(event: Event) -> int:
    return (event.ticket_types.aggregate(last=Max("position"))["last"] or 0) + 1


def _price(kind: TicketType) -> str:
    return f"{to_decimal(kind.price_minor, kind.currency)} {kind.currency}"


def _word_price(changes: log.Changes, before: str, after: str) -> None:
    """The log shows `12.50 EUR`, not a number of cents."""
    changes.pop("price_minor", None)
    changes.pop("currency", None)
    if before != after:
        changes["price"] = [before, after]


def _check_currency(kind: TicketType, currency: str) -> None:
    others = TicketType.objects.filter(event=kind.event_id).exclude(pk=kind.pk)
    other = others.exclude(currency=currency).first()
    if other:
        raise errors.OneCurrency(currency=other.currency)
    if kind.pk and kind.currency != currency and kind.tickets.exists():
        raise errors.CurrencyFixed(currency=kind.currency)


def _change_quotas(kind: TicketType, quotas: Iterable[Quota]) -> log.Changes:
    wanted, now = set(quotas), set(kind.quotas.all())
    if wanted == now:
        return {}
    stock.draw_on(ticket_type=kind, quotas=wanted)
    return {"quotas": [log.plain(sorted(map(str, each))) for each in (now, wanted)]}


@transaction.atomic
def retire_ticket_type(*, ticket_type: TicketType, by: User) -> None:
    """Take a type off sale. One that nobody ever ordered is deleted; else its tickets stay valid.
    One that a list of the door names stays too: without it the list would admit everybody.

    Repeatable: a second time changes and logs nothing.
    """
    event = _lock(ticket_type.event)
    kind = TicketType.objects.filter(pk=ticket_type.pk, retired_at=None).first()
    if kind is None:
        return
    stock.lock(ticket_type=kind)  # no sale is half done below
    if kind.is_kept:
        kind.retired_at = timezone.now()
        kind.save(update_fields=["retired_at"])
        log.record(event=event, by=by, action="ticket_type_retired", target=kind.name)
    else:
        log.record(event=event, by=by, action="ticket_type_deleted", target=kind.name)
        kind.delete()


@transaction.atomic
def restore_ticket_type(*, ticket_type: TicketType, by: User) -> None:
    """Offer a retired type again. Repeatable."""
    event = _lock(ticket_type.event)
    retired = TicketType.objects.filter(pk=ticket_type.pk, retired_at__isnull=False)
    if retired.update(retired_at=None):
        log.record(event=event, by=by, action="ticket_type_restored", target=ticket_type.name)


@transaction.atomic
def move_ticket_type(*, ticket_type: TicketType, by: User, up: bool) -> None:
    """Swap a type with its neighbor in the list; at the end of the list nothing happens."""
    event = _lock(ticket_type.event)
    kinds = list(event.ticket_types.filter(retired_at=None))
    here = kinds.index(ticket_type) if ticket_type in kinds else -1
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(kinds):
        return
    kinds[here], kinds[there] = kinds[there], kinds[here]
    for position, kind in enumerate(kinds, 1):
        TicketType.objects.filter(pk=kind.pk).update(position=position)
    log.record(event=event, by=by, action="ticket_types_reordered", target=ticket_type.name)


@transaction.atomic
def save_quota(
    *, event: Event, by: User, name: str, size: int, quota: Quota | None = None
) -> Quota:
    """Create or change a quota. Raises QuotaNameTaken, QuotaTooSmall (less than what is taken)."""
    event = _lock(event)
    row = Quota.objects.select_for_update().get(pk=quota.pk) if quota else Quota(event=event)
    if event.quotas.filter(name=name).exclude(pk=row.pk).exists():
        raise errors.QuotaNameTaken
    if size < row.taken:
        raise errors.QuotaTooSmall(quota=name, taken=row.taken)
    changes = log.assign(row, {"name": name, "size": size})
    row.save(update_fields=["name", "size"] if quota else None)
    if changes:
        action = "quota_changed" if quota else "quota_added"
        log.record(event=event, by=by, action=action, target=name, changes=changes)
    return row


@transaction.atomic
def delete_quota(*, quota: Quota, by: User) -> None:
    """Raises QuotaInUse while a type draws on it: that type would become unlimited. Repeatable."""
    event = _lock(quota.event)
    kinds = [kind.name for kind in quota.ticket_types.all()]
    if kinds:
        raise errors.QuotaInUse(quota=quota.name, ticket_types=", ".join(kinds))
    deleted, _rows = Quota.objects.filter(pk=quota.pk).delete()
    if deleted:
        log.record(event=event, by=by, action="quota_deleted", target=quota.name)


@transaction.atomic
def start_free(*, event: Event, by: User, places: int) -> TicketType:
    """The quick start: one free ticket type over one quota. An event that has types keeps them."""
    event = _lock(event)
    first = event.ticket_types.first()
    if first:
        return first
    quota = event.quotas.filter(name=str(FREE_QUOTA)).first()
    quota = save_quota(event=event, by=by, name=str(FREE_QUOTA), size=places, quota=quota)
    names: dict[str, Any] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names[f"name_{language.replace('-', '_')}"] = str(FREE_NAME)
    return save_ticket_type(
        event=event, by=by, quotas=[quota], currency=event.chapter.currency, **names
    )
