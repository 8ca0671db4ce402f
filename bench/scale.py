"""Does a request cost more when the event is large? On PostgreSQL, in one run.

python -m bench.scale [--small 1000] [--large 200000] [--repeat 60]

Prints, for each thing people do, the median at the small and at the large event and their
ratio; 1.2 is what we allow. Brings its own PostgreSQL unless DATABASE_URL names one, in a
database of its own that is thrown away.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests import services

if TYPE_CHECKING:
    from events.models import Event
    from ticketing.models import TicketType


def fill(event: "Event", kind: "TicketType", count: int) -> None:
    """`count` paid orders of one ticket each, by bulk inserts of 5,000."""
    from django.utils import timezone

    from orders.models import Order, OrderLine
    from ticketing.models import Quota, Ticket

    now = timezone.now()
    for start in range(0, count, 5_000):
        some = range(start, min(start + 5_000, count))
        orders = Order.objects.bulk_create(
            Order(
                chapter=event.chapter, email=f"guest{n}@example.com", name=f"Guest {n}",
                language="en", currency="CNY", total_minor=0, hold_until=now, status="paid",
                paid_at=now, confirmation_sent_at=now,
            )
            for n in some
        )  # fmt: skip
        lines = OrderLine.objects.bulk_create(
            OrderLine(
                order=order, position=1, kind="ticket", title_en="Ticket", title_zh_hans="票",
                unit_price_minor=0, quantity=1, total_minor=0,
            )
            for order in orders
        )  # fmt: skip
        Ticket.objects.bulk_create(
            Ticket(
                event=event, ticket_type=kind, order_line=line, status="valid",
                label=f"{line.order.reference}-1", holder_name=line.order.name,
            )
            for line in lines
        )  # fmt: skip
    Quota.objects.filter(ticket_types=kind).update(taken=count)


def median_ms(act: Callable[[int], object], repeat: int) -> float:
    times = []
    for number in range(repeat):
        start = time.perf_counter()
        act(number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(count: int, repeat: int) -> dict[str, float]:
    from django.db import connection
    from django.test import Client

    from checkout.services.orders import place_order
    from tests.factories.accounts import UserFactory
    from tests.factories.community import MembershipFactory
    from tests.factories.events import EventFactory
    from tests.factories.ticketing import QuotaFactory, TicketTypeFactory
    from ticketing import qr
    from ticketing.models import Ticket
    from ticketing.services.door import check_in
    from ticketing.services.sales import Selection, Wish

    event: Any = EventFactory()
    organizer: Any = UserFactory()
    MembershipFactory(chapter=event.chapter, user=organizer, role="organizer")
    hall = QuotaFactory(event=event, size=count + 10_000)
    kind: Any = TicketTypeFactory(event=event, quotas=[hall])
    fill(event, kind, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    step = max(1, count // (repeat + 5))
    tickets = list(Ticket.objects.filter(event=event).select_related("ticket_type"))[::step]
    codes = qr.tokens_for(tickets)
    visitor, desk = Client(), Client()
    desk.force_login(organizer)

    def get(client: Client, path: str) -> Callable[[int], object]:
        def ask(_number: int) -> None:
            assert client.get(path).status_code == 200

        return ask

    def order(number: int) -> None:
        place_order(
            wishes=[Wish(event, [Selection(kind.public_id, "Lin")])], name="Lin",
            email=f"lin{number}@example.com", language="en",
        )  # fmt: skip

    def admit(number: int) -> None:
        check_in(event=event, code=codes[number], by=organizer, nonce=f"{event.pk}-{number}")

    page = event.get_absolute_url()
    deeds = {
        "read the event's page": get(visitor, page),
        "place an order": order,
        "check a ticket in": admit,
        "list attendees": get(desk, f"{page}attendees/"),
    }
    return {name: median_ms(act, repeat) for name, act in deeds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=60)
    options = parser.parse_args()
    with ExitStack() as stack:
        services.start(stack)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_test_environment

        setup_test_environment()
        connection.creation.create_test_db(verbosity=0)
        measure(200, 20)  # warm
        small = measure(options.small, options.repeat)
        large = measure(options.large, options.repeat)
        print(f"{'median, ms':26}{options.small:>10,}{options.large:>10,}{'ratio':>8}")
        for name, before in small.items():
            print(f"{name:26}{before:>10.1f}{large[name]:>10.1f}{large[name] / before:>8.2f}")
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    main()
