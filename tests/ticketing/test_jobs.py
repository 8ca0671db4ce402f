"""Mail about events: to everybody owed, once, whatever happens in between."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import icalendar
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from events.models import Event, LogEntry
from events.services.events import cancel_event, update_event
from orders.models import Order, OrderStatus
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.ticketing import TicketFactory, TicketTypeFactory
from ticketing.jobs import send_event_mail
from ticketing.models import Notice, NoticeKind, Ticket, TicketStatus
from ticketing.services import notices

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_event(starts_in, **fields):
    return EventFactory(start_at=timezone.now() + starts_in, title_en="Meetup", **fields)


def make_order(event, *, paid_ago=30 * DAY, count=1, **fields):
    """An order that was paid some time ago, its confirmation sent."""
    paid_at = timezone.now() - paid_ago
    order = OrderFactory(
        paid=True, chapter=event.chapter, paid_at=paid_at, confirmation_sent_at=paid_at, **fields
    )
    kind = TicketTypeFactory(event=event)
    line = OrderLineFactory(order=order, quantity=count)
    for _number in range(count):
        TicketFactory(ticket_type=kind, order_line=line)
    return order


def rest_the_pen():
    """What was changed was changed a while ago."""
    LogEntry.objects.update(at=timezone.now() - notices.QUIET * 2)


def subjects():
    return [message.subject for message in mail.outbox]


class Refusing(EmailBackend):
    """A mail server that breaks the connection as long as `broken`, and never takes `dead@`."""

    broken = False
    code = 550

    def send_messages(self, messages):
        if Refusing.broken:
            raise SMTPServerDisconnected("gone")
        for message in messages:
            if message.to == ["dead@example.com"]:
                raise SMTPRecipientsRefused({"dead@example.com": (Refusing.code, b"no")})
        return super().send_messages(messages)


@pytest.fixture
def refusing(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    yield Refusing
    Refusing.broken, Refusing.code = False, 550


@pytest.mark.parametrize("starts_in", [20 * HOUR, timedelta(minutes=50)])
def test_a_reminder_goes_out_once_for_an_order(starts_in):
    order = make_order(make_event(starts_in), count=3)

    assert send_event_mail() == 1
    assert send_event_mail() == 0

    assert [message.to for message in mail.outbox] == [[order.email]]
    assert subjects()[0].startswith("Meetup: ")


def test_a_day_and_an_hour_before_are_two_reminders():
    event = make_event(20 * HOUR)
    make_order(event)
    send_event_mail()
    Event.objects.update(start_at=timezone.now() + timedelta(minutes=50))

    send_event_mail()

    kinds = Notice.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [NoticeKind.DAY_BEFORE, NoticeKind.HOUR_BEFORE]


@pytest.mark.parametrize("starts_in", [25 * HOUR, 2 * HOUR, -HOUR])
def test_outside_its_time_nobody_is_reminded(starts_in):
    make_order(make_event(starts_in))

    assert send_event_mail() == 0


@pytest.mark.parametrize(
    ("starts_in", "paid_ago", "expected"),
    [
        (23 * HOUR, timedelta(minutes=5), 0),
        (23 * HOUR, 2 * HOUR, 0),  # an hour before the reminder was due: they know
        (23 * HOUR, 4 * HOUR, 1),
        (timedelta(minutes=55), timedelta(minutes=10), 0),
        (timedelta(minutes=55), timedelta(minutes=15), 0),
        (timedelta(minutes=55), timedelta(minutes=30), 1),
    ],
)
def test_who_has_just_paid_is_not_reminded(starts_in, paid_ago, expected):
    make_order(make_event(starts_in), paid_ago=paid_ago)

    assert send_event_mail() == expected


def test_only_who_holds_a_good_ticket_is_reminded():
    event = make_event(20 * HOUR)
    open_order = make_order(event)
    Order.objects.filter(pk=open_order.pk).update(status=OrderStatus.OPEN)
    canceled = make_order(event)
    Ticket.objects.filter(order_line__order=canceled).update(
        status=TicketStatus.CANCELED, canceled_at=timezone.now()
    )

    assert send_event_mail() == 0


def test_a_postponed_event_is_reminded_of_again():
    event = make_event(20 * HOUR)
    order = make_order(event)
    send_event_mail()
    # a week goes by, and the event was moved by that week
    Notice.objects.update(sent_at=timezone.now() - 7 * DAY, claimed_at=timezone.now() - 7 * DAY)
    event.sequence = 1
    event.save()
    notices.record_told(order=order, event=event)

    assert send_event_mail() == 1
    assert Notice.objects.filter(kind=NoticeKind.DAY_BEFORE).count() == 2


def test_a_change_is_told_once_with_an_entry_that_replaces_the_old():
    event = make_event(10 * DAY)
    order = make_order(event)
    update_event(event=event, by=UserFactory(), version=0, start_at=event.start_at + HOUR)
    rest_the_pen()

    assert send_event_mail() == 1
    assert send_event_mail() == 0

    [message] = mail.outbox
    assert message.subject == "Changed: Meetup"
    [(_name, content, kind)] = message.attachments
    calendar = icalendar.Calendar.from_ical(content)
    assert kind == "text/calendar; method=REQUEST"
    assert calendar.walk("VEVENT")[0]["SEQUENCE"] == 1
    assert order.get_absolute_url() in message.body


def test_two_changes_in_a_row_are_one_mail():
    event, by = make_event(10 * DAY), UserFactory()
    make_order(event)
    event = update_event(event=event, by=by, version=0, start_at=event.start_at + HOUR)
    assert send_event_mail() == 0  # the organizer may not be done

    update_event(event=event, by=by, version=1, title_en="Big meetup")
    rest_the_pen()
    send_event_mail()

    assert subjects() == ["Changed: Big meetup"]


def test_who_was_confirmed_after_the_change_hears_nothing():
    event = make_event(10 * DAY)
    update_event(event=event, by=UserFactory(), version=0, title_en="Big meetup")
    rest_the_pen()
    event.refresh_from_db()
    order = make_order(event)
    notices.record_told(order=order, event=event)

    assert send_event_mail() == 0


def test_a_change_that_no_calendar_needs_is_not_mailed():
    event = make_event(10 * DAY)
    make_order(event)
    update_event(event=event, by=UserFactory(), version=0, summary_en="New words")
    rest_the_pen()

    assert send_event_mail() == 0


def test_a_cancellation_is_told_at_once_and_once():
    event = make_event(10 * DAY)
    make_order(event)
    cancel_event(event=event, by=UserFactory(), reason="The hall is flooded.")

    assert send_event_mail() == 1
    assert send_event_mail() == 0

    [message] = mail.outbox
    assert message.subject == "Canceled: Meetup"
    assert "The hall is flooded." in message.body
    [(_name, content, kind)] = message.attachments
    assert kind == "text/calendar; method=CANCEL"
    assert icalendar.Calendar.from_ical(content)["METHOD"] == "CANCEL"


def test_who_had_given_the_ticket_back_before_hears_nothing_of_the_cancellation():
    event = make_event(10 * DAY)
    make_order(event)
    Ticket.objects.update(status=TicketStatus.CANCELED, canceled_at=timezone.now() - HOUR)
    cancel_event(event=event, by=UserFactory(), reason="")

    assert send_event_mail() == 0


def test_a_server_that_is_down_loses_nothing(refusing):
    event = make_event(20 * HOUR)
    for _number in range(7):
        make_order(event)
    refusing.broken = True
    assert send_event_mail() == 0
    assert not Notice.objects.filter(sent_at__isnull=False).exists()

    refusing.broken = False

    assert send_event_mail() == 7


def test_an_address_that_never_works_does_not_hold_up_the_others(refusing):
    event = make_event(20 * HOUR)
    make_order(event, email="dead@example.com")
    alive = make_order(event)

    send_event_mail()
    send_event_mail()

    assert [message.to for message in mail.outbox] == [[alive.email]]


def test_an_address_that_does_not_work_now_is_tried_again(refusing):
    make_order(make_event(20 * HOUR), email="dead@example.com")
    refusing.code = 450
    send_event_mail()

    assert not Notice.objects.filter(sent_at__isnull=False).exists()


def test_a_worker_that_died_after_claiming_delays_the_mail_but_does_not_lose_it():
    event = make_event(20 * HOUR)
    order = make_order(event)
    now = timezone.now()
    claimed = notices.claim(order=order, event=event, kind=NoticeKind.DAY_BEFORE, at=now)

    assert claimed
    assert send_event_mail() == 0  # somebody may be sending it this very moment
    Notice.objects.update(claimed_at=now - notices.LEASE * 2)
    assert send_event_mail() == 1
    assert send_event_mail() == 0


def test_only_one_of_two_workers_gets_the_claim():
    event = make_event(20 * HOUR)
    order = make_order(event)
    claim = {"order": order, "event": event, "kind": NoticeKind.DAY_BEFORE, "at": timezone.now()}

    assert notices.claim(**claim)
    assert notices.claim(**claim) is None


def test_looking_costs_no_more_for_many_who_were_told(django_assert_num_queries):
    event = make_event(20 * HOUR)
    for count in (1, 5):
        for _number in range(count):
            make_order(event)
        send_event_mail()
        with django_assert_num_queries(5):
            send_event_mail()
