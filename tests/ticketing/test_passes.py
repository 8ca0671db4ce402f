"""A pass pays for one place, and its use comes back exactly once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from checkout.queries.audit import differences
from checkout.services import settling
from checkout.services.event_refunds import refund_some, request_refunds
from checkout.services.refunds import refund_units
from checkout.services.returns import return_units
from events.models import AttendanceMode, Event
from ledger.models import Entry
from orders.models import LineShare, Order, OrderStatus, RefundReason, SaleKind, ShareRate
from tests.checkout.shop import buy, paid_type, pay
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import FreePassFactory, TicketTypeFactory
from ticketing import errors, jobs
from ticketing.models import EventPasses, FreePass, PassCovers, PassUse, Quota, Ticket
from ticketing.services import pass_grants, passes
from ticketing.services.events import cancel_event
from ticketing.services.tickets import cancel_ticket

pytestmark = pytest.mark.django_db


def order_with(free_pass: FreePass, kind, *holders: str, **fields) -> Order:
    return buy(kind, *holders, free_pass=free_pass, placed_by=free_pass.user, **fields)


def lines(order: Order) -> list[tuple[int, int, int]]:
    return list(order.lines.values_list("quantity", "unit_price_minor", "total_minor"))


def used(free_pass: FreePass) -> tuple[int, int]:
    """(uses of the pass, places that passes take of its events)"""
    free_pass.refresh_from_db()
    taken = EventPasses.objects.values_list("taken", flat=True)
    return free_pass.used, sum(taken)


def test_a_pass_pays_for_one_ticket_on_a_line_of_its_own():
    kind, free_pass = paid_type(), FreePassFactory()

    order = order_with(free_pass, kind, "Lin", "Bo")

    assert lines(order) == [(1, 0, 0), (1, 12_800, 12_800)]
    assert order.total_minor == 12_800
    assert used(free_pass) == (1, 1)
    assert Quota.objects.get().taken == 2
    assert PassUse.objects.get().ticket.holder_name == "Lin"


def test_an_order_for_a_pass_alone_is_paid_at_once_and_moves_no_money():
    ShareRate.objects.create(
        kind=SaleKind.MEETUP, bps=1000, from_at=timezone.now() - timedelta(days=1)
    )
    free_pass = FreePassFactory()

    order = order_with(free_pass, paid_type())

    assert order.status == OrderStatus.PAID
    assert not Entry.objects.exists()
    assert not LineShare.objects.exists()
    assert list(differences()) == []


def test_the_dearest_ticket_is_the_one_that_costs_nothing():
    cheap, free_pass = paid_type(price_minor=5_000), FreePassFactory()
    dear = TicketTypeFactory(event=cheap.event, price_minor=30_000)
    free = TicketTypeFactory(event=cheap.event, price_minor=0)

    order = order_with(free_pass, cheap, kinds=[cheap, dear, free])

    assert lines(order) == [(1, 5_000, 5_000), (1, 0, 0), (1, 0, 0)]
    assert PassUse.objects.get().ticket.ticket_type == dear


def test_what_is_free_anyway_costs_no_pass():
    free_pass = FreePassFactory()

    order = order_with(free_pass, TicketTypeFactory())

    assert order.status == OrderStatus.PAID
    assert used(free_pass) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"revoked_at": timezone.now()}, errors.PassRevoked),
        ({"used": 1}, errors.PassUsedUp),
        ({"valid_until": timezone.now() - timedelta(seconds=1)}, errors.PassExpired),
        ({"valid_from": timezone.now() + timedelta(days=1)}, errors.PassNotYet),
        ({"covers": PassCovers.ONLINE}, errors.PassNotFitting),
    ],
)
def test_a_pass_that_is_no_good_says_why_and_books_nothing(fields, refusal):
    fields = {"valid_from": timezone.now() - timedelta(days=9), **fields}
    kind, free_pass = paid_type(), FreePassFactory(**fields)

    with pytest.raises(refusal):
        order_with(free_pass, kind)

    assert not Order.objects.exists()
    assert Quota.objects.get().taken == 0


@pytest.mark.parametrize(
    ("mode", "covers", "fits"),
    [
        (AttendanceMode.ONLINE, PassCovers.ONLINE, True),
        (AttendanceMode.ONLINE, PassCovers.OFFLINE, False),
        (AttendanceMode.OFFLINE, PassCovers.BOTH, True),
        (AttendanceMode.MIXED, PassCovers.ONLINE, True),
        (AttendanceMode.MIXED, PassCovers.OFFLINE, True),
    ],
)
def test_a_pass_fits_what_it_covers(mode, covers, fits):
    event = EventFactory(attendance_mode=mode)

    assert FreePassFactory(covers=covers).fits(event) == fits


def test_a_pass_of_another_chapter_or_event_does_not_fit():
    event = EventFactory()

    assert not FreePassFactory(chapter=EventFactory().chapter).fits(event)
    assert not FreePassFactory(event=EventFactory(chapter=event.chapter)).fits(event)
    assert FreePassFactory(event=event, chapter=event.chapter).fits(event)


def test_one_pass_gives_one_place_at_an_event():
    kind, free_pass = paid_type(), FreePassFactory(uses=3)
    order_with(free_pass, kind)

    with pytest.raises(errors.PassUsedHere):
        order_with(free_pass, kind)

    assert used(free_pass) == (1, 1)


def test_an_event_takes_no_more_passes_than_its_organizer_says():
    kind = paid_type()
    pass_grants.limit_passes(event=kind.event, by=UserFactory(), most=1)
    order_with(FreePassFactory(), kind)
    late = FreePassFactory()

    with pytest.raises(errors.PassLimitReached):
        order_with(late, kind)

    assert used(late) == (0, 1)
    with pytest.raises(errors.PassLimitTooLow):
        pass_grants.limit_passes(event=kind.event, by=UserFactory(), most=0)


def test_a_policy_limits_its_own_passes_and_no_others():
    kind = paid_type()
    ours = [
        FreePassFactory(policy="helpers", policy_key=f"helpers:{n}", per_event_limit=1)
        for n in range(2)
    ]
    order_with(FreePassFactory(), kind)
    order_with(ours[0], kind)

    with pytest.raises(errors.PassLimitReached):
        order_with(ours[1], kind)


def test_a_pass_passed_on_meanwhile_is_not_used():
    kind, free_pass = paid_type(), FreePassFactory()
    FreePass.objects.filter(pk=free_pass.pk).update(user=UserFactory())

    with pytest.raises(errors.PassNotYours):
        order_with(free_pass, kind)

    assert used(free_pass) == (0, 0)


def test_an_order_that_is_not_paid_gives_the_use_back_and_money_takes_it_again():
    kind, free_pass = paid_type(), FreePassFactory()
    order = order_with(free_pass, kind, "Lin", "Bo")

    for _again in range(2):
        settling.close_order(order=order, status=OrderStatus.EXPIRED, when=lambda _order: True)
    assert used(free_pass) == (0, 0)

    pay(order)

    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert used(free_pass) == (1, 1)
    assert list(differences()) == []


def test_late_money_for_a_pass_used_elsewhere_is_returned():
    kind, free_pass = paid_type(), FreePassFactory()
    order = order_with(free_pass, kind, "Lin", "Bo")
    settling.close_order(order=order, status=OrderStatus.EXPIRED, when=lambda _order: True)
    order_with(free_pass, paid_type())

    payment = pay(order)

    assert payment.status == "refund_due"
    assert used(free_pass) == (1, 1)


def test_a_ticket_returned_in_time_gives_the_use_back_once():
    kind, free_pass = paid_type(), FreePassFactory()
    order = order_with(free_pass, kind)
    unit = Ticket.objects.get().public_id

    for _again in range(2):
        return_units(order=order, units=[unit], at=timezone.now())

    assert used(free_pass) == (0, 0)
    assert not Entry.objects.exists()
    order_with(free_pass, kind)
    assert used(free_pass) == (1, 1)


@pytest.mark.parametrize(("hours", "back"), [(1, True), (-1, False)])
def test_a_ticket_canceled_by_the_organizer_gives_the_use_back_only_before_the_start(hours, back):
    kind, free_pass = paid_type(), FreePassFactory()
    order_with(free_pass, kind)
    start_at = timezone.now() + timedelta(hours=hours)
    Event.objects.update(start_at=start_at, end_at=start_at + timedelta(hours=3))

    cancel_ticket(ticket=Ticket.objects.get(), by=UserFactory())

    assert used(free_pass) == ((0, 0) if back else (1, 1))
    assert list(differences()) == []


def test_a_canceled_event_gives_every_use_back_once_refunded_or_not():
    kind = paid_type()
    given = [FreePassFactory() for _n in range(3)]
    for free_pass in given:
        order_with(free_pass, kind)
    cancel_event(event=kind.event, by=UserFactory(), reason="Typhoon")

    jobs.return_passes()
    jobs.return_passes()
    assert [used(free_pass)[0] for free_pass in given] == [0, 0, 0]

    request_refunds(event=kind.event, by=UserFactory())
    assert refund_some(event=kind.event, limit=10) == 3
    assert used(given[0]) == (0, 0)
    assert list(differences()) == []


def test_a_refund_of_the_paid_ticket_leaves_the_pass_alone():
    kind, free_pass = paid_type(), FreePassFactory()
    order = order_with(free_pass, kind, "Lin", "Bo")
    pay(order)
    paid = Ticket.objects.get(holder_name="Bo")

    refund_units(order=order, units=[paid.public_id], by=None, reason=RefundReason.ORGANIZER)

    assert used(free_pass) == (1, 1)
    assert list(differences()) == []


def test_audit_finds_a_miscounted_pass():
    free_pass = FreePassFactory(uses=2)
    order_with(free_pass, paid_type())
    FreePass.objects.update(used=2)
    EventPasses.objects.update(taken=0)
    event = Event.objects.get(passes__isnull=False)

    assert list(differences()) == [
        f"free pass {free_pass.pk}: 2 used, 1 uses stand",
        f"passes of event {event.pk}: 0 taken, 1 uses stand",
    ]


def test_audit_finds_a_use_that_did_not_come_back():
    free_pass = FreePassFactory()
    order_with(free_pass, paid_type())
    ticket = Ticket.objects.get()
    Ticket.objects.update(status="canceled", canceled_at=timezone.now())
    Quota.objects.update(taken=0)

    found = list(differences())

    assert found == [f"use of pass {free_pass.pk}: stands, ticket {ticket.pk} is canceled"]


def test_giving_a_pass_mails_it_and_lands_in_the_account_of_that_address(
    django_capture_on_commit_callbacks, client
):
    event, by = EventFactory(title_en="Rollups"), UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        made = pass_grants.give_pass(
            event=event, by=by, email="Ada@Example.com", language="en", reason="Gave a talk"
        )

    assert (made.email, made.uses, made.valid_until) == ("ada@example.com", 1, event.end_at)
    [message] = mail.outbox
    assert message.to == ["ada@example.com"]
    assert message.subject == "A free pass for you: A place at “Rollups”"
    assert "Gave a talk" in message.body
    owner = UserFactory(email="ada@example.com")
    owner.emailaddress_set.create(email="Ada@example.com", verified=True, primary=True)
    assert list(FreePass.objects.held_by(owner)) == [made]
    assert list(FreePass.objects.held_by(UserFactory())) == []
    assert [entry.action for entry in event.log.all()] == ["pass_given"]


def test_an_address_that_is_not_proven_holds_nothing():
    made = FreePassFactory(user=None, email="ada@example.com")
    owner = UserFactory(email="ada@example.com")
    owner.emailaddress_set.create(email=owner.email, verified=False, primary=True)

    assert made not in FreePass.objects.held_by(owner)


def test_the_same_pass_is_not_given_twice_by_hand():
    event, by = EventFactory(), UserFactory()
    give = {"event": event, "by": by, "email": "a@example.com", "language": "en", "reason": "Talk"}
    pass_grants.give_pass(**give)

    with pytest.raises(errors.PassAlreadyGiven):
        pass_grants.give_pass(**give)


def test_the_clock_mails_what_no_task_did_and_nothing_twice():
    FreePassFactory(granted_at=timezone.now() - timedelta(hours=1), email="a@example.com")
    FreePassFactory(granted_at=timezone.now() - timedelta(hours=1), revoked_at=timezone.now())

    jobs.send_free_passes()
    jobs.send_free_passes()

    assert [message.to for message in mail.outbox] == [["a@example.com"]]


def test_a_revoked_pass_tells_its_holder_and_leaves_the_ticket(django_capture_on_commit_callbacks):
    free_pass = FreePassFactory(uses=2, mailed_at=timezone.now(), language="en")
    order_with(free_pass, paid_type())

    for reason in ("Given by mistake", "another reason"):
        with django_capture_on_commit_callbacks(execute=True):
            pass_grants.revoke_pass(
                free_pass=free_pass, by=UserFactory(), reason=reason, event=EventFactory()
            )

    free_pass.refresh_from_db()
    assert free_pass.revoked_reason == "Given by mistake"
    assert [message.subject for message in mail.outbox] == ["Revoked: Any talk or meetup"]
    assert Ticket.objects.get().status == "valid"


def test_uses_stay_as_they_are_when_nothing_ended():
    free_pass = FreePassFactory()
    order_with(free_pass, paid_type())

    passes.use_again([Ticket.objects.get().pk])

    assert used(free_pass) == (1, 1)
