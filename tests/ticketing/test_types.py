import pytest
from django.utils import timezone

from core.errors import DomainError
from events.models import LogEntry
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.ticketing import QuotaFactory, TicketFactory, TicketTypeFactory
from ticketing import errors
from ticketing.models import Quota, TicketStatus, TicketType
from ticketing.services import types

pytestmark = pytest.mark.django_db

FIELDS = {"name_en": "Standard", "price_minor": 1250, "currency": "EUR", "max_per_order": 4}


@pytest.fixture
def event():
    return EventFactory()


@pytest.fixture
def by():
    return UserFactory()


def log_of(event) -> list[tuple[str, str, dict]]:
    return list(event.log.order_by("pk").values_list("action", "target", "changes"))


def taken(*quotas) -> list[int]:
    return [Quota.objects.get(pk=quota.pk).taken for quota in quotas]


def test_save_ticket_type_creates_at_the_end_and_logs_a_readable_price(event, by):
    TicketTypeFactory(event=event, currency="EUR", position=4)
    hall = QuotaFactory(event=event, name="Hall")

    kind = types.save_ticket_type(event=event, by=by, quotas=[hall], **FIELDS)

    assert kind.position == 5
    assert list(kind.quotas.all()) == [hall]
    [(action, target, changes)] = log_of(event)
    assert (action, target) == ("ticket_type_added", "Standard")
    assert changes["price"] == ["", "12.50 EUR"]
    assert changes["quotas"] == ["", "Hall"]


def test_save_ticket_type_logs_only_what_changed(event, by):
    kind = types.save_ticket_type(event=event, by=by, quotas=[], **FIELDS)
    LogEntry.objects.all().delete()

    types.save_ticket_type(
        event=event, by=by, ticket_type=kind, quotas=[], **FIELDS | {"price_minor": 900}
    )
    types.save_ticket_type(
        event=event, by=by, ticket_type=kind, quotas=[], **FIELDS | {"price_minor": 900}
    )

    assert log_of(event) == [
        ("ticket_type_changed", "Standard", {"price": ["12.50 EUR", "9.00 EUR"]})
    ]


def test_all_types_of_an_event_share_one_currency(event, by):
    TicketTypeFactory(event=event, currency="CNY")

    with pytest.raises(errors.OneCurrency) as refusal:
        types.save_ticket_type(event=event, by=by, quotas=[], **FIELDS)

    assert "CNY" in str(refusal.value)
    assert event.ticket_types.count() == 1


def test_currency_may_change_until_something_was_sold(event, by):
    kind = TicketTypeFactory(event=event, currency="CNY")

    types.save_ticket_type(event=event, by=by, ticket_type=kind, quotas=[], **FIELDS)
    TicketFactory(ticket_type=kind)
    with pytest.raises(errors.CurrencyFixed):
        types.save_ticket_type(
            event=event, by=by, ticket_type=kind, quotas=[], **FIELDS | {"currency": "USD"}
        )

    kind.refresh_from_db()
    assert kind.currency == "EUR"


def test_save_ticket_type_recounts_the_quotas_that_change(event, by):
    old, new = QuotaFactory(event=event, taken=1), QuotaFactory(event=event)
    kind = TicketTypeFactory(event=event, currency="EUR", quotas=[old])
    TicketFactory(ticket_type=kind)

    types.save_ticket_type(event=event, by=by, ticket_type=kind, quotas=[new], **FIELDS)

    assert taken(old, new) == [0, 1]


def test_a_quota_too_full_for_a_type_leaves_everything_as_it_was(event, by):
    small = QuotaFactory(event=event, size=1, taken=1)
    kind = TicketTypeFactory(event=event, currency="EUR", name_en="Before")
    TicketFactory(ticket_type=TicketTypeFactory(event=event, currency="EUR", quotas=[small]))
    TicketFactory(ticket_type=kind)

    with pytest.raises(errors.QuotaExceeded):
        types.save_ticket_type(event=event, by=by, ticket_type=kind, quotas=[small], **FIELDS)

    kind.refresh_from_db()
    assert (kind.name_en, list(kind.quotas.all()), taken(small)) == ("Before", [], [1])
    assert log_of(event) == []


