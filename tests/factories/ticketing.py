from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import digest
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.orders import OrderLineFactory
from ticketing.models import (
    CheckIn,
    CheckInList,
    Device,
    FreePass,
    Gate,
    PassCovers,
    PassUse,
    Quota,
    Ticket,
    TicketStatus,
    TicketType,
)


class QuotaFactory(DjangoModelFactory):
    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Hall {n}")
    size = 10

    class Meta:
        model = Quota


class TicketTypeFactory(DjangoModelFactory):
    """A free type without a limit; `quotas=[…]` to draw on some."""

    event = factory.SubFactory(EventFactory)
    name_zh_hans = "普通票"
    name_en = "Standard"
    price_minor = 0
    currency = "CNY"

    class Meta:
        model = TicketType
        skip_postgeneration_save = True

    @factory.post_generation
    def quotas(self, create: bool, extracted: list[Quota] | None, **kwargs) -> None:
        if extracted:
            self.quotas.set(extracted)


class TicketFactory(DjangoModelFactory):
    """A valid ticket of a paid order of its own. Takes no place in any quota."""

    ticket_type = factory.SubFactory(TicketTypeFactory)
    event = factory.SelfAttribute("ticket_type.event")
    order_line = factory.SubFactory(
        OrderLineFactory,
        order__chapter=factory.SelfAttribute("...event.chapter"),
        unit_price_minor=factory.SelfAttribute("..ticket_type.price_minor"),
    )
    label = factory.LazyAttribute(
        lambda ticket: (
            f"{ticket.order_line.order.reference}-{ticket.order_line.tickets.count() + 1}"
        )
    )
    holder_name = "Lin Example"
    status = TicketStatus.VALID

    class Meta:
        model = Ticket


class CheckInListFactory(DjangoModelFactory):
    """Admits everybody at any time, once; the nameless one of its event."""

    event = factory.SubFactory(EventFactory)
    name = ""

    class Meta:
        model = CheckInList
        django_get_or_create = ["event", "name"]
        skip_postgeneration_save = True

    @factory.post_generation
    def ticket_types(self, create: bool, extracted: list[TicketType] | None, **kwargs) -> None:
        if extracted:
            self.ticket_types.set(extracted)


class GateFactory(DjangoModelFactory):
    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Gate {n}")

    class Meta:
        model = Gate


class DeviceFactory(DjangoModelFactory):
    """A paired phone; its secret is `secret_of(device)`."""

    event = factory.SubFactory(EventFactory)
    gate = factory.SubFactory(GateFactory, event=factory.SelfAttribute("..event"))
    name = factory.Sequence(lambda n: f"Phone {n}")
    digest = factory.LazyAttribute(lambda device: digest(secret_of(device)))

    class Meta:
        model = Device


def secret_of(device: Device) -> str:
    return f"d1_{device.name}"


class CheckInFactory(DjangoModelFactory):
    ticket = factory.SubFactory(TicketFactory)
    event = factory.SelfAttribute("ticket.event")
    list = factory.SubFactory(CheckInListFactory, event=factory.SelfAttribute("..event"))
    nonce = factory.Faker("uuid4")

    class Meta:
        model = CheckIn


class FreePassFactory(DjangoModelFactory):
    """Good for any one meetup or talk of the coming year, earned by a person with an account."""

    user = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(lambda one: one.user.email if one.user else "guest@example.com")
    covers = PassCovers.BOTH
    valid_from = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
    valid_until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=365))
    reason = "Held the workshop in March"

    class Meta:
        model = FreePass


class PassUseFactory(DjangoModelFactory):
    """As a row only: counters are services.passes' work."""

    free_pass = factory.SubFactory(FreePassFactory)
    ticket = factory.SubFactory(TicketFactory)
    event = factory.SelfAttribute("ticket.event")

    class Meta:
        model = PassUse
