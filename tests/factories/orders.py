from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from orders.models import Order, OrderLine, OrderStatus, Payment, PaymentStatus, Provider
from tests.factories.community import ChapterFactory


class OrderFactory(DjangoModelFactory):
    """An open order of nothing yet; `paid=True` for one that went through."""

    chapter = factory.SubFactory(ChapterFactory)
    email = factory.Sequence(lambda n: f"buyer{n}@example.com")
    name = "Lin Example"
    language = "en"
    currency = "CNY"
    total_minor = 0
    hold_until = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=36))

    class Meta:
        model = Order

    class Params:
        paid = factory.Trait(
            status=OrderStatus.PAID,
            paid_at=factory.LazyFunction(timezone.now),
            confirmation_sent_at=factory.LazyFunction(timezone.now),
        )


class OrderLineFactory(DjangoModelFactory):
    order = factory.SubFactory(OrderFactory, paid=True)
    position = factory.LazyAttribute(lambda line: line.order.lines.count() + 1)
    kind = "ticket"
    title_zh_hans = "聚会 · 普通票"
    title_en = "Meetup · Standard"
    unit_price_minor = 0
    quantity = 1
    total_minor = factory.LazyAttribute(lambda line: line.unit_price_minor * line.quantity)

    class Meta:
        model = OrderLine


class PaymentFactory(DjangoModelFactory):
    order = factory.SubFactory(OrderFactory)
    provider = Provider.STRIPE
    status = PaymentStatus.STARTED
    amount_minor = factory.LazyAttribute(lambda payment: payment.order.total_minor or 1)
    currency = factory.SelfAttribute("order.currency")
    gateway_id = factory.Sequence(lambda n: f"cs_test_{n}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=31))

    class Meta:
        model = Payment