def test_retire_deletes_what_nobody_ordered(event, by):
    kind = TicketTypeFactory(event=event)

    types.retire_ticket_type(ticket_type=kind, by=by)

    assert not event.ticket_types.exists()
    assert [action for action, *_ in log_of(event)] == ["ticket_type_deleted"]


@pytest.mark.parametrize("status", [TicketStatus.VALID, TicketStatus.CANCELED])
def test_retire_keeps_what_was_ordered(event, by, status):
    kind = TicketTypeFactory(event=event)
    ticket = TicketFactory(ticket_type=kind, status=status, canceled_at=timezone.now())

    types.retire_ticket_type(ticket_type=kind, by=by)
    types.retire_ticket_type(ticket_type=kind, by=by)

    assert not event.ticket_types.offered().exists()
    ticket.refresh_from_db()
    assert ticket.status == status
    assert [action for action, *_ in log_of(event)] == ["ticket_type_retired"]


def test_restore_offers_again_once(event, by):
    kind = TicketTypeFactory(event=event, retired_at=timezone.now())

    types.restore_ticket_type(ticket_type=kind, by=by)
    types.restore_ticket_type(ticket_type=kind, by=by)

    assert list(event.ticket_types.offered()) == [kind]
    assert [action for action, *_ in log_of(event)] == ["ticket_type_restored"]


def test_move_swaps_with_the_neighbor_and_stops_at_the_ends(event, by):
    first, _retired, last = (
        TicketTypeFactory(event=event, position=3, retired_at=at)
        for at in (None, timezone.now(), None)
    )

    types.move_ticket_type(ticket_type=last, by=by, up=True)
    types.move_ticket_type(ticket_type=last, by=by, up=True)

    assert list(event.ticket_types.filter(retired_at=None)) == [last, first]
    assert len(log_of(event)) == 1


def test_quota_cannot_shrink_below_what_is_taken_and_says_the_number(event, by):
    hall = QuotaFactory(event=event, name="Hall", size=10, taken=7)

    with pytest.raises(errors.QuotaTooSmall) as refusal:
        types.save_quota(event=event, by=by, quota=hall, name="Hall", size=6)
    types.save_quota(event=event, by=by, quota=hall, name="Hall", size=7)

    assert refusal.value.params["taken"] == 7
    assert "7" in str(refusal.value)
    hall.refresh_from_db()
    assert hall.size == 7
    assert log_of(event) == [("quota_changed", "Hall", {"size": [10, 7]})]


def test_quota_name_is_there_once_per_event(event, by):
    QuotaFactory(event=event, name="Hall")
    QuotaFactory(name="Garden")

    with pytest.raises(errors.QuotaNameTaken):
        types.save_quota(event=event, by=by, name="Hall", size=5)
    types.save_quota(event=event, by=by, name="Garden", size=5)

    assert sorted(event.quotas.values_list("name", flat=True)) == ["Garden", "Hall"]


def test_quota_in_use_is_not_deleted_for_its_types_would_be_unlimited(event, by):
    hall = QuotaFactory(event=event)
    kind = TicketTypeFactory(event=event, quotas=[hall])

    with pytest.raises(errors.QuotaInUse) as refusal:
        types.delete_quota(quota=hall, by=by)
    kind.quotas.clear()
    types.delete_quota(quota=hall, by=by)

    assert kind.name in str(refusal.value)
    assert not event.quotas.exists()


def test_start_free_makes_one_type_over_one_quota_and_is_repeatable(event, by):
    kind = types.start_free(event=event, by=by, places=40)
    types.start_free(event=event, by=by, places=50)

    assert list(TicketType.objects.all()) == [kind]
    assert (kind.price_minor, kind.currency) == (0, event.chapter.currency)
    assert kind.name_en
    assert kind.name_zh_hans
    assert [quota.size for quota in kind.quotas.all()] == [40]


def test_every_refusal_is_a_domain_error_that_names_its_field():
    fields = {
        errors.QuotaTooSmall: "size",
        errors.QuotaNameTaken: "name",
        errors.OneCurrency: "currency",
        errors.CurrencyFixed: "currency",
        errors.QuotaExceeded: "quotas",
    }

    assert all(issubclass(error, DomainError) for error in fields)
    assert {error: error.field for error in fields} == fields
