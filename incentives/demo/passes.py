"""Rules for free passes, what they gave, and what organizers gave by hand."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from checkout.demo.people import ATTENDEE
from checkout.services.orders import place_order
from core.effects import effects_dropped
from events.models import Event, EventStatus
from incentives.models import Kind, PassGround, PassPolicy, PassScope
from incentives.services.policies import give_due, publish_policy
from orders.models import Order
from ticketing.models import FreePass, PassCovers, TicketType
from ticketing.queries.offers import offers
from ticketing.services import notices
from ticketing.services.pass_grants import give_pass, revoke_pass
from ticketing.services.sales import Selection, Wish

SINCE = timedelta(days=120)
ORGANIZER, SPEAKER = "organizer@example.com", "jonas.weidner@example.com"
THANKS = "谢谢你在开放日前后帮忙布置会场。 Thank you for setting up the hall."


def add_passes() -> None:
    """Nothing where there is a rule already."""
    if PassPolicy.objects.exists():
        return
    now = timezone.now()
    with effects_dropped():
        for policy in _publish(now):
            give_due(policy, now)
        event = _next_priced(now)
        if event:
            _give_by_hand(event)
            _come_on_a_pass(event, now)
        FreePass.objects.filter(mailed_at=None).update(mailed_at=now)


def _publish(now: datetime) -> list[PassPolicy]:
    by = User.objects.filter(is_superuser=True).first() or _person(ORGANIZER)
    common: dict[str, Any] = {"by": by, "at": now, "since_on": (now - SINCE).date(), "uses": 1}
    anywhere: dict[str, Any] = {"scope": PassScope.ANY, "valid_days": 365, "per_event_limit": 10}
    return [
        publish_policy(
            ground=PassGround.TALK,
            scope=PassScope.THAT_EVENT,
            covers=PassCovers.BOTH,
            note="讲者不买票。 Speakers do not buy tickets.",
            **common,
        ),
        publish_policy(
            ground=PassGround.HELPER_HOURS,
            threshold=8,
            covers=PassCovers.OFFLINE,
            is_transferable=True,
            **common,
            **anywhere,
        ),
        publish_policy(
            ground=PassGround.POINTS,
            kind=Kind.TRANSLATION,
            threshold=30,
            covers=PassCovers.ONLINE,
            **common,
            **anywhere,
        ),
    ]


def _next_priced(now: datetime) -> Event | None:
    """The first coming event whose priced tickets can still be had, run by our organizer."""
    mine = Event.objects.run_by(_person(ORGANIZER))
    coming = mine.filter(status=EventStatus.PUBLISHED, start_at__gt=now + timedelta(days=1))
    return next((event for event in coming.order_by("start_at") if _priced(event, now)), None)


def _priced(event: Event, now: datetime) -> TicketType | None:
    found = [offer.ticket_type for offer in offers(event, at=now) if offer.is_on_sale]
    return next((kind for kind in found if kind.price_minor), None)


def _give_by_hand(event: Event) -> None:
    by = _person(ORGANIZER)
    year = timezone.now() + timedelta(days=365)
    hand: dict[str, Any] = {"event": event, "by": by, "language": "zh-hans"}
    give_pass(
        email=ATTENDEE,
        reason=THANKS,
        covers=PassCovers.BOTH,
        uses=3,
        valid_until=year,
        is_transferable=True,
        **hand,
    )
    mistaken = give_pass(email=ATTENDEE, reason="志愿者 Volunteer", **hand)
    revoke_pass(
        free_pass=mistaken,
        by=by,
        reason="发重了，另一张仍然有效。 Given twice; the other one stays good.",
        event=event,
    )


def _come_on_a_pass(event: Event, now: datetime) -> None:
    """Somebody orders with theirs, so that the organizer sees who comes on one."""
    speaker, kind = _person(SPEAKER), _priced(event, now)
    free_pass = give_pass(
        event=event,
        by=_person(ORGANIZER),
        email=speaker.email,
        language="en",
        reason="讲者的同伴 Comes with a speaker",
    )
    if kind is None:
        return
    with translation.override(speaker.language or settings.LANGUAGE_CODE):
        order = place_order(
            wishes=[Wish(event, [Selection(kind.public_id, speaker.name)], "", free_pass)],
            email=speaker.email,
            name=speaker.name,
            language=speaker.language or "en",
            placed_by=speaker,
        )
    Order.objects.filter(pk=order.pk).update(confirmation_sent_at=now)
    notices.record_told(order=order, event=event)


def _person(email: str) -> User:
    return User.objects.get(email=email)
