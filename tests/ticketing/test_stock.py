import pytest

from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing.errors import QuotaExceeded, SoldOut
from ticketing.models import TicketStatus
from ticketing.services import stock

pytestmark = pytest.mark.django_db


def taken(*quotas) -> list[int]:
    for quota in quotas:
        quota.refresh_from_db()
    return [quota.taken for quota in quotas]


def test_take_draws_on_every_quota_of_a_type():
    hall, early = QuotaFactory(size=10), QuotaFactory(size=3)
    kind = TicketTypeFactory(event=hall.event, quotas=[hall, early])

    stock.take({kind.pk: 2})

    assert taken(hall, early) == [2, 2]


def test_take_sums_types_that_share_a_quota():
    hall = QuotaFactory(size=4)
    one, other = (TicketTypeFactory(event=hall.event, quotas=[hall]) for _ in range(2))

    with pytest.raises(SoldOut) as refusal:
        stock.take({one.pk: 3, other.pk: 2})

    assert refusal.value.params == {"left": 4}
    assert taken(hall) == [0]


def test_take_of_the_last_place_works_and_the_next_is_refused():
    hall = QuotaFactory(size=1)
    kind = TicketTypeFactory(event=hall.event, quotas=[hall])

    stock.take({kind.pk: 1})
    with pytest.raises(SoldOut):
        stock.take({kind.pk: 1})

    assert taken(hall) == [1]


def test_type_without_quota_is_not_limited():
    kind = TicketTypeFactory()

    stock.take({kind.pk: 10_000})


def test_give_back_returns_to_every_quota():
    hall, early = QuotaFactory(size=10), QuotaFactory(size=3)
    kind = TicketTypeFactory(event=hall.event, quotas=[hall, early])
    stock.take({kind.pk: 3})

    stock.give_back({kind.pk: 2})

    assert taken(hall, early) == [1, 1]


def test_draw_on_recounts_old_and_new_quotas_from_tickets():
    old, new = QuotaFactory(size=10, taken=2), QuotaFactory(size=10)
    kind = TicketTypeFactory(event=old.event, quotas=[old])
    for status in TicketStatus:
        TicketFactory(
            ticket_type=kind,
            status=status,
            canceled_at="2026-01-01T00:00Z" if status == TicketStatus.CANCELED else None,
        )

    stock.draw_on(ticket_type=kind, quotas=[new])

    assert taken(old, new) == [0, 2]


def test_draw_on_refuses_a_quota_too_small_for_what_is_sold():
    small = QuotaFactory(size=1)
    kind = TicketTypeFactory(event=small.event)
    TicketFactory(ticket_type=kind)
    TicketFactory(ticket_type=kind)

    with pytest.raises(QuotaExceeded):
        stock.draw_on(ticket_type=kind, quotas=[small])
