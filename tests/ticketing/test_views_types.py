from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from tests.ticketing.personas import assert_only_runners, client_of
from ticketing.models import TicketType

pytestmark = pytest.mark.django_db

TYPED = {
    "name_zh_hans": "普通票",
    "name_en": "Standard",
    "price": "12.50",
    "currency": "EUR",
    "sales_start_at": "2036-05-01T09:00",
    "min_per_order": "1",
    "max_per_order": "4",
    "is_public": "on",
}


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def organizer(event):
    return client_of("organizer", event)


def url(name, event, *args):
    return reverse(f"ticketing:{name}", args=[event.slug, *args])


def errors_of(response):
    return response.context["form"].errors


def test_only_those_who_run_the_event_keep_its_tickets(event):
    kind, quota = TicketTypeFactory(event=event), QuotaFactory(event=event)

    assert_only_runners(
        event,
        [
            url("type-list", event),
            url("type-start", event),
            url("type-create", event),
            url("type-edit", event, kind.public_id),
            url("type-retire", event, kind.public_id),
            url("type-restore", event, kind.public_id),
            url("type-move", event, kind.public_id),
            url("quota-create", event),
            url("quota-edit", event, quota.pk),
            url("quota-delete", event, quota.pk),
        ],
    )


def test_a_type_or_quota_of_another_event_is_not_there(event, organizer):
    other = EventFactory(chapter=event.chapter)
    kind, quota = TicketTypeFactory(event=other), QuotaFactory(event=other)

    assert organizer.get(url("type-edit", event, kind.public_id)).status_code == 404
    assert organizer.get(url("quota-edit", event, quota.pk)).status_code == 404
    assert organizer.post(url("quota-delete", event, quota.pk)).status_code == 404


def test_a_type_is_made_in_units_of_the_currency_and_times_of_the_event(event, organizer):
    hall, _garden = QuotaFactory(event=event), QuotaFactory(event=event)

    response = organizer.post(url("type-create", event), TYPED | {"quotas": [hall.pk]})

    assert response.headers["Location"] == url("type-list", event)
    kind = TicketType.objects.get()
    assert (kind.price_minor, kind.currency) == (1250, "EUR")
    assert kind.sales_start_at == datetime(2036, 5, 1, 1, 0, tzinfo=UTC)  # nine in Shanghai
    assert list(kind.quotas.all()) == [hall]


def test_what_was_saved_comes_back_as_it_was_typed(event, organizer):
    organizer.post(url("type-create", event), TYPED)
    kind = TicketType.objects.get()

    page = organizer.get(url("type-edit", event, kind.public_id)).content.decode()

    assert 'value="12.50"' in page
    assert 'value="2036-05-01T09:00"' in page
    assert '<option value="EUR" selected>' in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_zh_hans": "", "name_en": " "}, "name_zh_hans"),
        ({"currency": "JPY", "price": "12.5"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "12.505"}, "price"),
        ({"sales_end_at": "2036-05-01T09:00"}, "sales_end_at"),
        ({"min_per_order": "5"}, "max_per_order"),
        ({"min_per_order": "0"}, "min_per_order"),
        ({"currency": "XXX"}, "currency"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(event, organizer, typed, field):
    response = organizer.post(url("type-create", event), TYPED | typed)

    assert list(errors_of(response)) == [field]
    assert not TicketType.objects.exists()


def test_yen_has_no_decimals(event, organizer):
    organizer.post(url("type-create", event), TYPED | {"currency": "JPY", "price": "1200"})

    assert TicketType.objects.get().price_minor == 1200


def test_another_currency_is_refused_at_its_field(event, organizer):
    TicketTypeFactory(event=event, currency="CNY")

    response = organizer.post(url("type-create", event), TYPED)

    assert list(errors_of(response)) == ["currency"]
    assert "CNY" in errors_of(response)["currency"][0]


def test_a_quota_of_another_event_cannot_be_chosen(event, organizer):
    QuotaFactory(event=event)
    elsewhere = QuotaFactory()

    response = organizer.post(url("type-create", event), TYPED | {"quotas": [elsewhere.pk]})

    assert list(errors_of(response)) == ["quotas"]


def test_a_new_type_starts_with_its_siblings_currency_and_the_only_quota(event, organizer):
    hall = QuotaFactory(event=event)
    TicketTypeFactory(event=event, currency="EUR")

    page = organizer.get(url("type-create", event)).content.decode()

    assert '<option value="EUR" selected>' in page
    assert f'value="{hall.pk}"' in page
    assert "checked" in page


def test_the_quick_start_lets_people_register_with_one_number(event, organizer):
    page = organizer.get(url("type-list", event)).content.decode()
    assert "Nobody can register yet" in page

    organizer.post(url("type-start", event), {"places": "40"})

    kind = TicketType.objects.get()
    assert (kind.price_minor, [quota.size for quota in kind.quotas.all()]) == (0, [40])


def test_the_quick_start_speaks_at_the_field(event, organizer):
    response = organizer.post(url("type-start", event), {"places": "0"})

    assert list(errors_of(response)) == ["places"]
    assert not TicketType.objects.exists()


def test_the_list_gives_the_link_of_a_hidden_type(event, organizer, settings):
    kind = TicketTypeFactory(event=event, is_public=False)

    page = organizer.get(url("type-list", event)).content.decode()

    assert f"{settings.SITE_URL}{event.get_absolute_url()}?show={kind.public_id}" in page


def test_retire_move_and_restore_from_the_list(event, organizer):
    first, last = TicketTypeFactory(event=event), TicketTypeFactory(event=event)
    TicketFactory(ticket_type=first)

    organizer.post(url("type-move", event, last.public_id), {"direction": "up"})
    organizer.post(url("type-retire", event, first.public_id))
    assert list(event.ticket_types.offered()) == [last]

    organizer.post(url("type-restore", event, first.public_id))
    assert list(event.ticket_types.offered()) == [last, first]


def test_a_quota_below_what_is_taken_is_refused_with_the_number(event, organizer):
    hall = QuotaFactory(event=event, name="Hall", size=10, taken=7)

    response = organizer.post(url("quota-edit", event, hall.pk), {"name": "Hall", "size": "6"})

    assert list(errors_of(response)) == ["size"]
    assert "7" in errors_of(response)["size"][0]


def test_a_quota_is_made_and_deleted(event, organizer):
    organizer.post(url("quota-create", event), {"name": "Garden", "size": "12"})
    quota = event.quotas.get()
    assert (quota.name, quota.size) == ("Garden", 12)

    organizer.post(url("quota-delete", event, quota.pk))
    assert not event.quotas.exists()


def test_a_quota_in_use_is_not_deleted_and_the_page_says_why(event, organizer):
    hall = QuotaFactory(event=event)
    TicketTypeFactory(event=event, quotas=[hall], name_en="Early bird")

    response = organizer.post(url("quota-delete", event, hall.pk), follow=True)

    assert "Early bird" in response.content.decode()
    assert event.quotas.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_whatever_is_listed(event, organizer, rows):
    for _ in range(rows):
        kind = TicketTypeFactory(event=event, quotas=[QuotaFactory(event=event)])
        TicketFactory(ticket_type=kind)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        organizer.get(url("type-list", event))

    assert len(queries) == 9
