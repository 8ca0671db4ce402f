from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import EventStatus
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory
from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
from ticketing import errors
from ticketing.models import Ticket, TicketStatus
from ticketing.services import sales
from ticketing.services.sales import Selection

pytestmark = pytest.mark.django_db


def ask(kind, *names, event=None, **kwargs):
    wanted = [Selection(kind.public_id, name) for name in names]
    return sales.quote(event=event or kind.event, selections=wanted, at=timezone.now(), **kwargs)


def statuses(order) -> list[str]:
    return list(sales.tickets_of(order).values_list("status", flat=True))


def test_quote_sums_integer_minor_units():
    kind = TicketTypeFactory(price_minor=12_850)

    quoted = ask(kind, "Lin", "Mei")

    assert (quoted.total_minor, quoted.currency) == (25_700, "CNY")


def test_quote_of_a_type_of_another_event_is_unknown():
    with pytest.raises(errors.UnknownTicketType):
        ask(TicketTypeFactory(), "Lin", event=EventFactory())


def test_quote_hides_a_hidden_type_unless_its_link_was_followed():
    kind = TicketTypeFactory(is_public=False)

    with pytest.raises(errors.UnknownTicketType):
        ask(kind, "Lin")
    assert ask(kind, "Lin", unlocked=kind.public_id).lines[0].ticket_type == kind


@pytest.mark.parametrize(
    "window",
    [
        {"sales_start_at": timedelta(hours=1)},
        {"sales_end_at": timedelta(seconds=-1)},
    ],
)
def test_quote_outside_the_sales_window_is_refused(window):
    moments = {name: timezone.now() + delta for name, delta in window.items()}

    with pytest.raises(errors.TypeNotOnSale):
        ask(TicketTypeFactory(**moments), "Lin")


def test_quote_outside_the_limits_says_them():
    kind = TicketTypeFactory(min_per_order=2, max_per_order=3, name_en="Pair", name_zh_hans="双人")

    with pytest.raises(errors.OutsideLimits) as refusal:
        ask(kind, "Lin")

    assert refusal.value.params["least"] == 2


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELED])
def test_quote_for_an_event_that_is_off_is_refused(status):
    event = EventFactory(status=status, canceled_at=timezone.now())

    with pytest.raises(errors.NotOnSale):
        ask(TicketTypeFactory(event=event), "Lin")


def test_quote_refuses_two_currencies():
    event = EventFactory()
    yuan, euro = (TicketTypeFactory(event=event, currency=code) for code in ("CNY", "EUR"))
    wanted = [Selection(yuan.public_id, "Lin"), Selection(euro.public_id, "Mei")]

    with pytest.raises(errors.MixedCurrencies):
        sales.quote(event=event, selections=wanted, at=timezone.now())


def test_reserve_writes_held_tickets_with_labels_and_words_in_both_languages():
    hall = QuotaFactory(size=5)
    event = hall.event
    kind = TicketTypeFactory(event=event, quotas=[hall])
    order = OrderFactory(chapter=event.chapter)

    sales.reserve(order, ask(kind, "Lin", "Mei"))

    line = order.lines.get()
    assert (line.title_zh_hans, line.title_en) == (
        f"{event.title_zh_hans} · 普通票",
        f"{event.title_en} · Standard",
    )
    assert [(t.label, t.holder_name, t.status) for t in sales.tickets_of(order)] == [
        (f"{order.reference}-1", "Lin", TicketStatus.HELD),
        (f"{order.reference}-2", "Mei", TicketStatus.HELD),
    ]
    hall.refresh_from_db()
    assert hall.taken == 2


def test_release_gives_places_back_exactly_once():
    hall = QuotaFactory(size=5)
    kind = TicketTypeFactory(event=hall.event, quotas=[hall])
    order = OrderFactory(chapter=hall.event.chapter)
    sales.reserve(order, ask(kind, "Lin", "Mei"))

    sales.release(order)
    sales.release(order)

    hall.refresh_from_db()
    assert (hall.taken, statuses(order)) == (0, [TicketStatus.CANCELED] * 2)


def test_retake_holds_again_or_refuses_when_places_are_gone():
    hall = QuotaFactory(size=1)
    kind = TicketTypeFactory(event=hall.event, quotas=[hall])
    order, rival = (OrderFactory(chapter=hall.event.chapter) for _ in range(2))
    sales.reserve(order, ask(kind, "Lin"))
    sales.release(order)

    sales.retake(order)
    assert statuses(order) == [TicketStatus.HELD]

    sales.release(order)
    sales.reserve(rival, ask(kind, "Mei"))
    with pytest.raises(errors.SoldOut):
        sales.retake(order)
    assert Ticket.objects.taking_places().count() == 1
