"""The sample data is made once for all tests here (a TestCase can do that): it takes seconds."""

import io

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import TestCase
from django.utils import timezone

from accounts.models import User
from checkout.demo.gateway import card_payments
from checkout.demo.people import PASSWORD, sign_ins
from checkout.queries.audit import differences
from community.models import Chapter, Invitation
from core.money import EXPONENTS
from courses.models import Cohort
from courses.queries.catalog import listed_courses
from courses.queries.learning import my_courses
from courses.services import seats
from events.models import AttendanceMode, Event, EventStatus, LogEntry
from orders.models import Order, OrderStatus, Payment, PaymentStatus, Provider
from ticketing.models import CheckIn, Quota, Ticket, TicketStatus, TicketType
from ticketing.queries.offers import OfferState, offers
from ticketing.services import notices, stock

OURS = ("accounts", "community", "courses", "events", "orders", "ticketing")
PERSONAS = ("attendee", "organizer", "door", "lecturer", "admin")


def every_row() -> dict[str, list[dict]]:
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}


def seed() -> str:
    out = io.StringIO()
    call_command("seed_demo", force=True, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_refuses_where_debug_is_off(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="--force"):
        call_command("seed_demo")


class SeedDemoTest(TestCase):
    printed: str
    mails: list[mail.EmailMessage]

    @classmethod
    def setUpTestData(cls) -> None:
        mail.outbox = []
        cls.printed = seed()
        cls.mails = list(mail.outbox)

    def test_a_second_run_changes_nothing_and_keeps_what_people_did(self):
        Event.objects.filter(slug="storage-night").update(title_zh_hans="改过的标题")
        before = every_row()

        assert seed() == self.printed
        assert every_row() == before

    def test_every_state_is_there(self):
        def found(field):
            return set(field.field.model.objects.values_list(field.field.name, flat=True))

        assert found(Order.status) == set(OrderStatus.values)
        assert found(Event.status) == set(EventStatus.values)
        assert found(Event.attendance_mode) == set(AttendanceMode.values)
        assert found(Ticket.status) == set(TicketStatus.values)
        assert found(Payment.provider) == set(Provider.values)
        assert found(Order.currency) == {"CNY", "EUR", "SGD"} <= EXPONENTS.keys()
        assert found(TicketType.is_public) == {True, False}
        now = timezone.now()
        coming = Event.objects.published().upcoming(now)
        states = {offer.state for event in coming for offer in offers(event, at=now)}
        assert states == set(OfferState)

    def test_the_books_add_up(self):
        assert list(differences()) == []

    def test_card_payments_are_told_to_who_asks(self):
        told = {row["session"]: row for row in card_payments()}

        of_gateway = Payment.objects.filter(provider=Provider.STRIPE)
        assert told.keys() == set(of_gateway.values_list("gateway_id", flat=True))
        sums = of_gateway.filter(status=PaymentStatus.SUCCEEDED).aggregate(sum=Sum("amount_minor"))
        assert sum(row["amount"] for row in told.values() if row["paid_at"]) == sums["sum"]

    def test_quotas_count_their_tickets(self):
        taken = dict(Quota.objects.values_list("pk", "taken"))

        assert taken
        assert stock.counted(taken) == taken

    def test_courses_are_free_and_priced_coming_and_full(self):
        listed = list(listed_courses(at=timezone.now()))

        assert {course.least_minor == 0 for course in listed} == {True, False}
        full = Cohort.objects.get(course__slug="contracts-under-review")
        assert full.taken == full.seats
        assert dict(Cohort.objects.values_list("pk", "taken")) == seats.counted(
            Cohort.objects.values_list("pk", flat=True)
        )
        learning = my_courses(User.objects.get(email="attendee@example.com"), at=timezone.now())
        assert {each.access.percent for each in learning} == {40, 0}

    def test_nobody_is_owed_a_mail_and_no_gateway_is_asked(self):
        now = timezone.now()

        assert [due for due in notices.owed(now) if due.orders.exists()] == []
        paid = Order.objects.filter(status=OrderStatus.PAID)
        assert not paid.filter(confirmation_sent_at=None).exists()
        assert not Invitation.objects.filter(sent_at=None).exists()
        assert not Order.objects.overdue(now).exists()
        assert not Payment.objects.filter(status=PaymentStatus.STARTED).exists()
        assert 3 <= len(self.mails) <= 5

    def test_people_are_fictional(self):
        addresses = {
            *User.objects.values_list("email", flat=True),
            *Order.objects.values_list("email", flat=True),
            *Chapter.objects.values_list("contact_email", flat=True),
            *Invitation.objects.values_list("email", flat=True),
            *(address for message in self.mails for address in message.recipients()),
        }

        assert {address.partition("@")[2] for address in addresses} == {"example.com"}

    def test_personas_sign_in_with_what_is_printed(self):
        assert sign_ins() in self.printed
        for persona in PERSONAS:
            email = f"{persona}@example.com"
            assert email in self.printed
            self.client.logout()
            self.client.post("/accounts/login/", {"login": email, "password": PASSWORD})
            assert self.client.get("/my/tickets/").status_code == 200

    def test_a_door_is_open_right_now(self):
        now = timezone.now()
        event = Event.objects.published().get(start_at__lte=now, end_at__gt=now)
        valid = Ticket.objects.valid().filter(event=event)

        assert 0 < valid.admitted().count() < valid.count()
        gates = CheckIn.objects.filter(event=event).values_list("gate_name", flat=True)
        assert set(gates) == {"A", "B"}

    def test_the_story_happened_before_now_and_in_order(self):
        now = timezone.now()

        for moments in (
            Order.objects.values_list("created_at", "paid_at", "closed_at"),
            CheckIn.objects.values_list("at"),
            LogEntry.objects.values_list("at"),
            Event.objects.values_list("created_at", "published_at", "canceled_at"),
        ):
            for row in moments:
                told = [moment for moment in row if moment]
                assert told == sorted(told)
                assert told[-1] <= now
        for created_at, published_at, start_at in Ticket.objects.values_list(
            "created_at", "event__published_at", "event__start_at"
        ):
            assert published_at <= created_at <= max(start_at, now)
