"""An evening in a basement: five phones, two thousand tickets, a network that comes and goes.

Everybody who was shown green has one admission that counts, or stands in the list of conflicts;
nothing that a phone saw is lost.
"""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from tests.door.phone import Phone
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderLineFactory
from tests.factories.ticketing import DeviceFactory, TicketTypeFactory, secret_of
from ticketing import qr
from ticketing.models import CheckIn, Refusal, RetiredCode, Ticket, TicketStatus
from ticketing.queries.board import conflicts
from ticketing.services.tickets import cancel_ticket, reissue_ticket

pytestmark = [pytest.mark.django_db(transaction=True)]

TICKETS, SOLD_LATE = 2_000, 60
MINUTE_MS = 60_000


class Evening:
    """The doors, the people before them, and what the organizer does meanwhile."""

    def __init__(self, seed: int, tickets: int = TICKETS) -> None:
        self.chance = Random(seed)
        self.event = EventFactory(start_at=timezone.now() - timedelta(hours=3))
        self.kind = TicketTypeFactory(event=self.event)
        self.organizer = UserFactory()
        self.now_ms = int((timezone.now() - timedelta(hours=2)).timestamp() * 1000)
        self.people = self.sell(tickets)
        self.phones = [self.pair(minutes) for minutes in (0, 9, -14, 0.2, 3)]

    def sell(self, count: int) -> list[tuple[str, str]]:
        """(token, hash) of each ticket: what its holder shows, whatever becomes of it."""
        line = OrderLineFactory(order__chapter=self.event.chapter)
        tickets = Ticket.objects.bulk_create(
            Ticket(
                event=self.event,
                ticket_type=self.kind,
                order_line=line,
                label=f"{line.order.reference}-{number}",
                holder_name=f"Guest {number}",
                status=TicketStatus.VALID,
            )
            for number in range(count)
        )
        hashes = [RetiredCode.hash_of(ticket.code) for ticket in tickets]
        return list(zip(qr.tokens_for(tickets), hashes, strict=True))

    def pair(self, minutes: float) -> Phone:
        device = DeviceFactory(event=self.event)
        phone = Phone(secret_of(device), self.chance, clock_error_ms=int(minutes * MINUTE_MS))
        while not phone.disk.rows or phone.disk.cursor.split(".")[3] != "0":
            phone.attempt(phone.sync)
        return phone

    def arrive(self) -> None:
        """Everybody once, some twice or with a friend who copied the code, in any order."""
        friends = self.chance.sample(self.people, len(self.people) // 8)
        crowd = [*self.people, *friends, *self.chance.sample(friends, 60)]
        self.chance.shuffle(crowd)
        crowd += self.sell(SOLD_LATE)
        for number, (token, hash_) in enumerate(crowd):
            self.now_ms += self.chance.randint(500, 3_500)
            self.meanwhile(number)
            phone = self.chance.choice(self.phones)
            is_forged = self.chance.random() < 0.01
            phone.attempt(
                lambda phone=phone, token=token, hash_=hash_, is_forged=is_forged: phone.scan(
                    f"{token[:-9]}FORGED000" if is_forged else token,
                    "0" * 24 if is_forged else hash_,
                    self.now_ms,
                    signature="bad" if is_forged else "good",
                )
            )

    def meanwhile(self, number: int) -> None:
        if number % 25 == 0:
            phone = self.chance.choice(self.phones)
            phone.is_online = self.chance.random() < 0.25
            phone.attempt(phone.upload, phone.sync)
        if number % 70 == 0:
            ticket = self.chance.choice(Ticket.objects.valid().filter(event=self.event))
            reissue_ticket(ticket=ticket, by=self.organizer)
        if number % 90 == 0:
            rows = Ticket.objects.valid().filter(event=self.event, checked_in_at=None)
            cancel_ticket(ticket=self.chance.choice(rows), by=self.organizer)
        if number % 110 == 0:
            self.chance.choice(self.phones).undo_last(self.now_ms)

    def end(self) -> None:
        """The network is back, and everything is handed in; some of it came before."""
        for phone in self.phones:
            phone.is_online, phone.faults = True, 0
            sent = list(phone.disk.queue)
            phone.upload()
            phone.disk.queue = sent  # a phone that forgot that it had sent them
            phone.upload()
            phone.sync()


@pytest.mark.parametrize("seed", [1])
def test_everybody_shown_green_counts_once_or_is_a_listed_conflict(seed):
    evening = Evening(seed)
    evening.arrive()
    evening.end()

    green = {nonce: hash_ for phone in evening.phones for nonce, hash_ in phone.shown}
    rows = {row.nonce: row for row in CheckIn.objects.standing().select_related("ticket")}
    counted = Counter(row.ticket_id for row in rows.values() if row.kind == "counted")
    twice = {row.nonce for row in rows.values() if row.kind == "conflict"}

    assert green.keys() - rows.keys() == set(), "somebody came in and is nowhere"
    assert set(counted.values()) == {1}
    for nonce in green:
        assert rows[nonce].kind == "counted" or nonce in twice
        assert counted[rows[nonce].ticket_id] == 1
    assert {row.kind for row in rows.values()} == {"counted", "conflict"}
    told = conflicts(evening.event)
    assert {each.twice.nonce for each in told} <= twice
    assert all(each.counted for each in told)
    assert not Refusal.objects.filter(walked_in=True).exists()
    assert Ticket.objects.admitted().count() == len(counted)
    # what was to be tried did happen
    assert len(twice) > 20
    assert sum(phone.lost_answers for phone in evening.phones) > 20
    assert sum(phone.crashes for phone in evening.phones) > 10
    assert CheckIn.objects.filter(remark="ticket_canceled").exists()
    assert CheckIn.objects.filter(remark="ticket_replaced").exists()
    assert len(green) > TICKETS * 0.9


def test_phones_know_at_the_end_what_the_server_knows():
    """Every phone's list is the same as a phone's that was paired just now."""
    evening = Evening(2, tickets=200)
    for token, hash_ in evening.people[:100]:
        phone = evening.chance.choice(evening.phones)
        evening.now_ms += 1_000
        evening.meanwhile(evening.chance.randrange(200))
        phone.attempt(lambda phone=phone, t=token, h=hash_: phone.scan(t, h, evening.now_ms))
    evening.end()
    for phone in evening.phones:
        phone.sync()

    fresh = evening.pair(0)

    assert [phone.disk.rows == fresh.disk.rows for phone in evening.phones] == [True] * 5
