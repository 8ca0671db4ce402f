import factory
from factory.django import DjangoModelFactory

from tests.factories.events import EventFactory
from tests.factories.orders import OrderLineFactory
from ticketing.models import CheckIn, Quota, Ticket, TicketStatus, TicketType


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


class CheckInFactory(DjangoModelFactory):
    ticket = factory.SubFactory(TicketFactory)
    event = factory.SelfAttribute("ticket.event")
    nonce = factory.Faker("uuid4")

    class Meta:
        model = CheckIn
