from datetime import timedelta

import pytest

from events.models import Event
from incentives.errors import ShiftKnown, ShiftRefused
from incentives.queries.hours import covered, helped, total
from incentives.services.shifts import add_shift
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory
from tests.factories.incentives import HelperShiftFactory
from tests.factories.ticketing import CheckInFactory, TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> Event:
    return EventFactory(past=True)


def admit(event, by, *minutes):
    for minute in minutes:
        ticket = TicketFactory(ticket_type__event=event)
        CheckInFactory(ticket=ticket, by=by, at=event.start_at + timedelta(minutes=minute))


def test_the_door_counts_from_the_first_admission_to_the_last(event):
    helper = UserFactory()
    admit(event, helper, 0, 50, 130)

    [row] = helped(user=helper)

    assert (row.event, row.time, row.hours, row.minutes) == (event, timedelta(minutes=130), 2, 10)
    assert [spell.admissions for spell in row.at_door] == [3]


def test_a_long_lull_ends_a_spell(event):
    helper = UserFactory()
    admit(event, helper, 0, 30, 300, 310)

    [row] = helped(event=event)

    assert row.time == timedelta(minutes=40)
    assert len(row.at_door) == 2


def test_a_minute_counts_once_whichever_source_knows_of_it(event):
    helper = UserFactory()
    admit(event, helper, 0, 120)
    HelperShiftFactory(
        event=event,
        user=helper,
        start_at=event.start_at + timedelta(hours=1),
        end_at=event.start_at + timedelta(hours=4),
    )

    assert total(helper) == timedelta(hours=4)


def test_what_was_undone_does_not_count(event):
    helper = UserFactory()
    admit(event, helper, 0)
    ticket = TicketFactory(ticket_type__event=event)
    late = event.start_at + timedelta(hours=1)
    CheckInFactory(ticket=ticket, by=helper, at=late, undone_at=late)

    assert total(helper) == timedelta(0)


@pytest.mark.parametrize("many", [1, 3])
def test_hours_cost_the_same_for_many(many, django_assert_num_queries):
    helper = UserFactory()
    for _each in range(many):
        HelperShiftFactory(user=helper)

    with django_assert_num_queries(4):
        assert len(helped(user=helper)) == many


def test_covered_joins_what_overlaps(event):
    at = [event.start_at + timedelta(hours=hour) for hour in range(6)]

    assert covered([(at[3], at[4]), (at[0], at[2]), (at[1], at[2])]) == timedelta(hours=3)
    assert covered([]) == timedelta(0)


@pytest.mark.parametrize(("start", "length"), [(-72, 2), (0, 17), (0, 0), (52, 3)])
def test_a_shift_lies_around_the_event(event, start, length):
    begin = event.start_at + timedelta(hours=start)

    with pytest.raises(ShiftRefused):
        add_shift(
            event=event,
            user=UserFactory(),
            start_at=begin,
            end_at=begin + timedelta(hours=length),
            by=UserFactory(),
        )


def test_a_shift_is_written_down_once(event):
    helper, lead = UserFactory(), UserFactory()
    shift = {"start_at": event.start_at, "end_at": event.end_at, "by": lead}
    add_shift(event=event, user=helper, **shift)

    with pytest.raises(ShiftKnown):
        add_shift(event=event, user=helper, **shift)
